package capture

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"h2scope/capture/segment"
)

// longPayload is what the fragmented segment carries.
var longPayload = strings.Repeat("0123456789abcdef", 16)

// fragment4 is the fragment of an IPv4 packet with the octets of its payload
// from one offset to another.
func fragment4(packet []byte, from, to int) []byte {
	body := packet[20:]
	b := append(slices.Clone(packet[:20]), body[from:min(to, len(body))]...)
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	field := uint16(from / 8)
	if to < len(body) {
		field |= 0x2000
	}
	binary.BigEndian.PutUint16(b[6:], field)
	return b
}

// fragment6 is the same for an IPv6 packet.
func fragment6(packet []byte, from, to int) []byte {
	body := packet[40:]
	field := uint16(from)
	if to < len(body) {
		field |= 1
	}
	header := binary.BigEndian.AppendUint16([]byte{packet[6], 0}, field)
	header = append(header, 0, 0, 0, 9)
	b := ip6(44, append(header, body[from:min(to, len(body))]...))
	copy(b[8:40], packet[8:40])
	return b
}

// feeder gives packets to one dissector, one millisecond after another.
type feeder struct {
	*Dissector
	n    uint64
	time int64
	link LinkType
	s    segment.Segment
}

func newFeeder(cfg DissectorConfig) *feeder {
	return &feeder{Dissector: NewDissector(cfg), link: 101}
}

func (f *feeder) feed(packets ...[]byte) Skip {
	var skip Skip
	for _, data := range packets {
		f.n++
		f.time += int64(time.Millisecond)
		p := newPacket(f.link, slices.Clone(data))
		p.Number, p.Time = f.n, f.time
		skip = f.Dissect(p, "eth0", &f.s)
		clear(p.Data) // the window is used again
	}
	return skip
}

func (f *feeder) expectWhole(t *testing.T, skip Skip, payload string) {
	t.Helper()
	if skip != Found {
		t.Fatalf("skipped as %v", skip)
	}
	if string(f.s.Payload) != payload || f.s.Length != len(payload) || len(f.s.Header) != 32 {
		t.Fatalf("payload %q, length %d", f.s.Payload, f.s.Length)
	}
	if ok, _ := f.s.Checksum(); !ok {
		t.Fatal("checksum")
	}
}

func (f *feeder) expectNotice(t *testing.T, want string) {
	t.Helper()
	for _, n := range f.Notices() {
		if n.Message == want {
			return
		}
	}
	t.Errorf("no notice %q among %v", want, f.Notices())
}

// TestFragments puts the same segment together however its fragments come.
func TestFragments(t *testing.T) {
	orders := []struct {
		name   string
		spans  [][2]int
		only4  bool // an overlap spoils an IPv6 datagram
		copies bool
	}{
		{name: "in order", spans: [][2]int{{0, 96}, {96, 192}, {192, 999}}},
		{name: "reversed", spans: [][2]int{{192, 999}, {96, 192}, {0, 96}}},
		{name: "last first", spans: [][2]int{{192, 999}, {0, 96}, {96, 192}}},
		{name: "duplicated", spans: [][2]int{{0, 96}, {0, 96}, {96, 192}, {96, 192}, {192, 999}}},
		{name: "header in two fragments", spans: [][2]int{{0, 8}, {8, 16}, {16, 999}}},
		{name: "overlapping", spans: [][2]int{{0, 96}, {48, 200}, {192, 999}}, only4: true},
		{name: "one over two holes", spans: [][2]int{{48, 96}, {144, 999}, {0, 200}}, only4: true},
		{name: "one inside another", spans: [][2]int{{0, 200}, {48, 96}, {192, 999}}, only4: true},
	}
	for _, o := range orders {
		for version := 4; version <= 6; version += 2 {
			if version == 6 && o.only4 {
				continue
			}
			t.Run(fmt.Sprintf("%s ipv%d", o.name, version), func(t *testing.T) {
				f := newFeeder(DissectorConfig{})
				var skip Skip
				for i, span := range o.spans {
					if skip = f.feed(testFragment(version, span)); i < len(o.spans)-1 && skip != SkipFragment {
						t.Fatalf("fragment %d: %v", i, skip)
					}
				}
				f.expectWhole(t, skip, longPayload)
				if n := f.Notices(); n != nil {
					t.Errorf("notices %v", n)
				}
			})
		}
	}
}

