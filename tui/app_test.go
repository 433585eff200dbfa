package tui

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"
)

// An outside that has nothing to do.
type noOutside struct{ exported chan string }

func (o noOutside) Export(format string, _ Selection, _ string) (string, error) {
	o.exported <- format
	return "exported " + format, nil
}
func (noOutside) Curl(Selection) (string, error)     { return "curl https://example.com", nil }
func (noOutside) Filter(text string) (Filter, error) { return stageFilter(text) }
func (noOutside) Complete(string) []string           { return nil }

// countedScreen counts what is shown, and says when.
type countedScreen struct {
	tcell.SimulationScreen
	mu     sync.Mutex
	shows  int
	ended  int
	copied string
	text   string // of what was shown last
	shown  chan struct{}
}

func (c *countedScreen) Show() {
	c.SimulationScreen.Show()
	cells, w, _ := c.GetContents()
	var b strings.Builder
	for i, cell := range cells {
		if i%w == 0 {
			b.WriteByte('\n')
		}
		b.WriteString(string(cell.Runes))
	}
	c.mu.Lock()
	c.shows++
	c.text = b.String()
	c.mu.Unlock()
	select {
	case c.shown <- struct{}{}:
	default:
	}
}

func (c *countedScreen) Fini() {
	c.mu.Lock()
	c.ended++
	c.mu.Unlock()
	c.SimulationScreen.Fini()
}

func (c *countedScreen) SetClipboard(p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.copied = string(p)
}

// now is what is on the screen, and how often something was shown.
func (c *countedScreen) now() (text string, shows int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text, c.shows
}

// waitFor waits until the screen has a text on it.
func (c *countedScreen) waitFor(t *testing.T, text string) {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		on, _ := c.now()
		if strings.Contains(on, text) {
			return
		}
		select {
		case <-c.shown:
		case <-late:
			t.Fatalf("%q does not come:\n%s", text, on)
		}
	}
}

// runApp shows a sample on a simulated screen.
func runApp(t *testing.T, ctx context.Context, o Options) (*countedScreen, *App, chan error) {
	t.Helper()
	screen := &countedScreen{SimulationScreen: tcell.NewSimulationScreen("UTF-8"), shown: make(chan struct{}, 1)}
	screen.SetSize(100, 30)
	app := New(sampleNamed(t, "connection-stall"), noOutside{make(chan string, 1)}, o)
	left := make(chan error, 1)
	go func() { left <- app.Run(ctx, screen) }()
	screen.waitFor(t, "connection's flow-control window")
	return screen, app, left
}

func ends(t *testing.T, left chan error) {
	t.Helper()
	select {
	case err := <-left:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the UI does not end")
	}
}

func TestAppShowsAndQuits(t *testing.T) {
	screen, _, left := runApp(t, t.Context(), Options{})
	screen.InjectKey(tcell.KeyRune, '5', 0)
	screen.waitFor(t, "5[windows]")
	screen.InjectKey(tcell.KeyRune, ':', 0)
	screen.InjectKey(tcell.KeyRune, 'q', 0)
	screen.waitFor(t, ":q")
	screen.InjectKey(tcell.KeyEnter, 0, 0)
	ends(t, left)
	if screen.ended != 1 {
		t.Errorf("the terminal was put back %d times", screen.ended)
	}
}

func TestAppEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, _, left := runApp(t, ctx, Options{})
	cancel()
	ends(t, left)
}

// Where a defect ends the process, whoever finds it puts the terminal back.
func TestAppRestoresTheTerminal(t *testing.T) {
	screen, app, left := runApp(t, t.Context(), Options{})
	app.Restore()
	ends(t, left)
	app.Restore() // does nothing now
	if screen.ended != 1 {
		t.Errorf("the terminal was put back %d times", screen.ended)
	}
}

// Nothing is drawn where nothing has changed.
func TestAppDrawsOnlyWhatChanges(t *testing.T) {
	screen, app, left := runApp(t, t.Context(), Options{})
	screen.InjectKey(tcell.KeyRune, '?', 0)
	screen.waitFor(t, "any key closes this")
	_, before := screen.now()
	for range 5 { // ticks, and a key behind them
		app.wake()
	}
	screen.InjectKey(tcell.KeyRune, 'x', 0)
	screen.waitFor(t, "/left")
	_, after := screen.now()
	if n := after - before; n > 2 {
		t.Errorf("drawn %d times for one key", n)
	}
	app.Restore()
	ends(t, left)
}

