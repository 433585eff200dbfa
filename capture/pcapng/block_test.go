package pcapng

import (
	"bytes"
	"reflect"
	"testing"
)

var orders = []struct {
	name  string
	order Order
}{{"little-endian", LittleEndian}, {"big-endian", BigEndian}}

// body takes a block apart and checks what is common to all.
func body(t *testing.T, block []byte, o Order, want BlockType) []byte {
	t.Helper()
	h := ParseHeader(block, o)
	if h.Type != want || int(h.Length) != len(block) || !h.Valid() {
		t.Fatalf("header %+v, want type %d and length %d", h, want, len(block))
	}
	b, agree := h.Body(block, o)
	if !agree {
		t.Fatal("the two lengths differ")
	}
	return b
}

// TestBlocks writes and reads each block in both byte orders.
func TestBlocks(t *testing.T) {
	for _, test := range orders {
		o := test.order
		t.Run(test.name, func(t *testing.T) {
			section := SectionHeader{Order: o, Major: 1, Minor: 2, Hardware: "h", OS: "linux", Application: "app", Comments: []string{"one", "two"}}
			block := section.Append(nil)
			if got, ok := ParseOrder(block); !ok || got != o {
				t.Errorf("ParseOrder = %v, %t", got, ok)
			}
			gotSection, err := ParseSectionHeader(body(t, block, o, TypeSectionHeader), o)
			same(t, gotSection, section, err)

			iface := InterfaceDescription{LinkType: 276, Snaplen: 96, Name: "eth0", Description: "uplink", OS: "x", Filter: "tcp port 443",
				FCS: 4, Clock: NewClock(0x80|20, -3600), Comments: []string{"tap"}}
			gotIface, err := ParseInterfaceDescription(body(t, iface.Append(nil, o), o, TypeInterfaceDescription), o)
			same(t, gotIface, iface, err)

			stats := InterfaceStatistics{Interface: 3, Timestamp: 1<<40 + 5, Received: 1 << 33, Dropped: 7, Comments: []string{"end"}}
			gotStats, err := ParseInterfaceStatistics(body(t, stats.Append(nil, o), o, TypeInterfaceStatistics), o)
			same(t, gotStats, stats, err)

			secrets := DecryptionSecrets{Type: TLSKeyLog, Data: []byte("CLIENT_RANDOM a b\n"), Comments: []string{"mine"}}
			gotSecrets, err := ParseDecryptionSecrets(body(t, secrets.Append(nil, o), o, TypeDecryptionSecrets), o)
			same(t, gotSecrets, secrets, err)
		})
	}
}

// An if_filter may also be a BPF program, which is no text, or have nothing in it.
func TestFilterThatIsNoText(t *testing.T) {
	for _, value := range []string{"", "\x00", "\x01\x00\x00\x00\x06"} {
		block := begin(nil, LittleEndian, TypeInterfaceDescription)
		block = append(block, 1, 0, 0, 0, 0, 0, 0, 0)
		options := len(block)
		block = LittleEndian.append16(LittleEndian.append16(block, ifFilter), uint16(len(value)))
		block = end(appendEnd(appendPadded(block, []byte(value)), options), LittleEndian, 0)
		d, err := ParseInterfaceDescription(body(t, block, LittleEndian, TypeInterfaceDescription), LittleEndian)
		if err != nil || d.Filter != "" || d.LinkType != 1 {
			t.Errorf("%q: %+v, %v", value, d, err)
		}
	}
}

