package h2scope_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"net/rpc"
	"slices"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/net/websocket"

	"h2scope/h2decode"
)

// TestForeignProtocols is the small measure of what other protocols are taken
// for, with peers that Go brings along: what they write is no HTTP/2, whole or
// cut.
func TestForeignProtocols(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds: left out of short runs")
	}
	files := fileContents(t)
	for _, p := range []struct {
		name        string
		speaks      h2decode.Protocol
		serve, talk func(*testing.T, net.Conn, map[string][]byte)
	}{
		{"HTTP 1.1", h2decode.ProtocolHTTP1, serveHTTP, talkHTTP},
		{"WebSocket", h2decode.ProtocolHTTP1, serveHTTP, talkWebSocket},
		{"TLS", h2decode.ProtocolTLS, serveTLS, talkTLS},
		{"SSH", h2decode.ProtocolOther, serveSSH, talkSSH},
		{"net/rpc", h2decode.ProtocolOther, serveRPC, talkRPC},
		{"files", h2decode.ProtocolOther, talkFiles, talkFiles},
	} {
		t.Run(p.name, func(t *testing.T) {
			d := overheard(t, func(client, server net.Conn) {
				var wait sync.WaitGroup
				wait.Go(func() { p.serve(t, server, files) })
				p.talk(t, client, files)
				client.Close()
				wait.Wait()
			})
			n := foreign(t, p.speaks, replay(t, segmented(d.all, 65000), [2]int{}), 10_000_000)
			t.Log(&n)
		})
	}
}

// overheard is what two ends of a TCP connection write, in order.
func overheard(t *testing.T, talk func(client, server net.Conn)) *dialogue {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	o := new(overhearing)
	talk(&speaker{client, h2decode.Client, o}, &speaker{server, h2decode.Server, o})
	o.mu.Lock()
	defer o.mu.Unlock()
	return &o.heard
}

// An overhearing keeps what both ends write.
type overhearing struct {
	mu    sync.Mutex
	heard dialogue
}

// A speaker is an end of a connection that is overheard.
type speaker struct {
	net.Conn
	side h2decode.Side
	by   *overhearing
}

// Write writes p.
func (s *speaker) Write(p []byte) (int, error) {
	s.by.mu.Lock()
	s.by.heard.all = append(s.by.heard.all, written{s.side, bytes.Clone(p)})
	s.by.mu.Unlock()
	return s.Conn.Write(p)
}

// serveHTTP serves the files, takes others, and echoes messages of WebSocket.
func serveHTTP(_ *testing.T, conn net.Conn, files map[string][]byte) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{file}", func(w http.ResponseWriter, r *http.Request) {
		octets := files[r.PathValue("file")]
		if r.URL.RawQuery != "chunked" {
			w.Header().Set("Content-Length", fmt.Sprint(len(octets)))
		}
		w.Write(octets)
	})
	mux.HandleFunc("POST /{file}", func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) })
	mux.Handle("GET /echo", websocket.Handler(func(ws *websocket.Conn) {
		ws.PayloadType = websocket.BinaryFrame
		ws.MaxPayloadBytes = 4 << 20
		for {
			var message []byte
			if websocket.Message.Receive(ws, &message) != nil || websocket.Message.Send(ws, message) != nil {
				return
			}
		}
	}))
	once := &onlyConn{Conn: conn, closed: make(chan struct{})}
	http.Serve(once, mux)
}

// An onlyConn is a listener that one connection comes to: itself.
type onlyConn struct {
	net.Conn
	accepted sync.Once
	closing  sync.Once
	closed   chan struct{}
}

// Accept gives the connection, and waits for its end when called again.
func (o *onlyConn) Accept() (conn net.Conn, err error) {
	o.accepted.Do(func() { conn = o })
	if conn == nil {
		<-o.closed
		return nil, net.ErrClosed
	}
	return conn, nil
}

// Close ends the connection.
func (o *onlyConn) Close() error {
	o.closing.Do(func() { close(o.closed) })
	return o.Conn.Close()
}

// Addr is the connection's.
func (o *onlyConn) Addr() net.Addr { return o.LocalAddr() }

// talkHTTP gets and posts on one connection.
func talkHTTP(t *testing.T, conn net.Conn, files map[string][]byte) {
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }, MaxConnsPerHost: 1,
	}}
	fetch := func(response *http.Response, err error) {
		if err != nil {
			t.Error(err)
			return
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		octets := files[name]
		fetch(client.Get("http://a.example/" + name))
		fetch(client.Get("http://a.example/" + name + "?chunked"))
		fetch(client.Post("http://a.example/file", "application/octet-stream", bytes.NewReader(octets)))
		fetch(client.Post("http://a.example/file", "application/octet-stream", io.MultiReader(bytes.NewReader(octets))))
	}
}

