package hpack_test

import (
	"errors"
	"fmt"

	"h2scope/hpack"
)

func ExampleDecoder_DecodeBlock() {
	d := hpack.NewDecoder(4096)
	block := []byte("\x82\x86\x84\x41\x0fwww.example.com") // RFC 7541, Appendix C.3.1
	fields, err := d.DecodeBlock(nil, block)
	for _, f := range fields {
		fmt.Printf("%-10s %-15s  %s, index %d, %d octets\n", f.Name, f.Value, f.Representation, f.Index, f.Wire)
	}
	for index, e := range d.Table().All() {
		fmt.Printf("table: %d %s %s\n", index, e.Name, e.Value)
	}
	fmt.Println(err)
	// Output:
	// :method    GET              indexed, index 2, 1 octets
	// :scheme    http             indexed, index 6, 1 octets
	// :path      /                indexed, index 4, 1 octets
	// :authority www.example.com  incremental, index 1, 17 octets
	// table: 62 :authority www.example.com
	// <nil>
}

// A block may come in pieces: what is cut is offered again.
func ExampleDecoder_Decode() {
	d := hpack.NewDecoder(4096)
	d.Begin()
	fields, n, _ := d.Decode(nil, []byte("\x82\x41\x0fwww.exam"), false)
	fmt.Println(len(fields), "field from", n, "octet")
	fields, n, _ = d.Decode(fields, []byte("\x41\x0fwww.example.com"), true)
	fmt.Println(len(fields), "fields,", n, "octets more")
	// Output:
	// 1 field from 1 octet
	// 2 fields, 17 octets more
}

// After a gap, what stood in the table before is uncertain.
func ExampleDecoder_MissedBlocks() {
	d := hpack.NewDecoder(4096)
	d.DecodeBlock(nil, []byte("\x40\x01a\x011"))
	d.MissedBlocks()
	fields, _ := d.DecodeBlock(nil, []byte("\x40\x01b\x012\xbe\xbf\xc0"))
	for _, f := range fields {
		fmt.Printf("%d %s=%s %s\n", f.Index, f.Name, f.Value, f.Trust())
	}
	// Output:
	// 0 b=2 exact
	// 62 b=2 exact
	// 63 a=1 uncertain
	// 64 = unknown
}

// What breaks a rule but can be read is told apart from what can't.
func ExampleDecoder_Violations() {
	d := hpack.NewDecoder(4096)
	_, err := d.DecodeBlock(nil, []byte("\x82\xbe\x20\x40\x05cut"))
	for _, v := range d.Violations() {
		fmt.Println(&v)
	}
	fmt.Println(err)
	fmt.Println(errors.Is(err, hpack.ErrTruncated))
	// Output:
	// hpack: invalid index (62, limit 61) at octet 1: RFC 7541, Sections 2.3.3 and 6.1
	// hpack: dynamic table size update after a field at octet 2: RFC 7541, Section 4.2
	// hpack: field block ends within a representation (5, limit 3) at octet 3: RFC 7541, Section 6
	// true
}

func ExampleEncoder_AppendField() {
	e := hpack.NewEncoder(4096)
	block := e.AppendField(nil, ":method", "GET", hpack.Indexed)
	block = e.AppendField(block, "custom-key", "custom-value", hpack.Indexed)
	block = e.AppendField(block, "custom-key", "custom-value", hpack.Indexed)
	block = e.AppendField(block, "cookie", "secret", hpack.NeverIndexed)
	fmt.Printf("%x\n", block)
	// Output:
	// 82408825a849e95ba97d7f8925a849e95bb8e8b4bfbe1f118441496153
}
