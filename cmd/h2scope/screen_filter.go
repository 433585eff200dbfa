package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"h2scope/h2decode"
	"h2scope/h2decode/fields"
	"h2scope/h2decode/timeline"
	"h2scope/tui"
)

// A screenFilter is a display filter over what the timeline keeps.
type screenFilter struct {
	filter   *fields.Filter
	frames   bool // it asks for something of frames
	findings bool // it asks for what was found
	windows  bool // it asks for the connection's window
	found    foundOn
	said     prioritiesOn
}

// prioritiesOn is what the client said about priorities on a connection, as far as
// one snapshot tells.
type prioritiesOn struct {
	conn    *timeline.Conn
	changes []timeline.PriorityChange
}

// foundOn is what was found on a connection, as far as one snapshot tells.
type foundOn struct {
	conn      *timeline.Conn
	all       []fields.Found
	by        map[uint64][]fields.Found // by frame
	onStreams map[uint32][]fields.Found
}

// unkept are fields of frames that the timeline does not keep: they stand in the
// octets of each frame only.
var unkept = []string{
	"http2.pad_length", "http2.data.data", "http2.header_table_size_update.header_table_size", "http2.goaway.last_stream_id",
	"http2.goaway.addata", "http2.ping", "http2.pong", "http2.settings", "http2.settings.*", "http2.altsvc.*", "http2.origin.*",
	"http2.priority_update_field_value", "h2.settings.*", "h2.data_length",
}

// newScreenFilter compiles a display filter. The error says where it is wrong.
func newScreenFilter(expression string) (tui.Filter, error) {
	filter, err := fields.Compile(expression)
	var wrong *fields.Error
	switch {
	case errors.As(err, &wrong):
		text := wrong.Message
		if wrong.Suggestion != "" {
			text += "; did you mean " + wrong.Suggestion + "?"
		}
		return nil, placedError{errors.New(text), wrong.Offset}
	case err != nil:
		return nil, err
	}
	f := &screenFilter{filter: filter}
	for _, n := range fieldsNamed(expression) {
		if isUnkept(n.name) {
			return nil, placedError{fmt.Errorf("%s stands in the octets of frames, which are not searched here; h2scope frames does", n.name), n.at}
		}
		f.windows = f.windows || n.name == "h2.window.connection"
		f.frames = f.frames || fields.Lookup(n.name).On(fields.Frame)
	}
	for _, level := range []fields.Level{fields.Finding, fields.Frame, fields.Stream, fields.Conn} {
		f.findings = f.findings || filter.Needs(level).Findings
	}
	return f, nil
}

// A placedError knows the octet of the expression that is wrong.
type placedError struct {
	error
	at int
}

// Place is the offset of what is wrong.
func (e placedError) Place() int { return e.at }

// A namedField is a name in an expression.
type namedField struct {
	name string
	at   int
}

// fieldsNamed are the names of fields in an expression that was compiled.
func fieldsNamed(expression string) (names []namedField) {
	inName := func(r rune) bool { return r == '.' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	for at := 0; at < len(expression); {
		rest := expression[at:]
		if rest[0] == '"' {
			at += quoted(rest)
			continue
		}
		n := strings.IndexFunc(rest+" ", func(r rune) bool { return !inName(r) })
		if n > 0 && fields.Lookup(rest[:n]) != nil {
			names = append(names, namedField{rest[:n], at})
		}
		at += max(1, n)
	}
	return names
}

func isUnkept(name string) bool {
	return slices.ContainsFunc(unkept, func(u string) bool {
		prefix, all := strings.CutSuffix(u, "*")
		return name == u || all && strings.HasPrefix(name, prefix)
	})
}

// quoted is how long a text in quotes is.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// OfFrames says that something can match by one of its frames, and not else.
func (f *screenFilter) OfFrames() bool { return f.frames }

// Conn says that a connection matches, by itself.
func (f *screenFilter) Conn(c *timeline.Conn) bool {
	s := f.subject(c)
	if f.findings {
		s.Found = f.of(c).all
	}
	return f.filter.Match(&s) == fields.True
}

// Exchange says that a stream matches, by itself.
func (f *screenFilter) Exchange(c *timeline.Conn, x *timeline.Exchange) bool {
	s := f.subject(c)
	s.Stream, s.StreamOver = f.stream(c, x), !x.Live
	if f.findings {
		s.Found = f.of(c).onStreams[x.ID]
	}
	return f.filter.Match(&s) == fields.True
}

// Frame says that a frame matches.
func (f *screenFilter) Frame(c *timeline.Conn, frame *timeline.Frame) bool {
	s := f.subject(c)
	x, found := c.ExchangeOf(frame.Header.Stream)
	s.StreamOver = true
	if found {
		s.Stream, s.StreamOver = f.stream(c, &x), !x.Live
	}
	decoded := f.decoded(c, frame, &x)
	s.Frame = &decoded
	if f.findings {
		s.Found = f.of(c).by[frame.Number]
	}
	return f.filter.Match(&s) == fields.True
}

// Finding says that a finding matches.
func (f *screenFilter) Finding(c *timeline.Conn, found *h2decode.Finding) bool {
	s := f.subject(c)
	s.Finding, s.StreamOver = found, true
	if x, onStream := c.ExchangeOf(found.Stream); onStream {
		s.Stream, s.StreamOver = f.stream(c, &x), !x.Live
	}
	return f.filter.Match(&s) == fields.True
}

// subject is the connection as a subject. What may yet come of it is taken for
// absent.
func (f *screenFilter) subject(c *timeline.Conn) fields.Subject {
	over := c.Closed()
	conn := over
	if over == nil {
		opened := c.Opened()
		conn = &h2decode.Connection{
			Number: c.Number(), Client: opened.Client, Server: opened.Server,
			Opened: opened.Time, OpenedPacket: opened.Packet, Protocol: h2decode.ProtocolH2,
		}
	}
	return fields.Subject{Conn: conn, ConnOver: over != nil, Now: true, FoundAll: true}
}

// stream is the stream of an exchange with the fields of its messages.
func (f *screenFilter) stream(c *timeline.Conn, x *timeline.Exchange) *h2decode.Stream {
	s := x.Stream
	for side, m := range [...]*h2decode.Message{&s.Request, &s.Response} {
		kept := c.Fields(x, h2decode.Side(side))
		m.Fields, m.Interim, m.Trailers = kept.Fields, kept.Interim, kept.Trailers
	}
	return &s
}

// of is what was found on a connection.
func (f *screenFilter) of(c *timeline.Conn) *foundOn {
	if f.found.conn == c {
		return &f.found
	}
	f.found = foundOn{conn: c, by: make(map[uint64][]fields.Found), onStreams: make(map[uint32][]fields.Found)}
	for i := c.FirstFinding(); i < c.Findings(); i++ {
		finding := c.Finding(i)
		found := fields.Found{Rule: finding.Rule, Severity: finding.Severity}
		f.found.all = append(f.found.all, found)
		if finding.Frame > 0 {
			f.found.by[finding.Frame] = append(f.found.by[finding.Frame], found)
		}
		if finding.Stream > 0 {
			f.found.onStreams[finding.Stream] = append(f.found.onStreams[finding.Stream], found)
		}
	}
	return &f.found
}
