package text

import (
	"bytes"
	"io"
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

// Streams shows a line a stream: a request and what came of it. They stand in
// order of connection and stream. It needs the fields of the messages.
type Streams struct {
	options Options
	workers []*streamRows
}

// NewStreams returns a view of streams.
func NewStreams(o Options) *Streams { return &Streams{options: o} }

// StreamKeys are the orders that streams can be sorted by; the first is by
// connection and stream.
func StreamKeys() []string { return names(streamKeys[:]) }

// A streamRow is what is kept of a stream. Its strings are safe.
type streamRow struct {
	conn           uint64
	stream         uint32
	opened, closed int64 // closed is 0 for one that did not
	size           uint64
	wait           int64 // from the request's end to the final response; -1: not seen
	stalled        int64 // waited for windows of HTTP/2
	held           int64 // held up by TCP
	request        string
	status, kind   string
	state          string // "" where it ended as it should
	style          style  // of state
}

var streamKeys = [...]key[streamRow]{
	{"conn", func(a, b *streamRow) int {
		if a.conn != b.conn {
			return ascending(func(r *streamRow) uint64 { return r.conn })(a, b)
		}
		return ascending(func(r *streamRow) uint32 { return r.stream })(a, b)
	}},
	{"time", ascending(func(r *streamRow) int64 { return r.opened })},
	{"took", descending((*streamRow).took)},
	{"size", descending(func(r *streamRow) uint64 { return r.size })},
	{"status", descending(func(r *streamRow) string { return r.status })},
	{"type", ascending(func(r *streamRow) string { return r.kind })},
	{"state", descending(func(r *streamRow) string { return r.state })},
	{"wait", descending(func(r *streamRow) int64 { return r.wait })},
	{"stalled", descending(func(r *streamRow) int64 { return r.stalled })},
	{"tcp", descending(func(r *streamRow) int64 { return r.held })},
	{"request", ascending(func(r *streamRow) string { return r.request })},
}

func (r *streamRow) took() int64 {
	if r.closed == 0 {
		return -1
	}
	return r.closed - r.opened
}

// Head writes nothing: the table has its head with it.
func (v *Streams) Head(io.Writer) error { return nil }

// Worker returns the renderer of one worker.
func (v *Streams) Worker() Renderer {
	rows := new(streamRows)
	v.workers = append(v.workers, rows)
	return rows
}

// streamRows is one worker's.
type streamRows struct {
	rows    []*streamRow
	scratch []byte
}

// Event keeps what is told when a stream is over.
func (s *streamRows) Event(dst []byte, e h2decode.Event) []byte {
	if e, ok := e.(*h2decode.StreamClosed); ok {
		s.rows = append(s.rows, s.row(e))
	}
	return dst
}

func (s *streamRows) row(e *h2decode.StreamClosed) *streamRow {
	st := e.Stream
	r := &streamRow{conn: e.Conn, stream: st.ID, opened: st.OpenedAt, closed: st.ClosedAt, size: st.Response.DataBytes}
	if st.Kind == h2decode.KindPush {
		s.scratch = append(s.scratch[:0], "(push) "...)
	} else {
		s.scratch = s.scratch[:0]
	}
	s.scratch = appendRequest(s.scratch, st.Request.Fields, true)
	r.request = string(s.scratch)
	if f := find(st.Response.Fields, ":status"); f != nil {
		s.scratch = appendValue(s.scratch[:0], f)
		r.status = string(s.scratch)
	}
	r.kind = subtype(st.Response.Field("content-type"))
	r.state, r.style = streamState(st)
	r.wait = -1
	if p := st.Timing.Phases(); p.Seen >= 2 {
		r.wait = p.Wait
	}
	r.stalled = st.Timing.Stalled[h2decode.StalledByStream] + st.Timing.Stalled[h2decode.StalledByConnection]
	r.held = st.Timing.Stalled[h2decode.StalledByTCP]
	return r
}

// subtype is the part of a media type that tells most: html of text/html;
// charset=utf-8 (RFC 9110, Section 8.3.1).
func subtype(mediaType []byte) string {
	mediaType, _, _ = bytes.Cut(mediaType, []byte(";"))
	if _, sub, ok := bytes.Cut(mediaType, []byte("/")); ok {
		mediaType = sub
	}
	return string(printable.Append(nil, bytes.TrimSpace(mediaType)))
}

// streamState says how a stream ended where it did not end as it should: what
// reset it and the arrow of who sent that, else the state it was left in, and
// what the capture lacks of it.
func streamState(s *h2decode.Stream) (state string, look style) {
	switch {
	case s.Reset != nil:
		state, look = arrow(s.Reset.From)+s.Reset.Code.String(), warn
	case s.State != h2decode.Closed:
		state, look = s.State.String(), faint
	}
	if n := s.Request.Missing + s.Response.Missing; n > 0 {
		if state != "" {
			state += ", "
		}
		state, look = state+size(n)+" lost", bad
	}
	return state, look
}

// streamColumns is how the table is laid out.
var streamColumns = []column{
	{head: "conn", right: true},
	{head: "stream", right: true},
	{head: "time", right: true, drop: 1},
	{head: "took", right: true},
	{head: "wait", right: true, drop: 2},
	{head: "stalled", right: true, drop: 3},
	{head: "tcp", right: true, drop: 4},
	{head: "status", right: true},
	{head: "size", right: true},
	{head: "type", min: 6},
	{head: "state", min: 18},
	{head: "request", min: 20},
}

// Foot writes the table.
func (v *Streams) Foot(w io.Writer) error {
	var rows []*streamRow
	for _, worker := range v.workers {
		rows = append(rows, worker.rows...)
	}
	rows = arrange(rows, streamKeys[:], v.options.Sort, v.options.Limit)
	opened := make([]string, len(rows))
	c := newClock(&v.options)
	for i, r := range rows {
		opened[i] = string(c.append(nil, r.opened))
	}
	t := table{columns: streamColumns, rows: len(rows), row: func(i int, cells []cell) {
		rows[i].cells(cells)
		cells[2].text = opened[i]
	}}
	return t.write(w, &v.options)
}

func (r *streamRow) cells(cells []cell) {
	cells[0].text = strconv.FormatUint(r.conn, 10)
	cells[1].text = strconv.FormatUint(uint64(r.stream), 10)
	if r.closed != 0 {
		cells[3].text = duration(r.closed - r.opened)
	}
	if r.wait >= 0 {
		cells[4].text = duration(r.wait)
	}
	if r.stalled > 0 {
		cells[5] = cell{duration(r.stalled), warn}
	}
	if r.held > 0 {
		cells[6] = cell{duration(r.held), warn}
	}
	cells[7] = cell{r.status, statusStyle([]byte(r.status))}
	cells[8].text = size(r.size)
	cells[9].text = r.kind
	cells[10] = cell{r.state, r.style}
	cells[11].text = r.request
}
