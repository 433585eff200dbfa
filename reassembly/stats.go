package reassembly

import "time"

// A Mark is a packet and its time (nanoseconds since 1970-01-01 UTC). Packet
// 0 is none.
type Mark struct {
	Packet uint64
	Time   int64
}

// A Close says how a connection ended.
type Close uint8

// The ends of a connection, as far as they were captured.
const (
	Open  Close = iota // it did not
	ByFIN              // both halves sent FIN
	ByRST              // a half sent an acceptable RST
)

// String is the name that records use; an open connection has none.
func (c Close) String() string { return [...]string{"", "fin", "rst"}[c] }

// Stats are what is known of a connection besides its octets.
type Stats struct {
	Half        [2]HalfStats
	First, Last Mark // its first and newest captured segment

	// InitialRTT is from the (last) SYN to the ACK that completes the
	// handshake, as Wireshark's tcp.analysis.initial_rtt. 0: not captured.
	InitialRTT time.Duration

	// Close says how the connection ended, ClosedBy which half began that: it
	// sent the first FIN or the RST. ClosedAt is the packet that ended it.
	Close    Close
	ClosedBy Half
	ClosedAt Mark
}

// HalfStats count the segments that one side sent. Packets and Bytes count
// everything captured: retransmissions, duplicates and rejected segments too.
type HalfStats struct {
	Packets uint64
	Bytes   uint64 // payload octets on the wire, also those a snapshot length cut

	Retransmissions uint64 // segments with octets that were sent before
	OutOfOrder      uint64 // segments that came behind later octets, and not late enough for a retransmission
	Duplicates      uint64 // the same packet captured again
	KeepAlives      uint64 // RFC 9293, Section 3.8.4
	WindowProbes    uint64 // probes of a closed window, RFC 9293, Section 3.8.6.1
	ZeroWindows     uint64 // how often this side closed its receive window
	BadChecksums    uint64 // segments rejected for their checksum
	Conflicts       uint64 // segments that disagree with octets captured before
	OutOfWindow     uint64 // segments ignored for an implausible sequence number

	Gaps     uint64
	GapBytes uint64 // octets in them

	LateBytes     uint64 // octets captured after the gap that they lie in was declared
	AfterFINBytes uint64 // octets ignored since they lie behind a FIN
	EarlyBytes    uint64 // octets ignored since they lie before offset 0

	SYN bool // its SYN or SYN-ACK was captured
	FIN bool // its FIN was captured, and all octets before it passed
	RST bool // it sent an acceptable RST

	// RTT is from this side's data to its acknowledgement, seen from where
	// the capture stands. Retransmitted ranges give no sample (Karn).
	RTT Samples
}

// Samples sum up durations.
type Samples struct {
	Count    uint64
	Min, Sum time.Duration
}

func (s *Samples) add(d time.Duration) {
	if s.Count == 0 || d < s.Min {
		s.Min = d
	}
	s.Count++
	s.Sum += d
}

// An Observer is told what happens to a connection below its octets. at is
// the packet that showed it.
type Observer interface {
	// Retransmitted: half sent octets from offset (which is below 0 for those
	// before the first captured one) on again.
	Retransmitted(half Half, offset, length int64, at Mark)
	// Conflict: a second copy of octets differs from the first at offset.
	Conflict(half Half, offset int64, at Mark)
	// ReceiverClosed: half announces a receive window of 0.
	ReceiverClosed(half Half, at Mark)
	// ReceiverOpened: half's receive window is open again.
	ReceiverOpened(half Half, at Mark)
	// PathSample: data of half was acknowledged after rtt.
	PathSample(half Half, rtt time.Duration, at Mark)
}
