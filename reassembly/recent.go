package reassembly

import (
	"encoding/binary"
	"math/bits"
	"time"

	"h2scope/capture/segment"
)

// A recent remembers the newest segments of a half by a hash, so that the
// same packet seen again is known. It is a table with one place for each
// remainder of the hash: small for the many short connections, larger for
// those that show to be long.
type recent struct {
	slots []slot
	notes uint16 // until the table grows
}

type slot struct {
	hash uint32 // 0: empty
	at   uint32 // time in units of 1024 ns
}

// Sizes of a table of recent segments. The second is taken once the first
// has been gone round a few times.
const (
	fewRecent  = 8
	manyRecent = 256
	growAfter  = 32
)

// headerAge is the age up to which two segments without an IP identification
// may be one packet: RFC 6864 leaves it to be zero in IPv4, IPv6 has none,
// and then an equal header, timestamps included, must do.
const headerAge = time.Millisecond

// seen reports whether s was noted at most age ago, and notes it.
func (r *recent) seen(s *segment.Segment, age time.Duration) bool {
	if !identified(s) {
		if s.Flags.Has(segment.RST) {
			return false // one for each segment that it answers, all alike
		}
		age = min(age, headerAge)
	}
	h := fingerprint(s)
	if r.slots != nil {
		at := r.slots[h&uint32(len(r.slots)-1)]
		d := int32(ticks(s.Time) - at.at)
		if at.hash == h && max(d, -d) <= int32(ticks(int64(age))) {
			return true
		}
	}
	r.put(h, s.Time)
	return false
}

// note remembers s.
func (r *recent) note(s *segment.Segment) { r.put(fingerprint(s), s.Time) }

func (r *recent) put(h uint32, time int64) {
	if r.notes <= growAfter {
		r.grow()
	}
	r.slots[h&uint32(len(r.slots)-1)] = slot{h, ticks(time)}
}

// grow counts a note, and makes the table where it is time to.
func (r *recent) grow() {
	r.notes++
	switch {
	case r.slots == nil:
		r.slots = make([]slot, fewRecent)
	case r.notes > growAfter && len(r.slots) == fewRecent:
		few := r.slots
		r.slots = make([]slot, manyRecent)
		for _, s := range few {
			r.slots[s.hash&(manyRecent-1)] = s
		}
	}
}

func ticks(ns int64) uint32 { return uint32(ns >> 10) }

func identified(s *segment.Segment) bool { return s.HasIPID && s.IPID != 0 }

// fingerprint is a hash of what two captures of one packet share; never 0.
// The checksum is not in it: offloading leaves it unfinished on one interface
// and whole on the next. How much was captured is in it: a whole copy of a cut
// packet is worth more than a duplicate.
func fingerprint(s *segment.Segment) uint32 {
	h := mix(uint64(s.Seq)<<32|uint64(s.Ack), uint64(s.Length)<<32|uint64(s.Window)<<8|uint64(s.Flags))
	if len(s.Payload) != s.Length {
		h = mix(h, uint64(len(s.Payload)))
	}
	if identified(s) {
		h = mix(h, uint64(s.IPID))
	} else {
		for o := options(s.Header); len(o) >= 4; o = o[4:] {
			h = mix(h, uint64(binary.BigEndian.Uint32(o)))
		}
	}
	return uint32(h>>32) | 1
}

// mix is a step of a multiplicative hash (as in wyhash).
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0xa0761d6478bd642f, b^0xe7037ed1a0b428db)
	return hi ^ lo
}
