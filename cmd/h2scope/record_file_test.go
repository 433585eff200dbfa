package main

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"h2scope/capture"
	"h2scope/capture/pcapng"
)

// A memoryFile is a file in memory, that can be full.
type memoryFile struct {
	bytes.Buffer
	full   error
	closed bool
}

func (m *memoryFile) Write(b []byte) (int, error) {
	if m.full != nil {
		return 0, m.full
	}
	return m.Buffer.Write(b)
}

func (m *memoryFile) Close() error { m.closed = true; return nil }

// blocks are the types of the blocks that a file consists of, as letters: of
// a Section, an Interface, a Packet, seCrets, sTatistics.
func blocks(t *testing.T, file []byte) string {
	t.Helper()
	letters := map[pcapng.BlockType]byte{
		pcapng.TypeSectionHeader: 'S', pcapng.TypeInterfaceDescription: 'I', pcapng.TypeEnhancedPacket: 'P',
		pcapng.TypeDecryptionSecrets: 'C', pcapng.TypeInterfaceStatistics: 'T',
	}
	var all []byte
	for len(file) > 0 {
		if len(file) < pcapng.MinBlockLen {
			t.Fatalf("%d octets are no block", len(file))
		}
		h := pcapng.ParseHeader(file, pcapng.LittleEndian)
		if !h.Valid() || int(h.Length) > len(file) || letters[h.Type] == 0 {
			t.Fatalf("%+v, with %d octets", h, len(file))
		}
		all = append(all, letters[h.Type])
		file = file[h.Length:]
	}
	return string(all)
}

var loopbackInterface = capture.Interface{Name: "lo", LinkType: capture.LinkTypeEthernet}

func TestCaptureFileHolds(t *testing.T) {
	out := new(memoryFile)
	f, err := newCaptureFile(out, true, loopbackInterface, "tcp", 0)
	check(t, err)
	expect := func(want string) {
		t.Helper()
		if got := blocks(t, out.Bytes()); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	expect("SI")
	check(t, f.packet(&capture.Packet{Data: []byte("one"), Length: 3}))
	check(t, f.turn())
	expect("SI")
	check(t, f.packet(&capture.Packet{Data: []byte("two"), Length: 3}))
	check(t, f.secrets([]byte("those of one\n")))
	check(t, f.secrets(nil))
	check(t, f.turn())
	expect("SICP")
	check(t, f.secrets([]byte("those of two\n")))
	check(t, f.statistics(loopbackInterface, 1))
	check(t, f.close())
	expect("SICPCPT")
	if f.packets != 2 || f.octets != int64(out.Len()) || !out.closed {
		t.Errorf("%d packets, %d octets of %d, closed %v", f.packets, f.octets, out.Len(), out.closed)
	}
}

// TestCaptureFileDoesNotHold where no secrets come: what is flushed is there.
func TestCaptureFileDoesNotHold(t *testing.T) {
	out := new(memoryFile)
	f, err := newCaptureFile(out, false, loopbackInterface, "", 0)
	check(t, err)
	check(t, f.packet(&capture.Packet{Data: []byte("one"), Length: 3}))
	check(t, f.turn())
	if got := blocks(t, out.Bytes()); got != "SIP" {
		t.Error(got)
	}
}

// TestCaptureFileFull: an error of writing is told, and stays.
func TestCaptureFileFull(t *testing.T) {
	full := errors.New("no space left on device")
	for _, holding := range []bool{false, true} {
		out := new(memoryFile)
		f, err := newCaptureFile(out, holding, loopbackInterface, "", 0)
		check(t, err)
		out.full = full
		check(t, f.packet(&capture.Packet{Data: []byte("one"), Length: 3}))
		for turn := range 3 {
			if err := f.turn(); turn > 0 && !errors.Is(err, full) {
				t.Errorf("holding %v, turn %d: %v", holding, turn, err)
			}
		}
		if err := f.close(); !errors.Is(err, full) || !out.closed {
			t.Errorf("%v, closed %v", err, out.closed)
		}
	}
}

// TestCaptureFileReadBack: the filter stands in the file, times have nine
// decimals.
func TestCaptureFileReadBack(t *testing.T) {
	out := new(memoryFile)
	f, err := newCaptureFile(out, false, capture.Interface{Name: "eth0", LinkType: capture.LinkTypeRaw, Snaplen: 96}, "tcp port 443", 0)
	check(t, err)
	check(t, f.packet(&capture.Packet{Time: 1_700_000_000_123_456_789, Data: []byte("data"), Length: 1500}))
	check(t, f.statistics(capture.Interface{Dropped: 2}, 1_700_000_001_000_000_000))
	check(t, f.close())
	src, err := capture.NewReader(&out.Buffer, "test", capture.Config{})
	check(t, err)
	var p capture.Packet
	check(t, src.Next(&p))
	if p.Time != 1_700_000_000_123_456_789 || string(p.Data) != "data" || p.Length != 1500 || p.LinkType != capture.LinkTypeRaw {
		t.Errorf("%+v", p)
	}
	if err := src.Next(&p); err != io.EOF {
		t.Error(err)
	}
	i := src.Interfaces()[0]
	if i.Name != "eth0" || i.Snaplen != 96 || i.Received != 3 || i.Dropped != 2 || i.Filter != "tcp port 443" {
		t.Errorf("%+v", i)
	}
}
