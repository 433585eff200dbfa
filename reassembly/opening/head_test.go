package opening

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestReadHead(t *testing.T) {
	for _, test := range []struct{ in, head, rest string }{
		{"a\r\nb: c\r\n\r\nbody", "a\r\nb: c\r\n\r\n", "body"},
		{"a\nb: c\n\nbody", "a\nb: c\n\n", "body"},
		{"a\r\n\nbody", "a\r\n\n", "body"},
		{"\r\n\n\r\na\r\n\r\n", "a\r\n\r\n", ""},
		{"a\r\n \r\n\r\n", "a\r\n \r\n\r\n", ""},
		{"a\r\n\r", "", ""},
		{"a\r\n", "", ""},
		{"a\rb", "", ""},
		{"\r\n\r\n", "", ""},
	} {
		for size := 1; size <= len(test.in); size++ {
			s, head, at := newStream(), "", 0
			for at < len(test.in) && head == "" {
				n := min(size, len(test.in)-at)
				s.push(chunkAt(uint64(at), 1, test.in[at:at+n]), uint64(at+1))
				at += n
				head = string(s.readHead())
				s.keep()
			}
			rest := strings.TrimPrefix(string(s.octets()), head) + test.in[at:]
			if head != test.head || head != "" && rest != test.rest {
				t.Errorf("%q by %d: %q, rest %q", test.in, size, head, rest)
			}
		}
	}
}

func TestSplitRequestLine(t *testing.T) {
	for _, test := range []struct{ line, method, target, version string }{
		{"GET / HTTP/1.1\r", "GET", "/", "HTTP/1.1"},
		{"GET \t /a b\t HTTP/1.1 \r", "GET", "/a b", "HTTP/1.1"},
		{"OPTIONS * HTTP/1.0", "OPTIONS", "*", "HTTP/1.0"},
		{"GET HTTP/1.1", "GET", "", "HTTP/1.1"},
		{"GET", "GET", "", ""},
		{"", "", "", ""},
	} {
		m, target, v := splitRequestLine([]byte(test.line))
		if string(m) != test.method || string(target) != test.target || string(v) != test.version {
			t.Errorf("%q: %q %q %q", test.line, m, target, v)
		}
	}
}

func TestStatusCode(t *testing.T) {
	for line, want := range map[string]int{
		"HTTP/1.1 200 OK\r":     200,
		"HTTP/1.0  404 No\r":    404,
		"HTTP/1.1 101\r":        101,
		"HTTP/1.1 204":          204,
		"HTTP/1.1 2000 OK\r":    0,
		"HTTP/1.1 20\r":         0,
		"HTTP/1.1 099 x":        0,
		"HTTP/1.1 -10 x":        0,
		"HTTP/2.0 200 OK\r":     0,
		"HTTP/1.1200 OK\r":      0,
		"HTTP/1.10 200 OK\r":    0,
		"HTTP/1.1\xff200 OK\r ": 0,
		"":                      0,
	} {
		if code, ok := statusCode([]byte(line)); ok != (want != 0) || ok && code != want {
			t.Errorf("%q: %d %v, want %d", line, code, ok, want)
		}
	}
}

func TestCopyFields(t *testing.T) {
	head := "GET / HTTP/1.1\r\nA: 1\r\nb:2\nC :\t3 \r\nD:\r\n no\r\n\tyes \r\nnothing\r\nE: f:g\r\n: h\r\n\r\n"
	want := []Field{{"A", "1"}, {"b", "2"}, {"C", "3"}, {"D", "no yes"}, {"E", "f:g"}, {"", "h"}}
	if got := copyFields([]byte(head)); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestReadFields(t *testing.T) {
	for _, test := range []struct {
		fields string
		want   headInfo
	}{
		{"", headInfo{}},
		{"Content-Length: 12", headInfo{length: 12, hasLength: true}},
		{"content-length: 0", headInfo{hasLength: true}},
		{"Content-Length: 12, 12", headInfo{length: 12, hasLength: true}},
		{"Content-Length: 12\r\nContent-Length: 13", headInfo{length: 12, hasLength: true, invalid: true}},
		{"Content-Length: 0x12", headInfo{invalid: true}},
		{"Content-Length: 9223372036854775808", headInfo{invalid: true}},
		{"Content-Length:", headInfo{invalid: true}},
		{"Transfer-Encoding: chunked", headInfo{coded: true, chunked: true}},
		{"Transfer-Encoding: gzip,\r\n Chunked", headInfo{coded: true, chunked: true}},
		{"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", headInfo{coded: true, chunked: true}},
		{"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", headInfo{coded: true}},
		{"Transfer-Encoding: xchunked", headInfo{coded: true}},
		{"Upgrade: websocket", headInfo{upgrade: true}},
		{"Upgrade: foo, H2C\r\nUpgrade: bar", headInfo{upgrade: true, h2c: true}},
		{"Upgrade: h2c/1", headInfo{upgrade: true}},
		{"X-Upgrade: h2c", headInfo{}},
	} {
		if got := readFields([]byte("GET / HTTP/1.1\r\n" + test.fields + "\r\n\r\n")); got != test.want {
			t.Errorf("%q: %+v, want %+v", test.fields, got, test.want)
		}
	}
}

// TestNewUpgrade: RFC 7540, Section 3.2.1, wants exactly one HTTP2-Settings, in
// base64url without padding.
func TestNewUpgrade(t *testing.T) {
	for _, test := range []struct {
		target, fields  string
		authority, path string
		settings        string // in hexadecimal, "none" without
	}{
		{"/a", "Host: h\r\nHTTP2-Settings: AAMAAABkAAQAAP__", "h", "/a", "00030000006400040000ffff"},
		{"/a", "Host: h\r\nHTTP2-Settings: AAMAAABkAAQAAP__==", "h", "/a", "00030000006400040000ffff"},
		{"/a", "Host: h\r\nHTTP2-Settings:", "h", "/a", ""},
		{"/a", "Host: h", "h", "/a", "none"},
		{"/a", "HTTP2-Settings: AAMAAABk\r\nhttp2-settings: AAMAAABk", "", "/a", "none"},
		{"/a", "HTTP2-Settings: AAMAAAB", "", "/a", "none"},
		{"/a", "HTTP2-Settings: AAMA+//k", "", "/a", "none"},
		{"/a", "Host: one\r\nHost: two\r\nHTTP2-Settings:", "one", "/a", ""},
		{"http://x:80/b?c", "Host: h\r\nHTTP2-Settings:", "x:80", "/b?c", ""},
		{"http://x", "Host: h\r\nHTTP2-Settings:", "x", "/", ""},
		{"*", "Host: h\r\nHTTP2-Settings:", "h", "*", ""},
		{"//x/b", "Host: h\r\nHTTP2-Settings:", "h", "//x/b", ""},
	} {
		head := "GET x HTTP/1.1\r\n" + test.fields + "\r\n\r\n"
		u := newUpgrade([]byte(head), []byte("GET"), []byte(test.target), []byte("HTTP/1.1"))
		settings := "none"
		if u.SettingsValid {
			settings = fmt.Sprintf("%x", u.Settings)
		}
		if u.Target != test.target || u.Authority != test.authority || u.Path != test.path || settings != test.settings {
			t.Errorf("%q %q: %+v", test.target, test.fields, u)
		}
	}
}
