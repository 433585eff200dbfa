package tui

import (
	"testing"

	"h2scope/tui/chart"
)

// A stir is what a command may have done to a model: it says whether it did.
type stir func(was, is *Model, b Binding) bool

func moved(was, is *Model, _ Binding) bool {
	return was.Lists[was.View].selected != is.Lists[was.View].selected || was.Scroll != is.Scroll ||
		was.detail != is.detail || was.Frame != is.Frame || was.Stream != is.Stream
}

func turned(was, is *Model, _ Binding) bool { return was.Pane != is.Pane || was.Tab != is.Tab }

func panned(by int64) stir {
	return func(was, is *Model, _ Binding) bool {
		return (is.Span.From-was.Span.From)*by > 0 && is.Span.Width() == was.Span.Width()
	}
}

func stepped(by int64) stir {
	return func(was, is *Model, _ Binding) bool { return (int64(is.Frame)-int64(was.Frame))*by > 0 }
}

func zoomed(holds func(was, is chart.Span) bool) stir {
	return func(was, is *Model, _ Binding) bool { return holds(was.Span, is.Span) && is.Touched }
}

// stirs is what each command does, where it can.
var stirs = map[Command]stir{
	GoView: func(_, is *Model, b Binding) bool { return is.View == b.Arg },
	Up:     moved, Down: moved, PageUp: moved, PageDown: moved, First: moved, Last: moved,
	Left: panned(-1), Right: panned(1),
	Enter: func(was, is *Model, _ Binding) bool {
		return is.View != was.View && len(is.Trail) == len(was.Trail)+1 || was.View == Stream && was.Pane != is.Pane
	},
	Back:     func(was, is *Model, _ Binding) bool { return len(is.Trail) == len(was.Trail)-1 },
	NextPane: turned, NextTab: turned, PreviousTab: turned,
	CursorBack: stepped(-1), CursorForward: stepped(1),
	ZoomIn:         zoomed(func(was, is chart.Span) bool { return is.Width() < was.Width() }),
	ZoomOut:        zoomed(func(was, is chart.Span) bool { return is.Width() > was.Width() }),
	ZoomFit:        func(_, is *Model, _ Binding) bool { return is.Fitted && is.Span == is.wholeSpan() },
	PreviousChange: stepped(-1), NextChange: stepped(1),
	NextFinding:     func(_, is *Model, _ Binding) bool { return is.conn().Finding(1).Frame == is.Frame },
	PreviousFinding: func(_, is *Model, _ Binding) bool { return is.conn().Finding(0).Frame == is.Frame },
	SortNext:        func(was, is *Model, _ Binding) bool { return is.Lists[is.View].sort > was.Lists[was.View].sort },
	SortReverse:     func(was, is *Model, _ Binding) bool { return is.Lists[is.View].reverse != was.Lists[was.View].reverse },
	ToggleTree:      turned,
	PinStream:       func(was, is *Model, _ Binding) bool { return len(is.Pins) != len(was.Pins) },
	OpenFilter:      func(_, is *Model, _ Binding) bool { return is.Prompt.kind == filterPrompt },
	OpenCommand:     func(_, is *Model, _ Binding) bool { return is.Prompt.kind == commandPrompt },
	ExportSelected:  func(_, is *Model, _ Binding) bool { return is.Prompt.kind == exportPrompt },
	CopySelected:    func(_, is *Model, _ Binding) bool { return is.Effect.Kind == CopyText || is.Effect.Kind == CopyCurl },
	ToggleFollow:    func(was, is *Model, _ Binding) bool { return is.Follow != was.Follow },
	TogglePause:     func(was, is *Model, _ Binding) bool { return is.Paused != was.Paused },
	NextTheme:       func(was, is *Model, _ Binding) bool { return is.Theme != was.Theme },
	SetMark:         func(was, is *Model, _ Binding) bool { return is.Marked != was.Marked },
	ShowHelp:        func(_, is *Model, _ Binding) bool { return is.Help },
	QuitProgram:     func(_, is *Model, _ Binding) bool { return is.Effect.Kind == Quit },
}

// Each key of the table does what it says in each view in which it acts, or says
// why it can't; and each does so at least once. A new key needs its line in stirs.
func TestWhatEachKeyDoes(t *testing.T) {
	source := sampleNamed(t, "rapid-reset")
	acted := make(map[Command]bool)
	stirring := func(was Model, b Binding, key string) {
		stirs, known := stirs[b.Command]
		if !known {
			t.Errorf("nothing says what %q is to do: %s", key, b.Help)
			return
		}
		is := was.Update(Pressed{key})
		switch {
		case stirs(&was, &is, b):
			acted[b.Command] = true
		case is.Message.Text == "":
			t.Errorf("%s: %q has not done what it is for, and does not say why: %s", was.View, key, b.Help)
		}
	}
	for _, view := range ViewNames() {
		for _, lead := range [][]string{nil, {"G"}, {"4", "G"}, {"s"}, {"+", "+"}, {"Tab", "Down"}, {"5", "2", "Down"}} {
			s := open(source, 80, 24, Options{View: view}).press(lead...)
			s.Status.Done = false // there is something to follow
			for _, b := range keysOf(s.View) {
				for _, key := range b.Keys {
					if found, _ := lookup(key, s.View); found.Command == b.Command {
						stirring(s.Model, found, key)
					}
				}
			}
		}
	}
	for command := range stirs {
		if !acted[command] {
			t.Errorf("command %d never did what it is for", command)
		}
	}
}
