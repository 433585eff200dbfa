package socket

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"h2scope/samples/endpoint/wire"
)

// segmentSize is how many octets a packet of the loopback interface carries at
// most, as Linux has it.
const segmentSize = 32 << 10

// A Recorder makes packets of what passes its taps, into its Capture, which must
// not be used meanwhile. Any goroutine may use the rest.
//
// An end's octets are a packet when they are written, before the socket gets
// them, so that they stand before anything that is an answer to them; they are
// acknowledged when the other end has read them. So what is acknowledged is what
// the sender really had.
type Recorder struct {
	Capture wire.Capture

	mu    sync.Mutex
	flows map[netip.AddrPort]*flow // by the client's address
}

// A flow is a connection with a tap at an end, or at both.
type flow struct {
	conn   *wire.Conn
	client netip.AddrPort
	read   [2]uint64 // octets that the side has read
	closed [2]bool   // it has sent FIN
	taps   int       // that are not closed
}

// Tap is told of one end of a connection before anything is sent over it, and
// gives the end that is to be used instead.
func (r *Recorder) Tap(conn net.Conn, side wire.Side) net.Conn {
	client, server := Address(conn.LocalAddr()), Address(conn.RemoteAddr())
	if side == wire.Server {
		client, server = server, client
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.flows[client]
	if f == nil {
		f = &flow{conn: r.Capture.Open(client, server), client: client}
		f.conn.Handshake(r.now(), time.Nanosecond)
		if r.flows == nil {
			r.flows = map[netip.AddrPort]*flow{}
		}
		r.flows[client] = f
	}
	f.taps++
	return &tap{Conn: conn, recorder: r, flow: f, side: side}
}

// Address is that of an end of a TCP connection; an IPv4 address is one also
// where the socket is for IPv6.
func Address(a net.Addr) netip.AddrPort {
	ap, _ := netip.ParseAddrPort(a.String())
	return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())
}

// now is a time behind that of all packets so far.
func (r *Recorder) now() int64 { return max(time.Now().UnixNano(), r.Capture.Last()+1) }

// packet makes a packet of one side; what it acknowledges is what it has read.
func (r *Recorder) packet(f *flow, from wire.Side, flags wire.Flags, payload []byte) {
	f.conn.Send(wire.Packet{Time: r.now(), From: from, Flags: flags, Acked: f.read[from], Payload: payload}, segmentSize)
}

// end makes the FIN of a side, once.
func (r *Recorder) end(f *flow, side wire.Side) {
	if !f.closed[side] {
		f.closed[side] = true
		r.packet(f, side, wire.FIN, nil)
	}
}
