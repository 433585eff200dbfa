package priority

import (
	"iter"
	"maps"
	"slices"
)

// Params are the priority parameters of RFC 9218, Section 4.
type Params struct {
	Urgency     uint8 // 0 to 7; 0 comes first
	Incremental bool
}

// DefaultUrgency is that of RFC 9218, Section 4.1.
const DefaultUrgency = 3

// MaxUrgency is the number of what comes last.
const MaxUrgency = 7

// DefaultParams hold where nothing is said.
func DefaultParams() Params { return Params{Urgency: DefaultUrgency} }

// A Signal is one thing that happened to a stream and to its urgency. A
// PRIORITY_UPDATE whose value does not parse says nothing: make no Signal of it.
type Signal struct {
	Stream uint32 // not 0
	Params Params // as ParseField gave them; meaningless with SignalClose
	Kind   SignalKind
}

// A SignalKind is where a Signal comes from.
type SignalKind uint8

const (
	// SignalOpen is a request or a push that opens a stream, with the
	// parameters of its Priority field, or DefaultParams.
	SignalOpen SignalKind = iota
	// SignalUpdate is a PRIORITY_UPDATE frame.
	SignalUpdate
	// SignalClose is the end of a stream.
	SignalClose
)

var signalNames = [...]string{SignalOpen: "open", SignalUpdate: "update", SignalClose: "close"}

// String names the kind in lower case.
func (k SignalKind) String() string { return name(signalNames[:], int(k)) }

// An Outcome is what became of a Signal.
type Outcome uint8

const (
	Applied    Outcome = iota
	Buffered           // an update for a stream that is not open yet
	Overridden         // a stream opened whose update had come before: that holds
	Ignored            // the stream is 0, has closed or was never there, or the kind is unknown
	Dropped            // Limits leave no room for the stream
)

var outcomeNames = [...]string{
	Applied: "applied", Buffered: "buffered", Overridden: "overridden", Ignored: "ignored", Dropped: "dropped",
}

// String names the outcome in lower case.
func (o Outcome) String() string { return name(outcomeNames[:], int(o)) }

// Urgencies are the priorities of RFC 9218 of the streams which one server
// serves. They must not be used by two goroutines at once while one of them calls
// Apply.
type Urgencies struct {
	limits  Limits
	streams map[uint32]urgency
	idle    int
	opened  highest
}

// urgency is what holds for a stream.
type urgency struct {
	Params
	open    bool
	updated bool // by PRIORITY_UPDATE, which no header field replaces
}

// NewUrgencies makes a record in which there is no stream.
func NewUrgencies(limits Limits) *Urgencies {
	return &Urgencies{limits: limits.withDefaults(), streams: make(map[uint32]urgency)}
}

// Len is how many streams are known, open or buffered.
func (u *Urgencies) Len() int { return len(u.streams) }

// Idle is how many of them are not open yet.
func (u *Urgencies) Idle() int { return u.idle }

// Apply does what s says and tells what became of it.
func (u *Urgencies) Apply(s Signal) Outcome {
	switch {
	case s.Stream == 0:
		return Ignored
	case s.Kind == SignalOpen:
		return u.open(s)
	case s.Kind == SignalUpdate:
		return u.update(s)
	case s.Kind == SignalClose:
		return u.close(s.Stream)
	}
	return Ignored
}

func (u *Urgencies) open(s Signal) Outcome {
	was, known := u.streams[s.Stream]
	if !known && len(u.streams) >= u.limits.Streams {
		return Dropped
	}
	if known && !was.open {
		u.idle--
	}
	u.opened.open(s.Stream)
	if was.updated {
		was.open = true
		u.streams[s.Stream] = was
		return Overridden
	}
	u.streams[s.Stream] = urgency{Params: s.Params, open: true}
	return Applied
}

func (u *Urgencies) update(s Signal) Outcome {
	was, known := u.streams[s.Stream]
	switch {
	case known:
		u.streams[s.Stream] = urgency{Params: s.Params, open: was.open, updated: true}
		if was.open {
			return Applied
		}
		return Buffered
	case u.opened.passed(s.Stream):
		return Ignored
	case u.idle >= u.limits.Retained || len(u.streams) >= u.limits.Streams:
		return Dropped
	}
	u.idle++
	u.streams[s.Stream] = urgency{Params: s.Params, updated: true}
	return Buffered
}

func (u *Urgencies) close(stream uint32) Outcome {
	was, known := u.streams[stream]
	if !known {
		return Ignored
	}
	if !was.open {
		u.idle--
	}
	delete(u.streams, stream)
	u.opened.open(stream) // whatever comes for it now is late
	return Applied
}

// Params are what holds for a stream, and false where it is not known.
func (u *Urgencies) Params(stream uint32) (Params, bool) {
	p, known := u.streams[stream]
	return p.Params, known
}

// sorted are the numbers of all streams, in order.
func (u *Urgencies) sorted() []uint32 {
	streams := make([]uint32, 0, len(u.streams))
	for stream := range u.streams {
		streams = append(streams, stream)
	}
	slices.Sort(streams)
	return streams
}

// All gives the streams by their number, with what holds for each.
func (u *Urgencies) All() iter.Seq2[uint32, Params] {
	return func(yield func(uint32, Params) bool) {
		for _, stream := range u.sorted() {
			if !yield(stream, u.streams[stream].Params) {
				return
			}
		}
	}
}

// Clone makes a copy that shares nothing with u.
func (u *Urgencies) Clone() *Urgencies {
	c := *u
	c.streams = maps.Clone(u.streams)
	return &c
}

// Equal reports whether both have the same streams with the same parameters and,
// with the same Limits, answer all Signals alike.
func (u *Urgencies) Equal(o *Urgencies) bool {
	return u.opened == o.opened && maps.Equal(u.streams, o.streams)
}
