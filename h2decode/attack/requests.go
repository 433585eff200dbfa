package attack

import "h2scope/h2decode"

// requests are those of the client that have begun and not ended. The server
// waits for them unless it has answered already, or its own window holds them
// up. Those whose first HEADERS frame ends them are never in here.
type requests struct {
	waits
	initial int64  // the initial window for what the client sends
	newest  uint32 // the greatest identifier opened
	from    uint32 // requests from this identifier on were seen from their beginning; 0: none
	cut     recent // requests that closed before their end
	cached  *wait  // that was looked up last
	shut    bool   // the connection's window
}

// opened notes that a client's stream opened.
func (r *requests) opened(stream uint32) {
	r.newest = stream
	if r.from == 0 {
		r.from = stream
	}
}

// seen reports that a request was seen from its beginning.
func (r *requests) seen(stream uint32) bool {
	return r.from != 0 && stream%2 == 1 && r.from <= stream && stream <= r.newest
}

// complete reports that a request has ended with END_STREAM.
func (r *requests) complete(stream uint32) bool {
	return r.seen(stream) && r.get(stream) == nil && !r.cut.has(stream)
}

func (r *requests) get(stream uint32) *wait {
	if r.cached == nil || r.cached.stream != stream {
		r.cached = r.open[stream]
	}
	return r.cached
}

// requestHeaders looks at HEADERS of the client: they open a stream, are
// trailers, or should not be there.
func (w *Watch) requestHeaders(e *h2decode.FrameDecoded) {
	r, stream := &w.requests, e.Header.Stream
	last := e.Header.Flags.Has(h2decode.FlagEndStream)
	fresh := stream%2 == 1 && stream > r.newest
	w.blocks[h2decode.Client].again = !fresh && stream%2 == 1
	switch {
	case fresh:
		r.opened(stream)
		w.floods[h2decode.Client].opened = stream
		if !last {
			x := r.add(stream)
			x.shut = r.initial <= 0
			if !x.shut {
				r.begin(x, &e.Origin)
			}
		}
	case r.complete(stream):
		w.provoke(stream)
	case last:
		w.endRequest(stream, &e.Origin)
	}
}

// clientData looks at a DATA frame of the client.
func (w *Watch) clientData(e *h2decode.FrameDecoded) {
	r, left := &w.requests, &e.Windows
	r.shut = left.Connection.Known && left.Connection.Octets <= 0
	x := r.get(e.Header.Stream)
	switch {
	case x == nil:
		if r.complete(e.Header.Stream) {
			w.provoke(e.Header.Stream)
		}
	case e.Header.Flags.Has(h2decode.FlagEndStream):
		w.endRequest(e.Header.Stream, &e.Origin)
	case left.Stream.Known && left.Stream.Octets <= 0:
		w.end(&r.waits, x, &e.Origin)
		x.shut = true
	case x.queued:
		w.trickle(x, e)
	}
}

// trickle takes octets of a request. As soon as they came fast enough, the wait
// for more begins anew.
func (w *Watch) trickle(x *wait, e *h2decode.FrameDecoded) {
	q := &w.requests.waits
	took := e.Time - max(x.since, q.floor)
	x.octets += int64(e.Header.Length)
	if !w.trickles(x.octets, took) {
		w.end(q, x, &e.Origin)
		q.begin(x, &e.Origin)
		x.octets = 0
	}
}

// trickles reports that so many octets in so many nanoseconds are few.
func (w *Watch) trickles(octets, took int64) bool {
	return octets*1000 < took/1e6*w.limits.of(trickleOctets)
}

// answerRequest looks at HEADERS of the server: who has answered waits no more.
func (w *Watch) answerRequest(e *h2decode.FrameDecoded) {
	r := &w.requests
	if len(r.open) == 0 || interim(e) {
		return
	}
	if x := r.get(e.Header.Stream); x != nil && !x.answered {
		w.endWait(x, &e.Origin)
		x.answered = true
	}
}

// endWait lets the wait for a request end, unless the client could not send.
func (w *Watch) endWait(x *wait, o *h2decode.Origin) {
	q := &w.requests.waits
	if w.requests.shut || !w.sides[h2decode.Server].heard {
		q.unlink(x)
		return
	}
	w.end(q, x, o)
}

// endRequest is told that a request has ended, or will not.
func (w *Watch) endRequest(stream uint32, o *h2decode.Origin) {
	r := &w.requests
	if len(r.open) == 0 {
		return
	}
	if x := r.get(stream); x != nil {
		w.endWait(x, o)
		r.cached = nil
		r.remove(x)
	}
}

func (w *Watch) requestClosed(e *h2decode.StreamClosed) {
	r, stream := &w.requests, e.Stream.ID
	if len(r.open) > 0 && r.get(stream) != nil {
		r.cut.add(stream)
		w.endRequest(stream, &e.Origin)
	}
}

// grantRequest looks at a WINDOW_UPDATE frame of the server.
func (w *Watch) grantRequest(e *h2decode.FrameDecoded) {
	r, left := &w.requests, &e.Windows
	if r.shut && left.Connection.Octets > 0 {
		r.shut, r.floor = false, e.Time
	}
	if len(r.open) == 0 || !left.Stream.Known || left.Stream.Octets <= 0 {
		return
	}
	if x := r.get(e.Header.Stream); x != nil && x.shut {
		w.reopen(x, &e.Origin)
	}
}

// shiftRequests is told that the windows of all streams moved.
func (w *Watch) shiftRequests(e *h2decode.WindowsShifted) {
	r := &w.requests
	if e.From != h2decode.Client {
		return
	}
	r.floor = e.Time
	for _, x := range r.open {
		if x.shut && e.Delta > 0 {
			w.reopen(x, &e.Origin)
		}
	}
}

func (w *Watch) reopen(x *wait, o *h2decode.Origin) {
	if x.shut = false; !x.answered {
		x.octets = 0
		w.requests.begin(x, o)
	}
}

// slowBlock looks at a whole field block of the client, whose first octet came
// at a time. One field block stands in the way of all others, so those that
// trickle do so one after the other.
func (w *Watch) slowBlock(e *h2decode.FrameDecoded, began, octets int64, packet uint64) {
	q := &w.requests.waits
	took := e.Time - began
	if e.From == h2decode.Server || took <= q.patience || !w.trickles(octets, took) {
		return
	}
	if q.extra++; q.extra >= q.streams {
		q.found = true
	}
	w.tooLong(q, began, packet, &e.Origin)
}

// endRequests judges the requests that have not ended when the connection does.
func (w *Watch) endRequests(end *h2decode.Origin) {
	for stream := range w.requests.open {
		w.endRequest(stream, end)
	}
}

// forgetRequests is told that frames may have been missed.
func (w *Watch) forgetRequests() {
	r := &w.requests
	r.forget()
	r.cached, r.shut = nil, false
	r.from = 0
}
