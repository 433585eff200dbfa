package capture

import (
	"bytes"
	"cmp"
	"container/list"
	"slices"
	"time"

	"h2scope/capture/segment"
)

// Defaults of DissectorConfig.
const (
	defaultFragmentTimeout  = 30 * time.Second
	defaultMaxDatagrams     = 4096
	defaultMaxFragmentBytes = 16 << 20
)

const (
	maxDatagram  = 65535 // octets that fragments can number
	partOverhead = 64    // what a fragment costs beside its octets
	// maxWhole is how many datagrams put together are remembered, and
	// wholeTimeout for how long: a fragment that is a copy of a part of one
	// was captured twice, and must not begin a datagram that never ends.
	maxWhole     = 64
	wholeTimeout = int64(time.Second)
)

// A fragmentKey is what the fragments of a datagram have in common (RFC 791,
// Section 3.2; RFC 8200, Section 4.5), and the virtual network.
type fragmentKey struct {
	src, dst [16]byte
	network  segment.Network
	id       uint32
	version  uint8
	protocol uint8 // 0 in IPv6
}

// A datagram is put together from its fragments. The first copy of an octet
// wins in IPv4; in IPv6 an overlap that is not a plain copy spoils the
// datagram (RFC 5722, Section 4).
type datagram struct {
	key      fragmentKey
	parts    []part // by offset, without overlaps
	born     int64  // time of the first fragment seen; of the last once whole
	first    uint64 // that packet's number
	packets  uint64
	bytes    int   // held, with partOverhead
	covered  int   // octets that the parts cover
	total    int   // length of the whole, -1 until the last fragment came
	protocol uint8 // of the fragment with offset 0
	spoiled  bool
	whole    bool
	element  *list.Element // in fragmentTable.waiting
}

// A part is a run of octets of a datagram: length on the wire, data as
// captured.
type part struct {
	offset, length int
	data           []byte
}

func (p part) end() int { return p.offset + p.length }

// piece is the part of p between two offsets of the datagram.
func (p part) piece(from, to int) part {
	n := len(p.data)
	return part{from, to - from, p.data[min(from-p.offset, n):min(to-p.offset, n)]}
}

// A fragmentTable holds fragments until their datagrams are whole.
type fragmentTable struct {
	timeout   int64
	datagrams int // limit
	limit     int // octets
	bytes     int
	byKey     map[fragmentKey]*datagram
	waiting   list.List // of *datagram, in order of birth
	wholes    list.List // of *datagram, the last maxWhole
	lost      lostFragments
}

// lostFragments counts what never became whole.
type lostFragments struct {
	datagrams, packets uint64
	spoiled            uint64 // datagrams among them with overlaps
	first              uint64 // packet
}

func newFragmentTable(cfg DissectorConfig) fragmentTable {
	return fragmentTable{
		timeout:   int64(cmp.Or(cfg.FragmentTimeout, defaultFragmentTimeout)),
		datagrams: cmp.Or(cfg.MaxDatagrams, defaultMaxDatagrams),
		limit:     cmp.Or(cfg.MaxFragmentBytes, defaultMaxFragmentBytes),
		byKey:     make(map[fragmentKey]*datagram),
	}
}

// fragment takes a fragment's payload, which w stands at. When that makes its
// datagram whole, the walk goes on in the whole one; else the fragment waits.
func (w *walk) fragment(key fragmentKey, protocol uint8, offset int, more bool) (layer, Skip) {
	if w.length <= 0 || offset+w.length > maxDatagram || more && w.length%8 != 0 {
		return nil, SkipMalformed
	}
	t, f := &w.fragments, part{offset, w.length, w.data}
	t.expire(w.packet.Time)
	d := t.datagram(key, w.packet, f, more)
	if d.whole { // a copy
		return nil, SkipFragment
	}
	d.packets++
	if offset == 0 {
		d.protocol = protocol
	}
	held := d.bytes
	d.add(f, more)
	t.bytes += d.bytes - held
	if d.covered != d.total || d.spoiled {
		t.makeRoom()
		return nil, SkipFragment
	}
	w.data, w.length = d.join(), d.total
	t.finish(d, w.data, w.packet.Time)
	return ipProtocol(w, d.protocol)
}

// datagram is the one that a fragment belongs to, a new one if need be: IPv4
// identifications come again soon (RFC 4963), so what can't belong to the one
// that waits begins another.
func (t *fragmentTable) datagram(key fragmentKey, p *Packet, f part, more bool) *datagram {
	d := t.byKey[key]
	switch {
	case d == nil:
	case d.whole && d.copied(f, p.Time), !d.whole && (key.version == 6 || d.admits(f, more)):
		return d
	case !d.whole:
		t.lost.add(t.forget(&t.waiting, d))
	}
	d = &datagram{key: key, born: p.Time, first: p.Number, total: -1}
	d.element = t.waiting.PushBack(d)
	t.byKey[key] = d
	return d
}

