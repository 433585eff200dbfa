package h2scope_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/hpack"
)

// A nesting is a capture of HTTP/2 that carries HTTP/2 in its DATA. The frames
// inside look like those outside in all but where they stand.
type nesting struct {
	name    string
	packets []capture.Packet

	from h2decode.Side // who sends the DATA
	size int           // octets in a DATA frame; 0: each inner frame has its own
	// pieces cuts the octets that carry the inner frames into segments. frames
	// are their lengths.
	pieces func(octets []byte, frames []int) [][]byte
	busy   int     // outer requests, on streams that inner ones have, too, come before
	astir  float64 // the probability with which the other side speaks behind a piece
}

// nestings are tunnels that CONNECT made, and bodies that are captures: in frames
// of all sizes, and written in pieces of the path's size, in pieces that end where
// the frames inside end, and in pieces that do so mostly.
func nestings(t testing.TB) (all []nesting) {
	all = []nesting{
		{name: "a tunnel in small frames", size: 0, pieces: every(1400)},
		{name: "a tunnel in large frames", size: 16384, pieces: every(1400)},
		{name: "a capture as a body", size: 5000, pieces: every(1000)},
	}
	for _, from := range []h2decode.Side{h2decode.Server, h2decode.Client} {
		for _, among := range []struct {
			name  string
			busy  int
			astir float64
		}{{"", 0, 0}, {", others wait", 20, 0}, {", others go on", 10, 0.3}} {
			name := "a body from the " + from.String() + among.name
			base := nesting{from: from, busy: among.busy, astir: among.astir, size: 16384}
			for _, how := range []struct {
				name   string
				size   int
				pieces func([]byte, []int) [][]byte
			}{
				{"a piece for each frame", 16384, framewise(1, 0)},
				{"a piece for some frames", 16384, framewise(4, 0)},
				{"pieces that mostly end with a frame", 16384, framewise(2, 0.1)},
				{"in shorter DATA", 4000, framewise(2, 0)},
			} {
				n := base
				n.name, n.size, n.pieces = name+", "+how.name, how.size, how.pieces
				all = append(all, n)
			}
		}
	}
	for i := range all {
		n := &all[i]
		w := &wire{t: t}
		n.play(w)
		n.packets = w.packets
	}
	return all
}

// every cuts octets into pieces of a size.
func every(size int) func([]byte, []int) [][]byte {
	return func(octets []byte, _ []int) (pieces [][]byte) { return slices.Collect(slices.Chunk(octets, size)) }
}

// framewise cuts octets behind up to so many inner frames, and somewhere in the
// next with a probability.
func framewise(most int, astray float64) func([]byte, []int) [][]byte {
	r := rand.New(rand.NewPCG(uint64(most), 0))
	return func(octets []byte, frames []int) (pieces [][]byte) {
		for len(frames) > 0 {
			n := 0
			for range min(len(frames), 1+r.IntN(most)) {
				n, frames = n+frames[0], frames[1:]
			}
			if len(frames) > 0 && r.Float64() < astray {
				part := r.IntN(frames[0])
				n += part
				frames[0] -= part
			}
			pieces, octets = append(pieces, octets[:n]), octets[n:]
		}
		return pieces
	}
}

// play plays a connection whose stream 1 carries another.
func (n *nesting) play(w *wire) {
	link := w.connect(50000, 80)
	o := &others{link: link, fields: newConversation(), next: [2]uint32{3, 3}}
	link.send(h2decode.Client, preface, o.fields.request(1, ":method", "CONNECT", ":authority", "b.example:80"))
	link.send(h2decode.Server, emptySettings, o.fields.answer(1, ":status", "200"))
	for range n.busy {
		o.speak(h2decode.Client)
	}
	asked, answered := innerFrames()
	if n.from == h2decode.Client {
		n.carry(o, asked)
	} else {
		for _, frame := range asked {
			link.send(h2decode.Client, data(1, 0, frame))
		}
		n.carry(o, answered)
	}
	for o.speak(h2decode.Client) || o.speak(h2decode.Server) { // what comes behind is HTTP/2 itself
		o.speak(h2decode.Server)
	}
	link.close()
}

// others are the exchanges on streams 3 to 59, beside that which carries another
// connection.
type others struct {
	link   *link
	fields *conversation
	next   [2]uint32 // by side: the stream that it sends on next
}

// speak lets a side ask, or answer, on its next stream. It reports whether there
// was one.
func (o *others) speak(side h2decode.Side) bool {
	id := o.next[side]
	switch {
	case side == h2decode.Client && id < 60:
		o.link.send(side, o.fields.request(id, ":method", "GET", ":scheme", "http", ":authority", "a.example", ":path", "/outer/"+strings.Repeat("z", int(id))))
	case side == h2decode.Server && id < o.next[h2decode.Client]:
		o.link.send(side, o.fields.answer(id, ":status", "200", "x-outer", strings.Repeat("w", int(id))), data(id, h2decode.FlagEndStream, make([]byte, 100+3*int(id))))
	default:
		return false
	}
	o.next[side] += 2
	return true
}

// innerFrames are what both sides of the connection inside say.
func innerFrames() (asked, answered [][]byte) {
	c := newConversation()
	asked, answered = append(asked, preface), append(answered, emptySettings)
	for id := uint32(1); id < 160; id += 2 {
		asked = append(asked, c.request(id, ":method", "GET", ":scheme", "http", ":authority", "b.example", ":path", "/inner/"+strings.Repeat("x", int(id))))
		answered = append(answered,
			c.answer(id, ":status", "200", "x-inner", strings.Repeat("y", int(id)%50)),
			data(id, h2decode.FlagEndStream, make([]byte, 150+int(id))))
	}
	return asked, answered
}

// carry sends the inner frames in DATA frames. The header of a DATA frame is in
// the segment of what comes behind it.
func (n *nesting) carry(o *others, body [][]byte) {
	var octets []byte
	var ends []int
	if n.size == 0 {
		for _, frame := range body {
			octets = append(octets, data(1, 0, frame)...)
			ends = append(ends, len(octets))
		}
	} else {
		rest := slices.Concat(body...)
		at, next := 0, 0 // in the inner octets
		for len(rest) > 0 {
			part := rest[:min(n.size, len(rest))]
			rest = rest[len(part):]
			before := len(octets) - at
			octets = append(octets, data(1, 0, part)...)
			for at += len(part); len(body) > 0 && next+len(body[0]) <= at; body = body[1:] {
				next += len(body[0])
				ends = append(ends, before+h2decode.HeaderLength+next)
			}
		}
	}
	frames := make([]int, len(ends))
	for i := range ends {
		frames[i] = ends[i]
		if i > 0 {
			frames[i] -= ends[i-1]
		}
	}
	r := rand.New(rand.NewPCG(0, uint64(len(octets))))
	for _, part := range n.pieces(octets, frames) {
		o.link.send(n.from, part)
		if r.Float64() < n.astir {
			o.speak(n.from.Other())
		}
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
