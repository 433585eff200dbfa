package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"h2scope/capture"
	"h2scope/reassembly/tlsdecrypt/keylog"
	"h2scope/samples/endpoint"
)

// A lockedBuffer is written to while the test reads it.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// watchAtSocket serves a site whose traffic is recorded at the socket, and gives
// its URL, what it shows, and how to stop it.
func watchAtSocket(t *testing.T, f endpointFlags) (url string, shown *lockedBuffer, stop func() error) {
	t.Helper()
	needsLoopback(t)
	keys := keylog.NewStore()
	site, _, err := f.site("127.0.0.1", keys)
	check(t, err)
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	check(t, err)
	shown = new(lockedBuffer)
	w := f.watching(streams{out: shown, err: io.Discard}, keys)
	served := w.atSocket(ln)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.serve(ctx, site, served) }()
	url = "http://" + ln.Addr().String()
	if f.tls {
		url = "https://" + ln.Addr().String()
	}
	return url, shown, func() error {
		cancel()
		select {
		case err := <-done:
			return err
		case <-time.After(10 * time.Second):
			t.Fatal("it does not stop")
			return nil
		}
	}
}

func waitFor(t *testing.T, shown *lockedBuffer, text string) {
	t.Helper()
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for !strings.Contains(shown.String(), text) {
		select {
		case <-deadline.C:
			t.Fatalf("there is no %q in\n%s", text, shown)
		case <-look.C:
		}
	}
}

// What passes is shown while the connection is open, decrypted without a key log.
func TestEndpointWatch(t *testing.T) {
	for _, secure := range []bool{false, true} {
		url, shown, stop := watchAtSocket(t, endpointFlags{watch: true, tls: secure, color: "never"})
		transport := &http.Transport{
			Protocols:       new(http.Protocols),
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // the certificate is made on the fly
		}
		transport.Protocols.SetUnencryptedHTTP2(!secure)
		transport.Protocols.SetHTTP2(secure)
		response, err := (&http.Client{Transport: transport}).Get(url + "/hints")
		check(t, err)
		_, err = io.Copy(io.Discard, response.Body)
		check(t, err)
		waitFor(t, shown, "GET /hints\n")
		waitFor(t, shown, " 103\n")
		waitFor(t, shown, " DATA ")
		transport.CloseIdleConnections()
		check(t, stop())
	}
}

// Records stand alone on standard output, and end with a summary.
func TestEndpointWatchRecords(t *testing.T) {
	url, shown, stop := watchAtSocket(t, endpointFlags{watch: true, json: true, color: "never"})
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	response, err := (&http.Client{Transport: transport}).Get(url + "/status/404")
	check(t, err)
	response.Body.Close()
	transport.CloseIdleConnections()
	check(t, stop())
	lines := strings.Split(strings.TrimSpace(shown.String()), "\n")
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("%s", line)
		}
	}
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, `{"record":"summary"`) || !strings.Contains(last, `"connections":1`) {
		t.Errorf("%s", last)
	}
}

// Where nobody reads any more the endpoint stops, and says why.
func TestEndpointWatchEndsWithItsReader(t *testing.T) {
	needsLoopback(t)
	full := errors.New("no space")
	f := endpointFlags{watch: true, color: "never"}
	keys := keylog.NewStore()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	check(t, err)
	w := f.watching(streams{out: failingWriter{full}, err: io.Discard}, keys)
	served := w.atSocket(ln)
	done := make(chan error, 1)
	go func() { done <- w.serve(t.Context(), endpoint.NewSite(nil, nil), served) }()
	go func() {
		if response, err := http.Get("http://" + ln.Addr().String() + "/"); err == nil {
			response.Body.Close()
		}
	}()
	select {
	case err := <-done:
		if !errors.Is(err, full) {
			t.Errorf("%v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on")
	}
}

// Loopback addresses are listened for on the loopback interface, others on all.
func TestInterfaceOf(t *testing.T) {
	devices, err := capture.Devices()
	check(t, err)
	for _, d := range devices {
		if d.Loopback && d.Up {
			if name, err := interfaceOf(net.IPv4(127, 0, 0, 1)); err != nil || name != d.Name {
				t.Errorf("127.0.0.1: %q, %v", name, err)
			}
		}
	}
	name, err := interfaceOf(net.IPv4(192, 0, 2, 1))
	if name != capture.AnyInterface && !errors.Is(err, capture.ErrLiveUnsupported) {
		t.Errorf("192.0.2.1: %q, %v", name, err)
	}
}

// A source of made packets ends behind those that were made before its end, and
// who makes more of them does not wait.
func TestRecordedSocketEnds(t *testing.T) {
	s := newRecordedSocket(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80})
	take := s.recorder.Capture.Take
	take(1, []byte("one"))
	take(2, []byte("two"))
	s.end()
	var p capture.Packet
	for n, want := range []string{"one", "two"} {
		err := s.Next(&p)
		for errors.Is(err, capture.ErrIdle) {
			err = s.Next(&p)
		}
		if err != nil || string(p.Data) != want || p.Number != uint64(n+1) || p.Time != int64(n+1) {
			t.Errorf("%+v, %v", p, err)
		}
	}
	for range 2 * maxWaiting {
		take(3, nil)
	}
	check(t, s.Close())
	check(t, s.Close())
}

// A source that has no packet says so, at once and then again and again.
func TestRecordedSocketIdles(t *testing.T) {
	s := newRecordedSocket(&net.TCPAddr{})
	s.recorder.Capture.Take(1, []byte("one"))
	var p capture.Packet
	check(t, s.Next(&p))
	for range 2 {
		if err := s.Next(&p); !errors.Is(err, capture.ErrIdle) {
			t.Errorf("%v", err)
		}
	}
	s.end()
	if err := s.Next(&p); err != io.EOF {
		t.Errorf("%v", err)
	}
}
