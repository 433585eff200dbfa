package tui

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// docs/keys.md is what the tables of keys and commands say; -update writes it
// anew.
func TestKeysPage(t *testing.T) {
	var b bytes.Buffer
	if err := WriteKeys(&b); err != nil {
		t.Fatal(err)
	}
	checkGolden(t, filepath.Join("..", "docs", "keys.md"), b.String())
}

// Every key does something in every view, or says why it does not.
func TestEachKeyInEachView(t *testing.T) {
	source := sampleNamed(t, "connection-stall")
	for _, view := range ViewNames() {
		for _, b := range keysOf(ViewNamed(view)) {
			for _, key := range b.Keys {
				t.Run(view+"/"+key, func(t *testing.T) {
					s := open(source, 100, 30, Options{View: view})
					before := Draw(&s.Model)
					s.do(Pressed{key})
					asked := s.Effect.Kind != NoEffect
					s.tick()
					if Draw(&s.Model).Equal(before) && !asked && s.copied == "" {
						t.Errorf("%s does nothing in the %s view, and does not say so", key, view)
					}
				})
			}
		}
	}
}

// Without anything read, no key does harm.
func TestKeysBeforeAnythingIsRead(t *testing.T) {
	for _, view := range ViewNames() {
		for _, b := range keysOf(ViewNamed(view)) {
			m := NewModel(Options{View: view})
			m = m.Update(Pressed{b.Keys[0]})
			m = m.Update(Clicked{3, 3, LeftButton})
			Draw(&m)
		}
	}
}

// No key is named twice in a view: the second would never act.
func TestKeysAreUnique(t *testing.T) {
	for _, name := range ViewNames() {
		seen := make(map[string]string)
		for _, b := range keysOf(ViewNamed(name)) {
			for _, key := range b.Keys {
				if found, _ := lookup(key, ViewNamed(name)); found.Help != b.Help && b.Views != nil {
					t.Errorf("%s: %q is %q, and %q can't be reached", name, key, found.Help, b.Help)
				}
				if other, twice := seen[key]; twice && b.Command != PreviousTab && b.Command != NextTab {
					t.Errorf("%s: %q is %q and %q", name, key, other, b.Help)
				}
				seen[key] = b.Help
			}
		}
	}
}

func TestHelpNamesTheKeysOfTheView(t *testing.T) {
	s := open(sampleNamed(t, "page-load"), 80, 24, Options{View: "priority"}).press("?")
	for _, want := range []string{"Keys of the priority view", "quit", "tree of RFC 7540"} {
		if s.line(want) == "" {
			t.Errorf("the help does not say %q:\n%s", want, s.screen())
		}
	}
	if s.press("x"); s.Help {
		t.Error("a key does not close the help")
	}
}

func TestSort(t *testing.T) {
	s := open(sampleNamed(t, "page-load"), 120, 40, Options{})
	ids := func() (out []string) {
		for _, r := range s.Lists[Streams].rows {
			x := s.Snapshot.Conn(r.connection()).Exchange(int(r.item))
			out = append(out, value(s.Snapshot.Conn(r.connection()).Fields(&x, 0).Fields, ":path"))
		}
		return out
	}
	came := ids()
	if came[0] != "/index.html" || came[1] != "/style.css" {
		t.Errorf("the push does not stand below its parent: %v", came)
	}
	selected := s.Lists[Streams].selected
	s.text(":sort path").press("Enter")
	if got := ids(); !slices.IsSorted(got) {
		t.Errorf("by path: %v", got)
	}
	s.press("r")
	if got := ids(); got[0] != "/style.css" {
		t.Errorf("the other way round: %v", got)
	}
	s.text(":sort size").press("Enter")
	if got := ids(); got[0] != "/photo.jpg" {
		t.Errorf("by size, the greatest first: %v", got)
	}
	if s.Lists[Streams].selected != selected || s.Lists[Streams].at() < 0 {
		t.Error("the selection was lost")
	}
	for s.Lists[Streams].sort != 0 {
		s.press("s")
	}
	if got := ids(); !slices.Equal(got, came) {
		t.Errorf("behind the last column: %v, not as it came: %v", got, came)
	}
	s.text(":sort colour").press("Enter")
	if !strings.Contains(s.statusLine(), "no column colour; there are conn, stream") {
		t.Error(s.statusLine())
	}
}

