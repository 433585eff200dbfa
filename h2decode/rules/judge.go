package rules

import (
	"fmt"
	"slices"
	"strings"

	"h2scope/h2decode"
)

// A Judge holds the traffic of one connection against the rules. It is a sink
// of the connection's events, which it must be told as they happen, and tells
// what it finds as events of its own.
type Judge struct {
	conn *h2decode.Conn // asked for the state before the frame
	out  h2decode.Sink
	cfg  Config

	streams streams
	checks  checks

	frame   *h2decode.FrameDecoded // in work
	found   []*h2decode.Finding    // about the frame in work, before supersession
	waiting []*h2decode.Finding    // for what the peer does about them
	dead    bool                   // an error that ends the connection was found
	skipped map[string]struct{}    // rules that could not be judged
	counts  h2decode.Severities
	after   uint64            // findings that are consequences
	told    map[string]uint64 // findings by rule
}

// Limits of what a Judge holds and tells.
const (
	// maxWaiting is how many findings wait for the peer's answer; beyond it
	// the oldest is told without one.
	maxWaiting = 256
	// maxTold is how many findings of one rule are told of a connection.
	// Those beyond are counted, and a notice says so.
	maxTold = 1000
)

// Config is what a judge cannot see in the events.
type Config struct {
	Transport h2decode.Transport
}

// New gives a judge of a connection's traffic, which tells its findings to out.
func New(conn *h2decode.Conn, cfg Config, out h2decode.Sink) *Judge {
	j := &Judge{conn: conn, cfg: cfg, out: out}
	return j
}

// Event is told an event of the connection. In StreamClosed and
// ConnectionClosed it fills in the findings, so it must be told these before
// anyone who shows them.
func (j *Judge) Event(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		j.frame = e
		j.judgeFrame(e)
		j.settle()
		j.frame = nil
		j.answer(e)
	case *h2decode.StreamClosed:
		j.closeStream(e)
	case *h2decode.ConnectionClosed:
		j.close(e)
	default:
		j.judgeEvent(e)
		j.settle()
	}
}

// broke notes that the sender of the frame in work broke a rule. The message
// is a sentence with the numbers in it.
func (j *Judge) broke(id string, evidence []h2decode.Evidence, format string, args ...any) *h2decode.Finding {
	f := j.frame
	finding := j.finding(id, f.Origin, evidence, format, args...)
	finding.Stream, finding.Frame = f.Header.Stream, f.Number
	return finding
}

// finding notes that a rule was broken at an origin, where no frame did it.
func (j *Judge) finding(id string, at h2decode.Origin, evidence []h2decode.Evidence, format string, args ...any) *h2decode.Finding {
	rule := Lookup(id)
	finding := &h2decode.Finding{
		Origin: at, Rule: rule.ID, Severity: rule.Severity, Scope: rule.Scope, Reference: rule.Reference,
		ErrorCode: rule.ErrorCode, Evidence: evidence,
	}
	if j.told[id] < maxTold { // else it is counted only
		finding.Message = fmt.Sprintf(format, args...)
	}
	j.found = append(j.found, finding)
	return finding
}

// skip notes that a rule could not be judged, because something that it rests
// on was not seen.
func (j *Judge) skip(id string) {
	if j.skipped == nil {
		j.skipped = make(map[string]struct{})
	}
	j.skipped[id] = struct{}{}
}

// settle decides which of the findings of one frame stand, and lets them. None
// of these is a consequence of another: they are told of the same octets.
func (j *Judge) settle() {
	if len(j.found) == 0 {
		return
	}
	superseded := make(map[string]bool)
	for _, f := range j.found {
		for _, id := range Lookup(f.Rule).Supersedes {
			superseded[id] = true
		}
	}
	dead := j.dead
	for _, f := range j.found {
		if j.frame == nil {
			dead = j.dead
		}
		if !superseded[f.Rule] {
			f.Consequence = dead && !outlasts(f.Rule)
			j.stand(f)
		}
	}
	clear(j.found)
	j.found = j.found[:0]
}

