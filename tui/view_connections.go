package tui

import (
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// connectionsView is a line a connection, and below it all about the one that
// is selected.
type connectionsView struct{}

var connectionColumns = []column{
	{head: "conn", width: 4, right: true},
	{head: "client", width: 21},
	{head: "server", width: 21},
	{head: "name", width: 20, wide: 120},
	{head: "began", width: 15, wide: 180},
	{head: "TLS", width: 16, wide: 150},
	{head: "streams", width: 7, right: true},
	{head: "frames", width: 6, right: true},
	{head: "sent", width: 5, right: true, wide: 140},
	{head: "recv", width: 5, right: true, wide: 140},
	{head: "time", width: 6, right: true, wide: 100},
	{head: "trouble"},
}

func (connectionsView) rows(m *Model) (rowSource, bool) {
	return rowSource{
		count: func(*timeline.Conn) int { return 1 },
		keep:  func(*timeline.Conn, int) bool { return true },
		sift:  m.Filter,
		whole: true,
		row:   func(c *timeline.Conn, _ int) (uint32, int64) { return 0, c.Opened().Time },
		cost:  100,
	}, true
}

// listArea is where the rows are. Below them, all about the selected one has up
// to half of the view.
func (connectionsView) listArea(m *Model) (top, lines int) {
	h := m.bodySize().H
	return 1, h - 1 - min(h/2, 10)
}

func (v connectionsView) draw(m *Model, c *cells.Canvas) {
	l := m.Lists[Connections]
	_, lines := v.listArea(m)
	below := c.H - 1 - lines
	t := table{columns: connectionColumns, sort: l.sort, reverse: l.reverse, line: func(r row) []cell { return connectionLine(m.Snapshot.Conn(r.connection())) }}
	t.draw(c.Sub(0, 0, c.W, c.H-below), &l)
	if len(l.rows) == 0 {
		m.drawEmpty(c.Sub(0, 1, c.W, lines), "connection")
	}
	if conn := m.conn(); conn != nil && below > 0 {
		drawFacts(c.Sub(0, c.H-below, c.W, below), m.connectionFacts(conn))
	}
}

func connectionLine(c *timeline.Conn) []cell {
	line := make([]cell, len(connectionColumns))
	opened, totals := c.Opened(), c.Totals()
	line[0].text = strconv.FormatUint(c.Number(), 10)
	line[1].text = opened.Client.String()
	line[2].text = opened.Server.String()
	line[6].text = size(totals.Exchanges)
	line[7].text = size(totals.Frames[0] + totals.Frames[1])
	line[8].text, line[9].text = size(sent(c, h2decode.Client)), size(sent(c, h2decode.Server))
	line[10].text = duration(c.Clock() - opened.Time)
	line[3].text = connectionName(c)
	over := c.Closed()
	if over != nil {
		line[4].text = over.Start.String()
		if over.Start == h2decode.NoStart {
			line[4] = cell{over.Protocol.String(), cells.Faint}
		}
		line[5] = tlsCell(over.TLS)
	}
	line[11] = troubleCell(c, over)
	return line
}

// sent is how many octets a side sent: TCP's when the connection is over, those of
// frames before.
func sent(c *timeline.Conn, side h2decode.Side) uint64 {
	if over := c.Closed(); over != nil {
		return over.TCP.Bytes[side]
	}
	return c.Totals().Octets[side]
}

// connectionName is what the client called the server: by TLS, to a proxy, or
// in its first request.
func connectionName(c *timeline.Conn) string {
	if over := c.Closed(); over != nil {
		if over.TLS != nil && over.TLS.ServerName != "" {
			return printable.String(over.TLS.ServerName)
		}
		for _, v := range over.Via {
			if v.Target != "" {
				return printable.String(v.Target)
			}
		}
	}
	first := c.NextExchange(0)
	if first == c.Exchanges() {
		return ""
	}
	x := c.Exchange(first)
	return value(c.Fields(&x, h2decode.Client).Fields, ":authority")
}

func tlsCell(s *h2decode.Security) cell {
	switch {
	case s == nil:
		return cell{"-", cells.Faint}
	case s.Decrypted == "full":
		return cell{s.Version, cells.Good}
	}
	return cell{s.Decrypted + ": " + s.Reason, cells.Warn}
}

// troubles weighs what went wrong, for the order of connections.
func troubles(c *timeline.Conn) int64 {
	t := c.Totals()
	return int64(t.Findings[h2decode.SeverityError])<<32 + int64(t.Findings[h2decode.SeverityWarning])<<16 +
		int64(t.Stalls+t.Resets) + int64(len(c.Gaps()))
}

// troubleCell says what went wrong, the worst first.
func troubleCell(c *timeline.Conn, over *h2decode.Connection) cell {
	totals := c.Totals()
	var text string
	style := cells.Plain
	add := func(n uint64, what string, s cells.Style) {
		if n == 0 {
			return
		}
		if text != "" {
			text += ", "
		} else {
			style = s
		}
		text += counted(n, what)
	}
	if over != nil && over.Protocol != h2decode.ProtocolH2 {
		text, style = over.Protocol.String(), cells.Faint
	}
	add(totals.Findings[h2decode.SeverityError], "error", cells.Bad)
	add(totals.Findings[h2decode.SeverityWarning], "warning", cells.Warn)
	add(totals.Stalls, "stall", cells.Warn)
	add(totals.Resets, "reset", cells.Warn)
	add(uint64(len(c.Gaps())), "gap", cells.Bad)
	if over != nil {
		add(over.TCP.Retransmissions[0]+over.TCP.Retransmissions[1], "retransmission", cells.Faint)
	}
	return cell{text, style}
}

func (v connectionsView) act(m *Model, b Binding) bool {
	l := &m.Lists[Connections]
	_, lines := v.listArea(m)
	switch {
	case m.moveList(l, b, lines):
		m.chooseRow(l)
	case b.Command == Enter:
		m.goTo(Streams)
	default:
		return false
	}
	return true
}
