package main

import (
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"h2scope"
	"h2scope/export/text"
	"h2scope/reassembly/tlsdecrypt"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// maxJobs is how many workers are used unless more are asked for: one reader
// can't keep more of them busy.
const maxJobs = 8

// flags are those of the commands that read captures. A flag that a command
// does not have keeps its zero value.
type flags struct {
	read     []string
	live     liveFlags
	screen   screenFlags
	display  displayFlags
	keyLogs  []string
	tls      tlsdecrypt.Limits
	decodeAs []string
	count    uint64
	jobs     int

	json    bool
	sort    string
	limit   int
	times   int
	utc     bool
	all     bool
	color   string
	output  string
	force   bool
	quiet   bool
	verbose bool
}

// register adds the flags that a reading command has.
func (f *flags) register(c *cobra.Command, a *analysis) {
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringArrayVarP(&f.read, "read", "r", nil, "read a capture `FILE`, - for standard input; the same as\nnaming it without the flag; several are one capture,\nmerged by time")
	f.live.register(c)
	fs.StringArrayVarP(&f.keyLogs, "keylog", "k", nil, "decrypt TLS with the secrets in key log `FILE`; several\nare used together; $SSLKEYLOGFILE without this flag")
	f.tls = tlsdecrypt.DefaultLimits()
	fs.Var(sizeFlag{&f.tls.Held}, "tls-hold", "hold up to `SIZE` of a connection's ciphertext while\na secret may still come")
	fs.Uint64Var(&f.tls.Records, "tls-search", f.tls.Records, "try `N` record numbers where that of a TLS record\nis not known: after lost octets, or joined in\nthe middle")
	fs.StringArrayVarP(&f.decodeAs, "decode-as", "d", nil, "a `RULE`, tcp.port==N,http2: what is on port N is HTTP/2")
	fs.Uint64VarP(&f.count, "count", "c", 0, "stop after `N` packets")
	fs.IntVarP(&f.jobs, "jobs", "j", 0, "decode with `N` workers, as many as there are processors\nunless said otherwise; the output is the same for any")
	fs.BoolVar(&f.json, "json", false, "write records, one JSON object a line")
	if a.keys != nil {
		f.registerList(c, a)
	}
	if a.detailed {
		fs.BoolVarP(&f.all, "details", "V", false, "every field of a frame under its line")
	}
	fs.BoolP("numeric", "n", false, "no names for addresses: there are none anyway")
	f.registerOutput(c)
	f.display.register(c, a.keys != nil)
	if a.bare {
		f.screen.register(c)
	}
}

// registerList adds the flags of commands that print a list.
func (f *flags) registerList(c *cobra.Command, a *analysis) {
	fs := c.Flags()
	fs.StringVar(&f.sort, "sort", "", "order by `KEY`: "+wrap(strings.Join(a.keys, ", "), 40))
	fs.IntVar(&f.limit, "limit", 0, "print `N` lines only")
	fs.CountVarP(&f.times, "time", "t", "times: -t none, -tt seconds since 1970, -ttt since the\nline before, -tttt date and time, -ttttt since the\nfirst packet, as without -t")
	fs.BoolVar(&f.utc, "utc", false, "dates and times in UTC")
	_ = c.RegisterFlagCompletionFunc("sort", cobra.FixedCompletions(a.keys, cobra.ShellCompDirectiveNoFileComp))
}

// wrap breaks s at spaces into lines of about so many characters.
func wrap(s string, width int) string {
	var lines []string
	for len(s) > width {
		n := strings.LastIndexByte(s[:width], ' ')
		if n < 0 {
			break
		}
		lines, s = append(lines, s[:n]), s[n+1:]
	}
	return strings.Join(append(lines, s), "\n")
}

func (f *flags) registerOutput(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVarP(&f.output, "output", "o", "", "write to `FILE` instead of standard output")
	fs.BoolVar(&f.force, "force", false, "write over the output file")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "no notices and no progress on standard error")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "say at the end how long it took")
	f.registerColor(c)
}

func (f *flags) registerColor(c *cobra.Command) {
	c.Flags().StringVar(&f.color, "color", "auto", "colour `WHEN`: auto, always or never")
	_ = c.RegisterFlagCompletionFunc("color", cobra.FixedCompletions(colors, cobra.ShellCompDirectiveNoFileComp))
}

var colors = []string{"auto", "always", "never"}

// check finds mistakes that package pflag does not see.
func (f *flags) check(a *analysis) error {
	switch {
	case f.jobs < 0:
		return usagef("--jobs is 1 or more, not %d", f.jobs)
	case f.limit < 0:
		return usagef("--limit is 0 or more, not %d", f.limit)
	case f.times > int(text.SinceFirstToo):
		return usagef("-t is given %d times; up to %d mean something", f.times, text.SinceFirstToo)
	case f.sort != "" && !slices.Contains(a.keys, f.sort):
		return usagef("--sort has no key %q; there are %s", f.sort, strings.Join(a.keys, ", "))
	case f.force && f.output == "" && f.live.write == "":
		return usagef("--force is for --output and --write")
	case f.live.write == "-" && f.output == "":
		return usagef("--write - and the output are both for standard output: give --output too")
	}
	if f.json {
		switch {
		case f.sort != "":
			return usagef("--sort is for text, not for --json")
		case f.limit != 0:
			return usagef("--limit is for text, not for --json")
		case f.display.format == "fields":
			return usagef("-T fields and --json are two formats: give one")
		}
	}
	if err := f.live.check(); err != nil {
		return err
	}
	if err := f.screen.check(); err != nil {
		return err
	}
	if err := f.display.check(); err != nil {
		return err
	}
	return f.checkColor()
}

func (f *flags) checkColor() error {
	if !slices.Contains(colors, f.color) {
		return usagef("--color is %s, not %q", "auto, always or never", f.color)
	}
	return nil
}

// config is how the capture is to be decoded.
func (f *flags) config(a *analysis) (h2scope.Config, error) {
	ports, err := parseDecodeAs(f.decodeAs)
	if usual := tlsdecrypt.DefaultLimits(); f.tls.Records > usual.Records { // who asks for more numbers wants them tried
		f.tls.Work = usual.Work * int64(min(f.tls.Records/usual.Records+1, 1<<20))
	}
	workers := f.jobs
	if workers == 0 {
		workers = min(runtime.NumCPU(), maxJobs)
	}
	return h2scope.Config{
		Workers: workers, Packets: f.count, DecodeAs: ports, Messages: a.messages,
		Keys: keylog.NewStore(), Decryption: &f.tls,
	}, err
}

// options is how text is to look on out.
func (f *flags) options(out *output) text.Options {
	o := text.Options{
		Times: text.TimeFormat(f.times), Location: time.Local,
		Sort: f.sort, Limit: f.limit, Width: out.width, All: f.all,
		Color: useColor(f.color, out.width > 0),
	}
	if f.utc {
		o.Location = time.UTC
	}
	return o
}