// stand counts a finding, and tells it, or has it wait for its answer.
func (j *Judge) stand(f *h2decode.Finding) {
	if f.Severity == h2decode.SeverityError && f.ErrorCode != "" && f.Scope == connection && !outlasts(f.Rule) {
		j.dead = true
	}
	j.count(f)
	if j.told == nil {
		j.told = make(map[string]uint64)
	}
	switch j.told[f.Rule]++; {
	case j.told[f.Rule] > maxTold:
	case f.ErrorCode == "":
		j.out.Event(f)
	default:
		j.waiting = append(j.waiting, f)
		if len(j.waiting) > maxWaiting {
			j.out.Event(j.waiting[0])
			j.waiting = slices.Delete(j.waiting, 0, 1)
		}
	}
}

// outlasts reports whether breaking a rule cannot be what an error of the
// connection led to: TLS was there before it, and to stay behind it is a fault
// of its own.
func outlasts(id string) bool {
	return strings.HasPrefix(id, "TL-") || id == "PF-04" || id == "PF-05" || id == "GA-06"
}

func (j *Judge) count(f *h2decode.Finding) {
	if f.Consequence {
		j.after++
		return
	}
	j.counts[f.Severity]++
	if s := j.streams.get(f.Stream); s != nil {
		s.findings[f.Severity]++
	}
}

// answer takes a frame for what the peer does about findings: RST_STREAM on the
// stream, GOAWAY with an error for all that its receiver sent.
func (j *Judge) answer(e *h2decode.FrameDecoded) {
	if len(j.waiting) == 0 || e.Header.Type != h2decode.TypeRSTStream && e.Header.Type != h2decode.TypeGoAway {
		return
	}
	answer := h2decode.Answer{Type: e.Header.Type.String(), Frame: e.Number, Time: e.Time}
	switch p := e.Payload.(type) {
	case *h2decode.RSTStreamFrame:
		answer.Code = p.Code
		j.tellAnswered(e.From, answer, func(f *h2decode.Finding) bool { return f.Stream == e.Header.Stream })
	case *h2decode.GoAwayFrame:
		if answer.Code = p.Code; p.Code != h2decode.NoError {
			j.tellAnswered(e.From, answer, func(*h2decode.Finding) bool { return true })
		}
	}
}

// tellAnswered tells the findings that an answer of side is about.
func (j *Judge) tellAnswered(side h2decode.Side, answer h2decode.Answer, about func(*h2decode.Finding) bool) {
	j.waiting = slices.DeleteFunc(j.waiting, func(f *h2decode.Finding) bool {
		if f.From == side || !about(f) {
			return false
		}
		told := answer
		told.After = told.Time - f.Time
		f.Answer = &told
		j.out.Event(f)
		return true
	})
}

// close ends the judgment: what waited for an answer is told, and the
// connection gets its counts.
func (j *Judge) close(e *h2decode.ConnectionClosed) {
	j.judgeEnd(e)
	j.settle()
	if c := e.Connection; c.HasCloser {
		how := map[h2decode.CloseReason]string{h2decode.ClosedFIN: "FIN", h2decode.ClosedRST: "RST"}[c.Close]
		answer := h2decode.Answer{Type: how, Time: c.Closed}
		went := j.checks.frames.sides[c.ClosedBy].acked
		j.tellAnswered(c.ClosedBy, answer, func(f *h2decode.Finding) bool {
			// Who sends on behind the fault does not close because of it.
			return f.Scope == connection && !outlasts(f.Rule) && went <= f.Offset
		})
	}
	for _, f := range j.waiting {
		j.out.Event(f)
	}
	j.waiting = nil
	for rule := range All() {
		if n := j.told[rule.ID]; n > maxTold {
			j.out.Event(&h2decode.Noticed{
				Kind: "findings-limit", Conn: e.Number,
				Message: fmt.Sprintf("connection %d broke rule %s %d times, of which %d are told", e.Number, rule.ID, n, maxTold),
			})
		}
	}
	for severity, n := range j.counts {
		e.Findings[severity] += n
	}
	e.Consequences += j.after
	e.NotJudged += uint64(len(j.skipped))
}
