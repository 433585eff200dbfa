package capture

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"h2scope/capture/pcapng"
)

// A want is what a packet has that a test looks at.
type want struct {
	time   int64
	data   string
	length int
	iface  int
}

// readAll reads a capture from memory and returns its packets and notices.
func readAll(tb testing.TB, file []byte, cfg Config) ([]want, []Notice) {
	tb.Helper()
	src, err := NewReader(bytes.NewReader(file), "test", cfg)
	if err != nil {
		tb.Fatal(err)
	}
	defer src.Close()
	return collect(tb, src), src.Notices()
}

func collect(tb testing.TB, src Source) (got []want) {
	tb.Helper()
	var p Packet
	for n := uint64(1); ; n++ {
		err := src.Next(&p)
		if err == io.EOF {
			return got
		}
		if err != nil {
			tb.Fatal(err)
		}
		if p.Number != n {
			tb.Fatalf("packet number %d, want %d", p.Number, n)
		}
		if i := src.Interfaces()[p.Interface]; i.LinkType != p.LinkType {
			tb.Fatalf("packet %d has link type %d, its interface %d", n, p.LinkType, i.LinkType)
		}
		got = append(got, want{p.Time, string(p.Data), p.Length, p.Interface})
	}
}

// kinds are the kinds of notices, for comparison.
func kinds(notices []Notice) (k []NoticeKind) {
	for _, n := range notices {
		k = append(k, n.Kind)
	}
	return k
}

func wantPackets(tb testing.TB, got, want []want) {
	tb.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			tb.Errorf("packet %d is %.60v\nwant %.60v", i+1, got[i], want[i])
			return
		}
	}
	if len(got) != len(want) {
		tb.Errorf("%d packets, want %d", len(got), len(want))
	}
}

func wantKinds(tb testing.TB, notices []Notice, want ...NoticeKind) {
	tb.Helper()
	if got := kinds(notices); !reflect.DeepEqual(got, want) {
		tb.Errorf("notices %+v, want %v", notices, want)
	}
}

// threePackets are whole microseconds, so that every format can say them.
var threePackets = []want{
	{1_700_000_000_000_001_000, "one", 3, 0},
	{1_700_000_000_000_002_000, "the second", 1500, 0},
	{1_700_000_001_000_000_000, "", 40, 0},
}

func pcapOf(h pcapng.FileHeader, packets []want) []byte {
	b := h.Append(nil)
	for _, p := range packets {
		b = h.AppendRecord(b, pcapng.Record{Time: p.time, Captured: uint32(len(p.data)), Length: uint32(p.length)})
		b = append(b, p.data...)
	}
	return b
}

// TestPcapVariants is each magic number in both byte orders, with snaplens
// that say nothing and that packets exceed.
func TestPcapVariants(t *testing.T) {
	for _, order := range []pcapng.Order{pcapng.LittleEndian, pcapng.BigEndian} {
		for _, v := range []pcapng.Variant{pcapng.Pcap, pcapng.PcapNano, pcapng.PcapModified} {
			for _, snaplen := range []uint32{0, 4, 65535, 1<<32 - 1} {
				t.Run(fmt.Sprintf("big=%t/%x/snaplen=%d", order, uint32(v), snaplen), func(t *testing.T) {
					h := pcapng.FileHeader{Order: order, Variant: v, Snaplen: snaplen, LinkType: 113}
					got, notices := readAll(t, pcapOf(h, threePackets), Config{})
					wantPackets(t, got, threePackets)
					wantKinds(t, notices)
				})
			}
		}
	}
}

// A section builds a pcapng section in one byte order.
type section struct {
	order pcapng.Order
	b     []byte
}

func newSection(o pcapng.Order) *section {
	return &section{o, pcapng.SectionHeader{Order: o}.Append(nil)}
}

func (s *section) iface(d pcapng.InterfaceDescription) *section {
	s.b = d.Append(s.b, s.order)
	return s
}

func (s *section) packet(iface uint32, ticks uint64, data string, comments ...string) *section {
	p := pcapng.Packet{Interface: iface, Timestamp: ticks, Length: uint32(len(data)), Data: []byte(data)}
	p.Options = pcapng.AppendComments(nil, s.order, comments...)
	s.b = p.Append(s.b, s.order)
	return s
}

func (s *section) raw(b ...byte) *section {
	s.b = append(s.b, b...)
	return s
}

