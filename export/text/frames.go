package text

import (
	"bytes"
	"io"

	"h2scope/h2decode"
)

// Frames shows a line a frame, in the order of the capture, as the frames come;
// sorted, when all have come.
//
// A time since the line before, and a limit, are of the lines of all
// connections: for these there must be one worker only (see [Frames.OneWorker]).
type Frames struct {
	options Options
	workers []*frameLines
}

// NewFrames returns a view of frames.
func NewFrames(o Options) *Frames { return &Frames{options: o} }

// FrameKeys are the orders that frames can be sorted by; the first is that of
// the capture.
func FrameKeys() []string { return names(frameKeys[:]) }

// OneWorker reports whether the view needs to see all frames in one worker.
func (v *Frames) OneWorker() bool {
	return v.options.Times == SincePrevious || v.options.Limit > 0 && !v.sorted()
}

func (v *Frames) sorted() bool { return v.options.Sort != "" && v.options.Sort != frameKeys[0].name }

// Columns of a frame's line, in cells. What needs more takes more.
const (
	packetCells = 6
	connCells   = 4
	streamCells = 6
	typeCells   = len("PRIORITY_UPDATE")
	flagsCells  = len("flags")
	lengthCells = len("length")
)

// Head writes the names of the columns.
func (v *Frames) Head(w io.Writer) error {
	var l line
	l.begin(nil, &v.options)
	l.string(heading, "packet ")
	if cells := v.options.Times.width(); cells > 0 {
		l.right(heading, []byte("time"), cells)
		l.spaces(1)
	}
	l.string(heading, "conn   stream type            flags length info")
	_, err := w.Write(l.end())
	return err
}

// Worker returns the renderer of one worker.
func (v *Frames) Worker() Renderer {
	f := &frameLines{options: &v.options, clock: newClock(&v.options), gather: v.sorted()}
	v.workers = append(v.workers, f)
	return f
}

// frameLines is one worker's.
type frameLines struct {
	options *Options
	clock   clock
	line    line
	scratch []byte
	time    []byte
	shown   int

	// Only where lines are sorted: the rows and their text.
	gather bool
	rows   []*frameRow
	text   []byte
}

// Event appends the lines of a frame or of a gap.
func (f *frameLines) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		if !f.enough() {
			return f.place(dst, func(dst []byte) []byte { return f.frame(dst, e) }, frameRowOf(e))
		}
	case *h2decode.GapFound:
		if !f.enough() {
			return f.place(dst, func(dst []byte) []byte { return f.gap(dst, e) }, gapRowOf(e))
		}
	}
	return dst
}

// enough counts a line that is to come, and reports whether it is beyond the
// limit.
func (f *frameLines) enough() bool {
	o := f.options
	if f.gather || o.Limit == 0 {
		return false
	}
	f.shown++
	if f.shown == o.Limit && o.Enough != nil {
		o.Enough()
	}
	return f.shown > o.Limit
}

// place appends what render gives to dst, or keeps it until all is sorted.
func (f *frameLines) place(dst []byte, render func([]byte) []byte, row frameRow) []byte {
	if !f.gather {
		return render(dst)
	}
	kept := row
	kept.start = len(f.text)
	f.text = render(f.text)
	kept.end, kept.lines = len(f.text), f
	f.rows = append(f.rows, &kept)
	return dst
}

func (f *frameLines) frame(dst []byte, e *h2decode.FrameDecoded) []byte {
	h, l := &e.Header, &f.line
	l.begin(dst, f.options)
	f.origin(&e.Origin)
	s := sideStyle(e.From)
	l.string(s, arrow(e.From))
	l.number(s, uint64(h.Stream), streamCells)
	l.spaces(1)
	l.left(typeStyle(e), h.Type.String(), typeCells)
	l.spaces(1)
	f.scratch = appendFlags(f.scratch[:0], h)
	l.left(faint, string(f.scratch), flagsCells)
	l.spaces(1)
	l.number(plain, uint64(h.Length), lengthCells)
	l.spaces(1)
	f.scratch = appendInfo(f.scratch[:0], e)
	l.put(infoStyle(e), bytes.TrimRight(f.scratch, " "))
	dst = l.end()
	if f.options.All {
		dst = f.details(dst, e)
	}
	return dst
}

// origin writes packet, time and connection.
func (f *frameLines) origin(o *h2decode.Origin) {
	l := &f.line
	l.number(plain, o.Packet, packetCells)
	l.spaces(1)
	if cells := f.options.Times.width(); cells > 0 {
		f.time = f.clock.append(f.time[:0], o.Time)
		l.right(plain, f.time, cells)
		l.spaces(1)
	}
	l.number(plain, o.Conn, connCells)
	l.spaces(1)
}

func arrow(from h2decode.Side) string {
	if from == h2decode.Client {
		return ">"
	}
	return "<"
}

func sideStyle(from h2decode.Side) style {
	if from == h2decode.Client {
		return fromClient
	}
	return fromServer
}

// appendFlags puts the flags into a few cells, a letter each. Flags that the
// type does not define are left to the details.
func appendFlags(dst []byte, h *h2decode.FrameHeader) []byte {
	var names [8]string
	for _, name := range h.Type.FlagNames(names[:0], h.Flags) {
		dst = append(dst, flagShort(name)...)
	}
	return dst
}

// flagShort is a flag as it stands in a line; the details spell it out.
func flagShort(name string) string {
	switch name {
	case "END_STREAM":
		return "S"
	case "END_HEADERS":
		return "H"
	case "PADDED":
		return "P"
	case "PRIORITY":
		return "R"
	}
	return name
}
