package tunnel

import (
	"bytes"

	"h2scope/h2decode"
)

// MaxHeld is how many octets of both sides are held until it is known what is
// spoken; each piece in which they come counts 128 more.
const MaxHeld = 256 << 10

// pieceSize is what a piece that is held counts beside its octets.
const pieceSize = 128

// undecided is why nothing is recognised behind MaxHeld.
const undecided = "the client's first octets tell no protocol"

// maxRequestLine is how long a request line of HTTP/1 may be: RFC 9112, Section 3
// asks for 8000 octets at least.
const maxRequestLine = 8 << 10

// An opening holds the first octets of both sides until those of the client tell
// what is spoken, and passes on what was held and all that follows.
type opening struct {
	// conclude is told the protocol, once, and gives what takes the octets; nil:
	// nobody does.
	conclude func(p Protocol, reason string) Handler

	decided bool
	next    Handler
	held    []arrival
	size    int    // of what is held, as MaxHeld counts it
	client  []byte // the first that the client sent
}

// An arrival is what came: octets, or a gap where there is one.
type arrival struct {
	chunk h2decode.Chunk
	gap   *h2decode.Gap
}

// Chunk takes octets.
func (o *opening) Chunk(c *h2decode.Chunk) {
	if o.decided {
		if o.next != nil {
			o.next.Chunk(c)
		}
		return
	}
	held := *c
	held.Data = bytes.Clone(c.Data)
	o.held = append(o.held, arrival{chunk: held})
	o.size += len(c.Data) + pieceSize
	if c.From == h2decode.Client {
		o.client = append(o.client, c.Data...)
		if p, sure := recognise(o.client); sure {
			o.decide(p, "")
			return
		}
	}
	if o.size > MaxHeld {
		o.decide(Octets, undecided)
	}
}

// Gap is told of octets that the capture lacks.
func (o *opening) Gap(g *h2decode.Gap) {
	switch {
	case !o.decided && g.From == h2decode.Client:
		o.decide(Octets, "the capture lacks the first octets of the client")
	case !o.decided:
		held := *g
		o.held = append(o.held, arrival{gap: &held})
		if o.size += pieceSize; o.size > MaxHeld {
			o.decide(Octets, undecided)
		}
	case o.next != nil:
		o.next.Gap(g)
	}
}

func (o *opening) finish() {
	switch {
	case o.decided || len(o.held) == 0:
	case len(o.client) == 0:
		o.decide(Octets, "only the server sent octets")
	default:
		o.decide(Octets, "it ended before its first octets told a protocol")
	}
}

// decide says what it is, and passes on what was held.
func (o *opening) decide(p Protocol, reason string) {
	held := o.held
	o.decided, o.held, o.client = true, nil, nil
	if o.next = o.conclude(p, reason); o.next == nil {
		return
	}
	for i := range held {
		if gap := held[i].gap; gap != nil {
			o.next.Gap(gap)
		} else {
			o.next.Chunk(&held[i].chunk)
		}
	}
}

// recognise tells a protocol by what the client sends first. It is not sure as
// long as more octets may tell.
func recognise(first []byte) (p Protocol, sure bool) {
	n := min(len(first), len(h2decode.Preface))
	switch {
	case string(first[:n]) == h2decode.Preface[:n]:
		return HTTP2, n == len(h2decode.Preface)
	case first[0] == 22:
		return clientHello(first)
	}
	return requestLine(first)
}

// clientHello recognises a TLS record that begins a handshake with a ClientHello
// (RFC 8446, Sections 4 and 5.1).
func clientHello(first []byte) (p Protocol, sure bool) {
	for i, fits := range [...]func(byte) bool{
		1: func(b byte) bool { return b == 3 },
		2: func(b byte) bool { return b <= 4 },
		3: func(b byte) bool { return b <= 1<<6 }, // a record has up to 2^14 octets
		5: func(b byte) bool { return b == 1 },
	} {
		switch {
		case i >= len(first):
			return TLS, false
		case fits != nil && !fits(first[i]):
			return Octets, true
		}
	}
	return TLS, true
}

// requestLine recognises a request line of HTTP/1 (RFC 9112, Section 3).
func requestLine(first []byte) (p Protocol, sure bool) {
	line, _, whole := bytes.Cut(first[:min(len(first), maxRequestLine)], []byte("\n"))
	method, rest, _ := bytes.Cut(line, []byte(" "))
	if len(method) == 0 || bytes.ContainsFunc(method, notUpper) || bytes.ContainsFunc(rest, notText) {
		return Octets, true
	}
	if !whole {
		return HTTP1, len(first) >= maxRequestLine
	}
	if version := bytes.TrimSuffix(rest[bytes.LastIndexByte(rest, ' ')+1:], []byte("\r")); !bytes.HasPrefix(version, []byte("HTTP/1.")) {
		return Octets, true
	}
	return HTTP1, true
}

// notUpper reports what stands in no method that is registered.
func notUpper(r rune) bool { return (r < 'A' || r > 'Z') && r != '-' }

// notText reports what cannot stand in a request line.
func notText(r rune) bool { return r < ' ' && r != '\r' || r == 0x7f }
