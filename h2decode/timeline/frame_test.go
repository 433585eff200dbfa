package timeline

import (
	"reflect"
	"strings"
	"testing"

	"h2scope/h2decode"
)

// What a frame keeps by its type.
func TestFrameKeepsWhatItsTypeSays(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0))
	p.server(p.headers(server, 1, 0, ":status", "103"))
	p.server(p.response(1, 0))
	p.server(dataFrame(1, 0, 100))
	p.client(updateFrame(1, 7), updateFrame(0, 8))
	p.client(priorityFrame(1, h2decode.PriorityFrame{Exclusive: true, DependsOn: 3, Weight: 200}))
	p.client(priorityUpdate(9, "u=1"))
	p.server(p.promise(1, 2, ":method", "GET"))
	p.server(resetFrame(2, h2decode.RefusedStream))
	p.server(goAwayFrame(1, h2decode.EnhanceYourCalm, "calm"))
	c := p.now()
	known := func(n int64) h2decode.Window { return h2decode.Window{Octets: n, Known: true} }
	for i, want := range []Frame{
		{From: client, State: h2decode.Open, Opens: 1, Block: true, Section: 42 + 44 + 38 + 51, BlockWire: 12},
		{From: server, State: h2decode.Open, Block: true, Interim: true, Section: 42, BlockWire: 4},
		{From: server, State: h2decode.Open, Block: true, Section: 42, BlockWire: 1},
		{From: server, State: h2decode.Open, Windows: h2decode.Windows{Moved: true, Connection: known(65435), Stream: known(65435)}},
		{From: client, State: h2decode.Open, Increment: 7, Windows: h2decode.Windows{Moved: true, Stream: known(65442)}},
		{From: client, Increment: 8, Windows: h2decode.Windows{Moved: true, Connection: known(65443)}},
		{From: client, State: h2decode.Open, Priority: h2decode.PriorityFrame{Exclusive: true, DependsOn: 3, Weight: 200}},
		{From: client, About: 9},
		{From: server, State: h2decode.Open, Opens: 2, About: 2, Block: true},
		{From: server, State: h2decode.Closed, Code: h2decode.RefusedStream},
		{From: server, Code: h2decode.EnhanceYourCalm},
	} {
		got := c.Frame(uint64(i + 5))
		if got.Number != uint64(i+5) || got.Time == 0 || got.Packet < 5 {
			t.Errorf("frame %d: number %d, time %d, packet %d", i+5, got.Number, got.Time, got.Packet)
		}
		want.Number, want.Packet, want.Time, want.Offset, want.Header = got.Number, got.Packet, got.Time, got.Offset, got.Header
		if !reflect.DeepEqual(got, want) {
			t.Errorf("frame %d (%s):\n%+v\nwant\n%+v", i+5, got.Header.Type, got, want)
		}
	}
}

// Each frame says where its octets are, and its header is what stands there.
func TestFrameKnowsItsOctets(t *testing.T) {
	tr := newTraffic(t, 9)
	tr.client([]byte(h2decode.Preface))
	var headers []h2decode.FrameHeader
	var origins []h2decode.Origin
	tr.watchers = append(tr.watchers, func(e h2decode.Event) {
		if e, ok := e.(*h2decode.FrameDecoded); ok {
			headers, origins = append(headers, e.Header), append(origins, e.Origin)
		}
	})
	for range 500 {
		tr.play1()
	}
	c := tr.now()
	for i, header := range headers {
		f := c.Frame(uint64(i + 1))
		origin := h2decode.Origin{Conn: 1, From: f.From, Packet: f.Packet, Time: f.Time, Offset: f.Offset}
		if f.Header != header || origin != origins[i] {
			t.Fatalf("frame %d: %+v at %+v, want %+v at %+v", i+1, f.Header, origin, header, origins[i])
		}
	}
}

// Windows that no 32 bits can hold, as after a violation, are kept all the same.
func TestFrameKeepsWindowsBeyondTheirBounds(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0))
	for range 3 {
		p.client(updateFrame(1, 1<<31-1), updateFrame(0, 1<<31-1))
	}
	p.server(dataFrame(1, 0, 1000))
	c := p.now()
	want := h2decode.Window{Octets: 65535 + 3*(1<<31-1), Known: true}
	if got := c.Frame(10).Windows.Stream; got != want {
		t.Errorf("the stream's: %v, want %v", got, want)
	}
	if got := c.Frame(11).Windows.Connection; got != want {
		t.Errorf("the connection's: %v, want %v", got, want)
	}
	want.Octets -= 1000
	if got := c.Frame(12).Windows; got.Connection != want || got.Stream != want {
		t.Errorf("after DATA: %v, want %v", got, want)
	}
}

// What few frames have is kept apart: holes, other packets, faults.
func TestFrameKeepsNotes(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0))
	whole := dataFrame(1, 0, 100)
	p.client(whole[:50])
	p.client(whole[50:])
	p.client(whole[:50])
	p.lose(client, len(whole)-50)
	p.client(updateFrame(0, 1)[:9+2], nil)
	p.client(updateFrame(0, 1)[9+2:])
	bad := h2decode.AppendFrame(nil, h2decode.TypeRSTStream, 0, 1, &h2decode.RSTStreamFrame{})
	bad[2] = 3
	p.client(bad[:len(bad)-1], bad[:len(bad)-1])
	c := p.now()
	if f := c.Frame(6); f.FirstPacket != 6 || f.FirstTime != 6*ms || f.Packet != 7 || f.Missing != 0 {
		t.Errorf("in two packets: %+v", f)
	}
	if f := c.Frame(7); f.Missing != 59 || f.Packet != 8 {
		t.Errorf("with a hole: missing %d in packet %d", f.Missing, f.Packet)
	}
	f, g := c.Frame(9), c.Frame(10)
	if f.Malformed == nil || !strings.Contains(f.Malformed.Reason, "3") || f.Code != 0 {
		t.Errorf("of a wrong length: %+v", f)
	}
	if f.Malformed != g.Malformed {
		t.Error("the same fault is kept twice")
	}
}
