package rules

import (
	"slices"
	"testing"

	"h2scope/h2decode"
)

// long is a DATA frame that is as long as said, on stream 1.
func long(length int) []byte {
	return rawFrame(h2decode.TypeData, 0, 1, make([]byte, length)...)
}

func maxFrameSize(v uint32) []byte {
	return settingsFrame(h2decode.Setting{ID: h2decode.SettingMaxFrameSize, Value: v})
}

var sizeCases = []ruleCase{
	{
		rule: "FR-01", name: "DATA above the first limit",
		breaks: func(s *script) { s.client(s.post(1), long(1<<14+1)) },
		legal:  func(s *script) { s.client(s.post(1), long(1<<14)) },
	},
	{
		rule: "FR-01", name: "an unknown frame above the limit",
		also:   []string{"FR-05"},
		breaks: func(s *script) { s.client(rawFrame(0xee, 0, 0, make([]byte, 1<<14+1)...)) },
		legal:  func(s *script) { s.client(rawFrame(0xee, 0, 0, make([]byte, 1<<14)...)) },
	},
	{
		rule: "FR-01", name: "the limit has fallen again and that is acknowledged",
		breaks: func(s *script) {
			s.server(maxFrameSize(1<<15), maxFrameSize(1<<14))
			s.client(ackFrame(), ackFrame(), s.post(1), long(20000))
		},
		legal: func(s *script) { // it may not have come to the second frame
			s.server(maxFrameSize(1<<15), maxFrameSize(1<<14))
			s.client(ackFrame(), s.post(1), long(20000))
		},
	},
	{
		rule: "FR-01", name: "a frame that its receiver did not wait for",
		breaks: func(s *script) {
			s.client(s.post(1), long(60000)[:100])
			s.server(goAwayFrame(1, h2decode.FrameSizeError))
		},
		legal: func(s *script) {
			s.client(s.post(1), long(1 << 14)[:100])
			s.server(goAwayFrame(1, h2decode.InternalError))
		},
	},
	{
		rule: "FR-02", name: "PADDED without a pad length",
		breaks: func(s *script) { s.client(s.post(1), rawFrame(h2decode.TypeData, h2decode.FlagPadded, 1)) },
		legal: func(s *script) {
			s.client(s.post(1), rawFrame(h2decode.TypeData, h2decode.FlagPadded|h2decode.FlagEndStream, 1, 0))
		},
	},
	{
		rule: "FR-02", name: "HEADERS without its priority",
		breaks: func(s *script) {
			s.client(rawFrame(h2decode.TypeHeaders, h2decode.FlagPriority|endHeadersFlag, 1, 0, 0, 0, 0))
		},
		legal: func(s *script) {
			s.client(rawFrame(h2decode.TypeHeaders, h2decode.FlagPriority|endHeadersFlag|h2decode.FlagEndStream, 1,
				append([]byte{0, 0, 0, 0, 15}, s.block(client, get...)...)...))
		},
	},
	{
		rule: "FR-02", name: "ALTSVC without the origin's length",
		breaks: func(s *script) { s.server(rawFrame(h2decode.TypeAltSvc, 0, 0, 0)) },
	},
	{
		rule: "FR-02", name: "ALTSVC without the origin that it announces",
		breaks: func(s *script) { s.server(rawFrame(h2decode.TypeAltSvc, 0, 0, 0, 9, 'h')) },
	},
	{
		rule: "FR-10", name: "PRIORITY of 4 octets",
		breaks: func(s *script) { s.client(s.request(1), rawFrame(h2decode.TypePriority, 0, 1, 0, 0, 0, 0)) },
		legal:  func(s *script) { s.client(s.request(1), priorityFrame(1, 0)) },
	},
	{
		rule: "FR-11", name: "RST_STREAM of 3 octets",
		breaks: func(s *script) { s.client(s.request(1), rawFrame(h2decode.TypeRSTStream, 0, 1, 0, 0, 8)) },
		legal:  func(s *script) { s.client(s.request(1), resetFrame(1, h2decode.Cancel)) },
	},
	{
		rule: "FR-12", name: "SETTINGS of 5 octets",
		breaks: func(s *script) { s.client(rawFrame(h2decode.TypeSettings, 0, 0, 0, 4, 0, 1, 0)) },
		legal: func(s *script) {
			s.client(settingsFrame(h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 1 << 16}))
		},
	},
	{
		rule: "FR-13", name: "an acknowledgment with settings",
		breaks: func(s *script) {
			s.server(settingsFrame())
			s.client(rawFrame(h2decode.TypeSettings, h2decode.FlagAck, 0, 0, 4, 0, 1, 0, 0))
		},
		legal: func(s *script) {
			s.server(settingsFrame())
			s.client(ackFrame())
		},
	},
	{
		rule: "FR-14", name: "PING of 7 octets",
		breaks: func(s *script) { s.client(rawFrame(h2decode.TypePing, 0, 0, make([]byte, 7)...)) },
		legal:  func(s *script) { s.client(rawFrame(h2decode.TypePing, 0, 0, make([]byte, 8)...)) },
	},
	{
		rule: "FR-15", name: "WINDOW_UPDATE of 5 octets",
		breaks: func(s *script) { s.client(rawFrame(h2decode.TypeWindowUpdate, 0, 0, 0, 0, 0, 1, 0)) },
		legal:  func(s *script) { s.client(windowFrame(0, 1)) },
	},
	{
		rule: "FR-16", name: "GOAWAY of 7 octets",
		breaks: func(s *script) { s.client(rawFrame(h2decode.TypeGoAway, 0, 0, make([]byte, 7)...)) },
		legal:  func(s *script) { s.client(rawFrame(h2decode.TypeGoAway, 0, 0, make([]byte, 8)...)) },
	},
}

