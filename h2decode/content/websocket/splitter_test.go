package websocket

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// unhex reads hexadecimal octets with spaces between them.
func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// frame makes a server's frame by the figure of RFC 6455, Section 5.2.
func frame(first byte, payload string) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n <= 125:
		b = append(b, byte(n))
	case n <= 0xffff:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, payload...)
}

// masked makes a client's frame of a server's that is shorter than 126 octets.
func masked(frame []byte) []byte {
	key := []byte{1, 2, 3, 4}
	b := append([]byte{frame[0], frame[1] | 0x80}, key...)
	for i, c := range frame[2:] {
		b = append(b, c^key[i%4])
	}
	return b
}

// run splits parts that come at the times 1, 2 and so on. A number stands for
// octets that are missing. What is told comes as lines.
func run(cfg Config, parts ...any) []string {
	var told []string
	s := NewSplitter(cfg, func(m *Message) {
		line := fmt.Sprintf("%s [%d-%d] %d/%d: %q", m.Opcode, m.Begun, m.Ended, m.Frames, m.Length, m.Data)
		if code, reason, ok := m.CloseReason(); ok {
			line += fmt.Sprintf(" = %d %q", code, reason)
		}
		for _, mark := range []struct {
			set  bool
			text string
		}{
			{m.Masked, " masked"}, {m.Compressed, " compressed"}, {m.Open, " open"},
			{m.Missing > 0, fmt.Sprint(" missing ", m.Missing)}, {m.Unsent > 0, fmt.Sprint(" unsent ", m.Unsent)},
			{m.Omitted > 0, fmt.Sprint(" omitted ", m.Omitted)}, {m.Excess > 0, fmt.Sprint(" excess ", m.Excess)},
			{m.Trouble != "", " (" + m.Trouble + ")"},
		} {
			if mark.set {
				line += mark.text
			}
		}
		told = append(told, line)
	})
	at := int64(0)
	for _, part := range parts {
		at++
		switch part := part.(type) {
		case []byte:
			s.Write(at, part)
		case int:
			s.Missing(at, uint64(part))
		}
	}
	s.Close(at + 1)
	if n, reason := s.Skipped(); reason != "" {
		told = append(told, fmt.Sprintf("skipped %d: %s", n, reason))
	}
	return told
}

type splitterTest struct {
	name  string
	cfg   Config
	parts []any
	want  []string
}

func (test splitterTest) run(t *testing.T) {
	if got := run(test.cfg, test.parts...); !slices.Equal(got, test.want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
	}
}

var (
	client = Config{Client: true, MaxMessage: 1000}
	server = Config{MaxMessage: 1000}
)

// RFC 6455, Section 5.7.
func TestExamplesOfRFC6455(t *testing.T) {
	long := strings.Repeat("x", 256)
	longer := strings.Repeat("y", 65536)
	for _, test := range []splitterTest{
		{"a single-frame unmasked text message", server, []any{unhex("81 05 48 65 6c 6c 6f")}, []string{`text [1-1] 1/5: "Hello"`}},
		{"a single-frame masked text message", client, []any{unhex("81 85 37 fa 21 3d 7f 9f 4d 51 58")}, []string{`text [1-1] 1/5: "Hello" masked`}},
		{"a fragmented unmasked text message", server, []any{unhex("01 03 48 65 6c"), unhex("80 02 6c 6f")}, []string{`text [1-2] 2/5: "Hello"`}},
		{"an unmasked Ping request", server, []any{unhex("89 05 48 65 6c 6c 6f")}, []string{`ping [1-1] 1/5: "Hello"`}},
		{"a masked Ping response", client, []any{unhex("8a 85 37 fa 21 3d 7f 9f 4d 51 58")}, []string{`pong [1-1] 1/5: "Hello" masked`}},
		{"256 octets of binary", server, []any{unhex("82 7e 01 00"), []byte(long)}, []string{fmt.Sprintf("binary [1-2] 1/256: %q", long)}},
		{"64 KiB of binary", Config{MaxMessage: 1 << 20}, []any{unhex("82 7f 00 00 00 00 00 01 00 00"), []byte(longer)}, []string{fmt.Sprintf("binary [1-2] 1/65536: %q", longer)}},
	} {
		t.Run(test.name, test.run)
	}
}

