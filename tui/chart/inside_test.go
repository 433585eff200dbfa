package chart

import (
	"slices"
	"strings"
	"testing"

	"h2scope/tui/cells"
)

// drawn is what a chart draws on a canvas, lines without the spaces at their
// ends.
func drawn(w, h int, draw func(c *cells.Canvas)) string {
	c := cells.New(w, h)
	draw(c)
	return "\n" + c.String()
}

func TestColumnsAreTheLeastAndGreatestOfTheirTime(t *testing.T) {
	points := []Point{{0, 10, true}, {10, 4, true}, {11, 8, true}, {20, 6, false}, {30, 2, true}}
	for _, test := range []struct {
		name  string
		span  Span
		n     int
		until int64
		want  []Column
	}{
		{"a value goes on until the next", Span{0, 10}, 2, 100, []Column{{10, 10, 10, true}, {10, 10, 10, true}}},
		{"all values of a column count", Span{0, 20}, 1, 100, []Column{{4, 10, 8, true}}},
		{"the value at the beginning is that from before", Span{12, 20}, 2, 100, []Column{{8, 8, 8, true}, {8, 8, 8, true}}},
		{"what is not known is not drawn", Span{22, 30}, 2, 100, []Column{{}, {}}},
		{"nothing is known before the first", Span{-10, 0}, 1, 100, []Column{{}}},
		{"nothing is known from the end on", Span{30, 50}, 2, 40, []Column{{2, 2, 2, true}, {}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Columns(points, test.span, test.n, test.until); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestSteps(t *testing.T) {
	known := func(values ...int64) (columns []Column) {
		for _, v := range values {
			columns = append(columns, Column{v, v, v, v >= -100})
		}
		return columns
	}
	for _, test := range []struct {
		name    string
		columns []Column
		g       *Glyphs
		want    string
	}{
		{"up and down in braille", known(0, 0, 7, 7, 0, 0), &Unicode, "\n ⡏⡇\n⣀⡇⣇\n"},
		{"the same in ASCII", known(0, 0, 7, 7, 0, 0), &ASCII, "\n **\n***\n"},
		{"a gap where nothing is known", known(7, 7, -200, -200, 7, 7), &ASCII, "\n* *\n\n"},
		{"values below 0 have room", known(-7, -7, 7, 7), &ASCII, "\n *\n**\n"},
		{"a value that stays 0 is at the foot", known(0, 0), &ASCII, "\n\n*\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := drawn(len(test.columns)/2, 2, func(c *cells.Canvas) { Steps(c, test.columns, cells.Plain, test.g) })
			if strings.TrimRight(got, "\n") != strings.TrimRight(test.want, "\n") {
				t.Errorf("got %s want %s", got, test.want)
			}
		})
	}
}

func TestShadesLieWithinTheSpan(t *testing.T) {
	shades := []Shade{
		{From: -50, To: 5, Rune: 'a'}, {From: 50, To: 59, Rune: 'b'}, {From: 95, To: 500, Rune: 'c'},
		{From: -9, To: 0, Rune: 'x'}, {From: 100, To: 101, Rune: 'x'},
	}
	got := drawn(10, 1, func(c *cells.Canvas) { Shades(c, shades, Span{0, 100}) })
	if want := "\na    b   c\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFractionOfALineThatIsNotNothingShows(t *testing.T) {
	for _, test := range []struct {
		part float64
		want string
	}{{0, ""}, {-1, ""}, {0.001, "#"}, {0.5, "#####"}, {1, "##########"}, {7, "##########"}} {
		got := drawn(10, 1, func(c *cells.Canvas) { Fraction(c, test.part, cells.Plain, &ASCII) })
		if got != "\n"+test.want+"\n" {
			t.Errorf("%v: got %q, want %q", test.part, got, test.want)
		}
	}
}

func TestHeights(t *testing.T) {
	got := drawn(5, 2, func(c *cells.Canvas) { Heights(c, []float64{0, 0.25, 1, -1, 9}, cells.Plain, &Unicode) })
	if want := "\n  █ █\n▁▄█ █\n"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
}

func TestLadder(t *testing.T) {
	rungs := []Rung{
		{Time: "+0s", From: Rightward, Label: "HEADERS", Note: "10"},
		{Label: "5ms", From: Pause},
		{Time: "+5ms", From: Leftward, Label: "DATA 20"},
		{Time: "+6ms", From: Leftward},
	}
	got := drawn(34, 5, func(c *cells.Canvas) { Ladder(c, rungs, "window", &ASCII) })
	want := `
     client          server window
+0s  |----- HEADERS ----->| 10
     |        5ms         |
+5ms |<---- DATA 20 ------|
+6ms |<-------------------|
`
	if got != want {
		t.Errorf("got %s want %s", got, want)
	}
}

// TestChartsFitInAnySize draws each chart in sizes down to nothing.
func TestChartsFitInAnySize(t *testing.T) {
	rungs := []Rung{{Time: "+12.3ms", From: Rightward, Label: "WINDOW_UPDATE +65535", Note: "note", Selected: true}, {From: Pause, Label: "long pause"}}
	for w := range 40 {
		for h := range 4 {
			c := cells.New(w, h)
			Ladder(c, rungs, "window", &Unicode)
			Steps(c, Columns([]Point{{0, 5, true}}, Span{0, 9}, 2*w, 9), cells.Plain, &Unicode)
			Shades(c, []Shade{{From: 0, To: 9, Rune: 'x'}}, Span{0, 9})
			Fraction(c, 1, cells.Plain, &Unicode)
			Heights(c, []float64{1, 1, 1}, cells.Plain, &Unicode)
		}
	}
}

// The labels of an axis have the unit in which they have few digits.
func TestDuration(t *testing.T) {
	const us, ms, s = 1000, 1_000_000, 1_000_000_000
	for _, test := range []struct {
		ns, step int64
		want     string
	}{
		{0, 100 * ms, "0ms"}, {200 * ms, 100 * ms, "200ms"}, {1000 * ms, 500 * ms, "1s"}, {1500 * ms, 500 * ms, "1.5s"},
		{100_500 * us, 500 * us, "100.5ms"}, {500 * us, 500 * us, "500µs"}, {7, 1, "7ns"}, {-2500 * ms, 500 * ms, "-2.5s"},
		{3600 * s, 60 * s, "3600s"}, {1_000_001 * us, us, "1.000001s"},
	} {
		if got := Duration(test.ns, test.step); got != test.want {
			t.Errorf("%d in steps of %d: got %s, want %s", test.ns, test.step, got, test.want)
		}
	}
}
