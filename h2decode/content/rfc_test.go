package content

import (
	"strings"
	"testing"
)

// RFC 6265, Section 3.1: what a server sets, and what comes back.
func TestExamplesOfRFC6265(t *testing.T) {
	for _, test := range []struct {
		setCookie string
		want      Cookie
		cookie    string // the Cookie field that answers it
	}{
		{"SID=31d4d96e407aad42",
			Cookie{Name: "SID", Value: "31d4d96e407aad42"}, "SID=31d4d96e407aad42"},
		{"SID=31d4d96e407aad42; Path=/; Domain=example.com",
			Cookie{Name: "SID", Value: "31d4d96e407aad42", Path: "/", Domain: "example.com"}, "SID=31d4d96e407aad42"},
		{"SID=31d4d96e407aad42; Path=/; Secure; HttpOnly",
			Cookie{Name: "SID", Value: "31d4d96e407aad42", Path: "/", Secure: true, HTTPOnly: true}, "SID=31d4d96e407aad42"},
		{"lang=en-US; Path=/; Domain=example.com",
			Cookie{Name: "lang", Value: "en-US", Path: "/", Domain: "example.com"}, "lang=en-US"},
	} {
		got := ParseSetCookie(test.setCookie)
		if got.Name != test.want.Name || got.Value != test.want.Value || got.Path != test.want.Path ||
			got.Domain != test.want.Domain || got.Secure != test.want.Secure || got.HTTPOnly != test.want.HTTPOnly {
			t.Errorf("%q: %+v", test.setCookie, got)
		}
		if back := ParseCookies(test.cookie); len(back) != 1 || back[0].Name != got.Name || back[0].Value != got.Value {
			t.Errorf("%q: %+v", test.cookie, back)
		}
	}
	both := ParseCookies("SID=31d4d96e407aad42; lang=en-US")
	if len(both) != 2 || both[0].Name != "SID" || both[1].Value != "en-US" {
		t.Errorf("%+v", both)
	}
	gone := ParseSetCookie("lang=; Expires=Sun, 06 Nov 1994 08:49:37 GMT")
	if gone.Value != "" || ISO(gone.Expires) != "1994-11-06T08:49:37.000Z" {
		t.Errorf("%+v", gone)
	}
}

// RFC 2046, Section 5.1.1.
func TestExampleOfRFC2046(t *testing.T) {
	body := crlf(`This is the preamble.  It is to be ignored, though it
is a handy place for composition agents to include an
explanatory note to non-MIME conformant readers.

--simple boundary

This is implicitly typed plain US-ASCII text.
It does NOT end with a linebreak.
--simple boundary
Content-type: text/plain; charset=us-ascii

This is explicitly typed plain US-ASCII text.
It DOES end with a linebreak.

--simple boundary--

This is the epilogue.  It is also to be ignored.
`)
	m, ok := ParseMediaType(`multipart/mixed; boundary="simple boundary"`)
	boundary, _ := m.Parameter("boundary")
	parts, trouble := ParseMultipart(body, boundary)
	if !ok || len(parts) != 2 || trouble != "" {
		t.Fatalf("%d parts, %q", len(parts), trouble)
	}
	if first := string(parts[0].Data); len(parts[0].Header) != 0 || !strings.HasSuffix(first, "linebreak.") {
		t.Errorf("%q", first)
	}
	if second := string(parts[1].Data); parts[1].Field("content-type") == "" || !strings.HasSuffix(second, "linebreak.\r\n") {
		t.Errorf("%q", second)
	}
}

// RFC 7578, Section 4.2 leaves names in UTF-8; RFC 8187, Section 3.2.3 has another
// way, which some clients use.
func TestFileNamesOfForms(t *testing.T) {
	for disposition, want := range map[string]string{
		`form-data; name=f; filename=plain.txt`:                           "plain.txt",
		`form-data; name=f; filename="a b.txt"`:                           "a b.txt",
		`form-data; name=f; filename="naïve.txt"`:                         "naïve.txt",
		`form-data; name=f; filename="a;b=c.txt"`:                         "a;b=c.txt",
		`form-data; name=f; filename="%22quoted%22.txt"`:                  `"quoted".txt`,
		`form-data; name=f; filename="100%.txt"`:                          "100%.txt",
		`form-data; name=f; filename="../../etc/passwd"`:                  "../../etc/passwd", // as it was sent: who writes files makes it safe
		`form-data; name=f; filename="x"; filename*=UTF-8''%e2%82%ac.txt`: "€.txt",
		`form-data; name=f; filename*=UTF-8'en'%e2%82%ac.txt`:             "€.txt",
		`form-data; name=f; filename*=ISO-8859-1''caf%e9`:                 "café",
		`form-data; name=f; filename=x; filename*=broken`:                 "x",
	} {
		part := parsePart([]byte("Content-Disposition: " + disposition + "\r\n\r\n"))
		if p := part.param(); p.FileName != want || !p.IsFile || p.Name != "f" {
			t.Errorf("%s: %+v", disposition, p)
		}
	}
}
