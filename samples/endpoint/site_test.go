package endpoint

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// serve starts the server on loopback and gives a client of it that speaks
// HTTP/2, and its URL.
func serve(t *testing.T, id *Identity, keyLog io.Writer) (*http.Client, string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("needs sockets on loopback")
	}
	if probe, err := net.Dial("tcp", ln.Addr().String()); err != nil {
		ln.Close()
		t.Skip("needs sockets on loopback")
	} else {
		probe.Close()
	}
	s := NewSite(id, keyLog)
	served := make(chan error, 1)
	go func() { served <- s.Serve(ln) }()
	transport := &http.Transport{DisableCompression: true, Protocols: new(http.Protocols)}
	scheme := "http://"
	if id == nil {
		transport.Protocols.SetUnencryptedHTTP2(true)
	} else {
		transport.Protocols.SetHTTP2(true)
		transport.TLSClientConfig = id.Client(Protection{Version: tls.VersionTLS13})
		scheme = "https://"
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return &http.Client{Transport: transport}, scheme + ln.Addr().String()
}

// ask makes a request and reads all of the response.
func ask(t *testing.T, c *http.Client, method, url string, body io.Reader, fields ...string) (*http.Response, []byte, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	response, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	octets, err := io.ReadAll(response.Body)
	return response, octets, err
}

func TestSite(t *testing.T) {
	c, url := serve(t, nil, nil)
	upload := text(100_000)
	sum := sha256.Sum256(upload)
	tests := []struct {
		method, path string
		body         []byte
		status       int
		want         []byte
	}{
		{"GET", "/", nil, 200, read("index.html")},
		{"GET", "/style.css", nil, 200, read("style.css")},
		{"HEAD", "/app.js", nil, 200, nil},
		{"GET", "/large?size=100000", nil, 200, append(text(65536), text(100_000-65536)...)},
		{"GET", "/large?size=0", nil, 200, nil},
		{"GET", "/large?size=-1", nil, 400, []byte("size is a whole number from 0 to 1073741824\n")},
		{"GET", "/slow?chunks=2&wait=1ms", nil, 200, append(text(32), text(32)...)},
		{"GET", "/slow?wait=1h", nil, 400, []byte("wait is a duration up to 5s\n")},
		{"GET", "/slow?chunks=x", nil, 400, []byte("chunks is a whole number from 0 to 1000\n")},
		{"GET", "/status/404", nil, 404, nil},
		{"GET", "/status/99", nil, 400, []byte("a status is 200 to 599\n")},
		{"POST", "/echo", upload, 200, upload},
		{"PUT", "/digest", upload, 200, []byte(hex.EncodeToString(sum[:]) + "\n")},
		{"GET", "/story.txt?coding=rot13", nil, 400, []byte("coding is one of br, zstd, gzip, deflate\n")},
		{"POST", "/h2scope.Echo/Say", nil, 415, []byte("this is a gRPC method\n")},
	}
	for _, test := range tests {
		response, octets, err := ask(t, c, test.method, url+test.path, bytes.NewReader(test.body))
		if err != nil || response.StatusCode != test.status || !bytes.Equal(octets, test.want) || response.ProtoMajor != 2 {
			t.Errorf("%s %s: %s %d, %d octets, %v", test.method, test.path, response.Proto, response.StatusCode, len(octets), err)
		}
	}
}

// Each coding is that which its name says (RFC 9110, Section 8.4.1).
func TestContentCodings(t *testing.T) {
	decoders := map[string]func(io.Reader) (io.Reader, error){
		"gzip":    func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"deflate": func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
		"zstd":    func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
		identity:  func(r io.Reader) (io.Reader, error) { return r, nil },
	}
	for coding, decoder := range decoders {
		octets, err := encode(read("story.txt"), coding)
		if err != nil {
			t.Fatal(err)
		}
		r, err := decoder(bytes.NewReader(octets))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, read("story.txt")) {
			t.Errorf("%s: %d octets, %v", coding, len(got), err)
		}
	}
}

func TestAcceptedCoding(t *testing.T) {
	for field, want := range map[string]string{
		"": identity, "gzip": "gzip", "gzip, deflate, br, zstd": "br", "br;q=0, GZIP;q=0.5": "gzip", "*": identity, "deflate": "deflate",
	} {
		if got := accepted(field); got != want {
			t.Errorf("%q: %s, want %s", field, got, want)
		}
	}
	c, url := serve(t, nil, nil)
	response, octets, err := ask(t, c, "GET", url+"/story.txt", nil, "Accept-Encoding", "br")
	if err != nil || response.Header.Get("Content-Encoding") != "br" || !bytes.Equal(octets, read("story.txt.br")) {
		t.Errorf("%v, %d octets, %v", response.Header, len(octets), err)
	}
}

