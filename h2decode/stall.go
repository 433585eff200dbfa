package h2decode

// promptly is how soon, in nanoseconds, DATA must follow the opening of a
// window for its sender to be taken to have waited for that: a sender that has
// nothing to send is not stalled by a window that happens to be used up.
const promptly = 1_000_000_000

// A closure keeps when a window was shut: one of flow control, or TCP's.
type closure struct {
	shut  bool
	since int64  // when it shut last
	frame uint64 // that shut it
	total int64  // nanoseconds of the closures that are over

	// Of flow control: the greatest that the window was, how it is now, and
	// how it was at the end of the last closure that is over.
	capacity, level, lastLevel int64
	past                       [8]shutTime
	n                          int // of past, ever
}

// A shutTime is a closure that is over, or several of them that follow one
// another.
type shutTime struct {
	began, ended           int64
	beganFrame, endedFrame uint64
}

// A delay is a shutTime in which somebody waited.
type delay struct {
	shutTime
	window int64 // at its end, of flow control
	waited int64 // nanoseconds
}

// set takes note of the window at a time, and of the frame that made it so.
func (c *closure) set(shut bool, now int64, frame uint64) {
	switch {
	case shut == c.shut:
	case shut:
		c.shut, c.since, c.frame = true, now, frame
	default:
		c.shut = false
		c.total += max(0, now-c.since)
		c.past[c.n%len(c.past)] = shutTime{c.since, now, c.frame, frame}
		c.lastLevel = c.level
		c.n++
	}
}

// before is for how long it was shut before now.
func (c *closure) before(now int64) int64 {
	if c.shut {
		return c.total + max(0, now-c.since)
	}
	return c.total
}

// span is from the first closure that ended after a time, as far as is
// remembered, to the last that ended.
func (c *closure) span(after int64) (d delay) {
	d.window = c.lastLevel
	first := max(0, c.n-len(c.past))
	for i := c.n - 1; i >= first; i-- {
		past := &c.past[i%len(c.past)]
		if past.ended <= after {
			break
		}
		if d.ended == 0 {
			d.ended, d.endedFrame = past.ended, past.endedFrame
		}
		d.began, d.beganFrame = max(past.began, after), past.beganFrame
		d.waited += past.ended - d.began
	}
	return d
}

// A wait is what one side of a stream has waited since it last sent.
type wait struct {
	begun bool    // it has sent HEADERS, and its message is not at its end
	sent  int64   // when it last sent, or could have
	own   closure // of the stream's window
	free  int64   // when the stream's window was last open, as far as is accounted for

	// How long the connection's window, and TCP's, had been shut by then.
	connectionMark, tcpMark int64
	tcpTold                 int64 // up to when stalls by a shut receive window were told
	connection              int64 // nanoseconds waited for the connection's window, before free
}

// moveStream changes the stream's window for what sender sends, as a frame with
// this number asks.
func (c *Conn) moveStream(s *stream, sender Side, n int64, frame uint64) {
	window, w := &s.window[sender], &s.wait[sender]
	window.add(n)
	w.own.capacity = max(w.own.capacity, window.Octets)
	if shut := window.Known && window.Octets <= 0; shut != w.own.shut {
		c.settleWait(w, sender)
		w.own.set(shut, c.now(), frame)
		w.free = c.now()
		w.connectionMark = c.shut[sender].before(c.now())
	}
	w.own.level = window.Octets
}

// settleWait adds up what the side waited for the connection's window while
// the stream's was open.
func (c *Conn) settleWait(w *wait, sender Side) {
	shut := c.shut[sender].before(c.now())
	if !w.own.shut {
		w.connection += max(0, shut-w.connectionMark)
	}
	w.connectionMark = shut
}

// moveConnection changes the connection's window for what sender sends.
func (c *Conn) moveConnection(sender Side, n int64) {
	w := &c.window[sender]
	w.add(n)
	c.shut[sender].capacity = max(c.shut[sender].capacity, w.Octets)
	c.shut[sender].set(w.Known && w.Octets <= 0, c.now(), c.frames+1)
	c.shut[sender].level = w.Octets
}