func testFragment(version int, span [2]int) []byte {
	if version == 4 {
		return fragment4(tcp4(longPayload), span[0], span[1])
	}
	return fragment6(tcp6(longPayload), span[0], span[1])
}

// TestFragmentOverlapIPv6: RFC 5722, Section 4.
func TestFragmentOverlapIPv6(t *testing.T) {
	f := newFeeder(DissectorConfig{})
	p := tcp6(longPayload)
	if skip := f.feed(fragment6(p, 0, 96), fragment6(p, 48, 200), fragment6(p, 96, 192), fragment6(p, 192, 999)); skip != SkipFragment {
		t.Fatalf("%v", skip)
	}
	f.expectNotice(t, "4 fragments of 1 datagram never became whole; fragments of 1 contradict each other")
}

// TestFragmentFirstCopyWins: the conflicting second copy of octets is not
// taken.
func TestFragmentFirstCopyWins(t *testing.T) {
	p := tcp4(longPayload)
	conflict := slices.Clone(p)
	for i := 100; i < 200; i++ {
		conflict[i] = '!'
	}
	f := newFeeder(DissectorConfig{})
	skip := f.feed(fragment4(p, 0, 96), fragment4(p, 96, 144), fragment4(conflict, 48, 192), fragment4(p, 144, 192), fragment4(p, 192, 999))
	if skip != Found || string(f.s.Payload[:112]) != longPayload[:112] || f.s.Payload[112] != '!' {
		t.Fatalf("%v, %q", skip, f.s.Payload)
	}
}

// TestFragmentCaptured twice, as on Linux's "any" device: the copies begin no
// datagram, and a new datagram with the same identification is one.
func TestFragmentCapturedTwice(t *testing.T) {
	p := tcp4(longPayload)
	f := newFeeder(DissectorConfig{})
	f.expectWhole(t, f.feed(fragment4(p, 0, 96), fragment4(p, 0, 96), fragment4(p, 96, 999)), longPayload)
	if skip := f.feed(fragment4(p, 96, 999), fragment4(p, 0, 96)); skip != SkipFragment {
		t.Fatalf("copies: %v", skip)
	}
	if n := f.Notices(); n != nil {
		t.Errorf("notices %v", n)
	}
	other := strings.ToUpper(longPayload)
	p = tcp4(other)
	f.expectWhole(t, f.feed(fragment4(p, 0, 96), fragment4(p, 96, 999)), other)
}

// TestFragmentMissing: the datagram is given up after 30 s, and is said.
func TestFragmentMissing(t *testing.T) {
	p := tcp4(longPayload)
	f := newFeeder(DissectorConfig{})
	f.feed(fragment4(p, 0, 96), fragment4(p, 192, 999))
	f.expectNotice(t, "2 fragments of 1 datagram never became whole")
	f.time += 31e9
	if skip := f.feed(fragment4(p, 96, 192)); skip != SkipFragment {
		t.Fatalf("after the timeout: %v", skip)
	}
	f.expectNotice(t, "3 fragments of 2 datagrams never became whole")
}

// TestFragmentEndsDiffer: what can't belong to the IPv4 datagram that waits
// begins another (RFC 4963).
func TestFragmentEndsDiffer(t *testing.T) {
	long, short := tcp4(longPayload), tcp4(longPayload[:64])
	f := newFeeder(DissectorConfig{})
	f.feed(fragment4(long, 192, 999)) // the rest is lost
	f.feed(fragment4(short, 48, 999))
	f.expectWhole(t, f.feed(fragment4(short, 0, 48)), longPayload[:64])
	f.expectNotice(t, "1 fragment of 1 datagram never became whole")
}

