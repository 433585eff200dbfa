package content

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseCookies(t *testing.T) {
	for value, want := range map[string][]Cookie{
		"":                   nil,
		"a=1":                {{Name: "a", Value: "1"}},
		"a=1; b=2;c=3 ;; d=": {{Name: "a", Value: "1"}, {Name: "b", Value: "2"}, {Name: "c", Value: "3"}, {Name: "d"}},
		`q="quoted"; e=a=b`:  {{Name: "q", Value: `"quoted"`}, {Name: "e", Value: "a=b"}},
		"valueonly; =x":      {{Value: "valueonly"}, {Value: "x"}},
	} {
		if got := ParseCookies(value); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v", value, got)
		}
	}
	if n := len(ParseCookies(strings.Repeat("a=b;", 2*MaxCookies))); n != MaxCookies {
		t.Errorf("%d cookies", n)
	}
}

// RFC 6265, Section 5.2, and the attributes of its successor.
func TestParseSetCookie(t *testing.T) {
	expires := time.Date(2015, 10, 21, 7, 28, 0, 0, time.UTC)
	for _, test := range []struct {
		value string
		want  Cookie
	}{
		{"SID=31d4d96e407aad42", Cookie{Name: "SID", Value: "31d4d96e407aad42"}},
		{"SID=1; Path=/; Domain=example.com", Cookie{Name: "SID", Value: "1", Path: "/", Domain: "example.com"}},
		{"lang=en-US; Expires=Wed, 21 Oct 2015 07:28:00 GMT; httponly; SECURE; SameSite=lax",
			Cookie{Name: "lang", Value: "en-US", Expires: expires, HTTPOnly: true, Secure: true, SameSite: "Lax"}},
		{"a=b; Max-Age=0", Cookie{Name: "a", Value: "b", HasMaxAge: true}},
		{"a=b; max-age=-1; Max-Age=60", Cookie{Name: "a", Value: "b", MaxAge: 60, HasMaxAge: true}},
		{"a=b; max-age=soon; expires=never; samesite=Whatever", Cookie{Name: "a", Value: "b", SameSite: "Whatever"}},
		{"a=b; Partitioned; Priority=High;;", Cookie{Name: "a", Value: "b", Others: []string{"Partitioned", "Priority=High"}}},
		{" a = b ; path = /x", Cookie{Name: "a", Value: "b", Path: "/x"}},
		{"novalue; secure", Cookie{Value: "novalue", Secure: true}},
		{"", Cookie{}},
	} {
		if got := ParseSetCookie(test.value); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: %+v", test.value, got)
		}
	}
	if c := ParseSetCookie("a=b" + strings.Repeat("; x", 100)); len(c.Others) != maxOtherAttributes {
		t.Errorf("%d other attributes", len(c.Others))
	}
}

// RFC 6265, Section 5.1.1, and dates as servers have sent them.
func TestParseCookieDate(t *testing.T) {
	for value, want := range map[string]string{
		"Wed, 21 Oct 2015 07:28:00 GMT":     "2015-10-21T07:28:00.000Z",
		"Wednesday, 21-Oct-15 07:28:00 GMT": "2015-10-21T07:28:00.000Z",
		"Wed Oct 21 07:28:00 2015":          "2015-10-21T07:28:00.000Z",
		"21 october 2015 7:28:0":            "2015-10-21T07:28:00.000Z",
		"2015 Oct 21 07:28:00":              "2015-10-21T07:28:00.000Z",
		"Thu, 01-Jan-70 00:00:00 GMT":       "1970-01-01T00:00:00.000Z",
		"Fri, 31 Dec 69 23:59:59":           "2069-12-31T23:59:59.000Z",
		"29 Feb 2024 00:00:00":              "2024-02-29T00:00:00.000Z",
		"Thu, 1st Jan 9999 00:00:00x":       "9999-01-01T00:00:00.000Z",
		"29 Feb 2023 00:00:00":              "",
		"32 Jan 2023 00:00:00":              "",
		"1 Jan 1600 00:00:00":               "",
		"1 Jan 2020 24:00:00":               "",
		"1 Jan 2020 00:60:00":               "",
		"1 Jan 2020":                        "",
		"1 Foo 2020 00:00:00":               "",
		"1 Jan 00:00:00":                    "",
		"1 Jan 20200 00:00:00":              "",
		"00:00:00":                          "",
		"":                                  "",
	} {
		got := ""
		if at, ok := parseCookieDate(value); ok {
			got = ISO(at)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

// RFC 6265, Section 5.3: Max-Age goes before Expires.
func TestCookieEnds(t *testing.T) {
	received := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]string{
		"a=b":            "",
		"a=b; max-age=1": "2024-01-02T03:04:06.000Z",
		"a=b; expires=Wed, 21 Oct 2015 07:28:00 GMT":            "2015-10-21T07:28:00.000Z",
		"a=b; expires=Wed, 21 Oct 2015 07:28:00 GMT; max-age=0": "1970-01-01T00:00:00.000Z",
		"a=b; max-age=9223372036854775807":                      "2123-12-09T03:04:05.000Z",
		"a=b; max-age=-9223372036854775808":                     "1970-01-01T00:00:00.000Z",
	} {
		c := ParseSetCookie(value)
		got := ""
		if at, ok := c.Ends(received); ok {
			got = ISO(at)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

// Whatever the library can read of a cookie, it reads the same.
func FuzzCookies(f *testing.F) {
	f.Add("a=b; Path=/; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Max-Age=60; HttpOnly; Secure; SameSite=Strict")
	f.Add("a=1; b=\"2\"; c")
	f.Add("=;=;;=")
	f.Fuzz(func(t *testing.T, value string) {
		ParseCookies(value)
		c := ParseSetCookie(value)
		c.Ends(time.Unix(1e9, 0))
		library, err := http.ParseSetCookie(value)
		if err != nil || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
			return // the library takes any white space off
		}
		if c.Name != library.Name || c.HTTPOnly != library.HttpOnly || c.Secure != library.Secure {
			t.Fatalf("%+v, the library has %+v", c, library)
		}
	})
}
