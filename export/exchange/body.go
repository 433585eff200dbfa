package exchange

import (
	"math"

	"h2scope/h2decode"
	"h2scope/h2decode/content"
)

// maxPieces is for how many pieces of a body their times are kept.
const maxPieces = 1 << 17

// A Body is the content of one message, with the times at which it came.
type Body struct {
	content.Body
	Unheld uint64 // octets that came when the connection held too much already

	doubted bool   // frames were lost while it came
	sure    uint64 // how long it was then
	pieces  []piece
	untimed uint64 // octets behind the last piece
}

// A piece is a run of a body that came with one packet.
type piece struct {
	packet  uint64
	time    int64
	octets  int
	missing uint64
	doubt   uint64 // octets that may be missing behind it: frames were lost
}

func newBody(limit int) *Body { return &Body{Body: *content.NewBody(limit)} }

func (b *Body) held() int { return len(b.Octets()) }

// write takes what came with a packet: octets, or that some are missing.
func (b *Body) write(packet uint64, at int64, octets []byte, missing uint64) {
	before := b.held()
	b.Write(octets)
	b.Missing(missing)
	kept := b.held() - before
	last := len(b.pieces) - 1
	switch {
	case b.untimed > 0:
		b.untimed += uint64(kept) + missing
	case kept == 0 && missing == 0:
	case last >= 0 && b.pieces[last].packet == packet && b.pieces[last].missing+b.pieces[last].doubt == 0 && missing == 0:
		b.pieces[last].octets += kept
	case len(b.pieces) < maxPieces:
		b.pieces = append(b.pieces, piece{packet: packet, time: at, octets: kept, missing: missing})
	default:
		b.untimed += uint64(kept) + missing
	}
	b.untimed += uint64(len(octets) - kept)
}

// A splitter is what cuts octets into messages: of gRPC or WebSocket.
type splitter interface {
	Write(at int64, octets []byte)
	Missing(at int64, n uint64)
	Close(at int64)
}

// replay gives the body to a splitter as it came, and returns how many octets
// could not be given, since they were not kept. The splitter then takes it that
// the rest is missing.
func (b *Body) replay(s splitter) (left uint64) {
	octets, at := b.Octets(), int64(0)
	for _, p := range b.pieces {
		at = p.time
		if p.octets > 0 {
			s.Write(at, octets[:p.octets])
			octets = octets[p.octets:]
		}
		s.Missing(at, p.missing)
		if p.doubt > 0 {
			s.Missing(at, math.MaxUint64) // whatever is missing: what follows can't be cut
		}
	}
	left = b.untimed + b.Unheld
	if left > 0 {
		s.Missing(at, left)
	}
	s.Close(at)
	return left
}

// data gathers what came of a body. DATA on a stream that is not open, or behind
// END_STREAM, is no part of a message.
func (a *Assembler) data(e *h2decode.DataDecoded) {
	c := a.conns[e.Conn]
	if c == nil {
		return
	}
	c.settle(e.From, 0)
	c.missing[e.From] += uint64(e.Missing)
	g := c.streams[e.Stream]
	if g == nil || g.ended[e.From] || a.cfg.Tunnels && !g.connect {
		return
	}
	g.Bodies[e.From].gather(e, &c.held, a.cfg.MaxBody)
}

// gather takes what came, where the bodies of the connection do not hold too much
// already. held is how many octets they hold, maxBody the limit of each.
func (b *Body) gather(e *h2decode.DataDecoded, held *int, maxBody int) {
	if b.Unheld > 0 || *held+len(e.Data) > max(MaxHeld, maxBody) {
		b.Unheld += uint64(len(e.Data)) + uint64(e.Missing)
		return
	}
	before := b.held()
	b.write(e.Packet, e.Time, e.Data, uint64(e.Missing))
	*held += b.held() - before
}
