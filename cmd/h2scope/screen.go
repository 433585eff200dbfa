package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/metrics"
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui"
)

// screenFlags are those of the terminal UI.
type screenFlags struct {
	view, theme    string
	ascii, noMouse bool
	spool          int
}

// defaultSpool is how many octets of HTTP/2 are kept in a temporary file for
// the UI.
const defaultSpool = 4 << 30

// register adds the flags.
func (s *screenFlags) register(c *cobra.Command) {
	fs := c.Flags()
	s.spool = defaultSpool
	fs.StringVar(&s.view, "view", "", "begin in view `NAME`: "+wrap(strings.Join(tui.ViewNames(), ", "), 40))
	fs.BoolVar(&s.ascii, "ascii", false, "draw with ASCII characters only")
	fs.BoolVar(&s.noMouse, "no-mouse", false, "leave the mouse to the terminal")
	fs.StringVar(&s.theme, "theme", "", "colours `NAME`: "+strings.Join(tui.Themes(), ", "))
	fs.Var(sizeFlag{&s.spool}, "spool-size", "keep up to `SIZE` of HTTP/2 octets in a temporary file,\nfor hexadecimal views and bodies")
	_ = c.RegisterFlagCompletionFunc("view", cobra.FixedCompletions(tui.ViewNames(), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("theme", cobra.FixedCompletions(tui.Themes(), cobra.ShellCompDirectiveNoFileComp))
}

// check finds mistakes.
func (s *screenFlags) check() error {
	if s.view != "" && tui.ViewNamed(s.view) == tui.NoView {
		return usagef("--view is one of %s, not %q", strings.Join(tui.ViewNames(), ", "), s.view)
	}
	return nil
}

// A screening shows in the terminal UI what is read meanwhile.
type screening struct {
	flags  *flags
	name   string
	source *watched
	total  int64         // octets of the files; 0: that is not known
	live   *capture.Live // nil where files are read

	timeline  *timeline.Capture
	spool     *h2scope.Spool
	recorders []*timeline.Recorder

	mu   sync.Mutex
	done bool
	err  error
}

// show reads src and shows it until the user leaves.
func (f *flags) show(ctx context.Context, s *screening, cfg h2scope.Config) error {
	ctx, stop := signal.NotifyContext(orBackground(ctx), syscall.SIGTERM, syscall.SIGHUP, os.Interrupt)
	defer stop()
	spool, err := h2scope.NewSpool(int64(f.screen.spool))
	if err != nil {
		return err
	}
	defer spool.Close()
	s.flags, s.spool, s.timeline = f, spool, timeline.New(timeline.Limits{})
	cfg.Spool, cfg.Messages = spool, true
	cfg.Observe = func(r h2scope.Renderer, conn uint64, decoder *h2decode.Conn) { r.(recorded).Observe(conn, decoder) }

	app := tui.New(s, newOutside(s), tui.Options{
		View: f.screen.view, ASCII: f.screen.ascii, NoMouse: f.screen.noMouse, Theme: f.screen.theme,
		NoColor: !useColor(f.color, true),
	})
	cfg.Panicking = app.Restore
	reading, cancel := context.WithCancel(ctx)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		s.end(h2scope.Run(reading, s.source, cfg, s.renderer, io.Discard))
	}()
	err = app.Run(ctx, nil)
	cancel()
	if s.live != nil {
		s.live.Stop()
	}
	<-finished
	return err
}

// recorded is the renderer of one worker: nothing is written, all is recorded.
type recorded struct{ *timeline.Recorder }

// Event records.
func (r recorded) Event(dst []byte, e h2decode.Event) []byte {
	r.Recorder.Event(e)
	return dst
}

// Settled publishes what was recorded, so that it shows though nothing more
// comes.
func (r recorded) Settled() { r.Publish() }

func (s *screening) renderer() h2scope.Renderer {
	r := s.timeline.Recorder()
	s.recorders = append(s.recorders, r)
	return recorded{r}
}

// end notes that nothing more comes.
func (s *screening) end(err error) {
	for _, r := range s.recorders {
		r.Publish()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = true
	if !errors.Is(err, context.Canceled) {
		s.err = err
	}
}

// Snapshot is what was recorded so far.
func (s *screening) Snapshot() *timeline.Snapshot { return s.timeline.Snapshot() }

// Octets reads from the spool.
func (s *screening) Octets(conn uint64, side h2decode.Side, offset uint64, n int) ([]byte, error) {
	octets, err := s.spool.Read(conn, side, offset, n)
	if errors.Is(err, h2scope.ErrNotSpooled) && s.spool.Full() {
		err = fmt.Errorf("%w: --spool-size sets how many are", err)
	}
	return octets, err
}

// Status is how far the reading is.
func (s *screening) Status() tui.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	packets, octets := s.source.packets.Load(), s.source.octets.Load()
	st := tui.Status{Name: s.name, Live: s.live != nil, Packets: uint64(packets), Done: s.done, Err: s.err, Memory: heapInUse(), Progress: -1}
	if s.total > 0 {
		st.Progress = min(1, float64(octets+packets*packetHeader)/float64(s.total))
	}
	if counted, ok := s.source.Source.(*countedSource); ok {
		st.Drops = counted.dropped.Load()
	}
	return st
}

// heapInUse is how many octets live on the heap.
func heapInUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

// onScreen reports whether the terminal UI is what the user wants: where the
// output is a terminal, and nothing else is asked for.
func (f *flags) onScreen(std streams) bool {
	return terminalWidth(std.out) > 0 && !f.json && f.output == ""
}
