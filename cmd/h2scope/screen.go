package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"h2scope"
	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
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
const defaultSpool = min(4<<30, math.MaxInt)

// register adds the flags.
func (s *screenFlags) register(c *cobra.Command) {
	fs := c.Flags()
	s.spool = defaultSpool
	fs.StringVar(&s.view, "view", "", "begin in view `NAME`: "+wrap(strings.Join(tui.ViewNames(), ", "), 40))
	fs.BoolVar(&s.ascii, "ascii", false, "draw with ASCII characters only")
	fs.BoolVar(&s.noMouse, "no-mouse", false, "leave the mouse to the terminal")
	fs.StringVar(&s.theme, "theme", "", "colours `NAME`: "+strings.Join(tui.Themes(), ", "))
	fs.Var(sizeFlag{&s.spool}, "spool-size", "keep up to `SIZE` of HTTP/2 octets in a temporary file,\nfor hexadecimal views and bodies; where the capture goes\non the oldest make room")
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
	idles  bool   // the source says again and again that nothing comes
	stop   func() // ends the source; nil: it ends with the reading

	timeline  *timeline.Capture
	spool     *h2scope.Spool
	recorders []*timeline.Recorder
	tunnels   tunnel.Config // how what is inside of tunnels is decoded

	mu   sync.Mutex
	done bool
	err  error
}

// show reads src and shows it until the user leaves.
func (f *flags) show(ctx context.Context, s *screening, cfg h2scope.Config) error {
	ctx, stop := signal.NotifyContext(orBackground(ctx), syscall.SIGTERM, syscall.SIGHUP, os.Interrupt)
	defer stop()
	limits := f.recordingLimits(s)
	spool, err := f.newSpool(limits.Memory)
	if err != nil {
		return err
	}
	defer spool.Close()
	s.flags, s.spool, s.timeline = f, spool, timeline.New(limits)
	s.tunnels = tunnelsOf(&cfg)
	cfg.Spool, cfg.Messages = spool, true
	cfg.Observe = func(r h2scope.Renderer, conn uint64, decoder *h2decode.Conn) { r.(*recorded).Observe(conn, decoder) }

	app := tui.New(s, newOutside(s), tui.Options{
		View: f.screen.view, ASCII: f.screen.ascii, NoMouse: f.screen.noMouse, Theme: f.screen.theme,
		NoColor: !useColor(f.color, true), Tunnel: s.tunnels,
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

// recordingLimits bound what is recorded: of an interface, of a pipe, which may go
// on for as long, and of files where that is asked for.
func (f *flags) recordingLimits(s *screening) (l timeline.Limits) {
	ring := 0
	switch {
	case f.live.memory == 0:
		return l
	case s.live:
		ring = f.live.RingSize
	case slices.Contains(s.files, "-"):
		f.live.setMemory(0)
	case f.live.given == nil || !f.live.given("max-memory"):
		return l
	}
	l.Memory = f.live.timeline(ring)
	return l
}

// spoolOctets is how many octets of HTTP/2 are kept for each that the timeline may
// take: what the spool remembers of them takes memory, too.
const spoolOctets = 16

// newSpool makes the spool. Where the record is limited, to so many octets, the
// oldest octets make room for new ones as well.
func (f *flags) newSpool(memory int) (*h2scope.Spool, error) {
	if memory == 0 {
		return h2scope.NewSpool(int64(f.screen.spool))
	}
	return h2scope.NewRollingSpool(min(int64(f.screen.spool), spoolOctets*int64(memory)))
}

// recorded is the renderer of one worker: nothing is written, all is recorded.
type recorded struct {
	*timeline.Recorder
	idles bool
}

// Event records.
func (r *recorded) Event(dst []byte, e h2decode.Event) []byte {
	r.Recorder.Event(e)
	return dst
}

// Settled publishes what was recorded, so that it shows though nothing more
// comes.
func (r *recorded) Settled() {
	if r.idles {
		r.Settle()
	} else {
		r.Publish()
	}
	runtime.Gosched() // a key waits for no more than a batch to be decoded
}

func (s *screening) renderer() h2scope.Renderer {
	r := &recorded{s.timeline.Recorder(), s.idles}
	s.recorders = append(s.recorders, r.Recorder)
	return r
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
	if errors.Is(err, h2scope.ErrNotSpooled) && s.spool.Full() && !errors.Is(err, h2scope.ErrNoLongerSpooled) {
		err = fmt.Errorf("%w: --spool-size sets how many are", err)
	}
	return octets, err
}

// Status is how far the reading is.
func (s *screening) Status() tui.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	packets, octets := s.source.packets.Load(), s.source.octets.Load()
	st := tui.Status{Name: s.name, Live: s.live, Packets: uint64(packets), Done: s.done, Err: s.err, Memory: residentMemory(), Progress: -1}
	if s.total > 0 {
		if read := float64(octets+packets*packetHeader) / float64(s.total); read <= 1 { // else the files are compressed
			st.Progress = read
		}
	}
	if counted, ok := s.source.Source.(*countedSource); ok {
		st.Drops = counted.dropped.Load()
	}
	return st
}

// runtimeMemory is how many octets the Go runtime has of the system.
func runtimeMemory() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	if samples[0].Value.Kind() != metrics.KindUint64 || samples[1].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// onScreen reports whether the terminal UI is what the user wants: where the
// output is a terminal that can show it, and nothing else is asked for.
func (f *flags) onScreen(std streams) bool {
	return terminalWidth(std.out) > 0 && !f.json && f.output == "" && tui.CheckTerminal() == nil
}
