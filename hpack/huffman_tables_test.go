package hpack

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write huffman_tables.go anew")

// TestHuffmanTables holds the decoding tables to the code table of RFC 7541,
// Appendix B. With -update it writes them.
func TestHuffmanTables(t *testing.T) {
	want, err := format.Source(huffmanTables())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("huffman_tables.go", want, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("huffman_tables.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("huffman_tables.go is not what the code table gives; run go generate")
	}
}

// huffmanTables makes the source of huffman_tables.go.
func huffmanTables() []byte {
	var b bytes.Buffer
	fmt.Fprint(&b, `// Code generated from the code table by TestHuffmanTables; DO NOT EDIT.

package hpack

// huffmanPairs says, for the next 12 bits of the input, which whole codes they
// begin with, one or two: how many bits they take (the low octet), how many
// bits their symbols take (the octet above it), and the symbols (the two above
// that). It is 0 for a code longer than 12 bits.
var huffmanPairs = [1 << pairBits]uint32{`)
	for i, e := range huffmanPairTable() {
		if i%8 == 0 {
			fmt.Fprintln(&b)
		}
		fmt.Fprintf(&b, "0x%08x,", e)
	}
	long, symbols := huffmanLongTables()
	fmt.Fprint(&b, "\n}\n\n// huffmanLong has the lengths above 12 bits that codes have.\nvar huffmanLong = [...]longCodes{\n")
	for _, c := range long {
		fmt.Fprintf(&b, "{0x%08x, %d, 0x%08x},\n", c.last, c.length, c.offset)
	}
	fmt.Fprint(&b, "}\n\n// longSymbols has the symbols of those codes, in the order of the codes.\nvar longSymbols = [...]uint16{")
	for i, s := range symbols {
		if i%16 == 0 {
			fmt.Fprintln(&b)
		}
		fmt.Fprintf(&b, "%d,", s)
	}
	fmt.Fprint(&b, "\n}\n")
	return b.Bytes()
}

// huffmanPairTable decodes each 12 bits one code at a time.
func huffmanPairTable() (table [1 << pairBits]uint32) {
	for i := range table {
		var e, used uint32
		for count := uint32(0); count < 2; {
			symbol, ok := firstCode(uint32(i)<<used&(1<<pairBits-1), pairBits-used)
			if !ok {
				break
			}
			e |= symbol << (16 + 8*count)
			count++
			used += uint32(huffmanCodes[symbol].length)
			e = e&0xffff0000 | 8*count<<8 | used
		}
		table[i] = e
	}
	return table
}

// firstCode finds the symbol whose code the first n of 12 bits begin with.
func firstCode(bits, n uint32) (symbol uint32, ok bool) {
	for s, c := range huffmanCodes {
		if uint32(c.length) <= n && bits>>(pairBits-uint32(c.length)) == c.bits {
			return uint32(s), true
		}
	}
	return 0, false
}

func huffmanLongTables() (long []longCodes, symbols []uint16) {
	for length := uint8(pairBits + 1); length <= 30; length++ {
		first, n := ^uint32(0), uint32(0)
		base := uint32(len(symbols))
		for s, c := range huffmanCodes {
			if c.length == length {
				first = min(first, c.bits)
				symbols = append(symbols, uint16(s))
				n++
			}
		}
		if n > 0 {
			long = append(long, longCodes{(first+n)<<(32-length) - 1, length, base - first})
		}
	}
	return long, symbols
}
