package h2decode

import "net/netip"

// A Connection is what is known of a TCP connection when it is over. What
// package h2decode cannot know (all that TCP and TLS tell) the caller fills in.
type Connection struct {
	Number         uint64
	Client, Server netip.AddrPort
	Opened, Closed int64  // times of its first and last packet
	OpenedPacket   uint64 // its first packet
	Packet         uint64 // its last packet

	Close     CloseReason
	ClosedBy  Side // who sent the FIN or RST that began the end
	HasCloser bool // ClosedBy is known
	Continues uint64

	Transport Transport
	Protocol  Protocol
	Start     Start
	Via       []Via
	Links     []string // interfaces, VLANs and tunnels that it was seen on
	TCP       TCPStats
	TLS       *Security // nil: no TLS

	// The rest is HTTP/2's.
	Settings [2][]Setting // by side: what its peer acknowledged, in order of identifier
	GoAway   [2]*GoAway   // by side: the last it sent
	Akamai   string       // fingerprint of the client; "" where its beginning was not seen
	Frames   uint64
	Streams  uint64
	Gaps     uint64 // gap records told
	// Findings are counted by severity, those about its streams included and
	// Consequences not. NotJudged is how often a rule could not be judged,
	// because something that it rests on was not seen.
	Findings     Severities
	Consequences uint64
	NotJudged    uint64
	// Unread is how many octets at the end of each side are of no whole frame:
	// the end of the connection, or of the capture, cut it. Of these, DATA was
	// told as it came; no event tells of the others.
	Unread [2]uint64
}

// A GoAway is the last GOAWAY frame of one side.
type GoAway struct {
	Packet     uint64
	Time       int64
	LastStream uint32
	Code       ErrorCode
	DebugData  []byte
}

// A CloseReason says how a connection ended.
type CloseReason uint8

// How connections end.
const (
	EndOfCapture CloseReason = iota // it did not
	ClosedFIN
	ClosedRST
	Replaced // by a new SYN on the same ports
	Evicted  // by a limit
	IdleLimit
)

// String is the name that records use.
func (r CloseReason) String() string {
	return [...]string{"end-of-capture", "fin", "rst", "replaced", "evicted", "idle-limit"}[r]
}

// A Transport is what carries the protocol.
type Transport uint8

// The transports.
const (
	Cleartext Transport = iota
	TLS
)

// String is the name that records use.
func (t Transport) String() string { return [...]string{"cleartext", "tls"}[t] }

// A Protocol is what a connection carries.
type Protocol uint8

// The protocols.
const (
	ProtocolOther Protocol = iota
	ProtocolH2
	ProtocolHTTP1
	ProtocolTLS
)

// String is the name that records use.
func (p Protocol) String() string { return [...]string{"other", "h2", "http/1.1", "tls"}[p] }

// A Start says how HTTP/2 began, or was recognised.
type Start uint8

// The ways to start.
const (
	NoStart Start = iota // it is not HTTP/2
	StartALPN
	StartPriorKnowledge
	StartUpgrade
	StartMidConnection
	StartDecodeAs
)

// String is the name that records use; empty for NoStart.
func (s Start) String() string {
	return [...]string{"", "alpn", "prior-knowledge", "upgrade", "mid-connection", "decode-as"}[s]
}

// A Via is a proxy's greeting that stands before the protocol.
type Via struct {
	Kind                        string // "connect", "socks5", "proxy-protocol", …
	Target, Source, Destination string // as far as it names them
}

// TCPStats is what TCP tells of a connection; arrays are by Side.
type TCPStats struct {
	Packets, Bytes  [2]uint64 // captured segments, and payload octets as sent
	Retransmissions [2]uint64
	OutOfOrder      [2]uint64
	Duplicates      [2]uint64 // the same packet captured again
	Gaps            [2]uint64
	GapBytes        [2]uint64
	ZeroWindows     [2]uint64
	BadChecksums    [2]uint64
	Conflicts       [2]uint64 // copies of octets that differ from the first
	OutOfWindow     [2]uint64 // segments too far off to belong
	RTT             int64     // initial round trip in nanoseconds; 0: not seen
}
