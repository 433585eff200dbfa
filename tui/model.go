package tui

import (
	"h2scope/h2decode/timeline"
	"h2scope/tui/chart"
)

// A ViewID names a view. The number keys choose them: 1 is Connections.
type ViewID uint8

// The views.
const (
	NoView ViewID = iota
	Connections
	Streams
	Stream
	Frames
	Windows
	Priority
	HPACK
	Findings
	Settings
	viewCount
)

// A Size is that of the screen, in cells.
type Size struct{ W, H int }

// A Model is all that the screen shows. Update makes the next of it; a Model
// that was shown is not changed any more.
type Model struct {
	Options  Options
	Snapshot *timeline.Snapshot
	Status   Status
	Size     Size

	View  ViewID
	Trail []place // where Esc leads back to, the last first

	// The one clock: the instant that every view shows. It is that of a frame
	// of the connection that is selected.
	Conn   uint64
	Stream uint32
	Frame  uint64 // the last frame at the instant; 0: before the first
	Time   int64  // the instant
	Marked int64  // the other end of a measurement; 0: none
	Began  int64  // the time of the first packet, where its connection was forgotten

	Span   chart.Span // the time that charts show
	Fitted bool       // Span follows the capture

	Pins []pin // streams to be compared with the selected one, in Windows

	Lists  [viewCount]list
	Pane   [viewCount]int // which part of a view has the keys
	Tab    [viewCount]int // which tab is shown
	Scroll [viewCount]int // first line of what is scrolled

	Filter  Filter
	Filters []string // what was typed, the last first; the first is in force where Filter is set
	Lines   []string // commands that were typed, the last first
	Prompt  prompt
	Help    bool
	Paused  bool // no new snapshots are taken
	Follow  bool // the selection stays at the newest
	Touched bool // the user has chosen something: nothing is selected for them any more
	slow    slowest
	tally   tally // of findings

	Octets [octetUses]Octets // of the frame and of the body that are shown
	Body   Body              // the body that is shown
	detail detail            // how far the parts of the Stream view are scrolled
	memo   *memo             // what was worked out of the snapshot to be drawn

	Message Message
	Effect  Effect // what the app is to do, once

	ASCII bool
	Theme int
	Busy  bool // a list is being gathered
}

// A place is where the model was.
type place struct {
	view   ViewID
	conn   uint64
	stream uint32
	frame  uint64
}

// A Message is what the status line says until the next key.
type Message struct {
	Text string
	Bad  bool
}

// An Effect is something that reaches beyond the model. The app does it, and
// comes back with an action that says what came of it.
type Effect struct {
	Kind      EffectKind
	Format    string // of an export
	Path      string
	Text      string // to copy, or of a filter
	Selection Selection
	Order     Order  // of OrderList
	Octets    Octets // to read: its Key and Ranges
}

// An EffectKind is what is to be done.
type EffectKind uint8

// The effects.
const (
	NoEffect EffectKind = iota
	Quit
	Export
	CopyText
	CopyCurl // of the exchange of Selection
	CompileFilter
	CompleteFilter
	OrderList
	FetchOctets
)

// conn is the connection that is selected, nil where there is none.
func (m *Model) conn() *timeline.Conn {
	if m.Snapshot == nil {
		return nil
	}
	return m.Snapshot.Conn(m.Conn)
}

// exchange is the exchange that is selected.
func (m *Model) exchange() (c *timeline.Conn, x timeline.Exchange, found bool) {
	if c = m.conn(); c == nil {
		return nil, x, false
	}
	x, found = c.ExchangeOf(m.Stream)
	return c, x, found
}

// state is what the connection was like at the instant of the clock.
func (m *Model) state() *timeline.State {
	c := m.conn()
	if c == nil {
		return nil
	}
	return c.AtFrame(min(m.Frame, uint64(c.Len())))
}

// zero is the time from which times are counted: the first packet's that is
// known.
func (m *Model) zero() int64 {
	if m.Snapshot == nil {
		return 0
	}
	if m.Began != 0 {
		return m.Began
	}
	for _, c := range m.Snapshot.Conns() {
		return c.Opened().Time
	}
	return 0
}
