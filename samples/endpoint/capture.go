package endpoint

import (
	"net/netip"
	"slices"
	"time"

	"h2scope/samples/endpoint/wire"
)

// A Link says how a transcript's packets are to be written. The observer stands
// beside the client.
type Link struct {
	Client, Server netip.AddrPort
	Start          int64         // time of the SYN, nanoseconds since 1970-01-01 UTC
	RoundTrip      time.Duration // between what the client sends and the answer to it
	Segment        int           // octets of payload in a segment at most
	// Lost are the data segments that the capture lacks, counted from 1 over
	// both sides. They have arrived: the receiver acknowledges them.
	Lost []int
}

// How soon the client answers, and a receiver acknowledges.
const (
	clientDelay = 200 * time.Microsecond
	ackDelay    = 50 * time.Microsecond
)

// Capture writes the transcript as packets over l: of one connection after the
// other, where the script is for several, with ports of the client that rise.
func (t *Transcript) Capture(c *wire.Capture, l Link) {
	for range max(1, t.Script.Connections) {
		t.connection(c, &l)
		l.Client = netip.AddrPortFrom(l.Client.Addr(), l.Client.Port()+1)
		l.Start = c.Last() + int64(l.RoundTrip)
	}
}

func (t *Transcript) connection(c *wire.Capture, l *Link) {
	conn := c.Open(l.Client, l.Server)
	conn.Handshake(l.Start, l.RoundTrip)
	now := c.Last()
	segments := 0
	var deaf [2]bool
	for i := range t.Turns {
		turn := &t.Turns[i]
		now += int64(turn.Wait)
		if turn.From == Server {
			now += int64(l.RoundTrip)
		} else {
			now += int64(clientDelay)
		}
		other := turn.From.Other()
		deaf[other] = deaf[other] || turn.Deaf
		for _, octets := range turn.segments(l.Segment) {
			segments++
			conn.Send(wire.Packet{
				Time: now, From: turn.From, Acked: conn.Sent(other), Payload: octets,
				Shut: deaf[turn.From], Lost: slices.Contains(l.Lost, segments),
			}, l.Segment)
			now += int64(time.Microsecond)
		}
		conn.Send(wire.Packet{Time: now + int64(ackDelay), From: other, Acked: conn.Sent(turn.From), Shut: deaf[other]}, l.Segment)
		now = c.Last()
	}
	conn.Close(now+int64(clientDelay), Client)
}

// segments are the octets of the turn as TCP cuts them: a write begins one.
func (t *Turn) segments(size int) [][]byte {
	var all [][]byte
	for _, octets := range t.Writes() {
		all = slices.AppendSeq(all, slices.Chunk(octets, size))
	}
	return all
}
