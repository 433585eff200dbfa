package selftest

import (
	"time"

	"h2scope/h2decode"
)

// firstMove alters what the first frame that moves windows leaves of them.
func firstMove(alter func(*h2decode.Windows) bool) func(h2decode.Event) bool {
	return firstFrame(func(f *h2decode.FrameDecoded) bool { return f.Windows.Moved && alter(&f.Windows) })
}

// eachStall alters every stall.
func eachStall(alter func(*h2decode.Stall)) func(h2decode.Event) bool {
	return func(e h2decode.Event) bool {
		if s, ok := e.(*h2decode.Stall); ok {
			alter(s)
		}
		return true
	}
}

// The windows, states, stalls and findings that the decoder may have wrong.
var flowBreakings = []breaking{
	{"a stream's window off by one", "stream-stall/cleartext", firstMove(func(w *h2decode.Windows) bool {
		w.Stream.Octets++
		return w.Stream.Known
	}), "frame 9 leaves 1 of its stream's window; it left 0"},
	{"a connection's window off by one", "stream-stall/tls1.3", firstMove(func(w *h2decode.Windows) bool {
		w.Connection.Octets--
		return true
	}), "frame 5 leaves 1114110 of the connection's window; it left 1114111"},
	{"padding that does not count", "padding/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		d, data := f.Payload.(*h2decode.DataFrame)
		padded := data && d.PadLength > 0
		if padded {
			f.Windows.Connection.Octets += int64(d.PadLength) + 1
		}
		return padded
	}), "of the connection's window; it left"},
	{"a negative window shown as an empty one", "negative-window/cleartext", func(e h2decode.Event) bool {
		if f, ok := e.(*h2decode.FrameDecoded); ok {
			f.Windows.Stream.Octets = max(0, f.Windows.Stream.Octets)
		}
		return true
	}, "frame 14 leaves 0 of its stream's window; it left -40960"},
	{"a window that does not move", "tiny-window/cleartext", firstMove(func(w *h2decode.Windows) bool {
		w.Moved = false
		return true
	}), "moves windows: false; it does: true"},
	{"a window of a stream that is closed", "misplaced/cleartext", func(e h2decode.Event) bool {
		if f, ok := e.(*h2decode.FrameDecoded); ok {
			f.Windows.Stream.Known = true
		}
		return true
	}, "leaves a window of the stream that is known: true; it did: false"},
	{"a stall left out", "stream-stall/cleartext", func(e h2decode.Event) bool {
		_, stall := e.(*h2decode.Stall)
		return !stall
	}, "0 stalls; there were 2"},
	{"a stall by the other window", "connection-stall/cleartext", eachStall(func(s *h2decode.Stall) {
		s.Cause = h2decode.StalledByStream
	}), "on stream 3 for the window of the stream, from frame"},
	{"a stall of the other side", "stream-stall/tls1.3", eachStall(func(s *h2decode.Stall) {
		s.From = h2decode.Client
	}), "stall 1: the client waits"},
	{"a stall of another stream", "connection-stall/tls1.3", eachStall(func(s *h2decode.Stall) {
		s.Stream = 5
	}), "on stream 5 for the window of the connection"},
	{"a stall that began with another frame", "rule-fc-09/packets", eachStall(func(s *h2decode.Stall) {
		s.BeganFrame++
	}), "stall 1: the server waits"},
	{"a stall too short", "stream-stall/cleartext", eachStall(func(s *h2decode.Stall) {
		s.Waited -= int64(100 * time.Millisecond)
	}), "; the script waits 150ms"},
	{"a stall a nanosecond too long", "rule-fc-08/packets", eachStall(func(s *h2decode.Stall) { s.Waited++ }), "it was that the server waits 11.00"},
	{"a stream that has not waited", "stream-stall/cleartext", func(e h2decode.Event) bool {
		if s, ok := e.(*h2decode.StreamClosed); ok {
			s.Stream.Timing.Stalled = [3]int64{}
		}
		return true
	}, "stream 1 has waited 0 ns for its window"},
	{"a stream half-closed by the wrong side", "exchange/cleartext", func(e h2decode.Event) bool {
		if s, ok := e.(*h2decode.StreamChanged); ok && s.New == h2decode.HalfClosedClient {
			s.New = h2decode.HalfClosedServer
		}
		return true
	}, "step 2 is of stream 1 from open to half-closed-server by frame 5; it was of stream 1 from open to half-closed-client by frame 5"},
	{"a step left out", "push-story-right/cleartext", func(e h2decode.Event) bool {
		s, ok := e.(*h2decode.StreamChanged)
		return !ok || s.New != h2decode.Reserved
	}, "the streams took 5 steps from state to state; they took 6"},
	{"a stream that closes in the wrong state", "resets/tls1.3", func(e h2decode.Event) bool {
		if s, ok := e.(*h2decode.StreamClosed); ok && s.Stream.Kind == h2decode.KindPush {
			s.Stream.State = h2decode.Reserved
		}
		return true
	}, "stream 2 is reserved at its end; stream 2 was closed"},
	{"a stream that is not told of", "messages/cleartext", func(e h2decode.Event) bool {
		s, ok := e.(*h2decode.StreamClosed)
		return !ok || s.Stream.ID != 11
	}, "5 streams are told of; there were 6"},
	{"an error in what is sound", "rapid-reset/cleartext", func(e h2decode.Event) bool {
		if f, ok := e.(*h2decode.Finding); ok {
			f.Severity = h2decode.SeverityWarning
		}
		return true
	}, "1 findings tell that SE-15 is broken; it was not"},
	{"an attack in what is sound", "rapid-reset/tls1.3", func(e h2decode.Event) bool {
		if f, ok := e.(*h2decode.Finding); ok {
			f.Rule = "AT-01"
		}
		return true
	}, "1 findings tell that AT-01 is broken; it was not"},
	{"a finding of an ordinary script left out", "push-story-wrong/cleartext", func(e h2decode.Event) bool {
		f, ok := e.(*h2decode.Finding)
		return !ok || f.Rule != "PU-01"
	}, "no finding tells that PU-01 is broken; it was"},
}
