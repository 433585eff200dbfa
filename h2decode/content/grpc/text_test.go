package grpc

import (
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"testing"
)

// A server of grpc-web-text may flush anywhere, with padding, and the capture may
// cut the characters anywhere: the messages are those that were sent.
func TestModelOfWebText(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	cfg := Config{MaxMessage: 1000, Format: Format{Web: true, Text: true}}
	for range 300 {
		content, messages := stream(r)
		var text []byte
		for rest := content; len(rest) > 0; {
			n := 1 + r.IntN(len(rest))
			text = base64.StdEncoding.AppendEncode(text, rest[:n])
			rest = rest[n:]
		}
		var got, want []string
		for _, m := range messages {
			want = append(want, m.data)
		}
		s := NewSplitter(cfg, func(m *Message) { got = append(got, string(m.Data)) })
		for len(text) > 0 {
			n := 1 + r.IntN(len(text))
			s.Write(1, text[:n])
			text = text[n:]
		}
		s.Close(2)
		if n, reason := s.Skipped(); n > 0 || !slices.Equal(got, want) {
			t.Fatalf("%d messages of %d, %d skipped: %s", len(got), len(want), n, reason)
		}
	}
}

// After a loss of characters nothing is told that was not sent.
func TestModelOfWebTextWithAHole(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	cfg := Config{MaxMessage: 1000, Format: Format{Web: true, Text: true}}
	for range 300 {
		content, messages := stream(r)
		text := base64.StdEncoding.AppendEncode(nil, content)
		from := r.IntN(len(text))
		to := from + 1 + r.IntN(len(text)-from)
		told := 0
		s := NewSplitter(cfg, func(m *Message) {
			if m.Complete() && string(m.Data) != messages[m.Number-1].data {
				t.Fatalf("message %d was not sent so", m.Number)
			}
			told++
		})
		s.Write(1, text[:from])
		s.Missing(2, uint64(to-from))
		s.Write(3, text[to:])
		s.Close(4)
		skipped, reason := s.Skipped()
		if reason == "" || skipped < uint64(len(text)-to) {
			t.Fatalf("%d of %d characters skipped: %s", skipped, len(text)-to, reason)
		}
	}
}
