package text

import (
	"cmp"
	"io"
	"slices"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// busiest is how many connections the summary lists.
const busiest = 5

// Summary says on one screen what is in a capture, and what is wrong with it.
type Summary struct {
	options Options
	workers []*tally
}

// NewSummary returns a view of the whole capture.
func NewSummary(o Options) *Summary { return &Summary{options: o} }

// Head writes nothing.
func (v *Summary) Head(io.Writer) error { return nil }

// Worker returns the renderer of one worker.
func (v *Summary) Worker() Renderer {
	t := newTally()
	v.workers = append(v.workers, t)
	return t
}

// A tally is what one worker counts; together they are the summary.
type tally struct {
	opened  *captureFacts
	ended   *h2decode.CaptureEnded
	notices []string

	statuses  [6]uint64 // responses by the first digit of their status; 0: not known
	malformed uint64    // frames
	cut       uint64    // frames with missing octets
	untrusted uint64    // field sections with fields that are not certain
	omitted   uint64    // fields that a limit kept out
	lost      uint64    // octets in gaps
	skipped   uint64    // octets passed over until frames were found again

	starts  [6]uint64 // connections by Start
	tls     uint64    // connections whose TLS is not opened
	resets  map[h2decode.ErrorCode]uint64
	goAways map[h2decode.ErrorCode]uint64
	open    uint64 // streams that the capture ends before
	rules   map[string]brokenRule
	waits   [3]waitCount // by h2decode.StallCause
	busy    []*connRow
}

type captureFacts struct {
	files      []string
	interfaces []h2decode.CaptureInterface
}

func newTally() *tally {
	return &tally{
		resets: make(map[h2decode.ErrorCode]uint64), goAways: make(map[h2decode.ErrorCode]uint64),
		rules: make(map[string]brokenRule),
	}
}

// Event counts.
func (t *tally) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		t.frame(e)
	case *h2decode.StreamClosed:
		t.stream(e.Stream)
	case *h2decode.Finding:
		t.finding(e)
	case *h2decode.GapFound:
		t.lost += e.Bytes
		t.skipped += e.Skipped
	case *h2decode.ConnectionClosed:
		t.connection(e.Connection)
	case *h2decode.CaptureOpened:
		t.opened = &captureFacts{slices.Clone(e.Files), slices.Clone(e.Interfaces)}
	case *h2decode.Noticed:
		t.notices = append(t.notices, NoticeText(e))
	case *h2decode.CaptureEnded:
		ended := *e
		ended.Skipped = slices.Clone(e.Skipped)
		t.ended = &ended
	}
	return dst
}

func (t *tally) frame(e *h2decode.FrameDecoded) {
	if e.Missing > 0 {
		t.cut++
	}
	if e.Malformed != nil || e.Block != nil && e.Block.Err != nil {
		t.malformed++
	}
	if p, ok := e.Payload.(*h2decode.GoAwayFrame); ok && p.Code != h2decode.NoError {
		t.goAways[p.Code]++
	}
	if e.Block != nil {
		t.block(e.Block, e.From)
	}
}

// block looks for a response's status, which is the first of its fields
// (RFC 9113, Section 8.3).
func (t *tally) block(b *h2decode.Block, from h2decode.Side) {
	t.omitted += uint64(b.Omitted)
	for i := range b.Fields {
		if b.Fields[i].Trust() != hpack.Exact {
			t.untrusted++
			break
		}
	}
	if from == h2decode.Client || len(b.Fields) == 0 {
		return
	}
	f := &b.Fields[0]
	if string(f.Name) != ":status" || f.Trust() != hpack.Exact || len(f.Value) != 3 {
		return
	}
	if class := f.Value[0] - '0'; class >= 1 && class <= 5 {
		t.statuses[class]++
	}
}

func (t *tally) stream(s *h2decode.Stream) {
	for cause, waited := range s.Timing.Stalled {
		if waited > 0 {
			t.waits[cause].add(waitCount{1, waited})
		}
	}
	switch {
	case s.Reset != nil:
		t.resets[s.Reset.Code]++
	case s.State != h2decode.Closed:
		t.open++
	}
}

func (t *tally) connection(c *h2decode.Connection) {
	t.starts[c.Start]++
	if c.Protocol == h2decode.ProtocolTLS {
		t.tls++
	}
	row := newConnRow(c)
	row.notes, row.trouble = cmp.Or(row.trouble, connEnd(c)), ""
	t.busy = keepBusiest(append(t.busy, row))
}

// keepBusiest leaves the connections with the most octets.
func keepBusiest(rows []*connRow) []*connRow {
	return arrange(rows, connKeys[:], "bytes", busiest)
}

// add joins what another worker counted.
func (t *tally) add(o *tally) {
	if o.opened != nil {
		t.opened = o.opened
	}
	if o.ended != nil {
		t.ended = o.ended
	}
	t.notices = append(t.notices, o.notices...)
	for i, n := range o.statuses {
		t.statuses[i] += n
	}
	for i, n := range o.starts {
		t.starts[i] += n
	}
	for code, n := range o.resets {
		t.resets[code] += n
	}
	for code, n := range o.goAways {
		t.goAways[code] += n
	}
	for rule, n := range o.rules {
		t.rules[rule] = brokenRule{n.severity, n.count + t.rules[rule].count}
	}
	for cause, w := range o.waits {
		t.waits[cause].add(w)
	}
	t.malformed += o.malformed
	t.cut += o.cut
	t.untrusted += o.untrusted
	t.omitted += o.omitted
	t.lost += o.lost
	t.skipped += o.skipped
	t.tls += o.tls
	t.open += o.open
	t.busy = keepBusiest(append(t.busy, o.busy...))
}

// Foot writes the summary.
func (v *Summary) Foot(w io.Writer) error {
	sum := newTally()
	for _, t := range v.workers {
		sum.add(t)
	}
	r := &report{options: &v.options, tally: sum}
	if sum.ended == nil {
		sum.ended = new(h2decode.CaptureEnded)
	}
	r.capture()
	r.contents()
	r.trouble()
	if _, err := w.Write(r.text); err != nil || len(sum.busy) == 0 {
		return err
	}
	return v.busiest(w, sum.busy)
}

func (v *Summary) busiest(w io.Writer, rows []*connRow) error {
	var l line
	l.begin([]byte("\n"), &v.options)
	l.string(heading, "Busiest connections")
	if _, err := w.Write(l.end()); err != nil {
		return err
	}
	o := v.options
	o.Times = NoTime
	return writeConns(w, rows, &o)
}
