package rules

import "h2scope/h2decode"

// openingRecord is what is kept of how the connection began.
type openingRecord struct {
	began    bool            // something of HTTP/2 was seen:
	at       h2decode.Origin // where
	preface  bool            // the client's preface was seen
	upgraded bool            // HTTP/1.1 came before

	// What of the first requests matters to rules about TLS.
	asked     bool      // there was one:
	authority string    // what it asks, where that is a domain name
	passed    bool      // settings were acknowledged, behind which no early data can come
	method    string    // of the first request that is not safe to replay; "": none
	unsafe    sentFrame // that request
}

func (o *openingRecord) begin(at h2decode.Origin) {
	if !o.began {
		o.began, o.at = true, at
	}
}

// prefaced reports whether what a side sends is in frames: a client's that began
// without the preface is not.
func (j *Judge) prefaced(side h2decode.Side) bool {
	return side == server || j.checks.frames.opening.preface || !j.conn.Complete(side)
}

func (j *Judge) sawPreface(e *h2decode.PrefaceSeen) {
	o := &j.checks.frames.opening
	o.begin(e.Origin)
	o.preface = true
}

// checkFirst holds a side's first frame against RFC 9113, Section 3.4.
func (j *Judge) checkFirst(f *h2decode.FrameDecoded) {
	o := &j.checks.frames.opening
	o.begin(f.Origin)
	settings := f.Header.Type == h2decode.TypeSettings && !f.Header.Flags.Has(h2decode.FlagAck)
	id := "PF-03"
	if f.From == client {
		id = "PF-02"
	}
	switch {
	case !j.conn.Complete(f.From):
		j.skip(id)
	case !j.prefaced(f.From):
		j.broke(o.rule("PF-01"), nil, "the client's first octets are not the connection preface")
	case settings:
	case f.From == server && !o.preface && f.Header.Type == h2decode.TypeGoAway:
		// So it answers a client that does not speak HTTP/2.
	case f.From == server:
		j.broke(o.rule(id), nil, "the server's first frame is %s, not SETTINGS", described(f))
	default:
		j.broke(id, nil, "the client's first frame is %s, not SETTINGS", described(f))
	}
}

// rule is the rule about a preface: another one after an Upgrade.
func (o *openingRecord) rule(id string) string {
	if o.upgraded {
		return "PF-08"
	}
	return id
}

// described is a frame's type in a sentence.
func described(f *h2decode.FrameDecoded) string {
	if f.Header.Type == h2decode.TypeSettings {
		return "an acknowledgment of SETTINGS"
	}
	return name(f.Header.Type)
}

// checkPreface holds a client's octets that made no frame against RFC 9113,
// Section 3.4. Fewer than the preface has may be its beginning.
func (j *Judge) checkPreface(e *h2decode.ConnectionClosed) {
	c := &j.checks.frames
	const side = client
	if c.opening.preface || c.sides[side].begun || !j.conn.Complete(side) || e.Unread[side] < uint64(len(h2decode.Preface)) {
		return
	}
	at := j.closing(e, side)
	if b, ok := j.conn.Begun(side); ok {
		at = b.Origin
	}
	j.finding(c.opening.rule("PF-01"), at, []h2decode.Evidence{fact("octets", int64(e.Unread[side]))},
		"the client's first octets are not the connection preface")
}

// checkUpgrade holds the HTTP/1.1 request that began the connection against
// RFC 7540, Section 3.2.
func (j *Judge) checkUpgrade(e *h2decode.UpgradeSeen) {
	o, u := &j.checks.frames.opening, e.Upgrade
	o.begin(e.Origin)
	o.upgraded = true
	j.finding("PF-10", e.Origin, nil, "the connection began with an Upgrade from HTTP/1.1, which is obsolete")
	switch {
	case u.SettingsFields != 1:
		j.finding("PF-06", e.Origin, []h2decode.Evidence{fact("fields", int64(u.SettingsFields))},
			"the Upgrade request has %d HTTP2-Settings fields and must have one", u.SettingsFields)
	case !u.SettingsNamed:
		j.finding("PF-06", e.Origin, nil, "the Connection field of the Upgrade request does not name HTTP2-Settings")
	}
	if u.SettingsFields == 1 && !u.SettingsValid {
		j.finding("PF-11", e.Origin, nil, "HTTP2-Settings is not the base64url of a SETTINGS payload")
	}
	p := h2decode.SettingsFrame{Octets: u.Settings}
	for setting := range p.All() {
		j.checkSetting(sentFrame{Origin: e.Origin}, setting)
	}
}

// checkUpgraded holds a frame on stream 1 after an Upgrade, which is closed to
// the client's messages, against RFC 7540, Section 3.2.
func (j *Judge) checkUpgraded(f *h2decode.FrameDecoded) {
	switch f.Header.Type {
	case h2decode.TypeWindowUpdate, h2decode.TypePriority, h2decode.TypeRSTStream:
	case h2decode.TypeData, h2decode.TypeHeaders, h2decode.TypePushPromise, h2decode.TypeContinuation:
		j.broke("PF-07", nil, "the client sent %s on stream 1, which carries the request that was upgraded", f.Header.Type)
	}
}
