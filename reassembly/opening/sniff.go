package opening

import (
	"bytes"

	"h2scope/reassembly"
)

// preface is the client's half of the connection preface (RFC 9113, Section
// 3.4).
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// A match says how octets fit what is looked for.
type match uint8

const (
	no      match = iota // they are something else
	more                 // they may be it: more are needed
	yes                  // they are it
	refused              // they are it, and the answer to it was no
)

// sniff looks at what stands first in each half that may be the client's, and
// says whether there is more to do.
func (o *Opening) sniff() bool {
	waiting := false
	for h := range reassembly.Half(2) {
		m := o.sniffHalf(h)
		switch {
		case m == yes:
			return !o.final
		case m == more:
			waiting = true
		case o.cfg.Force && o.half[h].spoken && !o.prefaced:
			o.force()
			return false
		}
	}
	switch {
	case o.cfg.Midstream && o.sniffRecords():
		o.decide(TLS)
	case !waiting && !o.cfg.Midstream && !o.settleKnown() && o.search == nil:
		o.decide(Other)
	}
	return false
}

// force decides for HTTP/2 without evidence.
func (o *Opening) force() {
	o.result.Joined = o.cfg.Midstream
	o.decide(HTTP2)
}

// sniffRecords reports whether TLS records stand in the middle of a half's
// octets: a connection is seldom joined where a record begins.
func (o *Opening) sniffRecords() bool {
	return hasRecords(o.half[0].octets()) || hasRecords(o.half[1].octets())
}

// hasRecords looks for the header of a record with another behind the record.
func hasRecords(b []byte) bool {
	for i := 0; i+recordHeaderSize <= len(b); i++ {
		n := bytes.IndexByte(b[i:], 3) // the version's first octet, behind the type
		if n < 0 {
			return false
		}
		if i += n; i == 0 {
			continue
		}
		if end, ok := recordAt(b, i-1); ok {
			if _, ok := recordAt(b, end); ok {
				return true
			}
		}
	}
	return false
}

// recordAt reads the header of a record at i, and says where the record ends.
func recordAt(b []byte, i int) (end int, ok bool) {
	if i+recordHeaderSize > len(b) {
		return 0, false
	}
	m, _ := sniffTLS(b[i:], true)
	return i + recordHeaderSize + int(b[i+3])<<8 + int(b[i+4]), m != no
}

// sniffHalf looks at half h as the client's, and acts on a match. A half known
// to be the server's is looked at for its hello alone.
func (o *Opening) sniffHalf(h reassembly.Half) match {
	b := o.half[h].octets()
	switch {
	case len(b) == 0 && o.half[h].cut():
		return no // its first octets are lost
	case len(b) == 0:
		return more
	}
	m, hello := sniffTLS(b, o.cfg.Midstream)
	switch {
	case m == yes && hello == serverHello && !o.cfg.Midstream && !o.cfg.Force:
		return no // the client's half may have a greeting before its hello
	case m == yes:
		o.decideTLS(h, hello)
		return yes
	case o.result.ClientKnown && o.result.Client != h:
		return m // a server's octets tell nothing else
	}
	p := prefix(b, preface)
	if p == yes {
		return o.decidePreface(h, false)
	}
	m = max(m, p)
	if o.cfg.Force {
		return m
	}
	return max(m, o.sniffClient(h))
}

// sniffClient looks for a greeting or a request of the client h.
func (o *Opening) sniffClient(h reassembly.Half) match {
	m := no
	if !o.cfg.Midstream {
		m = o.sniffGreeting(h)
	}
	if m == yes {
		return yes
	}
	r := sniffRequest(o.half[h].octets())
	if r == yes {
		o.clientIs(h)
		o.result.Protocol = HTTP1
		o.http1 = newHTTP1(&o.half[h], &o.half[h.Other()], o.cfg.Midstream)
	}
	return max(m, r)
}

// decideTLS notes whose hello it was (RFC 8446, Section 4), and decides.
func (o *Opening) decideTLS(h reassembly.Half, handshakeType byte) {
	switch handshakeType {
	case clientHello:
		o.clientIs(h)
	case serverHello:
		o.clientIs(h.Other())
	}
	o.decide(TLS)
}

