package main

import (
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"h2scope"
	"h2scope/capture"
	"h2scope/export/csv"
	"h2scope/export/redact"
	"h2scope/export/text"
	"h2scope/h2decode/content"
	"h2scope/h2decode/content/protobuf"
	"h2scope/h2decode/fields"
)

const exportLong = `Writes a capture for other programs:

%s

Credentials (Authorization, cookies, tokens in queries and forms) are replaced by
[redacted] in HAR and HTML, and left in the other formats, unless --redact says otherwise:
all, none, or the names of more fields and parameters.

With --interface packets are exported as they come, until an interrupt or --count. What
json, html, perfetto and pcapng write comes at the end.`

// exportFlags are the flags that only export has.
type exportFlags struct {
	to       string
	redact   []string
	maxBody  int
	protoset string
	table    string

	format    *exportFormat
	folder    string // --output of a format that writes files
	force     bool
	given     bool   // --redact was
	memory    int    // --max-memory
	listening string // --filter, with which packets are captured
	schema    *protobuf.Protoset
	made      text.View

	reading *h2scope.Config // when it begins
}

func newExport(std streams) *cobra.Command {
	x := &exportFlags{maxBody: content.DefaultMaxBody}
	c := newAnalysis(std, x.analysis())
	_ = c.Flags().MarkHidden("json") // records are a format
	x.register(c)
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 && c.Flags().NFlag() == 0 {
			return c.Help()
		}
		if err := x.prepare(c); err != nil {
			return err
		}
		return run(c, args)
	}
	return c
}

func (x *exportFlags) analysis() analysis {
	return analysis{
		use: "export --to FORMAT FILE…", short: "Write a capture for other programs: HAR, JSON, CSV, …",
		long: strings.Replace(exportLong, "%s", formatList(), 1),
		example: `h2scope export --to har -o capture.har capture.pcapng
h2scope export --to csv --table frames capture.pcapng
h2scope export --to bodies -o folder capture.pcapng
h2scope export --to har -i eth0 -f 'tcp port 443' -k keys.log -o live.har`,
		messages: true, level: fields.Stream,
		view:      func(text.Options) text.View { return x.made },
		configure: x.configure, source: x.source,
	}
}

// configure has the decoding tell what the format needs.
func (x *exportFlags) configure(cfg *h2scope.Config) {
	cfg.Data, x.reading = x.format.data, cfg
	if v, is := x.made.(interface{ Configure(*h2scope.Config) }); is {
		v.Configure(cfg)
	}
}

// source is what the format reads, which is src unless it needs the packets.
func (x *exportFlags) source(src capture.Source, again bool) (capture.Source, error) {
	v, is := x.made.(interface {
		Source(src capture.Source, again bool) (capture.Source, error)
	})
	if !is {
		return src, nil
	}
	return v.Source(src, again)
}

func (x *exportFlags) register(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVar(&x.to, "to", "", "write `FORMAT`: "+wrap(strings.Join(formatNames(), ", "), 36))
	fs.StringSliceVar(&x.redact, "redact", nil, "replace credentials, and what stands under `NAMES`;\nall or none")
	fs.Lookup("redact").NoOptDefVal = "all"
	fs.Var(sizeFlag{&x.maxBody}, "max-body", "keep up to `SIZE` of each message's content, as sent\nand as decoded")
	fs.StringVar(&x.protoset, "protoset", "", "name gRPC messages by the schemas in `FILE`: what\nprotoc --descriptor_set_out --include_imports writes")
	fs.StringVar(&x.table, "table", "", "the `TABLE` that --to csv writes: "+strings.Join(csv.Tables, ", "))
	complete := func(flag string, values []string) {
		_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	complete("to", formatNames())
	complete("table", csv.Tables)
	complete("redact", []string{"all", "none"})
}

// prepare finds mistakes in the flags, and makes the view.
func (x *exportFlags) prepare(c *cobra.Command) error {
	i := slices.IndexFunc(exportFormats, func(f exportFormat) bool { return f.name == x.to })
	switch {
	case c.Flags().Changed("json"):
		return usagef("records are a format: --to ndjson, or --to json for one object")
	case x.to == "":
		return usagef("--to FORMAT is missing; there are %s", strings.Join(formatNames(), ", "))
	case i < 0:
		return usagef("--to has no format %q; there are %s", x.to, strings.Join(formatNames(), ", "))
	case x.table != "" && x.to != "csv":
		return usagef("--table is for --to csv")
	case x.table != "" && !slices.Contains(csv.Tables, x.table):
		return usagef("--table is %s, not %q", strings.Join(csv.Tables, ", "), x.table)
	}
	x.format, x.given = &exportFormats[i], c.Flags().Changed("redact")
	x.listening = c.Flags().Lookup("filter").Value.String()
	x.memory = *c.Flags().Lookup("max-memory").Value.(sizeFlag).octets
	if x.given && !x.format.redacts {
		return usagef("--redact is not for --to %s, which writes what the capture holds", x.to)
	}
	if err := x.loadProtoset(); err != nil {
		return err
	}
	if x.format.folder {
		if err := x.takeFolder(c); err != nil {
			return err
		}
	}
	var err error
	x.made, err = x.format.view(x)
	return err
}

// takeFolder makes the output a folder: the list of what is written to it goes
// to standard output.
func (x *exportFlags) takeFolder(c *cobra.Command) error {
	fs := c.Flags()
	if x.folder = fs.Lookup("output").Value.String(); x.folder == "" {
		return usagef("--to %s writes files: give --output FOLDER", x.to)
	}
	x.force = fs.Lookup("force").Value.String() == "true"
	if err := fs.Set("output", ""); err != nil {
		return err
	}
	return fs.Set("force", "false")
}

func (x *exportFlags) loadProtoset() error {
	if x.protoset == "" {
		return nil
	}
	octets, err := os.ReadFile(x.protoset)
	if err != nil {
		return err
	}
	x.schema, err = protobuf.LoadProtoset(octets)
	if err != nil {
		return hintedError{usagef("--protoset %s: %w", x.protoset, err), "protoc --descriptor_set_out=FILE --include_imports writes one"}
	}
	return nil
}

// policy is what is taken out; hidden says what is meant without --redact.
func (x *exportFlags) policy(hidden bool) *redact.Policy {
	switch {
	case x.given:
		return redact.Parse(x.redact)
	case hidden:
		return redact.Credentials()
	}
	return nil
}

// piped is what a view that stands between the workers and the output writes to;
// the output itself for other views.
func piped(v text.View, out io.Writer) io.Writer {
	if p, ok := v.(interface{ Pipe(io.Writer) io.Writer }); ok {
		return p.Pipe(out)
	}
	return out
}
