package h2decode

import "h2scope/hpack"

// A Kind says how a stream came to be.
type Kind uint8

// The kinds of stream.
const (
	KindRequest         Kind = iota
	KindPush                 // RFC 9113, Section 8.4
	KindUpgrade              // stream 1 after RFC 7540, Section 3.2
	KindConnect              // RFC 9113, Section 8.5
	KindExtendedConnect      // RFC 8441, Section 4
)

// String is the name that records use.
func (k Kind) String() string {
	return [...]string{"request", "push", "upgrade", "connect", "extended-connect"}[k]
}

// A Stream is one exchange: a request and its response.
type Stream struct {
	ID     uint32
	Kind   Kind
	Parent uint32 // of a push: the stream that promised it
	State  State
	Closed bool // false: the connection ended before the stream did, or it was evicted
	// Evicted says that Limits.Streams ended the watch over it.
	Evicted bool

	// Times: OpenedAt is that of the first frame that was seen where
	// Timing.RequestUnseen; ClosedAt is 0 while it is open.
	OpenedAt, ClosedAt int64
	OpenedPacket       uint64
	Timing             Timing

	Request, Response Message
	Priority          StreamPriority
	Reset             *Reset // the RST_STREAM that closed it; nil, too, where its code is missing

	Frames uint64 // on the stream, its PUSH_PROMISE included

	Findings Severities // what was found about it
}

// A Message is one direction of a stream. Fields are empty unless the
// connection was asked to keep messages.
type Message struct {
	Fields   []hpack.Field   // the field section that begins the message
	Interim  [][]hpack.Field // of a response: those with a status of 100 to 199
	Trailers []hpack.Field
	// Incomplete says that a field section of the message has a hole or could
	// not be decoded to its end; Omitted is how many fields a limit kept out.
	Incomplete bool
	Omitted    int

	DataBytes uint64 // DATA octets without padding, those behind END_STREAM not counted
	Missing   uint64 // of these, octets that the capture lacks
	Complete  bool   // END_STREAM was seen

	// Lossy says that frames of the message may be among what the capture
	// lacks, behind the field section that begins it or with that: there were
	// DataBytes at least.
	Lossy bool
}

// Field is the first value of a name, nil where the message has none that is
// certain.
func (m *Message) Field(name string) []byte { return fieldValue(m.Fields, name) }

func fieldValue(fields []hpack.Field, name string) []byte {
	for i := range fields {
		if f := &fields[i]; string(f.Name) == name && f.Trust() == hpack.Exact {
			return f.Value
		}
	}
	return nil
}

// StreamPriority is how a stream is to be served: by RFC 7540, Section 5.3
// and by RFC 9218, each as far as the client said.
type StreamPriority struct {
	HasTree bool
	Tree    PriorityFrame

	HasUrgency  bool
	Urgency     uint8 // 0 to 7
	Incremental bool
}

// A Reset is an RST_STREAM on a stream.
type Reset struct {
	From   Side
	Code   ErrorCode
	Packet uint64
	Time   int64
}