// resume is told that sender sends DATA on a stream: what it waited for until
// now is over.
func (c *Conn) resume(s *stream, sender Side) {
	w, now := &s.wait[sender], c.now()
	if w.begun {
		c.settleWait(w, sender)
		if own := w.own.span(w.sent); own.ended != 0 && now-own.ended <= promptly {
			c.tellStall(s, sender, StalledByStream, own)
		}
		after := max(w.sent, w.own.lastEnd())
		if shut := c.shut[sender].span(after); shut.ended != 0 && w.connection > 0 && now-shut.ended <= promptly {
			shut.waited = w.connection
			c.tellStall(s, sender, StalledByConnection, shut)
		}
	}
	c.startWait(w, sender)
}

func (c *closure) lastEnd() int64 {
	if c.n == 0 {
		return 0
	}
	return c.past[(c.n-1)%len(c.past)].ended
}

// startWait begins to watch what a side waits for from now on.
func (c *Conn) startWait(w *wait, sender Side) {
	now := c.now()
	w.begun = true
	w.sent, w.free, w.connection = now, now, 0
	w.connectionMark = c.shut[sender].before(now)
}

// breakWait tells of the stall in which a stream ended before its message did.
func (c *Conn) breakWait(s *stream, sender Side) {
	w, m := &s.wait[sender], s.message(sender)
	if !w.begun || m.Complete || s.expected[sender] <= m.DataBytes {
		return // nothing shows that there was more to send
	}
	c.settleWait(w, sender)
	now := c.now()
	switch shut := &c.shut[sender]; {
	case w.own.shut:
		began := max(w.own.since, w.sent)
		c.tellStall(s, sender, StalledByStream, delay{shutTime{began, now, w.own.frame, 0}, w.own.level, max(0, now-began)})
	case shut.shut:
		began := max(shut.since, w.free)
		c.tellStall(s, sender, StalledByConnection, delay{shutTime{began, now, shut.frame, 0}, shut.level, max(0, now-began)})
	}
	w.begun = false
}

func (c *Conn) tellStall(s *stream, sender Side, cause StallCause, d delay) {
	s.Timing.Stalled[cause] += d.waited
	s.Timing.End = max(s.Timing.End, d.ended) // it lasted as long as someone waited
	o := c.origin(c.frameEvent.Offset)
	o.From = sender
	c.sink.Event(&Stall{
		Origin: o, Stream: s.ID, Cause: cause, Began: d.began, Ended: d.ended, Waited: d.waited,
		BeganFrame: d.beganFrame, EndedFrame: d.endedFrame, Window: d.window,
	})
}

// holdTCP is told of a frame: what TCP held up before it. A message in progress
// waits for a receive window that is shut. Octets that came behind a hole were
// held until that was filled, and those that fill it were waited for since it
// showed.
func (c *Conn) holdTCP(s *stream, sender Side) {
	w := &s.wait[sender]
	shut := c.tcp[sender].before(c.now())
	if waited := shut - w.tcpMark; waited > 0 && w.begun {
		s.Timing.Stalled[StalledByTCP] += waited
		if d := c.tcp[sender].span(w.tcpTold); d.ended != 0 {
			w.tcpTold = d.ended
			c.tellHeld(s, sender, d)
		}
	}
	w.tcpMark = shut
	began, ended := c.now(), c.delivered()
	if missed := c.at.MissedSince; missed != 0 {
		began = min(began, missed)
	}
	if began = max(began, s.heldUntil); began < ended {
		s.heldUntil = ended
		s.Timing.Stalled[StalledByTCP] += ended - began
		c.tellHeld(s, sender, delay{shutTime: shutTime{began: began, ended: ended}, waited: ended - began})
	}
}

// tellHeld tells of what TCP held up: no frame shut a window, and none opened it.
func (c *Conn) tellHeld(s *stream, sender Side, d delay) {
	o := c.origin(c.frameEvent.Offset)
	o.From = sender
	c.sink.Event(&Stall{Origin: o, Stream: s.ID, Cause: StalledByTCP, Began: d.began, Ended: d.ended, Waited: d.waited})
}
