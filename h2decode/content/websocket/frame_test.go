package websocket

import (
	"bytes"
	"testing"
)

// RFC 6455, Section 5.2: the header says how long it is as it comes.
func TestParseHeader(t *testing.T) {
	for _, test := range []struct {
		name, octets string
		need         int
		want         header
	}{
		{"nothing", "", 2, header{}},
		{"one octet", "81", 2, header{}},
		{"the shortest", "81 05", 2, header{fin: true, opcode: Text, length: 5, minimal: true}},
		{"the longest short length", "02 7d", 2, header{opcode: Binary, length: 125, minimal: true}},
		{"16 bits to come", "82 7e", 4, header{}},
		{"16 bits, half", "82 7e 01", 4, header{}},
		{"16 bits", "82 7e 00 7e", 4, header{fin: true, opcode: Binary, length: 126, minimal: true}},
		{"16 bits that 7 would hold", "82 7e 00 7d", 4, header{fin: true, opcode: Binary, length: 125}},
		{"16 bits, the longest", "82 7e ff ff", 4, header{fin: true, opcode: Binary, length: 65535, minimal: true}},
		{"64 bits to come", "82 7f 00 00 00", 10, header{}},
		{"64 bits", "82 7f 00 00 00 00 00 01 00 00", 10, header{fin: true, opcode: Binary, length: 65536, minimal: true}},
		{"64 bits that 16 would hold", "82 7f 00 00 00 00 00 00 ff ff", 10, header{fin: true, opcode: Binary, length: 65535}},
		{"a key to come", "81 85 01 02", 6, header{}},
		{"a key", "81 85 01 02 03 04", 6, header{fin: true, opcode: Text, masked: true, key: [4]byte{1, 2, 3, 4}, length: 5, minimal: true}},
		{"a key behind 16 bits", "81 fe 01 00 01 02 03 04", 8, header{fin: true, opcode: Text, masked: true, key: [4]byte{1, 2, 3, 4}, length: 256, minimal: true}},
		{"the longest", "81 ff 00 00 00 00 00 01 00 00 01 02 03 04", maxHeader, header{fin: true, opcode: Text, masked: true, key: [4]byte{1, 2, 3, 4}, length: 65536, minimal: true}},
		{"reserved bits", "f0 00", 2, header{fin: true, rsv: bitsRSV, minimal: true}},
		{"the payload does not matter", "89 01 ff ff", 2, header{fin: true, opcode: Ping, length: 1, minimal: true}},
	} {
		if got, need := parseHeader(unhex(test.octets)); got != test.want || need != test.need {
			t.Errorf("%s: %+v, %d", test.name, got, need)
		}
	}
}

// RFC 6455, Section 5.3: the key goes on where the last octets ended.
func TestUnmaskingInParts(t *testing.T) {
	h := header{masked: true, key: [4]byte{0x37, 0xfa, 0x21, 0x3d}}
	whole := unhex("7f 9f 4d 51 58 7f 9f 4d 51 58")
	want := bytes.Clone(whole)
	for i := range want {
		want[i] ^= h.key[i%4]
	}
	for cut := range whole {
		got := bytes.Clone(whole)
		h.unmask(got[:cut], 0)
		h.unmask(got[cut:], uint64(cut))
		if !bytes.Equal(got, want) {
			t.Errorf("cut at %d: %x, want %x", cut, got, want)
		}
	}
	plain := []byte("plain")
	if (&header{}).unmask(plain, 0); string(plain) != "plain" {
		t.Errorf("%q", plain)
	}
}

func TestOpcodes(t *testing.T) {
	for _, test := range []struct {
		opcode            Opcode
		name              string
		control, reserved bool
	}{
		{Continuation, "continuation", false, false},
		{Text, "text", false, false},
		{Binary, "binary", false, false},
		{3, "opcode(0x3)", false, true},
		{7, "opcode(0x7)", false, true},
		{Close, "close", true, false},
		{Ping, "ping", true, false},
		{Pong, "pong", true, false},
		{0xb, "opcode(0xb)", true, true},
		{0xf, "opcode(0xf)", true, true},
	} {
		if o := test.opcode; o.String() != test.name || o.IsControl() != test.control || o.isReserved() != test.reserved {
			t.Errorf("%d: %s, control %v, reserved %v", test.opcode, o, o.IsControl(), o.isReserved())
		}
	}
}

func TestCloseReason(t *testing.T) {
	for _, test := range []struct {
		message Message
		code    uint16
		reason  string
		ok      bool
	}{
		{Message{Opcode: Close, Data: []byte("\x03\xe8")}, 1000, "", true},
		{Message{Opcode: Close, Data: []byte("\x03\xe9going away")}, 1001, "going away", true},
		{Message{Opcode: Close, Data: []byte("\x03")}, 0, "", false},
		{Message{Opcode: Close}, 0, "", false},
		{Message{Opcode: Text, Data: []byte("\x03\xe8")}, 0, "", false},
	} {
		if code, reason, ok := test.message.CloseReason(); code != test.code || reason != test.reason || ok != test.ok {
			t.Errorf("%+v: %d %q %v", test.message, code, reason, ok)
		}
	}
}

// The octets that a caller gives are masked still when Write returns.
func TestOctetsAreNotChanged(t *testing.T) {
	octets := masked(frame(0x81, "Hello"))
	before := bytes.Clone(octets)
	NewSplitter(client, func(*Message) {}).Write(1, octets)
	if !bytes.Equal(octets, before) {
		t.Errorf("%x became %x", before, octets)
	}
}

// Memory that a long message took is given back.
func TestMemoryIsGivenBack(t *testing.T) {
	s := NewSplitter(Config{MaxMessage: 1 << 20}, func(*Message) {})
	s.Write(1, frame(0x02, string(make([]byte, 1<<19))))
	s.Write(1, frame(0x80, ""))
	if n := cap(s.data.buf); n > maxIdle {
		t.Errorf("%d octets are held", n)
	}
}
