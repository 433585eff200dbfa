package selftest

import (
	"strconv"

	"h2scope/h2decode"
	"h2scope/samples/endpoint"
)

// An account is a window, and when it was shut.
type account struct {
	left int64
	shut []spell
}

// A spell is from one frame to another: in which a window was shut, or a sender
// waited.
type spell struct {
	from, to int
	by       int // the frame that shut the window; 0: it was so from the first
}

// untilTheEnd is in place of a frame for a spell that only the connection's end
// ends, shutStill for one that is not over.
const (
	untilTheEnd = -1
	shutStill   = 0
)

// begin opens the account with a first size, which may be 0.
func (a *account) begin(octets int64, frame int) {
	a.left = octets
	if octets <= 0 {
		a.shut = []spell{{from: frame}}
	}
}

// move changes the window as a frame asks.
func (a *account) move(octets int64, frame int) {
	was := a.left <= 0
	a.left += octets
	switch is := a.left <= 0; {
	case is && !was:
		a.shut = append(a.shut, spell{from: frame, by: frame})
	case was && !is:
		a.shut[len(a.shut)-1].to = frame
	}
}

// shutAfter reports whether the window was shut when a frame had passed.
func (a *account) shutAfter(frame int) bool {
	for _, s := range a.shut {
		if s.from <= frame && (s.to == shutStill || s.to > frame) {
			return true
		}
	}
	return false
}

// openedSince are the spells that ended behind a frame.
func (a *account) openedSince(frame int) []spell {
	for i, s := range a.shut {
		if s.to > frame {
			over := a.shut[i:]
			if over[len(over)-1].to == shutStill {
				over = over[:len(over)-1]
			}
			return over
		}
	}
	return nil
}

// A sender is one side of a stream.
type sender struct {
	account
	waits        bool // its message has begun, and is not over
	since        int  // the frame with which it last sent
	length, sent int64
}

// A stall is a time in which a sender could not send on a stream since a window
// was shut.
type stall struct {
	stream       uint32
	from         endpoint.Side
	cause        h2decode.StallCause
	began, ended int // the frames that shut and opened the window; ended is 0 where none did
	pieces       []spell
	resumed      int // the frame that it sent then
}

// begins takes note of the field section that begins a message: interim
// responses do not.
func (l *ledger) begins(s *sender, f *endpoint.Frame) {
	if s.waits {
		return // trailers
	}
	for _, line := range f.Fields {
		switch {
		case line.Name == ":status" && line.Value[:1] == "1":
			return
		case line.Name == "content-length":
			s.length, _ = strconv.ParseInt(line.Value, 10, 64)
		}
	}
	s.waits, s.since = true, l.frame
}

// sends takes note that a side sends data: what it has waited for is over. First
// it could not for its stream's window; and, while that was open, for the
// connection's.
func (l *ledger) sends(e *entry, from endpoint.Side) {
	s := &e.senders[from]
	if s.waits {
		l.stallOf(e, from, h2decode.StalledByStream, s.openedSince(s.since), l.waited(s, from, false))
		after := s.since
		if n := len(s.shut); n > 0 {
			after = max(after, s.shut[n-1].to)
		}
		l.stallOf(e, from, h2decode.StalledByConnection, l.windows[from].openedSince(after), l.waited(s, from, true))
	}
	s.waits, s.since = true, l.frame
}

func (l *ledger) stallOf(e *entry, from endpoint.Side, cause h2decode.StallCause, shut, pieces []spell) {
	if len(shut) > 0 && len(pieces) > 0 {
		l.stalls = append(l.stalls, stall{
			stream: e.id, from: from, cause: cause, began: shut[0].by, ended: shut[len(shut)-1].to, pieces: pieces, resumed: l.frame,
		})
	}
}

// waited are the pieces of the time since a sender last sent, from frame to
// frame, in which its stream's window was shut, or else the connection's.
func (l *ledger) waited(s *sender, from endpoint.Side, connection bool) []spell {
	var pieces []spell
	if len(s.shut) == 0 && len(l.windows[from].shut) == 0 {
		return nil
	}
	for k := s.since; k < l.frame; k++ {
		own := s.shutAfter(k)
		if own != connection && (own || l.windows[from].shutAfter(k)) {
			pieces = append(pieces, spell{from: k, to: k + 1})
		}
	}
	return pieces
}

// breakOff takes note that a stream ends at a frame before its messages do, which
// content-length shows.
func (l *ledger) breakOff(e *entry, at int) {
	for side := range e.senders {
		from := endpoint.Side(side)
		s := &e.senders[side]
		if !s.waits || e.ended[side] || s.length <= s.sent {
			continue
		}
		own, all := &s.account, &l.windows[side]
		free := s.since
		for _, was := range own.shut {
			free = max(free, was.from, was.to)
		}
		switch {
		case own.left <= 0:
			l.broken(e, from, h2decode.StalledByStream, own, s.since, at)
		case all.left <= 0:
			l.broken(e, from, h2decode.StalledByConnection, all, free, at)
		}
		s.waits = false
	}
}

func (l *ledger) broken(e *entry, from endpoint.Side, cause h2decode.StallCause, a *account, since, at int) {
	last := a.shut[len(a.shut)-1]
	l.stalls = append(l.stalls, stall{
		stream: e.id, from: from, cause: cause, began: last.by, pieces: []spell{{from: max(last.from, since), to: at}},
	})
}
