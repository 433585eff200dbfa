package text

import (
	"io"
	"net/netip"
	"strconv"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

// Conns shows a line a connection, in order of their numbers.
type Conns struct {
	options Options
	workers []*connRows
}

// NewConns returns a view of connections.
func NewConns(o Options) *Conns { return &Conns{options: o} }

// ConnKeys are the orders that connections can be sorted by; the first is that
// of the capture.
func ConnKeys() []string { return names(connKeys[:]) }

// A connRow is what is kept of a connection.
type connRow struct {
	number           uint64
	client, server   netip.AddrPort
	opened, closed   int64
	transport        h2decode.Transport
	protocol         h2decode.Protocol
	frames, streams  uint64
	sent, received   uint64
	retransmissions  uint64
	gaps, gapBytes   uint64
	notes            string // how it ended, and began
	trouble          string // "" where there was none
	goAwayWithErrors bool
}

var connKeys = [...]key[connRow]{
	{"conn", ascending(func(r *connRow) uint64 { return r.number })},
	{"time", ascending(func(r *connRow) int64 { return r.opened })},
	{"took", descending(func(r *connRow) int64 { return r.closed - r.opened })},
	{"bytes", descending(func(r *connRow) uint64 { return r.sent + r.received })},
	{"streams", descending(func(r *connRow) uint64 { return r.streams })},
	{"frames", descending(func(r *connRow) uint64 { return r.frames })},
	{"retransmissions", descending(func(r *connRow) uint64 { return r.retransmissions })},
	{"gaps", descending(func(r *connRow) uint64 { return r.gapBytes })},
}

// Head writes nothing: the table has its head with it.
func (v *Conns) Head(io.Writer) error { return nil }

// Worker returns the renderer of one worker.
func (v *Conns) Worker() Renderer {
	rows := new(connRows)
	v.workers = append(v.workers, rows)
	return rows
}

// connRows is one worker's.
type connRows struct{ rows []*connRow }

// Event keeps what is told when a connection is over.
func (c *connRows) Event(dst []byte, e h2decode.Event) []byte {
	if e, ok := e.(*h2decode.ConnectionClosed); ok {
		c.rows = append(c.rows, newConnRow(e.Connection))
	}
	return dst
}

func newConnRow(c *h2decode.Connection) *connRow {
	t := &c.TCP
	return &connRow{
		number: c.Number, client: c.Client, server: c.Server,
		opened: c.Opened, closed: c.Closed,
		transport: c.Transport, protocol: c.Protocol,
		frames: c.Frames, streams: c.Streams,
		sent: t.Bytes[h2decode.Client], received: t.Bytes[h2decode.Server],
		retransmissions: both(t.Retransmissions),
		gaps:            both(t.Gaps), gapBytes: both(t.GapBytes),
		notes: connNotes(c), trouble: connTrouble(c),
		goAwayWithErrors: goAwayError(c.GoAway[0]) || goAwayError(c.GoAway[1]),
	}
}

func both(counts [2]uint64) uint64 { return counts[0] + counts[1] }

func goAwayError(g *h2decode.GoAway) bool { return g != nil && g.Code != h2decode.NoError }

// connTrouble names what went wrong, the worst first.
func connTrouble(c *h2decode.Connection) string {
	var all []string
	t := &c.TCP
	for side, g := range c.GoAway {
		if goAwayError(g) {
			all = append(all, "GOAWAY "+g.Code.String()+" by "+h2decode.Side(side).String())
		}
	}
	if n := both(t.Gaps); n > 0 {
		all = append(all, count(n, "gap")+" of "+octets(both(t.GapBytes)))
	}
	all = append(all, tcpTrouble(t)...)
	return strings.Join(all, ", ")
}

// connNotes says how the connection ended, how HTTP/2 began on it and what it
// came through.
func connNotes(c *h2decode.Connection) string {
	var all []string
	if c.TLS != nil && c.TLS.Decrypted != "full" {
		all = append(all, notDecrypted(c.TLS))
	}
	all = append(all, connEnd(c))
	if c.Start != h2decode.NoStart {
		all = append(all, c.Start.String())
	}
	if c.TLS != nil {
		all = append(all, tlsNotes(c.TLS)...)
	}
	if c.Continues != 0 {
		all = append(all, "continues "+strconv.FormatUint(c.Continues, 10))
	}
	for _, g := range c.GoAway {
		if g != nil && g.Code == h2decode.NoError {
			all = append(all, "GOAWAY")
			break
		}
	}
	for i := range c.Via {
		all = append(all, via(&c.Via[i]))
	}
	for _, link := range c.Links {
		if link != "" {
			all = append(all, printable.String(link))
		}
	}
	return strings.Join(all, ", ")
}

func connEnd(c *h2decode.Connection) string {
	if c.HasCloser {
		return c.Close.String() + " by " + c.ClosedBy.String()
	}
	return c.Close.String()
}

func via(v *h2decode.Via) string {
	s := "via " + v.Kind
	if v.Target != "" {
		s += " to " + printable.String(v.Target)
	}
	if v.Source != "" {
		s += " from " + printable.String(v.Source)
	}
	return s
}

// connColumns is how the table is laid out.
var connColumns = []column{
	{head: "conn", right: true},
	{head: "client", min: 15},
	{head: "server", min: 14},
	{head: "proto"},
	{head: "time", right: true, drop: 2},
	{head: "took", right: true, drop: 5},
	{head: "streams", right: true},
	{head: "frames", right: true, drop: 1},
	{head: "sent", right: true, drop: 3},
	{head: "recv", right: true, drop: 4},
	{head: "notes", min: 20},
}

// Foot writes the table.
func (v *Conns) Foot(w io.Writer) error {
	var rows []*connRow
	for _, worker := range v.workers {
		rows = append(rows, worker.rows...)
	}
	rows = arrange(rows, connKeys[:], v.options.Sort, v.options.Limit)
	return writeConns(w, rows, &v.options)
}

func writeConns(w io.Writer, rows []*connRow, o *Options) error {
	opened := make([]string, len(rows))
	c := newClock(o)
	for i, r := range rows {
		opened[i] = string(c.append(nil, r.opened))
	}
	t := table{columns: connColumns, rows: len(rows), row: func(i int, cells []cell) {
		rows[i].cells(cells)
		cells[4].text = opened[i]
	}}
	return t.write(w, o)
}

func (r *connRow) cells(cells []cell) {
	notes, s := r.notes, plain
	if r.trouble != "" {
		notes, s = r.trouble+", "+r.notes, r.style()
	}
	cells[0].text = strconv.FormatUint(r.number, 10)
	cells[1].text = r.client.String()
	cells[2].text = r.server.String()
	cells[3] = cell{r.protocol.String(), protocolStyle(r.protocol)}
	if r.protocol == h2decode.ProtocolH2 {
		cells[6].text = strconv.FormatUint(r.streams, 10)
		cells[7].text = strconv.FormatUint(r.frames, 10)
	}
	cells[5].text = duration(r.closed - r.opened)
	cells[8] = cell{size(r.sent), fromClient}
	cells[9] = cell{size(r.received), fromServer}
	cells[10] = cell{notes, s}
}

// style is that of the notes where there was trouble.
func (r *connRow) style() style {
	if r.gaps > 0 || r.goAwayWithErrors {
		return bad
	}
	return warn
}

func protocolStyle(p h2decode.Protocol) style {
	if p == h2decode.ProtocolH2 {
		return plain
	}
	return faint
}
