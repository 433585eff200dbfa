package h2decode

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"testing"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	p, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// frames is one frame of each layout, as octets and as what they mean.
var frames = []struct {
	name    string
	wire    string
	header  FrameHeader
	payload Payload
}{
	{
		"DATA of RFC 9113, Section 6.1", "000005" + "00" + "01" + "00000001" + "68656c6c6f",
		FrameHeader{5, TypeData, FlagEndStream, false, 1},
		&DataFrame{Data: []byte("hello"), Length: 5},
	},
	{
		"DATA with padding", "000008" + "00" + "08" + "00000003" + "02" + "68656c6c6f" + "0000",
		FrameHeader{8, TypeData, FlagPadded, false, 3},
		&DataFrame{Data: []byte("hello"), Length: 5, PadLength: 2, Padding: Padding{true, []byte{0, 0}}},
	},
	{
		"DATA that is padding only", "000003" + "00" + "08" + "00000003" + "02" + "0000",
		FrameHeader{3, TypeData, FlagPadded, false, 3},
		&DataFrame{Data: []byte{}, Length: 0, PadLength: 2, Padding: Padding{true, []byte{0, 0}}},
	},
	{
		"HEADERS", "000001" + "01" + "05" + "00000001" + "82",
		FrameHeader{1, TypeHeaders, FlagEndStream | FlagEndHeaders, false, 1},
		&HeadersFrame{Fragment: []byte{0x82}},
	},
	{
		"HEADERS with priority and padding", "000008" + "01" + "2c" + "00000003" + "01" + "80000001ff" + "82" + "00",
		FrameHeader{8, TypeHeaders, FlagEndHeaders | FlagPadded | FlagPriority, false, 3},
		&HeadersFrame{
			HasPriority: true, Priority: PriorityFrame{Exclusive: true, DependsOn: 1, Weight: 256},
			Fragment: []byte{0x82}, Padding: Padding{true, []byte{0}},
		},
	},
	{
		"PRIORITY of RFC 9113, Section 6.3", "000005" + "02" + "00" + "00000009" + "0000000b" + "07",
		FrameHeader{5, TypePriority, 0, false, 9},
		&PriorityFrame{DependsOn: 11, Weight: 8},
	},
	{
		"RST_STREAM", "000004" + "03" + "00" + "00000005" + "00000008",
		FrameHeader{4, TypeRSTStream, 0, false, 5},
		&RSTStreamFrame{Code: Cancel},
	},
	{
		"SETTINGS", "00000c" + "04" + "00" + "00000000" + "000100002000" + "000300001388",
		FrameHeader{12, TypeSettings, 0, false, 0},
		&SettingsFrame{Octets: []byte{0, 1, 0, 0, 0x20, 0, 0, 3, 0, 0, 0x13, 0x88}},
	},
	{
		"SETTINGS acknowledgment", "000000" + "04" + "01" + "00000000",
		FrameHeader{0, TypeSettings, FlagAck, false, 0},
		&SettingsFrame{Octets: []byte{}},
	},
	{
		"PUSH_PROMISE with padding", "000007" + "05" + "0c" + "00000001" + "01" + "00000002" + "82" + "00",
		FrameHeader{7, TypePushPromise, FlagEndHeaders | FlagPadded, false, 1},
		&PushPromiseFrame{Promised: 2, Fragment: []byte{0x82}, Padding: Padding{true, []byte{0}}},
	},
	{
		"PING", "000008" + "06" + "00" + "00000000" + "6465616462656566",
		FrameHeader{8, TypePing, 0, false, 0},
		&PingFrame{Opaque: [8]byte([]byte("deadbeef"))},
	},
	{
		"GOAWAY with debug data", "00000b" + "07" + "00" + "00000000" + "0000001e" + "00000009" + "627965",
		FrameHeader{11, TypeGoAway, 0, false, 0},
		&GoAwayFrame{LastStream: 30, Code: CompressionError, DebugData: []byte("bye")},
	},
	{
		"WINDOW_UPDATE", "000004" + "08" + "00" + "00000032" + "000003e8",
		FrameHeader{4, TypeWindowUpdate, 0, false, 50},
		&WindowUpdateFrame{Increment: 1000},
	},
	{
		"CONTINUATION", "000001" + "09" + "04" + "00000001" + "82",
		FrameHeader{1, TypeContinuation, FlagEndHeaders, false, 1},
		&ContinuationFrame{Fragment: []byte{0x82}},
	},
	{
		"ALTSVC of RFC 7838, Section 4", "00000a" + "0a" + "00" + "00000000" + "0003" + "612e62" + "68333d223a22"[:10],
		FrameHeader{10, TypeAltSvc, 0, false, 0},
		&AltSvcFrame{Origin: []byte("a.b"), FieldValue: []byte("h3=\":")},
	},
	{
		"ORIGIN of RFC 8336, Section 2", "000007" + "0c" + "00" + "00000000" + "0003" + "612e62" + "0000",
		FrameHeader{7, TypeOrigin, 0, false, 0},
		&OriginFrame{Octets: []byte("\x00\x03a.b\x00\x00")},
	},
	{
		"PRIORITY_UPDATE of RFC 9218, Section 7.1", "000007" + "10" + "00" + "00000000" + "00000005" + "753d31",
		FrameHeader{7, TypePriorityUpdate, 0, false, 0},
		&PriorityUpdateFrame{Prioritized: 5, FieldValue: []byte("u=1")},
	},
	{
		"an unknown type", "000002" + "f7" + "ff" + "00000007" + "beef",
		FrameHeader{2, 0xf7, 0xff, false, 7},
		&UnknownFrame{Payload: []byte{0xbe, 0xef}},
	},
}

