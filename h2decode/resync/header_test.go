package resync

import (
	"math/rand/v2"
	"testing"
)

// TestPlausibleHeaders is what RFC 9113, Section 6, and the RFCs of the
// extensions ask of a header, type by type.
func TestPlausibleHeaders(t *testing.T) {
	for _, test := range []struct {
		rule string
		h    header
		want bool
	}{
		{"DATA", header{100, typeData, 0, 1}, true},
		{"DATA, all its flags", header{100, typeData, flagEndStream | flagPadded, 1}, true},
		{"DATA on stream 0 (6.1)", header{100, typeData, 0, 0}, false},
		{"DATA as long as allowed (4.2)", header{16384, typeData, 0, 1}, true},
		{"DATA above the size (4.2)", header{16385, typeData, 0, 1}, false},
		{"HEADERS", header{20, typeHeaders, flagEndHeaders | flagEndStream | flagPriority | flagPadded, 3}, true},
		{"HEADERS without a field block", header{0, typeHeaders, flagEndHeaders, 3}, false},
		{"HEADERS on stream 0 (6.2)", header{20, typeHeaders, flagEndHeaders, 0}, false},
		{"PRIORITY", header{5, typePriority, 0, 3}, true},
		{"PRIORITY of 4 octets (6.3)", header{4, typePriority, 0, 3}, false},
		{"PRIORITY of 6 octets (6.3)", header{6, typePriority, 0, 3}, false},
		{"RST_STREAM", header{4, typeRSTStream, 0, 3}, true},
		{"RST_STREAM of 5 octets (6.4)", header{5, typeRSTStream, 0, 3}, false},
		{"RST_STREAM on stream 0 (6.4)", header{4, typeRSTStream, 0, 0}, false},
		{"SETTINGS", header{18, typeSettings, 0, 0}, true},
		{"SETTINGS without settings", header{0, typeSettings, 0, 0}, true},
		{"SETTINGS of 17 octets (6.5)", header{17, typeSettings, 0, 0}, false},
		{"SETTINGS on a stream (6.5)", header{18, typeSettings, 0, 1}, false},
		{"SETTINGS acknowledged", header{0, typeSettings, flagAck, 0}, true},
		{"SETTINGS acknowledged with octets (6.5)", header{6, typeSettings, flagAck, 0}, false},
		{"PUSH_PROMISE", header{20, typePushPromise, flagEndHeaders, 3}, true},
		{"PUSH_PROMISE on a pushed stream (6.6)", header{20, typePushPromise, flagEndHeaders, 2}, false},
		{"PUSH_PROMISE without a field block", header{4, typePushPromise, flagEndHeaders, 3}, false},
		{"PING", header{8, typePing, flagAck, 0}, true},
		{"PING of 7 octets (6.7)", header{7, typePing, 0, 0}, false},
		{"PING on a stream (6.7)", header{8, typePing, 0, 1}, false},
		{"GOAWAY", header{8, typeGoAway, 0, 0}, true},
		{"GOAWAY with debug data", header{100, typeGoAway, 0, 0}, true},
		{"GOAWAY of 7 octets (6.8)", header{7, typeGoAway, 0, 0}, false},
		{"WINDOW_UPDATE of the connection", header{4, typeWindowUpdate, 0, 0}, true},
		{"WINDOW_UPDATE of a stream", header{4, typeWindowUpdate, 0, 1}, true},
		{"WINDOW_UPDATE of 3 octets (6.9)", header{3, typeWindowUpdate, 0, 1}, false},
		{"CONTINUATION", header{20, typeContinuation, flagEndHeaders, 1}, true},
		{"CONTINUATION on stream 0 (6.10)", header{20, typeContinuation, 0, 0}, false},
		{"ALTSVC (RFC 7838, 4)", header{20, typeAltSvc, 0, 0}, true},
		{"ORIGIN (RFC 8336, 2)", header{20, typeOrigin, 0, 0}, true},
		{"ORIGIN on a stream", header{20, typeOrigin, 0, 1}, false},
		{"PRIORITY_UPDATE (RFC 9218, 7.1)", header{7, typePriorityUpdate, 0, 0}, true},
		{"PRIORITY_UPDATE on a stream", header{7, typePriorityUpdate, 0, 1}, false},
	} {
		if got := test.h.plausible(Unknown, 16384); got != test.want {
			t.Errorf("%s: %v", test.rule, got)
		}
	}
}

