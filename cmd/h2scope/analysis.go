package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"h2scope"
	"h2scope/capture"
	"h2scope/export"
	"h2scope/export/text"
	"h2scope/h2decode/fields"
)

// An analysis is a command that reads captures and prints a view of them.
type analysis struct {
	use, short, long, example string

	view    func(text.Options) text.View
	records export.RecordSet
	// recordView is the view of records, where it is not just these.
	recordView func() text.View
	configure  func(*h2scope.Config) // nil is fine
	// source wraps what is read, where the view needs the packets themselves. again
	// says that they can be read a second time. nil is fine.
	source   func(src capture.Source, again bool) (capture.Source, error)
	keys     []string     // of --sort; nil where there is no list
	level    fields.Level // of what it lists
	messages bool         // the view needs the fields of messages
	detailed bool         // there is a -V
	live     bool         // lines come as the capture is read
	bare     bool         // the command without a name
}

var analyses = []analysis{
	{
		use: "summary FILE…", short: "What is in a capture, and what is wrong with it",
		long:    "Says on one screen what is in a capture, and what is wrong with it.",
		example: "h2scope summary capture.pcapng\nh2scope summary --json capture.pcapng",
		view:    summaryView, records: export.SummaryRecords, level: fields.Conn,
	},
	{
		use: "conns FILE…", short: "A line a connection",
		long: `Lists the TCP connections of a capture: those that carry HTTP/2, and the others
too. sent is what the client sent, recv what it received, in octets of TCP; the
notes begin with what went wrong.`,
		example: "h2scope conns capture.pcapng\nh2scope conns --sort bytes --limit 10 capture.pcapng",
		view:    func(o text.Options) text.View { return text.NewConns(o) },
		records: export.ConnRecords, keys: text.ConnKeys(), level: fields.Conn,
	},
	{
		use: "streams FILE…", short: "A line a stream: a request, and what came of it",
		long: `Lists the streams of a capture: each request, and what came of it. wait is the
time from the request to its response. stalled is how long a sender waited for a
window of HTTP/2, tcp how long TCP held octets up: behind lost ones until these
were sent again, or for a receive window that was shut. size is that of the
response's content. The state of a stream is shown where it did not end as it
should: what reset it (> by the client, < by the server), or in what state the
capture ends. A value with ? is not certain, since the capture lacks octets.`,
		example: "h2scope streams capture.pcapng\nh2scope streams --sort took --limit 10 capture.pcapng",
		view:    func(o text.Options) text.View { return text.NewStreams(o) },
		records: export.StreamRecords, keys: text.StreamKeys(), level: fields.Stream, messages: true,
	},
	{
		use: "frames FILE…", short: "A line a frame; -V adds every field of it",
		long: `Lists the frames of a capture. > is from the client, < from the server; packet
is the number that Wireshark shows. The flags are S for END_STREAM, H for
END_HEADERS, P for PADDED, R for PRIORITY, and ACK. A value with ? is not
certain, since the capture lacks octets.`,
		example: "h2scope frames capture.pcapng\nh2scope frames -V -c 100 capture.pcapng\nh2scope frames --json capture.pcapng | jq 'select(.type == \"GOAWAY\")'",
		view:    func(o text.Options) text.View { return text.NewFrames(o) },
		records: export.FrameRecords, keys: text.FrameKeys(), level: fields.Frame, detailed: true, live: true,
	},
}

func summaryView(o text.Options) text.View { return text.NewSummary(o) }

// newAnalysis builds the command of an analysis.
func newAnalysis(std streams, a analysis) *cobra.Command {
	f := new(flags)
	c := &cobra.Command{
		Use: a.use, Short: a.short, Long: a.long, Example: a.example,
		DisableFlagsInUseLine: true,
		Args:                  cobra.ArbitraryArgs,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault
		},
	}
	if a.bare {
		a.records = export.SummaryRecords
	}
	f.register(c, &a)
	c.RunE = func(c *cobra.Command, args []string) error {
		files := slices.Concat(f.read, args)
		switch {
		case len(files) > 0 && f.live.Interface != "":
			return usagef("a capture is read, or an interface listened on: give a FILE or --interface, not both")
		case len(files) == 0 && f.live.Interface == "" && a.bare && c.Flags().NFlag() == 0:
			return c.Help()
		case len(files) == 0 && f.live.Interface == "":
			return usagef("no capture is named: give a FILE, or - for standard input")
		}
		if err := f.check(&a); err != nil {
			return err
		}
		if f.live.Interface != "" {
			return f.listen(c.Context(), std, &a)
		}
		err := f.analyze(c.Context(), std, &a, files)
		return suggestCommand(c, args, err)
	}
	return c
}

