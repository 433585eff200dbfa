package exchange

import (
	"strings"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// URL is the address that the exchange is about, always an absolute one. Where
// the capture lacks a part of the request, known is false, and what is known of
// the connection stands for it: the server's address for :authority, and "/"
// for :path.
//
// A tunnel of CONNECT (RFC 9113, Section 8.5) has connect for its scheme, and a
// WebSocket (RFC 8441) wss or ws.
func (x *Exchange) URL() (url string, known bool) {
	if url, ok := fieldsURL(x.Stream.Request.Fields); ok {
		return url, true
	}
	m := &x.Stream.Request
	scheme, authority, path := string(m.Field(":scheme")), authority(m.Fields), string(m.Field(":path"))
	if scheme == "" {
		scheme = "http"
		if x.Conn.TLS.Seen() || x.Conn.Server.Port() == 443 {
			scheme = "https"
		}
	}
	if authority == "" {
		authority = x.Conn.Authority
	}
	if authority == "" {
		authority = x.Conn.Server.String()
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return scheme + "://" + authority + path, false
}

// fieldsURL is the address that a request's field section asks for.
func fieldsURL(fields []hpack.Field) (url string, ok bool) {
	method, scheme, path := value(fields, ":method"), value(fields, ":scheme"), value(fields, ":path")
	authority := authority(fields)
	switch {
	case method == "" || authority == "":
		return "", false
	case method == "CONNECT" && scheme == "" && path == "":
		return "connect://" + authority, true
	case scheme == "" || path == "":
		return "", false
	case value(fields, ":protocol") == "websocket":
		scheme = strings.Replace(scheme, "http", "ws", 1)
	}
	if path[0] != '/' { // "*" of OPTIONS
		path = "/" + path
	}
	return scheme + "://" + authority + path, true
}

// authority is :authority, or Host where there is none: RFC 9113, Section 8.3.1.
func authority(fields []hpack.Field) string {
	if a := value(fields, ":authority"); a != "" {
		return a
	}
	return value(fields, "host")
}

// begins reports whether a field section begins the message of a side: not one of
// an interim response, trailers, or what PUSH_PROMISE asks for itself.
func begins(from h2decode.Side, fields []hpack.Field) bool {
	if from == h2decode.Client {
		return value(fields, ":method") != ""
	}
	status := value(fields, ":status")
	return len(status) == 3 && status[0] != '1'
}

// value is the first value of a name, "" where there is none that is certain.
func value(fields []hpack.Field, name string) string {
	m := h2decode.Message{Fields: fields}
	return string(m.Field(name))
}

// Values are all values of a name that are certain, in their order.
func Values(fields []hpack.Field, name string) (all []string) {
	for i := range fields {
		if f := &fields[i]; string(f.Name) == name && f.Trust() == hpack.Exact {
			all = append(all, string(f.Value))
		}
	}
	return all
}

// Message is what a side sent on the stream.
func (x *Exchange) Message(side h2decode.Side) *h2decode.Message {
	if side == h2decode.Client {
		return &x.Stream.Request
	}
	return &x.Stream.Response
}

// Status is the final response's, 0 where none came, or none that is certain.
func (x *Exchange) Status() int {
	v := x.Stream.Response.Field(":status")
	if len(v) != 3 {
		return 0
	}
	code := 0
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0
		}
		code = 10*code + int(c-'0')
	}
	return code
}

// Tunnel reports whether what stands in DATA is no content of messages: the
// stream is a tunnel that the server opened (RFC 9110, Section 9.3.6).
func (x *Exchange) Tunnel() bool {
	connect := x.Stream.Kind == h2decode.KindConnect || x.Stream.Kind == h2decode.KindExtendedConnect
	return connect && x.Status()/100 == 2
}
