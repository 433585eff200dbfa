package tui

// press takes a key.
func (m *Model) press(key string) {
	if m.Prompt.kind != noPrompt {
		m.edit(key)
		return
	}
	b, found := lookup(key, m.View)
	switch {
	case m.Help:
		m.Help = false // any key closes the help
	case !found && needsOther(key):
		m.say(key + " acts in other views only; ? lists the keys of this one")
	case !found:
		m.say("no key " + key + " here; ? lists them")
	default:
		before := Draw(m)
		m.run(b)
		if m.align(); m.Message.Text == "" && m.Effect.Kind == NoEffect && Draw(m).Equal(before) {
			m.say(nowhere(b))
		}
	}
}

// nowhere says that a key has changed nothing.
func nowhere(b Binding) string {
	switch b.Command {
	case Up, PageUp, First:
		return "this is the first line"
	case Down, PageDown, Last:
		return "this is the last line"
	}
	return b.Help + ": nothing changes by that here"
}

func (m *Model) say(text string)  { m.Message = Message{Text: text} }
func (m *Model) warn(text string) { m.Message = Message{Text: text, Bad: true} }

// run does what a key means.
func (m *Model) run(b Binding) {
	switch {
	case m.everywhere(b):
	case m.Snapshot == nil || len(m.Snapshot.Conns()) == 0:
		m.say("nothing was read yet")
	case views[m.View].act(m, b): // what is the view's own first
		m.Touched = true
	case m.onClock(b):
		m.Touched = true
	default:
		m.say(cannot(b, m.View))
	}
}

// everywhere does what needs nothing to be selected.
func (m *Model) everywhere(b Binding) bool {
	switch b.Command {
	case GoView:
		m.goTo(b.Arg)
	case Back:
		m.back()
	case OpenFilter:
		m.Prompt = prompt{kind: filterPrompt}
	case OpenCommand:
		m.Prompt = prompt{kind: commandPrompt}
	case ToggleFollow:
		m.toggleFollow()
	case TogglePause:
		m.togglePause()
	case NextTheme:
		m.Theme = (m.Theme + 1) % len(themes)
		m.say("theme " + themes[m.Theme].name)
	case ShowHelp:
		m.Help = true
	case QuitProgram:
		m.Effect = Effect{Kind: Quit}
	case SortNext:
		m.sortNext()
	case SortReverse:
		m.sortReverse()
	default:
		return false
	}
	return true
}

// onClock does what is about the clock and the selection in every view.
func (m *Model) onClock(b Binding) bool {
	switch b.Command {
	case ZoomIn:
		m.zoom(1, 2)
	case ZoomOut:
		m.zoom(2, 1)
	case ZoomFit:
		m.Fitted, m.Touched = true, true
		m.fit()
		m.sayVisible()
	case Left:
		m.pan(-1)
	case Right:
		m.pan(1)
	case CursorBack:
		m.step(-1)
	case CursorForward:
		m.step(1)
	case NextFinding:
		m.toFinding(1)
	case PreviousFinding:
		m.toFinding(-1)
	case SetMark:
		m.mark()
	case ExportSelected:
		m.Prompt = prompt{kind: exportPrompt}
	case CopySelected:
		m.copySelected()
	default:
		return false
	}
	return true
}

// cannot says why a key does nothing.
func cannot(b Binding, v ViewID) string {
	switch b.Command {
	case Enter:
		return "there is nothing deeper to open in the " + names[v] + " view"
	case Up, Down, PageUp, PageDown, First, Last:
		return "there are no lines to move on in the " + names[v] + " view"
	case NextPane, NextTab, PreviousTab:
		return "the " + names[v] + " view has one part only"
	}
	return b.Help + ": there is nothing that this could be done to in the " + names[v] + " view"
}

// goTo shows a view, and remembers where it came from.
func (m *Model) goTo(v ViewID) {
	if v == m.View {
		m.say("this is the " + names[v] + " view")
		return
	}
	trail := m.Trail[max(0, len(m.Trail)-maxTrail):]
	m.Trail = append(trail[:len(trail):len(trail)], place{m.View, m.Conn, m.Stream, m.Frame})
	m.show(v)
}

// show shows a view. What its list shows first is gathered at once.
func (m *Model) show(v ViewID) {
	m.View = v
	if m.Snapshot != nil {
		m.Busy = m.gather(usualBudget)
	}
}

// maxTrail is how far back Esc leads.
const maxTrail = 64

func (m *Model) back() {
	n := len(m.Trail)
	switch {
	case n > 0:
		p := m.Trail[n-1]
		m.Trail = m.Trail[:n-1]
		m.Stream = p.stream
		if c := m.Snapshot.Conn(p.conn); c != nil {
			m.setCursor(c, p.frame)
		}
		m.show(p.view)
	case m.Filter != nil:
		m.setFilter("", nil)
		m.say("the filter is off")
	default:
		m.say("this is where you began; q quits")
	}
}
