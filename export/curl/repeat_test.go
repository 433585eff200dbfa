package curl

import (
	"context"
	"io"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"h2scope/h2decode"
)

// seen is a request as a server saw it.
type seen struct {
	method, uri, body string
	header            http.Header
}

// serve answers in HTTP/2 with prior knowledge, and gives each request.
func serve(t *testing.T) (address string, requests <-chan seen) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("needs a loopback interface")
	}
	got := make(chan seen, 1)
	server := &http.Server{
		Protocols: new(http.Protocols), ReadHeaderTimeout: time.Minute,
		Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got <- seen{r.Method, r.RequestURI, string(body), r.Header}
		}),
	}
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	return listener.Addr().String(), got
}

// TestCurlRepeatsTheRequest runs the commands, and holds what a server sees
// against the request that they were made of.
func TestCurlRepeatsTheRequest(t *testing.T) {
	if version, err := exec.Command("curl", "--version").Output(); err != nil || !strings.Contains(string(version), "HTTP2") {
		t.Skip("needs curl with HTTP/2")
	}
	address, requests := serve(t)
	for _, tc := range []struct {
		name, method, path, body string
		fields                   []string
	}{
		{"bare", "GET", "/", "", nil},
		{"odd path", "GET", "/a/../b%20c/./[x]{1,2}?q='$HOME'&y=`id`", "", []string{"accept", "*/*"}},
		{"quotes", "GET", "/", "", []string{"x-a", `it's "$x" \n`, "x-empty", "", "x-two", "1", "x-two", "2"}},
		{"cookies", "GET", "/", "", []string{"cookie", "a=1", "cookie", "b=2", "user-agent", "u/1"}},
		{"text", "POST", "/", "a=1&b='2'", []string{"content-type", "application/x-www-form-urlencoded"}},
		{"a file's name", "POST", "/", "@/etc/hostname", []string{"content-type", "text/plain"}},
		{"no type", "PUT", "/", "--data", nil},
		{"binary", "PATCH", "/", "\x00\x01\xff\n%d'\\\r\n", []string{"content-type", "application/octet-stream"}},
		{"long", "POST", "/", strings.Repeat("0123456789", 20_000), []string{"content-type", "text/plain", "content-length", "200000"}},
		{"no body", "DELETE", "/x", "", nil},
		{"head", "HEAD", "/", "", nil},
		{"compressed", "GET", "/", "", []string{"accept-encoding", "gzip"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			fields := append([]string{":method", tc.method, ":scheme", "http", ":authority", address, ":path", tc.path}, tc.fields...)
			script := exchangeOf(Config{MaxBody: 1 << 20}, h2decode.KindRequest, fields, tc.body, nil)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			sh := exec.CommandContext(ctx, "sh", "-s")
			sh.Stdin = strings.NewReader("set -e\n" + script)
			if out, err := sh.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s\n%.500s", err, out, script)
			}
			got := <-requests
			if got.method != tc.method || got.uri != tc.path || got.body != tc.body {
				t.Errorf("the server saw %s %s with %d octets, not those %d", got.method, got.uri, len(got.body), len(tc.body))
			}
			compareHeader(t, got.header, tc.fields)
		})
	}
}

// compareHeader holds the fields that a server saw against those of the request.
func compareHeader(t *testing.T, got http.Header, fields []string) {
	t.Helper()
	want := make(http.Header)
	for i := 0; i < len(fields); i += 2 {
		want.Add(fields[i], fields[i+1])
	}
	if cookies := want["Cookie"]; len(cookies) > 0 {
		want.Set("Cookie", strings.Join(cookies, "; "))
	}
	got.Del("Content-Length")
	want.Del("Content-Length")
	for name, values := range got {
		if !slices.Equal(values, want[name]) {
			t.Errorf("%s is %q, want %q", name, values, want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("the server saw %v, want %v", got, want)
	}
}
