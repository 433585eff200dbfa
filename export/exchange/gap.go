package exchange

import "h2scope/h2decode"

// A loss is octets of a connection that are lost with frames that nobody saw: any
// stream may have had DATA among them.
type loss struct {
	octets uint64 // at most so many
	packet uint64
	time   int64
}

// gap takes note of octets that the capture lacks. Those inside the payload of a
// frame are told with the frame, so that nothing else is lost by them.
func (c *Connection) gap(e *h2decode.GapFound) {
	inside := min(c.missing[e.From], e.Bytes)
	c.missing[e.From] = 0
	if n := e.Bytes - inside + e.Skipped; n > 0 {
		c.lost[e.From] = loss{n, e.Packet, e.Time}
	}
}

// settleFrame is told of the next frame: one that is no DATA frame tells only now
// what is missing in it.
func (c *Connection) settleFrame(e *h2decode.FrameDecoded) {
	if e.Header.Type == h2decode.TypeData {
		c.settle(e.From, 0)
	} else {
		c.settle(e.From, uint64(e.Missing))
	}
}

// settle takes note, in all messages and tunnels that have begun, that frames of a
// side are lost, unless the gap lay inside a frame.
func (c *Connection) settle(from h2decode.Side, inside uint64) {
	l := &c.lost[from]
	if l.octets > inside {
		for _, g := range c.streams {
			if (g.connect || g.begun[from]) && !g.ended[from] {
				g.Bodies[from].doubt(l)
			}
		}
	}
	*l = loss{}
}

// doubt takes note that a part of the body may be missing here.
func (b *Body) doubt(l *loss) {
	if !b.doubted {
		b.doubted, b.sure = true, b.Length()
	}
	if len(b.pieces) < maxPieces && b.untimed == 0 {
		b.pieces = append(b.pieces, piece{packet: l.packet, time: l.time, doubt: l.octets})
	}
}