// talkWebSocket sends messages of all lengths, and reads their echo.
func talkWebSocket(t *testing.T, conn net.Conn, files map[string][]byte) {
	cfg, err := websocket.NewConfig("ws://a.example/echo", "http://a.example/")
	if err != nil {
		t.Fatal(err)
	}
	ws, err := websocket.NewClient(cfg, conn)
	if err != nil {
		t.Error(err)
		return
	}
	ws.MaxPayloadBytes = 4 << 20
	for _, message := range messages(files) {
		if err := errors.Join(websocket.Message.Send(ws, message), websocket.Message.Receive(ws, &message)); err != nil {
			t.Error(err)
			return
		}
	}
}

// messages are files, and their first octets.
func messages(files map[string][]byte) (all [][]byte) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		octets := files[name]
		for n := 1; n < 300; n += 17 {
			all = append(all, octets[:min(n, len(octets))])
		}
		all = append(all, octets)
	}
	return all
}

// serveTLS echoes.
func serveTLS(t *testing.T, conn net.Conn, _ map[string][]byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Error(err)
		return
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"a.example"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Error(err)
		return
	}
	tlsConn := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	io.Copy(tlsConn, tlsConn)
}

// talkTLS sends messages, and reads their echo.
func talkTLS(t *testing.T, conn net.Conn, files map[string][]byte) {
	echoed(t, tls.Client(conn, &tls.Config{InsecureSkipVerify: true}), files)
}

// echoed sends messages to who sends them back.
func echoed(t *testing.T, conn io.ReadWriter, files map[string][]byte) {
	all := messages(files)
	total := 0
	for _, message := range all {
		total += len(message)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		if _, err := io.CopyN(io.Discard, conn, int64(total)); err != nil {
			t.Error(err)
		}
	})
	for _, message := range all {
		if _, err := conn.Write(message); err != nil {
			t.Error(err)
		}
	}
	wait.Wait()
}

// serveSSH echoes on channels.
func serveSSH(t *testing.T, conn net.Conn, _ map[string][]byte) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Error(err)
		return
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Error(err)
		return
	}
	cfg := &ssh.ServerConfig{NoClientAuth: true}
	cfg.AddHostKey(signer)
	_, channels, requests, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		t.Error(err)
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		if channel, requests, err := offered.Accept(); err == nil {
			go ssh.DiscardRequests(requests)
			io.Copy(channel, channel)
			channel.Close()
		}
	}
}

// talkSSH sends messages on a channel, and reads their echo.
func talkSSH(t *testing.T, conn net.Conn, files map[string][]byte) {
	ours, channels, requests, err := ssh.NewClientConn(conn, "a.example", &ssh.ClientConfig{User: "u", HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Error(err)
		return
	}
	client := ssh.NewClient(ours, channels, requests)
	channel, requests, err := client.OpenChannel("echo", nil)
	if err != nil {
		t.Error(err)
		return
	}
	go ssh.DiscardRequests(requests)
	echoed(t, channel, files)
	channel.Close()
}

// An Echo is a service of net/rpc.
type Echo struct{}

// Back gives the message back.
func (Echo) Back(message []byte, back *[]byte) error {
	*back = message
	return nil
}

// serveRPC serves Echo.
func serveRPC(t *testing.T, conn net.Conn, _ map[string][]byte) {
	server := rpc.NewServer()
	if err := server.Register(Echo{}); err != nil {
		t.Error(err)
	}
	server.ServeConn(conn)
}

// talkRPC calls Echo.
func talkRPC(t *testing.T, conn net.Conn, files map[string][]byte) {
	client := rpc.NewClient(conn)
	for _, message := range messages(files) {
		var back []byte
		if err := client.Call("Echo.Back", message, &back); err != nil || !slices.Equal(back, message) {
			t.Error(err)
		}
	}
}

// talkFiles sends files as they are, after some random octets.
func talkFiles(t *testing.T, conn net.Conn, files map[string][]byte) {
	greeting := make([]byte, 100)
	mathrand.NewChaCha8([32]byte{4}).Read(greeting)
	total := len(greeting)
	for _, octets := range files {
		total += len(octets)
	}
	var wait sync.WaitGroup
	wait.Go(func() { io.CopyN(io.Discard, conn, int64(total)) })
	conn.Write(greeting)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if _, err := conn.Write(files[name]); err != nil {
			t.Error(err)
		}
	}
	wait.Wait()
}
