package h2decode

import (
	"testing"
	"time"
)

// limited is a connection whose server allows two streams at a time.
func limited(t *testing.T) *script {
	s := newScript(t, Config{})
	s.client([]byte(Preface), settingsFrame())
	s.server(settingsFrame(Setting{SettingMaxConcurrentStreams, 2}), ackFrame())
	s.client(ackFrame()) // packet 3, at 3 ms
	return s
}

func (s *script) open(stream uint32) { s.client(s.headers(Client, stream, FlagEndStream, get...)) }
func (s *script) answer(stream uint32) {
	s.server(s.headers(Server, stream, FlagEndStream, ":status", "200"))
}

// A stream that opens as soon as there is a slot had waited for it since the
// last one was taken (RFC 9113, Section 5.1.2).
func TestBlocked(t *testing.T) {
	for _, test := range []struct {
		name    string
		play    func(s *script) // opens stream 5 as the last
		blocked int64           // milliseconds that it waited
	}{
		{"opened when a stream had ended", func(s *script) {
			s.open(1)
			s.open(3) // 5
			s.packet += 100
			s.answer(1) // 106
			s.open(5)
		}, 101},
		{"opened when a stream had been reset", func(s *script) {
			s.open(1)
			s.open(3)
			s.packet += 50
			s.client(resetFrame(3, Cancel), s.headers(Client, 5, FlagEndStream, get...))
		}, 51},
		{"opened too late to have waited", func(s *script) {
			s.open(1)
			s.open(3)
			s.packet += 100
			s.answer(1)
			s.packet += 10
			s.open(5)
		}, 0},
		{"there was a slot", func(s *script) {
			s.open(1)
			s.packet += 100
			s.answer(1)
			s.open(3)
			s.open(5)
		}, 0},
		{"beyond the limit nobody waits", func(s *script) {
			s.open(1)
			s.open(3)
			s.packet += 100
			s.open(5)
		}, 0},
		{"a push takes no slot of the client's", func(s *script) {
			s.open(1)
			s.server(s.promise(1, 2, get...), s.headers(Server, 2, 0, ":status", "200"))
			s.packet += 100
			s.answer(1)
			s.open(5)
		}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := limited(t)
			ended := s.timings()
			test.play(s)
			s.finish()
			if got := time.Duration(ended[5].Blocked); got != time.Duration(test.blocked)*time.Millisecond {
				t.Errorf("blocked for %s, want %d ms", got, test.blocked)
			}
		})
	}
}

// Where two slots come free, both streams that take them had waited.
func TestTwoSlotsComeFree(t *testing.T) {
	s := limited(t)
	ended := s.timings()
	s.open(1)
	s.open(3) // 5
	s.packet += 100
	s.answer(1) // 106
	s.answer(3)
	s.open(5)
	s.open(7)
	s.open(9) // nobody made room for it
	s.finish()
	for stream, want := range map[uint32]time.Duration{5: 101 * time.Millisecond, 7: 101 * time.Millisecond, 9: 0} {
		if got := time.Duration(ended[stream].Blocked); got != want {
			t.Errorf("stream %d: blocked for %s, want %s", stream, got, want)
		}
	}
}

// A limit that was not acknowledged blocks nobody, and nor does none.
func TestWithoutALimitNobodyIsBlocked(t *testing.T) {
	s := begun(t, Config{})
	ended := s.timings()
	s.server(settingsFrame(Setting{SettingMaxConcurrentStreams, 1}))
	s.open(1)
	s.packet += 100
	s.answer(1)
	s.open(3)
	s.finish()
	if got := ended[3].Blocked; got != 0 {
		t.Errorf("blocked for %d ns", got)
	}
}

// Streams that a limit of the decoder ends no longer take a slot.
func TestEvictedStreamsTakeNoSlot(t *testing.T) {
	s := newScript(t, Config{Limits: Limits{Streams: 1}})
	s.client([]byte(Preface), settingsFrame())
	s.server(settingsFrame(Setting{SettingMaxConcurrentStreams, 2}), ackFrame())
	s.client(ackFrame())
	for id := uint32(1); id < 20; id += 2 {
		s.open(id)
	}
	if s.conn.slots.used != 1 || s.conn.slots.full {
		t.Errorf("%d slots are used, want 1", s.conn.slots.used)
	}
}
