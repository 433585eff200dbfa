package selftest

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"

	"h2scope/samples/endpoint"
)

// exchanges compares the streams with what net/http's client sent and got.
func (c *comparison) exchanges(o *observation, all []*exchange) {
	if got, want := len(o.streams), len(all); got != want {
		c.differ("%d streams; there were %d requests", got, want)
	}
	for _, x := range all {
		i := slices.IndexFunc(o.streams, func(s stream) bool { return value(s.request, ":path") == x.path })
		if i < 0 {
			c.differ("%s %s: no stream has that path", x.method, x.path)
			continue
		}
		c.exchange(o, &o.streams[i], x)
	}
}

func (c *comparison) exchange(o *observation, s *stream, x *exchange) {
	where := x.method + " " + x.path
	if !s.closed {
		c.differ("%s: the stream is not closed; it came to its end", where)
	}
	c.request(where, s, x)
	c.same(where+": status", value(s.response, ":status"), strconv.Itoa(x.status))
	c.lines(where+": response", s.response, x.fields)
	c.lines(where+": trailers", s.trailers, x.trailers)
	var interim []int
	for _, section := range s.interim {
		code, _ := strconv.Atoi(value(section, ":status"))
		interim = append(interim, code)
	}
	if !slices.Equal(interim, x.interim) {
		c.differ("%s: interim responses %v; the client got %v", where, interim, x.interim)
	}
	c.body(o, endpoint.Body{Stream: s.id, From: endpoint.Server, SHA256: x.body})
	c.body(o, endpoint.Body{Stream: s.id, From: endpoint.Client, SHA256: sha256.Sum256(x.send)})
}

// request compares what is known of the request: net/http's client adds fields of
// its own.
func (c *comparison) request(where string, s *stream, x *exchange) {
	c.same(where+": method", value(s.request, ":method"), x.method)
	c.same(where+": user-agent", value(s.request, "user-agent"), "h2scope-selftest")
	for _, line := range x.want {
		name, want, _ := strings.Cut(line, ": ")
		c.same(where+": "+name, value(s.request, name), want)
	}
}

func (c *comparison) same(what, got, want string) {
	if got != want {
		c.differ("%s is %q; it was %q", what, got, want)
	}
	c.Fields++
}

// lines compares all regular fields of a section but Trailer, which net/http
// keeps for itself.
func (c *comparison) lines(what string, got []field, want []string) {
	var have []string
	for _, f := range got {
		if f.doubt != "" {
			c.differ("%s: %v", what, f)
		}
		if !strings.HasPrefix(f.name, ":") && f.name != "trailer" {
			have = append(have, f.name+": "+f.value)
		}
	}
	slices.Sort(have)
	if !slices.Equal(have, want) {
		c.differ("%s has the fields %q; the client got %q", what, have, want)
	}
	c.Fields += len(have)
}

// value is the first value of a name, "" where there is none.
func value(section []field, name string) string {
	for _, f := range section {
		if f.name == name {
			return f.value
		}
	}
	return ""
}