// TestErrorScope: an error in the size of a frame ends the connection where the
// frame could change its state, else the stream (RFC 9113, Section 4.2).
func TestErrorScope(t *testing.T) {
	long := make([]byte, 1<<14+1)
	for _, test := range []struct {
		name  string
		frame []byte
		want  string
	}{
		{"DATA", rawFrame(h2decode.TypeData, 0, 1, long...), stream},
		{"DATA on stream 0", rawFrame(h2decode.TypeData, 0, 0, long...), connection},
		{"HEADERS", rawFrame(h2decode.TypeHeaders, endHeadersFlag, 1, long...), connection},
		{"SETTINGS", rawFrame(h2decode.TypeSettings, 0, 0, make([]byte, 6*2731)...), connection},
	} {
		s := newScript(t, h2decode.Config{}).begin()
		s.client(s.post(1), test.frame)
		s.finish()
		i := slices.IndexFunc(s.found, func(f *h2decode.Finding) bool { return f.Rule == "FR-01" })
		if i < 0 || s.found[i].Scope != test.want {
			t.Errorf("%s: found %s, want the scope %s", test.name, s.describe(), test.want)
		}
	}
}

// TestWhatLiesInAGap: rules that rest on octets that the capture lacks are not
// judged, and a frame whose header came is judged by that.
func TestWhatLiesInAGap(t *testing.T) {
	// loses plays a frame of which the capture lacks all but the header.
	loses := func(s *script, side h2decode.Side, frame []byte) {
		s.send(side, frame[:h2decode.HeaderLength])
		s.lose(side, len(frame)-h2decode.HeaderLength)
	}
	for _, test := range []struct {
		name string
		play func(s *script)
		skip string
		want []string
	}{
		{"the limit of a frame's length", func(s *script) {
			loses(s, server, maxFrameSize(1<<15))
			s.client(ackFrame(), s.post(1), long(20000))
		}, "FR-01", nil},
		{"PING", func(s *script) { loses(s, client, pingFrame(0, "one")) }, "PG-02", nil},
		{"the acknowledgment of PING", func(s *script) {
			s.client(pingFrame(0, "one"))
			loses(s, server, pingFrame(h2decode.FlagAck, "one"))
		}, "", nil},
		{"GOAWAY", func(s *script) { loses(s, server, goAwayFrame(9, 0xff)) }, "", nil},
		{"a wrong length", func(s *script) { loses(s, server, rawFrame(h2decode.TypePing, 0, 0, make([]byte, 9)...)) }, "", []string{"FR-14"}},
		{"the frame that the end cuts", func(s *script) {
			s.server(goAwayFrame(0, 0))
			s.server(dataFrame(1, 0, "hello")[:9])
			s.lose(server, 2)
			s.close(server)
		}, "FR-19", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, h2decode.Config{}).begin()
			test.play(s)
			s.expect(t, test.want...)
			if test.skip != "" && !s.skipped(test.skip) {
				t.Errorf("%s was not counted as not judged", test.skip)
			}
		})
	}
}
