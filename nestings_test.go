package h2scope_test

import (
	"slices"
	"strings"
	"testing"

	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/hpack"
)

// A nesting is a capture of HTTP/2 that carries HTTP/2 in its DATA.
type nesting struct {
	name    string
	packets []capture.Packet
}

// nestings are a tunnel that CONNECT made, with a segment for each inner frame
// and with DATA frames of the greatest size, and a body that is a capture. The
// frames inside look like those outside in all but where they stand. Left out is
// the one that is known to be taken for what it carries: a large DATA frame whose
// octets are written in pieces that end where its inner frames end (docs/gaps.md).
func nestings(t testing.TB) (all []nesting) {
	for _, n := range []struct {
		name string
		size int // octets in a DATA frame
		cut  int // octets in a segment
	}{
		{"a tunnel in small frames", 0, 1400},
		{"a tunnel in large frames", 16384, 1400},
		{"a capture as a body", 5000, 1000},
	} {
		w := &wire{t: t}
		nest(w, n.size, n.cut)
		all = append(all, nesting{n.name, w.packets})
	}
	return all
}

// nest plays a connection whose stream 1 carries another.
func nest(w *wire, size, cut int) {
	link := w.connect(50000, 80)
	outer := newConversation()
	link.send(h2decode.Client, preface, outer.request(1, ":method", "CONNECT", ":authority", "b.example:80"))
	link.send(h2decode.Server, emptySettings, outer.answer(1, ":status", "200"))
	inner := newConversation()
	link.send(h2decode.Client, data(1, 0, preface))
	var body [][]byte // the inner server's frames
	body = append(body, emptySettings)
	for id := uint32(1); id < 160; id += 2 {
		ask := inner.request(id, ":method", "GET", ":scheme", "http", ":authority", "b.example", ":path", "/inner/"+strings.Repeat("x", int(id)))
		link.send(h2decode.Client, data(1, 0, ask))
		body = append(body, inner.answer(id, ":status", "200", "x-inner", strings.Repeat("y", int(id)%50)), data(id, h2decode.FlagEndStream, make([]byte, 150+int(id))))
	}
	carry(link, body, size, cut)
	for id := uint32(3); id < 60; id += 2 { // what comes behind is HTTP/2 itself
		link.send(h2decode.Client, outer.request(id, ":method", "GET", ":scheme", "http", ":authority", "a.example", ":path", "/outer/"+strings.Repeat("z", int(id))))
		link.send(h2decode.Server, outer.answer(id, ":status", "200", "x-outer", strings.Repeat("w", int(id))), data(id, h2decode.FlagEndStream, make([]byte, 100+3*int(id))))
	}
	link.close()
}

// carry sends the inner frames in DATA frames of a size, 0: each in its own, and
// in segments of so many octets.
func carry(link *link, body [][]byte, size, cut int) {
	var octets []byte
	if size == 0 {
		for _, frame := range body {
			octets = append(octets, data(1, 0, frame)...)
		}
	} else {
		for part := range slices.Chunk(slices.Concat(body...), size) {
			octets = append(octets, data(1, 0, part)...)
		}
	}
	for part := range slices.Chunk(octets, cut) {
		link.send(h2decode.Server, part)
	}
}

// A conversation encodes the fields of both sides of one connection.
type conversation struct{ encoder [2]*hpack.Encoder }

func newConversation() *conversation {
	return &conversation{[2]*hpack.Encoder{hpack.NewEncoder(4096), hpack.NewEncoder(4096)}}
}

func (c *conversation) request(stream uint32, fields ...string) []byte {
	flags := h2decode.FlagEndStream
	if fields[1] == "CONNECT" {
		flags = 0
	}
	return c.headers(h2decode.Client, stream, flags, fields)
}

func (c *conversation) answer(stream uint32, fields ...string) []byte {
	return c.headers(h2decode.Server, stream, 0, fields)
}

func (c *conversation) headers(from h2decode.Side, stream uint32, flags h2decode.Flags, fields []string) []byte {
	var block []byte
	for i := 0; i < len(fields); i += 2 {
		block = c.encoder[from].AppendField(block, fields[i], fields[i+1], hpack.Indexed)
	}
	return h2decode.AppendFrame(nil, h2decode.TypeHeaders, flags|endHeaders, stream, &h2decode.HeadersFrame{Fragment: block})
}

func data(stream uint32, flags h2decode.Flags, octets []byte) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeData, flags, stream, &h2decode.DataFrame{Data: octets})
}