// TestFlagsAndTypes: flags that a type does not have, types that there are not
// and a reserved bit are not plausible.
func TestFlagsAndTypes(t *testing.T) {
	defined := map[uint8]uint8{
		typeData: 0x09, typeHeaders: 0x2d, typePriority: 0, typeRSTStream: 0, typeSettings: 0x01, typePushPromise: 0x0c,
		typePing: 0x01, typeGoAway: 0, typeWindowUpdate: 0, typeContinuation: 0x04, typeAltSvc: 0, typeOrigin: 0, typePriorityUpdate: 0,
	}
	for typ := range 256 {
		for flags := range 256 {
			p := []byte{0, 0, 8, byte(typ), byte(flags), 0, 0, 0, 1}
			allowed, known := defined[uint8(typ)]
			want := known && uint8(flags)&^allowed == 0
			if mayBeHeader(p) != want {
				t.Fatalf("type %#x, flags %#x: %v", typ, flags, !want)
			}
			p[5] = 0x80
			if mayBeHeader(p) {
				t.Fatalf("type %#x, flags %#x: reserved bit", typ, flags)
			}
		}
	}
}

// TestDirection: what one side alone can send (RFC 9113, Sections 5.1.1, 6.6 and
// 8.4; RFC 7838; RFC 8336; RFC 9218).
func TestDirection(t *testing.T) {
	for _, test := range []struct {
		name string
		h    header
		from Role
	}{
		{"DATA on an odd stream", header{9, typeData, 0, 3}, Unknown},
		{"DATA on an even stream", header{9, typeData, 0, 2}, Server},
		{"HEADERS on an odd stream", header{9, typeHeaders, flagEndHeaders, 3}, Unknown},
		{"HEADERS on an even stream", header{9, typeHeaders, flagEndHeaders, 2}, Server},
		{"CONTINUATION on an even stream", header{9, typeContinuation, 0, 2}, Server},
		{"PUSH_PROMISE", header{9, typePushPromise, flagEndHeaders, 3}, Server},
		{"RST_STREAM of a pushed stream", header{4, typeRSTStream, 0, 2}, Unknown},
		{"WINDOW_UPDATE of a pushed stream", header{4, typeWindowUpdate, 0, 2}, Unknown},
		{"PRIORITY of a pushed stream", header{5, typePriority, 0, 2}, Unknown},
		{"ALTSVC", header{9, typeAltSvc, 0, 0}, Server},
		{"ORIGIN", header{9, typeOrigin, 0, 0}, Server},
		{"PRIORITY_UPDATE", header{9, typePriorityUpdate, 0, 0}, Client},
	} {
		if got := test.h.sender(); got != test.from {
			t.Errorf("%s: %v", test.name, got)
		}
		for _, side := range []Role{Client, Server} {
			if want := test.from == Unknown || test.from == side; test.h.plausible(side, maxLength) != want {
				t.Errorf("%s from the %v: %v", test.name, side, !want)
			}
		}
	}
}

// TestRandomOctets is how often random octets are a plausible header: the odds
// that the package's documentation gives.
func TestRandomOctets(t *testing.T) {
	octets := make([]byte, 32<<20)
	rand.NewChaCha8([32]byte{1}).Read(octets)
	for _, test := range []struct {
		maxFrame uint32
		most     int
	}{
		{16384, len(octets) >> 23}, {maxLength, len(octets) >> 12},
	} {
		cfg, n := Config{MaxFrameSize: test.maxFrame}, 0
		for i := range len(octets) - headerLength - lookahead {
			if _, _, v := inspect(octets[i:], &cfg); v == yes {
				n++
			}
		}
		if n > test.most {
			t.Errorf("frames of %d octets: %d headers in %d octets", test.maxFrame, n, len(octets))
		}
	}
}
