package resync

import "testing"

// inspectFrame judges a whole frame of a side that is not known.
func inspectFrame(typ, flags uint8, stream uint32, payload ...byte) (Role, verdict) {
	_, role, v := inspect(appendFrame(nil, typ, flags, stream, payload...), &Config{MaxFrameSize: 16384})
	return role, v
}

// TestPlausiblePayloads is what the front of a payload must be, type by type.
func TestPlausiblePayloads(t *testing.T) {
	for _, test := range []struct {
		rule       string
		typ, flags uint8
		stream     uint32
		payload    []byte
		want       verdict
	}{
		{"DATA: anything", typeData, 0, 1, []byte{1}, yes},
		{"DATA: padding within (6.1)", typeData, flagPadded, 1, []byte{2, 'a', 0, 0}, yes},
		{"DATA: nothing but padding", typeData, flagPadded, 1, []byte{1, 0}, yes},
		{"DATA: padding as long as the frame (6.1)", typeData, flagPadded, 1, []byte{2, 0}, no},
		{"HEADERS: an indexed field", typeHeaders, flagEndHeaders, 1, []byte{0x82}, yes},
		{"HEADERS: index 0 (RFC 7541, 6.1)", typeHeaders, flagEndHeaders, 1, []byte{0x80}, no},
		{"HEADERS: padded", typeHeaders, flagEndHeaders | flagPadded, 1, []byte{1, 0x82, 0}, yes},
		{"HEADERS: padding over the fields (6.2)", typeHeaders, flagEndHeaders | flagPadded, 1, []byte{2, 0x82, 0}, no},
		{"HEADERS: with a priority", typeHeaders, flagEndHeaders | flagPriority, 3, []byte{0x80, 0, 0, 1, 255, 0x82}, yes},
		{"HEADERS: depends on itself (RFC 7540, 5.3.1)", typeHeaders, flagEndHeaders | flagPriority, 3, []byte{0, 0, 0, 3, 255, 0x82}, no},
		{"HEADERS: too short for a priority", typeHeaders, flagEndHeaders | flagPriority, 3, []byte{0, 0, 0, 1, 255}, no},
		{"HEADERS: padding over the priority", typeHeaders, flagEndHeaders | flagPriority | flagPadded, 3, []byte{1, 0, 0, 0, 1, 255, 0}, no},
		{"PRIORITY", typePriority, 0, 3, []byte{0, 0, 0, 1, 16}, yes},
		{"PRIORITY: depends on itself", typePriority, 0, 3, []byte{0x80, 0, 0, 3, 16}, no},
		{"RST_STREAM", typeRSTStream, 0, 3, []byte{0, 0, 0, 8}, yes},
		{"RST_STREAM: no such code", typeRSTStream, 0, 3, []byte{0, 1, 0, 8}, no},
		{"SETTINGS", typeSettings, 0, 0, []byte{0, 3, 0, 0, 0, 100, 0, 9, 0, 0, 0, 1}, yes},
		{"SETTINGS: grease (RFC 8701)", typeSettings, 0, 0, []byte{0x3a, 0xfa, 1, 2, 3, 4}, yes},
		{"SETTINGS: no such setting", typeSettings, 0, 0, []byte{0, 7, 0, 0, 0, 1}, no},
		{"SETTINGS: ENABLE_PUSH of 2 (6.5.2)", typeSettings, 0, 0, []byte{0, 2, 0, 0, 0, 2}, no},
		{"SETTINGS: INITIAL_WINDOW_SIZE of 2^31 (6.5.2)", typeSettings, 0, 0, []byte{0, 4, 0x80, 0, 0, 0}, no},
		{"SETTINGS: MAX_FRAME_SIZE of 1 (6.5.2)", typeSettings, 0, 0, []byte{0, 5, 0, 0, 0, 1}, no},
		{"SETTINGS: ENABLE_CONNECT_PROTOCOL of 2 (RFC 8441, 3)", typeSettings, 0, 0, []byte{0, 8, 0, 0, 0, 2}, no},
		{"PUSH_PROMISE", typePushPromise, flagEndHeaders, 1, []byte{0, 0, 0, 2, 0x82}, yes},
		{"PUSH_PROMISE: padded", typePushPromise, flagEndHeaders | flagPadded, 1, []byte{1, 0, 0, 0, 2, 0x82, 0}, yes},
		{"PUSH_PROMISE: of an odd stream (5.1.1)", typePushPromise, flagEndHeaders, 1, []byte{0, 0, 0, 3, 0x82}, no},
		{"PUSH_PROMISE: of stream 0", typePushPromise, flagEndHeaders, 1, []byte{0, 0, 0, 0, 0x82}, no},
		{"PUSH_PROMISE: of a response", typePushPromise, flagEndHeaders, 1, []byte{0, 0, 0, 2, 0x88}, no},
		{"PUSH_PROMISE: padding over the stream", typePushPromise, flagEndHeaders | flagPadded, 1, []byte{1, 0, 0, 0, 2, 0}, no},
		{"PUSH_PROMISE: padding beyond the frame", typePushPromise, flagEndHeaders | flagPadded, 1, []byte{200, 0, 0, 0, 2, 0}, no},
		{"PING: anything", typePing, 0, 0, []byte("anything"), yes},
		{"GOAWAY", typeGoAway, 0, 0, []byte{0, 0, 0, 7, 0, 0, 0, 2, 'd'}, yes},
		{"GOAWAY: reserved bit (6.8)", typeGoAway, 0, 0, []byte{0x80, 0, 0, 7, 0, 0, 0, 2}, no},
		{"GOAWAY: no such code", typeGoAway, 0, 0, []byte{0, 0, 0, 7, 1, 0, 0, 2}, no},
		{"WINDOW_UPDATE", typeWindowUpdate, 0, 0, []byte{0, 0, 0, 1}, yes},
		{"WINDOW_UPDATE: of nothing (6.9)", typeWindowUpdate, 0, 0, []byte{0, 0, 0, 0}, no},
		{"WINDOW_UPDATE: reserved bit (6.9)", typeWindowUpdate, 0, 0, []byte{0x80, 0, 0, 1}, no},
		{"CONTINUATION: anything", typeContinuation, 0, 1, []byte{0x80}, yes},
		{"CONTINUATION: nothing", typeContinuation, 0, 1, nil, yes},
		{"ALTSVC: an origin on stream 0", typeAltSvc, 0, 0, []byte{0, 1, 'o', 'v'}, yes},
		{"ALTSVC: none on stream 0 (RFC 7838, 4)", typeAltSvc, 0, 0, []byte{0, 0, 'v', 'v'}, no},
		{"ALTSVC: one on a stream (RFC 7838, 4)", typeAltSvc, 0, 1, []byte{0, 1, 'o', 'v'}, no},
		{"ALTSVC: an origin beyond the frame", typeAltSvc, 0, 0, []byte{0, 3, 'o', 'v'}, no},
		{"ORIGIN", typeOrigin, 0, 0, []byte{0, 2, 'o', 'o'}, yes},
		{"ORIGIN: beyond the frame", typeOrigin, 0, 0, []byte{0, 3, 'o', 'o'}, no},
		{"PRIORITY_UPDATE", typePriorityUpdate, 0, 0, []byte{0, 0, 0, 1, 'u', '=', '1'}, yes},
		{"PRIORITY_UPDATE: of stream 0 (RFC 9218, 7.1)", typePriorityUpdate, 0, 0, []byte{0, 0, 0, 0, 'u', '=', '1'}, no},
	} {
		if _, got := inspectFrame(test.typ, test.flags, test.stream, test.payload...); got != test.want {
			t.Errorf("%s: %v", test.rule, got)
		}
	}
}

