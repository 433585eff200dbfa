package body

import (
	"fmt"
	"strconv"
	"time"

	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
	"h2scope/h2decode/printable"
)

// A Piece is what a side sent into a tunnel at a time, or how much of it the
// capture lacks.
type Piece struct {
	tunnel.At
	Octets    []byte
	Missing   uint64
	Estimated bool // Missing is a guess
}

// MaxInside is how many exchanges and how many frames inside of a tunnel are listed.
const MaxInside = 10_000

// ReadTunnel makes text of the HTTP/2 inside of a tunnel: its exchanges, and its
// frames. pieces are what both sides sent, in the order in which it came. Where
// something else is inside the Text has no Lines, and its Notes say what it is.
func ReadTunnel(pieces []Piece, cfg tunnel.Config) Text {
	in := &inside{}
	if len(pieces) > 0 {
		in.began = pieces[0].Time
	}
	d := tunnel.New(cfg, in)
	var last tunnel.At
	for i := range pieces {
		p := &pieces[i]
		last = p.At
		d.Write(p.At, p.Octets)
		d.Missing(p.At, p.Missing, p.Estimated)
	}
	r := d.Close(last.Packet, last.Time)
	t := Text{Kind: "octets in a tunnel"}
	t.note(describe(r))
	if r.HTTP2 == nil {
		return t
	}
	t.Kind = "HTTP/2 in a tunnel"
	t.Lines = append(t.Lines, "exchanges: "+strconv.FormatUint(r.HTTP2.Streams, 10))
	t.Lines = append(t.Lines, in.exchanges.lines()...)
	t.Lines = append(t.Lines, "", "frames: "+strconv.FormatUint(r.HTTP2.Frames, 10))
	t.Lines = append(t.Lines, in.frames.lines()...)
	return t
}

// describe says what of a tunnel the lines do not.
func describe(r *tunnel.Result) string {
	text := ""
	if r.Protocol != tunnel.HTTP2 {
		text = "the tunnel carries " + r.Protocol.String()
	}
	if s := r.TLS; s != nil {
		text = "inside is " + orElse(s.Version, "TLS")
		if s.ServerName != "" {
			text += " to " + s.ServerName
		}
		text += ", decrypted " + s.Decrypted
		if s.Reason != "" {
			text += " (" + s.Reason + ")"
		}
		if r.HTTP2 == nil && r.Protocol != tunnel.TLS {
			text += ", in it " + r.Protocol.String()
		}
		return text
	}
	if r.Reason != "" {
		text += ": " + r.Reason
	}
	return text
}

func orElse(text, other string) string {
	if text != "" {
		return text
	}
	return other
}

// inside gathers lines about the HTTP/2 inside of a tunnel.
type inside struct {
	began             int64
	exchanges, frames listing
}

// A listing is lines up to MaxInside, and how many more there are.
type listing struct {
	shown []string
	more  int
}

func (l *listing) add(line string) { l.shown = append(l.shown, printable.String(line)) }

func (l *listing) full() bool {
	if len(l.shown) >= MaxInside {
		l.more++
		return true
	}
	return false
}

func (l *listing) lines() []string {
	if l.more > 0 {
		return append(l.shown, fmt.Sprintf("[%d more]", l.more))
	}
	return l.shown
}

// Event gathers.
func (in *inside) Event(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.StreamClosed:
		if !in.exchanges.full() {
			in.exchanges.add(in.exchange(e.Stream))
		}
	case *h2decode.FrameDecoded:
		if !in.frames.full() {
			in.frames.add(in.frame(e))
		}
	case *h2decode.GapFound:
		if !in.frames.full() {
			in.frames.add(fmt.Sprintf("  %s  %s  gap: %d octets are missing, %d passed over", in.at(e.Time), arrow(e.From), e.Bytes, e.Skipped))
		}
	}
}

// exchange is a line about a stream inside.
func (in *inside) exchange(s *h2decode.Stream) string {
	value := func(m *h2decode.Message, name string) string { return string(m.Field(name)) }
	target := value(&s.Request, ":authority") + value(&s.Request, ":path")
	line := fmt.Sprintf("  %s  stream %d  %s %s  %s", in.at(s.Timing.Request), s.ID,
		orElse(value(&s.Request, ":method"), "?"), orElse(target, "?"), orElse(value(&s.Response, ":status"), "no status"))
	if n := s.Response.DataBytes; n > 0 {
		line += fmt.Sprintf("  %d octets", n)
	}
	if s.Reset != nil {
		line += fmt.Sprintf("  reset by the %s: %s", s.Reset.From, s.Reset.Code)
	}
	return line
}

// frame is a line about a frame inside.
func (in *inside) frame(e *h2decode.FrameDecoded) string {
	h := &e.Header
	line := fmt.Sprintf("  %s  %s  %-13s  stream %d  %d octets", in.at(e.Time), arrow(e.From), h.Type, h.Stream, h.Length)
	for _, name := range h.Type.FlagNames(nil, h.Flags) {
		line += "  " + name
	}
	if e.Missing > 0 {
		line += fmt.Sprintf("  %d octets are missing", e.Missing)
	}
	if e.Malformed != nil {
		line += "  malformed: " + e.Malformed.Reason
	}
	return line
}

// at is a time since the tunnel's first octets, in seconds.
func (in *inside) at(ns int64) string {
	return fmt.Sprintf("%10.6f", time.Duration(ns-in.began).Seconds())
}

// arrow is the direction that lists of frames show.
func arrow(from h2decode.Side) string { return [...]string{">", "<"}[from] }
