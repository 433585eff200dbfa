package reassembly

import "time"

// Limits bound what a [Conn] holds and how long it waits. All belong to one
// connection, so that the result does not depend on what else is captured.
//
// A connection without data out of order takes about 1 KiB, and up to 5 KiB
// once it has had some dozen segments (the table that knows duplicates).
type Limits struct {
	// HeldOctets and HeldSegments bound the out-of-order data of a half. When
	// one is exceeded the first hole is declared a gap.
	HeldOctets   int
	HeldSegments int

	// HoldTime bounds how long data waits behind a hole, by the packets'
	// clock. RFC 6298, Section 2.5, lets the retransmission timer back off
	// to 60 s and more.
	HoldTime time.Duration

	// AckPackets and AckAge are how old an ACK must be, in packets of the
	// connection and in time, until octets that it acknowledged and the
	// capture lacks are a gap. Both must be reached.
	AckPackets int
	AckAge     time.Duration

	// Window is how far from what is known of its half a segment may lie. A
	// larger scaled receive window extends it.
	Window int64

	// DuplicateAge is how far apart two copies of one packet may be.
	DuplicateAge time.Duration
}

// DefaultLimits are the limits where a [Config] has none.
func DefaultLimits() Limits {
	return Limits{
		HeldOctets:   8 << 20, // Linux grows receive windows to 6 MiB
		HeldSegments: 8192,
		HoldTime:     60 * time.Second,
		AckPackets:   64,
		AckAge:       100 * time.Millisecond,
		Window:       16 << 20,
		DuplicateAge: 5 * time.Millisecond,
	}
}

// Bounds that are not worth a setting.
const (
	maxAside       = 16      // segments set aside of a half, for either reason
	maxAsideOctets = 1 << 20 // and their octets
	maxMarks       = 16      // ACKs of a half whose age is watched
	maxTallies     = 16      // interfaces of a half whose checksums are counted

	// resyncConfirmed segments out of window are believed where the other
	// side's ACKs confirm them, resyncOneWay where it was never seen.
	resyncConfirmed = 3
	resyncOneWay    = 8

	// lateSYN is how far before a half's first captured octet its SYN may lie.
	lateSYN = 64 << 10

	// reorderTime is what a segment may come late by and still count as out
	// of order where the round trip is unknown: Wireshark's 3 ms.
	reorderTime = int64(3 * time.Millisecond)
)

// A Config is what connections are made with.
type Config struct {
	Limits   *Limits  // nil: DefaultLimits; may be shared, never written
	Pool     *Pool    // nil: the connection makes its own
	Observer Observer // nil: nobody listens
}
