package packets

import (
	"bytes"
	"slices"
)

// What of a connection is searched for a ClientHello: it comes first, or behind
// the greeting of a proxy, or of a protocol that asks for TLS.
const searched = 64 << 10

// hello is what a connection's octets have of ClientHellos.
type hello struct {
	seen    int    // octets searched
	carry   []byte // the end of what was searched, which may hold the beginning of one
	randoms [][32]byte
}

// A ClientHello begins with its type, its length (3 octets) and its version, which
// is that of TLS 1.0 to 1.2 (RFC 8446, Section 4.1.2); behind that stands the
// random.
const (
	clientHello  = 1
	beforeRandom = 6
	helloLength  = beforeRandom + 32
)

// look searches the octets of a segment for a ClientHello.
func (s *Selection) look(conn uint64, payload []byte) {
	if len(payload) == 0 {
		return
	}
	h := s.hellos[conn]
	if h == nil {
		h = new(hello)
		s.hellos[conn] = h
	}
	if h.seen >= searched {
		return
	}
	h.seen += len(payload)
	octets := payload
	if len(h.carry) > 0 {
		octets = slices.Concat(h.carry, payload)
	}
	for at := 0; ; at++ {
		next := bytes.IndexByte(octets[at:], clientHello)
		if next < 0 || at+next+helloLength > len(octets) {
			break
		}
		at += next
		if octets[at+1] != 0 || octets[at+4] != 3 || octets[at+5] > 3 {
			continue
		}
		random := [32]byte(octets[at+beforeRandom:])
		if s.known(random) && !slices.Contains(h.randoms, random) {
			h.randoms = append(h.randoms, random)
		}
	}
	h.carry = append(h.carry[:0], octets[max(0, len(octets)-helloLength+1):]...)
	if h.seen >= searched {
		h.carry = nil
	}
}
