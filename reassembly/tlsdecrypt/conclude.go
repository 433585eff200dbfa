package tlsdecrypt

// conclude says how far the connection was decrypted, and why not further.
func (c *Conn) conclude() {
	info := &c.info
	if c.find() != nil || c.half[0].told+c.half[1].told > 0 {
		info.Secrets = true
	}
	first, second := info.Client, info.Client.Other()
	a, b := c.half[first].decrypted(), c.half[second].decrypted()
	switch {
	case a == Full && b == Full:
		info.Decrypted = Full
	case a == None && b == None:
		info.Decrypted = None
	case a == Full && b == None:
		info.Decrypted = ClientOnly
	case a == None && b == Full:
		info.Decrypted = ServerOnly
	default:
		info.Decrypted = Partial
	}
	info.Reason = ""
	if info.Decrypted == Full {
		return
	}
	if a != Full {
		info.Reason = c.half[first].why()
	}
	if b != Full && info.Reason == "" {
		info.Reason = c.half[second].why()
	}
	if info.Reason == "" || info.Reason == NoSecret && c.half[0].untouched() && c.half[1].untouched() {
		info.Reason = NoHandshake
	}
}

// untouched reports whether nothing protected was seen: there is nothing that a
// secret could open.
func (h *half) untouched() bool {
	s := h.stats
	return s.Opened.Records+s.Failed.Records+s.Passed.Records+s.Unopened.Records == 0
}

// decrypted says how far a half was: Full, Partial or None.
func (h *half) decrypted() Decrypted {
	s := h.stats
	switch {
	case h.unseen(), h.told == 0 && (s.Opened.Records == 0 || s.Unopened.Records > 0 || s.Failed.Records > 0):
		return None
	case s.Unopened.Records > 0 || s.Failed.Records > 0 || s.Unframed > 0 || h.gaps > 0 || h.loss.active:
		return Partial
	}
	return Full
}

// unseen reports whether the capture has nothing of the half.
func (h *half) unseen() bool { return h.end == h.c.cfg.Offset[h.id] }

// why is the reason that a half is not fully decrypted.
func (h *half) why() Reason {
	c, s := h.c, h.stats
	switch {
	case h.unseen() && h.other().unseen():
		return NoHandshake
	case h.unseen():
		if is, known := c.client(h); known && is {
			return NoClientRandom
		}
		return NoServerRandom
	case h.reason != "":
		return h.reason
	case h.loss.active:
		return LostInGap
	case s.Passed.Records > 0:
		return RecordAuthFailed
	case h.waits != forNothing && c.shake.hasClientRandom:
		return NoSecret
	case h.mode == lost:
		return h.strangers()
	case c.cfg.Keys == nil || c.cfg.Keys.Version() == 0:
		return NoKeyLog
	}
	return ""
}
