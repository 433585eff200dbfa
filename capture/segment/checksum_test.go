package segment

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// checksummed is a segment whose checksum field is right.
func checksummed(header, payload []byte) *Segment {
	s := &Segment{Header: bytes.Clone(header), Payload: payload, Length: len(payload)}
	s.PseudoSum = 0xc000 + 0x0201 + 0xc633 + 0x6402 + 6 + uint32(len(header)+len(payload))
	s.Header[12] = byte(len(header)/4) << 4
	binary.BigEndian.PutUint16(s.Header[16:], 0)
	binary.BigEndian.PutUint16(s.Header[16:], ^slowSum(s))
	return s
}

// slowSum is the checksum's sum as RFC 1071, Section 4.1, writes it.
func slowSum(s *Segment) uint16 {
	sum := s.PseudoSum
	b := append(bytes.Clone(s.Header), s.Payload...)
	for ; len(b) > 1; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
		sum = sum>>16 + sum&0xffff
	}
	if len(b) > 0 {
		sum += uint32(b[0]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}

// TestChecksumLengths: every length, with random octets and with the ones that
// carry most, is right as it is and wrong when a bit is flipped.
func TestChecksumLengths(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 300 {
		for _, fill := range []func() byte{func() byte { return byte(r.IntN(256)) }, func() byte { return 0xff }, func() byte { return 0 }} {
			payload := make([]byte, n)
			for i := range payload {
				payload[i] = fill()
			}
			s := checksummed(make([]byte, 20+n%11*4), payload)
			if ok, partial := s.Checksum(); !ok || partial {
				t.Fatalf("%d octets: ok %v, partial %v", n, ok, partial)
			}
			if n > 0 {
				payload[r.IntN(n)] ^= 0x10
				if ok, _ := s.Checksum(); ok {
					t.Fatalf("%d octets: a flipped bit is not noticed", n)
				}
			}
		}
	}
}

// TestChecksumPartial has the fields that senders with offloading leave.
func TestChecksumPartial(t *testing.T) {
	whole := checksummed(make([]byte, 20), []byte("payload"))
	length := uint32(27)
	for _, test := range []struct {
		name        string
		field       uint16
		ok, partial bool
	}{
		{"with length (Linux)", fold(whole.PseudoSum), false, true},
		{"without length (large segment offload)", fold(whole.PseudoSum - length), false, true},
		{"zero", 0, false, true},
		{"wrong", 0x1234, false, false},
		{"right", binary.BigEndian.Uint16(whole.Header[16:]), true, false},
	} {
		s := *whole
		s.Header = bytes.Clone(whole.Header)
		binary.BigEndian.PutUint16(s.Header[16:], test.field)
		if ok, partial := s.Checksum(); ok != test.ok || partial != test.partial {
			t.Errorf("%s: ok %v, partial %v", test.name, ok, partial)
		}
	}
}

// TestChecksumZero: unlike UDP's, a TCP checksum may be zero and right.
func TestChecksumZero(t *testing.T) {
	s := checksummed(make([]byte, 20), []byte{0, 0})
	field := binary.BigEndian.Uint16(s.Header[16:])
	binary.BigEndian.PutUint16(s.Payload, field) // now the field must be zero
	binary.BigEndian.PutUint16(s.Header[16:], 0)
	if ok, partial := s.Checksum(); !ok || partial {
		t.Errorf("ok %v, partial %v", ok, partial)
	}
}

// TestChecksumCut: what the capture cut can't be called wrong, but offloading
// shows all the same.
func TestChecksumCut(t *testing.T) {
	s := checksummed(make([]byte, 40), []byte("payload"))
	s.Payload = s.Payload[:3]
	if ok, partial := s.Checksum(); !ok || partial || !s.Cut() {
		t.Errorf("payload cut: ok %v, partial %v", ok, partial)
	}
	binary.BigEndian.PutUint16(s.Header[16:], fold(s.PseudoSum))
	s.Header, s.Payload = s.Header[:30], nil
	if ok, partial := s.Checksum(); ok || !partial || !s.Cut() {
		t.Errorf("options cut: ok %v, partial %v", ok, partial)
	}
	binary.BigEndian.PutUint16(s.Header[16:], fold(s.PseudoSum-47))
	if _, partial := s.Checksum(); !partial {
		t.Error("options cut: the sum without length is not recognised")
	}
}

func FuzzChecksum(f *testing.F) {
	f.Add([]byte("payload"), uint32(0x2ffff))
	f.Add(bytes.Repeat([]byte{0xff}, 130), uint32(0))
	f.Fuzz(func(t *testing.T, b []byte, pseudo uint32) {
		if len(b) < 20 {
			return
		}
		s := &Segment{Header: bytes.Clone(b[:20]), Payload: b[20:], Length: len(b) - 20, PseudoSum: pseudo & 0xfffff}
		s.Header[12] = 0x50
		ok, partial := s.Checksum()
		if want := slowSum(s) == 0xffff; !partial && ok != want {
			t.Fatalf("ok %v, want %v", ok, want)
		}
	})
}

func TestChecksumAllocs(t *testing.T) {
	s := checksummed(make([]byte, 32), make([]byte, 1448))
	if n := testing.AllocsPerRun(10, func() { s.Checksum() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkChecksum(b *testing.B) {
	for _, n := range []int{0, 100, 1448, 64 << 10} {
		s := checksummed(make([]byte, 32), make([]byte, n))
		b.Run(size(n), func(b *testing.B) {
			b.SetBytes(int64(32 + n))
			for b.Loop() {
				s.Checksum()
			}
		})
	}
}

func size(n int) string {
	return map[int]string{0: "ack", 100: "100", 1448: "1448", 64 << 10: "64Ki"}[n]
}
