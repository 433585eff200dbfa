package grpc

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode/content"
)

// grpc/doc/statuscodes.md.
func TestNamesOfCodes(t *testing.T) {
	for code, want := range map[Code]string{
		0:          "OK",
		1:          "CANCELLED",
		2:          "UNKNOWN",
		3:          "INVALID_ARGUMENT",
		4:          "DEADLINE_EXCEEDED",
		5:          "NOT_FOUND",
		6:          "ALREADY_EXISTS",
		7:          "PERMISSION_DENIED",
		8:          "RESOURCE_EXHAUSTED",
		9:          "FAILED_PRECONDITION",
		10:         "ABORTED",
		11:         "OUT_OF_RANGE",
		12:         "UNIMPLEMENTED",
		13:         "INTERNAL",
		14:         "UNAVAILABLE",
		15:         "DATA_LOSS",
		16:         "UNAUTHENTICATED",
		17:         "CODE(17)",
		4294967295: "CODE(4294967295)",
	} {
		if got := code.String(); got != want {
			t.Errorf("%d: %s, want %s", uint32(code), got, want)
		}
	}
}

// PROTOCOL-HTTP2.md, "Status-Message": percent-encoded UTF-8, and what is not to
// be thrown away when it is broken.
func TestMessagesOfStatus(t *testing.T) {
	for value, want := range map[string]string{
		"plain":               "plain",
		"a%20b":               "a b",
		"caf%C3%A9":           "café",
		"%E2%82%ac":           "€",
		"100%":                "100%",
		"100%2":               "100%2",
		"%%41":                "%A",
		"%zz":                 "%zz",
		"a+b":                 "a+b",
		"line%0Aline%0d":      "line\nline\r",
		"":                    "",
		"not encoded: \t é":   "not encoded: \t é",
		"%00 is an octet too": "\x00 is an octet too",
	} {
		s, ok := FindStatus(fields("grpc-status", "2", "grpc-message", value), nil)
		if !ok || s.Message != want {
			t.Errorf("%q: %q, want %q", value, s.Message, want)
		}
	}
}

// The trailers go before the header section, and their first field counts.
func TestStatusOfSeveral(t *testing.T) {
	s, ok := FindStatus(fields("grpc-status", "1", "grpc-status", "2"), fields("grpc-status", "3"))
	if !ok || s.Code != 1 {
		t.Errorf("%+v", s)
	}
	s, ok = FindStatus(fields("grpc-status", "broken", "grpc-message", "m"), fields("grpc-status", "3", "grpc-message", "header"))
	if !ok || s.Code != 3 || s.Message != "header" {
		t.Errorf("%+v", s)
	}
	for _, value := range []string{"", "-1", "4294967296", "1.0", " 1", "0x1"} {
		if s, ok := FindStatus(fields("grpc-status", value), nil); ok {
			t.Errorf("%q: %+v", value, s)
		}
	}
}

func TestTrailersAreLimited(t *testing.T) {
	if n := len(ParseTrailers([]byte(strings.Repeat("a:b\n", 2*maxTrailers)))); n != maxTrailers {
		t.Errorf("%d trailers", n)
	}
}

// A whole grpc-web call: messages, and the status in the content.
func TestCallOfGRPCWeb(t *testing.T) {
	format, ok := ParseFormat("application/grpc-web+proto")
	if !ok || !format.Web || format.Text {
		t.Fatalf("%+v", format)
	}
	var messages []string
	var status Status
	s := NewSplitter(Config{Format: format, Encoding: "gzip", MaxMessage: 1000}, func(m *Message) {
		if m.Trailers {
			status, ok = FindStatus(ParseTrailers(m.Data), nil)
			return
		}
		messages = append(messages, string(m.Data))
	})
	trailers := "grpc-status:7\r\ngrpc-message:not%20for%20you\r\n"
	s.Write(1, slices.Concat(frame(0, "one"), frame(1, gzipped("two")), frame(0x81, gzipped(trailers))))
	s.Close(1)
	if !slices.Equal(messages, []string{"one", "two"}) || !ok || fmt.Sprint(status.Code, " ", status.Message) != "PERMISSION_DENIED not for you" {
		t.Errorf("%q %+v", messages, status)
	}
}

// The same escapes as in forms, but for the plus sign.
func TestPercentDecodingIsThatOfThePackageAbove(t *testing.T) {
	if got := content.PercentDecode("%41+%42%"); got != "A+B%" {
		t.Errorf("%q", got)
	}
}
