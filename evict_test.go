package h2scope_test

import (
	"bytes"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"h2scope"
	"h2scope/capture"
	"h2scope/export"
	"h2scope/reassembly"
	"h2scope/samples/endpoint"
	made "h2scope/samples/endpoint/wire"
)

// An idleSource has nothing for a while after so many packets.
type idleSource struct {
	capture.Source
	after uint64
	count uint64
	idled bool
}

func (s *idleSource) Next(p *capture.Packet) error {
	if s.count == s.after && !s.idled {
		s.idled = true
		return capture.ErrIdle
	}
	s.count++
	return s.Source.Next(p)
}

// halfOpen is a capture of n connections that begin one after the other and do
// not end, but for the last packet of the first, which comes at the very end.
func halfOpen(t *testing.T, n int, start time.Time) capture.Source {
	t.Helper()
	var c made.Capture
	open := func(i int) *made.Conn {
		return c.Open(netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), uint16(50000+i)), netip.MustParseAddrPort("192.0.2.2:80"))
	}
	first := open(0)
	script := endpoint.Script{Steps: []endpoint.Step{{Send: []endpoint.Action{endpoint.Preface{}, endpoint.Settings{}}}}}
	hello := script.Transcribe().Turns[0].Octets
	for i := range n {
		conn := first
		if i > 0 {
			conn = open(i)
		}
		at := start.Add(time.Duration(i) * time.Second).UnixNano()
		conn.Handshake(at, time.Millisecond)
		conn.Send(made.Packet{Time: c.Last() + 1, Payload: hello}, made.EthernetSegment)
	}
	first.Send(made.Packet{Time: c.Last() + 1, Payload: []byte("more")}, made.EthernetSegment)
	var file bytes.Buffer
	if err := c.Write(&file, nil); err != nil {
		t.Fatal(err)
	}
	src, err := capture.NewReader(&file, "", capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func recordsOf(t *testing.T, src h2scope.Source, cfg h2scope.Config) string {
	t.Helper()
	var out strings.Builder
	newRenderer := func() h2scope.Renderer { return export.NewRecords(export.ConnRecords) }
	if err := h2scope.Run(t.Context(), src, cfg, newRenderer, io.Writer(&out)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A connection that was idle for too long leaves where no packet comes, by the
// clock of the wall; it is counted, and what comes of it later continues it.
func TestIdleConnectionsLeave(t *testing.T) {
	src := halfOpen(t, 3, time.Now().Add(-time.Hour))
	const packets = 3 * 4
	got := recordsOf(t, &idleSource{Source: src, after: packets}, h2scope.Config{Tracking: reassembly.TrackerConfig{IdleAge: time.Minute}})
	if n := strings.Count(got, `"close":"idle-limit"`); n != 3 {
		t.Errorf("%d connections leave\n%s", n, got)
	}
	if !strings.Contains(got, `"continues":1`) || !strings.Contains(got, `"evicted":3`) {
		t.Error(got)
	}
}

// Where memory is short those leave that were idle longest; a notice says so once.
func TestCrowdedConnectionsLeave(t *testing.T) {
	asked := 0
	crowded := func() bool { asked++; return asked <= 2 }
	src := halfOpen(t, 40, time.Now())
	got := recordsOf(t, &idleSource{Source: src, after: 40 * 4}, h2scope.Config{Tracking: reassembly.TrackerConfig{Crowded: crowded}})
	if n := strings.Count(got, `"close":"evicted"`); n != 2 || !strings.Contains(got, `"evicted":2`) { // a sixteenth of 40
		t.Errorf("%d connections leave\n%s", n, got)
	}
	if strings.Count(got, `"kind":"limit"`) != 1 {
		t.Error(got)
	}
}

// A file has no such limits unless they are asked for.
func TestNothingLeavesFiles(t *testing.T) {
	src := halfOpen(t, 40, time.Now().Add(-1000*time.Hour))
	if got := recordsOf(t, src, h2scope.Config{}); strings.Contains(got, `"close":"idle-limit"`) || !strings.Contains(got, `"evicted":0`) {
		t.Error(got)
	}
}