// admits reports whether f agrees with the end of the datagram.
func (d *datagram) admits(f part, more bool) bool {
	switch {
	case d.total < 0 && more:
		return true
	case d.total < 0:
		n := len(d.parts)
		return n == 0 || d.parts[n-1].end() <= f.end()
	case more:
		return f.end() <= d.total
	}
	return f.end() == d.total
}

// add puts a fragment to those that are there.
func (d *datagram) add(f part, more bool) {
	if d.spoiled || d.duplicate(f) {
		return
	}
	if d.key.version == 6 && (d.overlaps(f) || !d.admits(f, more)) {
		d.spoil()
		return
	}
	if !more {
		d.total = f.end()
	}
	d.insert(f)
}

// spoil gives up a datagram whose fragments contradict each other. It stays,
// without octets, so that further fragments go the same way.
func (d *datagram) spoil() {
	d.spoiled, d.parts, d.bytes = true, nil, 0
}

// duplicate reports whether the same octets are there already, in one part.
func (d *datagram) duplicate(f part) bool {
	i := d.search(f.offset)
	return i < len(d.parts) && d.parts[i].offset == f.offset && d.parts[i].length == f.length &&
		bytes.Equal(d.parts[i].data, f.data)
}

// search is the index of the first part that ends behind offset.
func (d *datagram) search(offset int) int {
	i, _ := slices.BinarySearchFunc(d.parts, offset, func(p part, offset int) int {
		return cmp.Compare(p.end(), offset+1)
	})
	return i
}

func (d *datagram) overlaps(f part) bool {
	i := d.search(f.offset)
	return i < len(d.parts) && d.parts[i].offset < f.end()
}

// insert copies what is new of f into the holes between the parts.
func (d *datagram) insert(f part) {
	at := f.offset
	for i := d.search(at); at < f.end(); i++ {
		hole := f.end()
		if i < len(d.parts) {
			hole = min(hole, d.parts[i].offset)
		}
		if at < hole {
			p := f.piece(at, hole)
			p.data = bytes.Clone(p.data)
			d.parts = slices.Insert(d.parts, i, p)
			d.covered += p.length
			d.bytes += len(p.data) + partOverhead
			i++
		}
		if i >= len(d.parts) {
			return
		}
		at = d.parts[i].end()
	}
}

// join is the whole datagram in memory of its own, up to the first octet that
// was not captured.
func (d *datagram) join() []byte {
	whole := make([]byte, 0, d.total)
	for _, p := range d.parts {
		whole = append(whole, p.data...)
		if len(p.data) < p.length {
			break
		}
	}
	return whole
}

// copied reports whether f is a copy of a part of a datagram that became whole
// a moment ago. A fragment with other octets begins a datagram with the same
// identification.
func (d *datagram) copied(f part, now int64) bool {
	whole := d.parts[0]
	if f.end() > whole.length || now-d.born > wholeTimeout {
		return false
	}
	have := whole.piece(f.offset, f.end()).data
	n := min(len(have), len(f.data))
	return bytes.Equal(have[:n], f.data[:n])
}

// finish moves a datagram from those that wait to those that are whole.
func (t *fragmentTable) finish(d *datagram, data []byte, now int64) {
	t.waiting.Remove(d.element)
	t.bytes -= d.bytes
	d.whole, d.born = true, now
	d.parts, d.bytes = []part{{0, d.total, data}}, 0
	d.element = t.wholes.PushBack(d)
	if t.wholes.Len() > maxWhole {
		t.forget(&t.wholes, t.wholes.Front().Value.(*datagram))
	}
}

// expire gives up datagrams that waited too long.
func (t *fragmentTable) expire(now int64) {
	for e := t.waiting.Front(); e != nil; e = t.waiting.Front() {
		d := e.Value.(*datagram)
		if now-d.born <= t.timeout {
			return
		}
		t.lost.add(t.forget(&t.waiting, d))
	}
}

// makeRoom gives up the oldest datagrams until the limits are kept.
func (t *fragmentTable) makeRoom() {
	for t.waiting.Len() > t.datagrams || t.bytes > t.limit {
		t.lost.add(t.forget(&t.waiting, t.waiting.Front().Value.(*datagram)))
	}
}

// forget removes a datagram from its list.
func (t *fragmentTable) forget(from *list.List, d *datagram) *datagram {
	from.Remove(d.element)
	t.bytes -= d.bytes
	if t.byKey[d.key] == d {
		delete(t.byKey, d.key)
	}
	return d
}

func (l *lostFragments) add(d *datagram) {
	if l.datagrams == 0 || d.first < l.first {
		l.first = d.first
	}
	l.datagrams++
	l.packets += d.packets
	if d.spoiled {
		l.spoiled++
	}
}

// neverWhole is what was given up so far and what still waits.
func (t *fragmentTable) neverWhole() lostFragments {
	all := t.lost
	for e := t.waiting.Front(); e != nil; e = e.Next() {
		all.add(e.Value.(*datagram))
	}
	return all
}
