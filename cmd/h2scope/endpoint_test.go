package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// An endpointRun is the command as it runs.
type endpointRun struct {
	url    string
	said   string // up to the end of the commands
	cancel context.CancelFunc
	done   chan error
}

// startEndpoint runs the command and reads what it says.
func startEndpoint(t *testing.T, f endpointFlags) *endpointRun {
	t.Helper()
	needsLoopback(t)
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	e := &endpointRun{cancel: cancel, done: make(chan error, 1)}
	go func() {
		e.done <- f.run(ctx, streams{out: w, err: io.Discard})
		w.Close()
	}()
	var said strings.Builder
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "h2scope frames") {
			break
		}
	}
	e.said = said.String()
	e.url = regexp.MustCompile(`https?://[^/]+`).FindString(e.said)
	return e
}

// stop ends it as Ctrl-C does, which is no error.
func (e *endpointRun) stop(t *testing.T) {
	t.Helper()
	e.cancel()
	select {
	case err := <-e.done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it does not stop")
	}
}

func TestEndpointServesCleartext(t *testing.T) {
	e := startEndpoint(t, endpointFlags{listen: "127.0.0.1:0"})
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	client := http.Client{Transport: transport}
	response, err := client.Get(e.url + "/status/418")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 418 || response.ProtoMajor != 2 {
		t.Errorf("%s %d", response.Proto, response.StatusCode)
	}
	if !strings.Contains(e.said, "  curl --http2-prior-knowledge "+e.url+"/\n") {
		t.Errorf("it says\n%s", e.said)
	}
	e.stop(t)
}

// The key log is appended to, and named in the commands.
func TestEndpointServesTLS(t *testing.T) {
	keyLog := filepath.Join(t.TempDir(), "my keys.log")
	if err := os.WriteFile(keyLog, []byte("# before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	e := startEndpoint(t, endpointFlags{listen: "127.0.0.1:0", tls: true, keyLog: keyLog})
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // the certificate is made on the fly
		Protocols:       new(http.Protocols),
	}
	transport.Protocols.SetHTTP2(true)
	response, err := (&http.Client{Transport: transport}).Get(e.url + "/")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.ProtoMajor != 2 {
		t.Errorf("%s", response.Proto)
	}
	e.stop(t)
	octets, err := os.ReadFile(keyLog)
	if err != nil || !bytes.HasPrefix(octets, []byte("# before\n")) || !bytes.Contains(octets, []byte("\nCLIENT_TRAFFIC_SECRET_0 ")) {
		t.Errorf("key log %q, %v", octets, err)
	}
	if want := "h2scope streams -k '" + keyLog + "' endpoint.pcap"; !strings.Contains(e.said, want) {
		t.Errorf("there is no %s in\n%s", want, e.said)
	}
}

// An interrupt ends it while a response is on its way.
func TestEndpointStopsWhileBusy(t *testing.T) {
	e := startEndpoint(t, endpointFlags{listen: "127.0.0.1:0"})
	response, err := http.Get(e.url + "/slow?chunks=1000&wait=5s")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.ReadFull(response.Body, make([]byte, 32)); err != nil {
		t.Fatal(err)
	}
	e.stop(t)
}

// Whoever listens on more than this machine is told what that means.
func TestEndpointSaysWhoCanConnect(t *testing.T) {
	for _, test := range []struct{ address, url, warning string }{
		{"127.0.0.1:80", "http://127.0.0.1:80/", ""},
		{"[::1]:80", "http://[::1]:80/", ""},
		{"0.0.0.0:80", "http://localhost:80/", "h2scope: whoever reaches this machine can connect\n"},
		{"[::]:80", "http://localhost:80/", "h2scope: whoever reaches this machine can connect\n"},
		{"192.0.2.1:80", "http://192.0.2.1:80/", "h2scope: whoever reaches 192.0.2.1:80 can connect\n"},
	} {
		address, err := net.ResolveTCPAddr("tcp", test.address)
		if err != nil {
			t.Fatal(err)
		}
		var out, warning bytes.Buffer
		new(endpointFlags).explain(streams{out: &out, err: &warning}, address)
		if warning.String() != test.warning || !strings.HasPrefix(out.String(), "Serving "+test.url+" ") {
			t.Errorf("%s: %q, %q", test.address, warning.String(), out.String())
		}
	}
}

func TestQuote(t *testing.T) {
	for name, want := range map[string]string{"keys.log": "keys.log", "my keys": "'my keys'", "it's": `'it'\''s'`} {
		if got := quote(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
