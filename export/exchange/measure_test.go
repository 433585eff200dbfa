package exchange

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/content/grpc"
)

func zipped(octets string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(octets))
	_ = w.Close()
	return b.String()
}

func TestBodiesAreMeasured(t *testing.T) {
	long := strings.Repeat("a", 1000)
	hole := func(c *conversation) {
		frame := data(end, "abcdef")
		c.send(h2decode.Server, append(answer(0), frame[:h2decode.HeaderLength+3]...))
		c.lose(h2decode.Server, frame[h2decode.HeaderLength+3:])
	}
	for _, tt := range []struct {
		name  string
		play  func(c *conversation)
		bytes uint64
		known bool
	}{
		{"without a coding", func(c *conversation) { c.send(h2decode.Server, append(answer(0), data(end, "abc")...)) }, 3, true},
		{"empty", func(c *conversation) { c.send(h2decode.Server, answer(end)) }, 0, true},
		{"of HEAD, in a coding", func(c *conversation) { c.send(h2decode.Server, answer(end, "content-encoding", "gzip")) }, 0, true},
		{"gzip", func(c *conversation) {
			c.send(h2decode.Server, append(answer(0, "content-encoding", "gzip"), data(end, zipped(long))...))
		}, 1000, true},
		{"gzip in gzip", func(c *conversation) {
			c.send(h2decode.Server, append(answer(0, "content-encoding", "gzip", "content-encoding", "gzip"), data(end, zipped(zipped(long)))...))
		}, 1000, true},
		{"what is not in its coding stands as it is", func(c *conversation) {
			c.send(h2decode.Server, append(answer(0, "content-encoding", "gzip"), data(end, "plain")...))
		}, 5, true},
		{"longer than the limit", func(c *conversation) {
			c.send(h2decode.Server, append(answer(0, "content-encoding", "gzip"), data(end, zipped(long+"a"))...))
		}, 0, false},
		{"truncated", func(c *conversation) {
			c.send(h2decode.Server, append(answer(0, "content-encoding", "gzip"), data(end, zipped(long)[:20])...))
		}, 0, false},
		{"in a coding that nobody knows", func(c *conversation) {
			c.send(h2decode.Server, append(answer(0, "content-encoding", "x-new"), data(end, "abc")...))
		}, 0, false},
		{"without its end", func(c *conversation) { c.send(h2decode.Server, append(answer(0), data(0, "abc")...)) }, 0, false},
		{"with a hole", hole, 0, false},
		{"with lost frames", func(c *conversation) {
			c.send(h2decode.Server, append(answer(0), data(0, "abc")...))
			c.loseFrame(h2decode.Server, data(0, "abc"))
			c.send(h2decode.Server, data(end, "abc"))
		}, 0, false},
		{"not there", func(*conversation) {}, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := converse(t, 1000, true)
			c.send(h2decode.Client, headers(end, ":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/"))
			tt.play(c)
			c.decoder.Finish(&h2decode.Connection{Number: 1}, c.packet, int64(c.packet))
			m := c.measure[1]
			if known := m.Decoded[h2decode.Server]; known != tt.known || known && m.BodyBytes[h2decode.Server] != tt.bytes {
				t.Errorf("%d octets, known %v", m.BodyBytes[h2decode.Server], known)
			}
			if !m.Decoded[h2decode.Client] || m.BodyBytes[h2decode.Client] != 0 {
				t.Error("the request has no content")
			}
			if held := c.meter.conns[1]; held != nil && (held.held != 0 || len(held.streams) > 0) {
				t.Errorf("%d octets and %d streams are left", held.held, len(held.streams))
			}
		})
	}
}

// agree holds that a meter says of an exchange what the exchange says itself, or
// less.
func agree(t *testing.T, x *Exchange, m *Measure) {
	t.Helper()
	call, is := x.GRPC(0, func(h2decode.Side, *grpc.Message) {})
	if is != (m.Call != nil) || is && (call.Service != m.Call.Service || call.Method != m.Call.Method) {
		t.Errorf("stream %d: the call is %+v, and %+v", x.Stream.ID, m.Call, call)
		return
	}
	for side := range x.Bodies {
		if m.Counted[side] && m.Messages[side] != call.Messages[side].Messages {
			t.Errorf("stream %d: %d messages, and %d", x.Stream.ID, m.Messages[side], call.Messages[side].Messages)
		}
		c := x.Content(h2decode.Side(side), 1<<20)
		if m.Decoded[side] && (c.Size != m.BodyBytes[side] || !c.Complete) {
			t.Errorf("stream %d: %d octets, and %d, complete %v", x.Stream.ID, m.BodyBytes[side], c.Size, c.Complete)
		}
	}
}
