package text

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

// pageWidth is how wide the summary's paragraphs get at most.
const pageWidth = 80

// labelCells is how far the paragraphs are indented behind their labels.
const labelCells = 13

// A report puts a tally into words.
type report struct {
	options  *Options
	tally    *tally
	text     []byte
	troubled bool
}

// paragraph writes a label and a list behind it, over several lines where it is
// long. An item that ends in a colon is the head of the others. An empty list
// writes nothing.
func (r *report) paragraph(label string, s style, items ...string) {
	if len(items) == 0 {
		return
	}
	width := pageWidth
	if r.options.Width > 0 {
		width = min(width, r.options.Width)
	}
	var l line
	start := func(label string) {
		l.begin(r.text, r.options)
		l.left(heading, label, labelCells)
	}
	start(label)
	used := labelCells
	for i, item := range items {
		if i < len(items)-1 && !strings.HasSuffix(item, ":") {
			item += ","
		}
		if cells := printable.Width(item); used+1+cells > width && used > labelCells {
			r.text = l.end()
			start("")
			used = labelCells
		}
		if used > labelCells {
			l.spaces(1)
			used++
		}
		l.string(s, item)
		used += printable.Width(item)
	}
	r.text = l.end()
}

// capture says what was read.
func (r *report) capture() {
	t := r.tally
	if t.opened != nil {
		files := make([]string, len(t.opened.files))
		for i, f := range t.opened.files {
			files[i] = printable.String(f)
			if f == "-" {
				files[i] = "standard input"
			}
		}
		r.paragraph("Capture", plain, files...)
		r.paragraph("Interfaces", plain, interfaces(t.opened.interfaces)...)
	}
	r.paragraph("Packets", plain, strconv.FormatUint(t.ended.Packets, 10), octets(t.ended.Bytes))
	if t.ended.Packets > 0 {
		first := time.Unix(0, t.ended.First).UTC().Format(dateTime)
		r.paragraph("Time", plain, first+" UTC", duration(t.ended.Last-t.ended.First)+" long")
	}
}

// interfaces lists each distinct one once.
func interfaces(all []h2decode.CaptureInterface) []string {
	var list []string
	for _, in := range all {
		s := printable.String(in.LinkType)
		if in.Name != "" {
			s = printable.String(in.Name) + " (" + s + ")"
		}
		if in.Snaplen > 0 && in.Snaplen < 65535 {
			s += " cut at " + strconv.Itoa(in.Snaplen)
		}
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// contents says what is in the capture.
func (r *report) contents() {
	t, end := r.tally, r.tally.ended
	r.paragraph("Connections", plain, r.connections()...)
	r.decryption()
	if end.Streams > 0 {
		var streams []string
		for class, n := range t.statuses {
			if n > 0 {
				streams = append(streams, strconv.FormatUint(n, 10)+" answered "+strconv.Itoa(class)+"xx")
			}
		}
		r.paragraph("Streams", plain, total(end.Streams, streams)...)
	}
	if end.Frames > 0 {
		r.paragraph("Frames", plain, frameTypes(end)...)
	}
	skipped := make([]string, len(end.Skipped))
	for i, s := range end.Skipped {
		skipped[i] = strconv.FormatUint(s.Packets, 10) + " " + printable.String(s.Reason)
	}
	r.paragraph("Not followed", faint, skipped...)
}

func (r *report) connections() []string {
	end := r.tally.ended
	var list []string
	for _, p := range [...]h2decode.Protocol{h2decode.ProtocolH2, h2decode.ProtocolHTTP1, h2decode.ProtocolTLS, h2decode.ProtocolOther} {
		n := end.Protocols[p]
		if n == 0 {
			continue
		}
		s := strconv.FormatUint(n, 10) + " " + p.String()
		if p == h2decode.ProtocolH2 {
			s += starts(&r.tally.starts, n)
		}
		list = append(list, s)
	}
	if len(list) == 1 {
		return list
	}
	return total(end.Connections, list)
}

// total puts the sum at the head of its parts.
func total(n uint64, parts []string) []string {
	head := strconv.FormatUint(n, 10)
	if len(parts) > 0 {
		head += ":"
	}
	return append([]string{head}, parts...)
}

// starts tells in brackets how the HTTP/2 connections began: the way alone
// where it was the same for all.
func starts(counts *[6]uint64, all uint64) string {
	var list []string
	for start, n := range counts {
		switch {
		case h2decode.Start(start) == h2decode.NoStart || n == 0:
		case n == all:
			return " (" + h2decode.Start(start).String() + ")"
		default:
			list = append(list, strconv.FormatUint(n, 10)+" "+h2decode.Start(start).String())
		}
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}

// frameTypes counts the frames by type, unknown types together.
func frameTypes(end *h2decode.CaptureEnded) []string {
	var list []string
	var others uint64
	for i, n := range end.FrameTypes {
		switch t := h2decode.Type(i); {
		case n == 0:
		case t.Known():
			list = append(list, strconv.FormatUint(n, 10)+" "+t.String())
		default:
			others += n
		}
	}
	if others > 0 {
		list = append(list, strconv.FormatUint(others, 10)+" "+h2decode.Type(0xff).String())
	}
	return total(end.Frames, list)
}

// codes lists error codes, the most frequent first.
func codes(counts map[h2decode.ErrorCode]uint64) []string {
	order := slices.SortedFunc(maps.Keys(counts), func(a, b h2decode.ErrorCode) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	list := make([]string, len(order))
	for i, code := range order {
		list[i] = strconv.FormatUint(counts[code], 10) + " " + code.String()
	}
	return list
}