func TestFilterLine(t *testing.T) {
	s := open(sampleNamed(t, "connection-stall"), 100, 30, Options{})
	s.text("/stream x").press("Enter")
	if !strings.HasPrefix(s.statusLine(), "/stream x") || s.line("^ no such field") == "" {
		t.Errorf("what is wrong is not shown below the line:\n%s", s.screen())
	}
	s.press("Ctrl+U").text("stream 3").press("Enter")
	if n := len(s.Lists[Streams].rows); n != 1 || s.line("filter stream 3 (1 shown)") == "" {
		t.Errorf("%d rows:\n%s", n, s.screen())
	}
	s.press("/", "Up")
	if s.Prompt.text != "stream 3" {
		t.Errorf("the history has %q", s.Prompt.text)
	}
	s.press("Ctrl+U", "Enter")
	if n := len(s.Lists[Streams].rows); n != 2 || s.Filter != nil {
		t.Errorf("without a filter there are %d rows", n)
	}
	s.text("/h2.p").press("Tab")
	if s.Prompt.text != "/h2.pa"[1:] || s.line("h2.path  h2.parent") == "" {
		t.Errorf("completed to %q:\n%s", s.Prompt.text, s.screen())
	}
	s.do(Pasted{"th == \"/\"\n"})
	if s.Prompt.text != "h2.path == \"/\"" {
		t.Errorf("pasted: %q", s.Prompt.text)
	}
}

func TestCommands(t *testing.T) {
	tests := []struct {
		typed string
		ok    func(*stage) bool
	}{
		{"goto frame 5", func(s *stage) bool { return s.View == Frames && s.Frame == 5 }},
		{"goto stream 3", func(s *stage) bool { return s.View == Stream && s.Stream == 3 }},
		{"goto time 0.2", func(s *stage) bool { return s.Time == s.zero()+200_000_000 }},
		{"goto packet 60", func(s *stage) bool { return s.View == Frames && s.conn().Frame(s.Frame).Packet == 60 }},
		{"goto packet 9999", func(s *stage) bool { return s.Message.Bad }},
		{"goto stream 99", func(s *stage) bool { return s.Message.Bad }},
		{"goto frame", func(s *stage) bool { return s.Message.Bad }},
		{"goto time never", func(s *stage) bool { return s.Message.Bad }},
		{"columns stream,path", func(s *stage) bool { return strings.Contains(s.line("path"), "stream path") }},
		{"columns colour", func(s *stage) bool { return s.Message.Bad }},
		{"filter stream 3", func(s *stage) bool { return len(s.Lists[Streams].rows) == 1 }},
		{"export har x.har", func(s *stage) bool { return slices.Equal(s.exports, []string{"har x.har"}) }},
		{"export png", func(s *stage) bool { return s.Message.Bad && s.exports == nil }},
		{"view windows", func(s *stage) bool { return s.View == Windows }},
		{"view walls", func(s *stage) bool { return s.Message.Bad }},
		{"theme light", func(s *stage) bool { return themes[s.Theme].name == "light" }},
		{"theme loud", func(s *stage) bool { return s.Message.Bad }},
		{"help", func(s *stage) bool { return s.Help }},
		{"q", func(s *stage) bool { return s.Effect.Kind == Quit }},
		{"dance", func(s *stage) bool { return s.Message.Bad }},
	}
	source := sampleNamed(t, "connection-stall")
	for _, test := range tests {
		t.Run(test.typed, func(t *testing.T) {
			s := open(source, 120, 40, Options{}).text(":" + test.typed)
			s.do(Pressed{"Enter"})
			if !test.ok(s) {
				t.Errorf("after :%s\n%s", test.typed, s.screen())
			}
		})
	}
}

func TestCommandsAreCompleted(t *testing.T) {
	s := open(sampleNamed(t, "page-load"), 120, 40, Options{})
	s.text(":so").press("Tab").text(" to").press("Tab")
	if s.Prompt.text != "sort took" {
		t.Errorf("completed to %q", s.Prompt.text)
	}
}

func TestCopy(t *testing.T) {
	for view, want := range map[string]string{
		"connections": "127.0.0.1:39356", "streams": "curl of stream 2", "stream": "curl of stream 13", "settings": "SETTINGS",
		"findings": "PU-04: ", "frames": "\tHEADERS\t",
	} {
		sample := "page-load"
		if view == "findings" {
			sample = "push-story-wrong"
		}
		s := open(sampleNamed(t, sample), 100, 30, Options{View: view})
		if view == "streams" || view == "findings" {
			s.press("Down")
		}
		if view == "frames" {
			s.press("G", "Up", "Up", "Up")
		}
		s.press("y")
		if !strings.Contains(s.copied, want) {
			t.Errorf("%s: copied %q, in which %q is not", view, s.copied, want)
		}
	}
}

func TestMark(t *testing.T) {
	s := open(sampleNamed(t, "connection-stall"), 120, 30, Options{}).press("m", ">", ">")
	if !strings.Contains(s.statusLine(), "from the mark") {
		t.Error(s.statusLine())
	}
	if s.press("m"); !strings.HasPrefix(s.statusLine(), "measured ") || s.Marked != 0 {
		t.Error(s.statusLine())
	}
}

func TestMain(m *testing.M) {
	os.Setenv("TERM", "xterm-256color")
	os.Exit(m.Run())
}
