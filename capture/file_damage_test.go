package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"h2scope/capture/pcapng"
)

// compressed is file in each format, by name.
func compressed(tb testing.TB, file []byte) map[string][]byte {
	tb.Helper()
	var gz, lz bytes.Buffer
	g, l := gzip.NewWriter(&gz), lz4.NewWriter(&lz)
	z, err := zstd.NewWriter(nil)
	if err != nil {
		tb.Fatal(err)
	}
	for _, w := range []io.WriteCloser{g, l} {
		w.Write(file)
		if err := w.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	return map[string][]byte{"gzip": gz.Bytes(), "lz4": lz.Bytes(), "zstd": z.EncodeAll(file, nil)}
}

// TestEveryPrefix reads what a file has from its first octet up to any other:
// the whole packets, and a notice unless the cut is between two.
func TestEveryPrefix(t *testing.T) {
	var packets []want
	for i := range 20 {
		packets = append(packets, want{int64(i) * 1000, strings.Repeat("packet ", i), 7 * i, 0})
	}
	pcap := pcapOf(pcapng.FileHeader{}, packets)
	ng := newSection(pcapng.BigEndian).iface(pcapng.InterfaceDescription{})
	between := []int{len(newSection(pcapng.BigEndian).b), len(ng.b)}
	for _, p := range packets {
		ng.packet(0, uint64(p.time), p.data)
		between = append(between, len(ng.b))
	}
	pcapBetween := []int{pcapng.FileHeaderLen}
	for _, p := range packets {
		pcapBetween = append(pcapBetween, pcapBetween[len(pcapBetween)-1]+16+len(p.data))
	}
	files := compressed(t, pcap)
	files["pcap"], files["pcapng"] = pcap, ng.b
	whole := map[string][]int{"pcap": pcapBetween, "pcapng": between}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			for n := range len(file) {
				readPrefix(t, file[:n], packets, whole[name])
			}
			got, notices := readAll(t, file, Config{})
			wantPackets(t, got, packets)
			wantKinds(t, notices)
		})
	}
}

// readPrefix reads a cut file. between are the lengths at which nothing is
// missing, nil for compressed files, which always have an end.
func readPrefix(t *testing.T, file []byte, packets []want, between []int) {
	t.Helper()
	src, err := NewReader(bytes.NewReader(file), "test", Config{})
	switch {
	case errors.Is(err, ErrEmpty) || errors.Is(err, ErrNotCapture):
		if between != nil && len(file) >= 4 {
			t.Errorf("%d octets: %v", len(file), err)
		}
		return
	case err != nil:
		t.Fatalf("%d octets: %v", len(file), err)
	}
	defer src.Close()
	got := collect(t, src)
	if !slices.Equal(got, packets[:len(got)]) {
		t.Errorf("%d octets: packets that were never written", len(file))
	}
	notices := src.Notices()
	if i, found := slices.BinarySearch(between, len(file)); found {
		if len(notices) != 0 {
			t.Errorf("%d octets, nothing cut: %+v", len(file), notices)
		}
	} else if len(notices) != 1 || notices[0].Kind != Truncated {
		t.Errorf("%d octets: notices %+v", len(file), notices)
	} else if skip := len(between) - 1 - len(packets); between != nil && i > 0 && len(got) != max(i-1-skip, 0) {
		t.Errorf("%d octets: %d packets", len(file), len(got))
	}
}

func TestPcapImplausibleRecord(t *testing.T) {
	h := pcapng.FileHeader{}
	file := pcapOf(h, threePackets[:1])
	file = h.AppendRecord(file, pcapng.Record{Captured: 1 << 31, Length: 60})
	file = append(file, make([]byte, 1000)...)
	got, notices := readAll(t, file, Config{})
	wantPackets(t, got, threePackets[:1])
	wantKinds(t, notices, DamagedBlock)
}

// TestMemoryFollowsOctets has lengths of nearly 16 MiB, without the octets.
func TestMemoryFollowsOctets(t *testing.T) {
	h := pcapng.FileHeader{}
	pcap := h.AppendRecord(h.Append(nil), pcapng.Record{Captured: 16<<20 - 1})
	ng := newSection(pcapng.LittleEndian).iface(pcapng.InterfaceDescription{})
	ng.raw(6, 0, 0, 0, 0, 0, 0xff, 0)
	for name, file := range map[string][]byte{"pcap": pcap, "pcapng": ng.b} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, notices := readAll(t, file, Config{})
		runtime.ReadMemStats(&after)
		wantKinds(t, notices, Truncated)
		if n := after.TotalAlloc - before.TotalAlloc; n > 2<<20 {
			t.Errorf("%s: %d octets allocated for a file of %d", name, n, len(file))
		}
	}
}

