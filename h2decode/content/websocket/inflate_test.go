package websocket

import (
	"bytes"
	"compress/flate"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

var deflating = Config{MaxMessage: 1000, Extensions: Extensions{Deflate: true}}

// RFC 7692, Section 7.2.3.
func TestExamplesOfRFC7692(t *testing.T) {
	single := deflating
	single.ServerNoTakeover = true
	for _, test := range []splitterTest{
		{"7.2.3.1: one compressed block", deflating, []any{unhex("c1 07 f2 48 cd c9 c9 07 00")}, []string{`text [1-1] 1/7: "Hello" compressed`}},
		{"7.2.3.1: fragmented", deflating, []any{unhex("41 03 f2 48 cd"), unhex("80 04 c9 c9 07 00")}, []string{`text [1-2] 2/7: "Hello" compressed`}},
		{"7.2.3.2: sharing the window", deflating, []any{unhex("c1 07 f2 48 cd c9 c9 07 00"), unhex("c1 05 f2 00 11 00 00")},
			[]string{`text [1-1] 1/7: "Hello" compressed`, `text [2-2] 1/5: "Hello" compressed`}},
		{"7.2.3.3: a block without compression", deflating, []any{unhex("c1 0b 00 05 00 fa ff 48 65 6c 6c 6f 00")}, []string{`text [1-1] 1/11: "Hello" compressed`}},
		{"7.2.3.4: a block with BFINAL", deflating, []any{unhex("c1 08 f3 48 cd c9 c9 07 00 00")}, []string{`text [1-1] 1/8: "Hello" compressed`}},
		{"7.2.3.5: two blocks in one message", deflating, []any{unhex("c1 0d f2 48 05 00 00 00 ff ff ca c9 c9 07 00")}, []string{`text [1-1] 1/13: "Hello" compressed`}},
		{"7.2.3.6: an empty message", deflating, []any{unhex("c1 01 00")}, []string{`text [1-1] 1/1: "" compressed`}},
		{"a message without RSV1 is not compressed", deflating, []any{frame(0x81, "plain")}, []string{`text [1-1] 1/5: "plain"`}},
		{"RSV1 stands on the first frame only", deflating, []any{unhex("41 03 f2 48 cd"), unhex("c0 04 c9 c9 07 00")},
			[]string{`text [1-2] 2/7: "Hello" compressed (reserved bits are set that no extension uses there (RFC 6455, Section 5.2))`}},
		{"control frames are never compressed", deflating, []any{frame(0xc9, "x")},
			[]string{`ping [1-1] 1/1: "x" (reserved bits are set that no extension uses there (RFC 6455, Section 5.2))`}},
		{"broken", deflating, []any{frame(0xc1, "\xff\xff\xff")},
			[]string{`text [1-1] 1/3: "" compressed (the message can't be inflated to its end: flate: corrupt input before offset 1)`}},
		{"what follows a broken one is not guessed at", deflating, []any{frame(0xc2, "\xff\xff"), unhex("c1 05 f2 00 11 00 00")}, []string{
			`binary [1-1] 1/2: "" compressed (the message can't be inflated to its end: flate: corrupt input before offset 1)`,
			`text [2-2] 1/5: "" compressed (the message is deflated with earlier ones that are not all known (RFC 7692, Section 7.1.1))`}},
		{"nor what follows a hole", deflating, []any{unhex("c1 07 f2 48 cd c9"), 2, unhex("00"), unhex("c1 05 f2 00 11 00 00")}, []string{
			`text [1-3] 1/7: "Hel" compressed missing 2 omitted 1 (the message is not all there: 2 octets are missing)`,
			`text [4-4] 1/5: "" compressed (the message is deflated with earlier ones that are not all known (RFC 7692, Section 7.1.1))`}},
		{"without takeover it does not matter", single, []any{frame(0xc2, "\xff\xff"), unhex("c1 07 f2 48 cd c9 c9 07 00")}, []string{
			`binary [1-1] 1/2: "" compressed (the message can't be inflated to its end: flate: corrupt input before offset 1)`,
			`text [2-2] 1/7: "Hello" compressed`}},
		{"text is checked when it is inflated", single, []any{frame(0xc1, "\xff"), frame(0xc1, "\x00\x01\x00\xfe\xff\xff\x00")}, []string{
			`text [1-1] 1/1: "" compressed (the message can't be inflated to its end: flate: corrupt input before offset 1)`,
			`text [2-2] 1/7: "\xff" compressed (the text is not UTF-8 (RFC 6455, Section 8.1))`}},
		{"only measured", Config{Extensions: deflating.Extensions}, []any{unhex("c1 07 f2 48 cd c9 c9 07 00")},
			[]string{`text [1-1] 1/7: "" compressed omitted 7`}},
	} {
		t.Run(test.name, test.run)
	}
}

// deflated is the messages as a sender with context takeover has them, each
// without its last four octets.
func deflated(t testing.TB, messages ...string) (payloads []string) {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		b.Reset()
		if _, err := w.Write([]byte(m)); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		payloads = append(payloads, strings.TrimSuffix(b.String(), "\x00\x00\xff\xff"))
	}
	return payloads
}

