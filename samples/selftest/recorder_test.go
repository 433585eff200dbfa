package selftest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"

	"h2scope/capture"
	"h2scope/capture/segment"
	"h2scope/samples/endpoint"
)

// A pipe end with addresses, for a recorder without sockets.
type addressed struct {
	net.Conn
	local, remote string
}

func (a addressed) LocalAddr() net.Addr  { return addr(a.local) }
func (a addressed) RemoteAddr() net.Addr { return addr(a.remote) }

type addr string

func (addr) Network() string  { return "tcp" }
func (a addr) String() string { return string(a) }

// tapped gives both ends of a connection that r records.
func tapped(r Recorder, client, server string) (net.Conn, net.Conn) {
	a, b := net.Pipe()
	return r.Tap(addressed{a, client, server}, endpoint.Client), r.Tap(addressed{b, server, client}, endpoint.Server)
}

func exchangeOctets(t *testing.T, from, to net.Conn, octets string) {
	t.Helper()
	go func() { _, _ = io.WriteString(from, octets) }()
	if _, err := io.ReadFull(to, make([]byte, len(octets))); err != nil {
		t.Fatal(err)
	}
}

func segmentsOf(t *testing.T, file []byte) []segment.Segment {
	t.Helper()
	src, err := capture.NewReader(bytes.NewReader(file), "", capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	d := capture.NewDissector(capture.DissectorConfig{})
	var all []segment.Segment
	for {
		var p capture.Packet
		if err := src.Next(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		var s segment.Segment
		if skip := d.Dissect(&p, "", &s); skip != capture.Found {
			t.Fatal(skip)
		}
		s.Payload = bytes.Clone(s.Payload)
		all = append(all, s)
	}
}

// A packet acknowledges what its sender had read, not what was under way.
func TestSocketRecorder(t *testing.T) {
	r, err := AtSocket().Start(netip.AddrPort{})
	if err != nil {
		t.Fatal(err)
	}
	client, server := tapped(r, "192.0.2.1:50000", "[::ffff:192.0.2.2]:443")
	exchangeOctets(t, client, server, "question")
	exchangeOctets(t, server, client, "answer")
	for _, end := range []net.Conn{client, server, client} { // closed twice
		end.Close()
	}
	if _, err := client.Write([]byte("late")); err == nil {
		t.Error("a closed end can be written to")
	}
	file, err := r.Finish(nil)
	if err != nil {
		t.Fatal(err)
	}
	segments := segmentsOf(t, file)
	want := []struct {
		payload string
		seq     uint32 // from the SYN's
		ack     uint32
		fin     bool
	}{
		{"", 0, 0, false}, {"", 0, 1, false}, {"", 1, 1, false},
		{"question", 1, 1, false}, {"", 1, 9, false},
		{"answer", 1, 9, false}, {"", 9, 7, false},
		{"", 9, 7, true}, {"", 7, 10, true},
	}
	if len(segments) != len(want) {
		t.Fatalf("%d segments, want %d", len(segments), len(want))
	}
	for i, w := range want {
		s := segments[i]
		first := segments[0].Seq
		other := segments[1].Seq
		if s.Src != segments[0].Src {
			first, other = other, first
		}
		ack := s.Ack - other
		if i == 0 {
			ack = 0
		}
		if string(s.Payload) != w.payload || s.Seq-first != w.seq || ack != w.ack || s.Flags.Has(segment.FIN) != w.fin {
			t.Errorf("segment %d: %q, seq %d, ack %d, flags %x; want %+v", i+1, s.Payload, s.Seq-first, ack, s.Flags, w)
		}
		if i > 0 && s.Time <= segments[i-1].Time {
			t.Errorf("segment %d is not later than the one before", i+1)
		}
	}
}

// Two connections to one server are told apart by the client's address.
func TestSocketRecorderKeepsConnectionsApart(t *testing.T) {
	r, err := AtSocket().Start(netip.AddrPort{})
	if err != nil {
		t.Fatal(err)
	}
	a, b := tapped(r, "192.0.2.1:50000", "192.0.2.2:443")
	c, d := tapped(r, "192.0.2.1:50001", "192.0.2.2:443")
	exchangeOctets(t, a, b, "one")
	exchangeOctets(t, c, d, "two")
	file, err := r.Finish(nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[uint16]string{}
	for _, s := range segmentsOf(t, file) {
		got[s.Src.Port] += string(s.Payload)
	}
	if got[50000] != "one" || got[50001] != "two" {
		t.Errorf("%v", got)
	}
}