// settleKnown decides where no client's octets tell: by a ServerHello, or by a
// response that was heard alone. It reports whether it could.
func (o *Opening) settleKnown() bool {
	for h := range reassembly.Half(2) {
		b := o.half[h].octets()
		if m, hello := sniffTLS(b, o.cfg.Midstream); m == yes {
			o.decideTLS(h, hello)
			return true
		}
		client := h.Other()
		if o.result.ClientKnown && o.result.Client != client {
			continue
		}
		if len(o.half[client].pieces) == 0 && isStatusLine(b) {
			o.clientIs(client)
			o.decide(HTTP1)
			return true
		}
	}
	return false
}

// sniffGreeting looks for a greeting of the client h, and passes it.
func (o *Opening) sniffGreeting(h reassembly.Half) match {
	client, server := &o.half[h], &o.half[h.Other()]
	best := no
	for _, read := range greetings {
		g, m := read(client.octets(), server.octets())
		if m < yes {
			best = max(best, m)
			continue
		}
		o.clientIs(h)
		client.consume(g.client)
		server.consume(g.server)
		if m == refused {
			o.decide(Other)
		} else {
			o.pass(g.via)
		}
		return yes
	}
	return best
}

// A greeting is what a client and a proxy said to each other, and how many
// octets of each half it took.
type greeting struct {
	via            Via
	client, server int
}

// greetings are the readers of all that may stand first. Each is shown what has
// come of both halves, from the start of the greeting, whenever there is more:
// so they need no state, and nothing is consumed before it is all there.
var greetings = [...]func(client, server []byte) (greeting, match){
	readProxyV1, readProxyV2, readSOCKS5, readSOCKS4,
}

const (
	recordHandshake  = 22
	recordFirst      = 20 // change_cipher_spec
	recordLast       = 23 // application_data
	recordMaxLength  = 1<<14 + 2048
	recordHeaderSize = 5
	clientHello      = 1
	serverHello      = 2
	longestMethod    = 32
	versionLength    = len("HTTP/1.1")
)

// sniffTLS looks for the record that opens a TLS connection, and tells its
// handshake type (RFC 8446, Section 5.1). In the middle of a connection it takes
// any record header.
func sniffTLS(b []byte, midstream bool) (match, byte) {
	if len(b) == 0 {
		return more, 0
	}
	handshake := b[0] == recordHandshake
	if !handshake && !(midstream && recordFirst <= b[0] && b[0] <= recordLast) {
		return no, 0
	}
	if len(b) > 1 && b[1] != 3 || len(b) > 2 && b[2] > 4 {
		return no, 0
	}
	if len(b) < recordHeaderSize {
		return more, 0
	}
	length := int(b[3])<<8 | int(b[4])
	switch {
	case length == 0 || length > recordMaxLength:
		return no, 0
	case !handshake:
		return yes, 0
	case len(b) == recordHeaderSize:
		return more, 0
	}
	return yes, b[recordHeaderSize]
}

// prefix says whether b begins with s, or s with b.
func prefix(b []byte, s string) match {
	n := min(len(b), len(s))
	switch {
	case string(b[:n]) != s[:n]:
		return no
	case n < len(s):
		return more
	}
	return yes
}

// sniffRequest looks for the request line of HTTP/1.x: its method is a token,
// and its version ends it. A recipient ignores empty lines before it (RFC 9112,
// Section 2.2).
func sniffRequest(b []byte) match {
	b = bytes.TrimLeft(b, "\r\n")
	method := 0
	for method < len(b) && isTokenChar(b[method]) {
		method++
	}
	if method > longestMethod || method == 0 && len(b) > 0 {
		return no
	}
	if method == len(b) {
		return more
	}
	if b[method] != ' ' && b[method] != '\t' {
		return no
	}
	line, _, whole := bytes.Cut(b, []byte{'\n'})
	if bytes.IndexByte(line, 0) >= 0 {
		return no
	}
	if !whole {
		return more
	}
	if _, _, version := splitRequestLine(line); isHTTP1(version) {
		return yes
	}
	return no
}

// isStatusLine says whether a response of HTTP/1.x begins here.
func isStatusLine(b []byte) bool {
	b = bytes.TrimLeft(b, "\r\n")
	return len(b) > versionLength && isHTTP1(b[:versionLength]) && b[versionLength] == ' '
}
