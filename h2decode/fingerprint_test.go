package h2decode

import "testing"

// The form is "settings|window update|priorities|pseudo-header order".
func TestFingerprints(t *testing.T) {
	chrome := []Setting{{SettingHeaderTableSize, 65536}, {SettingEnablePush, 0}, {SettingInitialWindowSize, 6291456}, {SettingMaxHeaderListSize, 262144}}
	firefox := []Setting{{SettingHeaderTableSize, 65536}, {SettingInitialWindowSize, 131072}, {SettingMaxFrameSize, 16384}}
	window := func(increment uint32) []byte {
		return AppendFrame(nil, TypeWindowUpdate, 0, 0, &WindowUpdateFrame{Increment: increment})
	}
	priority := func(stream, dependsOn uint32, weight int) []byte {
		return AppendFrame(nil, TypePriority, 0, stream, &PriorityFrame{DependsOn: dependsOn, Weight: weight})
	}
	ordered := func(names ...string) []string {
		var fields []string
		for _, name := range names {
			fields = append(fields, name, "x")
		}
		return fields
	}
	tests := []struct {
		name   string
		begin  [][]byte
		fields []string
		want   string
	}{
		{
			"Chromium", [][]byte{settingsFrame(chrome...), window(15663105)},
			ordered(":method", ":authority", ":scheme", ":path", "user-agent"),
			"1:65536;2:0;4:6291456;6:262144|15663105|0|m,a,s,p",
		},
		{
			"Firefox of 2017", [][]byte{settingsFrame(firefox...), window(12517377), priority(3, 0, 201), priority(5, 0, 101)},
			ordered(":method", ":path", ":authority", ":scheme"),
			"1:65536;4:131072;5:16384|12517377|3:0:0:201,5:0:0:101|m,p,a,s",
		},
		{
			"without anything but SETTINGS", [][]byte{settingsFrame()},
			ordered(":method", ":scheme", ":path"),
			"|00|0|m,s,p",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, Config{})
			s.client([]byte(Preface))
			s.client(test.begin...)
			s.client(s.headers(Client, 1, FlagEndStream, test.fields...))
			s.client(window(1), s.headers(Client, 3, FlagEndStream, ":path", "x"))
			if got := s.finish().Akamai; got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A beginning that was not seen tells nothing.
func TestNoFingerprintWithoutThePreface(t *testing.T) {
	s := newScript(t, Config{})
	s.client(settingsFrame(), s.headers(Client, 1, FlagEndStream, get...))
	if got := s.finish().Akamai; got != "" {
		t.Errorf("got %s", got)
	}
}
