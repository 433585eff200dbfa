package tui

import (
	"fmt"
	"strings"
	"testing"
)

// Windows shows the windows of pinned streams beside that of the selected one.
func TestPinnedStreamsAreCompared(t *testing.T) {
	s := open(sampleNamed(t, "slow-page"), 120, 40, Options{}).press("p")
	if !strings.HasPrefix(s.statusLine(), "stream 7 is pinned") {
		t.Error(s.statusLine())
	}
	s.press("Up", "5")
	for _, want := range []string{"connection: 0 octets", "stream 5: ", "stream 7: "} {
		if s.line(want) == "" {
			t.Errorf("there is no %q:\n%s", want, s.screen())
		}
	}
	if s.press("2", "Down", "p", "Up", "5"); s.line("stream 7: ") != "" {
		t.Errorf("the second p did not take the pin out:\n%s", s.screen())
	}
}

// No more streams are pinned than can be compared, and what there is no room for
// is said.
func TestPinsHaveALimit(t *testing.T) {
	s := open(sampleNamed(t, "gaps"), 80, 24, Options{}).press("Home")
	for range maxPins {
		s.press("p", "Down")
	}
	if s.press("p"); len(s.Pins) != maxPins || !strings.HasPrefix(s.statusLine(), fmt.Sprintf("%d streams are pinned", maxPins)) {
		t.Errorf("%d pins: %s", len(s.Pins), s.statusLine())
	}
	if s.press("5"); s.line("no room for ") == "" {
		t.Errorf("streams are missing without a word:\n%s", s.screen())
	}
}

// ] and [ stop at the changes of all windows that are shown: at that of stream 5,
// which only its pin shows while stream 7 is selected.
func TestChangesOfPinnedStreams(t *testing.T) {
	stops := func(keys ...string) bool {
		s := open(sampleNamed(t, "slow-page"), 120, 40, Options{}).press(keys...)
		for range 3 {
			s.press("]")
			if f := s.conn().Frame(s.Frame); f.Header.Stream == 5 && f.Increment > 0 {
				return true
			}
		}
		return false
	}
	if stops("5") || !stops("Up", "p", "Down", "5") {
		t.Error("] does not stop where the window of a pinned stream changes, and only there")
	}
}
