package tui

import (
	"bytes"
	"testing"

	"h2scope/h2decode"
	"h2scope/tui/cells"
)

// payloads is a payload of each type, with all that it can have.
var payloads = []struct {
	t h2decode.Type
	p h2decode.Payload
}{
	{h2decode.TypeData, &h2decode.DataFrame{Data: []byte("data"), Padding: h2decode.Padding{Padded: true, Octets: make([]byte, 3)}}},
	{h2decode.TypeData, &h2decode.DataFrame{}},
	{h2decode.TypeHeaders, &h2decode.HeadersFrame{HasPriority: true, Priority: h2decode.PriorityFrame{Exclusive: true, DependsOn: 3, Weight: 7}, Fragment: []byte{0x82}, Padding: h2decode.Padding{Padded: true, Octets: []byte{1}}}},
	{h2decode.TypePriority, &h2decode.PriorityFrame{DependsOn: 1, Weight: 256}},
	{h2decode.TypeRSTStream, &h2decode.RSTStreamFrame{Code: h2decode.Cancel}},
	{h2decode.TypeSettings, &h2decode.SettingsFrame{Octets: make([]byte, 12)}},
	{h2decode.TypePushPromise, &h2decode.PushPromiseFrame{Promised: 2, Fragment: []byte{0x82}, Padding: h2decode.Padding{Padded: true}}},
	{h2decode.TypePing, &h2decode.PingFrame{Opaque: [8]byte{1, 2, 3}}},
	{h2decode.TypeGoAway, &h2decode.GoAwayFrame{LastStream: 7, Code: h2decode.EnhanceYourCalm, DebugData: []byte("too\x1b[2Jmuch")}},
	{h2decode.TypeWindowUpdate, &h2decode.WindowUpdateFrame{Increment: 5}},
	{h2decode.TypeContinuation, &h2decode.ContinuationFrame{Fragment: []byte{0x82}}},
	{h2decode.TypeAltSvc, &h2decode.AltSvcFrame{Origin: []byte("https://a.test"), FieldValue: []byte(`h3=":443"`)}},
	{h2decode.TypeOrigin, &h2decode.OriginFrame{Octets: []byte("\x00\x01a\x00\x02bc")}},
	{h2decode.TypePriorityUpdate, &h2decode.PriorityUpdateFrame{Prioritized: 5, FieldValue: []byte("u=1, i")}},
	{h2decode.Type(0xfa), &h2decode.UnknownFrame{Payload: []byte("anything")}},
}

// TestTreeCoversEveryOctetOnce: the fields of a frame of any type lie side by
// side, from its first octet to its last.
func TestTreeCoversEveryOctetOnce(t *testing.T) {
	for _, test := range payloads {
		octets := frameOf(test.t, 0, 1, test.p)
		at := 0
		for _, n := range treeOf(octets).nodes {
			if n.style == cells.Heading {
				continue // it is what follows, together
			}
			if n.from != at {
				t.Errorf("%s: %s begins at octet %d, not at %d", test.t, n.name, n.from, at)
			}
			at = n.to
		}
		if at != len(octets) {
			t.Errorf("%s: %d of %d octets are told", test.t, at, len(octets))
		}
	}
}

// TestTreeOfAFrameThatIsCut shows what is there of frames that end early, or
// whose octets were changed; it never fails.
func TestTreeOfAFrameThatIsCut(t *testing.T) {
	for _, test := range payloads {
		octets := frameOf(test.t, 0, 1, test.p)
		for n := range octets {
			checkTree(t, octets[:n])
			changed := bytes.Clone(octets)
			changed[n] ^= 0xff
			checkTree(t, changed)
		}
	}
}

func checkTree(t *testing.T, octets []byte) {
	t.Helper()
	for _, n := range treeOf(octets).nodes {
		if n.from < 0 || n.to > len(octets) || n.from > n.to {
			t.Errorf("%x: %s lies from octet %d to %d of %d", octets, n.name, n.from, n.to, len(octets))
		}
	}
}

func FuzzTree(f *testing.F) {
	for _, test := range payloads {
		f.Add(frameOf(test.t, 0, 1, test.p))
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		if len(octets) >= h2decode.HeaderLength {
			h := h2decode.ParseFrameHeader(octets)
			octets = octets[:min(len(octets), h2decode.HeaderLength+int(h.Length))]
		}
		checkTree(t, octets)
	})
}
