package tlsdecrypt

import "h2scope/reassembly"

// keys are those of one half: the one that opened the last record, or those of
// which one is to open the next.
type keys struct {
	current *key
	next    []*key
	ahead   []*key // what may follow current; made when a record fails

	// What the next keys must be for. exact is whether they are for the next
	// record: not at the beginning of TLS 1.3, where records may come that
	// no secret is known for. missed records make slack.
	epoch      epoch
	generation uint32
	exact      bool
	slack      uint64
	before     *key // of the generation before
}

// none reports whether keys must be found.
func (k *keys) none() bool { return k.current == nil && len(k.next) == 0 }

// change ends the current key.
func (k *keys) change(e epoch, generation uint32, exact bool) {
	*k = keys{epoch: e, generation: generation, exact: exact, before: k.current}
}

// adopt makes a key that opened a record the current one.
func (k *keys) adopt(proved *key) {
	*k = keys{current: proved, epoch: proved.epoch, generation: proved.generation, exact: true}
}

// missed counts a record that could not be opened.
func (k *keys) missed() {
	if k.current != nil {
		k.current.number++
	} else {
		k.slack++
	}
}

// follow says which record is before the next.
func (k *keys) follow(octets []byte) {
	if k.current != nil {
		k.current.follow(octets)
	}
	for _, n := range k.next {
		n.follow(octets)
	}
}

// unseal opens a record with the current key, or with the first that opens it
// of those that may be next.
func (h *half) unseal(rec []byte) (content []byte, typ ContentType, ok bool) {
	k, dst := &h.keys, h.c.pool.plain[:0]
	if cur := k.current; cur != nil {
		if content, typ, ok = cur.open(dst, rec, cur.number); ok {
			cur.number++
			return content, typ, true
		}
		if k.ahead == nil {
			k.ahead = h.successors()
		}
		return h.unsealFirst(k.ahead, rec, 0, 0)
	}
	lo := uint64(0)
	if k.exact {
		lo = k.slack
	}
	return h.unsealFirst(k.next, rec, lo, k.slack)
}

// unsealFirst opens a record with the first of several keys that opens it, which
// becomes the current one.
func (h *half) unsealFirst(all []*key, rec []byte, lo, hi uint64) ([]byte, ContentType, bool) {
	dst := h.c.pool.plain[:0]
	for _, k := range all {
		if h.c.work <= 0 && !h.keys.exact {
			break
		}
		number := lo
		if lo < hi {
			var ok bool
			if number, ok = k.search(dst, rec, lo, hi, &h.c.work); !ok {
				continue
			}
		}
		h.c.work -= int64(len(rec))
		if content, typ, ok := k.open(dst, rec, number); ok {
			k.number = number + 1
			h.adopt(k)
			return content, typ, true
		}
	}
	return nil, 0, false
}

// adopt makes a key that opened a record the current one, and learns from it.
func (h *half) adopt(k *key) {
	c := h.c
	if c.info.CipherSuite == 0 {
		c.info.CipherSuite = k.suite.id
	}
	if k.secret != nil && c.info.Version == 0 {
		c.info.Version = versionTLS13
	}
	if k.epoch == traffic && h.keys.epoch != traffic {
		h.messages.reset()
	}
	if k.epoch > early && h.keys.epoch == unprotected {
		h.missedEarly(k)
	}
	if k.master != nil {
		c.remember(k.master)
	}
	h.keys.adopt(k)
}

// missedEarly tells of 0-RTT data that was accepted, and that no secret opened.
// The last of its records was EndOfEarlyData, a message of 4 octets.
func (h *half) missedEarly(k *key) {
	c, passed := h.c, h.stats.Passed
	client, known := c.client(h)
	if c.info.EarlyData != Accepted || !known || !client || passed.Records < 2 || h.loss.active {
		return
	}
	h.gaps++
	h.blame(NoEarlySecret)
	perRecord := uint64(k.overhead() - headerLen)
	if added := passed.Records*perRecord + 4; passed.Octets > added {
		c.gap = reassembly.Gap{Half: h.id, Offset: h.plain, Length: passed.Octets - added}
		h.plain += c.gap.Length
		c.next.Gap(&c.gap)
	}
}