// TestPcapngVariants has sections of either byte order, interfaces with clocks
// of their own, and every kind of packet block.
func TestPcapngVariants(t *testing.T) {
	for _, o := range []pcapng.Order{pcapng.LittleEndian, pcapng.BigEndian} {
		s := newSection(o).
			iface(pcapng.InterfaceDescription{LinkType: 1, Snaplen: 4, Clock: pcapng.NewClock(pcapng.Microseconds, 0)}).
			iface(pcapng.InterfaceDescription{LinkType: 113, Clock: pcapng.NewClock(0x80|10, 1000)}).
			packet(0, 1000_000001, "longer than the snaplen").
			packet(1, 1<<10|1<<9, "base 2")
		s.b = pcapng.Packet{Length: 9, Data: []byte("simp")}.AppendSimple(s.b, o)
		s.b = pcapng.Packet{Interface: 1, Timestamp: 2 << 10, Length: 8, Data: []byte("obsolete")}.AppendObsolete(s.b, o)
		s.raw(custom(o, []byte("for someone else"))...)

		other := newSection(!o).
			iface(pcapng.InterfaceDescription{LinkType: 276}). // nanoseconds
			packet(0, 1003_000000000, "another section")

		got, notices := readAll(t, append(s.b, other.b...), Config{})
		wantKinds(t, notices)
		wantPackets(t, got, []want{
			{1000_000001_000, "longer than the snaplen", 23, 0},
			{1001_500000_000, "base 2", 6, 1},
			{1001_500000_000, "simp", 9, 0},
			{1002_000000_000, "obsolete", 8, 1},
			{1003_000000_000, "another section", 15, 2},
		})
	}
}

// custom is a block of a type that nobody knows.
func custom(o pcapng.Order, data []byte) []byte {
	b := pcapng.DecryptionSecrets{Data: data}.Append(nil, o)
	if o == pcapng.BigEndian {
		b[2], b[3] = 0x77, 0x77
	} else {
		b[0], b[1] = 0x77, 0x77
	}
	return b
}

// TestOneOctetAtATime reads from a stream that gives as little as it can.
func TestOneOctetAtATime(t *testing.T) {
	file := pcapOf(pcapng.FileHeader{}, threePackets)
	for name, r := range map[string]io.Reader{
		"one octet":             iotest.OneByteReader(bytes.NewReader(file)),
		"data with its error":   iotest.DataErrReader(bytes.NewReader(file)),
		"half of what is asked": iotest.HalfReader(bytes.NewReader(file)),
	} {
		src, err := NewReader(r, name, Config{})
		if err != nil {
			t.Fatal(name, err)
		}
		wantPackets(t, collect(t, src), threePackets)
		wantKinds(t, src.Notices())
	}
}

// TestPipeShowsWhatIsThere has a source that holds nothing back return
// a packet before the next is written.
func TestPipeShowsWhatIsThere(t *testing.T) {
	r, w := io.Pipe()
	header := pcapng.FileHeader{}
	go w.Write(header.Append(nil))
	src, err := NewReader(r, "-", Config{SortPackets: -1})
	if err != nil {
		t.Fatal(err)
	}
	var p Packet
	for _, packet := range threePackets {
		go w.Write(pcapOf(header, []want{packet})[pcapng.FileHeaderLen:])
		if err := src.Next(&p); err != nil || string(p.Data) != packet.data {
			t.Fatalf("%q, %v", p.Data, err)
		}
	}
	w.Close()
	if err := src.Next(&p); err != io.EOF {
		t.Error(err)
	}
}

// TestLargePackets has packets that straddle windows, and that need one of
// their own.
func TestLargePackets(t *testing.T) {
	var packets []want
	for i, n := range []int{windowSize - 100, 300, windowSize, 1, windowSize + 1, 5*windowSize + 3, 0, windowSize / 2, windowSize} {
		packets = append(packets, want{int64(i) * 1000, strings.Repeat(string(rune('a'+i)), n), n, 0})
	}
	got, notices := readAll(t, pcapOf(pcapng.FileHeader{Snaplen: 262144}, packets), Config{})
	wantPackets(t, got, packets)
	wantKinds(t, notices)

	s := newSection(pcapng.LittleEndian).iface(pcapng.InterfaceDescription{})
	for _, p := range packets {
		s.packet(0, uint64(p.time), p.data)
	}
	got, notices = readAll(t, s.b, Config{})
	wantPackets(t, got, packets)
	wantKinds(t, notices)
}

