package tui

import (
	"errors"
	"os"
	"runtime"
	"strings"

	"github.com/gdamore/tcell/v2"

	"h2scope/tui/cells"
)

// A terminal is a screen on which only what has changed is drawn: tview clears
// and shows its screen for each event.
type terminal struct {
	tcell.Screen
	err   error // of Init, which tview does not look at
	drawn bool
	size  Size
}

// Init begins to use the terminal.
func (t *terminal) Init() error {
	t.err = t.Screen.Init()
	return t.err
}

// Clear does nothing: all cells are set whenever something is drawn.
func (t *terminal) Clear() {}

// Show brings to the terminal what was drawn.
func (t *terminal) Show() {
	if !t.drawn {
		return
	}
	t.drawn = false
	t.Screen.Show()
}

// put draws a canvas.
func (t *terminal) put(theme *theme, c *cells.Canvas) {
	if size := (Size{c.W, c.H}); size != t.size {
		t.size = size
		t.Screen.Clear() // what another size left
	}
	for y := range c.H {
		wide := false // the cell before takes two
		for x := range c.W {
			at := c.At(x, y)
			if at.Rune == 0 && wide {
				wide = false
				continue
			}
			wide = x+1 < c.W && c.At(x+1, y).Rune == 0
			if at.Rune == 0 {
				at.Rune = ' '
			}
			t.SetContent(x, y, at.Rune, c.Marks(x, y), theme.style(at.Style))
		}
	}
	t.drawn = true
}

// suit makes of a model one that the terminal can show: without colours where it
// has none, in ASCII where it has no other characters.
func (m Model) suit(screen tcell.Screen) Model {
	if screen.Colors() < 8 {
		m.Theme = themeAt(monochrome)
	}
	if screen.CharacterSet() != "UTF-8" || onlyASCII(os.Getenv("TERM")) {
		m.ASCII = true
	}
	return m
}

// onlyASCII reports whether a kind of terminal has ASCII only, whatever the
// locale says.
func onlyASCII(term string) bool {
	for _, old := range []string{"vt1", "vt2", "vt3", "vt5", "ansi", "linux", "sun"} {
		if strings.HasPrefix(term, old) {
			return true
		}
	}
	return false
}

// CheckTerminal says why the UI cannot be shown on a terminal of the kind that
// TERM names; nil: it can.
func CheckTerminal() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	switch term := os.Getenv("TERM"); term {
	case "", "dumb", "unknown":
		return errors.New("TERM says that the terminal cannot move its cursor")
	default:
		if _, err := tcell.LookupTerminfo(term); err != nil {
			return errors.New("nothing is known of the terminal that TERM names: " + term)
		}
	}
	return nil
}