func TestTrailersAndInterimResponses(t *testing.T) {
	c, url := serve(t, nil, nil)
	response, octets, err := ask(t, c, "GET", url+"/trailers", nil)
	sum := sha256.Sum256(octets)
	if err != nil || response.Trailer.Get("X-Sum") != hex.EncodeToString(sum[:]) {
		t.Errorf("trailers %v, %v", response.Trailer, err)
	}

	var interim []int
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
			interim = append(interim, code, len(h["Link"]))
			return nil
		},
	})
	r, err := http.NewRequestWithContext(ctx, "GET", url+"/hints", nil)
	if err != nil {
		t.Fatal(err)
	}
	if response, err = c.Do(r); err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if len(interim) != 2 || interim[0] != 103 || interim[1] != 2 || response.StatusCode != 200 {
		t.Errorf("interim %v, then %d", interim, response.StatusCode)
	}
}

func TestReset(t *testing.T) {
	c, url := serve(t, nil, nil)
	_, octets, err := ask(t, c, "GET", url+"/reset", nil)
	if len(octets) != 100 || err == nil || !strings.Contains(err.Error(), "INTERNAL_ERROR") {
		t.Errorf("%d octets, %v", len(octets), err)
	}
}

func TestGRPC(t *testing.T) {
	c, url := serve(t, nil, nil)
	one, two := grpcMessage([]byte("one")), grpcMessage(nil)
	tests := []struct {
		method string
		sent   []byte
		want   []byte
		status string
	}{
		{"Say", one, one, "0"},
		{"Say", append(one, two...), append(one, two...), "0"},
		{"Repeat", two, bytes.Repeat(two, 3), "0"},
		{"Say", nil, nil, "0"},
		{"Say", one[:6], nil, "3"},
		{"Say", []byte{0, 0xff, 0, 0, 0}, nil, "3"},
		{"Sing", one, nil, "12"},
	}
	for _, test := range tests {
		response, octets, err := ask(t, c, "POST", url+"/h2scope.Echo/"+test.method, bytes.NewReader(test.sent), "Content-Type", "application/grpc")
		if err != nil || !bytes.Equal(octets, test.want) || response.Trailer.Get("Grpc-Status") != test.status {
			t.Errorf("%s %x: %x, trailers %v, %v", test.method, test.sent, octets, response.Trailer, err)
		}
	}
}

