package grpc

import (
	"fmt"
	"strconv"
	"strings"

	"h2scope/h2decode/content"
	"h2scope/hpack"
)

// A Code is a status code of gRPC.
type Code uint32

// codeNames are the names of the codes 0 to 16: grpc/doc/statuscodes.md.
var codeNames = [...]string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
	"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
	"INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

// String is the code's name, or its number where it has none.
func (c Code) String() string {
	if int64(c) < int64(len(codeNames)) {
		return codeNames[c]
	}
	return fmt.Sprintf("CODE(%d)", uint32(c))
}

// A Status is how a call ended.
type Status struct {
	Code Code
	// Message is grpc-message without its percent-encoding.
	Message string
	// Details are the octets of grpc-status-details-bin, a google.rpc.Status, or
	// nil.
	Details []byte
}

// FindStatus reads the status from the trailers, or from the header section where
// the call has no other (Trailers-Only). It reports false where there is none, or
// none that is certain: the call was cut, or the server is no gRPC server.
func FindStatus(trailers, header []hpack.Field) (Status, bool) {
	for _, section := range [...][]hpack.Field{trailers, header} {
		code, ok := field(section, "grpc-status")
		n, err := strconv.ParseUint(code, 10, 32)
		if !ok || err != nil {
			continue
		}
		s := Status{Code: Code(n)}
		message, _ := field(section, "grpc-message")
		s.Message = content.PercentDecode(message)
		if details, ok := field(section, "grpc-status-details-bin"); ok {
			s.Details, _ = DecodeBinary(details)
		}
		return s, true
	}
	return Status{}, false
}

// field is the value of the first field of that name. What is not certain is not
// believed.
func field(section []hpack.Field, name string) (string, bool) {
	for i := range section {
		if f := &section[i]; f.Trust() == hpack.Exact && string(f.Name) == name {
			return string(f.Value), true
		}
	}
	return "", false
}

// ParseTrailers reads the trailers that grpc-web has in the content: lines as
// HTTP/1.1 has them. Names come in lower case. What is no field is left out.
func ParseTrailers(octets []byte) []hpack.Field {
	var fields []hpack.Field
	for line := range strings.SplitSeq(string(octets), "\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok || len(fields) == maxTrailers {
			continue
		}
		fields = append(fields, hpack.Field{
			Name:           []byte(strings.ToLower(strings.Trim(name, " \t\r"))),
			Value:          []byte(strings.Trim(value, " \t\r")),
			Representation: hpack.WithoutIndexing,
		})
	}
	return fields
}

// maxTrailers is how many trailers of grpc-web are kept.
const maxTrailers = 1000