// TestPcapngDamage goes on behind what is damaged.
func TestPcapngDamage(t *testing.T) {
	before := want{1, "before", 6, 0}
	after := want{2, "behind", 6, 0}
	block := func(t uint32, length, last uint32, body int) []byte {
		b := binary.LittleEndian.AppendUint32(nil, t)
		b = binary.LittleEndian.AppendUint32(b, length)
		b = append(b, make([]byte, body)...)
		return binary.LittleEndian.AppendUint32(b, last)
	}
	good := pcapng.Packet{Timestamp: 2, Length: 5, Data: []byte("other")}.Append(nil, pcapng.LittleEndian)
	unequal := slices.Clone(good)
	unequal[len(unequal)-1]++
	tests := []struct {
		name   string
		octets []byte
		want   []want
	}{
		{"length 0", block(6, 0, 0, 8), []want{before, after}},
		{"length 8", block(6, 8, 8, 8), []want{before, after}},
		{"length that is no multiple of 4", block(6, 33, 33, 24), []want{before, after}},
		{"unequal lengths, and the first is right", unequal, []want{before, {2, "other", 5, 0}, after}},
		{"unequal lengths, and the first is wrong", block(6, 44, 36, 24), []want{before, after}},
		{"packet shorter than its fixed part", block(6, 20, 20, 8), []want{before, after}},
		{"packet that claims more than its block", append(append(block(6, 36, 0, 8)[:16], 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 1, 0, 0, 0, 0, 0, 0, 0), 36, 0, 0, 0), []want{before, after}},
		{"section header without magic", block(0x0a0d0d0a, 28, 28, 16), []want{before, after}},
		{"short interface description", block(1, 16, 16, 4), []want{before, after}},
		{"secrets that claim more", append(append(block(10, 20, 0, 0)[:8], 0, 0, 0, 0, 9, 0, 0, 0), 20, 0, 0, 0), []want{before, after}},
		{"octets of nothing", bytes.Repeat([]byte{0xff}, 1001), []want{before, after}},
		{"packet too large to be read", append(block(6, 18<<20, 0, 18<<20-12)[:18<<20-4], 0, 0, 0x20, 1), []want{before, after}},
		{"packet of an interface that is not described", pcapng.Packet{Interface: 7}.Append(nil, pcapng.LittleEndian), []want{before, after}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSection(pcapng.LittleEndian).iface(pcapng.InterfaceDescription{}).packet(0, 1, "before")
			s.raw(test.octets...).packet(0, 2, "behind")
			got, notices := readAll(t, s.b, Config{})
			wantPackets(t, got, test.want)
			wantKinds(t, notices, DamagedBlock)
		})
	}
}

// TestManyDamages are not as many notices.
func TestManyDamages(t *testing.T) {
	s := newSection(pcapng.LittleEndian).iface(pcapng.InterfaceDescription{})
	for range 1000 {
		s.raw(1, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0)
	}
	_, notices := readAll(t, s.b, Config{})
	if len(notices) != maxDamaged+1 || !strings.HasPrefix(notices[maxDamaged].Message, "1000 ") {
		t.Errorf("%d notices", len(notices))
	}
}

// TestUnknownVersion passes over a section and reads the next.
func TestUnknownVersion(t *testing.T) {
	first := newSection(pcapng.LittleEndian)
	first.b[12] = 2 // major version
	first.iface(pcapng.InterfaceDescription{}).packet(0, 1, "unknown")
	second := newSection(pcapng.LittleEndian).iface(pcapng.InterfaceDescription{}).packet(0, 2, "known")
	got, notices := readAll(t, append(first.b, second.b...), Config{})
	wantPackets(t, got, []want{{2, "known", 5, 0}})
	wantKinds(t, notices, DamagedBlock)
}

func TestBadTime(t *testing.T) {
	s := newSection(pcapng.LittleEndian).iface(pcapng.InterfaceDescription{})
	s.packet(0, 1<<63, "far").packet(0, 1<<64-1, "farther")
	got, notices := readAll(t, s.b, Config{})
	wantPackets(t, got, []want{{1<<63 - 1, "far", 3, 0}, {1<<63 - 1, "farther", 7, 0}})
	wantKinds(t, notices, BadTime)
}

// TestInterfaceLimit is what keeps a file of interfaces from filling memory.
func TestInterfaceLimit(t *testing.T) {
	s := newSection(pcapng.LittleEndian)
	for range maxInterfaces + 5 {
		s.iface(pcapng.InterfaceDescription{})
	}
	s.packet(maxInterfaces-1, 1, "last").packet(maxInterfaces, 2, "beyond")
	got, notices := readAll(t, s.b, Config{})
	wantPackets(t, got, []want{{1, "last", 4, maxInterfaces - 1}})
	wantKinds(t, notices, OverLimit, DamagedBlock)
}

// TestReadError is a file that can't be read on: no damage, and no end.
func TestReadError(t *testing.T) {
	broken := errors.New("input/output error")
	file := smallPackets(1000, false)
	gz := compressed(t, file)["gzip"]
	for name, octets := range map[string][]byte{"pcap": file, "gzip": gz[:len(gz)-50]} {
		src, err := NewReader(io.MultiReader(bytes.NewReader(octets), iotest.ErrReader(broken)), name, Config{})
		if err != nil {
			t.Fatal(err)
		}
		var p Packet
		for err == nil {
			err = src.Next(&p)
		}
		if !errors.Is(err, broken) || err.Error() != "read "+name+": input/output error" {
			t.Errorf("%s: %v", name, err)
		}
		if again := src.Next(&p); again != err {
			t.Errorf("%s: then %v", name, again)
		}
	}
}

// TestDamagedCompression stops where the check sum or the data is wrong.
func TestDamagedCompression(t *testing.T) {
	var packets []want
	for i := range 3000 {
		packets = append(packets, want{int64(i) * 1e6, strings.Repeat(string(rune('a'+i%26)), i%500), 500, 0})
	}
	for name, file := range compressed(t, pcapOf(pcapng.FileHeader{}, packets)) {
		file[len(file)-6] ^= 0xff
		got, notices := readAll(t, file, Config{})
		if !slices.Equal(got, packets[:len(got)]) {
			t.Errorf("%s: packets that were never written", name)
		}
		if len(notices) == 0 || notices[0].Kind != DamagedBlock && notices[0].Kind != Truncated {
			t.Errorf("%s: %+v", name, notices)
		}
	}
}