// TestPrefixesAskForMore: of a plausible frame each prefix is either enough, or
// too little to say.
func TestPrefixesAskForMore(t *testing.T) {
	for _, whole := range [][]byte{
		appendFrame(nil, typeData, flagPadded, 1, 1, 2, 3),
		appendFrame(nil, typeHeaders, flagEndHeaders|flagPadded|flagPriority, 1, 1, 0, 0, 0, 3, 4, 0x82, 0x86, 0),
		appendFrame(nil, typeSettings, 0, 0, 0, 3, 0, 0, 0, 100, 0, 4, 0, 0, 0, 100),
		appendFrame(nil, typePushPromise, flagEndHeaders, 1, 0, 0, 0, 2, 0x82),
		appendFrame(nil, typeGoAway, 0, 0, 0, 0, 0, 7, 0, 0, 0, 2, 'd', 'e', 'b', 'u', 'g'),
		appendFrame(nil, typeAltSvc, 0, 0, 0, 1, 'o', 'v'),
		appendFrame(nil, typePriorityUpdate, 0, 0, 0, 0, 0, 1, 'u', '=', '1'),
	} {
		cfg, last := Config{MaxFrameSize: 16384}, more
		for n := headerLength; n <= len(whole); n++ {
			_, _, v := inspect(whole[:n], &cfg)
			if v == no || v < last {
				t.Errorf("%x: %v after %v", whole[:n], v, last)
			}
			last = v
		}
		if last != yes {
			t.Errorf("%x: %v", whole, last)
		}
	}
}
