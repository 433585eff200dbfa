package tlsdecrypt

import (
	"crypto/md5"
	"crypto/sha1"
	"slices"

	"h2scope/reassembly/tlsdecrypt/hello"
)

// A handshake is what keys depend on.
type handshake struct {
	clientRandom, serverRandom       [32]byte
	hasClientRandom, hasServerRandom bool

	version        uint16 // 0: the ServerHello was not seen
	cipherSuite    uint16
	suite          *suite // below TLS 1.3, where supported
	encryptThenMAC bool
	compressed     bool
	ticket         []byte
	full           bool // the server has sent ServerHelloDone: nothing is resumed

	// For an RSA key exchange: the messages up to ClientKeyExchange, to which
	// RFC 7627 binds the master secret. Between the client's first message and
	// its others come the server's.
	extendedMaster     bool
	encryptedPreMaster []byte
	first              int // octets of the ClientHello
	client, server     []byte
}

// awaitsPreMaster reports whether an RSA key exchange is on its way, or what it
// is bound to.
func (s *handshake) awaitsPreMaster() bool {
	if s.suite == nil || !s.suite.rsa {
		return false
	}
	return s.full != (s.encryptedPreMaster != nil) && (s.full || s.extendedMaster)
}

// transcribe keeps a message of an RSA key exchange.
func (s *handshake) transcribe(h *half, message []byte) {
	if h.c.cfg.Keys == nil || s.version >= versionTLS13 || h.sealed && s.version == 0 || message[0] == helloRequest {
		return
	}
	if is, known := h.c.client(h); known && is || message[0] == clientHello {
		if message[0] == clientHello {
			s.client, s.first = nil, len(message)
		}
		if s.encryptedPreMaster == nil && len(s.client)+len(message) <= maxTranscript {
			s.client = append(s.client, message...)
		}
		return
	}
	if message[0] == serverHello {
		s.server = nil
	}
	if !s.full && len(s.server)+len(message) <= maxTranscript {
		s.server = append(s.server, message...)
	}
}

// master is the master secret that a premaster secret leads to (RFC 5246,
// Section 8.1; RFC 7627, Section 4).
func (s *handshake) master(pre []byte) []byte {
	out := make([]byte, 48)
	if !s.extendedMaster {
		prf(s.version, s.suite.hash, out, pre, "master secret", s.clientRandom[:], s.serverRandom[:])
		return out
	}
	messages := slices.Concat(s.client[:s.first], s.server, s.client[s.first:])
	var sum []byte
	if s.version >= versionTLS12 {
		h := s.suite.hash()
		h.Write(messages)
		sum = h.Sum(nil)
	} else {
		a, b := md5.Sum(messages), sha1.Sum(messages)
		sum = append(a[:], b[:]...)
	}
	prf(s.version, s.suite.hash, out, pre, "extended master secret", sum)
	return out
}

// forget drops what only an RSA key exchange needs.
func (s *handshake) forget() { s.client, s.server = nil, nil }

func (h *half) clientHello(body []byte, packet uint64) {
	c := h.c
	p, err := hello.ParseClientHello(body)
	if err != nil {
		h.blame(MalformedHandshake)
		return
	}
	switch {
	case c.info.ClientHello == nil:
		c.clientIs(h.id)
		c.info.ClientHello, c.info.ServerName = p, p.ServerName
		c.info.ECH = p.ECH != hello.NoECH
		if p.EarlyData && c.info.EarlyData == NotOffered {
			c.info.EarlyData = Offered
			c.judgeEarly()
		}
	case c.shake.version != versionTLS13 && p.Random != c.shake.clientRandom:
		c.info.Renegotiations++
		c.info.Renegotiated = packet
		message := c.shake.client // with what has just been transcribed
		c.shake = handshake{client: message, first: c.shake.first}
	}
	if !c.shake.hasClientRandom {
		c.shake.clientRandom, c.shake.hasClientRandom = p.Random, true
	}
	c.learn()
}

func (h *half) serverHello(body []byte) {
	c, s := h.c, &h.c.shake
	p, err := hello.ParseServerHello(body)
	if err != nil {
		h.blame(MalformedHandshake)
		return
	}
	if c.info.ClientHello == nil {
		c.clientIs(h.id.Other())
	}
	info := &c.info
	info.ServerHello, info.Version, info.CipherSuite = p, p.SelectedVersion, p.CipherSuite
	s.version, s.cipherSuite = p.SelectedVersion, p.CipherSuite
	if p.HelloRetryRequest {
		info.HelloRetryRequest = true
	} else {
		s.serverRandom, s.hasServerRandom = p.Random, true
	}
	if s.version >= versionTLS13 {
		info.Resumed = p.PSK
		s.forget()
	} else {
		s.encryptThenMAC, s.extendedMaster = p.EncryptThenMAC, p.ExtendedMasterSecret
		s.compressed = p.Compression != 0
		s.suite, _ = suite12(p.CipherSuite)
		if s.suite == nil || !s.suite.rsa {
			s.forget()
		}
		info.ALPN, info.ALPNKnown = p.ALPN, true
		info.ExtendedMasterSecret, info.EncryptThenMAC = p.ExtendedMasterSecret, p.EncryptThenMAC
	}
	c.judgeEarly()
	c.learn()
}

// judgeEarly notes where a hello alone refuses 0-RTT data (RFC 8446, Section
// 4.2.10).
func (c *Conn) judgeEarly() {
	s := c.info.ServerHello
	if c.info.EarlyData == Offered && s != nil && (s.HelloRetryRequest || s.SelectedVersion < versionTLS13 || !s.PSK) {
		c.info.EarlyData = Refused
	}
}

// learn notes that the other half may go on, if it waits.
func (c *Conn) learn() {
	if c.half[0].waits != forNothing || c.half[1].waits != forNothing {
		c.learned = true
	}
}
