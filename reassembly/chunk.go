package reassembly

// A Half is one direction of a TCP connection. The numbers say nothing about
// who is client or server: half 0 carries what the sender of the
// connection's first captured packet sent.
type Half uint8

// Other is the opposite direction.
func (h Half) Other() Half { return 1 - h }

// A Chunk is a run of octets of one half, delivered in order and once.
type Chunk struct {
	Half   Half
	Offset uint64 // of Data[0] in the half's octets; the first after SYN is 0

	// Packet is the packet whose arrival let Data be delivered, Time its
	// time. OctetsPacket is the packet that Data lay in: another one where
	// segments came out of order; OctetsTime is its time.
	Packet       uint64
	Time         int64
	OctetsPacket uint64
	OctetsTime   int64

	// MissedSince is when octets behind Data were captured first, where Data
	// came late: since then it was missing. 0: it was the next.
	MissedSince int64

	// Acked is how many octets of the other half the sender's TCP had
	// acknowledged when it sent Data: proof of what it could have known. 0
	// where that is not known.
	Acked uint64

	// Data is borrowed: valid during the call only.
	Data []byte
}

// A Cause says why octets are missing.
type Cause uint8

// The causes of a gap.
const (
	Missing     Cause = iota // they never came, and nobody acknowledged them
	CaptureLoss              // their receiver acknowledged them: the capture lost them
	Snaplen                  // the capture cut their packet
)

// String is the name that records use.
func (c Cause) String() string {
	return [...]string{"missing", "capture-loss", "snaplen"}[c]
}

// A Gap is a run of octets that the capture lacks. What follows in the half,
// a chunk or a gap with another cause, begins at Offset+Length.
type Gap struct {
	Half   Half
	Offset uint64
	Length uint64
	Cause  Cause

	// Packet and Time are of the packet at which it was declared.
	Packet uint64
	Time   int64
}

// A Handler receives the octets of both halves of one connection, each half in
// order. What the pointers point to is valid during the call only, and the
// handler must not call a Conn of the same [Pool].
type Handler interface {
	Chunk(c *Chunk)
	Gap(g *Gap)
}
