package hpack

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestEncoderChoices has the representation and index that each kind of field
// gets, after "x: 1" and "server: s" were inserted.
func TestEncoderChoices(t *testing.T) {
	for _, c := range []struct {
		name, value string
		r           Representation
		wire        string
	}{
		{":method", "GET", Indexed, "82"},
		{":method", "GET", Incremental, "42 03 47 45 54"},
		{":method", "GET", WithoutIndexing, "02 03 47 45 54"},
		{":method", "GET", NeverIndexed, "12 03 47 45 54"},
		{"x", "1", Indexed, "bf"},
		{"x", "2", Indexed, "7f 00 01 32"},
		{"x", "2", NeverIndexed, "1f 30 01 32"},
		{"server", "s", Indexed, "be"},
		{"server", "t", WithoutIndexing, "0f 27 01 74"}, // the static index is the better name
		{"y", "1", Indexed, "40 01 79 01 31"},
		{"", "", WithoutIndexing, "00 00 00"},
	} {
		t.Run(fmt.Sprint(c.name, " ", c.value, " ", c.r), func(t *testing.T) {
			e := NewEncoder(4096)
			e.Insert("x", "1")
			e.Insert("server", "s")
			if got := e.AppendField(nil, c.name, c.value, c.r); !slices.Equal(got, fromHex(t, c.wire)) {
				t.Errorf("%x, want %s", got, c.wire)
			}
		})
	}
}

func TestAppendString(t *testing.T) {
	for _, c := range []struct {
		text string
		h    Huffman
		wire string
	}{
		{"a", HuffmanAuto, "01 61"}, // no shorter with it
		{"a", HuffmanAlways, "81 1f"},
		{"a", HuffmanNever, "01 61"},
		{"aa", HuffmanAuto, "02 61 61"},
		{"aaa", HuffmanAuto, "82 18c7"},
		{"~~", HuffmanAuto, "02 7e7e"},
		{"~~", HuffmanAlways, "84 ffefff7f"},
		{"", HuffmanAlways, "80"},
		{strings.Repeat("~", 127), HuffmanNever, "7f 00" + strings.Repeat("7e", 127)},
	} {
		if got := AppendString(nil, c.text, c.h); !slices.Equal(got, fromHex(t, c.wire)) {
			t.Errorf("%q: %x, want %s", c.text, got, c.wire)
		}
		if got := AppendString(nil, []byte(c.text), c.h); !slices.Equal(got, fromHex(t, c.wire)) {
			t.Errorf("%q as octets: %x, want %s", c.text, got, c.wire)
		}
	}
}

// TestEncoderForgetsWhatIsEvicted: no index is given for an entry that has gone,
// not even by its name, and the maps do not grow.
func TestEncoderForgetsWhatIsEvicted(t *testing.T) {
	e := NewEncoder(100) // two entries
	places := len(e.fields)
	for i := range 1000 {
		e.AppendField(nil, "same", fmt.Sprint(i%7), Indexed)
		e.AppendField(nil, fmt.Sprint("name", i), "", Indexed)
	}
	if len(e.fields) != places+2 || e.Table().Len() != 2 {
		t.Errorf("%d places, %d entries", len(e.fields)-places, e.Table().Len())
	}
	if _, whole := e.Find("same", "0"); whole {
		t.Error("found what was evicted")
	}
	if index, whole := e.Find("name999", ""); index != 62 || !whole {
		t.Errorf("index %d of the newest", index)
	}
	if e.AppendSizeUpdate(nil, 0); len(e.fields) != places {
		t.Errorf("%d places in an empty table", len(e.fields)-places)
	}
	if index, _ := e.Find("same", ""); index != 0 {
		t.Errorf("index %d in an empty table", index)
	}
}

func TestEncoderEntryAboveMaximum(t *testing.T) {
	e := NewEncoder(100)
	e.Insert("a", "A")
	block := e.AppendField(nil, "long", strings.Repeat("v", 100), Indexed)
	if e.Table().Len() != 0 || block[0] != 0x40 {
		t.Errorf("%d entries, %x", e.Table().Len(), block)
	}
	if index, _ := e.Find("long", ""); index != 0 {
		t.Errorf("index %d of an entry that was not inserted", index)
	}
}

// TestIllegalBlocks: the functions that are not methods write what they are told.
func TestIllegalBlocks(t *testing.T) {
	block := AppendIndexed(nil, 0)
	block = AppendSizeUpdate(block, 1<<40)
	block = AppendLiteral(block, NeverIndexed, 1000, "", "v", HuffmanAuto)
	d := NewDecoder(4096)
	if _, err := d.DecodeBlock(nil, block); err != nil {
		t.Fatal(err)
	}
	want := []Code{ErrInvalidIndex, ErrLateSizeUpdate, ErrSizeUpdateTooLarge, ErrInvalidIndex}
	if !slices.Equal(codes(d), want) {
		t.Errorf("%v", d.Violations())
	}
}