func TestFramesParse(t *testing.T) {
	for _, f := range frames {
		t.Run(f.name, func(t *testing.T) {
			wire := unhex(t, f.wire)
			header := ParseFrameHeader(wire)
			if header != f.header {
				t.Errorf("header %+v, want %+v", header, f.header)
			}
			payload, err := ParsePayload(header, wire[HeaderLength:])
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(payload, f.payload) {
				t.Errorf("payload %+v, want %+v", payload, f.payload)
			}
		})
	}
}

func TestFramesAppend(t *testing.T) {
	for _, f := range frames {
		t.Run(f.name, func(t *testing.T) {
			got := AppendFrame([]byte("before"), f.header.Type, f.header.Flags, f.header.Stream, f.payload)
			if want := append([]byte("before"), unhex(t, f.wire)...); !bytes.Equal(got, want) {
				t.Errorf("got  %x\nwant %x", got, want)
			}
		})
	}
}

// A payload that is cut anywhere is a payload or an error, and never a panic.
func TestFramesCutAnywhere(t *testing.T) {
	for _, f := range frames {
		payload := unhex(t, f.wire)[HeaderLength:]
		for n := range payload {
			h := f.header
			h.Length = uint32(n)
			if p, err := ParsePayload(h, payload[:n]); p == nil && err == nil {
				t.Errorf("%s cut to %d octets: neither payload nor error", f.name, n)
			}
		}
	}
}

func TestFramesMalformed(t *testing.T) {
	tests := []struct {
		name, wire string
		code       ErrorCode
	}{
		{"DATA padded, without pad length", "000000" + "00" + "08" + "00000001", FrameSizeError},
		{"DATA padded by its whole payload", "000002" + "00" + "08" + "00000001" + "0200", ProtocolError},
		{"HEADERS padded beyond its payload", "000002" + "01" + "0c" + "00000001" + "0282", ProtocolError},
		{"HEADERS without room for its priority", "000004" + "01" + "24" + "00000001" + "80000001", FrameSizeError},
		{"PRIORITY of 4 octets", "000004" + "02" + "00" + "00000001" + "00000000", FrameSizeError},
		{"RST_STREAM of 3 octets", "000003" + "03" + "00" + "00000001" + "000000", FrameSizeError},
		{"SETTINGS of 7 octets", "000007" + "04" + "00" + "00000000" + "00010000200000", FrameSizeError},
		{"SETTINGS acknowledgment with a setting", "000006" + "04" + "01" + "00000000" + "000100002000", FrameSizeError},
		{"PUSH_PROMISE without room for its stream", "000003" + "05" + "04" + "00000001" + "000000", FrameSizeError},
		{"PING of 9 octets", "000009" + "06" + "00" + "00000000" + "000000000000000000", FrameSizeError},
		{"GOAWAY of 7 octets", "000007" + "07" + "00" + "00000000" + "00000000000000", FrameSizeError},
		{"WINDOW_UPDATE of 5 octets", "000005" + "08" + "00" + "00000000" + "0000000000", FrameSizeError},
		{"ALTSVC whose origin does not fit", "000003" + "0a" + "00" + "00000000" + "000261", FrameSizeError},
		{"ORIGIN whose entry does not fit", "000003" + "0c" + "00" + "00000000" + "000261", FrameSizeError},
		{"PRIORITY_UPDATE of 3 octets", "000003" + "10" + "00" + "00000000" + "000000", FrameSizeError},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wire := unhex(t, test.wire)
			_, err := ParsePayload(ParseFrameHeader(wire), wire[HeaderLength:])
			if err == nil || err.Code != test.code {
				t.Errorf("error %v, want %v", err, test.code)
			}
		})
	}
}

