package tui_test

import (
	"strings"
	"testing"

	"h2scope/tui"
)

// shows says what the screen must show, and must not where a text begins with -.
func (p *player) shows(t *testing.T, texts ...string) {
	t.Helper()
	screen := p.screen()
	for _, text := range texts {
		if not, unwanted := strings.CutPrefix(text, "-"); unwanted == strings.Contains(screen, not) {
			t.Errorf("the screen and %q:\n%s", text, screen)
		}
	}
}

// TestKeysInside plays the keys of the views that look inside, and looks at what
// they show.
func TestKeysInside(t *testing.T) {
	for _, test := range []struct {
		name, sample string
		keys         []string
		view         tui.ViewID
		want         []string
	}{
		{"the stall of the slow stream is selected", "stream-stall", []string{"5"}, tui.Windows, []string{"octets that the server may send", "stream 1: ", "2 stalls"}},
		{"Tab shows what the client may send", "stream-stall", []string{"5", "Tab"}, tui.Windows, []string{"[octets that the client may send", "-server may send"}},
		{"Tab twice comes back", "stream-stall", []string{"5", "Tab", "Tab"}, tui.Windows, []string{"[octets that the server may send"}},
		{"Enter opens the frame that ended the stall", "stream-stall", []string{"5", "Home", "Enter"}, tui.Frames, []string{"WINDOW_UPDATE", "[", "Window Size Increment 8192", "frame 12"}},
		{"Esc comes back to the stalls", "stream-stall", []string{"5", "Home", "Enter", "Esc"}, tui.Windows, []string{"ended by"}},
		{"no stall to open", "push-story-right", []string{"5", "Enter"}, tui.Windows, []string{"there is no stall to open", "no sender had to wait"}},
		{"] goes to the next change of a window", "stream-stall", []string{"5", "Home", "]", "]"}, tui.Windows, []string{"stream 1: 8192 octets at the cursor"}},
		{"[ goes to the one before", "stream-stall", []string{"5", "Home", "]", "]", "["}, tui.Windows, []string{"stream 1: 0 octets at the cursor"}},
		{"] behind the last change says so", "stream-stall", append([]string{"5", "End"}, strings.Split(strings.Repeat("]", 30), "")...), tui.Windows, []string{"no window that is shown changes further on"}},

		{"] steps through what the client said", "page-load", []string{"6", "[", "[", "[", "[", "[", "[", "[", "[", "]"}, tui.Priority, []string{"> 0.000178  frame 3 "}},
		{"u shows the other scheme", "page-load", []string{"6", "u"}, tui.Priority, []string{"urgencies, RFC 9218", "the other scheme is in force"}},
		{"u twice comes back", "page-load", []string{"6", "u", "u"}, tui.Priority, []string{"dependency tree, RFC 7540"}},
		{"Enter opens the stream", "page-load", []string{"6", "Enter"}, tui.Stream, []string{"stream 13 of connection 1"}},

		{"] steps through the blocks", "page-load", []string{"7", "]"}, tui.HPACK, []string{"server's PUSH_PROMISE, frame 10"}},
		{"[ at the first block says so", "page-load", []string{"7", "["}, tui.HPACK, []string{"there is no field block further on"}},
		{"Tab shows the client's table", "page-load", []string{"7", "Tab"}, tui.HPACK, []string{"[client's table, frame 7: 3 entries", "+    62"}},
		{"Tab twice the server's", "page-load", []string{"7", "Tab", "Tab"}, tui.HPACK, []string{"[server's table, frame 7: 0 entries"}},
		{"Tab three times comes back", "page-load", []string{"7", "Tab", "Tab", "Tab"}, tui.HPACK, []string{"[client's HEADERS, frame 7"}},
		{"Enter opens the block's frame", "page-load", []string{"7", "Enter"}, tui.Frames, []string{"frame 7: HEADERS"}},

		{"Tab in frames selects fields", "page-load", []string{"4", "Tab", "Down"}, tui.Frames, []string{">   Length 38"}},
		{"another frame begins at its first field", "page-load", []string{"4", "Tab", "Down", "Tab", "Down"}, tui.Frames, []string{"> SETTINGS"}},
		{"Enter opens the frame's stream", "page-load", []string{"4", "End", "Up", "Enter"}, tui.Stream, []string{"of connection 2"}},

		{"] shows the next tab", "page-load", []string{"3", "]"}, tui.Stream, []string{"[body]", "<!doctype html>"}},
		{"[ from the first shows the last", "page-load", []string{"3", "["}, tui.Stream, []string{"[findings]"}},
		{"Enter shows the body in hex", "page-load", []string{"3", "]", "Enter"}, tui.Stream, []string{"3c 21 64 6f", "-<!doctype html><title>"}},
		{"Enter again the request's", "page-load", []string{"3", "]", "Enter", "Enter"}, tui.Stream, []string{"the request has no body"}},
		{"fields scroll", "page-load", []string{"3", "End"}, tui.Stream, []string{"last frame", "-:method"}},
		{"fields scroll back", "page-load", []string{"3", "End", "Home"}, tui.Stream, []string{":method"}},
		{"Enter on fields opens HPACK", "page-load", []string{"3", "Enter"}, tui.HPACK, []string{"client's HEADERS, frame 7"}},
		{"Down on the ladder moves the clock", "stream-stall", []string{"3", "]", "]", "Home", "Down"}, tui.Stream, []string{"at 0.016055"}},
		{"Enter on the ladder opens the frame", "stream-stall", []string{"3", "]", "]", "End", "Enter"}, tui.Frames, []string{"DATA", "Data 3616 octets"}},
		{"Enter on the window opens Windows", "stream-stall", []string{"3", "]", "]", "]", "Enter"}, tui.Windows, []string{"stream 1"}},
		{"Enter on a finding opens its frame", "push-story-wrong", []string{"3", "[", "Enter"}, tui.Frames, []string{"frame"}},
		{"no finding to open", "page-load", []string{"3", "[", "Enter"}, tui.Stream, []string{"nothing was found about this stream"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := sample(t, test.sample, tui.Options{}, 80, 24).press(test.keys...)
			if p.model.View != test.view {
				t.Errorf("the view is %s, want %s", p.model.View, test.view)
			}
			p.shows(t, test.want...)
		})
	}
}

// TestInsideInASCII: without Unicode the views draw no character of their own
// beyond ASCII but the ellipsis, which package printable puts where text is cut.
func TestInsideInASCII(t *testing.T) {
	for _, s := range scenes {
		p := sample(t, s.sample, tui.Options{ASCII: true}, 120, 40).press(s.keys...)
		for _, r := range p.screen() {
			if r > 0x7e && r != '…' && r != '·' && r != 'µ' {
				t.Errorf("%s: %q is drawn\n%s", s.name, r, p.screen())
				break
			}
		}
	}
}

// TestInsideInAnySize draws the views in sizes down to nothing.
func TestInsideInAnySize(t *testing.T) {
	for _, s := range scenes {
		p := sample(t, s.sample, tui.Options{}, 80, 24).press(s.keys...)
		for w := 18; w < 230; w += 7 {
			for h := 3; h < 30; h += 2 {
				p.do(tui.Resized{Size: tui.Size{W: w, H: h}})
				p.screen()
			}
		}
	}
}