func TestSplitter(t *testing.T) {
	hello := masked(frame(0x81, "Hello"))
	for _, test := range []splitterTest{
		{"nothing", server, nil, nil},
		{"cut in the header and in the payload", client, []any{hello[:1], hello[1:4], hello[4:8], hello[8:]}, []string{`text [1-4] 1/5: "Hello" masked`}},
		{"an empty message", server, []any{frame(0x82, "")}, []string{`binary [1-1] 1/0: ""`}},
		{"control frames between fragments come first", server,
			[]any{frame(0x01, "Hel"), frame(0x89, "ping"), frame(0x00, ""), frame(0x80, "lo")},
			[]string{`ping [2-2] 1/4: "ping"`, `text [1-4] 3/5: "Hello"`}},
		{"a Close with its reason", server, []any{frame(0x88, "\x03\xe8bye")}, []string{`close [1-1] 1/5: "\x03\xe8bye" = 1000 "bye"`}},
		{"a Close without a code", server, []any{frame(0x88, "")}, []string{`close [1-1] 1/0: ""`}},
		{"too long", Config{MaxMessage: 3}, []any{frame(0x82, "Hello"), frame(0x89, "Hello")}, []string{
			`binary [1-1] 1/5: "Hel" omitted 2 (2 octets of the message are beyond the limit)`, `ping [2-2] 1/5: "Hello"`}},
		{"only measured", Config{}, []any{frame(0x82, "Hello")}, []string{`binary [1-1] 1/5: "" omitted 5`}},
		{"the end in a payload", server, []any{frame(0x82, "Hello")[:4]}, []string{
			`binary [1-2] 1/5: "He" unsent 3 (the message is not all there: 3 octets are missing)`}},
		{"the end in a control frame", server, []any{frame(0x02, "x"), frame(0x8a, "Hello")[:4]}, []string{
			`pong [2-3] 1/5: "He" unsent 3 (the message is not all there: 3 octets are missing)`,
			`binary [1-3] 1/1: "x" open (the last fragment of the message did not come)`}},
		{"the end between fragments", server, []any{frame(0x02, "x")}, []string{
			`binary [1-2] 1/1: "x" open (the last fragment of the message did not come)`}},
		{"the end in a header", server, []any{frame(0x82, "x"), []byte{0x82, 126, 1}}, []string{
			`binary [1-1] 1/1: "x"`, "skipped 3: the octets end inside the header of a frame"}},

		{"a hole in a payload", client, []any{hello[:7], 2, hello[9:], hello}, []string{
			`text [1-3] 1/5: "H" masked missing 2 omitted 2 (the message is not all there: 2 octets are missing)`, `text [4-4] 1/5: "Hello" masked`}},
		{"a hole at the end of a payload", client, []any{hello[:7], 4, hello}, []string{
			`text [1-2] 1/5: "H" masked missing 4 (the message is not all there: 4 octets are missing)`, `text [3-3] 1/5: "Hello" masked`}},
		{"a hole in a header", server, []any{[]byte{0x81}, 1, []byte("Hello")}, []string{"skipped 6: octets are missing that tell how long a frame is"}},
		{"a hole over a header", server, []any{frame(0x01, "Hello")[:3], 9, []byte("more")}, []string{
			`text [1-2] 1/5: "H" open missing 4 (the message is not all there: 4 octets are missing)`,
			"skipped 4: octets are missing that tell how long a frame is"}},
	} {
		t.Run(test.name, test.run)
	}
}

// What breaks a rule is told with the rule.
func TestRulesOfRFC6455(t *testing.T) {
	for _, test := range []splitterTest{
		{"5.1: a client's frame without a mask", client, []any{frame(0x82, "x")}, []string{
			`binary [1-1] 1/1: "x" (a client's frames must be masked, a server's must not (RFC 6455, Section 5.1))`}},
		{"5.1: a server's frame with one", server, []any{masked(frame(0x82, "x"))}, []string{
			`binary [1-1] 1/1: "x" masked (a client's frames must be masked, a server's must not (RFC 6455, Section 5.1))`}},
		{"5.2: reserved bits", server, []any{frame(0xc2, "x")}, []string{
			`binary [1-1] 1/1: "x" (reserved bits are set that no extension uses there (RFC 6455, Section 5.2))`}},
		{"5.2: a reserved opcode", server, []any{frame(0x83, "x"), frame(0x8b, "y")}, []string{
			`opcode(0x3) [1-1] 1/1: "x" (the opcode 0x3 is reserved (RFC 6455, Section 5.2))`,
			`opcode(0xb) [2-2] 1/1: "y" (the opcode 0xb is reserved (RFC 6455, Section 5.2))`}},
		{"5.2: a length that is longer than it must be", server, []any{unhex("82 7e 00 01 78"), unhex("82 7f 00 00 00 00 00 00 00 01 78")}, []string{
			`binary [1-1] 1/1: "x" (the length does not stand in the shortest form (RFC 6455, Section 5.2))`,
			`binary [2-2] 1/1: "x" (the length does not stand in the shortest form (RFC 6455, Section 5.2))`}},
		{"5.2: a length above 2^63", server, []any{unhex("82 7f 80 00 00 00 00 00 00 00 78")}, []string{
			"skipped 11: a frame says that it is longer than any can be (RFC 6455, Section 5.2)"}},
		{"5.4: a continuation of nothing", server, []any{frame(0x80, "x")}, []string{
			`continuation [1-1] 1/1: "x" (a continuation frame has no message to continue (RFC 6455, Section 5.4))`}},
		{"5.4: a message inside a message", server, []any{frame(0x01, "x"), frame(0x81, "y")}, []string{
			`text [1-2] 1/1: "x" open (a new message begins before the last one ended (RFC 6455, Section 5.4); the last fragment of the message did not come)`,
			`text [2-2] 1/1: "y"`}},
		{"5.5: a fragmented control frame", server, []any{frame(0x09, "x")}, []string{
			`ping [1-1] 1/1: "x" (a control frame is fragmented or longer than 125 octets (RFC 6455, Section 5.5))`}},
		{"5.5: a control frame that is too long", server, []any{frame(0x89, strings.Repeat("x", 126))}, []string{
			fmt.Sprintf(`ping [1-1] 1/126: %q omitted 1 (a control frame is fragmented or longer than 125 octets (RFC 6455, Section 5.5); 1 octets of the message are beyond the limit)`, strings.Repeat("x", 125))}},
		{"5.5.1: a Close of one octet", server, []any{frame(0x88, "x")}, []string{
			`close [1-1] 1/1: "x" (a Close frame of one octet has no code (RFC 6455, Section 5.5.1))`}},
		{"5.5.1: a reason that is not UTF-8", server, []any{frame(0x88, "\x03\xe8\xff")}, []string{
			`close [1-1] 1/3: "\x03\xe8\xff" = 1000 "\xff" (the reason is not UTF-8 (RFC 6455, Section 5.5.1))`}},
		{"7.4.1: a code that must not be sent", server, []any{frame(0x88, "\x03\xed")}, []string{
			`close [1-1] 1/2: "\x03\xed" = 1005 "" (the code 1005 must not be sent (RFC 6455, Section 7.4))`}},
		{"8.1: text that is not UTF-8", server, []any{frame(0x81, "\xff")}, []string{
			`text [1-1] 1/1: "\xff" (the text is not UTF-8 (RFC 6455, Section 8.1))`}},
	} {
		t.Run(test.name, test.run)
	}
}

