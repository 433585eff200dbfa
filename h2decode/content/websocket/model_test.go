package websocket

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// A sender is a model of one side: it fragments, masks and deflates at random.
type sender struct {
	r        *rand.Rand
	masks    bool
	takeover bool
	deflated bytes.Buffer
	deflater *flate.Writer
	out      []byte
}

func newSender(t *testing.T, r *rand.Rand) *sender {
	t.Helper()
	s := &sender{r: r, masks: r.IntN(2) == 0, takeover: r.IntN(2) == 0}
	w, err := flate.NewWriter(&s.deflated, flate.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	s.deflater = w
	return s
}

// message sends one, with pings between its fragments.
func (s *sender) message(t *testing.T, opcode Opcode, data []byte) {
	t.Helper()
	first := byte(opcode)
	if s.r.IntN(2) == 0 {
		first |= bitRSV1
		data = s.deflate(t, data)
	}
	for {
		n := len(data)
		if s.r.IntN(2) == 0 {
			n = s.r.IntN(len(data) + 1)
		}
		if n == len(data) {
			s.frame(first|bitFin, data)
			return
		}
		s.frame(first, data[:n])
		first, data = byte(Continuation), data[n:]
		if s.r.IntN(3) == 0 {
			s.frame(bitFin|byte(Ping), []byte("ping"))
		}
	}
}

// deflate is RFC 7692, Section 7.2.1.
func (s *sender) deflate(t *testing.T, data []byte) []byte {
	t.Helper()
	s.deflated.Reset()
	if !s.takeover {
		s.deflater.Reset(&s.deflated)
	}
	if _, err := s.deflater.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := s.deflater.Flush(); err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(bytes.TrimSuffix(s.deflated.Bytes(), []byte("\x00\x00\xff\xff")))
}

// frame is RFC 6455, Section 5.2.
func (s *sender) frame(first byte, payload []byte) {
	mask := byte(0)
	if s.masks {
		mask = bitMask
	}
	s.out = append(s.out, first)
	switch n := len(payload); {
	case n <= 125:
		s.out = append(s.out, mask|byte(n))
	case n <= 0xffff:
		s.out = binary.BigEndian.AppendUint16(append(s.out, mask|126), uint16(n))
	default:
		s.out = binary.BigEndian.AppendUint64(append(s.out, mask|127), uint64(n))
	}
	if !s.masks {
		s.out = append(s.out, payload...)
		return
	}
	key := binary.BigEndian.AppendUint32(nil, s.r.Uint32())
	s.out = append(s.out, key...)
	for i, c := range payload {
		s.out = append(s.out, c^key[i%4])
	}
}

// config is what the other side has to know.
func (s *sender) config() Config {
	cfg := Config{Client: s.masks, MaxMessage: 1 << 20, Extensions: Extensions{Deflate: true}}
	cfg.ClientNoTakeover, cfg.ServerNoTakeover = !s.takeover, !s.takeover
	return cfg
}

// randomData can be compressed, with itself and with what came before.
func randomData(r *rand.Rand) []byte {
	data := make([]byte, r.IntN(1<<r.IntN(15)))
	for i := range data {
		data[i] = "abcdefghijklmnop"[r.IntN(16)]
	}
	return data
}

// Whatever a sender does that the RFCs allow, its messages come out.
func TestModelOfWholeContent(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		from := newSender(t, r)
		var sent [][]byte
		for range 1 + r.IntN(15) {
			data := randomData(r)
			sent = append(sent, data)
			from.message(t, Text, data)
		}
		var got [][]byte
		s := NewSplitter(from.config(), func(m *Message) {
			if m.Trouble != "" || !m.Complete() || m.Masked != from.masks {
				t.Fatalf("%+v", m)
			}
			if m.Opcode == Text {
				got = append(got, bytes.Clone(m.Data))
			}
		})
		for at, rest := int64(0), from.out; len(rest) > 0; at++ {
			n := 1 + r.IntN(min(len(rest), 1+r.IntN(2000)))
			s.Write(at, rest[:n])
			rest = rest[n:]
		}
		s.Close(0)
		if len(got) != len(sent) {
			t.Fatalf("%d messages of %d", len(got), len(sent))
		}
		for i := range sent {
			if !bytes.Equal(got[i], sent[i]) {
				t.Fatalf("message %d is not what was sent", i)
			}
		}
	}
}

// With a hole anywhere, nothing is told that was not sent: a message without
// trouble is one of those that were, and in their order.
func TestModelOfAHole(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		from := newSender(t, r)
		var sent [][]byte
		for range 1 + r.IntN(10) {
			data := append([]byte{byte('A' + len(sent))}, randomData(r)...)
			sent = append(sent, data)
			from.message(t, Text, data)
		}
		start := r.IntN(len(from.out))
		end := start + 1 + r.IntN(min(len(from.out)-start, 1+r.IntN(300)))
		next := 0
		s := NewSplitter(from.config(), func(m *Message) {
			if m.Opcode != Text || m.Trouble != "" {
				return
			}
			for next < len(sent) && !bytes.Equal(sent[next], m.Data) {
				next++
			}
			if next == len(sent) {
				t.Fatalf("a message of %d octets was never sent", len(m.Data))
			}
			next++
		})
		s.Write(1, from.out[:start])
		s.Missing(2, uint64(end-start))
		s.Write(3, from.out[end:])
		s.Close(4)
	}
}
