package tui

import (
	"strings"
	"testing"
)

// What went wrong beside the findings is said in the same place: gaps, resets,
// waits, TLS that was not decrypted.
func TestTroubleOfTheWholeCapture(t *testing.T) {
	for sample, want := range map[string][]string{
		"gaps":             {"2 gaps: 929 octets that the capture lacks", "3 times a rule rests on what was not seen"},
		"rapid-reset":      {"AT-01 error", "1×", "GOAWAY       ENHANCE_YOUR_CALM", "40 streams reset"},
		"connection-stall": {"2 waits for a window or for TCP"},
		"grpc-call":        {"none"},
	} {
		s := open(sampleNamed(t, sample), 120, 40, Options{View: "findings"})
		for _, text := range want {
			if s.line(text) == "" {
				t.Errorf("%s: there is no %q:\n%s", sample, text, s.screen())
			}
		}
	}
}

// The worst finding is selected when the view is opened, wherever it stands.
func TestWorstFindingIsSelected(t *testing.T) {
	s := open(sampleNamed(t, "rapid-reset"), 80, 24, Options{})
	before := s.Time
	s.press("8")
	if line := s.line(">"); !strings.Contains(line, "AT-01") {
		t.Error(line)
	}
	if s.Time != before {
		t.Error("the clock has moved before anything was chosen")
	}
	if s.press("Up"); !strings.Contains(s.line(">"), "SE-15") {
		t.Error(s.line(">"))
	}
}

// Tab goes between the selected finding and the trouble of the whole capture,
// which scrolls.
func TestTroublePane(t *testing.T) {
	s := open(sampleNamed(t, "rapid-reset"), 80, 11, Options{View: "findings"})
	if s.line("[finding]") == "" {
		t.Error(s.screen())
	}
	if s.press("Tab"); s.line("[trouble of the whole capture]") == "" {
		t.Error(s.screen())
	}
	selected := s.Lists[Findings].selected
	if s.press("End"); s.Scroll[Findings] == 0 || s.Lists[Findings].selected != selected {
		t.Errorf("scrolled to %d:\n%s", s.Scroll[Findings], s.screen())
	}
	if s.press("Tab"); s.line("[finding]") == "" {
		t.Error(s.screen())
	}
}

// A tally counts each finding once, however little is looked at at a time.
func TestTallyInSmallSteps(t *testing.T) {
	source := sampleNamed(t, "push-story-wrong")
	var whole, steps tally
	whole.look(source.Snapshot(), 1<<20)
	for range 1000 {
		if steps.look(source.Snapshot(), 1) {
			break
		}
	}
	if len(whole.rules) == 0 || len(whole.rules) != len(steps.rules) {
		t.Fatalf("%v, %v", whole.rules, steps.rules)
	}
	for rule, b := range whole.rules {
		if steps.rules[rule] != b {
			t.Errorf("%s: %v, %v", rule, b, steps.rules[rule])
		}
	}
}
