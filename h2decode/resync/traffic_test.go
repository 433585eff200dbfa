package resync

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// Traffic is one side's octets of a connection, whose frames are known: the
// truth that a Finder must not contradict.
type traffic struct {
	side     Role
	maxFrame uint32
	octets   []byte
	frames   []uint64 // offsets of the frame headers
	starts   []uint64 // offsets where segments begin
	streams  map[uint32]bool
	nested   bool // HTTP/2 lies inside DATA
}

// isFrame reports whether a frame begins at offset.
func (t *traffic) isFrame(offset uint64) bool {
	_, ok := slices.BinarySearch(t.frames, offset)
	return ok
}

// appendFrame writes a frame.
func appendFrame(dst []byte, typ, flags uint8, stream uint32, payload ...byte) []byte {
	n := len(payload)
	dst = append(dst, byte(n>>16), byte(n>>8), byte(n), typ, flags)
	dst = binary.BigEndian.AppendUint32(dst, stream)
	return append(dst, payload...)
}

// A speaker makes one side of a connection, write by write.
type speaker struct {
	r      *rand.Rand
	t      *traffic
	stream uint32
	depth  int
	style  style
	writes []int // lengths
}

// A style is what differs between implementations and between uses.
type style struct {
	small   bool // no DATA above 200 octets
	burst   int  // frames in a write, at most
	split   bool // the header of a DATA frame is a write of its own
	nesting int  // of 10 bodies, those that carry HTTP/2
	buffer  int  // writes are cut at so many octets; 0: not
	raw     bool // a body with HTTP/2 is the octets, cut anywhere; else each write is a frame
	pieces  bool // or one frame, written in pieces that are the writes inside
}

func newSpeaker(r *rand.Rand, side Role, depth int) *speaker {
	s := &speaker{r: r, depth: depth, t: &traffic{side: side, maxFrame: 16384, streams: map[uint32]bool{}}}
	s.stream = 2*uint32(r.IntN(4)) + 1
	if r.IntN(3) == 0 {
		s.stream = 2*uint32(r.IntN(5000)) + 1
	}
	if r.IntN(8) == 0 {
		s.t.maxFrame = 1 << 20
	}
	s.style = style{
		small: r.IntN(3) == 0, burst: 1 + r.IntN(4), split: r.IntN(4) == 0, raw: r.IntN(2) == 0,
		pieces: r.IntN(4) == 0,
	}
	if depth > 0 && r.IntN(3) > 0 {
		s.style.nesting = 1 + r.IntN(10)
	}
	if r.IntN(4) == 0 {
		s.style.buffer = 4096
	}
	return s
}

// make speaks until there are so many octets.
func (s *speaker) make(length int) *traffic {
	for len(s.t.octets) < length {
		begin := len(s.t.octets)
		for range 1 + s.r.IntN(s.style.burst) {
			s.speak(&begin)
		}
		s.write(&begin)
	}
	s.segment()
	return s.t
}

// write ends a write.
func (s *speaker) write(begin *int) {
	n := len(s.t.octets) - *begin
	for s.style.buffer > 0 && n > s.style.buffer {
		s.writes = append(s.writes, s.style.buffer)
		n -= s.style.buffer
	}
	if n > 0 {
		s.writes = append(s.writes, n)
	}
	*begin = len(s.t.octets)
}

func (s *speaker) frame(typ, flags uint8, stream uint32, payload ...byte) {
	s.t.frames = append(s.t.frames, uint64(len(s.t.octets)))
	s.t.streams[stream] = true
	s.t.octets = appendFrame(s.t.octets, typ, flags, stream, payload...)
}

// speak makes one frame, or a message.
func (s *speaker) speak(begin *int) {
	stream := s.stream - 2*uint32(s.r.IntN(int(min(4, (s.stream+1)/2))))
	switch k := s.r.IntN(20); {
	case k < 2:
		s.frame(typeWindowUpdate, 0, []uint32{0, stream}[s.r.IntN(2)], 0, 0, byte(s.r.Uint32()), 1)
	case k == 2:
		s.frame(typePing, uint8(s.r.IntN(2)), 0, s.random(8)...)
	case k == 3:
		s.frame(typeRSTStream, 0, stream, 0, 0, 0, 8)
	case k == 4:
		s.frame(typeSettings, flagAck, 0)
	case k == 5:
		s.frame(typeSettings, 0, 0, 0, 3, 0, 0, 0, 100, 0, 4, 0, 1, 0, 0)
	case k < 12:
		s.headers(flagEndHeaders | flagEndStream)
	default:
		s.headers(flagEndHeaders)
		s.body(begin)
	}
}

func (s *speaker) headers(flags uint8) {
	s.stream += 2
	block := append([]byte{0x82, 0x86, 0x84, 0x41, 0x8a}, s.random(3+s.r.IntN(60))...)
	if s.t.side == Server {
		block[0] = 0x88
	}
	if len(block) > 40 && s.r.IntN(4) == 0 {
		s.frame(typeHeaders, flags&^flagEndHeaders, s.stream, block[:30]...)
		s.frame(typeContinuation, flagEndHeaders, s.stream, block[30:]...)
		return
	}
	s.frame(typeHeaders, flags, s.stream, block...)
}

