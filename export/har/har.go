package har

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"unicode/utf8"

	"h2scope/export/exchange"
	"h2scope/export/redact"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/content/protobuf"
	"h2scope/h2decode/content/tunnel"
	"h2scope/h2decode/printable"
)

// Config says what an archive holds.
type Config struct {
	Version  string             // of the program, for log.creator
	Redact   *redact.Policy     // nil: nothing is taken out
	MaxBody  int                // octets of each message's content, as sent and as decoded
	Protoset *protobuf.Protoset // names for gRPC messages; nil: none
	Tunnel   tunnel.Config      // how what is inside of tunnels is decoded
}

// A HAR is the archive of a capture. It is a text.View whose output passes
// through Pipe. It needs h2scope.Config with Messages and Data.
type HAR struct {
	cfg     Config
	workers []*Worker
}

// New returns an archive.
func New(cfg Config) *HAR { return &HAR{cfg: cfg} }

// Head writes what stands before the entries.
func (h *HAR) Head(w io.Writer) error {
	version, err := json.Marshal(h.cfg.Version)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, `{"log":{"version":"1.2","creator":{"name":"h2scope","version":`+string(version)+`},"entries":[`)
	return err
}

// Worker returns the renderer of one worker: it renders entries, with a comma
// before each.
func (h *HAR) Worker() text.Renderer {
	w := &Worker{cfg: &h.cfg, assembler: exchange.New(exchange.Config{MaxBody: h.cfg.MaxBody})}
	h.workers = append(h.workers, w)
	return w
}

// Pipe returns what the entries are to be written to: it leaves out the comma
// before the first.
func (h *HAR) Pipe(w io.Writer) io.Writer { return &entries{to: w} }

// flushAt is how many octets of what stands behind the entries are gathered.
const flushAt = 64 << 10

// Foot writes what stands behind the entries.
func (h *HAR) Foot(w io.Writer) error {
	var all about
	for _, worker := range h.workers {
		all.add(&worker.about)
	}
	slices.SortFunc(all.pages, numbered[page].compare)
	slices.SortFunc(all.left, numbered[string].compare)
	out := []byte("\n],\"pages\":[")
	var err error
	for i := range all.pages {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = appendJSON(out, all.pages[i].value); err != nil {
			return err
		}
		if len(out) > flushAt {
			if _, err = w.Write(out); err != nil {
				return err
			}
			out = out[:0]
		}
	}
	out = append(out, ']')
	if comment := all.comment(); comment != "" {
		out = append(out, `,"comment":`...)
		if out, err = appendJSON(out, comment); err != nil {
			return err
		}
	}
	_, err = w.Write(append(out, "}}\n"...))
	return err
}

// A Worker renders the entries of the connections of one worker.
type Worker struct {
	cfg       *Config
	assembler *exchange.Assembler
	about     about
}

// Event appends the entry of the exchange that is over with e, if one is.
func (w *Worker) Event(dst []byte, e h2decode.Event) []byte {
	w.about.event(e)
	x := w.assembler.Event(e)
	if x == nil {
		return dst
	}
	w.about.entry(x.Conn)
	room := maxInside
	return w.exchange(dst, x, &room)
}

// append appends an entry, with a comma before it.
func (w *Worker) append(dst []byte, e *entry) []byte {
	before := len(dst)
	dst, err := appendJSON(append(dst, ",\n"...), e)
	if err != nil { // a value of this package's own that JSON can't hold: a defect
		w.about.notices = append(w.about.notices, err.Error())
		return dst[:before]
	}
	return dst
}

// Unmatched takes an event that a filter keeps from the output: exchanges are
// made of all events.
func (w *Worker) Unmatched(e h2decode.Event) { w.assembler.Event(e) }

// entries is a writer that leaves out the first comma.
type entries struct {
	to    io.Writer
	begun bool
}

// Write passes p on.
func (e *entries) Write(p []byte) (int, error) {
	if e.begun || len(p) == 0 {
		return e.to.Write(p)
	}
	e.begun = true
	n, err := e.to.Write(p[1:])
	return n + 1, err
}

// appendJSON appends v. What could act on a terminal stands as its escape.
func appendJSON(dst []byte, v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return dst, err
	}
	p := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	for len(p) > 0 {
		n := 0
		for n < len(p) && p[n] >= ' ' && p[n] < 0x7f {
			n++
		}
		dst = append(dst, p[:n]...)
		if p = p[n:]; len(p) == 0 {
			break
		}
		r, size := utf8.DecodeRune(p)
		if printable.Safe(r) {
			dst = append(dst, p[:size]...)
		} else {
			dst = appendEscape(dst, r)
		}
		p = p[size:]
	}
	return dst, nil
}
