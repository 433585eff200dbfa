package tui

import (
	"fmt"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
	"h2scope/tui/cells"
)

// fieldLines is all field sections of an exchange, and its timing.
func fieldLines(c *timeline.Conn, x *timeline.Exchange, width int) (lines []line) {
	request, response := c.Fields(x, h2decode.Client), c.Fields(x, h2decode.Server)
	section := func(title string, style cells.Style, fields []hpack.Field) {
		if len(fields) == 0 {
			return
		}
		lines = append(lines, line{{title, cells.Heading}, {fmt.Sprintf("  %s", plural(len(fields), "field")), cells.Faint}})
		for i := range fields {
			lines = append(lines, fieldLine(&fields[i], style, width)...)
		}
	}
	section("request", cells.Client, request.Fields)
	section("request trailers", cells.Client, request.Trailers)
	lines = append(lines, omitted(&x.Request)...)
	for _, interim := range response.Interim {
		section("interim response", cells.Server, interim)
	}
	section("response", cells.Server, response.Fields)
	section("response trailers", cells.Server, response.Trailers)
	lines = append(lines, omitted(&x.Response)...)
	if len(response.Fields) == 0 {
		lines = append(lines, plainLine(cells.Warn, "no response was seen"))
	}
	return append(lines, timingLines(x)...)
}

const (
	wireWidth = 24 // columns that how a field stood on the wire takes
	wireFrom  = 56 // from which width on it is shown
)

// fieldLine is a field: name, value, and how it stood on the wire. A value that
// is longer than the line goes on in the next.
func fieldLine(f *hpack.Field, style cells.Style, width int) []line {
	wire := fmt.Sprintf("%s, %d", representation(f), f.Wire)
	if f.Trust() != hpack.Exact {
		wire += " " + f.Trust().String() + "!"
	}
	name := printable.String(string(f.Name))
	if f.NameTrust == hpack.Unknown {
		name = "?"
	}
	text := name + ": " + valueText(f)
	room := width - 1
	if width >= wireFrom {
		room -= wireWidth
	}
	parts := wrap(text, room)
	cut := min(len(name)+1, len(parts[0]))
	lines := []line{{{" ", cells.Plain}, {parts[0][:cut], style}, {pad(parts[0][cut:], room-printable.Width(parts[0][:cut])), trustStyle(f)}}}
	if width >= wireFrom {
		lines[0] = append(lines[0], cell{" " + wire, cells.Faint})
	} else if f.Trust() != hpack.Exact {
		lines = append(lines, plainLine(cells.Warn, "   "+f.Trust().String()))
	}
	for _, part := range parts[1:] {
		lines = append(lines, plainLine(trustStyle(f), " "+part))
	}
	return lines
}

// omitted says what of a message's fields is not known.
func omitted(msg *h2decode.Message) (lines []line) {
	if msg.Incomplete {
		lines = append(lines, plainLine(cells.Warn, " a field section has a hole"))
	}
	if msg.Omitted > 0 {
		lines = append(lines, plainLine(cells.Warn, fmt.Sprintf(" %s more were not kept", plural(msg.Omitted, "field"))))
	}
	return lines
}

// timingLines is when the steps of an exchange were seen, counted from its
// beginning, and what it waited for.
func timingLines(x *timeline.Exchange) []line {
	t := &x.Timing
	begin := t.Request
	if begin == 0 {
		begin = x.OpenedAt
	}
	lines := []line{{{"timing", cells.Heading}}}
	for _, step := range [...]struct {
		name string
		at   int64
	}{
		{"request ended", t.RequestEnd}, {"first response", t.Response}, {"final response", t.FinalResponse},
		{"response ended", t.ResponseEnd}, {"last frame", t.End},
	} {
		if step.at != 0 {
			lines = append(lines, line{{pad(" "+step.name, 26), cells.Label}, {"+" + duration(step.at-begin), cells.Plain}})
		}
	}
	for cause, ns := range t.Stalled {
		if ns > 0 {
			lines = append(lines, line{{pad(" waited for", 26), cells.Label}, {duration(ns) + ": " + waitNames[cause], cells.Warn}})
		}
	}
	if t.Blocked > 0 {
		lines = append(lines, line{{pad(" blocked before", 26), cells.Label}, {duration(t.Blocked), cells.Warn}})
	}
	return lines
}