func same(t *testing.T, got, want any, err error) {
	t.Helper()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

// TestPackets writes and reads the three packet blocks with every amount of
// padding.
func TestPackets(t *testing.T) {
	for _, test := range orders {
		o := test.order
		for n := range 9 {
			data := bytes.Repeat([]byte{0xab}, n)
			options := AppendComments(nil, o, "note")
			p := Packet{Interface: 2, Timestamp: 1<<32 | 9, Length: 1500, Data: data, Options: options}

			var got Packet
			if err := got.ParseEnhanced(body(t, p.Append(nil, o), o, TypeEnhancedPacket), o); err != nil || !reflect.DeepEqual(got, p) {
				t.Errorf("%s, %d octets: enhanced %+v, %v", test.name, n, got, err)
			}
			if c := Comments(got.Options, o); len(c) != 1 || c[0] != "note" {
				t.Errorf("comments %q", c)
			}
			if err := got.ParseObsolete(body(t, p.AppendObsolete(nil, o), o, TypeObsoletePacket), o); err != nil || !reflect.DeepEqual(got, p) {
				t.Errorf("%s, %d octets: obsolete %+v, %v", test.name, n, got, err)
			}
			simple := Packet{Length: 1500, Data: data}
			if err := got.ParseSimple(body(t, simple.AppendSimple(nil, o), o, TypeSimplePacket), o, uint32(n)); n > 0 && (err != nil || !reflect.DeepEqual(got, simple)) {
				t.Errorf("%s, %d octets: simple %+v, %v", test.name, n, got, err)
			}
		}
	}
}

// TestSimplePacketWithoutSnaplen has the padding cut off by the length on
// the wire.
func TestSimplePacketWithoutSnaplen(t *testing.T) {
	var got Packet
	err := got.ParseSimple([]byte{3, 0, 0, 0, 'a', 'b', 'c', 0}, le, 0)
	if err != nil || string(got.Data) != "abc" || got.Length != 3 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestParseOrderRejects(t *testing.T) {
	valid := SectionHeader{}.Append(nil)
	for name, b := range map[string][]byte{
		"empty":            nil,
		"too short":        valid[:11],
		"another block":    InterfaceDescription{}.Append(nil, le),
		"no magic":         append(append([]byte{}, valid[:8]...), 1, 2, 3, 4),
		"pcap file header": FileHeader{}.Append(nil),
	} {
		if _, ok := ParseOrder(b); ok {
			t.Errorf("%s: taken for a section header", name)
		}
	}
}

func TestHeaderValid(t *testing.T) {
	for length, want := range map[uint32]bool{0: false, 4: false, 8: false, 11: false, 12: true, 13: false, 16: true, 0xffffffff: false, 0xfffffffc: true} {
		if got := (Header{Length: length}).Valid(); got != want {
			t.Errorf("length %d: %t", length, got)
		}
	}
}

// TestDamaged has bodies that are shorter than their fixed part, or that
// claim more than they have.
func TestDamaged(t *testing.T) {
	huge := []byte{0xff, 0xff, 0xff, 0xff}
	for n := range 24 {
		b := make([]byte, n)
		var p Packet
		check := func(name string, fixed int, err error) {
			if (err != nil) != (n < fixed) {
				t.Errorf("%s of %d octets: %v", name, n, err)
			}
		}
		_, err := ParseSectionHeader(b, le)
		check("section header", 16, err)
		_, err = ParseInterfaceDescription(b, le)
		check("interface description", 8, err)
		_, err = ParseInterfaceStatistics(b, le)
		check("interface statistics", 12, err)
		_, err = ParseDecryptionSecrets(b, le)
		check("decryption secrets", 8, err)
		check("enhanced packet", 20, p.ParseEnhanced(b, le))
		check("obsolete packet", 20, p.ParseObsolete(b, le))
		check("simple packet", 4, p.ParseSimple(b, le, 0))
		if n == 20 {
			copy(b[12:], huge)
			check("enhanced packet that claims more", 21, p.ParseEnhanced(b, le))
			check("obsolete packet that claims more", 21, p.ParseObsolete(b, le))
			copy(b, huge)
			copy(b[4:], huge)
			check("simple packet that claims more", 21, p.ParseSimple(b, le, 0))
			_, err = ParseDecryptionSecrets(b, le)
			check("secrets that claim more", 21, err)
		}
	}
}

func TestOptions(t *testing.T) {
	tests := []struct {
		name    string
		octets  []byte
		want    []string
		damaged bool
	}{
		{"none", nil, nil, false},
		{"end", []byte{0, 0, 0, 0}, nil, false},
		{"comment without end", []byte{1, 0, 2, 0, 'h', 'i', 0, 0}, []string{"hi"}, false},
		{"nothing is read behind the end", []byte{0, 0, 0, 0, 1, 0, 1, 0, 'x', 0, 0, 0}, nil, false},
		{"two", []byte{1, 0, 1, 0, 'a', 0, 0, 0, 1, 0, 1, 0, 'b', 0, 0, 0}, []string{"a", "b"}, false},
		{"unknown codes are passed over", []byte{99, 0, 1, 0, 'a', 0, 0, 0, 1, 0, 1, 0, 'b', 0, 0, 0}, []string{"b"}, false},
		{"empty value", []byte{1, 0, 0, 0}, []string{""}, false},
		{"padding is missing at the end", []byte{1, 0, 1, 0, 'a'}, []string{"a"}, false},
		{"overrun", []byte{1, 0, 9, 0, 'a', 0, 0, 0}, nil, true},
		{"overrun after a good one", []byte{1, 0, 1, 0, 'a', 0, 0, 0, 1, 0, 0xff, 0xff}, []string{"a"}, true},
		{"half a header", []byte{1, 0, 1}, nil, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			s := NewOptions(test.octets, le)
			for s.Next() {
				if s.Code == optComment {
					got = append(got, string(s.Value))
				}
			}
			if !reflect.DeepEqual(got, test.want) || s.Damaged != test.damaged {
				t.Errorf("got %q, damaged %t", got, s.Damaged)
			}
		})
	}
}

// TestFCSLength has if_fcslen as the draft says it, in bits, and as its
// example has it, in octets.
func TestFCSLength(t *testing.T) {
	for value, want := range map[byte]int{0: 0, 2: 2, 4: 4, 16: 2, 32: 4} {
		b := append(make([]byte, 8), 13, 0, 1, 0, value, 0, 0, 0)
		if d, err := ParseInterfaceDescription(b, le); err != nil || d.FCS != want {
			t.Errorf("if_fcslen %d: %d octets, %v; want %d", value, d.FCS, err, want)
		}
	}
}

// FuzzBlocks has every parser read any octets.
func FuzzBlocks(f *testing.F) {
	f.Add(SectionHeader{Comments: []string{"c"}}.Append(nil)[8:], false)
	f.Add(InterfaceDescription{Name: "eth0", Clock: NewClock(255, -1)}.Append(nil, BigEndian)[8:], true)
	f.Add(Packet{Data: []byte("abc"), Options: AppendComments(nil, le, "c")}.Append(nil, le)[8:], false)
	f.Add(DecryptionSecrets{Data: []byte("abc")}.Append(nil, le)[8:], false)
	f.Fuzz(func(t *testing.T, b []byte, order bool) {
		o := Order(order)
		ParseOrder(b)
		ParseSectionHeader(b, o)
		ParseInterfaceDescription(b, o)
		ParseInterfaceStatistics(b, o)
		if s, err := ParseDecryptionSecrets(b, o); err == nil && len(s.Data) > len(b) {
			t.Error("secrets longer than the block")
		}
		var p Packet
		if p.ParseEnhanced(b, o) == nil && len(p.Data)+len(p.Options) > len(b) {
			t.Error("packet longer than the block")
		}
		p.ParseObsolete(b, o)
		p.ParseSimple(b, o, 0)
		Comments(b, o)
		if h, ok := ParseFileHeader(b); ok && len(b) >= h.RecordLen() {
			h.ParseRecord(b)
		}
	})
}
