package wire_test

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"slices"
	"testing"
	"time"

	"h2scope/capture"
	"h2scope/capture/segment"
	"h2scope/samples/endpoint/wire"
)

var (
	client = netip.MustParseAddrPort("192.0.2.1:50000")
	server = netip.MustParseAddrPort("192.0.2.2:80")
)

const (
	epoch     = int64(1_767_323_045_000_000_000)
	roundTrip = 10 * time.Millisecond
)

// read writes the capture and reads it back as segments.
func read(t *testing.T, c *wire.Capture, secrets []byte) ([]segment.Segment, capture.Source) {
	t.Helper()
	var file bytes.Buffer
	if err := c.Write(&file, secrets); err != nil {
		t.Fatal(err)
	}
	src, err := capture.NewReader(&file, "wire", capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	d := capture.NewDissector(capture.DissectorConfig{})
	var segments []segment.Segment
	for {
		var p capture.Packet
		if err := src.Next(&p); errors.Is(err, io.EOF) {
			return segments, src
		} else if err != nil {
			t.Fatal(err)
		}
		p.Window.Hold() // for good: the tests are short
		var s segment.Segment
		if skip := d.Dissect(&p, "", &s); skip != capture.Found {
			t.Fatalf("packet %d: %s", p.Number, skip)
		}
		segments = append(segments, s)
	}
}

// The numbers of the handshake, of data both ways and of the end are those of
// RFC 9293, Section 3.5 and 3.6: SYN and FIN take one each.
func TestSequenceNumbers(t *testing.T) {
	c := new(wire.Capture)
	conn := c.Open(client, server)
	conn.Handshake(epoch, roundTrip)
	conn.Send(wire.Packet{Time: epoch + 1e9, From: wire.Client, Payload: []byte("question")}, wire.MaxSegment)
	conn.Send(wire.Packet{Time: epoch + 2e9, From: wire.Server, Acked: 8, Payload: []byte("answer")}, wire.MaxSegment)
	conn.Close(epoch+3e9, wire.Client)
	segments, _ := read(t, c, nil)

	const cl, sv = 1_000_000_000, 2_000_000_000
	want := []struct {
		seq, ack uint32
		payload  string
	}{
		{cl, 0, ""}, {sv, cl + 1, ""}, {cl + 1, sv + 1, ""},
		{cl + 1, sv + 1, "question"},
		{sv + 1, cl + 9, "answer"},
		{cl + 9, sv + 7, ""}, {sv + 7, cl + 10, ""}, {cl + 10, sv + 8, ""},
	}
	if len(segments) != len(want) {
		t.Fatalf("%d segments, want %d", len(segments), len(want))
	}
	for i, w := range want {
		s := segments[i]
		if uint32(s.Seq) != w.seq || i > 0 && uint32(s.Ack) != w.ack || string(s.Payload) != w.payload {
			t.Errorf("segment %d: seq %d, ack %d, %q; want %d, %d, %q", i+1, s.Seq, s.Ack, s.Payload, w.seq, w.ack, w.payload)
		}
	}
}

// Long payloads are cut; a lost segment is a hole in the numbers.
func TestSegmentsAndLoss(t *testing.T) {
	c := new(wire.Capture)
	conn := c.Open(client, server)
	payload := bytes.Repeat([]byte("0123456789"), 10)
	conn.Send(wire.Packet{From: wire.Server, Payload: payload}, 40)
	conn.Send(wire.Packet{Time: 10, From: wire.Server, Payload: payload, Lost: true}, 1000)
	conn.Send(wire.Packet{Time: 20, From: wire.Server, Payload: payload[:1]}, 1000)
	if c.Packets() != 4 || c.Last() != 20 || conn.Sent(wire.Server) != 201 {
		t.Fatalf("%d packets, %d octets sent", c.Packets(), conn.Sent(wire.Server))
	}
	segments, _ := read(t, c, nil)
	var lengths []int
	for _, s := range segments {
		lengths = append(lengths, len(s.Payload))
	}
	if got := segments[3].Seq - segments[2].Seq; got != 20+100 || lengths[0] != 40 || lengths[2] != 20 {
		t.Errorf("the hole is %d wide, segments are %d", got-20, lengths)
	}
}

// What no IPv4 packet can hold is cut, whatever size is asked for.
func TestLongestSegment(t *testing.T) {
	c := new(wire.Capture)
	conn := c.Open(client, server)
	conn.Send(wire.Packet{Payload: make([]byte, 200_000)}, 1<<20)
	segments, _ := read(t, c, nil)
	total := 0
	for _, s := range segments {
		total += len(s.Payload)
	}
	if total != 200_000 || len(segments) != 4 {
		t.Errorf("%d octets in %d segments", total, len(segments))
	}
}

// A FIN stands on the last segment only, and takes a sequence number.
func TestFINBehindData(t *testing.T) {
	c := new(wire.Capture)
	conn := c.Open(client, server)
	conn.Send(wire.Packet{From: wire.Client, Flags: wire.FIN, Payload: []byte("end")}, 2)
	conn.Close(10, wire.Client)
	segments, _ := read(t, c, nil)
	var flags []wire.Flags
	for _, s := range segments {
		flags = append(flags, wire.Flags(s.Flags))
	}
	want := []wire.Flags{wire.ACK, wire.ACK | wire.PSH | wire.FIN, wire.ACK | wire.FIN, wire.ACK}
	if !slices.Equal(flags, want) {
		t.Errorf("flags %v, want %v", flags, want)
	}
	if got := segments[2].Ack - segments[0].Seq; got != 4 {
		t.Errorf("the peer acknowledges %d, not 3 octets and the FIN", got)
	}
}

// A payload that is odd in length, or empty, has the right checksum:
// package segment verifies it.
func TestChecksums(t *testing.T) {
	for n := range 9 {
		c := new(wire.Capture)
		c.Open(client, server).Send(wire.Packet{Payload: []byte("\xff\xfe\x01\x02\x03\x80\xff\xff\xff")[:n], Window: 7}, 100)
		segments, _ := read(t, c, nil)
		if ok, _ := segments[0].Checksum(); !ok {
			t.Errorf("%d octets: the checksum is wrong", n)
		}
	}
}

// Over IPv6 a packet has the longer header, and a right checksum.
func TestIPv6(t *testing.T) {
	c := new(wire.Capture)
	c.Open(netip.MustParseAddrPort("[2001:db8::1]:50000"), netip.MustParseAddrPort("[2001:db8::2]:443")).
		Send(wire.Packet{Payload: make([]byte, 70_000)}, wire.MaxSegment)
	segments, _ := read(t, c, nil)
	total := 0
	for _, s := range segments {
		total += len(s.Payload)
		if ok, _ := s.Checksum(); !ok || s.Src.String() != "[2001:db8::1]:50000" || s.Dst.String() != "[2001:db8::2]:443" {
			t.Errorf("from %v to %v, the checksum is right: %t", s.Src, s.Dst, ok)
		}
	}
	if total != 70_000 {
		t.Errorf("%d octets", total)
	}
}

// A side without room says so in its receive window.
func TestShut(t *testing.T) {
	c := new(wire.Capture)
	conn := c.Open(client, server)
	conn.Send(wire.Packet{Shut: true}, wire.MaxSegment)
	conn.Send(wire.Packet{Window: 7}, wire.MaxSegment)
	conn.Send(wire.Packet{}, wire.MaxSegment)
	segments, _ := read(t, c, nil)
	for i, want := range []uint16{0, 7, 65535} {
		if got := segments[i].Window; got != want {
			t.Errorf("segment %d: a window of %d, want %d", i+1, got, want)
		}
	}
}

// Who takes the packets gets each as it is made, and none is kept.
func TestTake(t *testing.T) {
	var times []int64
	c := &wire.Capture{Take: func(time int64, octets []byte) { times = append(times, time) }}
	c.Open(client, server).Handshake(epoch, roundTrip)
	if len(times) != 3 || times[0] != epoch || c.Packets() != 3 || c.Last() != times[2] {
		t.Errorf("times %v of %d packets, the last %d", times, c.Packets(), c.Last())
	}
	if segments, _ := read(t, c, nil); len(segments) != 0 {
		t.Errorf("%d packets are kept", len(segments))
	}
}

// Secrets come out as they went in, before the packets.
func TestSecrets(t *testing.T) {
	c := &wire.Capture{Interface: "loopback"}
	c.Open(client, server).Handshake(epoch, roundTrip)
	const line = "CLIENT_RANDOM 00 11\n"
	_, src := read(t, c, []byte(line))
	if s := src.Secrets(); len(s) != 1 || string(s[0].Data) != line {
		t.Errorf("secrets %+v", s)
	}
	if i := src.Interfaces(); len(i) != 1 || i[0].Name != "loopback" {
		t.Errorf("interfaces %v", i)
	}
}

// The same calls write the same octets.
func TestDeterministic(t *testing.T) {
	var files [2]bytes.Buffer
	for i := range files {
		c := new(wire.Capture)
		conn := c.Open(client, server)
		conn.Handshake(epoch, roundTrip)
		conn.Send(wire.Packet{Time: epoch + 1e9, Payload: []byte("x")}, 1)
		conn.Close(epoch+2e9, wire.Server)
		if err := c.Write(&files[i], nil); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("two captures of the same differ")
	}
}

// An error of the writer below is told.
func TestWriteError(t *testing.T) {
	c := new(wire.Capture)
	c.Open(client, server).Handshake(epoch, roundTrip)
	want := errors.New("disk full")
	if err := c.Write(failing{want}, nil); !errors.Is(err, want) {
		t.Errorf("error %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