// analyze reads files as one capture and prints the analysis of it.
func (f *flags) analyze(ctx context.Context, std streams, a *analysis, files []string) error {
	cfg, err := f.config(a)
	if err != nil {
		return err
	}
	if a.configure != nil {
		a.configure(&cfg)
	}
	ctx, stop := signal.NotifyContext(orBackground(ctx), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process
	if cfg.Notices, err = f.readKeys(cfg.Keys, files); err != nil {
		return err
	}
	cfg.KeysFinal = final(files)
	stdin := interruptible(ctx, std.in)
	spool, err := f.spoolStdin(a, files, stdin)
	if err != nil {
		return err
	}
	if spool != nil {
		defer spool.Close()
		stdin = spool
	}
	src, err := capture.Open(files, capture.Config{Stdin: stdin})
	if err != nil {
		return err
	}
	if src, err = a.wrapped(src, regular(files)); err != nil {
		return err
	}
	source := &watched{Source: src}
	defer func() { source.Source.Close() }()
	if a.bare && f.onScreen(std) {
		return f.show(ctx, &screening{name: fileNames(files), files: files, source: source, total: totalSize(files)}, cfg)
	}
	out, err := openOutput(f.output, f.force, files, std)
	if err != nil {
		return err
	}
	r := &reading{flags: f, analysis: a, std: std, source: source, spool: spool, out: out}
	err = r.run(ctx, cfg, files)
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}

// wrapped is what the view reads; src is closed where there is an error.
func (a *analysis) wrapped(src capture.Source, again bool) (capture.Source, error) {
	if a.source == nil {
		return src, nil
	}
	wrapped, err := a.source(src, again)
	if err != nil {
		src.Close()
		return nil, err
	}
	return wrapped, nil
}

func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}

// A reading is one run of an analysis.
type reading struct {
	flags    *flags
	analysis *analysis
	std      streams
	source   *watched
	spool    *os.File // standard input, where it is read twice
	out      *output
	live     bool // packets come as they are captured
	notices  noticeTee
}

func (r *reading) run(ctx context.Context, cfg h2scope.Config, files []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	began := time.Now()
	r.out.prompt = r.live || slices.Contains(files, "-")
	progress := r.startProgress(files)
	v := r.view(cancel, &cfg)
	filter, err := r.filtering(ctx, &cfg, files)
	if err == nil {
		err = v.Head(r.out)
	}
	if err == nil {
		err = h2scope.Run(ctx, r.source, cfg, r.renderers(v, filter), piped(v, r.out))
	}
	progress.stop()
	if err == nil {
		err = v.Foot(r.out)
	}
	if flushed := r.out.Flush(); err == nil {
		err = flushed
	}
	r.afterwards(time.Since(began), cfg.Workers)
	return err
}

// view is what the analysis prints: records, or text.
func (r *reading) view(enough func(), cfg *h2scope.Config) text.View {
	if r.flags.json {
		cfg.Data = cfg.Data || r.analysis.records&export.StreamRecord != 0 // messages are counted
		return oneWorker(r.recordView(), cfg)
	}
	if columns := r.flags.display.columns; len(columns) > 0 {
		return &columnsView{level: r.analysis.level, columns: columns, warn: r.flags.warn(r.std)}
	}
	o := r.flags.options(r.out)
	o.First, o.Enough = r.source.first.Load, enough
	return oneWorker(r.analysis.view(o), cfg)
}

func (r *reading) recordView() text.View {
	if view := r.analysis.recordView; view != nil {
		return view()
	}
	return records(r.analysis.records)
}

// oneWorker asks for one worker where a view needs it.
func oneWorker(v text.View, cfg *h2scope.Config) text.View {
	if one, ok := v.(interface{ OneWorker() bool }); ok && one.OneWorker() {
		cfg.Workers = 1
	}
	return v
}

// renderers gives each worker its renderer; that of the first also keeps the
// notices, where nothing else shows them.
func (r *reading) renderers(v text.View, filter *judges) func() h2scope.Renderer {
	kept := !r.flags.quiet && !r.flags.json && r.analysis.keys != nil
	return func() h2scope.Renderer {
		worker := h2scope.Renderer(v.Worker())
		if filter != nil {
			worker = &filtered{worker, filter.judge()}
		}
		if kept && r.notices.Renderer == nil {
			r.notices.Renderer = worker
			return &r.notices
		}
		return worker
	}
}

// records is the view of records.
type records export.RecordSet

func (records) Head(io.Writer) error    { return nil }
func (r records) Worker() text.Renderer { return export.NewRecords(export.RecordSet(r)) }
func (records) Foot(io.Writer) error    { return nil }
