package fields

import "h2scope/h2decode"

// A Level is a kind of subject.
type Level uint8

// The levels. A finding and a frame belong to a stream, or to the connection
// alone; a stream belongs to a connection.
const (
	Finding Level = iota
	Frame
	Stream
	Conn
	levels

	// found is no level: it stands for Subject.Found where a field says what it
	// is read from.
	found = levels
)

// String is "finding", "frame", "stream" or "connection".
func (l Level) String() string { return [...]string{"finding", "frame", "stream", "connection"}[l] }

// A Subject is what a filter or a field is asked of: the finding where there is
// one, else the frame, else the stream, else the connection. What else is set is
// what it belongs to.
//
// What it points to is only read, and only during the call.
type Subject struct {
	Conn    *h2decode.Connection
	Stream  *h2decode.Stream // the one that Frame is on, or Finding about
	Frame   *h2decode.FrameDecoded
	Finding *h2decode.Finding

	// ConnOver and StreamOver say that no more will be known: where Conn or
	// Stream is nil, there is none, and its fields are absent. Where they are
	// false, a nil one may yet come, and of one that is set only what its
	// beginning tells is taken for known.
	ConnOver, StreamOver bool

	// Now asks for what is known now: what may yet come is taken for absent,
	// and nothing is Unknown.
	Now bool

	// Found is what was found about the frame, stream or connection that is the
	// subject. FoundAll says that this is all: nothing more will be found.
	Found    []Found
	FoundAll bool

	// Answers stand in for a Stream or Conn that is not at hand.
	Answers Answers
}

// Found is what matters here of a finding.
type Found struct {
	Rule     string
	Severity h2decode.Severity
}

// Level says what the subject is.
func (s *Subject) Level() Level {
	switch {
	case s.Finding != nil:
		return Finding
	case s.Frame != nil:
		return Frame
	case s.Stream != nil:
		return Stream
	}
	return Conn
}

// onStream reports whether the subject is or belongs to a stream.
func (s *Subject) onStream() bool {
	switch {
	case s.Finding != nil:
		return s.Finding.Stream != 0
	case s.Frame != nil:
		return s.Frame.Header.Stream != 0
	}
	return s.Stream != nil
}

// standing says whether a fact can be read.
type standing uint8

const (
	absent   standing = iota // it cannot be there
	later                    // it is not known yet
	readable                 // it is at hand
)

// standing tells whether what an access reads is at hand.
func (s *Subject) standing(a *access) standing {
	there, over := true, true
	switch a.of {
	case Stream:
		there, over = s.Stream != nil, s.StreamOver || !s.onStream()
	case Conn:
		there, over = s.Conn != nil, s.ConnOver
	case found:
		there, over = s.FoundAll, s.FoundAll
	}
	switch {
	case there && (over || a.settled):
		return readable
	case over:
		return absent
	}
	return later
}
