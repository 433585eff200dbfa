package hello

import "bytes"

// Types of handshake messages (RFC 8446, Section 4; RFC 5246, Section 7.4).
const (
	msgClientHello       = 1
	msgServerHello       = 2
	msgNewSessionTicket  = 4
	msgCertificate       = 11
	msgServerKeyExchange = 12
	msgClientKeyExchange = 16
)

type message struct {
	kind byte
	body []byte
}

// messages are the handshake messages in the clear that begin one direction of
// a TLS connection; of what follows a change_cipher_spec only another ClientHello
// or ServerHello, as after a HelloRetryRequest.
func messages(octets []byte) (all []message) {
	var handshake []byte
	for changed := false; len(octets) >= 5; {
		n := 5 + (int(octets[3])<<8 | int(octets[4]))
		if len(octets) < n {
			break
		}
		kind, content := octets[0], octets[5:n]
		octets = octets[n:]
		switch {
		case kind == 20:
			changed = true
		case kind == 22 && (!changed || isHello(content)):
			handshake = append(handshake, content...)
		case kind != 21:
			octets = nil
		}
	}
	for len(handshake) >= 4 {
		n := 4 + (int(handshake[1])<<16 | int(handshake[2])<<8 | int(handshake[3]))
		if len(handshake) < n {
			break
		}
		all = append(all, message{handshake[0], bytes.Clone(handshake[4:n])})
		handshake = handshake[n:]
	}
	return all
}

func isHello(content []byte) bool {
	return len(content) > 6 && (content[0] == msgClientHello || content[0] == msgServerHello) && content[1] == 0 &&
		content[4] == 3 && content[5] == 3
}

// ofKind are the bodies of one kind of message.
func ofKind(all []message, kind byte) (bodies [][]byte) {
	for _, m := range all {
		if m.kind == kind {
			bodies = append(bodies, m.body)
		}
	}
	return bodies
}
