package timeline

import (
	"iter"

	"h2scope/h2decode"
)

// A WindowPoint is a flow-control window after a frame.
type WindowPoint struct {
	Frame  uint64 // 0, or one before FirstFrame: before the first
	Time   int64
	Window h2decode.Window
}

// Windows gives the changes of the window for what sender sends, of a stream or,
// with stream 0, of the connection: the window it began with and each point at
// which it was another. Points of a stream end where it closes; there are none
// where it was not followed. It takes time in proportion to the frames of the
// stream, or of the connection.
func (c *Conn) Windows(sender h2decode.Side, stream uint32) iter.Seq[WindowPoint] {
	if stream == 0 {
		return c.connectionWindow(sender)
	}
	return c.streamWindow(sender, stream)
}

func (c *Conn) connectionWindow(sender h2decode.Side) iter.Seq[WindowPoint] {
	return func(yield func(WindowPoint) bool) {
		last := c.firstWindow(sender)
		if !yield(last) {
			return
		}
		losses := c.losses.slice(c.losses.search(func(n *uint32) bool { return *n > c.frames.first }), c.losses.len())
		for i := c.frames.begin(); i < c.frames.len(); i++ {
			f := c.frames.at(i)
			now := last
			now.Frame, now.Time = uint64(i+1), f.time
			for len(losses) > 0 && losses[0] == uint32(i+1) {
				losses, now.Window.Known = losses[1:], false
			}
			switch {
			case f.sender() != sender || f.kind() == h2decode.TypeWindowUpdate && f.id() != 0:
			case f.is(moved):
				now.Window = c.windowsOf(f).Connection
			case f.kind() == h2decode.TypeWindowUpdate && f.is(missing):
				now.Window.Known = false
			}
			if !alike(now.Window, last.Window) {
				if !yield(now) {
					return
				}
				last = now
			}
		}
	}
}

// firstWindow is the connection's window before the first frame that is kept.
func (c *Conn) firstWindow(sender h2decode.Side) WindowPoint {
	p := WindowPoint{Frame: uint64(c.frames.first), Time: c.totals.FirstFrame}
	begun := c.replayTo(c.frames.first)
	if p.Window = begun.windows[sender]; p.Frame > 0 {
		p.Time = begun.clock
	}
	return p
}

// streamWindow replays the frames of one stream, with the changes that come
// between them.
func (c *Conn) streamWindow(sender h2decode.Side, stream uint32) iter.Seq[WindowPoint] {
	return func(yield func(WindowPoint) bool) {
		x, found := c.ExchangeOf(stream)
		if !found {
			return
		}
		state := c.AtFrame(x.Opened)
		begun, _ := state.Stream(stream)
		last := WindowPoint{Frame: x.Opened, Time: x.OpenedAt, Window: begun.Windows[sender]}
		if state.Frame > x.Opened { // its first frames were forgotten
			last.Frame, last.Time = state.Frame, state.Time
		}
		if begun.Stream == 0 || !yield(last) { // 0: it closed with the frame that opened it
			return
		}
		from := last.Frame
		change := c.changes.search(func(ch *change) bool { return uint64(ch.frame) > from })
		for n := range c.framesUntil(stream, &x) {
			if n <= from {
				continue
			}
			for ; change < c.changes.len() && uint64(c.changes.at(change).frame) <= n; change++ {
				if !last.change(c, c.changes.at(change), sender, yield) {
					return
				}
			}
			if int(n) > c.frames.len() {
				return
			}
			f := c.frames.at(int(n) - 1)
			now := last
			now.Frame, now.Time = n, f.time
			switch {
			case f.sender() != sender:
			case f.is(moved):
				now.Window = c.windowsOf(f).Stream
			case f.kind() == h2decode.TypeWindowUpdate && f.is(missing):
				now.Window.Known = false
			}
			if !alike(now.Window, last.Window) {
				if !yield(now) {
					return
				}
				last = now
			}
		}
	}
}

// framesUntil are the frames of a stream until it closes, and then, where it
// has not closed, one behind the last of the connection.
func (c *Conn) framesUntil(stream uint32, x *Exchange) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		var chain []uint32
		c.chain(&chain, uint32(x.Last))
		for i := len(chain) - 1; i >= 0; i-- {
			if !yield(uint64(chain[i])) {
				return
			}
		}
		if x.State != h2decode.Closed {
			yield(uint64(c.frames.len()) + 1)
		}
	}
}

// change applies what moved the windows of all streams; false: that is enough.
func (p *WindowPoint) change(c *Conn, ch *change, sender h2decode.Side, yield func(WindowPoint) bool) bool {
	now := *p
	now.Frame = min(uint64(ch.frame), uint64(c.frames.len()))
	if now.Frame >= c.FirstFrame() {
		now.Time = c.frames.at(int(now.Frame) - 1).time
	}
	switch {
	case ch.kind == lossOfSync:
		now.Window.Known = false
	case ch.side != sender:
	case ch.kind == windowsMoved:
		now.Window.Octets += ch.delta
	case ch.kind == streamsLost:
		now.Window.Known = false
	}
	if alike(now.Window, p.Window) {
		return true
	}
	*p = now
	return yield(now)
}

// alike says that two windows are shown alike: of one that is not known nothing
// is.
func alike(a, b h2decode.Window) bool { return a == b || !a.Known && !b.Known }
