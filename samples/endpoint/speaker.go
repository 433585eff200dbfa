package endpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// A speaker turns the actions of one side into octets, and keeps book of them.
type speaker struct {
	from    Side
	out     bytes.Buffer
	framer  *http2.Framer
	block   bytes.Buffer
	encoder *hpack.Encoder

	written []Frame // of the step
	bodies  map[uint32]hash.Hash
}

func newSpeaker(from Side) *speaker {
	s := &speaker{from: from, bodies: map[uint32]hash.Hash{}}
	s.framer = http2.NewFramer(&s.out, nil)
	s.framer.AllowIllegalWrites = true
	s.encoder = hpack.NewEncoder(&s.block)
	s.encoder.SetMaxDynamicTableSizeLimit(1 << 20)
	return s
}

// say writes the actions of a step and gives their octets, and the frames in
// them.
func (s *speaker) say(actions []Action) ([]byte, []Frame) {
	s.out.Reset()
	s.written = nil
	for _, a := range actions {
		a.write(s)
	}
	return bytes.Clone(s.out.Bytes()), s.written
}

// frame takes note of the frame that write makes, and of the fields that it
// completes. A framer that writes to memory, illegal frames allowed, has no
// error but frames above 2^24-1 octets, which no script has.
func (s *speaker) frame(fields Fields, write func(*http2.Framer) error) *Frame {
	begin := s.out.Len()
	if err := write(s.framer); err != nil {
		panic(err)
	}
	octets := bytes.Clone(s.out.Bytes()[begin:])
	s.written = append(s.written, Frame{
		From:     s.from,
		Type:     http2.FrameType(octets[3]),
		Flags:    http2.Flags(octets[4]),
		Stream:   binary.BigEndian.Uint32(octets[5:]) & (1<<31 - 1),
		Reserved: octets[5]&0x80 != 0,

		Payload: octets[frameHeader:],
		Fields:  fields,
	})
	return &s.written[len(s.written)-1]
}

// frameHeader is how long a frame header is (RFC 9113, Section 4.1).
const frameHeader = 9

// encode makes the field block of a section.
func (s *speaker) encode(fields Fields) []byte {
	s.block.Reset()
	for _, f := range fields {
		if err := s.encoder.WriteField(f); err != nil {
			panic(err) // memory has no errors
		}
	}
	return bytes.Clone(s.block.Bytes())
}

// split cuts a field block into fragments: one at least.
func split(block []byte, lengths []int) [][]byte {
	var fragments [][]byte
	for _, n := range lengths {
		n = min(n, len(block))
		fragments = append(fragments, block[:n])
		block = block[n:]
	}
	return append(fragments, block)
}

// fragments writes a block: its first fragment by first, the others as
// CONTINUATION, with what is to stand between. The frame with END_HEADERS has the
// fields.
func (s *speaker) fragments(stream uint32, fields Fields, between []Action, fragments [][]byte, first func(f *http2.Framer, fragment []byte, end bool) error) {
	last := len(fragments) - 1
	for i, fragment := range fragments {
		var complete Fields
		if i == last {
			complete = fields
		}
		s.frame(complete, func(f *http2.Framer) error {
			if i == 0 {
				return first(f, fragment, i == last)
			}
			return f.WriteContinuation(stream, i == last, fragment)
		})
		if i == 0 {
			for _, a := range between {
				a.write(s)
			}
		}
	}
}

// body takes note of data on a stream.
func (s *speaker) body(stream uint32, data []byte) {
	if s.bodies[stream] == nil {
		s.bodies[stream] = sha256.New()
	}
	s.bodies[stream].Write(data)
}