// Messages that share far more than one window come out as they went in.
func TestContextTakeover(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var messages []string
	for i := range 60 {
		words := make([]string, r.IntN(2000))
		for j := range words {
			words[j] = fmt.Sprint("word", r.IntN(300*(i%3+1)))
		}
		messages = append(messages, strings.Join(words, " "))
	}
	var got []string
	s := NewSplitter(Config{MaxMessage: 1 << 20, Extensions: Extensions{Deflate: true}}, func(m *Message) {
		got = append(got, string(m.Data))
		if m.Trouble != "" {
			t.Error(m.Trouble)
		}
	})
	for _, payload := range deflated(t, messages...) {
		s.Write(1, frame(0xc1, payload))
	}
	for i := range messages {
		if got[i] != messages[i] {
			t.Fatalf("message %d is not what it was", i)
		}
	}
}

// A message beyond the limit is followed to its end for the next one, up to a
// multiple of the limit.
func TestMessagesBeyondTheLimit(t *testing.T) {
	const limit = 1000
	zeros := func(n int) string { return string(make([]byte, n)) }
	cfg := Config{MaxMessage: limit, Extensions: Extensions{Deflate: true}}
	payloads := deflated(t, zeros(3*limit), zeros(10), zeros(1<<20), zeros(10))
	var got []Message
	s := NewSplitter(cfg, func(m *Message) {
		copied := *m
		copied.Data = bytes.Clone(m.Data)
		got = append(got, copied)
	})
	for _, payload := range payloads {
		s.Write(1, frame(0xc2, payload))
	}
	s.Close(1)
	for i, want := range []struct {
		length  int
		trouble string
	}{{limit, "2000 octets of the inflated message are beyond the limit"}, {10, ""}, {limit, "too long to be followed"}, {0, "not all known"}} {
		if m := got[i]; len(m.Data) != want.length || !strings.Contains(m.Trouble, want.trouble) || (m.Trouble == "") != (want.trouble == "") {
			t.Errorf("message %d: %d octets, %q", i, len(m.Data), m.Trouble)
		}
	}
	if total := got[2].Excess; total > (maxExcess+5)*limit {
		t.Errorf("%d octets were inflated beyond the limit", total)
	}
}

// Each final block costs a copy of the window, so their number is limited.
func TestFinalBlocksAreLimited(t *testing.T) {
	got := run(deflating, frame(0xc2, strings.Repeat("\x03\x00", 200)))
	if len(got) != 1 || !strings.Contains(got[0], "too many final blocks") {
		t.Errorf("%q", got)
	}
}

func TestParseExtensions(t *testing.T) {
	for _, test := range []struct {
		name, offered, accepted string
		want                    Extensions
	}{
		{"none", "permessage-deflate", "", Extensions{ClientWindowBits: 15, ServerWindowBits: 15}},
		{"plain", "permessage-deflate; client_max_window_bits", "permessage-deflate",
			Extensions{Deflate: true, ClientWindowBits: 15, ServerWindowBits: 15}},
		{"all parameters", "x, Permessage-Deflate", `permessage-deflate; client_no_context_takeover ;server_no_context_takeover; client_max_window_bits=10; server_max_window_bits="9"`,
			Extensions{Deflate: true, ClientNoTakeover: true, ServerNoTakeover: true, ClientWindowBits: 10, ServerWindowBits: 9}},
		{"not offered", "", "permessage-deflate",
			Extensions{Deflate: true, ClientWindowBits: 15, ServerWindowBits: 15, Trouble: `the client did not offer "permessage-deflate"`}},
		{"another", "bbf", "bbf; x=1", Extensions{ClientWindowBits: 15, ServerWindowBits: 15, Unknown: []string{"bbf; x=1"}, Trouble: `the extension "bbf" is not known`}},
		{"bad parameters", "permessage-deflate", "permessage-deflate; server_max_window_bits=16; x",
			Extensions{Deflate: true, ClientWindowBits: 15, ServerWindowBits: 15, Trouble: `server_max_window_bits is "16", not 8 to 15; permessage-deflate has no parameter "x"`}},
	} {
		if got := ParseExtensions(test.offered, test.accepted); fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", test.want) {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

func BenchmarkInflate(b *testing.B) {
	text := strings.Repeat("a line of a chat that goes on and on, ", 10)
	payloads := deflated(b, text, text)
	s := NewSplitter(deflating, func(*Message) {})
	s.Write(1, frame(0xc1, payloads[0]))
	octets := frame(0xc1, payloads[1])
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s.Write(1, octets)
	}
}
