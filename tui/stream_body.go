package tui

import (
	"fmt"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
	"h2scope/tui/body"
	"h2scope/tui/cells"
)

// A Body is the content of a message as it is shown.
type Body struct {
	Key OctetsKey
	body.Text
	got, of uint64 // octets of the content that were read
}

// bodyPage is how many octets of a body are read at a time: the first page, and
// another one each time that the end of what is there is reached.
const bodyPage = 1 << 20

// maxBodyPages bounds what of a body is held.
const maxBodyPages = 32

// The ways to show a body, in the order in which Enter goes through them.
const (
	responseText = iota
	responseHex
	requestText
	requestHex
	bodyWays
)

// bodySide is the side whose body is shown.
func (m *Model) bodySide() h2decode.Side {
	if m.Pane[Stream] >= requestText {
		return h2decode.Client
	}
	return h2decode.Server
}

// A bodyKey is what the octets of a body were looked for.
type bodyKey struct {
	conn   *timeline.Conn
	stream uint32
	side   h2decode.Side
	pages  int
	tunnel bool // both sides of a tunnel
}

// wantBody is the octets of the DATA frames of the body that is shown.
func (m *Model) wantBody(c *timeline.Conn) (o Octets, found bool) {
	if !m.streamShows(streamBody) {
		return o, false
	}
	key := bodyKey{c, m.Stream, m.bodySide(), m.streamDetail().pages, m.bodyAsTunnel(c)}
	return m.memo.body.get(key, func() Octets { return m.findBody(&key) }), true
}

// findBody finds the DATA frames of a side on a stream, up to so many pages.
func (m *Model) findBody(key *bodyKey) (o Octets) {
	o.Key = OctetsKey{Use: bodyOctets, Conn: key.conn.Number(), Stream: key.stream, Side: key.side, Limit: bodyPage * (1 + key.pages), Tunnel: key.tunnel}
	total := 0
	for _, n := range m.framesOf(key.conn, key.stream) {
		f := key.conn.Frame(n)
		if f.Header.Type != h2decode.TypeData || f.From != key.side && !key.tunnel || f.Header.Stream != key.stream {
			continue
		}
		if total += int(f.Header.Length); total > o.Key.Limit && len(o.Ranges) > 0 {
			break
		}
		o.Key.Frame = n
		o.Ranges = append(o.Ranges, OctetRange{f.Offset, h2decode.HeaderLength + int(f.Header.Length)})
		if key.tunnel {
			o.Frames = append(o.Frames, f)
		}
	}
	return o
}

// readBody makes text of the DATA frames that were read.
func (m *Model) readBody(o Octets) Body {
	b := Body{Key: o.Key}
	c := m.Snapshot.Conn(o.Key.Conn)
	x, found := c.ExchangeOf(o.Key.Stream)
	if !found {
		return b
	}
	if o.Key.Tunnel {
		return m.readTunnel(c, &x, o)
	}
	fields := c.Fields(&x, o.Key.Side)
	message := body.Message{
		ContentType: fieldValue(fields.Fields, "content-type"), Encoding: fieldValue(fields.Fields, "content-encoding"),
		GRPCEncoding: fieldValue(fields.Fields, "grpc-encoding"),
	}
	var trouble string
	message.Octets, trouble = dataOf(o)
	b.got, b.of = uint64(len(message.Octets)), messageOf(&x, o.Key.Side).DataBytes
	message.Whole = b.got == b.of
	b.Text = body.Read(message)
	if trouble != "" {
		b.Notes = append(b.Notes, trouble)
	}
	return b
}

func messageOf(x *timeline.Exchange, side h2decode.Side) *h2decode.Message {
	if side == h2decode.Client {
		return &x.Request
	}
	return &x.Response
}

// fieldValue is the values of a field, joined by commas; those that are certain.
func fieldValue(fields []hpack.Field, name string) string {
	var values []string
	for i := range fields {
		if f := &fields[i]; string(f.Name) == name && f.Trust() == hpack.Exact {
			values = append(values, string(f.Value))
		}
	}
	return strings.Join(values, ", ")
}

// dataOf takes the data out of DATA frames, up to the first octet that is missing.
func dataOf(o Octets) (data []byte, trouble string) {
	for i, part := range o.Parts {
		if len(part) < o.Ranges[i].Length {
			return data, fmt.Sprintf("behind octet %d: %s", len(data), printable.String(fmt.Sprint(o.Err)))
		}
		payload, _ := h2decode.ParsePayload(h2decode.ParseFrameHeader(part), part[h2decode.HeaderLength:])
		if d, ok := payload.(*h2decode.DataFrame); ok {
			data = append(data, d.Data...)
		}
	}
	return data, ""
}

// drawBody shows the body, from a line on.
func (m *Model) drawBody(c *cells.Canvas, top int) {
	b := &m.Body
	if b.Key.Conn != m.Conn || b.Key.Stream != m.Stream || b.Key.Side != m.bodySide() {
		c.Text(0, 0, cells.Faint, "reading the octets …")
		return
	}
	head := fmt.Sprintf("%s of the %s, %s octets", b.Kind, messageName(b.Key.Side), size(b.of))
	switch {
	case b.Key.Tunnel:
		head = fmt.Sprintf("%s, %s octets", b.Kind, size(b.of))
	case b.of == 0:
		head = "the " + messageName(b.Key.Side) + " has no body"
	}
	c.Text(c.Text(0, 0, cells.Value, head)+2, 0, cells.Faint, "Enter shows it otherwise")
	for i, note := range b.Notes {
		c.Text(0, 1+i, cells.Warn, printable.Truncate(note, c.W))
	}
	area := c.Sub(0, 1+len(b.Notes), c.W, c.H-1-len(b.Notes))
	if m.bodyInHex() {
		perLine := hexOctets(area.W)
		drawHex(area, b.Octets, min(top, max(0, (len(b.Octets)+perLine-1)/perLine-area.H)), 0, 0)
		return
	}
	lines := m.bodyLines(area.W)
	for y, l := range lines[min(top, max(0, len(lines)-area.H)):] {
		if y >= area.H {
			break
		}
		area.Text(0, y, cells.Plain, l)
	}
}

func messageName(s h2decode.Side) string {
	if s == h2decode.Client {
		return "request"
	}
	return "response"
}

// bodyInHex says that the body is shown in hex: it was asked for, or is no text.
func (m *Model) bodyInHex() bool {
	way := m.Pane[Stream]
	return way == responseHex || way == requestHex || m.Body.Lines == nil
}

type wrapKey struct {
	body  OctetsKey
	width int
}

// bodyLines is the body cut into lines of a width.
func (m *Model) bodyLines(width int) []string {
	return m.memo.wrapped.get(wrapKey{m.Body.Key, width}, func() []string {
		var lines []string
		for _, l := range m.Body.Lines {
			lines = append(lines, wrap(l, width)...)
		}
		if more := m.Body.of - min(m.Body.of, m.Body.got); more > 0 {
			lines = append(lines, fmt.Sprintf("[%s octets more]", size(more)))
		}
		return lines
	})
}

// bodyLength is how many lines the body takes.
func (m *Model) bodyLength(width int) int {
	if m.bodyInHex() {
		return (len(m.Body.Octets) + hexOctets(width) - 1) / hexOctets(width)
	}
	return len(m.bodyLines(width))
}
