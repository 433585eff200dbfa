package exchange

import (
	"h2scope/h2decode"
	"h2scope/h2decode/content"
)

// maxPieces is for how many pieces of a body their times are kept.
const maxPieces = 1 << 17

// A Body is the content of one message, with the times at which it came.
type Body struct {
	content.Body
	Unheld uint64 // octets that came when the connection held too much already

	pieces  []piece
	untimed uint64 // octets behind the last piece
}

// A piece is a run of a body that came at one time.
type piece struct {
	time    int64
	octets  int
	missing uint64
}

func newBody(limit int) *Body { return &Body{Body: *content.NewBody(limit)} }

func (b *Body) held() int { return len(b.Octets()) }

// write takes what came at a time: octets, or that some are missing.
func (b *Body) write(at int64, octets []byte, missing uint64) {
	before := b.held()
	b.Write(octets)
	b.Missing(missing)
	kept := b.held() - before
	last := len(b.pieces) - 1
	switch {
	case kept < len(octets):
		b.untimed += uint64(len(octets))
	case last >= 0 && b.pieces[last].time == at && b.pieces[last].missing == 0 && missing == 0:
		b.pieces[last].octets += kept
	case len(b.pieces) < maxPieces && b.untimed == 0:
		b.pieces = append(b.pieces, piece{at, kept, missing})
	default:
		b.untimed += uint64(kept) + missing
	}
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
		if p.missing > 0 {
			s.Missing(at, p.missing)
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
	g := c.streams[e.Stream]
	if g == nil || g.ended[e.From] {
		return
	}
	b := g.Bodies[e.From]
	if b.Unheld > 0 || c.held+len(e.Data) > max(MaxHeld, a.cfg.MaxBody) {
		b.Unheld += uint64(len(e.Data)) + uint64(e.Missing)
		return
	}
	before := b.held()
	b.write(e.Time, e.Data, uint64(e.Missing))
	c.held += b.held() - before
}
