package tui

import (
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
	"h2scope/tui/chart"
)

// A view shows one side of the capture. Its methods depend on the model alone.
type view interface {
	// draw puts the view on a canvas.
	draw(m *Model, c *cells.Canvas)
	// act takes a command that is the view's own; it says false where the
	// command means nothing here.
	act(m *Model, b Binding) bool
	// rows says what its list shows, where it has one.
	rows(m *Model) (rowSource, bool)
}

// views are all of them, by ViewID.
var views = [viewCount]view{
	Connections: connectionsView{}, Streams: streamsView{}, Stream: streamView{}, Frames: framesView{},
	Windows: windowsView{}, Priority: priorityView{}, HPACK: hpackView{}, Findings: findingsView{}, Settings: settingsView{},
}

// names are what views are called, on the screen and in --view.
var names = [viewCount]string{
	Connections: "connections", Streams: "streams", Stream: "stream", Frames: "frames", Windows: "windows",
	Priority: "priority", HPACK: "hpack", Findings: "findings", Settings: "settings",
}

// String is the name of the view.
func (v ViewID) String() string { return names[v] }

// ViewNames are the names of the views, in the order of their number keys.
func ViewNames() []string { return names[Connections:] }

// ViewNamed is the view of a name, NoView where there is none.
func ViewNamed(name string) ViewID {
	for id, n := range names {
		if n == name && n != "" {
			return ViewID(id)
		}
	}
	return NoView
}

// plain is a view without a list; others embed it.
type plain struct{}

func (plain) rows(*Model) (rowSource, bool) { return rowSource{}, false }

func (m *Model) glyphs() *chart.Glyphs {
	if m.ASCII {
		return &chart.ASCII
	}
	return &chart.Unicode
}

// exchanges are a source of the rows of all exchanges that pass the filter.
// Pushes stand below their parent.
func (m *Model) exchanges() rowSource {
	return rowSource{
		count: (*timeline.Conn).Exchanges,
		keep:  func(*timeline.Conn, int) bool { return true },
		sift:  m.Filter,
		row:   func(c *timeline.Conn, i int) (uint32, int64) { x := c.Exchange(i); return uint32(i), x.OpenedAt },
		under: parent,
		next:  (*timeline.Conn).NextExchange,
		cost:  2,
	}
}

// parent is the exchange that a pushed one stands below, and when that began;
// others are their own.
func parent(c *timeline.Conn, i int) (item uint32, time int64) {
	x := c.Exchange(i)
	if x.Parent != 0 {
		if from, found := c.ExchangeOf(x.Parent); found && from.Index < i {
			return uint32(from.Index), from.OpenedAt
		}
	}
	return uint32(i), x.OpenedAt
}

// judging is what looking at an item takes of the budget: much more where there
// is a filter.
func (m *Model) judging() int {
	if m.Filter != nil {
		return judgingFrame
	}
	return 1
}
