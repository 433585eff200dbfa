package socket_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"

	"h2scope/capture"
	"h2scope/capture/segment"
	"h2scope/samples/endpoint/socket"
	"h2scope/samples/endpoint/wire"
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

// A pipes listener accepts what is sent to it.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return addr("192.0.2.2:80") }

func say(t *testing.T, from, to net.Conn, octets string) {
	t.Helper()
	written := make(chan error, 1)
	go func() {
		_, err := io.WriteString(from, octets)
		written <- err
	}()
	if _, err := io.ReadFull(to, make([]byte, len(octets))); err != nil {
		t.Fatal(err)
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
}

// At the server's socket alone the client's octets are those that the server
// reads; and the client acknowledges nothing that it may not have.
func TestListen(t *testing.T) {
	var r socket.Recorder
	incoming := make(pipes, 1)
	client, end := net.Pipe()
	incoming <- addressed{end, "[2001:db8::2]:80", "[2001:db8::1]:50000"}
	server, err := r.Listen(incoming).Accept()
	if err != nil {
		t.Fatal(err)
	}
	say(t, client, server, "question")
	say(t, server, client, "answer")
	say(t, client, server, "thanks")
	client.Close()
	if _, err := server.Read(make([]byte, 1)); err != io.EOF {
		t.Fatal(err)
	}
	server.Close()
	server.Close()
	compare(t, &r, []packet{
		{wire.Client, "", 0, 0, false}, {wire.Server, "", 0, 1, false}, {wire.Client, "", 1, 1, false},
		{wire.Client, "question", 1, 1, false}, {wire.Server, "", 1, 9, false},
		{wire.Server, "answer", 1, 9, false},
		{wire.Client, "thanks", 9, 1, false}, {wire.Server, "", 7, 15, false},
		{wire.Client, "", 15, 1, true}, {wire.Server, "", 7, 16, true},
	})
}

// A server that closes first ends the client's side too: nobody would tell of it.
func TestServerClosesFirst(t *testing.T) {
	var r socket.Recorder
	incoming := make(pipes, 1)
	client, end := net.Pipe()
	incoming <- addressed{end, "192.0.2.2:80", "192.0.2.1:50000"}
	server, err := r.Listen(incoming).Accept()
	if err != nil {
		t.Fatal(err)
	}
	say(t, server, client, "goodbye")
	server.Close()
	compare(t, &r, []packet{
		{wire.Client, "", 0, 0, false}, {wire.Server, "", 0, 1, false}, {wire.Client, "", 1, 1, false},
		{wire.Server, "goodbye", 1, 1, false},
		{wire.Server, "", 8, 1, true}, {wire.Client, "", 1, 9, true},
	})
}

// The port of a connection that is over may be used again.
func TestPortUsedAgain(t *testing.T) {
	var r socket.Recorder
	for range 2 {
		a, b := net.Pipe()
		c := r.Tap(addressed{a, "192.0.2.1:50000", "192.0.2.2:80"}, wire.Client)
		s := r.Tap(addressed{b, "192.0.2.2:80", "192.0.2.1:50000"}, wire.Server)
		say(t, c, s, "hello")
		c.Close()
		s.Close()
	}
	syns := 0
	for _, s := range segments(t, &r) {
		if s.Flags&(segment.SYN|segment.ACK) == segment.SYN {
			syns++
		}
	}
	if syns != 2 {
		t.Errorf("%d connections", syns)
	}
}

// A packet is what is known of one.
type packet struct {
	from     wire.Side
	payload  string
	seq, ack uint32 // from the SYN's
	fin      bool
}

func compare(t *testing.T, r *socket.Recorder, want []packet) {
	t.Helper()
	all := segments(t, r)
	if len(all) != len(want) {
		t.Errorf("%d packets, want %d", len(all), len(want))
	}
	var first [2]uint32
	for i, s := range all[:min(len(all), len(want))] {
		got := packet{payload: string(s.Payload), fin: s.Flags.Has(segment.FIN)}
		if s.Src != all[0].Src {
			got.from = wire.Server
		}
		if s.Flags.Has(segment.SYN) {
			first[got.from] = s.Seq
		}
		got.seq = s.Seq - first[got.from]
		if s.Flags.Has(segment.ACK) {
			got.ack = s.Ack - first[got.from.Other()]
		}
		if got != want[i] {
			t.Errorf("packet %d: %+v, want %+v", i+1, got, want[i])
		}
		if i > 0 && s.Time <= all[i-1].Time {
			t.Errorf("packet %d is not later than the one before", i+1)
		}
	}
}

func segments(t *testing.T, r *socket.Recorder) []segment.Segment {
	t.Helper()
	var file bytes.Buffer
	if err := r.Capture.Write(&file, nil); err != nil {
		t.Fatal(err)
	}
	src, err := capture.NewReader(&file, "", capture.Config{})
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

// An IPv4 address is one whatever the socket is for.
func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1:80", "[::ffff:192.0.2.1]:80": "192.0.2.1:80", "[fe80::1%eth0]:80": "[fe80::1]:80",
	} {
		if got := socket.Address(addr(text)); got != netip.MustParseAddrPort(want) {
			t.Errorf("%s is %v", text, got)
		}
	}
}
