package curl

import (
	"os/exec"
	"strings"
	"testing"

	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/hpack"
)

// exchangeOf plays an exchange to a worker and returns what it writes.
func exchangeOf(cfg Config, kind h2decode.Kind, fields []string, body string, change func(*h2decode.Stream)) string {
	w := New(cfg).Worker()
	origin := h2decode.Origin{Conn: 1}
	w.Event(nil, &h2decode.ConnectionOpened{Conn: 1})
	w.Event(nil, &h2decode.StreamChanged{Origin: origin, Stream: 1, Old: h2decode.Idle, New: h2decode.Open})
	w.Event(nil, &h2decode.DataDecoded{Origin: origin, Stream: 1, Data: []byte(body)})
	s := &h2decode.Stream{ID: 1, Kind: kind, Closed: true}
	for i := 0; i < len(fields); i += 2 {
		s.Request.Fields = append(s.Request.Fields, hpack.Field{Name: []byte(fields[i]), Value: []byte(fields[i+1])})
	}
	s.Request.DataBytes, s.Request.Complete = uint64(len(body)), true
	s.Response.Fields = []hpack.Field{{Name: []byte(":status"), Value: []byte("200")}}
	if change != nil {
		change(s)
	}
	return string(w.Event(nil, &h2decode.StreamClosed{Origin: origin, Stream: s}))
}

// arguments is what a shell would call curl with.
func arguments(t *testing.T, command string) []string {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs sh")
	}
	out, err := exec.Command("sh", "-c", "curl() { printf '%s\\0' \"$@\"; }\n"+command).Output()
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func get(more ...string) []string {
	return append([]string{":method", "GET", ":scheme", "https", ":authority", "a.example", ":path", "/x?y=[1]'"}, more...)
}

func TestCommands(t *testing.T) {
	const common = "--http2 --globoff --path-as-is"
	for _, tc := range []struct {
		name   string
		fields []string
		body   string
		want   string // arguments, joined by spaces
	}{
		{"GET", get(), "", common + " --header user-agent: --header accept: --url https://a.example/x?y=[1]'"},
		{"fields", get("user-agent", "u", "accept", "*/*", "x-empty", "", "x", "a  b"), "",
			common + " --header user-agent: u --header accept: */* --header x-empty; --header x: a  b --url https://a.example/x?y=[1]'"},
		{"cookies are one field", get("cookie", "a=1", "user-agent", "u", "cookie", "b=2", "accept", "a"), "",
			common + " --header user-agent: u --header accept: a --header cookie: a=1; b=2 --url https://a.example/x?y=[1]'"},
		{"accept-encoding", get("accept-encoding", "gzip", "user-agent", "u", "accept", "a"), "",
			common + " --header accept-encoding: gzip --header user-agent: u --header accept: a --compressed --url https://a.example/x?y=[1]'"},
		{"POST", []string{":method", "POST", ":scheme", "http", ":authority", "h", ":path", "/", "content-type", "t", "content-length", "3", "user-agent", "u", "accept", "a"}, "@/a",
			"--http2-prior-knowledge --globoff --path-as-is --header content-type: t --header user-agent: u --header accept: a --data-raw @/a --url http://h/"},
		{"PUT without a type", []string{":method", "PUT", ":scheme", "http", ":authority", "h", ":path", "/", "user-agent", "u", "accept", "a"}, "it's",
			"--http2-prior-knowledge --globoff --path-as-is --request PUT --header user-agent: u --header accept: a --header content-type: --data-raw it's --url http://h/"},
		{"HEAD", []string{":method", "HEAD", ":scheme", "http", ":authority", "h", ":path", "/", "user-agent", "u", "accept", "a"}, "",
			"--http2-prior-knowledge --globoff --path-as-is --head --header user-agent: u --header accept: a --url http://h/"},
		{"a name that curl would take for a file", get("@/etc/passwd", "x", "user-agent", "u", "accept", "a"), "",
			common + " --header user-agent: u --header accept: a --url https://a.example/x?y=[1]'"},
		{"a value with a line feed", get("x", "a\nb: c", "user-agent", "u", "accept", "a"), "",
			common + " --header user-agent: u --header accept: a --url https://a.example/x?y=[1]'"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out := exchangeOf(Config{MaxBody: 1000}, h2decode.KindRequest, tc.fields, tc.body, nil)
			if got := strings.Join(arguments(t, out), " "); got != tc.want {
				t.Errorf("got  %s\nwant %s\nfrom %s", got, tc.want, out)
			}
		})
	}
}

