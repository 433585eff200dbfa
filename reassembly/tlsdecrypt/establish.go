package tlsdecrypt

import "h2scope/reassembly/tlsdecrypt/keylog"

// find is what the key log has of the connection.
func (c *Conn) find() *keylog.Secrets {
	if c.cfg.Keys == nil || !c.shake.hasClientRandom {
		return nil
	}
	s, _ := c.cfg.Keys.Find(c.shake.clientRandom)
	return s
}

// looksLike13 reports whether a connection whose ServerHello was not seen is of
// TLS 1.3: by its secrets, or since it offers 0-RTT data.
func (c *Conn) looksLike13() bool {
	if c.info.EarlyData != NotOffered {
		return true
	}
	s := c.find()
	return s != nil && (len(s.ClientHandshake())+len(s.ServerHandshake())+
		len(s.AnyTraffic(keylog.Client))+len(s.AnyTraffic(keylog.Server)) > 0)
}

// establish finds the keys that may open the next record, which is rec where
// there is one. It returns why there are none; or the half waits.
func (h *half) establish(rec []byte) Reason {
	if h.sealed {
		return h.establish12()
	}
	if v := h.c.shake.version; v != 0 && v < versionTLS13 {
		if h.mode != lost {
			return MalformedHandshake // application data before ChangeCipherSpec
		}
		h.sealed = true // by a ChangeCipherSpec that was lost, or will be found
		return h.establish12()
	}
	return h.establish13(rec)
}

// establish13 is for TLS 1.3, or where the version is not known.
func (h *half) establish13(rec []byte) Reason {
	c := h.c
	s := c.find()
	if s == nil {
		if rec != nil && h.hunt(rec, h.keys.slack) {
			return ""
		}
		return h.noSecrets()
	}
	client, known := c.client(h)
	if !known {
		return NoHandshake
	}
	suites, reason := c.suites()
	if reason != "" {
		return reason
	}
	if client && h.keys.epoch == unprotected && h.awaitsVerdict(s) {
		return ""
	}
	h.keys.next = h.candidates(&h.keys, s, suites, client)
	if h.keys.epoch <= handshaking && len(s.Handshake(side(client))) == 0 {
		h.keys.exact = false // the handshake's records will be passed over
	}
	switch {
	case len(h.keys.next) > 0:
		return ""
	case c.shake.version == 0:
		return h.unless(forHello, NoServerRandom)
	}
	return h.unless(forSecret, NoSecret)
}

// unless waits, or if there is no use in it returns the reason.
func (h *half) unless(w want, r Reason) Reason {
	if h.wait(w) {
		return ""
	}
	return r
}

// noSecrets says why there are no secrets, or waits for them.
func (h *half) noSecrets() Reason {
	c := h.c
	switch {
	case c.cfg.Keys == nil:
		return NoKeyLog
	case !c.shake.hasClientRandom && c.shake.hasServerRandom:
		return h.unless(forHello, NoClientRandom)
	case !c.shake.hasClientRandom:
		return h.unless(forHello, NoHandshake)
	case c.cfg.Keys.Version() == 0:
		return h.unless(forSecret, NoKeyLog)
	}
	return h.unless(forSecret, NoSecret)
}

// suites are those that the connection may have.
func (c *Conn) suites() ([]suite, Reason) {
	if c.shake.version == 0 {
		return suites13[:], ""
	}
	s, ok := suite13(c.shake.cipherSuite)
	if !ok {
		return nil, UnsupportedCipher
	}
	return []suite{*s}, ""
}

// awaitsVerdict makes the client's half wait until it is known whether the
// server accepted 0-RTT data: what it refused is not application data (RFC
// 8446, Section 4.2.10). Where nothing can tell, it is taken for accepted.
func (h *half) awaitsVerdict(s *keylog.Secrets) bool {
	if h.c.info.EarlyData != Offered || h.other().mode == opaque {
		return false
	}
	if h.c.cfg.KeysFinal && h.c.shake.version != 0 && len(s.ServerHandshake()) == 0 {
		return false
	}
	return h.wait(forHello)
}

// side is the key log's word for the half's sender.
func side(client bool) keylog.Side {
	if client {
		return keylog.Client
	}
	return keylog.Server
}

// candidates are the keys that may open a record from the point on that from
// tells, in their order in time.
func (h *half) candidates(from *keys, s *keylog.Secrets, suites []suite, client bool) []*key {
	var all []*key
	add := func(e epoch, generation uint32, secrets [][]byte) {
		for _, secret := range secrets {
			for i := range suites {
				if k := newKey13(&suites[i], e, generation, secret); k != nil {
					all = append(all, k)
				}
			}
		}
	}
	if client && from.epoch == unprotected && (h.c.info.EarlyData == Offered || h.c.info.EarlyData == Accepted) {
		add(early, 0, s.EarlyTraffic())
	}
	if from.epoch <= handshaking {
		add(handshaking, 0, s.Handshake(side(client)))
	}
	add(traffic, from.generation, s.Traffic(side(client), from.generation))
	if from.generation > 0 {
		if b := from.before; b != nil {
			add(traffic, from.generation, [][]byte{nextTraffic(b.suite, b.secret)})
		}
		add(traffic, from.generation, s.Traffic(side(client), keylog.UnknownGeneration))
	}
	return all
}

// successors are the keys that may come after the current one, if what changed
// them was lost.
func (h *half) successors() []*key {
	cur := h.keys.current
	s := h.c.find()
	client, known := h.c.client(h)
	if cur.secret == nil || s == nil || !known {
		return []*key{}
	}
	all := []*key{}
	suites := []suite{*cur.suite}
	if cur.epoch != traffic {
		return append(all, h.candidates(&keys{epoch: cur.epoch + 1}, s, suites, client)...)
	}
	for range maxAhead {
		from := keys{epoch: traffic, generation: cur.generation + 1, before: cur}
		all = append(all, h.candidates(&from, s, suites, client)...)
		cur = newKey13(cur.suite, traffic, cur.generation+1, nextTraffic(cur.suite, cur.secret))
	}
	return all
}

// establish12 is for TLS 1.2 and below.
func (h *half) establish12() Reason {
	c, shake := h.c, &h.c.shake
	client, _ := c.client(h)
	switch {
	case c.cfg.Keys == nil:
		return NoKeyLog
	case !shake.hasClientRandom:
		return h.unless(forHello, NoClientRandom)
	case !shake.hasServerRandom:
		return h.unless(forHello, NoServerRandom)
	case shake.suite == nil:
		return UnsupportedCipher
	case shake.version < versionTLS10:
		return UnsupportedVersion
	case shake.compressed:
		return CompressionUnknown
	case len(c.find().Master()) == 0 && shake.awaitsPreMaster() && h.wait(forHello):
		return ""
	}
	for _, master := range c.masters() {
		if k := newKey12(shake, client, master); k != nil {
			h.keys.next = append(h.keys.next, k)
		}
	}
	if len(h.keys.next) > 0 {
		return ""
	}
	return h.noSecrets()
}

// masters are the master secrets that the connection may have.
func (c *Conn) masters() [][]byte {
	all := c.find().Master()
	if shake := &c.shake; shake.encryptedPreMaster != nil {
		if pre, ok := c.cfg.Keys.PreMaster(shake.encryptedPreMaster); ok {
			all = append(all, shake.master(pre))
		}
	}
	if master := c.resumed(); master != nil {
		all = append(all, master)
	}
	return all
}
