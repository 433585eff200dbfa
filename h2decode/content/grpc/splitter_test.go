package grpc

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// frame is a Length-Prefixed-Message.
func frame(flags byte, data string) []byte {
	b := binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(data)))
	return append(b, data...)
}

func gzipped(data string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(data))
	w.Close()
	return b.String()
}

// run splits parts that come at the times 1, 2 and so on. A number stands for
// octets that are missing. What is told comes as lines.
func run(cfg Config, parts ...any) []string {
	var told []string
	s := NewSplitter(cfg, func(m *Message) {
		line := fmt.Sprintf("%d [%d-%d] %d: %q", m.Number, m.Begun, m.Ended, m.Length, m.Data)
		for _, mark := range []struct {
			set  bool
			text string
		}{
			{m.Compressed, " compressed"}, {m.Trailers, " trailers"},
			{m.Missing > 0, fmt.Sprint(" missing ", m.Missing)}, {m.Unsent > 0, fmt.Sprint(" unsent ", m.Unsent)},
			{m.Omitted > 0, fmt.Sprint(" omitted ", m.Omitted)}, {m.Trouble != "", " (" + m.Trouble + ")"},
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

func TestSplitter(t *testing.T) {
	plain := Config{MaxMessage: 100}
	zipped := Config{MaxMessage: 100, Encoding: "gzip"}
	web := Config{MaxMessage: 100, Format: Format{Web: true}}
	two := slices.Concat(frame(0, "one"), frame(0, ""), frame(0, "three"))
	for _, test := range []struct {
		name  string
		cfg   Config
		parts []any
		want  []string
	}{
		{"nothing", plain, nil, nil},
		{"messages in one part", plain, []any{two}, []string{`1 [1-1] 3: "one"`, `2 [1-1] 0: ""`, `3 [1-1] 5: "three"`}},
		{"cut in the prefix", plain, []any{two[:2], two[2:]}, []string{`1 [1-2] 3: "one"`, `2 [2-2] 0: ""`, `3 [2-2] 5: "three"`}},
		{"cut in a message", plain, []any{two[:6], two[6:15], two[15:]}, []string{`1 [1-2] 3: "one"`, `2 [2-2] 0: ""`, `3 [2-3] 5: "three"`}},
		{"compressed", zipped, []any{frame(1, gzipped("hello")), frame(0, "plain")}, []string{
			fmt.Sprintf(`1 [1-1] %d: "hello" compressed`, len(gzipped("hello"))), `2 [2-2] 5: "plain"`}},
		{"an empty message is flagged as compressed", zipped, []any{frame(1, "")}, []string{`1 [1-1] 0: "" compressed`}},
		{"compressed without grpc-encoding", plain, []any{frame(1, "x")}, []string{
			`1 [1-1] 1: "x" compressed (the message is flagged as compressed, and grpc-encoding names no way)`}},
		{"compressed in a way that is not known", Config{MaxMessage: 9, Encoding: "lzma"}, []any{frame(1, "x")}, []string{
			`1 [1-1] 1: "x" compressed (the content coding "lzma" is not known)`}},
		{"not compressed, whatever the flag says", zipped, []any{frame(1, "x")}, []string{
			`1 [1-1] 1: "x" compressed (the octets can't be read as the content coding "gzip": they stand as they are)`}},
		{"unknown flags", plain, []any{frame(0x80, "x")}, []string{`1 [1-1] 1: "x" (the flags 0x80 of the message are not all known)`}},
		{"too long", Config{MaxMessage: 2}, []any{two}, []string{
			`1 [1-1] 3: "on" omitted 1 (1 of 3 octets of the message are beyond the limit)`, `2 [1-1] 0: ""`,
			`3 [1-1] 5: "th" omitted 3 (3 of 5 octets of the message are beyond the limit)`}},
		{"only measured", Config{}, []any{two[:7], two[7:]}, []string{`1 [1-2] 3: "" omitted 3`, `2 [2-2] 0: ""`, `3 [2-2] 5: "" omitted 5`}},
		{"the end behind a prefix", plain, []any{two[:18]}, []string{`1 [1-1] 3: "one"`, `2 [1-1] 0: ""`,
			`3 [1-2] 5: "" unsent 5 (5 of 5 octets of the message are missing)`}},
		{"the end in the octets of a message", plain, []any{two[:20]}, []string{`1 [1-1] 3: "one"`, `2 [1-1] 0: ""`,
			`3 [1-2] 5: "th" unsent 3 (3 of 5 octets of the message are missing)`}},
		{"the end in a prefix", plain, []any{two[:10]}, []string{`1 [1-1] 3: "one"`, "skipped 2: the content ends inside the prefix of a message"}},
		{"a length of 4 GiB", plain, []any{[]byte("\x00\xff\xff\xff\xffabc")}, []string{
			`1 [1-2] 4294967295: "abc" unsent 4294967292 (4294967292 of 4294967295 octets of the message are missing)`}},

		{"a hole in a message", plain, []any{two[:6], 1, two[7:]}, []string{
			`1 [1-3] 3: "o" missing 1 omitted 1 (1 of 3 octets of the message are missing)`, `2 [3-3] 0: ""`, `3 [3-3] 5: "three"`}},
		{"a hole at the end of a message", plain, []any{two[:6], 2, two[8:]}, []string{
			`1 [1-2] 3: "o" missing 2 (2 of 3 octets of the message are missing)`, `2 [3-3] 0: ""`, `3 [3-3] 5: "three"`}},
		{"a hole over a prefix", plain, []any{two[:6], 3, two[9:]}, []string{
			`1 [1-2] 3: "o" missing 2 (2 of 3 octets of the message are missing)`, "skipped 14: octets are missing that tell how long a message is"}},
		{"a hole in a prefix", plain, []any{two[:2], 1, two[3:]}, []string{"skipped 22: octets are missing that tell how long a message is"}},
		{"a hole before everything", plain, []any{4, two}, []string{"skipped 23: octets are missing that tell how long a message is"}},

		{"trailers of grpc-web", web, []any{frame(0, "one"), frame(0x80, "grpc-status: 0\r\n")}, []string{`1 [1-1] 3: "one"`, `2 [2-2] 16: "grpc-status: 0\r\n" trailers`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := run(test.cfg, test.parts...)
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// All encodings that gRPC's libraries have.
func TestMessagesAreInflated(t *testing.T) {
	text := strings.Repeat("a message that is said again ", 50)
	zw, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	var framed bytes.Buffer
	sw := snappy.NewBufferedWriter(&framed)
	sw.Write([]byte(text))
	sw.Close()
	for _, test := range []struct{ encoding, data string }{
		{"gzip", gzipped(text)},
		{"zstd", string(zw.EncodeAll([]byte(text), nil))},
		{"snappy", framed.String()},
		{"snappy", string(snappy.Encode(nil, []byte(text)))},
	} {
		var got []byte
		s := NewSplitter(Config{Encoding: test.encoding, MaxMessage: 10_000}, func(m *Message) { got = bytes.Clone(m.Data) })
		s.Write(1, frame(1, test.data))
		if string(got) != text {
			t.Errorf("%s: %d octets of %d", test.encoding, len(got), len(text))
		}
	}
}

func TestBombsAreLimited(t *testing.T) {
	bomb := gzipped(string(make([]byte, 10<<20)))
	var length int
	var trouble string
	s := NewSplitter(Config{Encoding: "gzip", MaxMessage: len(bomb)}, func(m *Message) { length, trouble = len(m.Data), m.Trouble })
	s.Write(1, frame(1, bomb))
	if length != len(bomb) || !strings.Contains(trouble, "limit") {
		t.Errorf("%d octets, %q", length, trouble)
	}
}

// Of a compressed message with a hole, what stands before the hole is inflated.
func TestHoleInACompressedMessage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 100_000)
	for i := range text {
		text[i] = "abcdefgh"[r.IntN(8)]
	}
	message := frame(1, gzipped(string(text)))
	half := len(message) / 2
	var got []byte
	var trouble string
	s := NewSplitter(Config{Encoding: "gzip", MaxMessage: 200_000}, func(m *Message) { got, trouble = bytes.Clone(m.Data), m.Trouble })
	s.Write(1, message[:half])
	s.Missing(2, 100)
	s.Write(3, message[half+100:])
	if len(got) < 30_000 || !bytes.HasPrefix(text, got) || !strings.Contains(trouble, "100 of") {
		t.Errorf("%d octets, %q", len(got), trouble)
	}
}

// PROTOCOL-WEB.md: base64 may be padded wherever the server flushed.
func TestSplitterOfWebText(t *testing.T) {
	cfg := Config{MaxMessage: 100, Format: Format{Web: true, Text: true}}
	encode := base64.StdEncoding.EncodeToString
	text := encode(frame(0, "one")) + "\r\n" + encode(frame(0, "four")[:6]) + encode(frame(0, "four")[6:]) + encode(frame(0x80, "grpc-status:5\r\n"))
	want := []string{`1 [1-1] 3: "one"`, `2 [1-1] 4: "four"`, `3 [1-1] 15: "grpc-status:5\r\n" trailers`}
	if got := run(cfg, []byte(text)); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	var parts []any
	for _, c := range []byte(text) {
		parts = append(parts, []byte{c})
	}
	if got := run(cfg, parts...); len(got) != 3 || !strings.HasSuffix(got[1], `4: "four"`) {
		t.Errorf("octet by octet: %q", got)
	}
	unpadded := strings.TrimRight(encode(frame(0, "ab")), "=")
	if got := run(cfg, []byte(unpadded)); !slices.Equal(got, []string{`1 [1-2] 2: "ab"`}) {
		t.Errorf("without padding: %q", got)
	}
	if got := run(cfg, []byte("AAAA!AAA"), []byte("more")); !slices.Equal(got, []string{"skipped 12: the content is not base64"}) {
		t.Errorf("no base64: %q", got)
	}
	if got := run(cfg, []byte(text[:4]), 4, []byte(text[8:])); len(got) == 0 || !strings.Contains(got[len(got)-1], "missing") {
		t.Errorf("a hole: %q", got)
	}
	long := encode(frame(0, strings.Repeat("x", 10_000)))
	if got := run(Config{Format: cfg.Format}, []byte(long)); !slices.Equal(got, []string{`1 [1-1] 10000: "" omitted 10000`}) {
		t.Errorf("more than fits at once: %q", got)
	}
}

// Where the octets are cut changes nothing.
func FuzzSplitter(f *testing.F) {
	f.Add(slices.Concat(frame(0, "one"), frame(1, gzipped("two")), frame(0x80, "a: b")), "gzip", uint16(3), uint8(0))
	f.Add([]byte(base64.StdEncoding.EncodeToString(frame(0, "text"))), "", uint16(5), uint8(3))
	f.Add([]byte("\x00\xff\xff\xff\xff"), "snappy", uint16(2), uint8(1))
	f.Fuzz(func(t *testing.T, octets []byte, encoding string, cut uint16, format uint8) {
		cfg := Config{Encoding: encoding, MaxMessage: 1000, Format: Format{Web: format&1 != 0, Text: format&2 != 0}}
		n := min(int(cut), len(octets))
		collect := func(parts ...[]byte) (told []Message, skipped uint64, length uint64) {
			s := NewSplitter(cfg, func(m *Message) {
				if len(m.Data) > 1000 || len(m.Wire) > 1000 {
					t.Fatalf("%d octets kept", len(m.Data))
				}
				copied := *m
				copied.Data, copied.Wire = append([]byte{}, m.Data...), append([]byte{}, m.Wire...)
				told = append(told, copied)
				length += prefixLength + uint64(m.Length) - uint64(m.Missing) - uint64(m.Unsent)
			})
			for _, part := range parts {
				s.Write(1, part)
			}
			s.Close(1)
			skipped, _ = s.Skipped()
			return told, skipped, length
		}
		whole, skipped, length := collect(octets)
		parts, skippedParts, _ := collect(octets[:n], octets[n:])
		if !cfg.Text && (!reflect.DeepEqual(whole, parts) || skipped != skippedParts) {
			t.Fatalf("whole\n%+v %d\nin parts\n%+v %d", whole, skipped, parts, skippedParts)
		}
		if !cfg.Text && skipped+length != uint64(len(octets)) {
			t.Fatalf("%d octets told and %d skipped of %d", length, skipped, len(octets))
		}
		// A hole anywhere, of any size.
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
	octets := slices.Concat(frame(0, "one"), frame(0, strings.Repeat("x", 500)))
	s := NewSplitter(Config{MaxMessage: 1000}, func(*Message) {})
	if n := testing.AllocsPerRun(100, func() { s.Write(1, octets[:40]); s.Write(1, octets[40:]) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSplitter(b *testing.B) {
	octets := slices.Repeat(frame(0, strings.Repeat("x", 100)), 100)
	b.SetBytes(int64(len(octets)))
	b.ReportAllocs()
	s := NewSplitter(Config{MaxMessage: 1000}, func(*Message) {})
	for b.Loop() {
		s.Write(1, octets)
	}
}