// TestSecretsAndComments are found wherever they stand.
func TestSecretsAndComments(t *testing.T) {
	s := newSection(pcapng.BigEndian).iface(pcapng.InterfaceDescription{Comments: []string{"a tap"}}).
		packet(0, 2000, "later", "second", "and third").
		packet(0, 1000, "earlier", "first")
	s.b = pcapng.DecryptionSecrets{Type: pcapng.TLSKeyLog, Data: []byte("keys\n")}.Append(s.b, s.order)
	s.b = pcapng.DecryptionSecrets{Type: 0x57474b4c, Data: []byte("WireGuard")}.Append(s.b, s.order)

	src, err := NewReader(bytes.NewReader(s.b), "test", Config{})
	if err != nil {
		t.Fatal(err)
	}
	drain(t, src)
	secrets := []Secrets{{pcapng.TLSKeyLog, []byte("keys\n"), "test"}, {0x57474b4c, []byte("WireGuard"), "test"}}
	if got := src.Secrets(); !reflect.DeepEqual(got, secrets) {
		t.Errorf("secrets %+v", got)
	}
	comments := []Comment{{0, "a tap", "test"}, {1, "first", "test"}, {2, "second", "test"}, {2, "and third", "test"}}
	if got := src.Comments(); !reflect.DeepEqual(got, comments) {
		t.Errorf("comments %+v", got)
	}

	found, err := FindSecrets([]string{writeTemp(t, s.b), writeTemp(t, pcapOf(pcapng.FileHeader{}, threePackets))}, Config{})
	if err != nil || len(found) != 2 || string(found[0].Data) != "keys\n" {
		t.Errorf("FindSecrets: %+v, %v", found, err)
	}
}

// TestCommentLimit is what keeps a file of comments from filling memory.
func TestCommentLimit(t *testing.T) {
	s := newSection(pcapng.LittleEndian).iface(pcapng.InterfaceDescription{})
	text := strings.Repeat("x", 60000)
	for range maxComments/60000 + 2 {
		s.packet(0, 0, "", text)
	}
	src, err := NewReader(bytes.NewReader(s.b), "test", Config{})
	if err != nil {
		t.Fatal(err)
	}
	drain(t, src)
	wantKinds(t, src.Notices(), OverLimit)
	if n := len(src.Comments()) * len(text); n > maxComments {
		t.Errorf("%d octets of comments were kept", n)
	}
}

// TestDrops takes the last count of each interface, since counts are from the
// beginning of the capture.
func TestDrops(t *testing.T) {
	s := newSection(pcapng.LittleEndian).iface(pcapng.InterfaceDescription{Name: "eth0"})
	s.b = pcapng.InterfaceStatistics{Received: 10, Dropped: 1}.Append(s.b, s.order)
	s.b = pcapng.InterfaceStatistics{Received: 20, Dropped: 3}.Append(s.b, s.order)
	s.b = pcapng.InterfaceStatistics{Interface: 9, Dropped: 9}.Append(s.b, s.order) // is not described
	src, err := NewReader(bytes.NewReader(s.b), "test", Config{})
	if err != nil {
		t.Fatal(err)
	}
	drain(t, src)
	if i := src.Interfaces()[0]; i.Name != "eth0" || i.Received != 20 || i.Dropped != 3 {
		t.Errorf("%+v", i)
	}
	notices := src.Notices()
	wantKinds(t, notices, Dropped)
	if !strings.HasPrefix(notices[0].Message, "3 packets") {
		t.Error(notices[0].Message)
	}
}

// TestAllocations is the budget of a packet: none, in both formats.
func TestAllocations(t *testing.T) {
	const n = 20000
	for name, ng := range map[string]bool{"pcap": false, "pcapng": true} {
		src, err := NewReader(bytes.NewReader(smallPackets(2*n+2048, ng)), name, Config{})
		if err != nil {
			t.Fatal(err)
		}
		var p Packet
		next := func() {
			if err := src.Next(&p); err != nil {
				t.Fatal(err)
			}
		}
		for range n { // until the windows and the queue are there
			next()
		}
		if got := testing.AllocsPerRun(n, next); got != 0 {
			t.Errorf("%s: %v allocations for a packet", name, got)
		}
	}
}
