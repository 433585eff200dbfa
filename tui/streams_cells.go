package tui

import (
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
	"h2scope/tui/cells"
)

// streamLine is the facts of an exchange.
func (m *Model) streamLine(r row) []cell {
	c := m.Snapshot.Conn(r.connection())
	x := c.Exchange(int(r.item))
	request, response := c.Fields(&x, h2decode.Client), c.Fields(&x, h2decode.Server)
	line := make([]cell, len(streamColumns))
	line[0].text = strconv.FormatUint(r.connection(), 10)
	line[1].text = strconv.FormatUint(uint64(x.ID), 10)
	line[2].text = value(request.Fields, ":method")
	line[3] = statusCell(&x, value(response.Fields, ":status"))
	line[4].text = subtype(value(response.Fields, "content-type"))
	line[5].text = size(x.Response.DataBytes)
	if t := &x.Timing; t.FinalResponse != 0 && t.Asked() {
		line[6].text = duration(t.FinalResponse - t.Request)
	}
	line[7] = tookCell(c, &x)
	line[8] = stateCell(&x)
	if status := trailing(&response, "grpc-status"); failed(status) {
		line[3].style, line[8] = cells.Bad, cell{"grpc-status " + status, cells.Bad}
	}
	path := value(request.Fields, ":path")
	if x.Kind == h2decode.KindPush {
		path = string(m.glyphs().Push) + path
	}
	if n := missing(&x); n > 0 {
		path = size(n) + " lost " + path
	}
	line[9] = cell{path, troubleStyle(&x)}
	return line
}

// statusCell is the status, or what became of an exchange that has none.
func statusCell(x *timeline.Exchange, status string) cell {
	switch {
	case x.Reset != nil:
		return cell{"reset", cells.Reset}
	case status == "":
		return cell{"-", cells.Faint}
	case status[0] == '4' || status[0] == '5':
		return cell{status, cells.Bad}
	case status[0] == '3':
		return cell{status, cells.Warn}
	}
	return cell{status, cells.Good}
}

// stateCell says how an exchange ended where it did not end as it should: who
// reset it and why, or in which state it was left.
func stateCell(x *timeline.Exchange) cell {
	switch {
	case x.Reset != nil:
		return cell{arrow(x.Reset.From) + x.Reset.Code.String(), cells.Reset}
	case x.Live:
		return cell{x.State.String(), cells.Faint}
	case x.State != h2decode.Closed:
		return cell{x.State.String(), cells.Warn}
	}
	return cell{}
}

// trailing is a field that says how a message ended: of its trailers, or of a
// response that is nothing else, as a call of gRPC that fails at once has it. ""
// where there is none.
func trailing(response *timeline.Fields, name string) string {
	if text := value(response.Trailers, name); text != "" {
		return text
	}
	return value(response.Fields, name)
}

// failed says that a gRPC status is not OK.
func failed(status string) bool { return status != "" && status != "0" }

// missing is how many octets of the messages the capture lacks.
func missing(x *timeline.Exchange) uint64 { return x.Request.Missing + x.Response.Missing }

// unended says that an exchange has no end in the capture.
func unended(x *timeline.Exchange) bool {
	return x.ClosedAt == 0 && x.Reset == nil && !x.Response.Complete && !x.Evicted
}

// unanswered says that an exchange has neither an answer nor an end.
func unanswered(x *timeline.Exchange) bool {
	return unended(x) && x.Timing.FinalResponse == 0 && x.Response.DataBytes == 0
}

// Exchanges that take longer than these are noticed by people, and keep them
// waiting.
const (
	noticed = 100_000_000
	waiting = 1_000_000_000
)

// took is how long an exchange took, from its beginning to its last frame or,
// where that was not seen, to when it was known to be over. One without an end
// took at least as long as its connection was seen.
func took(c *timeline.Conn, x *timeline.Exchange) int64 {
	if unended(x) {
		return max(0, c.Clock()-x.OpenedAt)
	}
	return max(0, x.Timing.End-x.Timing.Request, x.ClosedAt-x.OpenedAt)
}

// tookCell is a duration: bad where most of it was a stall, or it kept someone
// waiting; with > where the end was not seen.
func tookCell(c *timeline.Conn, x *timeline.Exchange) cell {
	took := took(c, x)
	text := duration(took)
	if unended(x) {
		text = ">" + text
	}
	var stalled int64
	for _, waited := range x.Timing.Stalled {
		stalled = max(stalled, waited)
	}
	switch {
	case took >= waiting, stalled > took/2:
		return cell{text, cells.Bad}
	case took >= noticed, stalled > 0:
		return cell{text, cells.Warn}
	}
	return cell{text: text}
}

// troubleStyle marks an exchange about which something was found, or of which
// octets are lost.
func troubleStyle(x *timeline.Exchange) cells.Style {
	switch {
	case x.Findings[h2decode.SeverityError] > 0, missing(x) > 0:
		return cells.Bad
	case x.Findings[h2decode.SeverityWarning] > 0:
		return cells.Warn
	}
	return cells.Plain
}

// value is the first field of a name, safe to show; with ? where it is not
// certain.
func value(fields []hpack.Field, name string) string {
	for i := range fields {
		f := &fields[i]
		if string(f.Name) != name || f.ValueTrust == hpack.Unknown {
			continue
		}
		s := printable.String(string(f.Value))
		if f.Trust() != hpack.Exact {
			s += "?"
		}
		return s
	}
	return ""
}

// subtype is the part of a media type that tells most: html of text/html.
func subtype(mediaType string) string {
	begin, end := 0, len(mediaType)
	for i, c := range mediaType {
		if c == '/' && begin == 0 {
			begin = i + 1
		}
		if c == ';' {
			end = i
			break
		}
	}
	return mediaType[min(begin, end):end]
}
