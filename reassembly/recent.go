package reassembly

import (
	"encoding/binary"
	"math/bits"
	"time"

	"h2scope/capture/segment"
)

// A recent remembers the newest segments of a half by a hash, so that the
// same packet seen again is known. It is a table of sets: a segment has the
// places of one of them. It is small for the many short connections, and grows
// where it would forget what may yet be seen again.
type recent struct{ slots []slot }

type slot struct {
	hash uint32 // 0: empty
	at   uint32 // time in units of 1024 ns
}

// Sizes of a table of recent segments. A gigabit a second is some 400 full
// segments in 5 ms.
const (
	setRecent  = 4
	fewRecent  = 8
	manyRecent = 4096
)

// headerAge is the age up to which two segments with neither IP identification
// nor TCP timestamps may be one packet: RFC 6864 leaves the one to be zero in
// IPv4, IPv6 has none, and then an equal header must do.
const headerAge = time.Millisecond

// seen reports whether s was noted at most age ago, and notes it.
func (r *recent) seen(s *segment.Segment, age time.Duration) bool {
	noted := age
	if !identified(s) {
		if s.Flags.Has(segment.RST) {
			return false // one for each segment that it answers, all alike
		}
		if !stamped(s) {
			age = min(age, headerAge)
		}
	}
	h, now := fingerprint(s), ticks(s.Time)
	for i := range r.set(h) {
		if at := &r.set(h)[i]; at.hash == h && at.within(now, ticks(int64(age))) {
			return true
		}
	}
	r.put(slot{h, now}, ticks(int64(noted)))
	return false
}

// note remembers s, which may be seen again within age.
func (r *recent) note(s *segment.Segment, age time.Duration) {
	r.put(slot{fingerprint(s), ticks(s.Time)}, ticks(int64(age)))
}

// set is where a segment may be.
func (r *recent) set(hash uint32) []slot {
	if r.slots == nil {
		return nil
	}
	at := (hash >> 1) * setRecent & uint32(len(r.slots)-1)
	return r.slots[at : at+setRecent : at+setRecent]
}

// put takes the place of the oldest of a set. Where that is not yet too old to
// be seen again, the table grows.
func (r *recent) put(s slot, age uint32) {
	if r.slots == nil {
		r.slots = make([]slot, fewRecent)
	}
	for {
		oldest := r.oldest(s)
		if oldest.hash == 0 || !oldest.within(s.at, age) || !r.grow() {
			*oldest = s
			return
		}
	}
}

// oldest is the place in the set of s that is empty, or was taken first.
func (r *recent) oldest(s slot) *slot {
	set := r.set(s.hash)
	oldest := &set[0]
	for i := range set {
		switch at := &set[i]; {
		case at.hash == 0:
			return at
		case int32(at.at-oldest.at) < 0:
			oldest = at
		}
	}
	return oldest
}

// grow doubles the table, and reports whether it could.
func (r *recent) grow() bool {
	if len(r.slots) >= manyRecent {
		return false
	}
	few := r.slots
	r.slots = make([]slot, 2*len(few))
	for _, s := range few {
		if s.hash != 0 {
			*r.oldest(s) = s
		}
	}
	return true
}

// within reports whether the segment was noted at most age before or after now.
func (s *slot) within(now, age uint32) bool {
	d := int32(now - s.at)
	return max(d, -d) <= int32(age)
}

func ticks(ns int64) uint32 { return uint32(ns >> 10) }

func identified(s *segment.Segment) bool { return s.HasIPID && s.IPID != 0 }

// stamped reports whether s has TCP timestamps (RFC 7323, Section 3): what is sent
// again has another.
func stamped(s *segment.Segment) bool {
	_, ok := timestamp(s.Header)
	return ok
}

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