// Content that a word can't hold comes from printf.
func TestBinaryContentComesFromAPipe(t *testing.T) {
	body := "\x00\x01%s'\\\n\xff"
	out := exchangeOf(Config{MaxBody: 1000}, h2decode.KindRequest,
		[]string{":method", "POST", ":scheme", "http", ":authority", "h", ":path", "/"}, body, nil)
	got, err := exec.Command("sh", "-c", "curl() { cat; }\n"+out).Output()
	if err != nil || string(got) != body {
		t.Errorf("%q: %v, from %s", got, err, out)
	}
}

func TestWhatIsNotRepeated(t *testing.T) {
	for _, tc := range []struct {
		name   string
		kind   h2decode.Kind
		fields []string
		change func(*h2decode.Stream)
		want   string
	}{
		{"push", h2decode.KindPush, get(), nil, "pushed"},
		{"tunnel", h2decode.KindConnect, get(), nil, "tunnel"},
		{"no path", h2decode.KindRequest, []string{":method", "GET"}, nil, "lacks a part"},
		{"hole in the fields", h2decode.KindRequest, get(), func(s *h2decode.Stream) { s.Request.Incomplete = true }, "lacks a part"},
		{"uncertain", h2decode.KindRequest, get("x", "y"), func(s *h2decode.Stream) { s.Request.Fields[4].ValueTrust = hpack.Uncertain }, "not certain"},
		{"cut", h2decode.KindRequest, get(), func(s *h2decode.Stream) { s.Request.Complete = false }, "end was not seen"},
		{"not gathered", h2decode.KindRequest, get(), func(s *h2decode.Stream) { s.Request.DataBytes += 5 }, "not gathered"},
		{"too long", h2decode.KindRequest, get(), nil, "--max-body"},
		{"line feed in the path", h2decode.KindRequest, []string{":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/\nrm x"}, nil, "no address can have"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			body, limit := "", 10
			if tc.name == "too long" {
				body = "0123456789a"
			}
			out := exchangeOf(Config{MaxBody: limit}, tc.kind, tc.fields, body, tc.change)
			for line := range strings.SplitSeq(strings.TrimSpace(out), "\n") {
				if !strings.HasPrefix(line, "#") {
					t.Errorf("there is a command: %s", line)
				}
			}
			if !strings.Contains(out, tc.want) {
				t.Errorf("%q does not say %q", out, tc.want)
			}
		})
	}
}

func TestRedactedCommandSaysSo(t *testing.T) {
	out := exchangeOf(Config{Redact: redact.Credentials()}, h2decode.KindRequest,
		[]string{":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/?token=TOPSECRET", "authorization", "TOPSECRET"}, "", nil)
	if strings.Contains(out, "TOPSECRET") || !strings.Contains(out, "# authorization is [redacted]") {
		t.Error(out)
	}
}

func TestCredentialsInContent(t *testing.T) {
	multipart := "--b\r\nContent-Disposition: form-data; name=password\r\n\r\nTOPSECRET\r\n--b--\r\n"
	for contentType, body := range map[string]string{
		"application/x-www-form-urlencoded; charset=utf-8": "a=1&password=TOPSECRET",
		"multipart/form-data; boundary=b":                  multipart,
	} {
		out := exchangeOf(Config{Redact: redact.Credentials(), MaxBody: 1000}, h2decode.KindRequest,
			[]string{":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/", "content-type", contentType}, body, nil)
		if strings.Contains(out, "TOPSECRET") || !strings.Contains(out, "# parameters of the content are [redacted]") {
			t.Error(out)
		}
	}
}
