package text

import (
	"fmt"
	"io"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

// A frameRow is what lines are sorted by, and where their text stands.
type frameRow struct {
	packet, conn, number uint64
	stream, length       uint32
	kind                 h2decode.Type
	lines                *frameLines
	start, end           int // in lines.text
}

func frameRowOf(e *h2decode.FrameDecoded) frameRow {
	return frameRow{
		packet: e.Packet, conn: e.Conn, number: e.Number,
		stream: e.Header.Stream, length: e.Header.Length, kind: e.Header.Type,
	}
}

func gapRowOf(e *h2decode.GapFound) frameRow {
	return frameRow{packet: e.Packet, conn: e.Conn, length: uint32(min(e.Bytes, 1<<32-1))}
}

var frameKeys = [...]key[frameRow]{
	{"packet", ascending(func(r *frameRow) uint64 { return r.packet })},
	{"conn", ascending(func(r *frameRow) uint64 { return r.conn })},
	{"stream", ascending(func(r *frameRow) uint64 { return r.conn<<32 | uint64(r.stream) })},
	{"type", ascending(func(r *frameRow) h2decode.Type { return r.kind })},
	{"length", descending(func(r *frameRow) uint32 { return r.length })},
}

// Foot writes the lines that were kept to be sorted.
func (v *Frames) Foot(w io.Writer) error {
	var rows []*frameRow
	for _, f := range v.workers {
		rows = append(rows, f.rows...)
	}
	for _, r := range arrange(rows, frameKeys[:], v.options.Sort, v.options.Limit) {
		if _, err := w.Write(r.lines.text[r.start:r.end]); err != nil {
			return err
		}
	}
	return nil
}

// gap appends the line of octets that the capture lacks.
func (f *frameLines) gap(dst []byte, e *h2decode.GapFound) []byte {
	l := &f.line
	l.begin(dst, f.options)
	f.origin(&e.Origin)
	l.string(sideStyle(e.From), arrow(e.From))
	l.spaces(streamCells + 1)
	l.left(bad, "(gap)", typeCells)
	l.spaces(1 + flagsCells + 1)
	if e.Bytes > 0 {
		l.number(bad, e.Bytes, lengthCells)
	} else {
		l.number(bad, e.Skipped, lengthCells)
	}
	l.spaces(1)
	f.scratch = appendGapInfo(f.scratch[:0], e)
	l.put(bad, f.scratch)
	dst = l.end()
	if f.options.All {
		dst = fmt.Appendf(dst, "%sat octet %d of the %s of connection %d\n", indent, e.Offset, e.From, e.Conn)
	}
	return dst
}

func appendGapInfo(dst []byte, e *h2decode.GapFound) []byte {
	switch {
	case e.Bytes == 0: // a connection that is joined in the middle
		dst = append(dst, "octets passed over: their beginning was not captured"...)
	default:
		dst = printable.AppendString(dst, "octets lost: "+gapCause(e.Cause))
	}
	if e.Bytes > 0 && e.Skipped > 0 {
		dst = fmt.Appendf(dst, "; %d more passed over", e.Skipped)
	}
	if e.Resynced > 0 {
		return fmt.Appendf(dst, "; in step again at packet %d", e.Resynced)
	}
	return append(dst, "; never in step again"...)
}

func gapCause(c h2decode.GapCause) string {
	switch c {
	case h2decode.CauseCaptureLoss:
		return "the capture lost them"
	case h2decode.CauseSnaplen:
		return "the capture cut their packet"
	}
	return "they never came"
}
