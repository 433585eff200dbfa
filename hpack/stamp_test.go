package hpack

import "testing"

// What changes what a block means changes the stamp; what does not leaves it.
func TestStamp(t *testing.T) {
	d := NewDecoder(4096)
	for _, c := range []struct {
		name    string
		do      func()
		changes bool
		ok      bool
	}{
		{"indexed fields", func() { d.DecodeBlock(nil, fromHex(t, "82 84")) }, false, true},
		{"a literal without indexing", func() { d.DecodeBlock(nil, fromHex(t, "00 01 61 01 41")) }, false, true},
		{"an insertion", func() { d.DecodeBlock(nil, fromHex(t, insertA)) }, true, true},
		{"a size update", func() { d.DecodeBlock(nil, fromHex(t, "3f e1 1f 82")) }, true, true},
		{"a higher limit", func() { d.SetMaxTableSize(8192) }, true, true},
		{"a limit below the size in force", func() { d.SetMaxTableSize(100) }, true, false},
		{"the size update that was owed", func() { d.DecodeBlock(nil, fromHex(t, "20 82")) }, true, true},
		{"a miss", func() { d.MissedBlocks() }, true, false},
		{"a block in work", func() { d.Reset(4096); d.Begin(); d.Decode(nil, fromHex(t, "82"), false) }, true, false},
	} {
		before, _ := d.Stamp()
		c.do()
		if after, ok := d.Stamp(); (after != before) != c.changes || ok != c.ok {
			t.Errorf("%s: %d to %d, %v", c.name, before, after, ok)
		}
	}
}
