package selftest

import (
	"encoding/base64"
	"encoding/binary"
	"strings"

	"golang.org/x/net/http2"

	"h2scope/h2decode"
	"h2scope/samples/endpoint"
)

// headers opens a stream where the client is free to, and makes of a promised
// one a response.
func (l *ledger) headers(f *endpoint.Frame) {
	if f.Malformed {
		return
	}
	e := l.open[f.Stream]
	switch {
	case e == nil && f.From == endpoint.Client && f.Stream%2 == 1 && f.Stream > l.newest[endpoint.Client]:
		l.changed(l.add(f.Stream, endpoint.Client))
	case e != nil && e.reserved && f.From == endpoint.Server:
		e.reserved, e.ended[endpoint.Client] = false, true
		l.changed(e)
	}
	l.blocks[f.From] = opening{f.Stream, f.Flags.Has(http2.FlagHeadersEndStream)}
	l.endBlock(f)
}

// promise reserves a stream.
func (l *ledger) promise(f *endpoint.Frame) {
	if f.Malformed {
		return
	}
	fragment := f.Payload
	if f.Flags.Has(http2.FlagPushPromisePadded) {
		fragment = fragment[1:]
	}
	id := binary.BigEndian.Uint32(fragment) &^ (1 << 31)
	l.blocks[f.From] = opening{}
	if f.From == endpoint.Server && id%2 == 0 && id > l.newest[endpoint.Server] {
		e := l.add(id, endpoint.Server)
		e.reserved = true
		l.changed(e)
	}
}

// endBlock lets a field section take effect with the frame that completes it.
func (l *ledger) endBlock(f *endpoint.Frame) {
	if f.Fields == nil {
		return
	}
	b := l.blocks[f.From]
	e := l.open[b.stream]
	if e == nil {
		return
	}
	if !e.ended[f.From] && !e.reserved {
		l.begins(&e.senders[f.From], f)
	}
	if b.last {
		l.end(e, f.From)
	}
}

func (l *ledger) add(id uint32, opener endpoint.Side) *entry {
	e := &entry{id: id}
	for side := range e.senders {
		e.senders[side].begin(l.initial[side], l.frame)
	}
	l.open[id] = e
	l.newest[opener] = id
	return e
}

// end is END_STREAM of one side.
func (l *ledger) end(e *entry, from endpoint.Side) {
	if !e.reserved {
		e.ended[from] = true
		e.senders[from].waits = false
		l.changed(e)
	}
}

// changed takes note of the state that a stream is in now.
func (l *ledger) changed(e *entry) {
	now := e.now()
	if now == e.state {
		return
	}
	l.steps = append(l.steps, step{l.frame, e.id, e.state, now})
	e.state = now
	if now == h2decode.Closed {
		l.ends = append(l.ends, end{e.id, now})
		delete(l.open, e.id)
	}
}

// now is the state of RFC 9113, Section 5.1, of what has happened.
func (e *entry) now() h2decode.State {
	switch {
	case e.reset, e.ended[endpoint.Client] && e.ended[endpoint.Server]:
		return h2decode.Closed
	case e.reserved:
		return h2decode.Reserved
	case e.ended[endpoint.Client]:
		return h2decode.HalfClosedClient
	case e.ended[endpoint.Server]:
		return h2decode.HalfClosedServer
	}
	return h2decode.Open
}

// upgrade is stream 1 of RFC 7540, Section 3.2: asked for in HTTP/1.1, with
// settings that the answer acknowledges.
func (l *ledger) upgrade(request string) {
	e := l.add(1, endpoint.Client)
	l.changed(e)
	l.end(e, endpoint.Client)
	_, value, _ := strings.Cut(request, "\r\nHTTP2-Settings: ")
	value, _, _ = strings.Cut(value, "\r\n")
	if payload, err := base64.RawURLEncoding.DecodeString(value); err == nil {
		l.inForce(endpoint.Server, payload)
	}
}