func TestValidCodes(t *testing.T) {
	for code, want := range map[uint16]bool{
		0: false, 999: false, 1000: true, 1003: true, 1004: false, 1005: false, 1006: false, 1007: true,
		1014: true, 1015: false, 1016: false, 2999: false, 3000: true, 4999: true, 5000: false,
	} {
		if validCode(code) != want {
			t.Errorf("%d: %v", code, !want)
		}
	}
}

// A trouble that comes with each of a million frames is said only so often.
func TestTroubleIsBounded(t *testing.T) {
	var length int
	s := NewSplitter(server, func(m *Message) { length = len(m.Trouble) })
	s.Write(1, slices.Repeat(frame(0x70, "x"), 10_000))
	s.Write(1, frame(0x80, ""))
	if length == 0 || length > 1000 {
		t.Errorf("%d octets", length)
	}
}

// Where the octets are cut changes nothing, and each is accounted for.
func FuzzSplitter(f *testing.F) {
	f.Add(slices.Concat(frame(0x01, "Hel"), frame(0x89, "p"), frame(0x80, "lo"), frame(0x88, "\x03\xe8")), uint16(3), false, false)
	f.Add(masked(frame(0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00")), uint16(5), true, true)
	f.Add(unhex("82 7f 80 00 00 00 00 00 00 00 78"), uint16(2), false, false)
	f.Fuzz(func(t *testing.T, octets []byte, cut uint16, isClient, deflate bool) {
		cfg := Config{Client: isClient, MaxMessage: 1000, Extensions: Extensions{Deflate: deflate}}
		n := min(int(cut), len(octets))
		collect := func(parts ...[]byte) (told []Message, skipped uint64) {
			s := NewSplitter(cfg, func(m *Message) {
				if len(m.Data) > 1000 {
					t.Fatalf("%d octets kept", len(m.Data))
				}
				copied := *m
				copied.Data = append([]byte{}, m.Data...)
				told = append(told, copied)
			})
			for _, part := range parts {
				s.Write(1, bytes.Clone(part))
			}
			s.Close(1)
			skipped, _ = s.Skipped()
			return told, skipped
		}
		whole, skipped := collect(octets)
		parts, skippedParts := collect(octets[:n], octets[n:])
		if !reflect.DeepEqual(whole, parts) || skipped != skippedParts {
			t.Fatalf("whole\n%+v %d\nin parts\n%+v %d", whole, skipped, parts, skippedParts)
		}
		s := NewSplitter(cfg, func(*Message) {})
		s.Write(1, octets[:n])
		s.Missing(2, uint64(cut)*uint64(cut))
		s.Write(3, octets[n:])
		s.Close(4)
	})
}

func TestSplittingDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	octets := slices.Concat(masked(frame(0x01, "one")), masked(frame(0x80, "two")), masked(frame(0x89, "ping")))
	s := NewSplitter(client, func(*Message) {})
	if n := testing.AllocsPerRun(100, func() { s.Write(1, octets[:10]); s.Write(1, octets[10:]) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSplitter(b *testing.B) {
	octets := slices.Repeat(masked(frame(0x82, strings.Repeat("x", 100))), 100)
	b.SetBytes(int64(len(octets)))
	b.ReportAllocs()
	s := NewSplitter(client, func(*Message) {})
	for b.Loop() {
		s.Write(1, octets)
	}
}
