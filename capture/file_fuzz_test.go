package capture

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/pcapgo"

	"h2scope/capture/pcapng"
)

// inFileOrder reads any octets, in the order of the file; ok is false where
// they are no capture.
func inFileOrder(t *testing.T, file []byte) (got []want, notices []Notice, ok bool) {
	t.Helper()
	src, err := NewReader(bytes.NewReader(file), "fuzz", Config{SortPackets: -1, MaxPacket: 1 << 20})
	if err != nil {
		if !errors.Is(err, ErrEmpty) && !errors.Is(err, ErrNotCapture) {
			t.Fatalf("an error of no kind: %v", err)
		}
		return nil, nil, false
	}
	defer src.Close()
	got = collect(t, src)
	size := 0
	for _, p := range got {
		size += len(p.data)
		if p.length < len(p.data) {
			t.Fatal("more was captured than was there")
		}
	}
	if size > len(file) {
		t.Fatalf("%d octets of packets in a file of %d", size, len(file))
	}
	return got, src.Notices(), true
}

// agree compares with what a reader of gopacket's gives before its first
// error.
func agree(t *testing.T, got []want, times bool, read func() ([]byte, gopacket.CaptureInfo, error)) {
	t.Helper()
	for i := 0; ; i++ {
		data, ci, err := read()
		if err != nil {
			return
		}
		if i >= len(got) {
			t.Fatalf("gopacket has a packet more than %d", len(got))
		}
		if got[i].data != string(data) || got[i].length != ci.Length {
			t.Fatalf("packet %d is %.80v, gopacket has %+v", i+1, got[i], ci)
		}
		// gopacket multiplies fractions of four seconds and more in 32 bits.
		if times && got[i].time/1e9 == ci.Timestamp.Unix() && got[i].time != ci.Timestamp.UnixNano() {
			t.Fatalf("packet %d is at %d, gopacket has %d", i+1, got[i].time, ci.Timestamp.UnixNano())
		}
	}
}

// FuzzPcap compares with gopacket's reader, which has microseconds and
// nanoseconds in both byte orders, and refuses packets that are longer than
// the snaplen or than they were on the wire.
func FuzzPcap(f *testing.F) {
	for _, o := range []pcapng.Order{pcapng.LittleEndian, pcapng.BigEndian} {
		for _, v := range []pcapng.Variant{pcapng.Pcap, pcapng.PcapNano, pcapng.PcapModified} {
			f.Add(pcapOf(pcapng.FileHeader{Order: o, Variant: v, Snaplen: 65535, LinkType: 1}, threePackets))
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if kindOf(file) != "pcap" {
			return
		}
		got, _, ok := inFileOrder(t, file)
		if _, v, _ := pcapng.ParseMagic(file); !ok || v == pcapng.PcapModified {
			return
		}
		r, err := pcapgo.NewReader(bytes.NewReader(file))
		if err != nil || r.Snaplen() > 1<<20 {
			return // it allocates a snaplen
		}
		agree(t, got, true, r.ReadPacketData)
	})
}

// FuzzPcapng compares with gopacket's reader where nothing is damaged and no
// clock is unusual: it panics on some resolutions and allocates what lengths
// say.
func FuzzPcapng(f *testing.F) {
	for _, o := range []pcapng.Order{pcapng.LittleEndian, pcapng.BigEndian} {
		s := newSection(o).iface(pcapng.InterfaceDescription{LinkType: 1, Name: "eth0", Clock: pcapng.NewClock(pcapng.Microseconds, 0)}).
			iface(pcapng.InterfaceDescription{LinkType: 1}).
			packet(0, 1_700_000_000_000_000, "data", "comment").packet(1, 1_700_000_000_000_000_001, "more")
		s.b = pcapng.Packet{Length: 9, Data: []byte("simple...")}.AppendSimple(s.b, o)
		s.b = pcapng.Packet{Timestamp: 3, Data: []byte("obsolete"), Length: 8}.AppendObsolete(s.b, o)
		s.b = pcapng.InterfaceStatistics{Received: 4, Dropped: 1}.Append(s.b, o)
		s.b = pcapng.DecryptionSecrets{Type: pcapng.TLSKeyLog, Data: []byte("secret")}.Append(s.b, o)
		f.Add(s.b)
		f.Add(append(s.b, newSection(!o).iface(pcapng.InterfaceDescription{Clock: pcapng.NewClock(255, -1)}).packet(0, 1, "x").b...))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if kindOf(file) != "pcapng" {
			return
		}
		got, notices, ok := inFileOrder(t, file)
		if !ok || len(notices) > 0 || len(got) == 0 {
			return
		}
		defer func() {
			if r := recover(); r != nil {
				t.Skip("gopacket panics")
			}
		}()
		r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
		if err != nil {
			return
		}
		agree(t, got, false, func() ([]byte, gopacket.CaptureInfo, error) {
			data, ci, err := r.ReadPacketData()
			if err == nil && ci.Length < len(data) {
				err = io.EOF // ours says at least what was captured
			}
			return data, ci, err
		})
	})
}

// FuzzCompressed has any octets behind the magic numbers of compression.
func FuzzCompressed(f *testing.F) {
	for _, octets := range compressed(f, pcapOf(pcapng.FileHeader{}, threePackets)) {
		f.Add(octets)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if compression(file) == "" {
			return
		}
		src, err := NewReader(bytes.NewReader(file), "fuzz", Config{})
		if err != nil {
			return
		}
		defer src.Close()
		var p Packet
		for range 10000 {
			if err := src.Next(&p); err == io.EOF {
				return
			} else if err != nil {
				t.Fatal(err)
			}
		}
	})
}
