package selftest

import (
	"bytes"
	"net"
	"net/netip"
	"sync"
	"time"

	"h2scope/samples/endpoint"
	"h2scope/samples/endpoint/wire"
)

// A Recorder records the connections of one check.
type Recorder interface {
	// Tap is told of each end of each connection before anything is sent over
	// it, and gives the end that is to be used instead: the same, where the
	// recorder needs no hand in it.
	Tap(conn net.Conn, side endpoint.Side) net.Conn
	// Finish ends the recording, when all connections are closed, and gives it
	// as a pcapng file, with the lines of a key log embedded.
	Finish(keyLog []byte) ([]byte, error)
}

// A Recording is a way to record.
type Recording struct {
	Name string // completes "recorded …"
	// Start begins to record what is sent to and from the server's address.
	Start func(server netip.AddrPort) (Recorder, error)
}

// AtSocket records what the endpoint writes and reads, and makes the packets
// itself. It needs no privilege.
func AtSocket() Recording {
	return Recording{
		Name: "at the socket, packets made from it",
		Start: func(netip.AddrPort) (Recorder, error) {
			return &socketRecorder{flows: map[netip.AddrPort]*flow{}}, nil
		},
	}
}

// A socketRecorder has a tap at both ends of each connection. An end's octets
// are a packet when they are written, before the socket gets them, so that they
// stand before anything that is an answer to them; they are acknowledged when
// the other end has read them. So Acked is what the sender really had.
type socketRecorder struct {
	mu      sync.Mutex
	capture wire.Capture
	flows   map[netip.AddrPort]*flow // by the client's address
}

type flow struct {
	conn   *wire.Conn
	read   [2]uint64 // octets that the side has read
	closed [2]bool
}

// loopbackSegment is how many octets a packet of the loopback interface carries
// at most, as Linux has it.
const loopbackSegment = 32 << 10

// Tap implements Recorder.
func (r *socketRecorder) Tap(conn net.Conn, side endpoint.Side) net.Conn {
	client, server := address(conn.LocalAddr()), address(conn.RemoteAddr())
	if side == endpoint.Server {
		client, server = server, client
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.flows[client]
	if f == nil {
		f = &flow{conn: r.capture.Open(client, server)}
		f.conn.Handshake(r.now(), time.Nanosecond)
		r.flows[client] = f
	}
	return &tap{Conn: conn, recorder: r, flow: f, side: side}
}

func address(a net.Addr) netip.AddrPort {
	ap, _ := netip.ParseAddrPort(a.String())
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// now is a time behind that of all packets so far.
func (r *socketRecorder) now() int64 { return max(time.Now().UnixNano(), r.capture.Last()+1) }

// Finish implements Recorder.
func (r *socketRecorder) Finish(keyLog []byte) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var file bytes.Buffer
	err := r.capture.Write(&file, keyLog)
	return file.Bytes(), err
}

// packet writes a packet of one side; what it acknowledges is what it has read.
func (r *socketRecorder) packet(f *flow, from endpoint.Side, flags wire.Flags, payload []byte) {
	f.conn.Send(wire.Packet{Time: r.now(), From: from, Flags: flags, Acked: f.read[from], Payload: payload}, loopbackSegment)
}

// A tap is an end of a connection that is recorded.
type tap struct {
	net.Conn
	recorder *socketRecorder
	flow     *flow
	side     endpoint.Side
}

// Write records p and writes it.
func (t *tap) Write(p []byte) (int, error) {
	t.recorder.mu.Lock()
	if !t.flow.closed[t.side] {
		t.recorder.packet(t.flow, t.side, 0, p)
	}
	t.recorder.mu.Unlock()
	return t.Conn.Write(p)
}

// Read reads, and records the acknowledgment.
func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	if n > 0 {
		t.recorder.mu.Lock()
		defer t.recorder.mu.Unlock()
		t.flow.read[t.side] += uint64(n)
		t.recorder.packet(t.flow, t.side, 0, nil)
	}
	return n, err
}

// Close records the FIN, once, and closes.
func (t *tap) Close() error {
	t.recorder.mu.Lock()
	if !t.flow.closed[t.side] {
		t.flow.closed[t.side] = true
		t.recorder.packet(t.flow, t.side, wire.FIN, nil)
	}
	t.recorder.mu.Unlock()
	return t.Conn.Close()
}
