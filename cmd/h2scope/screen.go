package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"

	"h2scope"
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
	if s.theme != "" && !slices.Contains(tui.Themes(), s.theme) {
		return usagef("--theme is one of %s, not %q", strings.Join(tui.Themes(), ", "), s.theme)
	}
	return nil
}

// A screening shows in the terminal UI what is read meanwhile.
type screening struct {
	flags  *flags
	name   string
	files  []string // that are read
	source *watched
	total  int64  // octets of the files; 0: that is not known
	live   bool   // it goes on until stop is called
	stop   func() // ends the source; nil: it ends with the reading

	timeline  *timeline.Capture
	spool     *h2scope.Spool
	recorders []*timeline.Recorder
	memory    uint64      // octets of heap above which nothing more is recorded; 0: no limit
	full      atomic.Bool // that was so

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
	s.flags, s.spool, s.timeline, s.memory = f, spool, timeline.New(timeline.Limits{}), f.recordingLimit(s.live)
	cfg.Spool, cfg.Messages = spool, true
	cfg.Observe = func(r h2scope.Renderer, conn uint64, decoder *h2decode.Conn) { r.(*recorded).Observe(conn, decoder) }

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
	if s.stop != nil {
		s.stop()
	}
	<-finished
	return err
}

// recordingLimit is how much heap may be in use for more to be recorded: five
// eighths of what was asked for. Connections have to leave at three quarters,
// which would be in vain where the record is what takes the room. Files have no
// limit unless one is asked for.
func (f *flags) recordingLimit(live bool) uint64 {
	if live || f.live.given != nil && f.live.given("max-memory") {
		return uint64(f.live.memory) / 8 * 5
	}
	return 0
}

// recorded is the renderer of one worker: nothing is written, all is recorded.
type recorded struct {
	*timeline.Recorder
	gauge *memoryGauge // nil: there is no limit
	full  *atomic.Bool
}

// Event records.
func (r *recorded) Event(dst []byte, e h2decode.Event) []byte {
	if !r.full.Load() {
		r.Recorder.Event(e)
	}
	return dst
}

// Settled publishes what was recorded, so that it shows though nothing more
// comes. Where memory is short it is the last.
func (r *recorded) Settled() {
	if r.full.Load() {
		return
	}
	r.Publish()
	if r.gauge != nil && r.gauge.crowded() {
		r.full.Store(true)
	}
}

func (s *screening) renderer() h2scope.Renderer {
	r := &recorded{Recorder: s.timeline.Recorder(), full: &s.full}
	if s.memory > 0 {
		r.gauge = newMemoryGauge(s.memory)
	}
	s.recorders = append(s.recorders, r.Recorder)
	return r
}

// end notes that nothing more comes.
func (s *screening) end(err error) {
	if !s.full.Load() {
		for _, r := range s.recorders {
			r.Publish()
		}
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
	st := tui.Status{Name: s.name, Live: s.live, Packets: uint64(packets), Done: s.done, Err: s.err, Memory: heapInUse(), Progress: -1}
	if s.total > 0 {
		if read := float64(octets+packets*packetHeader) / float64(s.total); read <= 1 { // else the files are compressed
			st.Progress = read
		}
	}
	if s.full.Load() {
		st.Limited = "MEMORY IS FULL: nothing more is recorded (--max-memory)"
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
// output is a terminal that can show it, and nothing else is asked for.
func (f *flags) onScreen(std streams) bool {
	return terminalWidth(std.out) > 0 && !f.json && f.output == "" && tui.CheckTerminal() == nil
}
