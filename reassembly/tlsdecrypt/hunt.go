package tlsdecrypt

import (
	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

const (
	// keyWork is the work of making a key, in octets of decryption.
	keyWork = 4 << 10

	// fewRecords is how many records the handshake of a half has at most, and
	// what is tried of all secrets before more is of any.
	fewRecords = 256
)

// hunt looks through the whole key log for a secret of TLS 1.3 that opens a
// record under a number up to hi. That is for connections of which no client
// random is known, and for those with an encrypted ClientHello, whose random in
// the log is the inner one (RFC 9849). On success the connection's secrets are
// known, and the key is the half's current one.
func (h *half) hunt(rec []byte, hi uint64) bool {
	c := h.c
	if c.cfg.Keys == nil || h.hunts >= c.limits.Hunts || c.shake.hasClientRandom && !c.info.ECH ||
		ContentType(rec[0]) != ApplicationData {
		return false
	}
	suites, reason := c.suites()
	if reason != "" {
		return false
	}
	h.hunts++
	if h.huntAll(suites, rec, 0, min(hi, fewRecords)) {
		return true
	}
	if hi <= fewRecords {
		return false
	}
	// Some work is left for the other half, whose numbers may be smaller.
	reserve := c.work / 4
	c.work -= reserve
	found := h.huntAll(suites, rec, fewRecords+1, hi)
	c.work += reserve
	return found
}

// huntAll tries the secrets of each connection of the log.
func (h *half) huntAll(suites []suite, rec []byte, lo, hi uint64) bool {
	c, count := h.c, 0
	for random, s := range c.cfg.Keys.All() {
		if count++; count > c.limits.Secrets || c.work <= 0 {
			return false
		}
		for _, client := range [...]bool{true, false} {
			if is, known := c.client(h); known && is != client {
				continue
			}
			k := h.huntOne(s, suites, client, rec, lo, hi)
			if k == nil {
				continue
			}
			c.shake.clientRandom, c.shake.hasClientRandom = random, true
			c.shake.version, c.shake.cipherSuite = versionTLS13, k.suite.id
			c.clientIs(h.clientHalf(client))
			h.adopt(k)
			h.other().revive()
			c.learn()
			return true
		}
	}
	return false
}

// clientHalf is the client's half, given whether this is it.
func (h *half) clientHalf(client bool) reassembly.Half {
	if client {
		return h.id
	}
	return h.id.Other()
}

// huntOne tries the secrets of one connection.
func (h *half) huntOne(s *keylog.Secrets, suites []suite, client bool, rec []byte, lo, hi uint64) *key {
	c := h.c
	try := func(e epoch, secrets [][]byte, hi uint64) *key {
		for _, secret := range secrets {
			for i := range suites {
				// AES-GCM knows no bounds: once is enough.
				if lo > 0 && suites[i].bulk == gcm || lo > hi || c.work <= 0 {
					continue
				}
				k := newKey13(&suites[i], e, 0, secret)
				if k == nil {
					continue
				}
				c.work -= keyWork
				number, ok := k.search(c.pool.trial, rec, lo, hi, &c.work)
				if ok {
					k.number = number
					return k
				}
			}
		}
		return nil
	}
	if k := try(handshaking, s.Handshake(side(client)), min(hi, fewRecords)); k != nil {
		return k
	}
	return try(traffic, s.AnyTraffic(side(client)), hi)
}

// strangers says why no secret was found for a half without a handshake.
func (h *half) strangers() Reason {
	shake := &h.c.shake
	switch {
	case h.c.cfg.Keys == nil || h.c.cfg.Keys.Version() == 0:
		return NoKeyLog
	case shake.hasClientRandom && !shake.hasServerRandom:
		return NoServerRandom
	case shake.hasServerRandom && !shake.hasClientRandom:
		return NoClientRandom
	case shake.hasClientRandom:
		return NoSecret
	}
	return NoHandshake
}

// revive looks again for records that can be opened, in a half that was given up
// for want of a secret that is there now.
func (h *half) revive() {
	if h.mode != opaque || h.c.find() == nil {
		return
	}
	switch h.reason {
	case NoKeyLog, NoSecret, NoHandshake, NoClientRandom:
	default:
		return
	}
	h.mode, h.reason = lost, ""
	h.keys.slack = h.stats.Unopened.Records
	h.lose(&reassembly.Chunk{Offset: h.closed}, reassembly.Missing)
	h.c.pool.put(h.buf)
	h.buf = nil
}
