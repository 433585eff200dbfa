package selftest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"h2scope/capture"
	"h2scope/capture/filter"
	"h2scope/capture/segment"
	"h2scope/samples/endpoint"
	"h2scope/samples/endpoint/socket"
)

// ErrNoInterface says that there is no loopback interface to listen on.
var ErrNoInterface = errors.New("there is no loopback interface to listen on")

// AtInterface records what passes the loopback interface: packets that the
// system made. It needs the right to capture, and tries whether it has that; the
// error is a *capture.LiveError where it has not, and ErrNoInterface where there
// is nothing to listen on.
func AtInterface() (Recording, error) {
	name, err := loopbackInterface()
	if err != nil {
		return Recording{}, err
	}
	live, err := capture.OpenLive(capture.LiveConfig{Interface: name, RingSize: 1})
	if err != nil {
		return Recording{}, err
	}
	return Recording{
		Name:  "on the interface " + name,
		Start: func(server netip.AddrPort) (Recorder, error) { return listen(name, server) },
	}, live.Close()
}

func loopbackInterface() (string, error) {
	devices, err := capture.Devices()
	if err != nil {
		return "", err
	}
	for _, d := range devices {
		if d.Loopback && d.Up {
			return d.Name, nil
		}
	}
	return "", ErrNoInterface
}

const (
	// ringSize is what the kernel may hold of one check: more than any sends.
	ringSize = 16 << 20

	// awaitEnd is how long Finish waits for packets of which it knows that they
	// were sent.
	awaitEnd = 2 * time.Second
)

// An interfaceRecorder keeps the packets that pass the loopback interface. A
// goroutine of its own takes them, until Finish. A packet passes a moment after
// the call that sends it, so Finish waits until it has seen both sides of each
// connection end.
type interfaceRecorder struct {
	live  *capture.Live
	done  chan error
	ended chan struct{} // has room for one; is sent to when open is empty

	mu      sync.Mutex
	open    map[netip.AddrPort]uint8 // by the client's address: which sides have not ended
	packets packets
}

const bothSides uint8 = 1<<endpoint.Client | 1<<endpoint.Server

func listen(name string, server netip.AddrPort) (Recorder, error) {
	parsed, err := filter.Parse(fmt.Sprintf("tcp port %d", server.Port()))
	if err != nil {
		return nil, err
	}
	live, err := capture.OpenLive(capture.LiveConfig{Interface: name, RingSize: ringSize, Filter: parsed})
	if err != nil {
		return nil, err
	}
	r := &interfaceRecorder{
		live: live, done: make(chan error, 1), ended: make(chan struct{}, 1), open: map[netip.AddrPort]uint8{},
		packets: packets{described: live.Interfaces()[0]},
	}
	go func() { r.done <- r.take(server) }()
	return r, nil
}

// Tap implements Recorder: it takes note of the connection.
func (r *interfaceRecorder) Tap(conn net.Conn, side endpoint.Side) net.Conn {
	if side == endpoint.Client {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.open[socket.Address(conn.LocalAddr())] = bothSides
	}
	return conn
}

// take keeps packets until the capturing ends.
func (r *interfaceRecorder) take(server netip.AddrPort) error {
	dissector := capture.NewDissector(capture.DissectorConfig{})
	for {
		var p capture.Packet
		switch err := r.live.Next(&p); {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, capture.ErrIdle):
			continue
		case err != nil:
			return err
		}
		r.packets.keep(&p)
		var s segment.Segment
		if dissector.Dissect(&p, "", &s) == capture.Found && s.Flags&(segment.FIN|segment.RST) != 0 {
			r.end(&s, server)
		}
	}
}

// end takes note of the end of a side, or of both.
func (r *interfaceRecorder) end(s *segment.Segment, server netip.AddrPort) {
	client, over := s.Src.AddrPort(), uint8(1<<endpoint.Client)
	if client == server {
		client, over = s.Dst.AddrPort(), 1<<endpoint.Server
	}
	if s.Flags.Has(segment.RST) {
		over = bothSides
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open[client] &^= over; r.open[client] == 0 {
		delete(r.open, client)
	}
	if len(r.open) == 0 {
		select {
		case r.ended <- struct{}{}:
		default:
		}
	}
}

// Finish implements Recorder. That the kernel dropped packets is an error.
func (r *interfaceRecorder) Finish(keyLog []byte) ([]byte, error) {
	unended := r.await()
	r.live.Stop()
	err := <-r.done
	dropped := r.live.Interfaces()[0].Dropped
	if closed := r.live.Close(); err == nil {
		err = closed
	}
	switch {
	case err != nil:
		return nil, err
	case dropped > 0:
		return nil, fmt.Errorf("%d packets were dropped by the kernel", dropped)
	case unended > 0:
		return nil, fmt.Errorf("the end of %d connections did not pass the interface in %v", unended, awaitEnd)
	}
	return r.packets.file(keyLog)
}

// await waits for the end of all connections, and returns how many have none.
func (r *interfaceRecorder) await() int {
	timer := time.NewTimer(awaitEnd)
	defer timer.Stop()
	for {
		r.mu.Lock()
		left := len(r.open)
		r.mu.Unlock()
		if left == 0 {
			return 0
		}
		select {
		case <-r.ended:
		case <-timer.C:
			return left
		}
	}
}
