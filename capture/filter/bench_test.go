package filter

import (
	"encoding/binary"
	"testing"
)

// tcpFrame is an Ethernet frame with IPv4 and TCP.
func tcpFrame(source, destination uint16, payload int) []byte {
	b := []byte("\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x08\x00" +
		"\x45\x00\x00\x28\x00\x01\x40\x00\x40\x06\x00\x00\x0a\x01\x02\x03\xc0\x00\x02\x01")
	b = binary.BigEndian.AppendUint16(b, source)
	b = binary.BigEndian.AppendUint16(b, destination)
	b = append(b, "\x00\x00\x00\x01\x00\x00\x00\x02\x50\x18\x01\x00\x00\x00\x00\x00"...)
	return append(b, make([]byte, payload)...)
}

func BenchmarkMatch(b *testing.B) {
	for _, expression := range []string{
		"", "tcp", "tcp port 443", "port 80 or 443", "host 192.0.2.1 and tcp port 443", "not port 22",
		"tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
	} {
		b.Run(expression, func(b *testing.B) {
			f, err := Parse(expression)
			if err != nil {
				b.Fatal(err)
			}
			frame := tcpFrame(50000, 443, 1400)
			b.SetBytes(int64(len(frame)))
			b.ReportAllocs()
			for b.Loop() {
				f.Match(testEthernet, frame, len(frame))
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	const expression = "tcp port 80 or 443 and not host 192.0.2.1"
	b.SetBytes(int64(len(expression)))
	for b.Loop() {
		f, err := Parse(expression)
		if err != nil {
			b.Fatal(err)
		}
		f.compile(testEthernet)
	}
}

// Live capture judges every packet that the kernel lets through: Match must
// not allocate.
func TestMatchDoesNotAllocate(t *testing.T) {
	frame := tcpFrame(50000, 443, 100)
	for _, expression := range []string{"", "tcp port 443", "ip[2:2] - ((ip[0] & 0xf) << 2) > 0"} {
		f, err := Parse(expression)
		if err != nil {
			t.Fatal(err)
		}
		f.Match(testEthernet, frame, len(frame))
		if n := testing.AllocsPerRun(100, func() { f.Match(testEthernet, frame, len(frame)) }); n != 0 {
			t.Errorf("%q: %v allocations", expression, n)
		}
	}
}