func TestFragmentMalformed(t *testing.T) {
	p := tcp4(longPayload)
	for name, data := range map[string][]byte{
		"length no multiple of eight": change(fragment4(p, 0, 92), 6, 0x20, 0),
		"beyond 65535":                change(fragment4(p, 192, 999), 6, 0x1f, 0xff),
		"empty":                       change(fragment4(p, 192, 192), 6, 0x20, 24),
	} {
		f := newFeeder(DissectorConfig{})
		if skip := f.feed(data); skip != SkipMalformed {
			t.Errorf("%s: %v", name, skip)
		}
	}
}

// TestFragmentsCut: a snaplen cuts each fragment. The segment is as long as it
// was, and its payload ends at the first octet that is missing.
func TestFragmentsCut(t *testing.T) {
	p := tcp4(longPayload)
	d := NewDissector(DissectorConfig{})
	var s segment.Segment
	var skip Skip
	for i, whole := range [][]byte{fragment4(p, 0, 96), fragment4(p, 96, 192), fragment4(p, 192, 999)} {
		packet := newPacket(101, whole[:20+64])
		packet.Length, packet.Number = len(whole), uint64(i)
		skip = d.Dissect(packet, "", &s)
	}
	if skip != Found || s.Length != len(longPayload) || string(s.Payload) != longPayload[:32] || !s.Cut() {
		t.Fatalf("%v, length %d, payload %q", skip, s.Length, s.Payload)
	}
}

// TestFragmentsInTunnels has inner fragments, outer fragments, and both.
func TestFragmentsInTunnels(t *testing.T) {
	p := tcp4(longPayload)
	tunnel := func(inner []byte) []byte { // each outer packet has an identification of its own
		outer := ip4(17, udpTo(4789, hex("0800000000002a00", eth(0x0800, inner...))))
		outer[4] = inner[3] // by the inner length
		return outer
	}
	whole := tunnel(p)
	first, second := tunnel(fragment4(p, 0, 96)), tunnel(fragment4(p, 96, 999))
	for name, packets := range map[string][][]byte{
		"inner": {first, second},
		"outer": {fragment4(whole, 0, 104), fragment4(whole, 104, 999)},
		"both": {fragment4(first, 0, 80), fragment4(second, 80, 999),
			fragment4(second, 0, 80), fragment4(first, 80, 999)},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFeeder(DissectorConfig{})
			f.expectWhole(t, f.feed(packets...), longPayload)
			if f.s.Network != segment.VXLAN|42 || f.s.Link.Tunnels[0] != "vxlan 42" {
				t.Errorf("network %x, link %v", f.s.Network, f.s.Link)
			}
		})
	}
}

// TestFragmentNetworks: equal fragments of two virtual networks are two
// datagrams.
func TestFragmentNetworks(t *testing.T) {
	p := tcp4(longPayload)
	in := func(network string, inner []byte) []byte {
		return ip4(17, udpTo(4789, hex("08000000"+network+"00", eth(0x0800, inner...))))
	}
	f := newFeeder(DissectorConfig{})
	if skip := f.feed(in("000001", fragment4(p, 0, 96)), in("000002", fragment4(p, 96, 999))); skip != SkipFragment {
		t.Fatalf("joined across networks: %v", skip)
	}
	f.expectWhole(t, f.feed(in("000001", fragment4(p, 96, 999))), longPayload)
}

// TestFragmentLimits: datagrams and octets that wait are bounded, the oldest
// makes room.
func TestFragmentLimits(t *testing.T) {
	for name, cfg := range map[string]DissectorConfig{
		"datagrams": {MaxDatagrams: 4},
		"octets":    {MaxFragmentBytes: 4 * (96 + partOverhead)},
	} {
		f := newFeeder(cfg)
		for id := range 100 {
			f.feed(change(fragment4(tcp4(longPayload), 0, 96), 4, 1, byte(id)))
		}
		if n, octets := f.fragments.waiting.Len(), f.fragments.bytes; n != 4 || octets != 4*(96+partOverhead) {
			t.Errorf("%s: %d datagrams and %d octets wait", name, n, octets)
		}
		f.expectNotice(t, "100 fragments of 100 datagrams never became whole")
		f.expectWhole(t, f.feed(change(fragment4(tcp4(longPayload), 96, 999), 4, 1, 99)), longPayload)
	}
}

