package fields

import (
	"slices"
	"testing"

	"h2scope/h2decode"
)

// Every field of a frame's payload, by the frame that has it.
func TestPayloads(t *testing.T) {
	settings := h2decode.AppendSetting(nil, h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 65536})
	settings = h2decode.AppendSetting(settings, h2decode.Setting{ID: 0x4469, Value: 1})
	settings = h2decode.AppendSetting(settings, h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 1 << 20})
	ping := &h2decode.PingFrame{Opaque: [8]byte{1, 2, 3, 4, 5, 6, 7, 0xff}}
	tests := []struct {
		frame *h2decode.FrameDecoded
		holds []string
		fails []string
	}{
		{
			frame(h2decode.TypeData, h2decode.FlagEndStream|h2decode.FlagPadded, 5, &h2decode.DataFrame{Length: 5, PadLength: 2}),
			[]string{"http2.data.data", "h2.data_length == 5", "http2.pad_length == 2", "http2.flags.padded == true", "http2.flags.end_stream == true"},
			[]string{"http2.flags.eh", "http2.headers"},
		}, {
			frame(h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{Octets: settings}),
			[]string{
				"http2.settings", "http2.settings.id == SETTINGS_INITIAL_WINDOW_SIZE", "http2.settings.id == 0x4469", "http2.settings.initial_window_size == 65536",
				"http2.settings.initial_window_size > 1000000", "http2.flags.ack.settings == false",
			},
			[]string{"http2.settings.initial_window_size != 65536", "http2.settings.enable_push", "http2.settings.id == 1", "h2.settings.no_rfc7540_priorities"},
		}, {
			frame(h2decode.TypeSettings, h2decode.FlagAck, 0, &h2decode.SettingsFrame{}),
			[]string{"http2.flags.ack.settings == true"}, []string{"http2.settings", "http2.settings.id"},
		}, {
			frame(h2decode.TypePing, 0, 0, ping),
			[]string{"http2.ping", "http2.ping == 01:02:03:04:05:06:07:ff", "http2.ping == 01020304050607FF", "http2.ping contains 06:07", `http2.ping contains "\x06\007"`, `http2.ping matches "\x01"`, "http2.ping < 02"},
			[]string{"http2.pong", "http2.ping == 01:02", "http2.flags.ack.ping == true"},
		}, {
			frame(h2decode.TypePing, h2decode.FlagAck, 0, ping), []string{"http2.pong", "http2.flags.ack.ping == true"}, []string{"http2.ping"},
		}, {
			frame(h2decode.TypeGoAway, 0, 0, &h2decode.GoAwayFrame{LastStream: 7, Code: h2decode.EnhanceYourCalm, DebugData: []byte("too many")}),
			[]string{"http2.goaway.error == ENHANCE_YOUR_CALM", "http2.goaway.error == 11", "http2.goaway.last_stream_id == 7", `http2.goaway.addata contains "many"`},
			[]string{"http2.rst_stream.error"},
		}, {
			frame(h2decode.TypeRSTStream, 0, 5, &h2decode.RSTStreamFrame{Code: 0xfa}), []string{"http2.rst_stream.error == 0xfa"}, []string{"http2.rst_stream.error <= HTTP_1_1_REQUIRED"},
		}, {
			frame(h2decode.TypeWindowUpdate, 0, 5, &h2decode.WindowUpdateFrame{Increment: 100}), []string{"http2.window_update.window_size_increment == 100"}, nil,
		}, {
			frame(h2decode.TypePushPromise, h2decode.FlagEndHeaders, 5, &h2decode.PushPromiseFrame{Promised: 2, Padding: h2decode.Padding{Padded: true, Octets: make([]byte, 3)}}),
			[]string{"http2.push_promise.promised_stream_id == 2", "http2.pad_length == 3"}, nil,
		}, {
			frame(h2decode.TypePriority, 0, 5, &h2decode.PriorityFrame{Exclusive: true, DependsOn: 1, Weight: 256}),
			[]string{"http2.exclusive == 1", "http2.stream_dependency == 1", "http2.headers.weight == 255", "http2.headers.weight_real == 256"}, nil,
		}, {
			frame(h2decode.TypeAltSvc, 0, 0, &h2decode.AltSvcFrame{Origin: []byte("https://a"), FieldValue: []byte(`h3=":443"`)}),
			[]string{`http2.altsvc.origin == "https://a"`, "http2.altsvc.field_value contains h3"}, nil,
		}, {
			frame(h2decode.TypeOrigin, 0, 0, &h2decode.OriginFrame{Octets: []byte("\x00\x01a\x00\x02bc\x00\x09cut")}),
			[]string{"http2.origin.origin == a", "http2.origin.origin == bc", "http2.origin.origin == cut"}, []string{"http2.origin.origin == d"},
		}, {
			frame(h2decode.TypePriorityUpdate, 0, 0, &h2decode.PriorityUpdateFrame{Prioritized: 5, FieldValue: []byte("u=1")}),
			[]string{"http2.priority_update_stream_id == 5", `http2.priority_update_field_value == "u=1"`}, nil,
		}, {
			frame(h2decode.TypeHeaders, 0, 5, nil), []string{"http2.headers", "http2.flags.eh == 0"},
			[]string{"http2.pad_length", "http2.exclusive", "http2.header", "h2.trust", "h2.block_length"},
		},
	}
	for _, tt := range tests {
		for _, expression := range tt.holds {
			if match(t, expression, ofFrameOver(tt.frame)) != True {
				t.Errorf("%s: %s does not hold", tt.frame.Header.Type, expression)
			}
		}
		for _, expression := range tt.fails {
			if match(t, expression, ofFrameOver(tt.frame)) != False {
				t.Errorf("%s: %s holds", tt.frame.Header.Type, expression)
			}
		}
	}
}

