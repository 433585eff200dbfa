package grpc

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"time"

	"h2scope/h2decode/content"
)

// A Format is how messages stand in the content.
type Format struct {
	// Web says that the call is grpc-web, where trailers stand in the content.
	Web bool
	// Text says that the content is grpc-web in base64.
	Text bool
	// Codec is what messages are encoded as: "proto" unless the type has another
	// behind a plus sign.
	Codec string
}

// ParseFormat reads the value of Content-Type. It reports false where the
// exchange is no gRPC call.
func ParseFormat(contentType string) (Format, bool) {
	m, _ := content.ParseMediaType(contentType)
	f := Format{Codec: "proto"}
	subtype, codec, ok := strings.Cut(m.Subtype, "+")
	if ok {
		f.Codec = codec
	}
	switch subtype {
	case "grpc":
	case "grpc-web":
		f.Web = true
	case "grpc-web-text":
		f.Web, f.Text = true, true
	default:
		return Format{}, false
	}
	return f, m.Type == "application"
}

// SplitPath cuts :path in the service with its package and the method:
// "/grpc.testing.TestService/UnaryCall". It reports false for another form.
func SplitPath(path string) (service, method string, ok bool) {
	path, _, _ = strings.Cut(path, "?")
	i := strings.LastIndexByte(path, '/')
	if i < 2 || path[0] != '/' || i == len(path)-1 {
		return "", "", false
	}
	return path[1:i], path[i+1:], true
}

// ParseTimeout reads the value of grpc-timeout: up to eight digits and a unit. A
// timeout that is longer than a Duration can tell is the longest Duration.
func ParseTimeout(value string) (time.Duration, bool) {
	if len(value) < 2 || len(value) > 9 {
		return 0, false
	}
	unit, ok := timeoutUnits[value[len(value)-1]]
	n, err := strconv.ParseUint(value[:len(value)-1], 10, 32)
	if !ok || err != nil {
		return 0, false
	}
	if time.Duration(n) > math.MaxInt64/unit {
		return math.MaxInt64, true
	}
	return time.Duration(n) * unit, true
}

var timeoutUnits = map[byte]time.Duration{
	'H': time.Hour, 'M': time.Minute, 'S': time.Second,
	'm': time.Millisecond, 'u': time.Microsecond, 'n': time.Nanosecond,
}

// DecodeBinary reads the value of metadata whose name ends in "-bin": base64,
// with its padding or without. It reports false for anything else. Several values
// joined by commas are to be cut first.
func DecodeBinary(value string) ([]byte, bool) {
	octets, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(value, "="))
	return octets, err == nil
}
