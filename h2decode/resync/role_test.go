package resync

import "testing"

// TestFrameRole is what tells who sent a frame, and what does not.
func TestFrameRole(t *testing.T) {
	for _, test := range []struct {
		name       string
		typ, flags uint8
		stream     uint32
		payload    []byte
		want       Role
	}{
		{":method GET, indexed", typeHeaders, flagEndHeaders, 1, []byte{0x82}, Client},
		{":scheme https, indexed", typeHeaders, flagEndHeaders, 1, []byte{0x87}, Client},
		{":authority, a literal with indexing", typeHeaders, flagEndHeaders, 1, []byte{0x41, 1, 'a'}, Client},
		{":path, a literal without indexing", typeHeaders, flagEndHeaders, 1, []byte{0x04, 1, '/'}, Client},
		{":method, a literal never indexed", typeHeaders, flagEndHeaders, 1, []byte{0x12, 3, 'P', 'U', 'T'}, Client},
		{":method behind size updates", typeHeaders, flagEndHeaders, 1, []byte{0x20, 0x3f, 0xe1, 0x1f, 0x82}, Client},
		{":method behind padding and priority", typeHeaders, flagEndHeaders | flagPadded | flagPriority, 1, []byte{1, 0, 0, 0, 0, 9, 0x82, 0}, Client},
		{":status 200, indexed", typeHeaders, flagEndHeaders, 1, []byte{0x88}, Server},
		{":status 500, indexed", typeHeaders, flagEndHeaders, 1, []byte{0x8e}, Server},
		{":status, a literal", typeHeaders, flagEndHeaders, 1, []byte{0x48, 3, '3', '0', '2'}, Server},
		{"a regular field of the static table", typeHeaders, flagEndHeaders, 1, []byte{0x8f}, Unknown},
		{"an entry of the dynamic table", typeHeaders, flagEndHeaders, 1, []byte{0xbe}, Unknown},
		{"a literal name", typeHeaders, flagEndHeaders, 1, []byte{0x40, 1, 'a', 1, 'b'}, Unknown},
		{"nothing but a size update", typeHeaders, flagEndHeaders, 1, []byte{0x20}, Unknown},
		{"an index that is cut", typeHeaders, 0, 1, []byte{0xff}, Unknown},
		{"a size update that is cut", typeHeaders, 0, 1, []byte{0x3f, 0x80}, Unknown},
		{"a message on a pushed stream", typeData, 0, 2, []byte{1}, Server},
		{"a request on a pushed stream", typeHeaders, flagEndHeaders, 2, []byte{0x82}, Unknown},
		{"a promise", typePushPromise, flagEndHeaders, 1, []byte{0, 0, 0, 2, 0x82}, Server},
		{"ENABLE_PUSH of 1", typeSettings, 0, 0, []byte{0, 2, 0, 0, 0, 1}, Client},
		{"ENABLE_PUSH of 0", typeSettings, 0, 0, []byte{0, 2, 0, 0, 0, 0}, Unknown},
		{"a priority update", typePriorityUpdate, 0, 0, []byte{0, 0, 0, 1, 'u'}, Client},
		{"an alternative service", typeAltSvc, 0, 1, []byte{0, 0, 'h', '3'}, Server},
		{"DATA", typeData, 0, 1, []byte{1}, Unknown},
		{"a window", typeWindowUpdate, 0, 1, []byte{0, 0, 0, 1}, Unknown},
		{"a frame that breaks a rule", typeHeaders, flagEndHeaders, 0, []byte{0x82}, Unknown},
	} {
		frame := appendFrame(nil, test.typ, test.flags, test.stream, test.payload...)
		if got := FrameRole(frame); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
		if got := FrameRole(frame[:len(frame)-1]); got != Unknown && got != test.want {
			t.Errorf("%s, cut: %v", test.name, got)
		}
	}
	if got := FrameRole([]byte{0, 0, 1}); got != Unknown {
		t.Errorf("less than a header: %v", got)
	}
}

// TestIntegers is RFC 7541, Section 5.1, with its examples.
func TestIntegers(t *testing.T) {
	for _, test := range []struct {
		octets []byte
		prefix uint
		value  uint32
		ok     bool
		whole  bool // what is not ok could be, with more octets
	}{
		{[]byte{0x0a}, 5, 10, true, true},
		{[]byte{0x1f, 0x9a, 0x0a}, 5, 1337, true, true},
		{[]byte{0x2a}, 8, 42, true, true},
		{[]byte{0x1f, 0x9a}, 5, 0, false, true},
		{[]byte{0x1f, 0x80, 0x80, 0x80, 0x80, 0x01}, 5, 0, false, false},
		{[]byte{0x1f, 0xff, 0xff, 0xff, 0x7f}, 5, 0, false, false},
	} {
		value, rest, ok := integer(test.octets, test.prefix)
		if ok != test.ok || ok && value != test.value || !ok && (rest != nil) != test.whole {
			t.Errorf("%x: %d, %v, %v", test.octets, value, rest, ok)
		}
	}
}

// TestFirstFieldsThatCannotBe: an index of 0, and one beyond any table.
func TestFirstFieldsThatCannotBe(t *testing.T) {
	for _, block := range [][]byte{{0x80}, {0xff, 0xff, 0xff, 0x03}, {0x3f, 0xff, 0xff, 0xff, 0xff, 0x0f}} {
		if _, fits := firstField(block); fits {
			t.Errorf("%x fits", block)
		}
	}
}

func TestRolesJoin(t *testing.T) {
	for _, test := range []struct {
		a, b, want Role
		ok         bool
	}{
		{Unknown, Unknown, Unknown, true}, {Unknown, Server, Server, true}, {Client, Unknown, Client, true},
		{Client, Client, Client, true}, {Client, Server, Client, false},
	} {
		if got, ok := test.a.join(test.b); got != test.want || ok != test.ok {
			t.Errorf("%v and %v: %v, %v", test.a, test.b, got, ok)
		}
	}
}
