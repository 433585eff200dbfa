package cells

import (
	"strings"
	"testing"

	"h2scope/h2decode/printable"
)

// Captured text stays in its line and in its canvas, and none of it vanishes.
func TestHostileText(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"terminal escapes", "a\x1b[2Jb", `a\x1b[2Jb`},
		{"lines", "a\nb\r\n", `a\nb\r\n`},
		{"tags of tview", "[red]a[-]", "[red]a[-]"},
		{"wide", "a日本b", "a日本b"},
		{"combining", "e\u0301x", "e\u0301x"},
		{"combining first", "\u0301x", "◌x"},
		{"a pile of combining", "e" + strings.Repeat("\u0301", 100) + "x", "e" + strings.Repeat("\u0301", maxMarks) + "x"},
		{"not UTF-8", "a\xffb", `a\xffb`},
		{"right to left", "a\u202eb", `a\u202eb`},
		{"too long", strings.Repeat("x", 64<<10), strings.Repeat("x", 20)},
		{"wide at the edge", strings.Repeat("x", 19) + "日", strings.Repeat("x", 19)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := New(22, 3)
			c.Fill(Cell{'.', Plain})
			end := c.Sub(1, 1, 20, 1).Text(0, 0, Plain, printable.String(test.text))
			lines := strings.Split(c.String(), "\n")
			dots := strings.Repeat(".", 22)
			if lines[0] != dots || lines[2] != dots {
				t.Errorf("it left its line:\n%s", c)
			}
			if !strings.HasPrefix(lines[1], "."+test.want) || !strings.HasSuffix(lines[1], ".") {
				t.Errorf("%q is not %q", lines[1], test.want)
			}
			if end > 20 {
				t.Errorf("it ends in column %d", end)
			}
		})
	}
}

func TestSubIsAPart(t *testing.T) {
	c := New(4, 3)
	part := c.Sub(1, 1, 10, 10)
	if part.W != 3 || part.H != 2 {
		t.Fatalf("%d×%d", part.W, part.H)
	}
	part.Set(0, 0, 'a', Bad)
	part.Set(3, 0, 'b', Bad) // outside
	part.Text(0, 1, Plain, "e\u0301")
	if c.At(1, 1) != (Cell{'a', Bad}) || c.At(0, 2).Rune != ' ' || string(c.Marks(1, 2)) != "\u0301" {
		t.Errorf("\n%s", c)
	}
	part.Set(0, 1, 'x', Plain)
	if c.Marks(1, 2) != nil {
		t.Error("what stood there before has left its marks")
	}
	if empty := c.Sub(9, 9, 1, 1); empty.W != 0 || empty.At(0, 0).Rune != ' ' {
		t.Error("a part outside of the canvas has cells")
	}
}

func TestEqual(t *testing.T) {
	a, b := New(3, 1), New(3, 1)
	if !a.Equal(b) || a.Equal(New(1, 3)) {
		t.Error("sizes")
	}
	for _, change := range []func(){
		func() { b.Set(0, 0, 'x', Plain) },
		func() { b.Restyle(1, 0, Plain|Selected) },
		func() { b.Text(2, 0, Plain, "e\u0301") },
	} {
		b = New(3, 1)
		if change(); a.Equal(b) {
			t.Errorf("the same as\n%s", b)
		}
	}
}

func TestNoCanvasIsTooSmall(t *testing.T) {
	c := New(-1, 0)
	c.Fill(Cell{'x', Plain})
	c.Text(0, 0, Plain, "text")
	c.Right(0, 0, Plain, "text")
	c.Restyle(0, 0, Bad)
	if c.String() != "" {
		t.Errorf("%q", c)
	}
}
