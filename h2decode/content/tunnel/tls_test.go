package tunnel_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"h2scope"
	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
	"h2scope/h2decode/content/tunnel/tunneltest"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// A tap is one end of a pipe; what it writes is recorded.
type tap struct {
	net.Conn
	from h2decode.Side
	to   *recording
}

type recording struct {
	mu    sync.Mutex
	steps []tunneltest.Step
}

// Write records.
func (t tap) Write(p []byte) (int, error) {
	t.to.mu.Lock()
	t.to.steps = append(t.to.steps, tunneltest.Step{From: t.from, Octets: slices.Clone(p)})
	t.to.mu.Unlock()
	return t.Conn.Write(p)
}

func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"b.example"}}
	octets, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{octets}, PrivateKey: key}
}

// secured sends the steps of a connection over TLS, and returns what stands on the
// wire and the key log.
func secured(t *testing.T, version uint16, alpn string, steps []tunneltest.Step) ([]tunneltest.Step, string) {
	t.Helper()
	var keys bytes.Buffer
	var wire recording
	left, right := net.Pipe()
	common := tls.Config{MinVersion: version, MaxVersion: version}
	if alpn != "" {
		common.NextProtos = []string{alpn}
	}
	server := common.Clone()
	server.Certificates, server.SessionTicketsDisabled = []tls.Certificate{certificate(t)}, true
	client := common.Clone()
	client.ServerName, client.InsecureSkipVerify, client.KeyLogWriter = "b.example", true, &keys
	ends := [2]*tls.Conn{
		tls.Client(tap{left, h2decode.Client, &wire}, client), tls.Server(tap{right, h2decode.Server, &wire}, server),
	}
	shaken := make(chan error)
	go func() { shaken <- ends[1].Handshake() }()
	if err := ends[0].Handshake(); err != nil {
		t.Fatal(err)
	}
	if err := <-shaken; err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		sent := make(chan error)
		go func() {
			_, err := ends[s.From].Write(s.Octets)
			sent <- err
		}()
		if _, err := io.ReadFull(ends[s.From.Other()], make([]byte, len(s.Octets))); err != nil {
			t.Fatal(err)
		}
		if err := <-sent; err != nil {
			t.Fatal(err)
		}
	}
	return wire.steps, keys.String()
}

// counter counts what is inside.
type counter struct {
	frames, streams, gaps int
	paths                 []string
	setUp                 h2decode.SetUp
}

// Event counts.
func (c *counter) Event(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.SetUp:
		c.setUp = *e
	case *h2decode.FrameDecoded:
		c.frames++
	case *h2decode.StreamClosed:
		c.streams++
		c.paths = append(c.paths, string(e.Stream.Request.Field(":path")))
	case *h2decode.GapFound:
		c.gaps++
	}
}

// decode gives what stands on the wire to a decoder.
func decode(steps []tunneltest.Step, keys *keylog.Store) (*tunnel.Result, *counter) {
	c := new(counter)
	d := tunnel.New(tunnel.Config{Conn: 1, TLS: h2scope.TunnelTLS(keys, nil)}, c)
	for i, s := range steps {
		at := tunnel.At{From: s.From, Packet: uint64(i + 1), Time: int64(i + 1)}
		d.Write(at, s.Octets)
		d.Missing(at, s.Lost, s.Guess)
	}
	return d.Close(uint64(len(steps)), int64(len(steps))), c
}

func storeOf(t *testing.T, lines string) *keylog.Store {
	t.Helper()
	keys := keylog.NewStore()
	if _, err := keys.Add([]byte(lines), "keys"); err != nil {
		t.Fatal(err)
	}
	return keys
}

