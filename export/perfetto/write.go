package perfetto

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// Options say what is in a trace. The zero value has all in it.
type Options struct {
	// Selected says whether a stream is in the trace, or with stream 0 what is
	// a connection's own; nil: all are. A connection of which nothing is selected
	// is left out.
	Selected func(conn uint64, stream uint32) bool
	// Busiest is for how many streams of each connection, those with most DATA,
	// there are counters of their windows. 0: 16; none where negative.
	Busiest int
	// Redact says what of addresses is not shown; nil: all is.
	Redact *redact.Policy
}

const defaultBusiest = 16

// Write writes the trace of what a snapshot has. The error is that of w.
func Write(w io.Writer, s *timeline.Snapshot, o Options) error {
	if o.Selected == nil {
		o.Selected = func(uint64, uint32) bool { return true }
	}
	if o.Busiest == 0 {
		o.Busiest = defaultBusiest
	}
	t := &trace{out: w}
	conns := s.Conns()
	if len(conns) > 0 {
		t.begin(conns[0].Opened().Time)
	}
	for _, c := range conns {
		if p := newProcess(t, c, &o); p.selected() {
			p.write()
		}
	}
	about := t.forgotten(s.Forgotten())
	t.findings(about, s.Findings(), &o)
	t.flush()
	return t.err
}

// A process is what the trace has of one connection.
type process struct {
	*trace
	conn    *timeline.Conn
	options *Options
	own     bool  // what is the connection's own is selected
	streams []int // the exchanges that are, by index

	id     uint64            // its track
	events uint64            // the track of what is the connection's own
	group  uint64            // the track above those of its streams
	stream map[uint32]uint64 // the tracks of streams
}

func newProcess(t *trace, c *timeline.Conn, o *Options) *process {
	p := &process{trace: t, conn: c, options: o, own: o.Selected(c.Number(), 0), stream: make(map[uint32]uint64)}
	for i := c.NextExchange(0); i < c.Exchanges(); i = c.NextExchange(i + 1) {
		if x := c.Exchange(i); o.Selected(c.Number(), x.ID) {
			p.streams = append(p.streams, i)
		}
	}
	return p
}

func (p *process) selected() bool { return p.own || len(p.streams) > 0 }

func (p *process) write() {
	opened := p.conn.Opened()
	p.id = p.add(track{
		name:    fmt.Sprintf("connection %d, %s > %s", opened.Conn, opened.Client, opened.Server),
		process: opened.Conn,
	})
	p.events = p.add(track{name: "connection", parent: p.id})
	p.lifetime()
	for sender := range h2decode.Side(2) {
		p.windows(p.id, 0, sender, int32(sender)+1)
	}
	if len(p.streams) > 0 {
		p.group = p.add(track{name: "streams", parent: p.id, ordered: true})
	}
	for _, i := range p.streams {
		x := p.conn.Exchange(i)
		p.exchange(&x)
	}
	for _, i := range p.busiest() {
		x := p.conn.Exchange(i)
		for sender := range h2decode.Side(2) {
			p.windows(p.stream[x.ID], x.ID, sender, int32(sender))
		}
	}
	p.endings()
	p.gaps()
	p.findings()
}

// lifetime is a slice for as long as the connection was there.
func (p *process) lifetime() {
	e := &event{track: p.events, time: p.conn.Opened().Time, name: "open", category: "connection"}
	e.annotation = append(e.annotation, h2decode.Evidence{Name: "packet", Number: int64(p.conn.Opened().Packet)})
	end := p.conn.Clock()
	if c := p.conn.Closed(); c != nil {
		e.name, end = c.Protocol.String(), max(end, c.Closed)
		e.annotation = append(e.annotation,
			h2decode.Evidence{Name: "transport", Text: c.Transport.String()}, h2decode.Evidence{Name: "close", Text: c.Close.String()})
		if c.TLS != nil && c.TLS.Reason != "" {
			e.annotation = append(e.annotation, h2decode.Evidence{Name: "not decrypted", Text: c.TLS.Reason})
		}
	}
	p.begins(e)
	p.ends(p.events, end)
}

// windows draws a flow-control window: what it was last at each instant. Frames of
// which the capture lacked a packet for a while are told late, and count from then.
func (p *process) windows(parent uint64, stream uint32, sender h2decode.Side, rank int32) {
	var counter uint64
	var last timeline.WindowPoint
	tell := func() {
		if !last.Window.Known {
			return
		}
		if counter == 0 {
			name := "window for what the " + sender.String() + " sends"
			counter = p.add(track{name: name, parent: parent, rank: rank, counter: true})
		}
		p.counts(counter, last.Time, last.Window.Octets)
	}
	for point := range p.conn.Windows(sender, stream) {
		if point.Time > last.Time {
			tell()
		}
		point.Time = max(point.Time, last.Time)
		last = point
	}
	tell()
}

// busiest are the exchanges with most DATA, in order of opening.
func (p *process) busiest() []int {
	if p.options.Busiest < 0 {
		return nil
	}
	type load struct {
		index  int
		octets uint64
	}
	var loads []load
	for _, i := range p.streams {
		x := p.conn.Exchange(i)
		if octets := x.Request.DataBytes + x.Response.DataBytes; octets > 0 {
			loads = append(loads, load{i, octets})
		}
	}
	slices.SortStableFunc(loads, func(a, b load) int { return cmp.Compare(b.octets, a.octets) })
	var indexes []int
	for _, l := range loads[:min(len(loads), p.options.Busiest)] {
		indexes = append(indexes, l.index)
	}
	slices.Sort(indexes)
	return indexes
}