func (s *speaker) random(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(s.r.Uint32())
	}
	return p
}

// body makes the DATA frames of a message.
func (s *speaker) body(begin *int) {
	if s.r.IntN(10) < s.style.nesting {
		s.nestedBody(begin)
		return
	}
	length := 1 + s.r.IntN(200)
	if !s.style.small && s.r.IntN(2) == 0 {
		length = 1 + s.r.IntN(40000)
	}
	octets := s.random(length)
	if s.r.IntN(3) == 0 {
		clear(octets)
	}
	s.data(octets, begin)
}

// nestedBody makes a body that carries HTTP/2.
func (s *speaker) nestedBody(begin *int) {
	s.t.nested = true
	side := s.t.side
	if s.r.IntN(4) == 0 {
		side = 3 - side
	}
	inner := newSpeaker(s.r, side, s.depth-1)
	t := inner.make(20 + s.r.IntN([]int{200, 2000, 60000}[s.r.IntN(3)]))
	if s.style.pieces && len(t.octets) <= int(s.t.maxFrame) {
		s.pieces(t.octets, inner.writes, begin)
		return
	}
	if s.style.raw {
		from := 0
		if s.r.IntN(2) == 0 {
			from = s.r.IntN(len(t.octets))
		}
		s.data(t.octets[from:], begin)
		return
	}
	for octets := t.octets; len(octets) > 0; {
		n := min(len(octets), inner.writes[0])
		s.data(octets[:n], begin)
		s.write(begin)
		octets, inner.writes = octets[n:], inner.writes[1:]
	}
}

// pieces makes one DATA frame, and a write for each inside.
func (s *speaker) pieces(octets []byte, writes []int, begin *int) {
	s.write(begin)
	s.frame(typeData, 0, s.stream, octets...)
	s.writes = append(s.writes, headerLength)
	s.writes = append(s.writes, writes...)
	*begin = len(s.t.octets)
}

// data makes DATA frames, and for some speakers a write of each header.
func (s *speaker) data(octets []byte, begin *int) {
	for len(octets) > 0 {
		n := min(len(octets), int(s.t.maxFrame))
		if s.r.IntN(3) == 0 && n > 16384 {
			n = 16384
		}
		if s.style.split {
			s.write(begin)
			s.frame(typeData, 0, s.stream, octets[:n]...)
			s.writes = append(s.writes, headerLength)
			*begin += headerLength
			s.write(begin)
		} else {
			s.frame(typeData, 0, s.stream, octets[:n]...)
		}
		octets = octets[n:]
	}
}

// segment cuts the writes into segments, as paths and sockets do.
func (s *speaker) segment() {
	size := []int{536, 1360, 1448, 1456, 1460, 8948, 65483}[s.r.IntN(7)]
	random, coalesce := s.r.IntN(12) == 0, s.r.IntN(5) == 0
	if s.r.IntN(20) == 0 {
		size = 1
	}
	offset, left := 0, 0
	for _, n := range s.writes {
		left += n
		if coalesce && s.r.IntN(2) == 0 {
			continue
		}
		for left > 0 {
			n := min(left, size)
			if random {
				n = 1 + s.r.IntN(n)
			}
			s.t.starts = append(s.t.starts, uint64(offset))
			offset, left = offset+n, left-n
		}
	}
	if left > 0 {
		s.t.starts = append(s.t.starts, uint64(offset))
	}
}

// config is what a caller may know of the connection: nothing that is wrong.
func (t *traffic) config(r *rand.Rand) Config {
	var cfg Config
	if r.IntN(2) == 0 {
		cfg.Side = t.side
	}
	if r.IntN(3) > 0 {
		cfg.MaxFrameSize = t.maxFrame
	}
	if r.IntN(2) == 0 {
		cfg.Stream = t.knows
	}
	if r.IntN(2) == 0 {
		cfg.Answered = func(uint32, uint64, uint64) bool { return false }
	}
	return cfg
}

// knows is a caller that has seen all streams.
func (t *traffic) knows(id uint32) Knowledge {
	if t.streams[id] {
		return InUse
	}
	return NothingKnown
}

// find feeds a finder the segments from offset on, until it finds something.
func (t *traffic) find(f *Finder[int], from uint64) (end uint64, found bool) {
	i, _ := slices.BinarySearch(t.starts, from)
	for from < uint64(len(t.octets)) {
		end = uint64(len(t.octets))
		if i < len(t.starts) && t.starts[i] == from {
			i++
		}
		if i < len(t.starts) {
			end = t.starts[i]
		}
		if f.Chunk(t.octets[from:end], from, i) {
			return end, true
		}
		from = end
	}
	return from, false
}
