package capture

import (
	"slices"
	"testing"

	"h2scope/capture/segment"
)

// TestLinksAreInterned: equal links are one pointer, in turn as well.
func TestLinksAreInterned(t *testing.T) {
	var table linkTable
	a := table.intern(0, "eth0", []mark{{markVLAN, 100}})
	b := table.intern(0, "eth0", []mark{{markVLAN, 101}, {markGTP, 0x1234}})
	if a == b || table.intern(0, "eth0", []mark{{markVLAN, 100}}) != a || table.intern(1, "eth0", []mark{{markVLAN, 100}}) != a {
		t.Error("equal links are different pointers, or different ones equal")
	}
	if !slices.Equal(b.VLANs, []uint16{101}) || !slices.Equal(b.Tunnels, []string{"gtp teid 0x1234"}) {
		t.Errorf("%+v", *b)
	}
	if table.intern(0, "eth1", []mark{{markVLAN, 100}}) == a {
		t.Error("interfaces are not told apart")
	}
}

// TestLinkTableBounded meets more links than the table holds.
func TestLinkTableBounded(t *testing.T) {
	var table linkTable
	for i := range uint32(maxLinks + 100) {
		link := table.intern(0, "", []mark{{markGTP, i}})
		if want := (mark{markGTP, i}).String(); link.Tunnels[0] != want {
			t.Fatalf("link %d is %q", i, link.Tunnels)
		}
	}
	if n := len(table.known); n > maxLinks {
		t.Errorf("%d links", n)
	}
}

// TestLinkAllocs: many tunnels in turn cost no allocation once they are known.
func TestLinkAllocs(t *testing.T) {
	d := NewDissector(DissectorConfig{})
	var packets []*Packet
	for teid := range 1000 {
		data := ip4(17, udpTo(2152, hex("30ff 0054 00000000", tcp4(testPayload))))
		data[34], data[35] = byte(teid>>8), byte(teid)
		packets = append(packets, newPacket(101, data))
	}
	var s segment.Segment
	if n := testing.AllocsPerRun(10, func() {
		for _, p := range packets {
			d.Dissect(p, "eth0", &s)
		}
	}); n != 0 {
		t.Errorf("%v allocations for %d packets", n, len(packets))
	}
}

func TestMarkTexts(t *testing.T) {
	for m, want := range map[mark]string{
		{markGRE, 0}:         "gre",
		{markGREKey, 7}:      "gre key 7",
		{markVXLAN, 42}:      "vxlan 42",
		{markGeneve, 7}:      "geneve 7",
		{markGTP, 0xdeadbee}: "gtp teid 0xdeadbee",
		{markMPLS, 16}:       "mpls 16",
		{markERSPAN, 100}:    "erspan 100",
		{markPPPoE, 5}:       "pppoe 5",
		{markIPIP, 0}:        "ipip",
	} {
		if got := m.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestNameTableBounded(t *testing.T) {
	var names nameTable
	for i := range 3 * maxNames {
		name := []byte{byte(i), byte(i >> 8), 'x', 0, 'y'}
		want := name[:3]
		if i&0xff == 0 {
			want = nil
		} else if i>>8 == 0 {
			want = name[:1]
		}
		if got := names.intern(name); got != string(want) {
			t.Fatalf("%q, want %q", got, want)
		}
	}
	if len(names) > maxNames {
		t.Errorf("%d names", len(names))
	}
}

func TestSkipNames(t *testing.T) {
	seen := make(map[string]bool)
	for s := range skipCount {
		if name := s.String(); name == "" || name == "unknown" || seen[name] {
			t.Errorf("skip %d is %q", s, name)
		} else {
			seen[name] = true
		}
	}
	if skipCount.String() != "unknown" {
		t.Error("a skip out of range has a name")
	}
}

// TestPacketNames: PKTAP's interface name costs no allocation for each packet.
func TestPacketNames(t *testing.T) {
	d := NewDissector(DissectorConfig{})
	var s segment.Segment
	data := hex("6c000000 01000000 01000000 656e3000", zeros(92), eth(0x0800, tcp4("")...))
	p := newPacket(258, data)
	if n := testing.AllocsPerRun(10, func() { d.Dissect(p, "pktap", &s) }); n != 0 || s.Link.Interface != "en0" {
		t.Errorf("%v allocations, interface %q", n, s.Link.Interface)
	}
}