// TestFragmentsWholeAreBounded: those put together are forgotten in turn.
func TestFragmentsWholeAreBounded(t *testing.T) {
	f := newFeeder(DissectorConfig{})
	for id := range 1000 {
		p := change(tcp4(longPayload), 4, byte(id>>8), byte(id))
		f.expectWhole(t, f.feed(fragment4(p, 0, 96), fragment4(p, 96, 999)), longPayload)
	}
	if n := len(f.fragments.byKey); n != maxWhole || f.fragments.bytes != 0 {
		t.Errorf("%d datagrams, %d octets", n, f.fragments.bytes)
	}
}

// TestFragmentMemory: the segment of a datagram put together stays as it is
// while further ones are.
func TestFragmentMemory(t *testing.T) {
	f := newFeeder(DissectorConfig{})
	p := tcp4(longPayload)
	f.feed(fragment4(p, 0, 96), fragment4(p, 96, 999))
	first := f.s.Payload
	p = change(tcp4(strings.ToUpper(longPayload)), 4, 0x55)
	f.feed(fragment4(p, 0, 96), fragment4(p, 96, 999))
	if string(first) != longPayload {
		t.Errorf("the first payload became %q", first)
	}
}

// TestFragmentsAgainstModel compares random fragments of IPv4 with the
// simplest way to put them together.
func TestFragmentsAgainstModel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 3000 {
		size := 1 + r.IntN(200)
		var octets, have [256]byte
		d := &datagram{key: fragmentKey{version: 4}, total: -1}
		for range 1 + r.IntN(12) {
			from := r.IntN(size/8+1) * 8
			to := min(size, from+8*(1+r.IntN(8)))
			if from >= to {
				continue
			}
			p := part{from, to - from, make([]byte, to-from)}
			for i := range p.data {
				p.data[i] = byte(r.IntN(256))
				if have[from+i] == 0 {
					have[from+i], octets[from+i] = 1, p.data[i]
				}
			}
			d.add(p, to < size)
		}
		covered := 0
		for _, h := range have {
			covered += int(h)
		}
		if d.covered != covered {
			t.Fatalf("round %d: %d octets covered, the model has %d", round, d.covered, covered)
		}
		if d.covered == d.total && string(d.join()) != string(octets[:size]) {
			t.Fatalf("round %d: octets differ", round)
		}
	}
}

// FuzzFragments feeds two datagrams' fragments as the octets say; a datagram
// that becomes whole without conflicts is the one that was sent.
func FuzzFragments(f *testing.F) {
	f.Add([]byte{0, 12, 12, 24, 24, 255}, false)
	f.Add([]byte{24, 255, 0, 12, 6, 24, 0, 255}, true)
	f.Fuzz(func(t *testing.T, spans []byte, v6 bool) {
		if len(spans) > 64 {
			return
		}
		feeder := newFeeder(DissectorConfig{MaxDatagrams: 3, MaxFragmentBytes: 4096})
		version := 4
		if v6 {
			version = 6
		}
		for i := 0; i+1 < len(spans); i += 2 {
			from, to := int(spans[i])*8, int(spans[i+1])*8
			if from >= to || from >= 288 || from == 0 && to >= 288 {
				continue
			}
			if feeder.feed(testFragment(version, [2]int{from, to})) == Found {
				feeder.expectWhole(t, Found, longPayload)
			}
		}
		if feeder.fragments.bytes < 0 || feeder.fragments.bytes > 4096 {
			t.Fatalf("%d octets wait", feeder.fragments.bytes)
		}
	})
}

func BenchmarkFragments(b *testing.B) {
	p := tcp4(longPayload)
	packets := []*Packet{newPacket(101, fragment4(p, 0, 96)), newPacket(101, fragment4(p, 96, 192)), newPacket(101, fragment4(p, 192, 999))}
	d := NewDissector(DissectorConfig{})
	var s segment.Segment
	id := uint16(0)
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		id++
		for _, packet := range packets {
			binary.BigEndian.PutUint16(packet.Data[4:], id)
			packet.Time += 1e6
			d.Dissect(packet, "", &s)
		}
	}
}
