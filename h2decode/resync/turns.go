package resync

// How many turns are evidence that the frames of a chain are the connection's,
// and with which of them the frames begin that are taken for proven.
const (
	provenTurns = 4
	keptTurn    = 2
)

// turns counts how often a chain's side and the other took turns: a server
// answered on the stream that it was asked on when all before its answer had been
// heard; a client asked again when it had heard the answer to what it asked last.
// The other side answers, and is answered by, frames of the connection. What lies
// inside of DATA it does not see as frames.
type turns struct {
	count  int
	stream uint32 // of the last HEADERS
	at     uint64 // its offset

	keep   uint64 // offset of the frame with which the kept turn was taken
	sender Role   // of the frames from there on
}

// add takes a frame that follows in the chain. sender is the chain's.
func (t *turns) add(f *frame, sender Role, answered func(stream uint32, from, to uint64) bool) {
	t.sender, _ = t.sender.join(f.sender)
	if f.typ != typeHeaders || f.stream == t.stream {
		return
	}
	stream := f.stream
	if sender == Client {
		stream = t.stream
	}
	if t.stream != 0 && sender != Unknown && answered != nil && answered(stream, t.at+headerLength, f.offset) {
		if t.count++; t.count == keptTurn {
			t.keep, t.sender = f.offset, f.sender
		}
	}
	t.stream, t.at = f.stream, f.offset
}

func (t *turns) proven() bool { return t.count >= provenTurns }
