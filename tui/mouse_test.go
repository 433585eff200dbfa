package tui

import (
	"testing"

	"h2scope/h2decode/timeline"
)

func TestClickSelectsAndTwiceOpens(t *testing.T) {
	s := open(sampleNamed(t, "page-load"), 120, 40, Options{})
	s.do(Clicked{5, bodyTop + 5, LeftButton}) // the third line
	if got := s.line(">"); s.Stream != 15 || !s.Touched {
		t.Errorf("stream %d is selected: %s", s.Stream, got)
	}
	s.do(Clicked{5, bodyTop + 5, LeftDouble})
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

// On every chart with a time axis, the mouse drags the one clock.
func TestDragOnEveryChart(t *testing.T) {
	for _, test := range []struct {
		view string
		keys []string
		size Size
		x, y int // within the chart
	}{
		{"streams", nil, Size{120, 40}, 90, 10},
		{"windows", nil, Size{80, 24}, 40, 6},
		{"windows", nil, Size{200, 50}, 40, 6},
		{"windows", nil, Size{200, 50}, 150, 6}, // what the client may send
		{"hpack", nil, Size{80, 24}, 40, 2},
		{"stream", nil, Size{80, 24}, 60, 4}, // the bar above the panes
		{"stream", []string{"]", "]", "]"}, Size{80, 24}, 40, 10},
		{"stream", nil, Size{200, 50}, 170, 12}, // the window, which is shown beside
	} {
		s := open(sampleNamed(t, "connection-stall"), test.size.W, test.size.H, Options{View: test.view}).press(test.keys...)
		var times []int64
		for by := range 3 {
			s.do(Clicked{test.x + 4*by, test.y, LeftDrag})
			times = append(times, s.Time)
			if s.Frame != s.conn().FrameAt(s.Time) {
				t.Errorf("%s in %v: the clock is at %d, frame %d", test.view, test.size, s.Time, s.Frame)
			}
		}
		if times[0] >= times[1] || times[1] >= times[2] {
			t.Errorf("%s in %v: dragging to the right leads to %v", test.view, test.size, times)
		}
	}
}

// Beside the charts the mouse leaves the clock alone.
func TestDragBesideTheCharts(t *testing.T) {
	for view, at := range map[string][2]int{
		"streams": {90, 2}, "windows": {3, 6}, "hpack": {40, 12}, "stream": {40, 12}, "frames": {40, 20}, "settings": {40, 10},
	} {
		s := open(sampleNamed(t, "connection-stall"), 80, 24, Options{View: view})
		before := s.Time
		s.do(Clicked{at[0], at[1], LeftDrag})
		if s.Time != before {
			t.Errorf("%s: the clock moved", view)
		}
	}
}

func TestClickOnAStall(t *testing.T) {
	s := open(sampleNamed(t, "stream-stall"), 80, 24, Options{View: "windows"})
	s.do(Clicked{5, bodyTop + s.bodySize().H - 1, LeftButton})
	if text := seconds(s.Time - s.zero()); text != "0.176418" {
		t.Errorf("the last stall began at %s", text)
	}
	s.do(Clicked{5, bodyTop + s.bodySize().H - 1, LeftDouble})
	if s.View != Frames || s.Frame != 14 {
		t.Errorf("twice leads to %s, frame %d", s.View, s.Frame)
	}
}
