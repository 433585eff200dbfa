package timeline

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"slices"

	"h2scope/hpack"
)

// A ref says where in the archive something is; 0: nowhere.
type ref uint32

// The archive's chunks: a ref has 16 bits for the chunk and 16 for the place.
const (
	archiveChunk = 1 << 16
	archiveBits  = 16
	recentSlots  = 1 << 12
)

// An archive holds field sections in little memory. A field that was kept not
// long ago is kept once, and so is a whole section: on most connections one
// request looks much like the next. It grows at its end, and is forgotten from its
// front by ages: what was kept in one age points to nothing that was kept in one
// before. A copy of its sections is a snapshot.
//
// A field is its trust, the length of its name, the name, the length of its
// value, the value. A section is the number of its fields, and of each its ref,
// representation, index and octets on the wire. All numbers are varints.
type archive struct {
	sections
	end     int // of what is written of the newest chunk
	limit   int // octets to keep at most
	used    int
	ages    []archiveAge // those that are kept, but for the newest
	seed    maphash.Seed
	recent  [recentSlots]ref // by hash
	scratch []byte
	section []byte
}

// sections are the chunks of an archive, as snapshots have them. A ref has the
// number of its chunk as far as 16 bits go.
type sections struct {
	chunks [][]byte
	gone   uint32 // chunks before these, which were forgotten
}

// An archiveAge is where an age ends: the chunks there were by then, and the
// octets that were kept in it.
type archiveAge struct {
	chunks uint32
	octets int
}

func (a *archive) init(limit int) {
	a.limit, a.seed = limit, maphash.MakeSeed()
}

// keep keeps fields and says where; 0 where there are none, or no room.
func (a *archive) keep(fields []hpack.Field) ref {
	if len(fields) == 0 {
		return 0
	}
	s := binary.AppendUvarint(a.section[:0], uint64(len(fields)))
	for i := range fields {
		f := &fields[i]
		at := a.keepField(f)
		if at == 0 {
			return 0
		}
		s = binary.AppendUvarint(s, uint64(at))
		s = append(s, byte(f.Representation))
		s = binary.AppendUvarint(s, f.Index)
		s = binary.AppendUvarint(s, uint64(f.Wire))
	}
	a.section = s
	return a.intern(s)
}

func (a *archive) keepField(f *hpack.Field) ref {
	b := append(a.scratch[:0], byte(f.NameTrust)|byte(f.ValueTrust)<<2)
	b = binary.AppendUvarint(b, uint64(len(f.Name)))
	b = append(b, f.Name...)
	b = binary.AppendUvarint(b, uint64(len(f.Value)))
	a.scratch = append(b, f.Value...)
	return a.intern(a.scratch)
}

// intern keeps octets, unless they are among those kept last.
func (a *archive) intern(b []byte) ref {
	slot := &a.recent[maphash.Bytes(a.seed, b)%recentSlots]
	if *slot != 0 && bytes.HasPrefix(a.from(*slot), b) {
		return *slot
	}
	at := a.put(b)
	if at != 0 {
		*slot = at
	}
	return at
}

// put appends octets to the newest chunk, or to one that is new. What is longer
// than a chunk gets one of its own size. A chunk always has its full length: a
// snapshot has it too, and looks only where refs say that it is written.
func (a *archive) put(b []byte) ref {
	n := len(a.chunks)
	if a.used+len(b) > a.limit || n > 1<<archiveBits-1 {
		return 0
	}
	if n == 0 || archiveChunk-a.end < len(b) {
		a.chunks = append(a.chunks, make([]byte, max(archiveChunk, len(b)+1)))
		a.end = 1 // nothing is at 0
		n++
	}
	at := ref(a.gone+uint32(n)-1)<<archiveBits | ref(a.end)
	a.end += copy(a.chunks[n-1][a.end:], b)
	a.used += len(b)
	return at
}

// endAge ends an age: nothing that is kept from now on points to what was.
func (a *archive) endAge() {
	before := 0
	for i := range a.ages {
		before += a.ages[i].octets
	}
	a.ages = append(a.ages, archiveAge{a.gone + uint32(len(a.chunks)), a.used - before})
	a.end = archiveChunk
	clear(a.recent[:])
}

// forget gives up the oldest age.
func (a *archive) forget() {
	drop := a.ages[0].chunks - a.gone
	a.used -= a.ages[0].octets
	a.ages = slices.Clone(a.ages[1:])
	a.chunks, a.gone = slices.Clone(a.chunks[drop:]), a.gone+drop
}

// size is how many octets of memory the archive takes.
func (a *archive) size() int {
	n := 0
	for _, c := range a.chunks {
		n += len(c)
	}
	return n
}

// from is what begins at a ref: the octets up to the end of its chunk.
func (s *sections) from(at ref) []byte {
	return s.chunks[uint16(at>>archiveBits)-uint16(s.gone)][at&(1<<archiveBits-1):]
}

// section decodes the section at a ref. Names and values are shared with all
// others who ask, and must not be changed.
func (s *sections) section(at ref) []hpack.Field {
	if at == 0 {
		return nil
	}
	p := s.from(at)
	count := number(&p)
	fields := make([]hpack.Field, count)
	for i := range fields {
		f := &fields[i]
		s.field(f, ref(number(&p)))
		f.Representation = hpack.Representation(p[0])
		p = p[1:]
		f.Index = number(&p)
		f.Wire = int(number(&p))
	}
	return fields
}

// count is how many elements there are at a ref.
func (s *sections) count(at ref) int {
	if at == 0 {
		return 0
	}
	p := s.from(at)
	return int(number(&p))
}

func (s *sections) field(f *hpack.Field, at ref) {
	p := s.from(at)
	f.NameTrust, f.ValueTrust = hpack.Trust(p[0]&3), hpack.Trust(p[0]>>2)
	p = p[1:]
	f.Name = text(&p, f.NameTrust)
	f.Value = text(&p, f.ValueTrust)
}

// number takes a varint from the front of p.
func number(p *[]byte) uint64 {
	v, n := binary.Uvarint(*p)
	*p = (*p)[n:]
	return v
}

// text takes a string from the front of p; one that is not known is nil.
func text(p *[]byte, trust hpack.Trust) []byte {
	n := number(p)
	t := (*p)[:n:n]
	*p = (*p)[n:]
	if trust == hpack.Unknown {
		return nil
	}
	return t
}
