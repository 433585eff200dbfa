package hpack

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// fromHex reads octets as the RFC prints them.
func fromHex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.NewReplacer(" ", "", "\n", "", "\t", "").Replace(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// texts shows fields as "name: value".
func texts(fields []Field) []string {
	var s []string
	for _, f := range fields {
		s = append(s, fmt.Sprintf("%s: %s", f.Name, f.Value))
	}
	return s
}

// tableTexts shows a table's entries as "name: value", newest first.
func tableTexts(t *Table) []string {
	var s []string
	for _, e := range t.All() {
		s = append(s, fmt.Sprintf("%s: %s", e.Name, e.Value))
	}
	return s
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func TestRFC7541C1Integers(t *testing.T) {
	for _, c := range []struct {
		section string
		prefix  uint8
		value   uint64
		wire    string
	}{
		{"C.1.1 ten with a 5-bit prefix", 5, 10, "0a"},
		{"C.1.2 1337 with a 5-bit prefix", 5, 1337, "1f9a0a"},
		{"C.1.3 42 at an octet boundary", 7, 42, "2a"},
		{"the largest that fits a prefix", 5, 30, "1e"},
		{"the smallest that does not", 5, 31, "1f00"},
		{"two octets", 7, 127 + 127, "7f7f"},
		{"three octets", 7, 127 + 128, "7f8001"},
		{"63 bits in ten octets", 7, 127 + 1<<63 - 1, "7fffffffffffffffff7f"},
	} {
		t.Run(c.section, func(t *testing.T) {
			wire := fromHex(t, c.wire)
			if got := AppendInteger(nil, 0, c.prefix, c.value); !slices.Equal(got, wire) {
				t.Errorf("encoded %x, want %x", got, wire)
			}
			if v, n, fault := readInteger(append(wire, 0xff), c.prefix); v != c.value || n != len(wire) || fault != 0 {
				t.Errorf("decoded %d of %d octets (%v)", v, n, fault)
			}
			for i := range wire {
				if _, _, fault := readInteger(wire[:i], c.prefix); fault != ErrTruncated {
					t.Errorf("%d of %d octets: %v", i, len(wire), fault)
				}
			}
		})
	}
	if _, _, fault := readInteger(fromHex(t, "7fffffffffffffffffff"), 7); fault != ErrIntegerOverflow {
		t.Errorf("eleven octets: %v", fault)
	}
}

// A step is one block of an example: what it gives, and the table after it.
type step struct {
	wire   string
	fields []string
	table  []string
	size   uint64
}

func decodeSteps(t *testing.T, d *Decoder, steps []step) {
	t.Helper()
	for i, s := range steps {
		fields, err := d.DecodeBlock(nil, fromHex(t, s.wire))
		if err != nil || d.ViolationCount() > 0 {
			t.Fatal(i, err, d.Violations())
		}
		equal(t, fmt.Sprint("fields of block ", i), texts(fields), s.fields)
		equal(t, fmt.Sprint("table after block ", i), tableTexts(d.Table()), s.table)
		if got := d.Table().Size(); got != s.size {
			t.Errorf("block %d: table size %d, want %d", i, got, s.size)
		}
	}
}

func TestRFC7541C2Representations(t *testing.T) {
	for _, c := range []struct {
		section        string
		wire           string
		representation Representation
		index          uint64
		name, value    string
		table          []string
		size           uint64
	}{
		{"C.2.1", "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
			Incremental, 0, "custom-key", "custom-header", []string{"custom-key: custom-header"}, 55},
		{"C.2.2", "040c 2f73 616d 706c 652f 7061 7468", WithoutIndexing, 4, ":path", "/sample/path", nil, 0},
		{"C.2.3", "1008 7061 7373 776f 7264 0673 6563 7265 74", NeverIndexed, 0, "password", "secret", nil, 0},
		{"C.2.4", "82", Indexed, 2, ":method", "GET", nil, 0},
	} {
		t.Run(c.section, func(t *testing.T) {
			d := NewDecoder(4096)
			decodeSteps(t, d, []step{{c.wire, []string{c.name + ": " + c.value}, c.table, c.size}})
			wire := fromHex(t, c.wire)
			fields, _ := NewDecoder(4096).DecodeBlock(nil, wire)
			if f := fields[0]; f.Representation != c.representation || f.Index != c.index || f.Wire != len(wire) || f.Trust() != Exact {
				t.Errorf("got %+v", f)
			}
			e := NewEncoder(4096)
			e.Huffman = HuffmanNever
			if got := e.AppendField(nil, c.name, c.value, c.representation); !slices.Equal(got, wire) {
				t.Errorf("encoded %x, want %x", got, wire)
			}
		})
	}
}

// testConversation decodes an example's blocks, and encodes its fields to the
// same octets.
func testConversation(t *testing.T, tableSize uint32, h Huffman, steps []step) {
	decodeSteps(t, NewDecoder(tableSize), steps)
	e := NewEncoder(tableSize)
	e.Huffman = h
	for i, s := range steps {
		var block []byte
		for _, f := range s.fields {
			name, value, _ := strings.Cut(f[1:], ": ")
			block = e.AppendField(block, f[:1]+name, value, Indexed)
		}
		if want := fromHex(t, s.wire); !slices.Equal(block, want) {
			t.Errorf("block %d encoded as\n%x, want\n%x", i, block, want)
		}
		equal(t, fmt.Sprint("encoder's table after block ", i), tableTexts(e.Table()), s.table)
	}
}

// What the requests of C.3 and C.4 and the responses of C.5 and C.6 have and
// leave in the table; only the octets differ.
func requestSteps(wires ...string) []step {
	return []step{
		{wires[0], []string{":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"},
			[]string{":authority: www.example.com"}, 57},
		{wires[1], []string{":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache"},
			[]string{"cache-control: no-cache", ":authority: www.example.com"}, 110},
		{wires[2], []string{":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com", "custom-key: custom-value"},
			[]string{"custom-key: custom-value", "cache-control: no-cache", ":authority: www.example.com"}, 164},
	}
}

func responseSteps(wires ...string) []step {
	const (
		date21   = "date: Mon, 21 Oct 2013 20:13:21 GMT"
		date22   = "date: Mon, 21 Oct 2013 20:13:22 GMT"
		location = "location: https://www.example.com"
		cookie   = "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
	)
	return []step{
		{wires[0], []string{":status: 302", "cache-control: private", date21, location},
			[]string{location, date21, "cache-control: private", ":status: 302"}, 222},
		{wires[1], []string{":status: 307", "cache-control: private", date21, location},
			[]string{":status: 307", location, date21, "cache-control: private"}, 222},
		{wires[2], []string{":status: 200", "cache-control: private", date22, location, "content-encoding: gzip", cookie},
			[]string{cookie, "content-encoding: gzip", date22}, 215},
	}
}

func TestRFC7541C3RequestsWithoutHuffman(t *testing.T) {
	testConversation(t, 4096, HuffmanNever, requestSteps(
		"8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
		"8286 84be 5808 6e6f 2d63 6163 6865",
		"8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"))
}

func TestRFC7541C4RequestsWithHuffman(t *testing.T) {
	testConversation(t, 4096, HuffmanAlways, requestSteps(
		"8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
		"8286 84be 5886 a8eb 1064 9cbf",
		"8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
}

func TestRFC7541C5ResponsesWithoutHuffman(t *testing.T) {
	testConversation(t, 256, HuffmanNever, responseSteps(
		`4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133
		 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70
		 6c65 2e63 6f6d`,
		"4803 3330 37c1 c0bf",
		`88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d
		 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049
		 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e
		 3d31`))
}

func TestRFC7541C6ResponsesWithHuffman(t *testing.T) {
	testConversation(t, 256, HuffmanAlways, responseSteps(
		`4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6
		 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
		"4883 640e ffc1 c0bf",
		`88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab
		 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f
		 9587 3160 65c0 03ed 4ee5 b106 3d50 07`))
}
