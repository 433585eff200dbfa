package priority

// Limits bound what is kept for a connection. Zero takes the default.
type Limits struct {
	// Retained is how many streams that are closed or idle stay in a tree, or,
	// idle, in [Urgencies]. RFC 7540, Section 5.3.4 asks for at least as many as
	// SETTINGS_MAX_CONCURRENT_STREAMS allows. A negative number retains none.
	// Default 256.
	Retained int
	// Streams is how many streams are kept altogether. Where one more opens,
	// one that is retained goes; where none is, the new one is not taken in
	// (Full). Default 131072.
	Streams int
}

const (
	defaultRetained = 256
	defaultStreams  = 1 << 17
)

func (l Limits) withDefaults() Limits {
	if l.Retained == 0 {
		l.Retained = defaultRetained
	}
	l.Retained = max(l.Retained, 0)
	if l.Streams <= 0 {
		l.Streams = defaultStreams
	}
	return l
}