// What a capture with gaps and late keys makes of a frame.
func TestDamagedFrames(t *testing.T) {
	f := frame(h2decode.TypeData, 0, 5, nil)
	f.Missing, f.Late, f.FirstPacket = 7, true, 18
	f.Malformed = &h2decode.FrameError{Reason: "PADDED and no pad length"}
	f.Windows = h2decode.Windows{Moved: true, Connection: h2decode.Window{Octets: 9, Known: true}, Stream: h2decode.Window{Octets: -5, Known: true}}
	check(t, ofFrameOver(f), []verdicts{
		{"h2.missing == 7", true}, {"h2.late", true}, {"h2.first_packet == 18", true}, {"h2.malformed contains PADDED", true}, {"h2.window.connection == 9", true}, {"h2.window.stream < 0", true},
	})
	f.Windows.Stream.Known = false
	check(t, ofFrameOver(f), []verdicts{{"h2.window.stream", false}})
}

// A field with a hole in the middle of its values goes on behind it.
func TestValuesInOrder(t *testing.T) {
	values := func(name string, s *Subject) []string {
		got, known := Lookup(name).Text(s)
		if !known {
			t.Errorf("%s is not known", name)
		}
		return got
	}
	tests := []struct {
		field   string
		subject *Subject
		want    []string
	}{
		{"http2.headers.status", ofStreamOver(), []string{"103", "103", "404"}},
		{"http2.headers.set_cookie", ofStreamOver(), []string{"a=1", "b=2"}},
		{`http2.header["x-checksum"]`, ofStreamOver(), []string{"9f"}},
		{"http2.header.name", ofFrameOver(headersFrame()), []string{":status", "set-cookie", "set-cookie", "x-cache", "x-half"}},
		{"http2.header.value", ofFrameOver(headersFrame()), []string{"404", "a=1", "b=2", "hit"}},
		{"h2.trust", ofFrameOver(headersFrame()), []string{"exact", "exact", "exact", "uncertain", "unknown", "unknown"}},
		{"h2.status", ofStreamOver(), []string{"404"}},
		{"h2.stalled", ofStreamOver(), []string{"0.250000000", "0.125000000"}},
		{"tcp.port", ofStreamOver(), []string{"50000", "443"}},
		{"ip.addr", ofFrameOver(headersFrame()), []string{"198.51.100.1", "192.0.2.7"}},
		{"h2.via", ofConnOver(), []string{"connect", "socks5"}},
		{"h2.goaway", ofConnOver(), []string{"ENHANCE_YOUR_CALM"}},
	}
	for _, tt := range tests {
		if got := values(tt.field, tt.subject); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.field, got, tt.want)
		}
	}
}
