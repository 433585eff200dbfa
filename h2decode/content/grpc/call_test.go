package grpc

import (
	"math"
	"testing"
	"time"

	"h2scope/hpack"
)

func TestParseFormat(t *testing.T) {
	for value, want := range map[string]Format{
		"application/grpc":                    {Codec: "proto"},
		"application/grpc+proto":              {Codec: "proto"},
		"application/grpc+json; charset=utf8": {Codec: "json"},
		"application/grpc-web":                {Web: true, Codec: "proto"},
		"Application/gRPC-web+thrift":         {Web: true, Codec: "thrift"},
		"application/grpc-web-text+proto":     {Web: true, Text: true, Codec: "proto"},
	} {
		if got, ok := ParseFormat(value); !ok || got != want {
			t.Errorf("%q: %+v, %v", value, got, ok)
		}
	}
	for _, value := range []string{"", "application/json", "application/grpcx", "text/grpc", "application/grpc-weird"} {
		if got, ok := ParseFormat(value); ok {
			t.Errorf("%q: %+v", value, got)
		}
	}
}

func TestSplitPath(t *testing.T) {
	for path, want := range map[string][2]string{
		"/grpc.testing.TestService/UnaryCall": {"grpc.testing.TestService", "UnaryCall"},
		"/S/M?x=y":                            {"S", "M"},
		"/prefix/pkg.S/M":                     {"prefix/pkg.S", "M"},
		"/":                                   {}, "": {}, "/S/": {}, "//M": {}, "S/M": {}, "/M": {}, "*": {},
	} {
		service, method, ok := SplitPath(path)
		if got := [2]string{service, method}; got != want || ok != (want[1] != "") {
			t.Errorf("%q: %q, %v", path, got, ok)
		}
	}
}

// PROTOCOL-HTTP2.md: TimeoutValue is of at most 8 digits.
func TestParseTimeout(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"150m": 150 * time.Millisecond, "1H": time.Hour, "2M": 2 * time.Minute, "3S": 3 * time.Second,
		"99999999u": 99999999 * time.Microsecond, "0n": 0, "99999999H": math.MaxInt64, "2562047H": 2562047 * time.Hour,
	} {
		if got, ok := ParseTimeout(value); !ok || got != want {
			t.Errorf("%q: %v, %v", value, got, ok)
		}
	}
	for _, value := range []string{"", "m", "1", "1h", "-1S", "+1S", "100000000m", "1.5S", " 1S"} {
		if got, ok := ParseTimeout(value); ok {
			t.Errorf("%q: %v", value, got)
		}
	}
}

func fields(pairs ...string) []hpack.Field {
	var list []hpack.Field
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, hpack.Field{Name: []byte(pairs[i]), Value: []byte(pairs[i+1])})
	}
	return list
}

func TestFindStatus(t *testing.T) {
	doubtful := fields("grpc-status", "0")
	doubtful[0].ValueTrust = hpack.Uncertain
	for _, test := range []struct {
		name             string
		trailers, header []hpack.Field
		found            bool
		code, message    string
	}{
		{"trailers", fields("grpc-status", "0", "grpc-message", ""), fields(":status", "200"), true, "OK", ""},
		{"Trailers-Only", nil, fields(":status", "200", "grpc-status", "5", "grpc-message", "no%20such%20caf%C3%A9%"), true, "NOT_FOUND", "no such café%"},
		{"a code without a name", fields("grpc-status", "99"), nil, true, "CODE(99)", ""},
		{"the largest name", fields("grpc-status", "16"), nil, true, "UNAUTHENTICATED", ""},
		{"no status", fields("x", "y"), fields(":status", "502"), false, "OK", ""},
		{"no number", fields("grpc-status", "fine"), nil, false, "OK", ""},
		{"not certain", doubtful, nil, false, "OK", ""},
	} {
		s, ok := FindStatus(test.trailers, test.header)
		if ok != test.found || s.Code.String() != test.code || s.Message != test.message {
			t.Errorf("%s: %+v, %v", test.name, s, ok)
		}
	}
	s, _ := FindStatus(fields("grpc-status", "3", "grpc-status-details-bin", "CAMSAmhp"), nil)
	if string(s.Details) != "\x08\x03\x12\x02hi" {
		t.Errorf("%x", s.Details)
	}
}

func TestDecodeBinary(t *testing.T) {
	for value, want := range map[string]string{"": "", "YQ": "a", "YQ==": "a", "YWI=": "ab", "CQgHAA": "\x09\x08\x07\x00"} {
		if got, ok := DecodeBinary(value); !ok || string(got) != want {
			t.Errorf("%q: %x, %v", value, got, ok)
		}
	}
	if _, ok := DecodeBinary("no base64!"); ok {
		t.Error("that is no base64")
	}
}

func TestParseTrailers(t *testing.T) {
	got := ParseTrailers([]byte("grpc-status: 5\r\nGrpc-Message:not%20found\r\nno field\r\nx:\n"))
	if len(got) != 3 || string(got[1].Name) != "grpc-message" || string(got[1].Value) != "not%20found" || string(got[2].Name) != "x" {
		t.Fatalf("%+v", got)
	}
	if s, ok := FindStatus(got, nil); !ok || s.Code != 5 || s.Message != "not found" {
		t.Errorf("%+v", s)
	}
}