func TestAppMouse(t *testing.T) {
	screen, app, left := runApp(t, t.Context(), Options{})
	screen.InjectMouse(4, 5, tcell.Button1, 0)
	screen.InjectMouse(4, 5, tcell.ButtonNone, 0)
	screen.waitFor(t, "stream 3: ")
	screen.InjectMouse(2, 0, tcell.Button1, 0)
	screen.waitFor(t, "1[conn")
	app.Restore()
	ends(t, left)
}

func TestAppPastesAndCopies(t *testing.T) {
	screen, app, left := runApp(t, t.Context(), Options{})
	screen.InjectKey(tcell.KeyRune, '/', 0)
	_ = screen.PostEvent(tcell.NewEventPaste(true))
	for _, r := range "stream 3" {
		screen.InjectKey(tcell.KeyRune, r, 0)
	}
	_ = screen.PostEvent(tcell.NewEventPaste(false))
	screen.waitFor(t, "/stream 3")
	screen.InjectKey(tcell.KeyEnter, 0, 0)
	screen.waitFor(t, "(1 shown)")
	screen.InjectKey(tcell.KeyRune, 'y', 0)
	screen.waitFor(t, "copied, if the terminal")
	screen.mu.Lock()
	if screen.copied != "curl https://example.com" {
		t.Errorf("copied %q", screen.copied)
	}
	screen.mu.Unlock()
	app.Restore()
	ends(t, left)
}

func TestAppExportsMeanwhile(t *testing.T) {
	screen, app, left := runApp(t, t.Context(), Options{})
	for _, r := range "ehar" {
		screen.InjectKey(tcell.KeyRune, r, 0)
	}
	screen.InjectKey(tcell.KeyEnter, 0, 0)
	screen.waitFor(t, "exported har")
	app.Restore()
	ends(t, left)
}

// A screen that cannot be used is an error, and no UI.
func TestAppWithoutTerminal(t *testing.T) {
	refuses := refusingScreen{tcell.NewSimulationScreen("UTF-8")}
	err := New(sampleNamed(t, "page-load"), noOutside{}, Options{}).Run(t.Context(), refuses)
	if err == nil || err.Error() != "no terminal" {
		t.Errorf("the error is %v", err)
	}
}

type refusingScreen struct{ tcell.SimulationScreen }

func (refusingScreen) Init() error { return errors.New("no terminal") }

// No more than 15 drawings a second, whatever happens; a key alone is drawn at
// once.
func TestPace(t *testing.T) {
	var p pace
	now := time.Unix(1000, 0)
	drawn := 0
	for at := range 2000 { // a key and a tick each millisecond
		p.changed([...]cause{byTick, byUser}[at%2])
		if _, due := p.due(now.Add(time.Duration(at) * time.Millisecond)); due {
			drawn++
		}
	}
	if drawn > 31 {
		t.Errorf("%d drawings in 2 s", drawn)
	}
	p = pace{}
	p.changed(byTick)
	_, first := p.due(now)
	p.changed(byUser)
	if _, due := p.due(now.Add(time.Millisecond)); !first || !due {
		t.Error("a key behind a tick is not drawn at once")
	}
	if _, due := p.due(now.Add(time.Hour)); due {
		t.Error("drawn though nothing changed")
	}
}

// Without colours, and on terminals that have ASCII only, nothing is lost.
func TestPlainTerminals(t *testing.T) {
	s := open(sampleNamed(t, "connection-stall"), 100, 30, Options{ASCII: true, NoColor: true})
	if themes[s.Theme].name != monochrome {
		t.Error("there are colours")
	}
	for _, r := range s.screen() {
		if r > 0x7f {
			t.Fatalf("%q is on the screen:\n%s", r, s.screen())
		}
	}
	if s.line("cccccccc") == "" {
		t.Error("the stall can't be seen")
	}
	for _, term := range []string{"vt100", "vt220", "linux"} {
		if !onlyASCII(term) {
			t.Errorf("%s has more than ASCII", term)
		}
	}
	for term, usable := range map[string]bool{"": false, "dumb": false, "no-such-terminal": false, "xterm": true, "vt100": true} {
		t.Setenv("TERM", term)
		if err := CheckTerminal(); (err == nil) != usable {
			t.Errorf("TERM=%q: %v", term, err)
		}
	}
}

func TestSmallScreens(t *testing.T) {
	source := sampleNamed(t, "page-load")
	for _, view := range ViewNames() {
		for w := range 30 {
			for _, h := range []int{1, 4, 5, 6, 8, 12} {
				open(source, w+1, h, Options{View: view}).screen()
			}
		}
	}
	if s := open(sampleNamed(t, "page-load"), 19, 4, Options{}); s.line("too small") == "" {
		t.Errorf("no word on the size:\n%s", s.screen())
	}
}
