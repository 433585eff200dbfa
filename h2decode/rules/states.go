package rules

import (
	"h2scope/h2decode"
	"h2scope/hpack"
)

// streamChecks is what the rules about streams, flow control and priority keep.
type streamChecks struct {
	seen      [2]uint64 // by side: where the last frame of it ended
	heard     [2]uint64 // by side: what it had received when it last sent another frame than RST_STREAM
	processed processing
	goAway    [2]goAway
	pushes    int // streams that the server promised and that are not closed
	pushing   int // of these, those that are more than reserved
	unended   []uint32
	lifted    [2]int64 // by the side that sends: the greatest that an update made a stream's window
	starved   starvation
	hints     hints
	// authorities are those that the client has sent requests to.
	authorities [][]byte
}

// A stateRecord is what these rules keep of a stream that is open.
type stateRecord struct {
	ended     [2]uint64 // by side: where its frame with END_STREAM ended
	pushing   bool      // the server has begun what it promised
	overrun   [2]bool   // by side: it has sent more than the stream's window let it
	connected uint64    // where in the server's octets its 2xx to CONNECT ended; 0: there is none
}

// checkState holds a frame against the rules about streams, flow control and
// priority.
func (j *Judge) checkState(f *h2decode.FrameDecoded) {
	s := &j.checks.streams
	switch f.Header.Type {
	case h2decode.TypeData:
		j.stateOfData(f)
	case h2decode.TypeWindowUpdate:
		j.stateOfWindowUpdate(f)
	case h2decode.TypeHeaders:
		j.stateOfHeaders(f)
	case h2decode.TypeContinuation:
		j.stateOfBlock(f)
	case h2decode.TypeRSTStream:
		j.stateOfReset(f)
	case h2decode.TypePushPromise:
		j.stateOfPromise(f)
	case h2decode.TypePriority:
		if p, ok := f.Payload.(*h2decode.PriorityFrame); ok {
			j.checkDependency(f, p)
		}
	case h2decode.TypePriorityUpdate:
		j.checkPriorityUpdate(f)
	case h2decode.TypeSettings:
		j.checkInitialWindow(f)
		s.processed.note(f)
	case h2decode.TypePing:
		s.processed.note(f)
	case h2decode.TypeGoAway:
		j.stateOfGoAway(f)
	}
	s.seen[f.From] = end(f)
	if f.Header.Type != h2decode.TypeRSTStream {
		s.heard[f.From] = f.Acked
	}
}

// A typeSet is a set of frame types, a bit for each of RFC 9113.
type typeSet uint16

// What is sent on streams. PUSH_PROMISE and CONTINUATION have rules of their
// own, and PRIORITY may be sent in any state.
const (
	anywhere   typeSet = 1<<h2decode.TypePriority | 1<<h2decode.TypePushPromise | 1<<h2decode.TypeContinuation
	management         = anywhere | 1<<h2decode.TypeRSTStream | 1<<h2decode.TypeWindowUpdate
	anything           = management | 1<<h2decode.TypeData | 1<<h2decode.TypeHeaders
	fulfilling         = anywhere | 1<<h2decode.TypeHeaders | 1<<h2decode.TypeRSTStream
)

// permissions are what each side may send on a stream that is not closed, by
// the stream's state (RFC 9113, Section 5.1), and the rule that the rest breaks.
var permissions = [...][2]struct {
	allowed typeSet
	rule    string
}{
	h2decode.Reserved:         {client: {management, "ST-15"}, server: {fulfilling, "ST-14"}},
	h2decode.Open:             {client: {anything, ""}, server: {anything, ""}},
	h2decode.HalfClosedClient: {client: {management, "ST-02"}, server: {anything, ""}},
	h2decode.HalfClosedServer: {client: {anything, ""}, server: {management, "ST-02"}},
}

// openStream is the stream of a frame, which is held against its state; nil
// where no stream is open under the identifier.
func (j *Judge) openStream(f *h2decode.FrameDecoded) *h2decode.Stream {
	s := j.conn.Stream(f.Header.Stream)
	switch {
	case s != nil:
		if p := &permissions[s.State][f.From]; p.allowed&(1<<f.Header.Type) == 0 {
			j.brokeState(f, s, p.rule)
		}
	case f.Header.Stream == 0: // which is another rule's
	case f.Header.Stream > j.conn.Newest(opener(f.Header.Stream)):
		j.checkIdle(f)
	default:
		j.checkClosed(f)
	}
	return s
}

