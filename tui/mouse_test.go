package tui

import (
	"testing"

	"h2scope/h2decode/timeline"
)

func TestClickSelectsAndTwiceOpens(t *testing.T) {
	s := open(sampleNamed(t, "page-load"), 120, 40, Options{})
	s.do(Clicked{5, bodyTop + 4, LeftButton}) // the third line
	if got := s.line(">"); s.Stream != 15 || !s.Touched {
		t.Errorf("stream %d is selected: %s", s.Stream, got)
	}
	s.do(Clicked{5, bodyTop + 4, LeftDouble})
	if s.View != Stream {
		t.Errorf("a double click leads to %s", s.View)
	}
	s.do(Clicked{1, 0, LeftButton})
	if s.View != Connections {
		t.Errorf("a click on the tab leads to %s", s.View)
	}
	s.do(Clicked{9, s.Size.H - 1, LeftButton})
	if !s.Help {
		t.Error("a click on the footer is not its key")
	}
}

func TestClickBesideTheRows(t *testing.T) {
	s := open(sampleNamed(t, "page-load"), 120, 40, Options{})
	before := s.Lists[Streams].selected
	for _, y := range []int{1, 2, 30, 37, 38} {
		s.do(Clicked{5, y, LeftButton})
	}
	if s.Lists[Streams].selected != before {
		t.Error("a click beside the rows selects one")
	}
}

func TestDragMovesTheClock(t *testing.T) {
	s := open(sampleNamed(t, "connection-stall"), 120, 40, Options{})
	last := s.Time
	for _, x := range []int{80, 90, 119} {
		s.do(Clicked{x, 10, LeftDrag})
		if s.Time <= last || s.Frame != s.conn().FrameAt(s.Time) {
			t.Errorf("at column %d the clock is at %s, frame %d", x, seconds(s.Time-s.zero()), s.Frame)
		}
		last = s.Time
	}
}

func TestWheel(t *testing.T) {
	s := open(sampleNamed(t, "gaps"), 100, 30, Options{}).press("Home")
	s.do(Clicked{10, 10, WheelDown})
	if at := s.Lists[Streams].at(); at != wheelLines {
		t.Errorf("line %d", at)
	}
	s.do(Clicked{10, 10, WheelUp})
	if at := s.Lists[Streams].at(); at != 0 {
		t.Errorf("line %d", at)
	}
}

// What comes while the capture is read is put in its place; the user's selection
// stays, and so does its line on the screen.
func TestListsGrow(t *testing.T) {
	source := sampleNamed(t, "page-load")
	whole := open(source, 120, 40, Options{View: "frames"})
	m := &stage{Model: NewModel(Options{View: "frames"}), source: source}
	m.do(Resized{Size{120, 40}})
	for i := range 200 {
		m.do(Ticked{Snapshot: source.Snapshot(), Status: Status{}, Budget: 1 + i%3})
		if i == 5 {
			m.do(Pressed{"Home"})
			m.do(Pressed{"Down"})
		}
	}
	if len(m.Lists[Frames].rows) != len(whole.Lists[Frames].rows) {
		t.Fatalf("%d rows, not %d", len(m.Lists[Frames].rows), len(whole.Lists[Frames].rows))
	}
	for i, r := range whole.Lists[Frames].rows {
		if m.Lists[Frames].rows[i] != r {
			t.Errorf("line %d is %v, not %v", i, m.Lists[Frames].rows[i], r)
		}
	}
	if l := m.Lists[Frames]; l.selected != (row{1, 2}) || l.at() != 1 {
		t.Errorf("%v is selected, line %d", l.selected, l.at())
	}
}

// The order does not depend on how the rows came: what is earlier is put in
// front.
func TestMergeIsByTime(t *testing.T) {
	snapshot := sampleNamed(t, "page-load").Snapshot()
	src := rowSource{
		count: func(*timeline.Conn) int { return 50 },
		row:   func(c *timeline.Conn, i int) (uint32, int64) { return uint32(i), int64(i*7%11) + int64(c.Number()) },
		keep:  func(_ *timeline.Conn, i int) bool { return i%5 != 0 },
	}
	var want []row
	for budget := 1; budget < 60; budget++ {
		var l list
		for range 200 {
			l.gather(snapshot, src, budget)
		}
		if want == nil {
			want = l.rows
		}
		if len(l.rows) != 80 {
			t.Fatalf("%d rows", len(l.rows))
		}
		for i := range want {
			if l.rows[i] != want[i] {
				t.Fatalf("with a budget of %d line %d is %v, not %v", budget, i, l.rows[i], want[i])
			}
		}
	}
}

// Live, the selection is the newest until the user chooses one.
func TestFollow(t *testing.T) {
	source := sampleNamed(t, "gaps")
	source.status = Status{Name: "lo", Live: true, Drops: 7}
	s := open(source, 120, 40, Options{})
	if at := s.Lists[Streams].at(); at != len(s.Lists[Streams].rows)-1 || s.line("7 DROPPED · live, following") == "" {
		t.Errorf("line %d is selected:\n%s", at, s.screen())
	}
	s.press("Up")
	if s.Follow || s.Lists[Streams].at() == len(s.Lists[Streams].rows)-1 {
		t.Error("it follows, though the user has chosen")
	}
	if s.press("f", "x"); !s.Follow {
		t.Error("f does not follow again")
	}
	if s.press(" "); !s.Paused || s.line("paused") == "" {
		t.Error(s.statusLine())
	}
}
