package h2decode

// A Timing is when the steps of an exchange were seen. Times are those of the
// packets that hold the octets, in nanoseconds since 1970-01-01 UTC; 0 is a
// step that was not seen.
type Timing struct {
	Request       int64 // the first octet of the request's HEADERS, or of the PUSH_PROMISE
	RequestUnseen bool  // Request is that of the response: the request's HEADERS were not seen
	RequestEnd    int64 // the client's END_STREAM
	Response      int64 // the server's first HEADERS, interim ones included
	FinalResponse int64 // the HEADERS of the final response
	ResponseEnd   int64 // the server's END_STREAM
	End           int64 // the last frame on the stream, or the end of the last stall

	// Blocked is for how long, in nanoseconds, the peer's
	// SETTINGS_MAX_CONCURRENT_STREAMS was exhausted just before the stream
	// opened.
	Blocked int64
	// Stalled is for how long, in nanoseconds, the sides waited for each other
	// inside the exchange, by StallCause.
	Stalled [stallCauses]int64
}

// Asked reports whether the request was seen, from which phases count.
func (t *Timing) Asked() bool { return t.Request != 0 && !t.RequestUnseen }

// Phases are how long, in nanoseconds, the phases of an exchange took. A phase
// that did not begin is 0; Seen says how many did, in order.
type Phases struct {
	Send, Wait, Receive, Total int64
	Seen                       int
}

// Phases cuts the exchange: send is from the request's first octet to its end,
// or to the first response where that is earlier; wait from there to the final
// response; receive from there to its end. Without its request no phase is known.
func (t *Timing) Phases() (p Phases) {
	if t.RequestUnseen {
		return p
	}
	p.Total = max(0, t.End-t.Request)
	sent := t.RequestEnd
	if t.Response != 0 && (sent == 0 || t.Response < sent) {
		sent = t.Response
	}
	if sent == 0 {
		return p
	}
	p.Send, p.Seen = max(0, sent-t.Request), 1
	if t.FinalResponse == 0 {
		return p
	}
	p.Wait, p.Seen = max(0, t.FinalResponse-sent), 2
	if t.ResponseEnd == 0 {
		return p
	}
	p.Receive, p.Seen = max(0, t.ResponseEnd-t.FinalResponse), 3
	return p
}

// ended notes a side's END_STREAM.
func (t *Timing) ended(side Side, now int64) {
	if side == Client {
		t.RequestEnd = now
	} else {
		t.ResponseEnd = now
	}
}

// headersAt is when the HEADERS frame of the block in work began.
func (s *stream) headersAt(c *Conn) int64 {
	if e := &c.frameEvent; e.FirstPacket != 0 {
		return e.FirstTime
	}
	return c.now()
}

// begin is told of the field section that begins a side's message.
func (c *Conn) begin(s *stream, side Side, facts *sectionFacts) {
	s.expected[side] = facts.length
	w := &s.wait[side]
	c.startWait(w, side)
	w.tcpMark, w.tcpTold = c.tcp[side].before(c.now()), c.now()
}

// A StallCause says what a sender waited for.
type StallCause uint8

// The causes of a stall.
const (
	StalledByStream     StallCause = iota // its stream's flow-control window
	StalledByConnection                   // the connection's
	StalledByTCP                          // a shut receive window, or the retransmission of lost octets
	stallCauses
)

// String is the name that records use.
func (s StallCause) String() string { return [...]string{"stream", "connection", "tcp"}[s] }

// A Stall tells, when it is over, of a time in which From could not send DATA
// on a stream because a window was shut. That there was DATA to send is known
// from what followed: DATA, or a reset of a message that content-length shows
// not to be at its end. By TCP, it is a time in which its receive window was shut,
// or in which octets of the stream had come and waited for others that were lost.
type Stall struct {
	Origin // of what ended it; From is the sender that waited
	Stream uint32
	Cause  StallCause

	Began, Ended int64  // times
	Waited       int64  // nanoseconds: all from Began to Ended, or what of it the window was shut
	BeganFrame   uint64 // the Number of the frame that shut the window: DATA, or the acknowledgment of SETTINGS; 0: none that was seen
	EndedFrame   uint64 // of the frame that opened it: WINDOW_UPDATE or the acknowledgment of SETTINGS; 0: the stream or connection ended, or it was TCP
	Window       int64  // the window of flow control while it was shut, at its end
}

func (*Stall) event() {}
