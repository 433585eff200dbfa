package pcapng

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/google/gopacket/pcapgo"
)

func ExampleWriter() {
	var file bytes.Buffer
	w := NewWriter(&file, SectionHeader{Application: "example"})
	id, _ := w.Interface(InterfaceDescription{LinkType: 1, Name: "eth0"})
	w.Secrets(DecryptionSecrets{Type: TLSKeyLog, Data: []byte("CLIENT_RANDOM …\n")})
	w.Packet(Packet{Interface: id, Timestamp: 1_700_000_000_000_000_000, Length: 60, Data: make([]byte, 60)}, "the first")
	w.Flush()

	for rest := file.Bytes(); len(rest) > 0; {
		h := ParseHeader(rest, LittleEndian)
		fmt.Println(h.Type, h.Length)
		rest = rest[h.Length:]
	}
	// Output:
	// 168627466 44
	// 1 40
	// 10 40
	// 6 112
}

// TestWriter has gopacket read what was written.
func TestWriter(t *testing.T) {
	var file bytes.Buffer
	w := NewWriter(&file, SectionHeader{Comments: []string{"c"}})
	id, err := w.Interface(InterfaceDescription{LinkType: 1, Name: "eth0"})
	if err != nil || id != 0 {
		t.Fatal(id, err)
	}
	for i := range 2000 {
		if err := w.Packet(Packet{Timestamp: uint64(i), Length: 1500, Data: make([]byte, i%97)}, "note"); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Statistics(InterfaceStatistics{Received: 2000}), w.Flush()); err != nil {
		t.Fatal(err)
	}
	r, err := pcapgo.NewNgReader(&file, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		data, ci, err := r.ReadPacketData()
		if err != nil || len(data) != i%97 || ci.Length != 1500 || ci.Timestamp.UnixNano() != int64(i) {
			t.Fatalf("packet %d: %+v, %v", i, ci, err)
		}
	}
}

func TestPcapWriter(t *testing.T) {
	var file bytes.Buffer
	w := NewPcapWriter(&file, FileHeader{LinkType: 1, Snaplen: 262144})
	for i := range 2000 {
		if err := w.Packet(int64(i), make([]byte, i%97), 1500); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	r, err := pcapgo.NewReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		data, ci, err := r.ReadPacketData()
		if err != nil || len(data) != i%97 || ci.Length != 1500 || ci.Timestamp.UnixNano() != int64(i) {
			t.Fatalf("packet %d: %+v, %v", i, ci, err)
		}
	}
}

// blocksOnly fails for anything but whole blocks.
type blocksOnly struct {
	t      *testing.T
	writes int
}

func (b *blocksOnly) Write(p []byte) (int, error) {
	b.writes++
	for rest := p; len(rest) > 0; {
		h := ParseHeader(rest, le)
		if !h.Valid() || int(h.Length) > len(rest) {
			b.t.Fatalf("a write ends within a block")
		}
		rest = rest[h.Length:]
	}
	return len(p), nil
}

// TestWriterLeavesReadableFile is what a capture that is killed needs.
func TestWriterLeavesReadableFile(t *testing.T) {
	out := &blocksOnly{t: t}
	w := NewWriter(out, SectionHeader{})
	w.Interface(InterfaceDescription{})
	for range 1000 {
		w.Packet(Packet{Data: make([]byte, 1001)})
	}
	if err := w.Flush(); err != nil || out.writes < 10 {
		t.Errorf("%d writes, %v", out.writes, err)
	}
}

type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }

func TestWriterKeepsErrors(t *testing.T) {
	full := errors.New("no space left on device")
	w := NewWriter(failing{full}, SectionHeader{})
	if err := w.Flush(); err != full {
		t.Errorf("Flush: %v", err)
	}
	if err := w.Packet(Packet{}); err != full {
		t.Errorf("Packet: %v", err)
	}
	p := NewPcapWriter(failing{full}, FileHeader{})
	if err := p.Flush(); err != full {
		t.Errorf("Flush: %v", err)
	}
	if err := p.Packet(0, nil, 0); err != full {
		t.Errorf("Packet: %v", err)
	}
}

// TestWriterAllocations is the budget: none for a packet.
func TestWriterAllocations(t *testing.T) {
	w := NewWriter(discard{}, SectionHeader{})
	data := make([]byte, 1000)
	for range 200 { // until the buffer has its size
		w.Packet(Packet{Data: data})
	}
	if n := testing.AllocsPerRun(1000, func() { w.Packet(Packet{Data: data}) }); n != 0 {
		t.Errorf("%v allocations for a packet", n)
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func BenchmarkWriter(b *testing.B) {
	w := NewWriter(discard{}, SectionHeader{})
	data := make([]byte, 1500)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		w.Packet(Packet{Length: 1500, Data: data})
	}
}
