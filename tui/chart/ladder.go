package chart

import (
	"h2scope/h2decode/printable"
	"h2scope/tui/cells"
)

// A Rung is a line of a ladder: a frame that goes from one side to the other, or
// a pause between two.
type Rung struct {
	Time     string // safe to show
	From     Direction
	Label    string // on the arrow; safe to show
	Style    cells.Style
	Note     string // behind the ladder; safe to show
	Selected bool
}

// A Direction is which way the arrow of a rung points.
type Direction uint8

// The directions.
const (
	Pause     Direction = iota // there is no arrow
	Rightward                  // the client sends
	Leftward                   // the server does
)

// A ladderLayout is where the columns of a ladder stand.
type ladderLayout struct{ client, server, note int }

// layLadder gives times the width of the longest and notes what is left behind
// lanes that are wide enough for their labels.
func layLadder(rungs []Rung, noteHead string, w int) ladderLayout {
	times, labels, notes := 0, 0, printable.Width(noteHead)
	for i := range rungs {
		times = max(times, printable.Width(rungs[i].Time))
		labels = max(labels, printable.Width(rungs[i].Label))
		notes = max(notes, printable.Width(rungs[i].Note))
	}
	l := ladderLayout{client: times + 1}
	room := max(0, w-l.client-2)
	lane := max(0, min(labels+arrowRoom, room-min(notes, minNote)-1), min(maxLane, room-notes-1))
	l.server = l.client + lane + 1
	l.note = l.server + 2
	return l
}

const (
	arrowRoom = 4  // columns of an arrow beside its label
	maxLane   = 64 // columns between client and server, unless a label needs more
	minNote   = 14 // columns that notes have at least, where labels are long
)

// Ladder draws rungs, each over one line, between the lanes of the client, at
// the left, and the server. Above them stand their names, and that of the notes.
func Ladder(c *cells.Canvas, rungs []Rung, noteHead string, g *Glyphs) {
	l := layLadder(rungs, noteHead, c.W)
	c.Text(l.client, 0, cells.Client, "client")
	c.Right(l.server+1, 0, cells.Server, "server")
	c.Text(l.note, 0, cells.Faint, printable.Truncate(noteHead, max(0, c.W-l.note)))
	c = c.Sub(0, 1, c.W, c.H-1)
	for y := range min(c.H, len(rungs)) {
		r := &rungs[y]
		var add cells.Style
		if r.Selected {
			add = cells.Selected
		}
		line := c.Sub(0, y, c.W, 1)
		if r.Selected {
			line.Fill(cells.Cell{Rune: ' ', Style: add})
		}
		line.Text(0, 0, cells.Faint|add, r.Time)
		line.Set(l.client, 0, g.Vertical, cells.Guide|add)
		line.Set(l.server, 0, g.Vertical, cells.Guide|add)
		r.draw(line.Sub(l.client+1, 0, l.server-l.client-1, 1), add, g)
		line.Text(l.note, 0, cells.Faint|add, printable.Truncate(r.Note, max(0, c.W-l.note)))
	}
}

// draw draws the arrow and what stands on it.
func (r *Rung) draw(c *cells.Canvas, add cells.Style, g *Glyphs) {
	if r.From == Pause {
		text := printable.Truncate(r.Label, c.W)
		c.Text((c.W-printable.Width(text))/2, 0, r.Style|add, text)
		return
	}
	text := printable.Truncate(r.Label, max(0, c.W-arrowRoom))
	at := (c.W - printable.Width(text)) / 2
	for x := range c.W {
		c.Set(x, 0, g.Horizontal, cells.Guide|add)
	}
	if r.From == Rightward {
		c.Set(c.W-1, 0, g.Right, r.Style|add)
	} else {
		c.Set(0, 0, g.Left, r.Style|add)
	}
	if text != "" {
		c.Set(at-1, 0, ' ', add)
		c.Set(c.Text(at, 0, r.Style|add, text), 0, ' ', add)
	}
}
