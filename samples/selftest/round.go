package selftest

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"

	"h2scope/h2decode"
	"h2scope/samples/endpoint"
)

// A round is one run of a check: a listener on loopback, what is recorded on it,
// and what came of the comparison.
type round struct {
	comparison
	check    *Check
	decode   Decoder
	identity *endpoint.Identity // nil: cleartext
	listener net.Listener
	recorder Recorder
	keyLog   lockedBuffer
	file     []byte
	packets  uint64
}

// A lockedBuffer is a buffer that a connection's handshake may write to while
// another is read.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

// Bytes are the octets so far.
func (b *lockedBuffer) Bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.buffer.Bytes())
}

// connect opens a connection with a tap at both ends, protected where the check
// asks for it.
func (r *round) connect(ctx context.Context) (client, server net.Conn, err error) {
	accepted := make(chan net.Conn, 1)
	go func() {
		defer close(accepted)
		if conn, err := r.listener.Accept(); err == nil {
			accepted <- conn
		}
	}()
	var dialer net.Dialer
	client, err = dialer.DialContext(ctx, "tcp", r.listener.Addr().String())
	if err != nil {
		_ = r.listener.Close() // which ends Accept
		return nil, nil, err
	}
	server, ok := <-accepted
	if !ok {
		_ = client.Close()
		return nil, nil, fmt.Errorf("the listener on %s accepts no connection", r.listener.Addr())
	}
	client, server = r.recorder.Tap(client, endpoint.Client), r.recorder.Tap(server, endpoint.Server)
	if r.identity == nil {
		return client, server, nil
	}
	return r.protect(ctx, client, server)
}

// protect does the TLS handshake on both ends.
func (r *round) protect(ctx context.Context, client, server net.Conn) (net.Conn, net.Conn, error) {
	c := tls.Client(client, r.identity.Client(*r.check.tls))
	s := tls.Server(server, r.identity.Server(*r.check.tls, &r.keyLog))
	shaken := make(chan error, 1)
	go func() { shaken <- s.HandshakeContext(ctx) }()
	err := c.HandshakeContext(ctx)
	if err != nil {
		_ = c.Close()
	}
	if other := <-shaken; err == nil {
		err = other
	}
	if err != nil {
		_ = c.Close()
		_ = s.Close()
		return nil, nil, fmt.Errorf("TLS handshake: %w", err)
	}
	return c, s, nil
}

// finish ends the recording and decodes it.
func (r *round) finish(ctx context.Context) (*observation, error) {
	file, err := r.recorder.Finish(r.keyLog.Bytes())
	if err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	return r.decodeFile(ctx, file)
}

func (r *round) decodeFile(ctx context.Context, file []byte) (*observation, error) {
	r.file = file
	o, err := observe(ctx, r.decode, file)
	if err != nil {
		return nil, fmt.Errorf("decoding: %w", err)
	}
	r.packets = o.packets
	for _, trouble := range o.trouble {
		r.differ("the decoder tells of %s", trouble)
	}
	return o, nil
}

// connections holds what is said of the connections: that there are so many,
// that they carry HTTP/2, and that the whole of them was decrypted.
func (r *round) connections(o *observation, want int) {
	if got := len(o.closed); got != want {
		r.differ("%d connections; there were %d", got, want)
	}
	for i := range o.closed {
		c := &o.closed[i]
		if c.Protocol != h2decode.ProtocolH2 {
			r.differ("connection %d carries %s; it was h2", c.Number, c.Protocol)
		}
		if r.identity == nil {
			continue
		}
		if c.TLS == nil {
			r.differ("connection %d is %s; it was TLS", c.Number, c.Transport)
		} else if c.TLS.Decrypted != "full" {
			r.differ("connection %d: decrypted is %s (%s)", c.Number, c.TLS.Decrypted, c.TLS.Reason)
		}
	}
}

// script plays a script and compares.
func script(s endpoint.Script) func(context.Context, *round) error {
	return func(ctx context.Context, r *round) error {
		client, server, err := r.connect(ctx)
		if err != nil {
			return err
		}
		t := s.Transcribe()
		err = t.Play(ctx, client, server)
		_ = client.Close()
		_ = server.Close()
		if err != nil {
			return err
		}
		o, err := r.finish(ctx)
		if err != nil {
			return err
		}
		r.connections(o, 1)
		r.transcript(o, t)
		r.flows(o, o.flow(1), t)
		r.judged(o, &s)
		return nil
	}
}
