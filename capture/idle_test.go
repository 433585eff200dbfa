package capture

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"

	"h2scope/capture/pcapng"
)

// A halting reader gives its pieces one by one, and says between them twice
// that nothing came for a while.
type halting struct {
	pieces [][]byte
	halted int
}

func (h *halting) Read(b []byte) (int, error) {
	if len(h.pieces) == 0 {
		return 0, io.EOF
	}
	if h.halted < 2 {
		h.halted++
		return 0, ErrIdle
	}
	h.halted = 0
	n := copy(b, h.pieces[0])
	if h.pieces[0] = h.pieces[0][n:]; len(h.pieces[0]) == 0 {
		h.pieces = h.pieces[1:]
	}
	return n, nil
}

// piecesOf cuts octets in pieces of a size.
func piecesOf(octets []byte, size int) [][]byte {
	var pieces [][]byte
	for len(octets) > 0 {
		n := min(size, len(octets))
		pieces = append(pieces, octets[:n])
		octets = octets[n:]
	}
	return pieces
}

// pcapWith is a pcap file of n packets, a microsecond apart.
func pcapWith(t *testing.T, n int) []byte {
	t.Helper()
	var file bytes.Buffer
	w := pcapng.NewPcapWriter(&file, pcapng.FileHeader{LinkType: 1, Snaplen: 65535})
	for i := range n {
		if err := w.Packet(int64(i)*1000, make([]byte, 60), 60); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// pcapngWith is the same as pcapng.
func pcapngWith(t *testing.T, n int) []byte {
	t.Helper()
	var file bytes.Buffer
	w := pcapng.NewWriter(&file, pcapng.SectionHeader{})
	id, err := w.Interface(pcapng.InterfaceDescription{LinkType: 1, Clock: pcapng.NewClock(pcapng.Nanoseconds, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := w.Packet(pcapng.Packet{Interface: id, Timestamp: uint64(i) * 1000, Length: 60, Data: make([]byte, 60)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// A stream that pauses gives what it gave before the pause, and nothing is lost
// or told twice, wherever in a record or block it pauses.
func TestPausesInAStream(t *testing.T) {
	for name, octets := range map[string][]byte{
		"pcap":   pcapWith(t, 20),
		"pcapng": pcapngWith(t, 20),
	} {
		for _, size := range []int{1, 7, 100, 1 << 20} {
			src, err := NewReader(&halting{pieces: piecesOf(octets, size)}, name, Config{})
			if err != nil {
				t.Fatal(err)
			}
			var p Packet
			packets, idles := 0, 0
			for {
				err := src.Next(&p)
				if errors.Is(err, ErrIdle) {
					idles++
					continue
				}
				if err != nil {
					if err != io.EOF {
						t.Errorf("%s in pieces of %d: %v", name, size, err)
					}
					break
				}
				packets++
				if p.Number != uint64(packets) {
					t.Errorf("%s in pieces of %d: packet %d is numbered %d", name, size, packets, p.Number)
				}
			}
			if packets != 20 || len(src.Notices()) > 0 {
				t.Errorf("%s in pieces of %d: %d packets, notices %v", name, size, packets, src.Notices())
			}
			if size < 100 && idles == 0 {
				t.Errorf("%s in pieces of %d: never idle", name, size)
			}
			src.Close()
		}
	}
}

// Packets held back for sorting are given when nothing comes for a while.
func TestPauseEndsTheHoldingBack(t *testing.T) {
	octets := pcapWith(t, 20)
	half := len(octets) / 2
	src, err := NewReader(&halting{pieces: [][]byte{octets[:half], octets[half:]}}, "pcap", Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var p Packet
	given := 0
	for src.Next(&p) == nil {
		given++
	}
	if given < 5 || given == 20 {
		t.Errorf("%d packets before the pause", given)
	}
}

// What is compressed is waited for: a decompressor cannot go on behind an error.
func TestPausesInCompressedStream(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(pcapWith(t, 20)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	src, err := NewReader(&halting{pieces: piecesOf(packed.Bytes(), 11)}, "pcap.gz", Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var p Packet
	given := 0
	for src.Next(&p) == nil {
		given++
	}
	if given != 20 {
		t.Errorf("%d packets, want 20", given)
	}
}
