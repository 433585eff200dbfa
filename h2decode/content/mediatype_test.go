package content

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseMediaType(t *testing.T) {
	for _, test := range []struct {
		value, essence, suffix string
		parameters             []Parameter
	}{
		{"text/html", "text/html", "", nil},
		{" Text/HTML ; Charset=\"utf-8\" ", "text/html", "", []Parameter{{"charset", "utf-8"}}},
		{"application/ld+json", "application/ld+json", "json", nil},
		{"image/svg+xml;charset=UTF-8", "image/svg+xml", "xml", []Parameter{{"charset", "UTF-8"}}},
		{`multipart/form-data; boundary="a \"b\" \\c"; x=y`, "multipart/form-data", "", []Parameter{{"boundary", `a "b" \c`}, {"x", "y"}}},
		{"text/plain;;; charset = us-ascii ;", "text/plain", "", []Parameter{{"charset", "us-ascii"}}},
		{"text/plain; charset", "text/plain", "", nil},
		{"text/plain; a=1; b c=2; d=3", "text/plain", "", []Parameter{{"a", "1"}}}, // up to the fault
		{`text/plain; a="never closed`, "text/plain", "", []Parameter{{"a", "never closed"}}},
		{"text/plain; empty=; b=2", "text/plain", "", []Parameter{{"empty", ""}, {"b", "2"}}},
	} {
		m, ok := ParseMediaType(test.value)
		if !ok || m.String() != test.essence || m.Suffix != test.suffix || !reflect.DeepEqual(m.Parameters, test.parameters) {
			t.Errorf("%q: %+v, %v", test.value, m, ok)
		}
	}
	for _, value := range []string{"", "html", "/", "text/", "/html", "te xt/html", "text/ht(ml", "*/", ";charset=utf-8"} {
		if m, ok := ParseMediaType(value); ok || m.String() != "" {
			t.Errorf("%q: %+v", value, m)
		}
	}
}

func TestIsTextByType(t *testing.T) {
	for value, want := range map[string]bool{
		"text/plain": true, "text/anything": true, "application/json": true, "application/problem+json": true,
		"application/javascript": true, "application/xml": true, "image/svg+xml": true, "application/x-www-form-urlencoded": true,
		"application/x-ndjson": true, "application/graphql": true, "application/yaml": true, "application/openapi+yaml": true,
		"image/png": false, "application/octet-stream": false, "application/grpc": false, "video/mp4": false,
		"multipart/form-data": false, "application/wasm": false, "": false,
	} {
		if m, _ := ParseMediaType(value); m.IsText() != want {
			t.Errorf("%q: %v", value, !want)
		}
	}
}

func TestIsJSON(t *testing.T) {
	for value, want := range map[string]bool{
		"application/json": true, "text/json": true, "application/vnd.api+json": true, "application/json-seq": true,
		"application/geo+json-seq": true, "application/x-ndjson": true, "image/json": false, "application/jsonp": false,
	} {
		if m, _ := ParseMediaType(value); m.IsJSON() != want {
			t.Errorf("%q: %v", value, !want)
		}
	}
}

// MIME Sniffing Standard, Section 3: binary data bytes.
func TestLooksLikeText(t *testing.T) {
	for body, want := range map[string]bool{
		"": false, "plain": true, "tab\tand\r\nlines\f": true, "\x1b[1mterminal\x1b[0m": true, "caf\xe9": true,
		"nul\x00": false, "\x89PNG\r\n\x1a\n": false, "\x0b": false,
		"\xff\xfeh\x00i\x00": true, "\xfe\xff\x00h": true, "\xef\xbb\xbf\x00": true,
		strings.Repeat("x", MaxSniff) + "\x00": true,
	} {
		if LooksLikeText([]byte(body)) != want {
			t.Errorf("%.20q: %v", body, !want)
		}
	}
}

func TestResourceType(t *testing.T) {
	for _, test := range []struct {
		resource Resource
		want     string
	}{
		// By Sec-Fetch-Dest.
		{Resource{Dest: "document", Mode: "navigate"}, "document"},
		{Resource{Dest: "iframe", ContentType: "application/pdf"}, "document"},
		{Resource{Dest: "style", ContentType: "text/plain"}, "stylesheet"},
		{Resource{Dest: "script"}, "script"},
		{Resource{Dest: "serviceworker"}, "script"},
		{Resource{Dest: "image", ContentType: "text/html"}, "image"}, // a 404 page is an image that failed
		{Resource{Dest: "font"}, "font"},
		{Resource{Dest: "video"}, "media"},
		{Resource{Dest: "track"}, "texttrack"},
		{Resource{Dest: "manifest"}, "manifest"},
		{Resource{Dest: "report"}, "csp-violation-report"},
		{Resource{Dest: "empty", ContentType: "text/html"}, "fetch"},
		{Resource{Dest: "empty", RequestedWith: "XMLHttpRequest"}, "xhr"},
		{Resource{Dest: "empty", Accept: "text/event-stream"}, "eventsource"},
		// By the exchange.
		{Resource{Protocol: "websocket", Method: "CONNECT"}, "websocket"},
		{Resource{Method: "OPTIONS", AskedMethod: "PUT", Dest: "empty"}, "preflight"},
		{Resource{Method: "OPTIONS"}, "other"},
		{Resource{Mode: "navigate"}, "document"},
		// By the response's type.
		{Resource{ContentType: "text/html; charset=utf-8"}, "document"},
		{Resource{ContentType: "application/xhtml+xml"}, "document"},
		{Resource{ContentType: "text/css"}, "stylesheet"},
		{Resource{ContentType: "application/x-javascript"}, "script"},
		{Resource{ContentType: "application/wasm"}, "script"},
		{Resource{ContentType: "image/webp"}, "image"},
		{Resource{ContentType: "font/woff2"}, "font"},
		{Resource{ContentType: "application/font-woff"}, "font"},
		{Resource{ContentType: "audio/ogg"}, "media"},
		{Resource{ContentType: "application/vnd.apple.mpegurl"}, "media"},
		{Resource{ContentType: "text/vtt"}, "texttrack"},
		{Resource{ContentType: "text/event-stream"}, "eventsource"},
		{Resource{ContentType: "application/manifest+json"}, "manifest"},
		{Resource{ContentType: "application/json"}, "fetch"},
		{Resource{ContentType: "application/grpc+proto"}, "fetch"},
		{Resource{ContentType: "application/json", RequestedWith: "xmlhttprequest"}, "xhr"},
		// By the path.
		{Resource{Path: "/a/b/logo.PNG?v=1.js"}, "image"},
		{Resource{Path: "/app.mjs", ContentType: "application/octet-stream"}, "script"},
		{Resource{Path: "/download", ContentType: "application/octet-stream"}, "other"},
		{Resource{}, "other"},
	} {
		if got := test.resource.Type(); got != test.want {
			t.Errorf("%+v: %s, want %s", test.resource, got, test.want)
		}
	}
}
