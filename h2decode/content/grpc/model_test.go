package grpc

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// A sent message is what a model knows of one that was sent.
type sent struct {
	data       string
	start, end int // of its frame, in the content
}

// stream makes the content of a call with random messages.
func stream(r *rand.Rand) (content []byte, messages []sent) {
	for range 1 + r.IntN(20) {
		data := make([]byte, r.IntN(300))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		start := len(content)
		content = append(content, frame(0, string(data))...)
		messages = append(messages, sent{string(data), start, len(content)})
	}
	return content, messages
}

// Content that is cut anywhere gives the messages that were sent, in their order.
func TestModelOfWholeContent(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		content, messages := stream(r)
		var got []string
		s := NewSplitter(Config{MaxMessage: 1000}, func(m *Message) {
			if m.Number != len(got)+1 || !m.Complete() || m.Trouble != "" || m.Begun > m.Ended {
				t.Errorf("%+v", m)
			}
			got = append(got, string(m.Data))
		})
		for at := int64(0); len(content) > 0; at++ {
			n := 1 + r.IntN(min(len(content), 1+r.IntN(400)))
			s.Write(at, content[:n])
			content = content[n:]
		}
		s.Close(1000)
		for i, m := range messages {
			if i >= len(got) || got[i] != m.data {
				t.Fatalf("message %d of %d is not what was sent", i, len(messages))
			}
		}
	}
}

// With a hole anywhere, every message that is told as complete was sent so, what
// stands before the hole is not lost, and what can't be cut is counted.
func TestModelOfAHole(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		content, messages := stream(r)
		from := r.IntN(len(content))
		to := from + 1 + r.IntN(min(len(content)-from, 1+r.IntN(500)))
		whole := 0
		var told uint64
		s := NewSplitter(Config{MaxMessage: 1000}, func(m *Message) {
			of := messages[m.Number-1]
			told += prefixLength + uint64(m.Length) - uint64(m.Missing) - uint64(m.Unsent)
			if int(m.Length) != len(of.data) || !bytes.HasPrefix([]byte(of.data), m.Data) {
				t.Fatalf("message %d is not what was sent", m.Number)
			}
			if m.Complete() {
				whole++
				if string(m.Data) != of.data {
					t.Fatalf("message %d is complete, and is not", m.Number)
				}
			}
		})
		s.Write(1, content[:from])
		s.Missing(2, uint64(to-from))
		s.Write(3, content[to:])
		s.Close(4)
		if want := recoverable(messages, from, to); whole != want {
			t.Fatalf("%d complete messages, there are %d (hole %d to %d of %v)", whole, want, from, to, messages)
		}
		skipped, _ := s.Skipped()
		if captured := uint64(len(content) - (to - from)); told+skipped != captured {
			t.Fatalf("%d octets told and %d skipped of %d", told, skipped, captured)
		}
	}
}

// recoverable is how many messages can be known to be whole: all but the one with
// the hole, if the hole lies inside its data; those before the hole if not.
func recoverable(messages []sent, from, to int) int {
	i := slices.IndexFunc(messages, func(m sent) bool { return from < m.end })
	if m := messages[i]; from >= m.start+prefixLength && to <= m.end {
		return len(messages) - 1
	}
	return i
}
