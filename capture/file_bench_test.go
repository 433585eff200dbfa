package capture

import (
	"bytes"
	"io"
	"os"
	"testing"

	"h2scope/capture/pcapng"
)

// smallPackets is a capture of n packets of 74 octets, a microsecond apart.
func smallPackets(n int, ng bool) []byte {
	data := make([]byte, 74)
	if ng {
		b := pcapng.SectionHeader{}.Append(nil)
		b = pcapng.InterfaceDescription{LinkType: 1}.Append(b, pcapng.LittleEndian)
		for i := range n {
			b = pcapng.Packet{Timestamp: uint64(i) * 1000, Length: 74, Data: data}.Append(b, pcapng.LittleEndian)
		}
		return b
	}
	h := pcapng.FileHeader{LinkType: 1}
	b := h.Append(nil)
	for i := range n {
		b = h.AppendRecord(b, pcapng.Record{Time: int64(i) * 1000, Captured: 74, Length: 74})
		b = append(b, data...)
	}
	return b
}

// drain reads src to its end and returns the number of packets.
func drain(tb testing.TB, src Source) (n int) {
	tb.Helper()
	var p Packet
	for {
		switch err := src.Next(&p); err {
		case nil:
			n++
		case io.EOF:
			return n
		default:
			tb.Fatal(err)
		}
	}
}

// benchmarkReader reads file, which has size octets when decompressed.
func benchmarkReader(b *testing.B, file []byte, size, packets int) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		src, err := NewReader(bytes.NewReader(file), "bench", Config{})
		if err != nil {
			b.Fatal(err)
		}
		if n := drain(b, src); n != packets {
			b.Fatalf("%d packets, want %d", n, packets)
		}
		src.Close()
	}
	b.ReportMetric(float64(packets)*float64(b.N)/b.Elapsed().Seconds(), "packets/s")
}

const benchPackets = 1_000_000

func BenchmarkPcap(b *testing.B) {
	file := smallPackets(benchPackets, false)
	benchmarkReader(b, file, len(file), benchPackets)
}

func BenchmarkPcapng(b *testing.B) {
	file := smallPackets(benchPackets, true)
	benchmarkReader(b, file, len(file), benchPackets)
}

func BenchmarkGzip(b *testing.B) { benchmarkCompressed(b, "gzip") }
func BenchmarkZstd(b *testing.B) { benchmarkCompressed(b, "zstd") }
func BenchmarkLZ4(b *testing.B)  { benchmarkCompressed(b, "lz4") }

func benchmarkCompressed(b *testing.B, format string) {
	file := smallPackets(benchPackets, false)
	benchmarkReader(b, compressed(b, file)[format], len(file), benchPackets)
}

// BenchmarkMerge merges four captures packet by packet.
func BenchmarkMerge(b *testing.B) {
	file := smallPackets(benchPackets/4, false)
	var names []string
	for range 4 {
		names = append(names, writeTemp(b, file))
	}
	b.SetBytes(4 * int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		src, err := Open(names, Config{})
		if err != nil {
			b.Fatal(err)
		}
		if n := drain(b, src); n != benchPackets {
			b.Fatalf("%d packets", n)
		}
		src.Close()
	}
	b.ReportMetric(benchPackets*float64(b.N)/b.Elapsed().Seconds(), "packets/s")
}

func writeTemp(tb testing.TB, file []byte) string {
	tb.Helper()
	f, err := os.CreateTemp(tb.TempDir(), "*.capture")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(file); err != nil {
		tb.Fatal(err)
	}
	return f.Name()
}
