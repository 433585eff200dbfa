package keylog

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"runtime"
	"testing"
)

// logOf is a key log of so many lines: of TLS 1.3, five for each connection, or
// of TLS 1.2.
func logOf(lines int, tls13 bool) []byte {
	noise := rand.NewChaCha8([32]byte{})
	labels := []string{
		"CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
		"CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0", "EXPORTER_SECRET",
	}
	if !tls13 {
		labels = []string{"CLIENT_RANDOM"}
	}
	var text bytes.Buffer
	var random [32]byte
	var secret [48]byte
	for i := range lines {
		if i%len(labels) == 0 {
			noise.Read(random[:])
		}
		noise.Read(secret[:])
		text.WriteString(labels[i%len(labels)] + " " + hex.EncodeToString(random[:]) + " " + hex.EncodeToString(secret[:]) + "\n")
	}
	return text.Bytes()
}

// BenchmarkRead is a log of a million lines, read at once.
func BenchmarkRead(b *testing.B) {
	for _, bench := range []struct {
		name  string
		tls13 bool
	}{{"TLS1.2", false}, {"TLS1.3", true}} {
		b.Run(bench.name, func(b *testing.B) {
			const lines = 1_000_000
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			text := logOf(lines, bench.tls13)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			var s *Store
			for b.Loop() {
				s = NewStore()
				if _, err := s.Read(bytes.NewReader(text), "keys.log"); err != nil {
					b.Fatal(err)
				}
			}
			text = nil
			runtime.GC()
			runtime.ReadMemStats(&after)
			conns, _ := s.Len()
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(conns), "octets/conn")
		})
	}
}

func BenchmarkFind(b *testing.B) {
	s := NewStore()
	if _, err := s.Add(logOf(100_000, true), "keys.log"); err != nil {
		b.Fatal(err)
	}
	r := s.randoms[len(s.randoms)/2]
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := s.Find(r); !ok {
			b.Fatal("not found")
		}
	}
}

// TestFindAllocatesNothing, since a waiting connection may look often.
func TestFindAllocatesNothing(t *testing.T) {
	s := read(t, line("CLIENT_RANDOM", 1, 1, 48))
	r := random(1)
	if n := testing.AllocsPerRun(100, func() {
		s.Find(r)
		s.Version()
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
