package socket

import (
	"errors"
	"io"
	"net"

	"h2scope/samples/endpoint/wire"
)

// A tap is an end of a connection that is recorded.
type tap struct {
	net.Conn
	recorder *Recorder
	flow     *flow
	side     wire.Side
	alone    bool // the other end has no tap
	closed   bool
}

// Write records p and writes it.
func (t *tap) Write(p []byte) (int, error) {
	t.recorder.mu.Lock()
	if !t.flow.closed[t.side] {
		t.recorder.packet(t.flow, t.side, 0, p)
	}
	t.recorder.mu.Unlock()
	return t.Conn.Write(p)
}

// Read reads, and records the acknowledgment; before it, where the other end has
// no tap, what that has sent.
func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	t.recorder.mu.Lock()
	defer t.recorder.mu.Unlock()
	if n > 0 {
		if t.alone {
			t.recorder.packet(t.flow, t.side.Other(), 0, p[:n])
		}
		t.flow.read[t.side] += uint64(n)
		t.recorder.packet(t.flow, t.side, 0, nil)
	}
	if t.alone && errors.Is(err, io.EOF) {
		t.recorder.end(t.flow, t.side.Other())
	}
	return n, err
}

// Close records the FIN, once, and closes.
func (t *tap) Close() error {
	t.recorder.close(t)
	return t.Conn.Close()
}

func (r *Recorder) close(t *tap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end(t.flow, t.side)
	if t.closed {
		return
	}
	t.closed = true
	if t.alone {
		t.flow.read[t.side.Other()] = t.flow.conn.Sent(t.side) // as far as is known now
		r.end(t.flow, t.side.Other())
	}
	if t.flow.taps--; t.flow.taps == 0 {
		delete(r.flows, t.flow.client)
	}
}

// Listen gives ln with a tap at each connection that it accepts, the only one of
// that connection.
func (r *Recorder) Listen(ln net.Listener) net.Listener { return &listener{ln, r} }

type listener struct {
	net.Listener
	recorder *Recorder
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	tapped := l.recorder.Tap(conn, wire.Server).(*tap)
	tapped.alone = true
	return tapped, nil
}
