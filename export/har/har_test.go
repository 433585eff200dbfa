package har

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"h2scope/export/exchange"
	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/hpack"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	second = int64(1e9)
	milli  = int64(1e6)
	start  = 1_700_000_000 * second
)

func field(name, value string) hpack.Field {
	return hpack.Field{Name: []byte(name), Value: []byte(value)}
}

func fields(pairs ...string) (list []hpack.Field) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, field(pairs[i], pairs[i+1]))
	}
	return list
}

// archiveOf plays events to so many workers and returns the archive.
func archiveOf(t *testing.T, cfg Config, workers int, events ...h2decode.Event) []byte {
	t.Helper()
	h := New(cfg)
	var out bytes.Buffer
	if err := h.Head(&out); err != nil {
		t.Fatal(err)
	}
	all := make([]interface {
		Event([]byte, h2decode.Event) []byte
	}, workers)
	for i := range all {
		all[i] = h.Worker()
	}
	to := h.Pipe(&out)
	for _, e := range events {
		if _, err := to.Write(all[connOf(e)%uint64(workers)].Event(nil, e)); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Foot(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func connOf(e h2decode.Event) uint64 {
	switch e := e.(type) {
	case *h2decode.ConnectionOpened:
		return e.Conn
	case *h2decode.StreamChanged:
		return e.Conn
	case *h2decode.DataDecoded:
		return e.Conn
	case *h2decode.StreamClosed:
		return e.Conn
	case *h2decode.ConnectionClosed:
		return e.Number
	}
	return 0
}

// connection is the events of one connection with the given streams.
func connection(number uint64, streams ...played) []h2decode.Event {
	client, server := netip.MustParseAddrPort("192.0.2.1:49152"), netip.MustParseAddrPort("[2001:db8::1]:443")
	events := []h2decode.Event{&h2decode.ConnectionOpened{Conn: number, Client: client, Server: server, Time: start}}
	for i := range streams {
		s := &streams[i]
		o := h2decode.Origin{Conn: number, Time: start + second}
		events = append(events, &h2decode.StreamChanged{Origin: o, Stream: s.ID, New: h2decode.Open})
		for side, body := range s.bodies {
			o.From = h2decode.Side(side)
			if body != "" {
				events = append(events, &h2decode.DataDecoded{Origin: o, Stream: s.ID, Data: []byte(body)})
			}
		}
		s.Request.DataBytes, s.Response.DataBytes = uint64(len(s.bodies[0])), uint64(len(s.bodies[1]))
		events = append(events, &h2decode.StreamClosed{Origin: o, Stream: &s.Stream})
	}
	return append(events, &h2decode.ConnectionClosed{Connection: &h2decode.Connection{
		Number: number, Client: client, Server: server, Opened: start, Protocol: h2decode.ProtocolH2,
		TLS: &h2decode.Security{ServerName: "a.example", Decrypted: "full"},
	}})
}

type played struct {
	h2decode.Stream
	bodies [2]string
}

func post() played {
	return played{h2decode.Stream{
		ID: 1, State: h2decode.Closed, Closed: true, OpenedAt: start, Frames: 6,
		Timing: h2decode.Timing{Request: start + second, RequestEnd: start + second + 2*milli, Response: start + second + 5*milli,
			FinalResponse: start + second + 7*milli, ResponseEnd: start + second + 10*milli, End: start + second + 10*milli, Blocked: milli,
			Stalled: [3]int64{h2decode.StalledByStream: 2 * milli}},
		Request: h2decode.Message{Complete: true, Fields: fields(":method", "POST", ":scheme", "https", ":authority", "a.example", ":path", "/login?next=/a&token=TOPSECRET",
			"content-type", "application/x-www-form-urlencoded", "cookie", "sid=TOPSECRET", "authorization", "Bearer TOPSECRET", "x-octets", "\xff\x1b\u202e")},
		Response: h2decode.Message{Complete: true,
			Interim:  [][]hpack.Field{fields(":status", "103", "link", "</a>")},
			Trailers: fields("x-t", "1"),
			Fields:   fields(":status", "303", "location", "/home?token=TOPSECRET", "content-type", "text/html; charset=utf-8", "set-cookie", "sid=TOPSECRET; Path=/; Secure; HttpOnly; SameSite=Lax; Expires=Wed, 21 Oct 2026 07:28:00 GMT")},
		Priority: h2decode.StreamPriority{HasUrgency: true, Urgency: 1, Incremental: true},
		Findings: h2decode.Severities{h2decode.SeverityWarning: 1},
	}, [2]string{"user=a&password=TOPSECRET", "<p>\u202e</p>"}}
}

func aborted() played {
	uncertain := field(":status", "200")
	uncertain.ValueTrust = hpack.Uncertain
	return played{Stream: h2decode.Stream{
		ID: 3, State: h2decode.Closed, Closed: true, Frames: 2,
		Timing:   h2decode.Timing{Request: start + second, RequestEnd: start + second, End: start + second + 4*milli},
		Request:  h2decode.Message{Complete: true, Fields: fields(":method", "GET", ":scheme", "https", ":authority", "a.example", ":path", "/a b|é")},
		Response: h2decode.Message{Fields: []hpack.Field{uncertain, {NameTrust: hpack.Unknown, ValueTrust: hpack.Unknown}}},
		Reset:    &h2decode.Reset{From: h2decode.Client, Code: h2decode.Cancel},
		Priority: h2decode.StreamPriority{HasTree: true, Tree: h2decode.PriorityFrame{Weight: 220, DependsOn: 1}},
	}}
}

func eventSource() played {
	return played{h2decode.Stream{
		ID: 5, State: h2decode.Closed, Closed: true, OpenedAt: start, Frames: 3,
		Timing: h2decode.Timing{Request: start + second, RequestEnd: start + second, Response: start + second + milli,
			FinalResponse: start + second + milli, ResponseEnd: start + second + 3*milli, End: start + second + 3*milli},
		Request:  h2decode.Message{Complete: true, Fields: fields(":method", "GET", ":scheme", "https", ":authority", "a.example", ":path", "/events")},
		Response: h2decode.Message{Complete: true, Fields: fields(":status", "200", "content-type", "Text/Event-Stream; charset=utf-8")},
	}, [2]string{"", "event: tick\ndata: 1\n\ndata: 2\n\n"}}
}

// TestArchiveGolden shows what an archive looks like.
func TestArchiveGolden(t *testing.T) {
	events := append(connection(1, post(), aborted(), eventSource()), &h2decode.ConnectionClosed{Connection: &h2decode.Connection{
		Number: 2, Protocol: h2decode.ProtocolTLS, TLS: &h2decode.Security{Decrypted: "none", Reason: "no-keylog"},
		Client: netip.MustParseAddrPort("192.0.2.1:2"), Server: netip.MustParseAddrPort("192.0.2.2:443"),
	}}, &h2decode.ConnectionClosed{Connection: &h2decode.Connection{Number: 3}})
	got := archiveOf(t, Config{Version: "1.0", MaxBody: 1000, Redact: redact.Credentials()}, 1, events...)
	if bytes.Contains(got, []byte("TOPSECRET")) {
		t.Error("a credential gets through")
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, got, "", " "); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "archive.har")
	if *update {
		if err := os.WriteFile(golden, indented.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(indented.Bytes(), want) {
		t.Errorf("%s differs: go test ./export/har -update writes it anew; got\n%s", golden, indented.Bytes())
	}
	if two := archiveOf(t, Config{Version: "1.0", MaxBody: 1000, Redact: redact.Credentials()}, 2, events...); !bytes.Equal(got, two) {
		t.Error("two workers make another archive")
	}
}

// A connection of whose end nothing is told has a page all the same, where it has
// an entry.
func TestEachEntryHasAPage(t *testing.T) {
	events := connection(1, aborted())
	got := archiveOf(t, Config{MaxBody: 10}, 1, events[:len(events)-1]...)
	if !bytes.Contains(got, []byte(`"id":"connection_1"`)) {
		t.Errorf("there is no page in %s", got)
	}
}

func TestEmptyArchive(t *testing.T) {
	got := string(archiveOf(t, Config{Version: "1.0"}, 1))
	want := `{"log":{"version":"1.2","creator":{"name":"h2scope","version":"1.0"},"entries":[` + "\n" + `],"pages":[]}}` + "\n"
	if got != want {
		t.Errorf("got %q", got)
	}
}

// TestTimings holds the rules of HAR: -1 for what does not apply, and a time that
// is the sum of the others, ssl inside connect.
func TestTimings(t *testing.T) {
	at := func(ms int64) int64 { return start + ms*milli }
	ns := func(ms int64) milliseconds { return milliseconds(ms * milli) }
	setUp := exchange.Connection{Connect: exchange.Span{Began: at(-30), Ended: at(-20)}, TLS: exchange.Span{Began: at(-20), Ended: at(-5)}}
	for _, tc := range []struct {
		name    string
		timing  h2decode.Timing
		conn    exchange.Connection
		number  int
		want    timings
		started int64
		total   int64
	}{
		{"whole", h2decode.Timing{Request: at(0), RequestEnd: at(1), FinalResponse: at(3), ResponseEnd: at(6), End: at(6)}, exchange.Connection{}, 1,
			timings{-1, -1, -1, -1, ns(1), ns(2), ns(3)}, at(0), 6},
		{"blocked", h2decode.Timing{Request: at(0), RequestEnd: at(1), FinalResponse: at(3), ResponseEnd: at(6), End: at(6), Blocked: 4 * milli}, exchange.Connection{}, 1,
			timings{ns(4), -1, -1, -1, ns(1), ns(2), ns(3)}, at(-4), 10},
		{"first of its connection", h2decode.Timing{Request: at(0), RequestEnd: at(1), FinalResponse: at(3), ResponseEnd: at(6), End: at(6)}, setUp, 1,
			timings{-1, -1, ns(25), ns(15), ns(1), ns(2), ns(3)}, at(-25), 31},
		{"second of its connection", h2decode.Timing{Request: at(0), RequestEnd: at(1), FinalResponse: at(3), ResponseEnd: at(6), End: at(6)}, setUp, 2,
			timings{-1, -1, -1, -1, ns(1), ns(2), ns(3)}, at(0), 6},
		{"without TLS", h2decode.Timing{Request: at(0), RequestEnd: at(1), End: at(1)}, exchange.Connection{Connect: setUp.Connect}, 1,
			timings{-1, -1, ns(10), -1, ns(1), 0, 0}, at(-10), 11},
		{"reset while it waits", h2decode.Timing{Request: at(0), RequestEnd: at(1), End: at(9)}, exchange.Connection{}, 1,
			timings{-1, -1, -1, -1, ns(1), ns(8), 0}, at(0), 9},
		{"reset while it is sent", h2decode.Timing{Request: at(0), End: at(9)}, exchange.Connection{}, 1,
			timings{-1, -1, -1, -1, ns(9), 0, 0}, at(0), 9},
		{"reset while it is received", h2decode.Timing{Request: at(0), RequestEnd: at(1), FinalResponse: at(2), End: at(9)}, exchange.Connection{}, 1,
			timings{-1, -1, -1, -1, ns(1), ns(1), ns(7)}, at(0), 9},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x := &exchange.Exchange{Conn: &tc.conn, Number: tc.number, Stream: &h2decode.Stream{Timing: tc.timing}}
			got, started, total := timingsOf(x)
			if got != tc.want || started != tc.started || total != ns(tc.total) {
				t.Errorf("got %+v, %d, %d", got, started-start, total)
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	for v, want := range map[milliseconds]string{-1: "-1", 0: "0", 1: "0.000001", 1_000_000: "1", 1_500_000: "1.5", 123_456_789: "123.456789", 10_000_000: "10"} {
		if got, _ := v.MarshalJSON(); string(got) != want {
			t.Errorf("%d: %s, want %s", v, got, want)
		}
	}
	for v, want := range map[seconds]string{0: "0", 1: "0.000000001", seconds(start): "1700000000", seconds(start + milli): "1700000000.001"} {
		if got, _ := v.MarshalJSON(); string(got) != want {
			t.Errorf("%d: %s, want %s", v, got, want)
		}
	}
}

// Chrome sends these urgencies and weights for its priorities.
func TestPriorityNames(t *testing.T) {
	for _, tc := range []struct {
		p    h2decode.StreamPriority
		want string
	}{
		{h2decode.StreamPriority{}, ""},
		{h2decode.StreamPriority{HasUrgency: true, Urgency: 0}, "VeryHigh"},
		{h2decode.StreamPriority{HasUrgency: true, Urgency: 3}, "Low"},
		{h2decode.StreamPriority{HasUrgency: true, Urgency: 7}, "VeryLow"},
		{h2decode.StreamPriority{HasTree: true, Tree: h2decode.PriorityFrame{Weight: 256}}, "VeryHigh"},
		{h2decode.StreamPriority{HasTree: true, Tree: h2decode.PriorityFrame{Weight: 220}}, "High"},
		{h2decode.StreamPriority{HasTree: true, Tree: h2decode.PriorityFrame{Weight: 183}}, "Medium"},
		{h2decode.StreamPriority{HasTree: true, Tree: h2decode.PriorityFrame{Weight: 147}}, "Low"},
		{h2decode.StreamPriority{HasTree: true, Tree: h2decode.PriorityFrame{Weight: 110}}, "VeryLow"},
		{h2decode.StreamPriority{HasTree: true, Tree: h2decode.PriorityFrame{Weight: 256}, HasUrgency: true, Urgency: 2}, "Medium"},
	} {
		if got := priorityName(&tc.p); got != tc.want {
			t.Errorf("%+v: %q, want %q", tc.p, got, tc.want)
		}
	}
}

func TestAddressesAreURIs(t *testing.T) {
	for in, want := range map[string]string{
		"https://a/b?c=d#e":           "https://a/b?c=d#e",
		"https://[2001:db8::1]:1/[x]": "https://[2001:db8::1]:1/%5Bx%5D",
		"https://a/é b|\x00%zz%41":    "https://a/%C3%A9%20b%7C%00%25zz%41",
		"connect://a:22":              "connect://a:22",
		"https://u:p@a/?token=1":      "https://redacted@a/?token=%5Bredacted%5D",
	} {
		if got := shownURL(in, redact.Credentials()); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// Text stands as text where its charset is sure, and in base64 where it is not.
func TestTextOrBase64(t *testing.T) {
	for _, tc := range []struct{ contentType, body, text, encoding string }{
		{"text/plain", "é", "é", ""},
		{"text/plain", "\xe9", "6Q==", "base64"},
		{"text/plain; charset=iso-8859-1", "\xe9", "é", ""},
		{"application/json", `{"a":1}`, `{"a":1}`, ""},
		{"image/png", "abc", "YWJj", "base64"},
		{"", "abc", "abc", ""},
		{"", "a\x00c", "YQBj", "base64"},
		{"text/plain", "", "", ""},
	} {
		p := played{Stream: h2decode.Stream{ID: 1, Response: h2decode.Message{Complete: true, Fields: fields(":status", "200", "content-type", tc.contentType)}}}
		p.bodies[1] = tc.body
		var a struct {
			Log struct {
				Entries []struct {
					Response struct {
						Content struct{ Text, Encoding string }
					}
				}
			}
		}
		octets := archiveOf(t, Config{MaxBody: 100}, 1, connection(1, p)...)
		if err := json.Unmarshal(octets, &a); err != nil {
			t.Fatal(err)
		}
		if c := a.Log.Entries[0].Response.Content; c.Text != tc.text || c.Encoding != tc.encoding {
			t.Errorf("%q as %s: %q, %q", tc.body, tc.contentType, c.Text, c.Encoding)
		}
	}
}

// FuzzArchive holds that whatever stands in fields and bodies, the archive is JSON
// that does not act on a terminal, and no credential gets through.
func FuzzArchive(f *testing.F) {
	f.Add("/a?token=x", "x-y", "value", "text/plain", "body")
	f.Add("\x00\xff", "cookie", "a=b; c", "multipart/form-data; boundary=a", "--a\r\n\r\n\x1b")
	f.Add("*", "content-encoding", "gzip, br", "application/grpc", "\x00\x00\x00\x00\x05ab")
	f.Fuzz(func(t *testing.T, path, name, value, contentType, body string) {
		p := played{Stream: h2decode.Stream{ID: 1,
			Request:  h2decode.Message{Fields: fields(":method", "POST", ":path", path, ":authority", value, ":scheme", "https", name, value, "content-type", contentType, "authorization", "TOPSECRET")},
			Response: h2decode.Message{Fields: fields(":status", "200", name, value, "content-type", contentType, "set-cookie", "a=TOPSECRET")},
		}, bodies: [2]string{body, body}}
		out := archiveOf(t, Config{MaxBody: 1000, Redact: redact.Credentials()}, 1, connection(1, p)...)
		if !json.Valid(out) {
			t.Fatalf("no JSON: %q", out)
		}
		if !strings.Contains(path+name+value+contentType+body, "TOPSECRET") && bytes.Contains(out, []byte("TOPSECRET")) {
			t.Fatalf("a credential gets through: %q", out)
		}
		for _, r := range string(out) {
			if r < ' ' && r != '\n' || r == 0x7f || r == 0x202e {
				t.Fatalf("%U gets through", r)
			}
		}
	})
}
