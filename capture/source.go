package capture

import "errors"

// A LinkType is a link-layer header type as capture files number it
// (LINKTYPE_ values of the tcpdump.org registry).
type LinkType uint16

// An Interface is one interface that a capture describes.
type Interface struct {
	Name        string // if_name, "" where the file has none
	Description string
	LinkType    LinkType
	Snaplen     int    // 0: no limit known
	FCS         int    // octets of frame check sequence at the end of whole packets
	Filter      string // the capture filter in tcpdump's words, "" where none is named

	// What the capturing side counted, where it tells: packets that it saw,
	// and packets that it lost before they were captured.
	Received, Dropped uint64
}

// A Packet is one captured packet.
type Packet struct {
	// Number is from 1, in the order in which Next returned the packets.
	Number uint64
	Time   int64 // nanoseconds since 1970-01-01 UTC

	// Data is what was captured, Length how long the packet was on the wire.
	// Data is borrowed from Window.
	Data   []byte
	Length int

	// Interface is an index into the source's Interfaces; LinkType is that
	// interface's.
	Interface int
	LinkType  LinkType

	// Window owns Data. Whoever keeps Data beyond the next call of Next holds
	// the window before that call, and releases it once.
	Window *Window

	comments *[]string // until the packet has its number
}

// Secrets are what a capture brings along for its own decryption.
type Secrets struct {
	Type uint32 // pcapng.TLSKeyLog, or another type of secrets
	Data []byte // the receiver's to keep; shared, so not to be changed
	File string
}

// A Comment is a remark that someone wrote into a capture.
type Comment struct {
	Packet uint64 // the packet it is about, 0: the file, a section or an interface
	Text   string
	File   string
}

// ErrIdle is what Next returns where there is no packet now and more may come:
// a caller that holds things back for company lets go of them, and calls again.
// A source that listens returns it at once when it runs out of packets, and
// then every 100 ms until there is one.
var ErrIdle = errors.New("there is no packet now")

// A Source gives packets in order of time. It is used by one goroutine.
type Source interface {
	// Next fills p with the next packet. At the end it returns io.EOF; what
	// was wrong with the input and did not stop it stands in Notices by then.
	// p.Data is valid until the following call, or longer where p.Window is
	// held.
	Next(p *Packet) error

	// Interfaces are those seen so far; indices never change.
	Interfaces() []Interface

	// Files are the names of the inputs, "-" for standard input.
	Files() []string

	// Notices takes the notices that arose since the last call.
	Notices() []Notice

	// Secrets are those found so far, in the order of their finding, up to
	// 64 MiB. They may be found before the packets in front of them are
	// returned, never after those behind them.
	Secrets() []Secrets

	// Comments are those found so far, up to 8 MiB: the packets' in the order
	// of packets.
	Comments() []Comment

	Close() error
}

// A Notice is trouble with the input that did not stop the reading.
type Notice struct {
	Kind    NoticeKind
	Message string
	File    string
	Packet  uint64 // the packet it concerns, 0: none
}

// A NoticeKind names what a notice is about; it is the record's `kind`.
type NoticeKind string

// The notices of this package.
const (
	Truncated     NoticeKind = "truncated"      // a file ends within a packet
	DamagedBlock  NoticeKind = "damaged-block"  // a block or record that could not be understood; reading went on or stopped there as Message says
	Unsorted      NoticeKind = "unsorted"       // packets stand further from their place than the sorting window reaches
	UnknownLink   NoticeKind = "link-type"      // packets of a link type that is not understood
	NotUnderstood NoticeKind = "not-understood" // packets whose layers could not be followed to TCP
	QUIC          NoticeKind = "quic"           // QUIC flows: HTTP/3 is not decoded
	Dropped       NoticeKind = "dropped"        // the capturing side says that it lost packets
	BadTime       NoticeKind = "bad-time"       // a time outside of the years 1678 to 2261; it is set to the nearest that can be said
	InterfaceDown NoticeKind = "interface-down" // the interface that was listened on went down or away
	OverLimit     NoticeKind = "limit"          // secrets, comments or interfaces beyond a limit of this package
)
