package fields

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"h2scope/h2decode"
)

// A randomCapture is a few connections with streams and frames in any order,
// and all of it at hand, as no judge ever has it.
type randomCapture struct {
	*rand.Rand
	events  []h2decode.Event
	conns   map[uint64]*h2decode.Connection
	streams map[[2]uint64]*h2decode.Stream // by connection and stream
	frames  []*h2decode.FrameDecoded
	found   []*h2decode.Finding
}

func newRandomCapture(r *rand.Rand) *randomCapture {
	c := &randomCapture{Rand: r, conns: make(map[uint64]*h2decode.Connection), streams: make(map[[2]uint64]*h2decode.Stream)}
	for conn := uint64(1); conn <= 2; conn++ {
		k := testConn()
		k.Number, k.Close, k.Frames = conn, h2decode.CloseReason(r.IntN(3)), 0
		c.conns[conn] = k
		c.events = append(c.events, &h2decode.ConnectionOpened{Conn: conn, Client: k.Client, Server: k.Server, Time: k.Opened})
	}
	for n := range 3 + r.IntN(12) {
		c.frame(uint64(n))
		if r.IntN(3) == 0 {
			c.closeStream()
		}
	}
	for len(c.streams) < 4 {
		c.closeStream()
	}
	for _, conn := range []uint64{2, 1} {
		c.events = append(c.events, &h2decode.ConnectionClosed{Connection: c.conns[conn]})
	}
	return c
}

// frame adds a frame, on stream 0 to 7, and sometimes a finding on it.
func (c *randomCapture) frame(n uint64) {
	conn, stream := 1+c.Uint64N(2), uint32(c.IntN(8))
	f := frame(h2decode.Type(c.IntN(3)), h2decode.Flags(c.IntN(2)), stream, nil)
	f.Conn, f.Number, f.From = conn, n+1, h2decode.Side(c.IntN(2))
	c.frames = append(c.frames, f)
	c.events = append(c.events, f)
	if c.IntN(4) == 0 {
		e := &h2decode.Finding{Origin: h2decode.Origin{Conn: conn, From: f.From}, Rule: fmt.Sprintf("R-%d", c.IntN(2)), Stream: stream, Frame: f.Number}
		c.found = append(c.found, e)
		c.events = append(c.events, e)
	}
}

// closeStream ends one of the streams 1 and 3 that has not ended.
func (c *randomCapture) closeStream() {
	conn, id := 1+c.Uint64N(2), uint32(1+2*c.IntN(2))
	key := [2]uint64{conn, uint64(id)}
	if c.streams[key] != nil {
		return
	}
	s := testStream()
	s.ID, s.Frames = id, 0
	s.Timing.End = s.Timing.Request + int64(c.IntN(3))*second
	s.Response.Fields[0].Value = []byte{'2' + byte(c.IntN(3)), '0', '0'}
	c.streams[key] = s
	c.events = append(c.events, &h2decode.StreamClosed{Origin: h2decode.Origin{Conn: conn}, Stream: s})
}

// whole is a subject with all that it belongs to.
func (c *randomCapture) whole(conn uint64, stream uint32) *Subject {
	return &Subject{Conn: c.conns[conn], ConnOver: true, Stream: c.streams[[2]uint64{conn, uint64(stream)}], StreamOver: true, FoundAll: true}
}

func (c *randomCapture) foundWhere(is func(*h2decode.Finding) bool) (found []Found) {
	for _, e := range c.found {
		if is(e) {
			found = append(found, Found{e.Rule, e.Severity})
		}
	}
	return found
}

// verdict is what an event's subject comes to, by the definition: itself, or one
// of its parts.
func (c *randomCapture) verdict(f *Filter, e h2decode.Event) Verdict {
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		s := c.whole(e.Conn, e.Header.Stream)
		s.Frame = e
		s.Found = c.foundWhere(func(x *h2decode.Finding) bool { return x.Conn == e.Conn && x.Frame == e.Number })
		return f.Match(s)
	case *h2decode.Finding:
		s := c.whole(e.Conn, e.Stream)
		s.Finding = e
		return f.Match(s)
	case *h2decode.StreamClosed:
		s := c.whole(e.Conn, e.Stream.ID)
		s.Found = c.foundWhere(func(x *h2decode.Finding) bool { return x.Conn == e.Conn && x.Stream == e.Stream.ID })
		v := f.Match(s)
		for _, part := range c.before(e) {
			if part, ok := part.(*h2decode.FrameDecoded); ok && f.asks(Frame, Stream) && part.Conn == e.Conn && part.Header.Stream == e.Stream.ID {
				v = max(v, c.verdict(f, part))
			}
		}
		return v
	case *h2decode.ConnectionClosed:
		s := c.whole(e.Number, 0)
		s.Stream = nil
		s.Found = c.foundWhere(func(x *h2decode.Finding) bool { return x.Conn == e.Number })
		return max(f.Match(s), c.parts(f, e.Number))
	}
	return True
}

// parts is the best of the streams and frames of a connection.
func (c *randomCapture) parts(f *Filter, conn uint64) (v Verdict) {
	for _, part := range c.events {
		switch part := part.(type) {
		case *h2decode.FrameDecoded:
			if part.Conn == conn && f.asks(Frame, Conn) {
				v = max(v, c.verdict(f, part))
			}
		case *h2decode.StreamClosed:
			if part.Conn == conn && f.asks(Stream, Conn) {
				s := c.whole(conn, part.Stream.ID)
				s.Found = c.foundWhere(func(x *h2decode.Finding) bool { return x.Conn == conn && x.Stream == part.Stream.ID })
				v = max(v, f.Match(s))
			}
		}
	}
	return v
}

func (c *randomCapture) before(e h2decode.Event) []h2decode.Event {
	for i := range c.events {
		if c.events[i] == e {
			return c.events[:i]
		}
	}
	return nil
}

// Two passes, of which neither sees a whole stream beside its frames, come to
// what one would say who has everything at hand; and what the first pass says is
// never taken back.
func TestTwoPassesAreAsGoodAsTheWhole(t *testing.T) {
	relations := []string{
		"http2.type == DATA", "http2.type == HEADERS", "http2.flags == 1", "h2.from == client", "http2.streamid == 1", "http2.streamid != 3", "ip.src == 192.0.2.7",
		"h2.status == 200", "h2.status >= 300", "h2.duration > 1", "h2.state == closed", "h2.close == fin", "h2.close != rst", "h2.conn == 1", "tls", "h2.finding", "h2.finding == R-1",
	}
	r := rand.New(rand.NewPCG(5, 9113))
	for range 3_000 {
		c := newRandomCapture(r)
		expression := pick(r, relations...)
		for range r.IntN(4) {
			expression = pick(r, "", "not ") + "(" + expression + pick(r, " and ", " or ") + pick(r, "", "not ") + pick(r, relations...) + ")"
		}
		f, err := Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		first := NewJudge(f)
		var early []Verdict
		for _, e := range c.events {
			early = append(early, first.Event(e))
		}
		second := first.Again()
		for i, e := range c.events {
			got, want := second.Event(e), c.verdict(f, e)
			if got != want || early[i] != Unknown && early[i] != want {
				t.Fatalf("%s\n%T: first %s, second %s, the whole says %s", expression, e, early[i], got, want)
			}
		}
	}
}
