package endpoint_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"testing"
	"time"

	"h2scope/capture"
	"h2scope/capture/segment"
	"h2scope/samples/endpoint"
	"h2scope/samples/endpoint/wire"
)

var link = endpoint.Link{
	Client: netip.MustParseAddrPort("192.0.2.1:50000"), Server: netip.MustParseAddrPort("192.0.2.2:80"),
	Start: 1e18, RoundTrip: 10 * time.Millisecond, Segment: wire.EthernetSegment,
}

// payloads are the segments with data that a script's packets come to, and the
// octets of each side in them.
func payloads(t *testing.T, script string, l endpoint.Link) (segments []segment.Segment, octets [2][]byte) {
	t.Helper()
	s, ok := endpoint.Find(script)
	if !ok {
		t.Fatalf("no script %s", script)
	}
	var c wire.Capture
	s.Transcribe().Capture(&c, l)
	var file bytes.Buffer
	if err := c.Write(&file, nil); err != nil {
		t.Fatal(err)
	}
	src, err := capture.NewReader(&file, "", capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	d := capture.NewDissector(capture.DissectorConfig{})
	for {
		var p capture.Packet
		if err := src.Next(&p); errors.Is(err, io.EOF) {
			return segments, octets
		} else if err != nil {
			t.Fatal(err)
		}
		var g segment.Segment
		if skip := d.Dissect(&p, "", &g); skip != capture.Found {
			t.Fatal(skip)
		}
		if len(g.Payload) == 0 {
			continue
		}
		side := endpoint.Client
		if g.Src.AddrPort() == l.Server {
			side = endpoint.Server
		}
		g.Payload = bytes.Clone(g.Payload)
		octets[side] = append(octets[side], g.Payload...)
		segments = append(segments, g)
	}
}

// The packets carry what the transcript says, whatever their size.
func TestCaptureCarriesTheTranscript(t *testing.T) {
	for _, size := range []int{1, 100, wire.EthernetSegment, wire.MaxSegment} {
		l := link
		l.Segment = size
		segments, got := payloads(t, "page", l)
		var want [2][]byte
		s, _ := endpoint.Find("page")
		for _, turn := range s.Transcribe().Turns {
			want[turn.From] = append(want[turn.From], turn.Octets...)
		}
		for side := range want {
			if !bytes.Equal(got[side], want[side]) {
				t.Errorf("segments of %d: %d octets of the %s, want %d", size, len(got[side]), endpoint.Side(side), len(want[side]))
			}
		}
		for _, g := range segments {
			if len(g.Payload) > size {
				t.Fatalf("a segment has %d octets, %d are asked for", len(g.Payload), size)
			}
		}
	}
}

// A lost segment is the one that was counted, of both sides together.
func TestCaptureLosesSegments(t *testing.T) {
	all, _ := payloads(t, "page", link)
	l := link
	l.Lost = []int{3, 6}
	some, _ := payloads(t, "page", l)
	if len(some) != len(all)-2 || some[1].Seq != all[1].Seq || some[2].Seq != all[3].Seq || some[4].Seq != all[6].Seq {
		t.Errorf("%d segments of %d", len(some), len(all))
	}
}

// The packets' clock keeps a script's waits: 150 and 300 ms in this one.
func TestCaptureKeepsWaits(t *testing.T) {
	segments, _ := payloads(t, "stream-stall", link)
	var waits []time.Duration
	for i := 1; i < len(segments); i++ {
		if wait := time.Duration(segments[i].Time - segments[i-1].Time); wait > 100*time.Millisecond {
			waits = append(waits, wait.Truncate(10*time.Millisecond))
		}
	}
	if len(waits) != 2 || waits[0] != 150*time.Millisecond || waits[1] != 300*time.Millisecond {
		t.Errorf("waits %v", waits)
	}
}

// findAttack is the transcript of the script for an attack.
func findAttack(t *testing.T, id string) *endpoint.Transcript {
	t.Helper()
	for _, s := range endpoint.AttackScripts() {
		if s.Breaks == id {
			return s.Transcribe()
		}
	}
	t.Fatalf("no script for %s", id)
	return nil
}

// segmentsOf are all segments that a transcript's packets come to.
func segmentsOf(t *testing.T, transcript *endpoint.Transcript) (all []segment.Segment) {
	t.Helper()
	near := link
	near.RoundTrip = 4 * time.Millisecond
	var c wire.Capture
	transcript.Capture(&c, near)
	var file bytes.Buffer
	if err := c.Write(&file, nil); err != nil {
		t.Fatal(err)
	}
	src, err := capture.NewReader(&file, "", capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	d := capture.NewDissector(capture.DissectorConfig{})
	for {
		var p capture.Packet
		if err := src.Next(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		var g segment.Segment
		if skip := d.Dissect(&p, "", &g); skip != capture.Found {
			t.Fatal(skip)
		}
		all = append(all, g)
	}
}

// A script for many connections is played on one port after the other, 60 in
// about a second.
func TestCaptureOfManyConnections(t *testing.T) {
	all := segmentsOf(t, findAttack(t, "AT-22"))
	var ports []uint16
	for _, g := range all {
		if g.Flags&(segment.SYN|segment.ACK) == segment.SYN {
			ports = append(ports, g.Src.Port)
		}
	}
	if len(ports) != 60 || ports[0] != 50000 || ports[59] != 50059 {
		t.Errorf("ports %v", ports)
	}
	if took := time.Duration(all[len(all)-1].Time - all[0].Time); took > 1100*time.Millisecond {
		t.Errorf("they take %v", took)
	}
}

// Who is deaf has no room from then on, and still sends.
func TestCaptureOfTheDeaf(t *testing.T) {
	shut, behind := time.Duration(0), 0
	var since int64
	for _, g := range segmentsOf(t, findAttack(t, "AT-10")) {
		if g.Src.AddrPort() != link.Client {
			continue
		}
		if g.Window == 0 && since == 0 {
			since = g.Time
		}
		if since != 0 && g.Window != 0 && g.Flags&segment.FIN == 0 && len(g.Payload) > 0 {
			t.Errorf("a window of %d behind one of 0", g.Window)
		}
		if since != 0 && len(g.Payload) > 0 {
			shut, behind = time.Duration(g.Time-since), behind+1
		}
	}
	if shut < 5*time.Second || behind < 5 {
		t.Errorf("the window is 0 for %v, with %d requests", shut, behind)
	}
}

// What a script comes to.
func Example() {
	script, _ := endpoint.Find("push-story-right")
	fmt.Println(script.Title)
	for _, f := range script.Transcribe().Frames[4:7] {
		fmt.Println(f.From, f.Type, f.Stream)
		for _, field := range f.Fields {
			fmt.Println(" ", field.Name, field.Value)
		}
	}
	// Output:
	// server push as it is: the server promises, on an even stream
	// client HEADERS 1
	//   :method GET
	//   :scheme http
	//   :authority www.example.com
	//   :path /
	// server PUSH_PROMISE 1
	//   :method GET
	//   :scheme http
	//   :authority www.example.com
	//   :path /style.css
	// server HEADERS 1
	//   :status 200
	//   content-type text/html
}
