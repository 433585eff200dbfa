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
type connectionsView struct{ plain }

var connectionColumns = []column{
	{head: "conn", width: 4, right: true},
	{head: "client", width: 21},
	{head: "server", width: 21},
	{head: "name", width: 20, wide: 120},
	{head: "began", width: 15, wide: 140},
	{head: "TLS", width: 16, wide: 120},
	{head: "streams", width: 7, right: true},
	{head: "frames", width: 6, right: true},
	{head: "sent", width: 5, right: true, wide: 100},
	{head: "recv", width: 5, right: true, wide: 100},
	{head: "time", width: 7, right: true, wide: 100},
	{head: "trouble"},
}

func (connectionsView) rows(m *Model) (rowSource, bool) {
	return rowSource{
		count: func(*timeline.Conn) int { return 1 },
		keep:  func(c *timeline.Conn, _ int) bool { return m.Filter == nil || m.Filter.Conn(c) },
		row:   func(c *timeline.Conn, _ int) (uint32, int64) { return 0, c.Opened().Time },
	}, true
}

func (connectionsView) draw(m *Model, c *cells.Canvas) {
	l := m.Lists[Connections]
	below := 0
	if c.H >= 24 {
		below = 9
	}
	l.show(c.H - below - 1)
	t := table{columns: connectionColumns, sort: l.sort, reverse: l.reverse, line: func(r row) []cell { return connectionLine(m.Snapshot.Conn(r.connection())) }}
	t.draw(c.Sub(0, 0, c.W, c.H-below), &l)
	if conn := m.conn(); conn != nil && below > 0 {
		drawConnection(c.Sub(0, c.H-below, c.W, below), conn)
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
	line[8].text, line[9].text = size(totals.Octets[0]), size(totals.Octets[1])
	line[10].text = duration(c.Clock() - opened.Time)
	over := c.Closed()
	if over != nil {
		line[3].text = connectionName(over)
		line[4].text = over.Start.String()
		if over.Start == h2decode.NoStart {
			line[4] = cell{over.Protocol.String(), cells.Faint}
		}
		line[5] = tlsCell(over.TLS)
	}
	line[11] = troubleCell(c, over)
	return line
}

// connectionName is what the client called the server.
func connectionName(c *h2decode.Connection) string {
	if c.TLS != nil && c.TLS.ServerName != "" {
		return printable.String(c.TLS.ServerName)
	}
	for _, v := range c.Via {
		if v.Target != "" {
			return printable.String(v.Target)
		}
	}
	return ""
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
		text += size(n) + " " + what
	}
	add(totals.Findings[h2decode.SeverityError], "errors", cells.Bad)
	add(totals.Findings[h2decode.SeverityWarning], "warnings", cells.Warn)
	add(totals.Stalls, "stalls", cells.Warn)
	add(totals.Resets, "resets", cells.Warn)
	add(uint64(len(c.Gaps())), "gaps", cells.Bad)
	if over != nil {
		add(over.TCP.Retransmissions[0]+over.TCP.Retransmissions[1], "retransmissions", cells.Faint)
	}
	return cell{text, style}
}

// drawConnection shows the facts of a connection.
func drawConnection(c *cells.Canvas, conn *timeline.Conn) {
	for x := range c.W {
		c.Set(x, 0, '─', cells.Guide)
	}
	y := 1
	for _, fact := range connectionFacts(conn) {
		if y == c.H {
			return
		}
		x := c.Text(1, y, cells.Label, fact.name)
		c.Text(max(x+1, 16), y, fact.style, printable.String(fact.text))
		y++
	}
}

func (v connectionsView) act(m *Model, b Binding) bool {
	l := &m.Lists[Connections]
	if m.moveList(l, b, m.bodySize().H-1) {
		m.chooseConnection(l.selected.connection())
		return true
	}
	switch b.Command {
	case Enter:
		m.goTo(Streams)
		m.Lists[Streams].chooseConn(m.Conn)
	case SortNext:
		m.sortList(l, len(connectionColumns))
	default:
		return false
	}
	return true
}

// chooseConnection makes a connection the one that all views are about.
func (m *Model) chooseConnection(number uint64) {
	c := m.Snapshot.Conn(number)
	if c == nil {
		return
	}
	m.setCursor(c, min(1, uint64(c.Len())))
	if c.Exchanges() > 0 {
		m.Stream = c.Exchange(0).ID
	}
}

// chooseConn selects the first row of a connection.
func (l *list) chooseConn(conn uint64) {
	for i, r := range l.rows {
		if r.connection() == conn {
			l.choose(i)
			return
		}
	}
}
