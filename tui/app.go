package tui

import (
	"context"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"h2scope/tui/cells"
)

// frameTime is how long a drawing is shown at least: 15 a second.
const frameTime = time.Second / 15

// An App runs the UI on a screen. Only its own goroutine, which is tview's,
// touches the model.
type App struct {
	app     *tview.Application
	source  Source
	outside Outside
	model   Model
	screen  tcell.Screen
	look    *look
}

// New makes an app.
func New(source Source, outside Outside, o Options) *App {
	a := &App{app: tview.NewApplication(), source: source, outside: outside, model: NewModel(o)}
	a.look = newLook(o)
	return a
}

// Run shows the UI until the user leaves, or ctx is done. screen is nil for the
// terminal's own. When it returns, the terminal is as it was.
func (a *App) Run(ctx context.Context, screen tcell.Screen) error {
	if screen != nil {
		a.app.SetScreen(screen)
	}
	a.app.EnableMouse(!a.model.Options.NoMouse)
	root := &surface{Box: tview.NewBox(), app: a}
	a.app.SetRoot(root, true).SetInputCapture(a.key).SetMouseCapture(a.mouse)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go a.tick(ctx)
	return a.app.Run()
}

// Restore puts the terminal back, from any goroutine: when a defect is about to
// end the process.
func (a *App) Restore() { a.app.Stop() }

// tick wakes the UI as long as it runs. It uses events, not QueueUpdate, which
// would block for ever once the application has stopped.
func (a *App) tick(ctx context.Context) {
	t := time.NewTicker(frameTime)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			a.app.QueueEvent(tcell.NewEventInterrupt(stop{}))
			return
		case <-t.C:
			a.app.QueueEvent(tcell.NewEventKey(tcell.KeyF64, 0, tcell.ModNone))
		}
	}
}

type stop struct{}

// surface is the primitive that draws the model.
type surface struct {
	*tview.Box
	app *App
}

// Draw puts the model on the screen.
func (s *surface) Draw(screen tcell.Screen) {
	s.app.screen = screen
	w, h := screen.Size()
	if size := (Size{w, h}); size != s.app.model.Size {
		s.app.update(Resized{size})
	}
	s.app.look.put(screen, Draw(&s.app.model))
}

// key takes a key. None is left for tview.
func (a *App) key(e *tcell.EventKey) *tcell.EventKey {
	if e.Key() == tcell.KeyF64 {
		a.update(Ticked{Snapshot: a.source.Snapshot(), Status: a.source.Status()})
		return nil
	}
	name := e.Name()
	if e.Key() == tcell.KeyRune {
		name = string(e.Rune())
	}
	a.update(Pressed{name})
	return nil
}

// mouse takes the mouse.
func (a *App) mouse(e *tcell.EventMouse, action tview.MouseAction) (*tcell.EventMouse, tview.MouseAction) {
	x, y := e.Position()
	button, known := map[tview.MouseAction]MouseButton{
		tview.MouseLeftClick: LeftButton, tview.MouseLeftDoubleClick: LeftDouble,
		tview.MouseScrollUp: WheelUp, tview.MouseScrollDown: WheelDown,
	}[action]
	if action == tview.MouseMove && e.Buttons()&tcell.Button1 != 0 {
		button, known = LeftDrag, true
	}
	if known {
		a.update(Clicked{x, y, button})
	}
	return nil, action
}

// update lets something happen to the model, and does what it asks for.
func (a *App) update(action Action) {
	a.model = a.model.Update(action)
	if e := a.model.Effect; e.Kind != NoEffect {
		a.perform(e)
	}
}

// perform does what reaches beyond the model.
func (a *App) perform(e Effect) {
	done := Done{Kind: e.Kind, Text: e.Text}
	switch e.Kind {
	case Quit:
		a.app.Stop()
		return
	case Export:
		done.Message, done.Err = a.outside.Export(e.Format, e.Selection, e.Path)
	case CopyText:
		a.screen.SetClipboard([]byte(e.Text))
		done.Message = "copied"
	case CompileFilter:
		done.Filter, done.Err = a.outside.Filter(e.Text)
	}
	a.model = a.model.Update(done)
}

// look is how styles appear on a screen.
type look struct {
	styles [cells.StyleCount]tcell.Style
}

func newLook(o Options) *look {
	l := new(look)
	base := tcell.StyleDefault
	for i := range l.styles {
		l.styles[i] = base
	}
	set := func(c tcell.Color, styles ...cells.Style) {
		for _, s := range styles {
			l.styles[s] = base.Foreground(c)
		}
	}
	l.styles[cells.Heading] = base.Bold(true)
	l.styles[cells.Title] = base.Bold(true).Reverse(true)
	l.styles[cells.Key] = base.Bold(true)
	l.styles[cells.Cursor] = base.Bold(true)
	l.styles[cells.Faint] = base.Dim(true)
	l.styles[cells.Guide] = base.Dim(true)
	if o.NoColor {
		return l
	}
	set(tcell.ColorGreen, cells.Good, cells.Server, cells.Receive)
	set(tcell.ColorRed, cells.Bad, cells.Reset, cells.StallStream)
	set(tcell.ColorYellow, cells.Warn, cells.Wait, cells.Mark, cells.StallTCP)
	set(tcell.ColorDarkCyan, cells.Client, cells.Send, cells.Key, cells.Push)
	set(tcell.ColorPurple, cells.StallConnection)
	set(tcell.ColorGray, cells.Faint, cells.Guide, cells.Blocked)
	return l
}

// put draws a canvas on the screen.
func (l *look) put(screen tcell.Screen, c *cells.Canvas) {
	for y := range c.H {
		for x := range c.W {
			at := c.At(x, y)
			if at.Rune == 0 {
				continue
			}
			style := l.styles[at.Style.Base()]
			if at.Style&cells.Selected != 0 {
				style = style.Reverse(true)
			}
			screen.SetContent(x, y, at.Rune, nil, style)
		}
	}
}

// Themes are the names of the colour themes.
func Themes() []string { return []string{"dark", "light", "mono"} }
