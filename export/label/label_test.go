package label

import (
	"testing"

	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
)

func TestString(t *testing.T) {
	for want, l := range map[string]Label{
		"GET / 200":               {"GET", "a.example", "/", "200"},
		"CONNECT a.example:1 200": {"CONNECT", "a.example:1", "", "200"},
		"GET /":                   {"GET", "", "/", ""},
		"":                        {},
	} {
		if got := l.String(); got != want {
			t.Errorf("%+v: got %q, want %q", l, got, want)
		}
	}
}

// TestOf plays a request and its response to a recorder.
func TestOf(t *testing.T) {
	c := timeline.New(timeline.Limits{})
	r := c.Recorder()
	d := h2decode.NewConn(h2decode.Config{Conn: 1, Messages: true}, r)
	r.Event(&h2decode.ConnectionOpened{Conn: 1, Packet: 1})
	r.Observe(1, d)
	send := func(from h2decode.Side, offset int, octets ...byte) int {
		d.Chunk(&h2decode.Chunk{From: from, Offset: uint64(offset), Packet: 1, Time: 1, Data: octets})
		return offset + len(octets)
	}
	headers := func(flags h2decode.Flags, fields ...string) []byte {
		var block []byte
		e := hpack.NewEncoder(0)
		for i := 0; i < len(fields); i += 2 {
			block = e.AppendField(block, fields[i], fields[i+1], hpack.NeverIndexed)
		}
		return h2decode.AppendFrame(nil, h2decode.TypeHeaders, flags|h2decode.FlagEndHeaders, 1, &h2decode.HeadersFrame{Fragment: block})
	}
	at := send(h2decode.Client, 0, []byte(h2decode.Preface)...)
	send(h2decode.Client, at, headers(0, ":method", "GET", ":authority", "me:pw@a.example", ":path", "/a?b=1&key=k\x1b", "cookie", "c")...)
	send(h2decode.Server, 0, headers(0, ":status", "404", "set-cookie", "s")...)
	r.Publish()
	conn := c.Snapshot().Conn(1)
	x := conn.Exchange(0)
	if got, want := Of(conn, &x, redact.Credentials()), (Label{"GET", redact.Mark + "@a.example", "/a?b=1&key=" + redact.Mark, "404"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := Of(conn, &x, nil), (Label{"GET", "me:pw@a.example", `/a?b=1&key=k\x1b`, "404"}); got != want {
		t.Errorf("without a policy: got %+v, want %+v", got, want)
	}
}

func TestFinding(t *testing.T) {
	for _, tt := range []struct{ name, message, evidence, value, want string }{
		{"userinfo", `:authority "me:pw@a" has userinfo`, "authority", "me:pw@a", `:authority "[redacted]@a" has userinfo`},
		{"a path", `:path is "a?token=1", which does not start with a slash`, "path", "a?token=1", `:path is "a?token=[redacted]", which does not start with a slash`},
		{"what is no credential", `:path is "a?b=1", which does not start with a slash`, "path", "a?b=1", `:path is "a?b=1", which does not start with a slash`},
		{"escapes", ":path is \"a?key=\\\"\"", "path", `a?key="`, ":path is \"a?key=[redacted]\""},
		{"what acts on a terminal", "a\x1bb", "name", "b", `a\x1bb`},
	} {
		f := &h2decode.Finding{Message: tt.message, Evidence: []h2decode.Evidence{{Name: tt.evidence, Text: tt.value}}}
		if got := Finding(f, redact.Credentials()); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}