func TestReservedBitIsKeptApart(t *testing.T) {
	h := ParseFrameHeader(unhex(t, "000000"+"00"+"00"+"80000001"))
	if !h.Reserved || h.Stream != 1 {
		t.Errorf("header %+v", h)
	}
	if got := h.Append(nil); got[5] != 0x80 {
		t.Errorf("appended as %x", got)
	}
}

func TestSettingsInWireOrder(t *testing.T) {
	octets := AppendSetting(nil, Setting{SettingMaxFrameSize, 20000})
	octets = AppendSetting(octets, Setting{SettingEnablePush, 0})
	octets = AppendSetting(octets, Setting{SettingMaxFrameSize, 30000})
	var got []Setting
	for s := range (&SettingsFrame{Octets: octets}).All() {
		got = append(got, s)
	}
	want := []Setting{{SettingMaxFrameSize, 20000}, {SettingEnablePush, 0}, {SettingMaxFrameSize, 30000}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestNames(t *testing.T) {
	tests := []struct{ got, want string }{
		{TypeContinuation.String(), "CONTINUATION"},
		{Type(0x0b).String(), "UNKNOWN"},
		{Type(0xff).String(), "UNKNOWN"},
		{EnhanceYourCalm.String(), "ENHANCE_YOUR_CALM"},
		{ErrorCode(0xe).String(), "0xe"},
		{ErrorCode(0xffffffff).String(), "0xffffffff"},
		{SettingNoRFC7540Priorities.String(), "SETTINGS_NO_RFC7540_PRIORITIES"},
		{SettingID(7).String(), "0x0007"},
		{SettingID(0x1234).String(), "0x1234"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}

func TestFlagNamesInBitOrder(t *testing.T) {
	tests := []struct {
		frame Type
		flags Flags
		want  []string
	}{
		{TypeHeaders, 0xff, []string{"END_STREAM", "END_HEADERS", "PADDED", "PRIORITY"}},
		{TypeData, 0xff, []string{"END_STREAM", "PADDED"}},
		{TypePing, 0x01, []string{"ACK"}},
		{TypeRSTStream, 0xff, nil},
		{0xf0, 0xff, nil},
	}
	for _, test := range tests {
		if got := test.frame.FlagNames(nil, test.flags); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%v with %#x: %v, want %v", test.frame, test.flags, got, test.want)
		}
	}
}

// ParsePayload reads what the header announces: fewer octets are an error, more
// are not looked at.
func TestParsePayloadOfAnotherLength(t *testing.T) {
	for _, f := range frames {
		payload := unhex(t, f.wire)[HeaderLength:]
		got, err := ParsePayload(f.header, append(payload[:len(payload):len(payload)], "more"...))
		if err != nil || !reflect.DeepEqual(got, f.payload) {
			t.Errorf("%s with octets behind it: %+v, %v", f.name, got, err)
		}
		for n := range payload {
			if got, err := ParsePayload(f.header, payload[:n]); got != nil || err == nil || err.Code != FrameSizeError {
				t.Errorf("%s with %d of its octets: %+v, %v", f.name, n, got, err)
			}
		}
	}
}

// Octets that are no Origin-Entry structures end the iteration.
func TestOriginsThatDoNotFit(t *testing.T) {
	f := &OriginFrame{Octets: []byte("\x00\x01a\x00\x05b")}
	var got []string
	for origin := range f.All() {
		got = append(got, string(origin))
	}
	if len(got) != 1 || got[0] != "a" {
		t.Errorf("origins %q", got)
	}
}

// RFC 9113, Section 4.1 and the registries: which frames belong on a stream, and
// which on the connection.
func TestPlacementOfFrames(t *testing.T) {
	tests := map[Type][2]bool{ // fine on stream 0, fine on stream 1
		TypeData: {false, true}, TypeHeaders: {false, true}, TypePriority: {false, true},
		TypeRSTStream: {false, true}, TypeSettings: {true, false}, TypePushPromise: {false, true},
		TypePing: {true, false}, TypeGoAway: {true, false}, TypeWindowUpdate: {true, true},
		TypeContinuation: {false, true}, TypeAltSvc: {true, true}, TypeOrigin: {true, false},
		TypePriorityUpdate: {true, false}, 0xfe: {true, true},
	}
	for frame, want := range tests {
		for stream := range uint32(2) {
			err := FrameHeader{Type: frame, Stream: stream}.Check()
			if fine := err == nil; fine != want[stream] || !fine && err.Code != ProtocolError {
				t.Errorf("%v on stream %d: %v", frame, stream, err)
			}
		}
	}
}
