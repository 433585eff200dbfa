package text

import (
	"strconv"

	"h2scope/h2decode/printable"
)

// A line appends one line of cells to buf, cut where it gets too wide. What is
// put into it is safe text.
type line struct {
	buf   []byte
	width int // cells that the line may take; 0: any number
	used  int // counted only where width is set
	color bool
	num   [24]byte
}

// begin starts a line at the end of dst.
func (l *line) begin(dst []byte, o *Options) {
	l.buf, l.width, l.used, l.color = dst, o.Width, 0, o.Color
}

// end ends the line, without spaces at its end.
func (l *line) end() []byte {
	for len(l.buf) > 0 && l.buf[len(l.buf)-1] == ' ' {
		l.buf = l.buf[:len(l.buf)-1]
	}
	return append(l.buf, '\n')
}

// put appends text, or what there is room for.
func (l *line) put(s style, text []byte) {
	if len(text) == 0 || l.width > 0 && l.used >= l.width {
		return
	}
	colored := l.color && s != plain
	if colored {
		l.buf = s.begin(l.buf)
	}
	if l.width > 0 {
		cut := printable.Truncate(string(text), l.width-l.used)
		l.used += printable.Width(cut)
		l.buf = append(l.buf, cut...)
	} else {
		l.buf = append(l.buf, text...)
	}
	if colored {
		l.buf = s.end(l.buf)
	}
}

func (l *line) string(s style, text string) { l.put(s, []byte(text)) }

// spaces appends n spaces; for n below 1 none.
func (l *line) spaces(n int) {
	for ; n > 0 && (l.width == 0 || l.used < l.width); n-- {
		l.buf = append(l.buf, ' ')
		l.used++
	}
}

// left puts text at the left of so many cells, right at their right; text that
// needs more takes more.
func (l *line) left(s style, text string, cells int) {
	l.string(s, text)
	l.spaces(cells - printable.Width(text))
}

func (l *line) right(s style, text []byte, cells int) {
	l.spaces(cells - len(text))
	l.put(s, text)
}

// number puts n at the right of so many cells.
func (l *line) number(s style, n uint64, cells int) {
	l.right(s, strconv.AppendUint(l.num[:0], n, 10), cells)
}
