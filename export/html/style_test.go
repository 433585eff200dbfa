package html

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// colours are the colours of a theme: those of the n-th :root of the style.
func colours(t *testing.T, n int) map[string]string {
	t.Helper()
	blocks := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(style, -1)
	all := make(map[string]string)
	for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]+)`).FindAllStringSubmatch(blocks[n][1], -1) {
		all[m[1]] = m[2]
	}
	return all
}

// luminance is the relative luminance of a colour (WCAG 2.2).
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	digits := colour[1:]
	if len(digits) == 3 {
		digits = strings.Join([]string{digits[:1], digits[:1], digits[1:2], digits[1:2], digits[2:], digits[2:]}, "")
	}
	v, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(shift int) float64 {
		c := float64(v>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

// Text stands out from what is behind it by 4.5 to 1, and what is drawn by 3 to 1
// (WCAG 2.2, success criteria 1.4.3 and 1.4.11), in light, in dark and on paper.
func TestContrast(t *testing.T) {
	for n, theme := range []string{"light", "dark", "print"} {
		c := colours(t, n)
		for _, pair := range []struct {
			least      float64
			fore, back string
		}{
			{4.5, "front", "back"}, {4.5, "front", "raised"}, {4.5, "faint", "back"}, {4.5, "faint", "raised"}, {4.5, "link", "back"},
			{4.5, "error", "back"}, {4.5, "warning", "back"}, {4.5, "info", "back"}, {4.5, "on", "error"}, {4.5, "error", "raised"}, {4.5, "warning", "raised"},
			{3, "blocked", "back"}, {3, "send", "back"}, {3, "wait", "back"}, {3, "receive", "back"},
			{3, "stall-stream", "back"}, {3, "stall-connection", "back"}, {3, "stall-tcp", "back"}, {3, "stall-stream", "raised"}, {3, "link", "raised"},
		} {
			if c[pair.fore] == "" || c[pair.back] == "" {
				if theme == "print" {
					continue // as in light
				}
				t.Fatalf("%s has no %s or %s", theme, pair.fore, pair.back)
			}
			a, b := luminance(t, c[pair.fore]), luminance(t, c[pair.back])
			if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < pair.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %v", theme, pair.fore, pair.back, got, pair.least)
			}
		}
	}
}
