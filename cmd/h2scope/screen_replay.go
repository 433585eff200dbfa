package main

import (
	"fmt"
	"iter"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui"
	"h2scope/tui/body"
)

// A replay tells again what the timeline and the spool keep of exchanges, so
// that exporters can be used on what is selected.
type replay struct {
	screening *screening
	conn      *timeline.Conn
	tell      func(h2decode.Event)
	err       error // why octets are missing
}

// exchanges tells the selected exchange, or all of the connection.
func (r *replay) exchanges(s tui.Selection) error {
	if r.conn = s.Snapshot.Conn(s.Conn); r.conn == nil {
		return fmt.Errorf("there is no connection %d", s.Conn)
	}
	opened := r.conn.Opened()
	r.tell(&opened)
	for i := r.conn.NextExchange(0); i < r.conn.Exchanges(); i = r.conn.NextExchange(i + 1) {
		if x := r.conn.Exchange(i); s.Stream == 0 || x.ID == s.Stream {
			r.exchange(&x)
		}
	}
	if over := r.conn.Closed(); over != nil {
		r.tell(&h2decode.ConnectionClosed{Connection: over})
	}
	return nil
}

// exchange tells one exchange: its frames, the data in them, and its end.
func (r *replay) exchange(x *timeline.Exchange) {
	filter := new(screenFilter)
	origin := h2decode.Origin{Conn: r.conn.Number()}
	var before [2]timeline.Frame
	for f := range r.frames(x) {
		r.lost(&before[f.From], &f)
		before[f.From] = f
		e := filter.decoded(r.conn, &f, x)
		origin = e.Origin
		r.data(&f)
		r.tell(&e)
		if f.Opens == x.ID {
			r.tell(&h2decode.StreamChanged{Origin: e.Origin, Stream: x.ID, Old: h2decode.Idle, New: f.State})
		}
	}
	r.tell(&h2decode.StreamClosed{Origin: origin, Stream: filter.stream(r.conn, x)})
}

func (r *replay) frames(x *timeline.Exchange) iter.Seq[timeline.Frame] {
	return func(yield func(timeline.Frame) bool) {
		for n := range r.conn.FramesOf(x.ID) {
			if !yield(r.conn.Frame(n)) {
				return
			}
		}
	}
}

// lost tells that frames are lost between two of one side, of which the first may
// be none.
func (r *replay) lost(before, after *timeline.Frame) {
	if before.Number == 0 {
		return
	}
	if octets := body.Lost(r.conn, before, after); octets > 0 {
		r.tell(&h2decode.GapFound{
			Origin:  h2decode.Origin{Conn: r.conn.Number(), From: after.From, Packet: after.Packet, Time: after.Time, Offset: before.Offset},
			Skipped: octets,
		})
	}
}

// data tells the data of a DATA frame, without its padding (RFC 9113, Section
// 6.1).
func (r *replay) data(f *timeline.Frame) {
	if f.Header.Type != h2decode.TypeData || f.Header.Length == 0 || f.Malformed != nil {
		return
	}
	e := h2decode.DataDecoded{
		Origin: h2decode.Origin{Conn: r.conn.Number(), From: f.From, Packet: f.Packet, Time: f.Time, Offset: f.Offset + h2decode.HeaderLength},
		Stream: f.Header.Stream,
	}
	octets, err := r.screening.Octets(r.conn.Number(), f.From, e.Offset, int(f.Header.Length))
	if err != nil || len(octets) < int(f.Header.Length) {
		r.err = err
		e.Missing = f.Header.Length
		r.tell(&e)
		return
	}
	if f.Header.Flags.Has(h2decode.FlagPadded) {
		padding := int(octets[0])
		octets = octets[1:max(1, len(octets)-padding)]
		e.Offset++
	}
	e.Data = octets
	r.tell(&e)
}
