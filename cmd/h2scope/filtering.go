package main

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/fields"
)

// displayFlags are those of commands that print what is asked for only.
type displayFlags struct {
	expression string
	format     string
	names      []string

	filter  *fields.Filter // nil: all is printed
	columns []*fields.Field
}

// register adds the flags; columns are for commands that print a list.
func (d *displayFlags) register(c *cobra.Command, columns bool) {
	fs := c.Flags()
	fs.StringVarP(&d.expression, "display-filter", "Y", "", "print what `EXPR` says, in the words of Wireshark:\nhttp2.type == HEADERS and h2.status >= 500")
	if !columns {
		return
	}
	fs.StringVarP(&d.format, "format", "T", "text", "print `FORMAT`: text, or fields for those that -e names")
	fs.StringArrayVarP(&d.names, "field", "e", nil, "print the values of field `NAME`; several are columns,\nwith a tab between them")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "fields"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("field", completeFields)
	_ = c.RegisterFlagCompletionFunc("display-filter", completeFields)
}

// completeFields offers names of fields for the word that is being typed.
func completeFields(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	at := strings.LastIndexAny(typed, " (!") + 1
	var names []string
	for _, f := range fields.Complete(typed[at:]) {
		names = append(names, typed[:at]+f.Name+"\t"+f.Doc)
	}
	return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// check compiles what was given.
func (d *displayFlags) check() error {
	if err := d.checkColumns(); err != nil {
		return err
	}
	if d.expression == "" {
		return nil
	}
	f, err := fields.Compile(d.expression)
	var wrong *fields.Error
	switch {
	case errors.As(err, &wrong):
		return hintedError{usagef("--display-filter %q: %w", d.expression, wrong), "docs/fields.md lists the fields"}
	case err != nil:
		return err
	}
	d.filter = f
	return nil
}

func (d *displayFlags) checkColumns() error {
	switch {
	case d.format != "" && d.format != "text" && d.format != "fields":
		return usagef("--format is text or fields, not %q", d.format)
	case d.format == "fields" && len(d.names) == 0:
		return usagef("--format fields needs at least one -e NAME")
	case d.format != "fields" && len(d.names) > 0:
		return usagef("-e is for -T fields")
	}
	for _, name := range d.names {
		f := fields.Lookup(name)
		if f == nil {
			_, err := fields.Compile(name)
			return hintedError{usagef("-e %s: %w", name, err), "docs/fields.md lists the fields"}
		}
		d.columns = append(d.columns, f)
	}
	return nil
}

// judges make the filter of the workers' renderers: one judge for each.
type judges struct {
	filter *fields.Filter
	live   bool
	first  []*fields.Judge // of a first pass
	next   int
}

// judge is the judge of the next worker.
func (j *judges) judge() *fields.Judge {
	switch {
	case j.live:
		return fields.NewLiveJudge(j.filter)
	case j.first == nil:
		return fields.NewJudge(j.filter)
	}
	j.next++
	return j.first[j.next-1].Again()
}

// A filtered renderer shows what matches.
type filtered struct {
	h2scope.Renderer
	judge *fields.Judge
}

// Event passes on what matches, and what is not filtered.
func (f *filtered) Event(dst []byte, e h2decode.Event) []byte {
	if f.judge.Event(e) != fields.True {
		if r, is := f.Renderer.(interface{ Unmatched(h2decode.Event) }); is {
			r.Unmatched(e) // it shows what matches, and needs to know the rest
		}
		return dst
	}
	return f.Renderer.Event(dst, e)
}

// learning is the renderer of a first pass: nothing is shown.
type learning struct{ judge *fields.Judge }

// Event learns.
func (l learning) Event(dst []byte, e h2decode.Event) []byte {
	l.judge.Event(e)
	return dst
}

// filtering prepares to print what matches: where the filter asks for what only
// the end of a stream tells, the captures are read once for that.
func (r *reading) filtering(ctx context.Context, cfg *h2scope.Config, files []string) (*judges, error) {
	f := r.flags.display.filter
	if f == nil {
		return nil, nil
	}
	needs := f.Needs(r.analysis.level)
	cfg.Messages = cfg.Messages || needs.Messages
	j := &judges{filter: f, live: r.live}
	if r.live || !needs.SecondPass {
		return j, nil
	}
	var first []*fields.Judge
	err := h2scope.Run(ctx, r.source, *cfg, func() h2scope.Renderer {
		judge := fields.NewJudge(f)
		first = append(first, judge)
		return learning{judge}
	}, io.Discard)
	if err != nil {
		return nil, err
	}
	j.first = first
	if r.source.Source, err = r.rewind(files); err != nil {
		return nil, err
	}
	r.source.packets.Store(0)
	r.source.octets.Store(0)
	return j, nil
}

// rewind opens the captures once more.
func (r *reading) rewind(files []string) (capture.Source, error) {
	var stdin io.Reader
	if r.spool != nil {
		if _, err := r.spool.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		stdin = r.spool
	}
	r.source.Source.Close()
	return capture.Open(files, capture.Config{Stdin: stdin})
}

// spoolStdin keeps standard input in a temporary file, where it is to be read
// twice; nil: it is not.
func (f *flags) spoolStdin(a *analysis, files []string, stdin io.Reader) (*os.File, error) {
	filter := f.display.filter
	if filter == nil || !slices.Contains(files, "-") || !filter.Needs(a.level).SecondPass {
		return nil, nil
	}
	spool, err := os.CreateTemp("", "h2scope-*.stdin")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(spool.Name()) // where the system allows that: it goes when it is closed
	if _, err = io.Copy(spool, uninterrupted{stdin}); err == nil {
		_, err = spool.Seek(0, io.SeekStart)
	}
	if err != nil {
		spool.Close()
		return nil, err
	}
	return spool, nil
}

// uninterrupted passes over the moments in which nothing comes.
type uninterrupted struct{ io.Reader }

// Read waits for octets.
func (u uninterrupted) Read(p []byte) (int, error) {
	for {
		n, err := u.Reader.Read(p)
		if n > 0 || !errors.Is(err, capture.ErrIdle) {
			return n, err
		}
	}
}
