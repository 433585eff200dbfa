package h2decode

// CaptureOpened tells what is read: the first of all events.
type CaptureOpened struct {
	Files      []string // "-" is standard input
	Interfaces []CaptureInterface
}

// A CaptureInterface is one interface that the capture describes.
type CaptureInterface struct {
	Name     string // "" where the capture has none
	LinkType string // the name of its LINKTYPE_ value, in lower case, or the number
	Snaplen  int    // 0: no limit known
}

// Noticed tells of trouble with the input that is no fault of an endpoint.
type Noticed struct {
	Kind    string // as records name it: "truncated", "link-type", "quic", …
	Message string // one sentence
	File    string // the input it concerns, "" for all
	Conn    uint64 // the connection it concerns, 0 for none
	Packet  uint64 // the packet, 0 for none
}

// CaptureEnded sums up: the last of all events.
type CaptureEnded struct {
	Packets, Bytes uint64         // packets read, and their captured octets
	Skipped        []SkippedCount // packets that gave no TCP segment of a connection, by reason
	Connections    uint64         // TCP connections
	Protocols      [4]uint64      // of these, by Protocol
	Streams        uint64         // HTTP/2 streams
	Frames         uint64         // HTTP/2 frames
	FrameTypes     [256]uint64    // by Type
	Gaps           uint64         // gap records
	Evicted        uint64         // connections that a limit ended
	First, Last    int64          // times of the first and the last packet
	Truncated      bool           // an input ends within a packet
	TCP            TCPStats       // of all connections together; RTT is 0
	Resets         uint64         // streams ended by RST_STREAM
	Alternatives   uint64         // connections whose server advertises HTTP/3
	TLS            TLSCounts
	Findings       Severities // consequences not counted
	Consequences   uint64     // findings that follow an error which ended their connection
	NotJudged      uint64     // times that a rule could not be judged
}

// TLSCounts are the TLS connections of a capture.
type TLSCounts struct {
	Connections, WithSecret, Decrypted uint64
	Reasons                            []ReasonCount // why not fully decrypted, in order of reason
}

// A ReasonCount is how many connections were not fully decrypted for one reason.
type ReasonCount struct {
	Reason      string
	Connections uint64
}

// A SkippedCount is how many packets were skipped for one reason.
type SkippedCount struct {
	Reason  string
	Packets uint64
}

func (*CaptureOpened) event() {}
func (*Noticed) event()       {}
func (*CaptureEnded) event()  {}
