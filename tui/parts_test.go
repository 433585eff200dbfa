package tui

import (
	"slices"
	"strings"
	"testing"

	"h2scope/tui/cells"
)

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  []string
	}{
		{"short", 10, []string{"short"}},
		{"", 10, []string{""}},
		{"one two three four", 9, []string{"one two ", "three ", "four"}},
		{"0123456789abcdef", 8, []string{"01234567", "89abcdef"}},
		{"a 0123456789abcdef", 8, []string{"a 012345", "6789abcd", "ef"}},
		{"日本語日本語", 5, []string{"日本", "語日", "本語"}},
		{"width below 4 is 4", 0, []string{"widt", "h be", "low ", "4 is", " 4"}},
	} {
		got := wrap(test.text, test.width)
		if !slices.Equal(got, test.want) {
			t.Errorf("%q in %d: got %q, want %q", test.text, test.width, got, test.want)
		}
		if strings.Join(got, "") != test.text {
			t.Errorf("%q in %d: text is lost: %q", test.text, test.width, got)
		}
	}
}

func TestHexDump(t *testing.T) {
	octets := []byte("h2 \x00\x1b[31m\xff is here")
	c := cells.New(hexWidth(8), 4)
	drawHex(c, octets, 0, 3, 5)
	want := `00000 68 32 20 00 1b 5b 33 31  h2 ..[31
00008 6d ff 20 69 73 20 68 65  m. is he
00010 72 65                    re

`
	if got := c.String(); got != want {
		t.Errorf("got\n%s want\n%s", got, want)
	}
	for x, marked := range map[int]bool{6 + 3*2: false, 6 + 3*3: true, 6 + 3*4: true, 6 + 3*5: false} {
		if got := c.At(x, 0).Style&cells.Selected != 0; got != marked {
			t.Errorf("the octet in column %d stands out: %v, want %v", x, got, marked)
		}
	}
	c = cells.New(hexWidth(8), 2)
	drawHex(c, octets, 2, 0, 0)
	if got, want := c.String(), "00010 72 65                    re\n\n"; got != want {
		t.Errorf("from line 2: got %q, want %q", got, want)
	}
}

func TestColumnsShareTheWidth(t *testing.T) {
	for n := 1; n < 4; n++ {
		for w := range 50 {
			total := n - 1
			for _, part := range columns(cells.New(w, 3), n) {
				total += part.W
			}
			if w >= 2*n && total != w {
				t.Errorf("%d columns of %d take %d", n, w, total)
			}
		}
	}
}

func TestWrapWords(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  []string
	}{
		{"one two three", 7, []string{"one two", "three"}},
		{"one two ", 7, []string{"one two"}},
		{"a 0123456789abcdef b", 8, []string{"a", "01234567", "89abcdef", "b"}},
		{"", 7, []string{""}},
	} {
		if got := wrapWords(test.text, test.width); !slices.Equal(got, test.want) {
			t.Errorf("%q in %d: got %q, want %q", test.text, test.width, got, test.want)
		}
	}
}

// On 80 columns each view has a name of its own, and all fit.
func TestTabsOfASmallTerminal(t *testing.T) {
	for view := Connections; view < viewCount; view++ {
		m := NewModel(Options{View: view.String()})
		seen := make(map[string]bool)
		for _, tab := range m.tabs() {
			if seen[tab.caption] || tab.to > m.Size.W {
				t.Errorf("in %s: %q stands twice or beyond the screen", view, tab.caption)
			}
			seen[tab.caption] = true
		}
	}
}
