package reassembly

import (
	"bytes"
	"encoding/binary"
	"time"

	"h2scope/capture/segment"
)

// DefaultMaxConnections is how many connections a [Tracker] knows at a time.
const DefaultMaxConnections = 1 << 20

// DefaultMaxEvicted is how many evicted connections it remembers by name.
const DefaultMaxEvicted = 1 << 16

// A TrackerConfig bounds a [Tracker]. Zero values are the defaults.
type TrackerConfig struct {
	MaxConnections int
	MaxEvicted     int

	// IdleAge is how long a connection may be without a segment: [Tracker.Idle]
	// names those that were for longer. 0: there is no such limit. It is for what
	// is captured now, since such a connection also leaves where no packet comes.
	IdleAge time.Duration

	// Crowded is asked now and then whether memory is short: [Tracker.Crowded]
	// passes it on. nil: it never is. What memory there is differs from one run
	// to the next, so it is for what is captured now, too.
	Crowded func() bool
}

// A Tracked names the connection of a segment. Connections are numbered from
// 1; 0 is none.
type Tracked struct {
	Conn uint64
	Half Half
	New  bool // this is its first segment

	// Replaced is the connection on the same addresses and ports that this
	// SYN ended.
	Replaced uint64
	// Evicted is the connection that had been idle longest and had to go to
	// make room for this one.
	Evicted uint64
	// Continues is the connection that an eviction cut, and of which this
	// new one seems to be the rest.
	Continues uint64
}

// A Tracker finds the connection of each segment: by addresses, ports and
// virtual network, both directions being one. It is used by one goroutine,
// and its answers depend on the order of segments only.
type Tracker struct {
	flows  []flow
	byKey  map[key]int32
	cache  [cacheSize]int32 // flows by a weak hash, in front of byKey; none: empty
	recent recency
	conns  uint64 // numbered so far
	gone   memory
	cfg    TrackerConfig
	unused int32 // the first of the flows that left, linked by older; none: there is none
}

// NewTracker is a tracker that knows no connection.
func NewTracker(cfg TrackerConfig) *Tracker {
	if cfg.MaxConnections <= 0 {
		cfg.MaxConnections = DefaultMaxConnections
	}
	if cfg.MaxEvicted <= 0 {
		cfg.MaxEvicted = DefaultMaxEvicted
	}
	t := &Tracker{
		byKey:  make(map[key]int32),
		recent: recency{oldest: none, newest: none},
		gone:   memory{conns: make(map[key]uint64), max: cfg.MaxEvicted},
		cfg:    cfg,
		unused: none,
	}
	for i := range t.cache {
		t.cache[i] = none
	}
	return t
}

const (
	cacheBits = 12
	cacheSize = 1 << cacheBits
)

// cacheSlot is the place of s in the cache; both directions have the same.
func cacheSlot(s *segment.Segment) uint64 {
	sum := binary.LittleEndian.Uint64(s.Src.IP[8:]) + binary.LittleEndian.Uint64(s.Dst.IP[8:]) +
		uint64(s.Src.Port) + uint64(s.Dst.Port)
	return sum * 0x9e3779b97f4a7c15 >> (64 - cacheBits)
}

// A key names a flow: its two ends in an order that does not depend on the
// direction.
type key struct {
	low, high segment.Endpoint
	network   segment.Network
}

// keyOf is the key of s, and whether its sender is the low end.
func keyOf(s *segment.Segment) (k key, low bool) {
	low = s.Src.Port < s.Dst.Port ||
		s.Src.Port == s.Dst.Port && bytes.Compare(s.Src.IP[:], s.Dst.IP[:]) <= 0
	if low {
		return key{s.Src, s.Dst, s.Network}, true
	}
	return key{s.Dst, s.Src, s.Network}, false
}

// none is the index of no flow.
const none = int32(-1)

// A flow is the newest connection of a key.
type flow struct {
	key          key
	low          Half // which half the low end sends
	older, newer int32
	last         uint32 // the time of its newest segment: seconds since 1970
	conn         uint64
	half         [2]opening
	before       [2]opening // of the connection that this one replaced
}

// Track names the connection of s and the half it belongs to.
func (t *Tracker) Track(s *segment.Segment) Tracked {
	i, low := t.find(s)
	if i == none {
		return t.add(s)
	}
	f := &t.flows[i]
	half := f.low
	if !low {
		half = half.Other()
	}
	t.recent.touch(t.flows, i)
	f.last = max(f.last, seconds(s.Time))
	var replaced uint64
	if s.Flags.Has(segment.SYN) && f.reused(half, s) {
		replaced = f.conn
		t.conns++
		f.replace(t.conns, half)
		half = 0
	}
	f.note(half, s)
	return Tracked{Conn: f.conn, Half: half, New: replaced != 0, Replaced: replaced}
}

// find is the flow of s, and whether its sender is the low end.
func (t *Tracker) find(s *segment.Segment) (i int32, low bool) {
	cached := &t.cache[cacheSlot(s)]
	if *cached != none {
		k := &t.flows[*cached].key
		switch {
		case t.flows[*cached].conn == 0: // it has left
		case k.network != s.Network:
		case k.low == s.Src && k.high == s.Dst:
			return *cached, true
		case k.low == s.Dst && k.high == s.Src:
			return *cached, false
		}
	}
	k, low := keyOf(s)
	i, ok := t.byKey[k]
	if !ok {
		return none, low
	}
	*cached = i
	return i, low
}

// add makes s the first segment of a connection.
func (t *Tracker) add(s *segment.Segment) Tracked {
	k, low := keyOf(s)
	t.conns++
	named := Tracked{Conn: t.conns, New: true}
	if conn, ok := t.gone.take(k); ok && !s.Flags.Has(segment.SYN) {
		named.Continues = conn
	}
	if len(t.byKey) >= t.cfg.MaxConnections {
		named.Evicted, _ = t.EvictOldest()
	}
	i := t.room()
	f := &t.flows[i]
	*f = flow{key: k, conn: t.conns, last: seconds(s.Time), older: none, newer: none}
	if !low {
		f.low = 1
	}
	f.note(0, s)
	t.byKey[k], t.cache[cacheSlot(s)] = i, i
	t.recent.push(t.flows, i)
	return named
}