// TLS in a tunnel is opened with the key log, and what is in it is looked at as if
// it came in the clear.
func TestTLSInside(t *testing.T) {
	http1 := []tunneltest.Step{
		{From: h2decode.Client, Octets: []byte("GET / HTTP/1.1\r\n\r\n")}, {From: h2decode.Server, Octets: []byte("HTTP/1.1 200 OK\r\n\r\n")},
	}
	octets := []tunneltest.Step{{From: h2decode.Client, Octets: []byte("hello")}}
	http2 := tunneltest.Exchange("/inside", "hidden")
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, test := range []struct {
			name, alpn string
			steps      []tunneltest.Step
			want       tunnel.Protocol
			start      h2decode.Start
		}{
			{"HTTP/2 by ALPN", "h2", http2, tunnel.HTTP2, h2decode.StartALPN},
			{"HTTP/2 by its preface", "", http2, tunnel.HTTP2, h2decode.StartPriorKnowledge},
			{"HTTP/1.1 by ALPN", "http/1.1", http1, tunnel.HTTP1, 0},
			{"HTTP/1.1 by its request", "", http1, tunnel.HTTP1, 0},
			{"another protocol", "", octets, tunnel.Octets, 0},
			{"nothing", "h2", nil, tunnel.TLS, 0},
		} {
			t.Run(tls.VersionName(version)+", "+test.name, func(t *testing.T) {
				wire, lines := secured(t, version, test.alpn, test.steps)
				r, c := decode(wire, storeOf(t, lines))
				if r.Protocol != test.want || r.TLS == nil || r.TLS.ServerName != "b.example" || r.TLS.Version != tls.VersionName(version) {
					t.Fatalf("%+v, %+v", r, r.TLS)
				}
				if test.want != tunnel.HTTP2 {
					return
				}
				if r.HTTP2.Start != test.start || r.HTTP2.TLS != r.TLS || r.HTTP2.Transport != h2decode.TLS || r.TLS.Decrypted != "full" {
					t.Errorf("%+v", r.HTTP2)
				}
				if c.frames != 7 || !slices.Equal(c.paths, []string{"/inside"}) || c.gaps > 0 {
					t.Errorf("%+v", c)
				}
				if c.setUp.TLS != r.Secured || r.Secured.Began != 1 || r.Secured.Ended <= 1 {
					t.Errorf("the handshake lasted from %d to %d", r.Secured.Began, r.Secured.Ended)
				}
			})
		}
	}
}

// What cannot be opened has a reason.
func TestTLSThatCannotBeOpened(t *testing.T) {
	wire, lines := secured(t, tls.VersionTLS13, "h2", tunneltest.Exchange("/inside", "hidden"))
	_, others := secured(t, tls.VersionTLS13, "h2", nil)
	var clientOnly []string
	for line := range strings.Lines(lines) {
		if strings.HasPrefix(line, "CLIENT_") {
			clientOnly = append(clientOnly, line)
		}
	}
	for _, test := range []struct {
		name   string
		keys   *keylog.Store
		want   tunnel.Protocol
		reason string
		frames int
	}{
		{"no key log", nil, tunnel.TLS, "decrypted none (no-keylog)", 0},
		{"the key log of another connection", storeOf(t, others), tunnel.TLS, "decrypted none (no-secret-for-client-random)", 0},
		{"the secrets of the client only", storeOf(t, strings.Join(clientOnly, "")), tunnel.HTTP2, "", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, c := decode(wire, test.keys)
			if r.Protocol != test.want || r.Reason != test.reason || c.frames != test.frames || r.TLS == nil {
				t.Errorf("%+v, %+v", r, c)
			}
		})
	}
	t.Run("a gap before the ClientHello", func(t *testing.T) {
		r, _ := decode(append([]tunneltest.Step{{From: h2decode.Client, Lost: 5}}, wire...), storeOf(t, lines))
		if r.Protocol != tunnel.Octets || r.Reason == "" {
			t.Errorf("%+v", r)
		}
	})
}

// Records that the capture lacks are a hole in what they protect; behind it
// decryption and frames are found again, whether or not it is known how long the
// hole is.
func TestTLSWithHoles(t *testing.T) {
	k := tunneltest.NewTalk()
	steps := tunneltest.Begin()
	for id := uint32(1); id < 80; id += 2 {
		steps = append(steps, tunneltest.Step{From: h2decode.Client, Octets: k.Get(id, "/")})
	}
	before := len(steps)
	for id := uint32(1); id < 80; id += 2 {
		steps = append(steps, tunneltest.Step{From: h2decode.Server, Octets: k.Answer(id, strings.Repeat("x", 3000))})
	}
	for _, guess := range []bool{false, true} {
		wire, lines := secured(t, tls.VersionTLS13, "h2", steps)
		lost := &wire[len(wire)-(len(steps)-before)*3/4] // a record of an early answer
		lost.Lost, lost.Guess, lost.Octets = uint64(len(lost.Octets)), guess, nil
		if guess {
			lost.Lost += 5000
		}
		r, c := decode(wire, storeOf(t, lines))
		if r.Protocol != tunnel.HTTP2 || c.gaps != 1 || c.streams != 40 || c.frames < 5+40+2*20 {
			t.Errorf("estimated %v: %+v, %+v, %+v", guess, r, r.TLS, c)
		}
	}
}
