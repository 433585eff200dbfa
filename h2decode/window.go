package h2decode

import "iter"

// defaultWindow is every flow-control window's first size (RFC 9113, Section
// 6.9.2).
const defaultWindow = 65535

// MaxWindow is the greatest size of a window (RFC 9113, Section 6.9.1).
const MaxWindow = 1<<31 - 1

// A Window is a flow-control window: how many octets of DATA payload its sender
// may still send. It may be negative (RFC 9113, Section 6.9.2).
//
// It is the window as the frames on the wire make it: DATA shrinks it when it
// passes, padding counted, WINDOW_UPDATE lifts it when it passes, and a new
// initial size counts from its acknowledgment on. So the sender's own view,
// which hears of updates later, is never larger.
type Window struct {
	Octets int64
	Known  bool // false: frames that changed it may have been missed
}

func (w *Window) add(n int64) { w.Octets += n }

// A Windows is what a frame leaves of the windows that it moves: those of its
// sender where it is DATA, those of the peer where it is WINDOW_UPDATE.
type Windows struct {
	Moved              bool   // false: the frame moves none
	Connection, Stream Window // Stream is not known where the stream is not open
}

// WindowsShifted tells that the windows of all open streams moved at once,
// because From acknowledged another SETTINGS_INITIAL_WINDOW_SIZE of its peer
// (RFC 9113, Section 6.9.2). They are From's windows.
type WindowsShifted struct {
	Origin
	Delta int64
}

func (*WindowsShifted) event() {}

// moveWindows lets the frame in work move the windows, and notes in its event
// what is left. It is called before the frame is told.
func (c *Conn) moveWindows() {
	e := &c.frameEvent
	sender, n := e.From, -int64(e.Header.Length)
	if e.Header.Type == TypeWindowUpdate {
		sender = sender.Other()
		p, _ := e.Payload.(*WindowUpdateFrame)
		if p == nil {
			c.forgetWindow(sender, e)
			return
		}
		n = int64(p.Increment)
	}
	w := &e.Windows
	w.Moved, w.Stream = true, Window{}
	if s := c.streams.get(e.Header.Stream); s != nil {
		if n < 0 {
			c.resume(s, sender)
		}
		c.moveStream(s, sender, n, c.frames+1)
		w.Stream = s.window[sender]
	} else if id := e.Header.Stream; e.From == Server && id > c.streams.newest[Client] && opener(id) == Client && c.requestUnseen() {
		c.streams.moved = max(c.streams.moved, id)
	}
	if e.Header.Type == TypeData || e.Header.Stream == 0 {
		c.moveConnection(sender, n)
	}
	w.Connection = c.window[sender]
}

// Window is the window for what sender may send: on a stream, or on the
// connection, which is stream 0. That of a stream that is not open is not known.
func (c *Conn) Window(id uint32, sender Side) Window {
	if id == 0 {
		return c.window[sender]
	}
	if s := c.streams.get(id); s != nil {
		return s.window[sender]
	}
	return Window{}
}

// Capacity is the greatest size that the window for what sender may send has
// had: how much its receiver takes before it must have read some of it. What of
// it the window lacks is what was sent and not yet read. 0: the stream is not
// open.
func (c *Conn) Capacity(id uint32, sender Side) int64 {
	if id == 0 {
		return max(defaultWindow, c.shut[sender].capacity)
	}
	if s := c.streams.get(id); s != nil {
		return s.wait[sender].own.capacity
	}
	return 0
}

// OpenWindows yields the streams that are open, in the order in which they
// opened, with their windows for what sender may send.
func (c *Conn) OpenWindows(sender Side) iter.Seq2[uint32, Window] {
	return func(yield func(uint32, Window) bool) {
		for s := c.streams.order.next; s != &c.streams.order; s = s.next {
			if !yield(s.ID, s.window[sender]) {
				return
			}
		}
	}
}

// forgetWindow takes note of a WINDOW_UPDATE whose increment is not at hand. One
// of another length than 4 is an error that moves nothing.
func (c *Conn) forgetWindow(sender Side, e *FrameDecoded) {
	switch s := c.streams.get(e.Header.Stream); {
	case e.Missing == 0:
	case e.Header.Stream == 0:
		c.window[sender].Known = false
	case s != nil:
		s.window[sender].Known = false
	}
}

// forgetWindows takes note that frames of either kind may have been missed.
func (c *Conn) forgetWindows() {
	for side := range c.window {
		c.window[side].Known = false
		for s := range c.streams.all {
			s.window[side].Known = false
		}
	}
}

// forgetStreamWindows takes note that the initial size for what sender sends
// may have changed.
func (c *Conn) forgetStreamWindows(sender Side) {
	for s := range c.streams.all {
		s.window[sender].Known = false
	}
}

// openWindows sets the windows of a new stream: for what a side sends, the
// initial size is its peer's to say.
func (c *Conn) openWindows(s *stream) {
	for side := range s.window {
		v, known := c.halves[Side(side).Other()].settings.value(SettingInitialWindowSize)
		s.window[side] = Window{int64(v), known && (s.ID > c.streams.moved || opener(s.ID) == Server)}
		own := &s.wait[side].own
		own.capacity, own.level = int64(v), int64(v)
		own.set(known && v == 0, c.now(), 0)
	}
}

// shiftWindows moves the windows for what sender sends on all open streams.
func (c *Conn) shiftWindows(sender Side, delta int64, offset uint64) {
	if delta == 0 {
		return
	}
	for s := c.streams.order.next; s != &c.streams.order; s = s.next {
		s.wait[sender].own.capacity += delta
		c.moveStream(s, sender, delta, c.frames)
	}
	o := c.origin(offset)
	o.From = sender
	c.sink.Event(&WindowsShifted{Origin: o, Delta: delta})
}
