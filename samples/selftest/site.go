package selftest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"strings"

	"h2scope/h2decode"
	"h2scope/samples/endpoint"
)

// An exchange is a request and what net/http's client got for it.
type exchange struct {
	method, path string
	send         []byte
	want         []string // fields of the request beyond those of the client's own, as "name: value"

	status   int
	interim  []int
	fields   []string // "name: value", in order
	trailers []string
	body     [sha256.Size]byte
}

// exchanges are what is asked of the site: each path once, so that it names the
// stream.
func exchanges() []*exchange {
	message := append([]byte{0, 0, 0, 0, 5}, "hello"...)
	upload := bytes.Repeat([]byte("an upload of 100,000 octets\n"), 3572)[:100_000]
	grpc := []string{"content-type: application/grpc", "te: trailers"}
	return []*exchange{
		{method: "GET", path: "/"},
		{method: "GET", path: "/style.css"},
		{method: "HEAD", path: "/app.js"},
		{method: "GET", path: "/story.txt?coding=br"},
		{method: "GET", path: "/story.txt?coding=zstd"},
		{method: "GET", path: "/story.txt?coding=gzip"},
		{method: "GET", path: "/story.txt?coding=deflate"},
		{method: "GET", path: "/large?size=1000000"},
		{method: "GET", path: "/slow?chunks=3&wait=50ms"},
		{method: "GET", path: "/trailers"},
		{method: "GET", path: "/hints"},
		{method: "GET", path: "/status/404"},
		{method: "POST", path: "/echo", send: upload, want: []string{"content-length: 100000"}},
		{method: "PUT", path: "/digest", send: upload[:99_999]},
		{method: "POST", path: "/h2scope.Echo/Say", send: message, want: grpc},
		{method: "POST", path: "/h2scope.Echo/Repeat", send: slices.Concat(message, message), want: grpc},
		// answered at once, so that a body might not be sent any more
		{method: "POST", path: "/h2scope.Echo/Sing", want: grpc},
	}
}

// site lets net/http talk to the site and compares each stream with what the
// client got.
func site(ctx context.Context, r *round) error {
	server := endpoint.NewSite(r.identity, &r.keyLog)
	served := make(chan error, 1)
	go func() { served <- server.Serve(tappedListener{r.listener, r.recorder}) }()
	client := r.client()
	all := exchanges()
	var asked error
	for _, x := range all {
		if asked = x.ask(ctx, client, r.url()); asked != nil {
			break
		}
	}
	client.CloseIdleConnections()
	if err := server.Shutdown(ctx); err != nil {
		return err
	}
	if err := <-served; err != nil {
		return err
	}
	if asked != nil {
		return asked
	}
	o, err := r.finish(ctx)
	if err != nil {
		return err
	}
	r.connections(o, 1)
	r.exchanges(o, all)
	r.sound(o)
	r.Frames = len(o.frames)
	return nil
}

// A tappedListener has a tap at each connection that it accepts.
type tappedListener struct {
	net.Listener
	recorder Recorder
}

func (l tappedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.recorder.Tap(conn, endpoint.Server), nil
}

// client is net/http's client, over connections with a tap.
func (r *round) client() *http.Client {
	t := &http.Transport{DisableCompression: true, Protocols: new(http.Protocols)}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return r.recorder.Tap(conn, endpoint.Client), nil
	}
	if r.identity != nil {
		t.Protocols.SetHTTP2(true)
		t.TLSClientConfig = r.identity.Client(*r.check.tls)
	} else {
		t.Protocols.SetUnencryptedHTTP2(true)
	}
	return &http.Client{Transport: t}
}

func (r *round) url() string {
	if r.identity != nil {
		return "https://" + r.listener.Addr().String()
	}
	return "http://" + r.listener.Addr().String()
}

// ask makes the request and takes note of all that comes back.
func (x *exchange) ask(ctx context.Context, client *http.Client, url string) error {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		Got1xxResponse: func(code int, _ textproto.MIMEHeader) error {
			x.interim = append(x.interim, code)
			return nil
		},
	})
	request, err := http.NewRequestWithContext(ctx, x.method, url+x.path, bytes.NewReader(x.send))
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "h2scope-selftest")
	for _, f := range x.want {
		name, value, _ := strings.Cut(f, ": ")
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, response.Body); err != nil {
		return fmt.Errorf("%s %s: %w", x.method, x.path, err)
	}
	x.status, x.body = response.StatusCode, [sha256.Size]byte(sum.Sum(nil))
	x.fields, x.trailers = headerFields(response.Header), headerFields(response.Trailer)
	return nil
}

// headerFields are a header's fields as HTTP/2 has them, in order of name.
func headerFields(h http.Header) []string {
	var all []string
	for name, values := range h {
		for _, value := range values {
			all = append(all, strings.ToLower(name)+": "+value)
		}
	}
	slices.Sort(all)
	return all
}

// A stream is what the decoder says of a stream.
type stream struct {
	id                uint32
	closed            bool
	request, response []field
	interim           [][]field
	trailers          []field
}

func observedStream(s *h2decode.Stream) stream {
	got := stream{
		id: s.ID, closed: s.Closed, request: observedFields(s.Request.Fields),
		response: observedFields(s.Response.Fields), trailers: observedFields(s.Response.Trailers),
	}
	for _, section := range s.Response.Interim {
		got.interim = append(got.interim, observedFields(section))
	}
	return got
}
