package tui

import (
	"slices"

	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// streamView is one exchange in full, a tab for each side of it. Where there is
// room, two or three of the tabs are shown beside each other.
type streamView struct{ plain }

// The tabs, in the order in which they stand.
const (
	streamFields = iota
	streamBody
	streamFrames
	streamWindow
	streamFindings
	streamTabs
)

var streamTabNames = [streamTabs]string{"fields", "body", "frames", "window", "findings"}

// streamFill is which tabs have the room beside the one that was chosen.
var streamFill = [...]int{streamFrames, streamFields, streamWindow}

// A detail is how far the tabs of an exchange are scrolled.
type detail struct {
	conn   uint64
	stream uint32
	scroll [streamTabs]int
	pages  int // of the body, beyond the first
}

// streamDetail is that of the selected exchange.
func (m *Model) streamDetail() detail {
	if d := m.detail; d.conn == m.Conn && d.stream == m.Stream {
		return d
	}
	return detail{conn: m.Conn, stream: m.Stream}
}

// streamShown are the tabs that are shown, in their order.
func (m *Model) streamShown() []int {
	shown := []int{m.Tab[Stream]}
	for _, tab := range streamFill {
		if len(shown) < panes(m.Size.W) && !slices.Contains(shown, tab) {
			shown = append(shown, tab)
		}
	}
	slices.Sort(shown)
	return shown
}

func (m *Model) streamShows(tab int) bool {
	return m.View == Stream && slices.Contains(m.streamShown(), tab)
}

func (v streamView) draw(m *Model, c *cells.Canvas) {
	conn, x, found := m.exchange()
	if !found {
		c.Text(2, 2, cells.Faint, "no stream is selected; 2 lists them")
		return
	}
	head := m.streamHead(conn, &x)
	v.head(m, c.Sub(0, 0, c.W, head), conn, &x)
	shown := m.streamShown()
	for i, area := range columns(c.Sub(0, head, c.W, c.H-head), len(shown)) {
		tab := shown[i]
		if len(shown) > 1 {
			area = m.drawPane(area, streamTabNames[tab], tab == m.Tab[Stream])
		}
		v.tab(m, area, conn, &x, tab)
	}
}

// tab draws one tab.
func (v streamView) tab(m *Model, c *cells.Canvas, conn *timeline.Conn, x *timeline.Exchange, tab int) {
	top := m.streamDetail().scroll[tab]
	switch tab {
	case streamFields:
		drawLines(c, fieldLines(conn, x, c.W), top)
	case streamBody:
		m.drawBody(c, top)
	case streamFrames:
		m.drawLadder(c, conn, x)
	case streamWindow:
		m.drawStreamWindow(c, conn, x)
	case streamFindings:
		v.findings(c, conn, x, top)
	}
}

func (v streamView) act(m *Model, b Binding) bool {
	conn, x, found := m.exchange()
	if !found {
		return false
	}
	switch b.Command {
	case NextTab, NextPane:
		m.Tab[Stream] = (m.Tab[Stream] + 1) % streamTabs
	case PreviousTab:
		m.Tab[Stream] = (m.Tab[Stream] + streamTabs - 1) % streamTabs
	case Enter:
		v.open(m, conn, &x)
	case PinStream:
		m.pin()
	default:
		return v.scroll(m, conn, &x, b)
	}
	return true
}

// paneWidth is how wide a pane is.
func (m *Model) paneWidth() int {
	n := len(m.streamShown())
	return (m.Size.W+1)/n - 1
}

// scroll moves within the chosen tab.
func (v streamView) scroll(m *Model, conn *timeline.Conn, x *timeline.Exchange, b Binding) bool {
	page := m.bodySize().H - m.streamHead(conn, x)
	if len(m.streamShown()) > 1 {
		page-- // for the heads of panes
	}
	tab := m.Tab[Stream]
	if tab == streamFrames || tab == streamWindow {
		return m.moveLadder(conn, b, page)
	}
	by, known := scrollStep(b.Command, page)
	if !known {
		return false
	}
	length := 0
	switch tab {
	case streamFields:
		length = len(fieldLines(conn, x, m.paneWidth())) - page
	case streamFindings:
		length = len(findingsOf(conn, x.ID)) - 1
	case streamBody:
		length = m.bodyLength(m.paneWidth()) - page + 1 + len(m.Body.Notes)
	}
	d := m.streamDetail()
	to := d.scroll[tab] + by
	if tab == streamBody && to > length && m.Body.got < m.Body.of && d.pages < maxBodyPages {
		d.pages++
	}
	d.scroll[tab] = m.bounded("line", d.scroll[tab], to, length)
	if d.pages > m.streamDetail().pages {
		m.say("reading more of the body")
	}
	m.detail = d
	return true
}

// open goes deeper into what the chosen tab shows.
func (streamView) open(m *Model, conn *timeline.Conn, x *timeline.Exchange) {
	switch m.Tab[Stream] {
	case streamFields:
		if x.Opened != 0 && (m.Frame < x.Opened || m.Frame > x.Last) {
			m.setCursor(conn, x.Opened)
		}
		m.goTo(HPACK)
	case streamBody:
		m.Pane[Stream] = (m.Pane[Stream] + 1) % bodyWays
		d := m.streamDetail()
		d.scroll[streamBody], d.pages = 0, 0
		m.detail = d
	case streamFrames:
		m.goTo(Frames)
	case streamWindow:
		m.goTo(Windows)
	case streamFindings:
		indexes := findingsOf(conn, x.ID)
		if len(indexes) == 0 {
			m.say("nothing was found about this stream")
			return
		}
		f := conn.Finding(indexes[min(m.streamDetail().scroll[streamFindings], len(indexes)-1)])
		m.showFinding(conn, &f)
		m.goTo(Frames)
	}
}
