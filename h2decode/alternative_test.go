package h2decode

import "testing"

// Alt-Svc values (RFC 7838, Section 3), and whether they name HTTP/3.
func TestAltSvcThatNamesHTTP3(t *testing.T) {
	tests := []struct {
		value string
		want  bool
	}{
		{`h3=":443"`, true},
		{`h3=":443"; ma=2592000,h3-29=":443"; ma=2592000`, true},
		{`h2="alt.example:8000", h3=":443"`, true},
		{`h3-29=":443"`, true},
		{`clear`, false},
		{``, false},
		{`h2=":443"`, false},
		{`h2="h3.example:443"`, false},
		{`h33=":443"`, false},
		{`xh3=":443"`, false},
		{`h3`, false},
		{`h2=":443"; ma=3; note=h3`, false},
	}
	for _, test := range tests {
		if got := namesHTTP3([]byte(test.value)); got != test.want {
			t.Errorf("%s: %v, want %v", test.value, got, test.want)
		}
	}
}

// RFC 7838, Section 4: the frame is a server's; on stream 0 it names an origin,
// elsewhere it does not.
func TestAltSvcFramesThatCount(t *testing.T) {
	tests := []struct {
		name   string
		from   Side
		stream uint32
		origin string
		want   bool
	}{
		{"on stream 0 with an origin", Server, 0, "https://a.example", true},
		{"on a stream without one", Server, 1, "", true},
		{"on stream 0 without one", Server, 0, "", false},
		{"on a stream with one", Server, 1, "https://a.example", false},
		{"of a client", Client, 0, "https://a.example", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := begun(t, Config{})
			s.send(test.from, AppendFrame(nil, TypeAltSvc, 0, test.stream, &AltSvcFrame{Origin: []byte(test.origin), FieldValue: []byte(`h3=":443"`)}))
			if got := len(s.events) == 2; got != test.want {
				t.Errorf("told %q", s.events)
			}
		})
	}
}

func TestAlternatives(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, FlagEndStream, append(get, "alt-svc", `h3=":1"`)...)) // no server's
	s.events = nil
	s.server(s.headers(Server, 1, 0, ":status", "200", "alt-svc", `h3=":443"`))
	s.server(AppendFrame(nil, TypeAltSvc, 0, 1, &AltSvcFrame{FieldValue: []byte(`h3=":443"`)}))
	s.want(
		`6 server #6 HEADERS 1 END_HEADERS {:status: 200, alt-svc: h3=":443"}`,
		`6 server alternative h3=":443"`,
		"7 server #7 ALTSVC 1",
	)
}

// A value that a gap made uncertain is not told as what the server advertises.
func TestAlternativeThatIsNotCertain(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, 0, get...))
	s.server(s.promise(1, 2, "alt-svc", `h3=":443"`)) // a request's: not advertised, but in the table
	s.conn.halves[Server].table.MissedBlocks()
	s.events = nil
	s.server(fragment(1, FlagEndHeaders, 0x88, 0x80|62))
	s.want(`7 server #7 HEADERS 1 END_HEADERS {:status: 200, alt-svc: h3=":443" (uncertain)}`)
}
