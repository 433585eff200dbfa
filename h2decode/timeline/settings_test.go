package timeline

import (
	"fmt"
	"slices"
	"testing"

	"h2scope/h2decode"
)

func describeChanges(changes []SettingsChange) (lines []string) {
	for _, c := range changes {
		line := fmt.Sprintf("%s %v: frame %d at %d, acknowledged by %d at %d", c.From, c.Settings, c.Frame, c.Sent/ms, c.Acknowledgment, c.Acknowledged/ms)
		if c.Incomplete {
			line += ", incomplete"
		}
		lines = append(lines, line)
	}
	return lines
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("\n%q\nwant\n%q", got, want)
	}
}

// Each SETTINGS frame goes with its acknowledgment, in order (RFC 9113, Section
// 6.5.3).
func TestSettingsAndTheirAcknowledgments(t *testing.T) {
	p := begun(t, h2decode.Setting{ID: h2decode.SettingEnablePush, Value: 0})
	window := func(n uint32) h2decode.Setting {
		return h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: n}
	}
	p.client(settingsFrame(window(1), window(2)))
	p.client(settingsFrame(window(3)))
	p.server(ackFrame())
	p.client(settingsFrame())
	c := p.now()
	wantLines(t, describeChanges(c.SettingsChanges(client)),
		"client [{SETTINGS_ENABLE_PUSH 0}]: frame 1 at 1, acknowledged by 4 at 4",
		"client [{SETTINGS_INITIAL_WINDOW_SIZE 1} {SETTINGS_INITIAL_WINDOW_SIZE 2}]: frame 5 at 5, acknowledged by 7 at 7",
		"client [{SETTINGS_INITIAL_WINDOW_SIZE 3}]: frame 6 at 6, acknowledged by 0 at 0",
		"client []: frame 8 at 8, acknowledged by 0 at 0")
	wantLines(t, describeChanges(c.SettingsChanges(server)), "server []: frame 2 at 2, acknowledged by 3 at 3")
	for n, want := range map[uint64]string{3: "[]", 4: "[{{SETTINGS_ENABLE_PUSH 0} true}]", 7: "[{{SETTINGS_ENABLE_PUSH 0} true} {{SETTINGS_INITIAL_WINDOW_SIZE 2} true}]"} {
		if got := fmt.Sprint(c.AtFrame(n).Settings(client)); got != want {
			t.Errorf("after frame %d: %s, want %s", n, got, want)
		}
	}
}

// Settings whose frame has a hole are not known from their acknowledgment on.
func TestSettingsInAGap(t *testing.T) {
	p := begun(t, h2decode.Setting{ID: h2decode.SettingEnablePush, Value: 0})
	frame := settingsFrame(h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 1})
	p.client(frame[:12])
	p.lose(client, len(frame)-12)
	p.server(ackFrame())
	c := p.now()
	wantLines(t, describeChanges(c.SettingsChanges(client))[1:],
		"client []: frame 5 at 5, acknowledged by 6 at 7, incomplete")
	if got := c.AtFrame(5).Settings(client); len(got) != 1 || !got[0].Known {
		t.Errorf("before the acknowledgment: %v", got)
	}
	if got := c.AtFrame(6).Settings(client); len(got) != 0 {
		t.Errorf("behind it: %v", got)
	}
}

// A flood of settings does not take memory without bounds: neither many in one
// frame, nor many identifiers.
func TestSettingsAreBounded(t *testing.T) {
	p := begun(t)
	var many []h2decode.Setting
	for id := range 1000 {
		many = append(many, h2decode.Setting{ID: h2decode.SettingID(1000 + id), Value: 1})
	}
	p.client(settingsFrame(many...))
	p.server(ackFrame())
	c := p.now()
	if change := c.SettingsChanges(client)[1]; len(change.Settings) != maxAnnounced || !change.Incomplete {
		t.Errorf("%d settings kept, incomplete %v", len(change.Settings), change.Incomplete)
	}
	if n := len(c.AtFrame(6).Settings(client)); n != maxSettings {
		t.Errorf("%d settings in force", n)
	}
}
