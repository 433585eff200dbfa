package hpack

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	xhpack "golang.org/x/net/http2/hpack"
)

// TestHuffmanCodes holds RFC 7541, Appendix B to another encoder's code of each
// octet, to rows copied from the RFC, and to the rule that no code begins
// another.
func TestHuffmanCodes(t *testing.T) {
	for s := range 256 {
		text := string([]byte{byte(s)})
		want := xhpack.AppendHuffmanString(nil, text)
		if got := AppendHuffman(nil, text); !bytes.Equal(got, want) {
			t.Errorf("octet %d: %x, want %x", s, got, want)
		}
		if got, err := DecodeHuffman(nil, want); err != nil || string(got) != text {
			t.Errorf("octet %d decoded as %q (%v)", s, got, err)
		}
	}
	for s, want := range map[int]huffmanCode{'0': {0x0, 5}, 'a': {0x3, 5}, 0: {0x1ff8, 13}, '~': {0x1ffd, 13}, 10: {0x3ffffffc, 30}, eos: {0x3fffffff, 30}} {
		if huffmanCodes[s] != want {
			t.Errorf("symbol %d: %x", s, huffmanCodes[s])
		}
	}
	used := uint64(0) // of 2^30 leaves
	for _, c := range huffmanCodes {
		used += 1 << (30 - c.length)
	}
	if used != 1<<30 {
		t.Errorf("the codes fill %d of 2^30", used)
	}
}

func TestHuffmanStrings(t *testing.T) {
	for _, text := range []string{
		"", "a", "www.example.com", "no-cache", "custom-value", "Mon, 21 Oct 2013 20:13:21 GMT",
		strings.Repeat("0", 100), strings.Repeat("Z", 100), strings.Repeat("~", 100), strings.Repeat("\n", 33),
		"a\nb\x16c\xf9d", "\xc3\xa9t\xc3\xa9 ěščřžýáíé", strings.Repeat("aZ~\n", 50),
	} {
		want := xhpack.AppendHuffmanString(nil, text)
		got := AppendHuffman([]byte("x"), text)
		if got[0] != 'x' || !bytes.Equal(got[1:], want) {
			t.Errorf("%q: encoded %x, want %x", text, got[1:], want)
		}
		if HuffmanLength(text) != len(want) || HuffmanLength([]byte(text)) != len(want) {
			t.Errorf("%q: length %d, want %d", text, HuffmanLength(text), len(want))
		}
		back, err := DecodeHuffman([]byte("x"), want)
		if err != nil || string(back) != "x"+text {
			t.Errorf("%q: decoded %q (%v)", text, back, err)
		}
	}
}

// TestHuffmanErrors has the three ways in which RFC 7541, Section 5.2 lets a
// string be wrong, at the end of short and long strings.
func TestHuffmanErrors(t *testing.T) {
	for _, c := range []struct {
		defect, wire string
		text         string
		want         error
	}{
		{"3 bits of padding", "07", "0", nil},
		{"7 bits of padding", "1c107f", "a==", nil},
		{"8 bits of padding", "ff", "", ErrLongHuffmanPadding},
		{"padding of a whole octet", "07ff", "0", ErrLongHuffmanPadding},
		{"three octets of padding", "ffffff", "", ErrLongHuffmanPadding},
		{"EOS and two bits", "fffffffe", "", ErrHuffmanEOS},
		{"padding of zeros", "00", "0", ErrHuffmanPadding},
		{"padding ends in zero", "06", "0", ErrHuffmanPadding},
		{"half a long code", "fffe", "", ErrHuffmanPadding},
		{"EOS alone", "ffffffff", "", ErrHuffmanEOS},
		{"EOS behind a symbol", "07ffffffff", "0", ErrHuffmanEOS},
		{"EOS in a long string", "07ffffffff" + strings.Repeat("00", 20), "0", ErrHuffmanEOS},
		{"bad padding behind 16 octets", "0000000000000000000000000000000006", strings.Repeat("0", 26) + "a", ErrHuffmanPadding},
	} {
		t.Run(c.defect, func(t *testing.T) {
			got, err := DecodeHuffman(nil, fromHex(t, c.wire))
			if !errors.Is(err, c.want) || string(got) != c.text {
				t.Errorf("%q, %v", got, err)
			}
			if _, xerr := xhpack.HuffmanDecodeToString(fromHex(t, c.wire)); (xerr != nil) != (err != nil) {
				t.Errorf("golang.org/x/net says %v", xerr)
			}
		})
	}
}

// FuzzHuffman decodes arbitrary octets as golang.org/x/net does, and gets back
// what it encodes.
func FuzzHuffman(f *testing.F) {
	for _, s := range []string{"", "www.example.com", "\xff\xff\xff\xff", "\xff\xff\xff\xfe", "\x07\xff", "\n\x16\xf9 é"} {
		f.Add([]byte(s))
		f.Add(AppendHuffman(nil, s))
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		got, err := DecodeHuffman(nil, p)
		want, xerr := xhpack.HuffmanDecodeToString(p)
		if (err != nil) != (xerr != nil) || err == nil && string(got) != want {
			t.Errorf("%x: %q %v, want %q %v", p, got, err, want, xerr)
		}
		if back, err := DecodeHuffman(nil, AppendHuffman(nil, p)); err != nil || !bytes.Equal(back, p) {
			t.Errorf("%q came back as %q (%v)", p, back, err)
		}
	})
}