// The server pushes to a client that allows it, before the page.
func TestPush(t *testing.T) {
	_, url := serve(t, nil, nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ask := Script{Steps: []Step{client(Preface{}, Settings{}, Headers{Stream: 1, Fields: fields(":method", "GET", ":scheme", "http", ":authority", "localhost", ":path", "/"), EndStream: true})}}
	if _, err := conn.Write(ask.Transcribe().Turns[0].Octets); err != nil {
		t.Fatal(err)
	}
	framer := http2.NewFramer(conn, conn)
	decoder := hpack.NewDecoder(4096, nil)
	var promised []string
	for ended := 0; ended < 3; {
		frame, err := framer.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := frame.(*http2.PushPromiseFrame); ok {
			section, err := decoder.DecodeFull(p.HeaderBlockFragment())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range section {
				if f.Name == ":path" {
					promised = append(promised, f.Value)
				}
			}
		}
		if h, ok := frame.(*http2.HeadersFrame); ok {
			if _, err := decoder.DecodeFull(h.HeaderBlockFragment()); err != nil {
				t.Fatal(err)
			}
		}
		if d, ok := frame.(*http2.DataFrame); ok && d.StreamEnded() {
			ended++
		}
	}
	if strings.Join(promised, " ") != "/style.css /app.js" {
		t.Errorf("promised %v", promised)
	}
}

// Over TLS there is a key log, and a certificate for the names asked for.
func TestSiteOverTLS(t *testing.T) {
	id, err := NewIdentity(ECDSA, "192.0.2.9", "box.example", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"localhost", "127.0.0.1", "::1", "192.0.2.9", "box.example", authority} {
		if err := id.certificate.Leaf.VerifyHostname(host); err != nil {
			t.Error(err)
		}
	}
	var keyLog bytes.Buffer
	c, url := serve(t, id, &keyLog)
	response, _, err := ask(t, c, "GET", url+"/", nil)
	if err != nil || response.ProtoMajor != 2 || response.TLS.Version != tls.VersionTLS13 {
		t.Errorf("%v %v", response.Proto, err)
	}
	c.CloseIdleConnections()
	if got := strings.Count(keyLog.String(), "TRAFFIC_SECRET"); got != 4 {
		t.Errorf("%d secrets in the key log", got)
	}
}

// HTTP/1.1 is served too.
func TestSiteSpeaksHTTP1(t *testing.T) {
	_, url := serve(t, nil, nil)
	response, _, err := ask(t, new(http.Client), "GET", url+"/hints", nil)
	if err != nil || response.ProtoMajor != 1 || response.StatusCode != 200 {
		t.Errorf("%v, %v", response, err)
	}
}

// RFC 7540, Section 3.2: the request in HTTP/1.1 is answered on stream 1. The
// table is then as the client has it: its next request uses it.
func TestUpgrade(t *testing.T) {
	_, url := serve(t, nil, nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const ask = "GET /style.css HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nX-One: 1\r\n\r\n"
	if _, err := io.WriteString(conn, ask); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	response, err := http.ReadResponse(r, nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v, %v", response, err)
	}
	s := newSpeaker(Client)
	next := fields(":method", "GET", ":scheme", "http", ":authority", "localhost", ":path", "/app.js", "x-two", "2")
	for _, actions := range [][]Action{
		{Preface{}, Settings{}, SettingsAck{}},
		{Headers{Stream: 3, Fields: next, EndStream: true}},
		{Headers{Stream: 5, Fields: next, EndStream: true}}, // from the table
	} {
		octets, _ := s.say(actions)
		if _, err := conn.Write(octets); err != nil {
			t.Fatal(err)
		}
	}
	bodies := map[uint32][]byte{}
	framer := http2.NewFramer(nil, r)
	for ended := 0; ended < 3; {
		frame, err := framer.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		if d, ok := frame.(*http2.DataFrame); ok {
			bodies[d.StreamID] = append(bodies[d.StreamID], d.Data()...)
			if d.StreamEnded() {
				ended++
			}
		}
	}
	for stream, want := range map[uint32][]byte{1: read("style.css"), 3: read("app.js"), 5: read("app.js")} {
		if !bytes.Equal(bodies[stream], want) {
			t.Errorf("stream %d has %q", stream, bodies[stream])
		}
	}
}

// A request with a body, and one over TLS, stay with HTTP/1.1.
func TestUpgradeIsNotForAll(t *testing.T) {
	ask := func(change func(*http.Request)) *http.Request {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Upgrade", "h2c")
		r.Header.Set("HTTP2-Settings", "AAMAAABk")
		change(r)
		return r
	}
	if !asksForH2C(ask(func(*http.Request) {})) {
		t.Error("a request that asks for it is not taken")
	}
	for name, change := range map[string]func(*http.Request){
		"TLS":         func(r *http.Request) { r.TLS = new(tls.ConnectionState) },
		"HTTP/2":      func(r *http.Request) { r.ProtoMajor = 2 },
		"WebSocket":   func(r *http.Request) { r.Header.Set("Upgrade", "websocket") },
		"no settings": func(r *http.Request) { r.Header.Del("HTTP2-Settings") },
	} {
		if asksForH2C(ask(change)) {
			t.Errorf("%s: it is taken", name)
		}
	}
}

// A request with a body is answered on stream 1; one whose body is longer than a
// window, in HTTP/1.1.
func TestUpgradeWithBody(t *testing.T) {
	_, url := serve(t, nil, nil)
	for _, test := range []struct {
		octets  int
		chunked bool
		status  int
	}{
		{7, false, 101}, {40_000, false, 101}, {40_000, true, 101}, {maxUpgradeBody, false, 101},
		{maxUpgradeBody + 1, false, 200}, {200_000, true, 200},
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		body := text(test.octets)
		r, err := http.NewRequest("POST", url+"/echo", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if test.chunked {
			r.ContentLength = -1
		}
		r.Header = http.Header{"Connection": {"Upgrade, HTTP2-Settings"}, "Upgrade": {"h2c"}, "Http2-Settings": {"AAMAAABk"}}
		if err := r.Write(conn); err != nil {
			t.Fatal(err)
		}
		in := bufio.NewReader(conn)
		response, err := http.ReadResponse(in, r)
		if err != nil || response.StatusCode != test.status {
			t.Fatalf("%d octets, chunked %t: %v, %v", test.octets, test.chunked, response, err)
		}
		var got []byte
		if test.status == 101 {
			got = streamOne(t, conn, in)
		} else if got, err = io.ReadAll(response.Body); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, body) {
			t.Errorf("%d octets, chunked %t: %d octets come back", test.octets, test.chunked, len(got))
		}
		conn.Close()
	}
}

// streamOne goes on in HTTP/2, and gives the data of stream 1.
func streamOne(t *testing.T, conn net.Conn, in io.Reader) (body []byte) {
	t.Helper()
	octets, _ := newSpeaker(Client).say([]Action{
		Preface{}, Settings{}, SettingsAck{}, WindowUpdate{Increment: 1 << 20}, WindowUpdate{Stream: 1, Increment: 1 << 20},
	})
	if _, err := conn.Write(octets); err != nil {
		t.Fatal(err)
	}
	framer := http2.NewFramer(nil, in)
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		if d, ok := frame.(*http2.DataFrame); ok && d.StreamID == 1 {
			body = append(body, d.Data()...)
			if d.StreamEnded() {
				return body
			}
		}
	}
}

// What is hijacked and then sends no HTTP/2 is closed.
func TestUpgradeWithoutPreface(t *testing.T) {
	for _, after := range []string{"", "GET / HTTP/1.1\r\n", http2.ClientPreface, http2.ClientPreface + "\xff\xff\xff\x04\x00\x00\x00\x00\x00"} {
		r := httptest.NewRequest("GET", "/", nil)
		if octets, err := switchProtocols(io.Discard, strings.NewReader(after), r, nil); err == nil {
			t.Errorf("%q: %x and no error", after, octets)
		}
	}
}