// brokeState tells of a frame that the state of its stream does not allow.
func (j *Judge) brokeState(f *h2decode.FrameDecoded, s *h2decode.Stream, rule string) {
	why := "whose own side of it is at its end"
	switch {
	case rule == "ST-14" && !j.conn.Complete(server):
		j.skip(rule) // the HEADERS that open it may have been missed
		return
	case s.Kind == h2decode.KindUpgrade && f.From == client:
		return // the Upgrade's own rule
	case s.State == h2decode.Reserved:
		why = "where it may not while the stream is reserved"
	case s.Kind == h2decode.KindPush && f.From == client:
		why = "on which only the server sends a message"
	}
	j.broke(rule, state(s.State), "the %s sends %s on stream %d, %s", f.From, f.Header.Type, s.ID, why)
}

func state(s h2decode.State) []h2decode.Evidence {
	return []h2decode.Evidence{{Name: "state", Text: s.String()}}
}

// stateOfData holds DATA against its stream's state and the windows.
func (j *Judge) stateOfData(f *h2decode.FrameDecoded) {
	s := j.openStream(f)
	if f.Header.Length > 0 {
		j.checkWindows(f)
	}
	if s != nil && f.Header.Flags.Has(h2decode.FlagEndStream) {
		j.streams.add(s.ID).state.ended[f.From] = end(f)
	}
}

// stateOfHeaders holds HEADERS against its stream's state, and takes note of
// what it opens or ends.
func (j *Judge) stateOfHeaders(f *h2decode.FrameDecoded) {
	id := f.Header.Stream
	p, _ := f.Payload.(*h2decode.HeadersFrame)
	if p == nil {
		return // how it is malformed is another rule's
	}
	if f.From == client && id%2 == 1 && id > j.conn.Newest(client) {
		j.checkOpening(f, id, j.conn.OpenStreams()-j.checks.streams.pushes)
		j.streams.add(id)
	} else {
		s := j.openStream(f)
		if s == nil {
			return
		}
		j.checkTunnel(f)
		if s.State == h2decode.Reserved && f.From == server {
			j.beginPush(f)
		}
		j.checkRefused(f)
	}
	if f.Header.Flags.Has(h2decode.FlagEndStream) {
		j.streams.add(id).state.ended[f.From] = end(f)
	}
	if p.HasPriority {
		j.checkDependency(f, &p.Priority)
	}
	j.stateOfBlock(f)
}

// stateOfBlock takes what is needed from a field block.
func (j *Judge) stateOfBlock(f *h2decode.FrameDecoded) {
	b := f.Block
	if b == nil {
		return
	}
	if r := j.streams.get(b.Stream); r != nil && r.state.ended[f.From] != 0 {
		r.state.ended[f.From] = end(f)
	}
	promise := b.Stream != f.Header.Stream || f.Header.Type == h2decode.TypePushPromise
	for i := range b.Fields {
		if field := &b.Fields[i]; field.Trust() == hpack.Exact {
			switch string(field.Name) {
			case ":authority":
				if f.From == client {
					j.noteAuthority(field.Value)
				}
			case "priority":
				j.checkPriorityField(f, field.Value)
			}
		}
	}
	if f.From == server {
		if promise {
			j.checkPromisedRequest(f)
		} else {
			j.noteConnected(f)
		}
	}
}

// stateOfReset holds RST_STREAM against its stream's state.
func (j *Judge) stateOfReset(f *h2decode.FrameDecoded) {
	s := j.openStream(f)
	p, _ := f.Payload.(*h2decode.RSTStreamFrame)
	if s == nil || p == nil || f.From != server || p.Code != h2decode.NoError {
		return
	}
	switch {
	case s.Response.Complete:
	case !j.conn.Complete(server):
		j.skip("HD-32")
	default:
		j.broke("HD-32", state(s.State), "the server resets stream %d with NO_ERROR before its response is complete", s.ID)
	}
}
