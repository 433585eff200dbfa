package tui

import (
	"context"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"
)

// frameTime is how long a drawing is shown at least: there are no more than 15
// a second.
const frameTime = time.Second / 15

// An App runs the UI on a screen. Only its own goroutine, which is tview's,
// touches the model.
type App struct {
	app     *tview.Application
	source  Source
	outside Outside
	model   Model
	screen  *terminal
	pace    pace
	shown   shown
	looked  time.Time     // when a snapshot was taken
	results chan Done     // of what is done meanwhile
	left    chan struct{} // closed when Run returns
}

// New makes an app.
func New(source Source, outside Outside, o Options) *App {
	return &App{
		app: tview.NewApplication(), source: source, outside: outside, model: NewModel(o),
		pace: pace{cause: byUser}, results: make(chan Done), left: make(chan struct{}),
	}
}

// Run shows the UI until the user leaves, or ctx is done. screen is nil for the
// terminal's own. When it returns, the terminal is as it was. It must be called
// once.
func (a *App) Run(ctx context.Context, screen tcell.Screen) error {
	defer close(a.left)
	if screen == nil {
		var err error
		if screen, err = tcell.NewScreen(); err != nil {
			return err
		}
	}
	a.screen = &terminal{Screen: screen}
	a.app.SetScreen(a.screen)
	if a.screen.err != nil {
		return a.screen.err
	}
	a.model = a.model.suit(a.screen)
	a.app.EnableMouse(!a.model.Options.NoMouse).EnablePaste(true)
	a.app.SetRoot(&surface{Box: tview.NewBox(), app: a}, true).SetInputCapture(a.key)
	go a.tick(ctx)
	return a.app.Run()
}

// Restore puts the terminal back, from any goroutine: when a defect is about to
// end the process.
func (a *App) Restore() { a.app.Stop() }

// tick wakes the UI as long as it runs, and ends it when ctx is done. It posts
// events, which are lost where there is no room for them: tview's queue of
// updates would block for ever once the application has stopped.
func (a *App) tick(ctx context.Context) {
	t := time.NewTicker(frameTime)
	defer t.Stop()
	for {
		select {
		case <-a.left:
			return
		case <-t.C:
		}
		if ctx.Err() != nil {
			a.app.Stop()
			return
		}
		a.wake()
	}
}

// wake makes the UI look at what was recorded.
func (a *App) wake() { _ = a.screen.PostEvent(tcell.NewEventKey(tickKey, 0, tcell.ModNone)) }

// tickKey stands for a tick: tview lets no other kind of event through.
const tickKey = tcell.KeyF64

// surface is the primitive that draws the model.
type surface struct {
	*tview.Box
	app *App
}

// Draw puts the model on the screen, if that is due.
func (s *surface) Draw(screen tcell.Screen) {
	a := s.app
	w, h := screen.Size()
	if size := (Size{w, h}); size != a.model.Size {
		a.update(Resized{size})
		a.pace.changed(byUser)
	}
	wait, due := a.pace.due(time.Now())
	switch {
	case due:
		a.screen.put(&themes[a.model.Theme], Draw(&a.model))
	case wait > 0:
		time.AfterFunc(wait, a.wake)
	}
}

// PasteHandler takes text that is pasted.
func (s *surface) PasteHandler() func(text string, setFocus func(tview.Primitive)) {
	return func(text string, _ func(tview.Primitive)) {
		s.app.update(Pasted{text})
		s.app.pace.changed(byUser)
	}
}

// key takes a key. None is left for tview.
func (a *App) key(e *tcell.EventKey) *tcell.EventKey {
	if e.Key() == tickKey {
		a.look()
		return nil
	}
	a.update(Pressed{keyName(e)})
	a.pace.changed(byUser)
	return nil
}

// keyName is how the table of keys names a key.
func keyName(e *tcell.EventKey) string {
	if e.Key() == tcell.KeyRune {
		return string(e.Rune())
	}
	return e.Name()
}

// look takes what was recorded and what was done meanwhile.
func (a *App) look() {
	select {
	case done := <-a.results:
		a.update(done)
		a.pace.changed(byUser)
	default:
	}
	tick := Ticked{Snapshot: a.model.Snapshot, Status: a.source.Status()}
	if now := time.Now(); now.Sub(a.looked) >= frameTime/2 {
		a.looked, tick.Snapshot = now, a.source.Snapshot()
	}
	a.update(tick)
	if now := shownOf(&a.model); now != a.shown {
		a.shown = now
		a.pace.changed(byTick)
	}
	if a.model.Busy {
		a.wake() // behind the keys that were pressed meanwhile
	}
}

// MouseHandler takes the mouse. tview draws what it says was consumed.
func (s *surface) MouseHandler() func(tview.MouseAction, *tcell.EventMouse, func(tview.Primitive)) (bool, tview.Primitive) {
	return func(action tview.MouseAction, e *tcell.EventMouse, _ func(tview.Primitive)) (consumed bool, capture tview.Primitive) {
		button, known := mouseButton(e, action)
		if known {
			x, y := e.Position()
			s.app.update(Clicked{x, y, button})
			s.app.pace.changed(byUser)
		}
		return known, nil
	}
}

func mouseButton(e *tcell.EventMouse, action tview.MouseAction) (MouseButton, bool) {
	switch action {
	case tview.MouseLeftDown:
		return LeftButton, true
	case tview.MouseLeftDoubleClick:
		return LeftDouble, true
	case tview.MouseScrollUp:
		return WheelUp, true
	case tview.MouseScrollDown:
		return WheelDown, true
	case tview.MouseMove:
		return LeftDrag, e.Buttons()&tcell.Button1 != 0
	}
	return 0, false
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
	case OrderList:
		a.meanwhile(func() Done { done.Order = e.Order.Do(); return done })
		return
	case Export:
		a.meanwhile(func() Done {
			done.Message, done.Err = a.outside.Export(e.Format, e.Selection, e.Path)
			return done
		})
		return
	case CopyText:
		done.Message = a.copy(e.Text)
	case CopyCurl:
		var text string
		if text, done.Err = a.outside.Curl(e.Selection); done.Err == nil {
			done.Message = a.copy(text)
		}
	case CompileFilter:
		done.Filter, done.Err = a.outside.Filter(e.Text)
	case CompleteFilter:
		done.Offers = a.outside.Complete(e.Text)
	case FetchOctets:
		done.Octets = e.Octets.read(a.source)
	}
	a.update(done)
}

// copy puts text on the clipboard, by the sequence OSC 52, which many terminals
// know and none answers.
func (a *App) copy(text string) (message string) {
	a.screen.SetClipboard([]byte(text))
	return "copied, if the terminal allows that: " + firstLine(text)
}

// meanwhile does what takes long while the UI goes on. A defect in it must not
// leave the terminal as the UI has it.
func (a *App) meanwhile(do func() Done) {
	go func() {
		defer func() {
			if cause := recover(); cause != nil {
				a.Restore()
				panic(cause)
			}
		}()
		done := do()
		select {
		case a.results <- done:
		case <-a.left:
		}
	}()
}
