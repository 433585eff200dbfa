package h2scope

import (
	"h2scope/h2decode"
	"h2scope/reassembly"
	"h2scope/reassembly/opening"
	"h2scope/reassembly/tlsdecrypt"
)

// A layer takes the octets of both halves of a connection: TCP's at the bottom,
// what TLS protects above that. Layers are stacked as the octets tell what they
// are; the octets of a connection that is not understood have no layer.
type layer interface {
	reassembly.Handler
	finish() // no more octets come
}

// An opener finds out what is spoken, and puts the layer for that above itself.
type opener struct {
	flow    *flow
	opening *opening.Opening // until it is sure
	above   layer
}

func (f *flow) newOpener(cfg opening.Config) *opener {
	cfg.Client, cfg.ClientKnown = f.client, f.clientKnown
	return &opener{flow: f, opening: opening.New(cfg)}
}

// Chunk takes octets.
func (o *opener) Chunk(c *reassembly.Chunk) {
	if o.opening != nil {
		o.listen(o.opening.Chunk(c))
	} else if o.above != nil {
		o.above.Chunk(c)
	}
}

// Gap is told of octets that the capture lacks.
func (o *opener) Gap(g *reassembly.Gap) {
	if o.opening != nil {
		o.listen(o.opening.Gap(g))
	} else if o.above != nil {
		o.above.Gap(g)
	}
}

func (o *opener) finish() {
	if o.opening != nil {
		o.listen(o.opening.Finish())
	}
	if o.above != nil {
		o.above.finish()
	}
}

// listen acts on what the opening says: when it is sure, the layer above takes
// over, beginning with what was held.
func (o *opener) listen(v opening.Verdict) {
	if !v.Final {
		return
	}
	opened := o.opening
	o.opening = nil
	if o.above = o.flow.conclude(opened.Result()); o.above != nil {
		opened.Replay(o.above)
	}
}

// A tlsLayer opens TLS records. What is in them decides the layer above.
type tlsLayer struct {
	flow   *flow
	conn   *tlsdecrypt.Conn
	start  [2]uint64
	above  layer
	answer layer // of a server that does not speak TLS to a client that does
}

func (f *flow) newTLSLayer(start [2]uint64) *tlsLayer {
	t := &tlsLayer{flow: f, start: start}
	cfg := f.worker.cfg
	t.conn = tlsdecrypt.New(tlsdecrypt.Config{
		Keys: cfg.Keys, KeysFinal: cfg.KeysFinal, Limits: cfg.Decryption, Pool: f.worker.records,
		Client: f.client, ClientKnown: f.clientKnown, Offset: start,
	}, plaintext{t})
	f.tls = t.conn
	return t
}

// Chunk takes ciphertext.
func (t *tlsLayer) Chunk(c *reassembly.Chunk) {
	if f := t.flow; f.secured.Began == 0 {
		f.secured.Began = c.Time
	}
	if c.Offset == t.start[c.Half] && c.Half != t.flow.client && beginsWithSettings(c.Data) {
		t.answer = t.flow.startHTTP2(h2decode.Config{Unproven: [2]bool{h2decode.Client: true}}, h2decode.StartPriorKnowledge)
		t.flow.closed.Transport = h2decode.Cleartext
	}
	if t.answer != nil && c.Half != t.flow.client {
		t.answer.Chunk(c)
		return
	}
	t.conn.Chunk(c)
}

// Gap is told of ciphertext that the capture lacks.
func (t *tlsLayer) Gap(g *reassembly.Gap) {
	if t.answer != nil && g.Half != t.flow.client {
		t.answer.Gap(g)
		return
	}
	t.conn.Gap(g)
}

func (t *tlsLayer) finish() {
	t.conn.Finish()
	if t.answer != nil {
		t.answer.finish()
	}
	if t.above != nil {
		t.above.finish()
	}
}

// An answerer looks on where a client speaks something that is no HTTP/2, in
// case the server answers with frames all the same: one that expects prior
// knowledge does, with SETTINGS and GOAWAY, and they tell what went wrong.
type answerer struct {
	flow  *flow
	http2 layer
}

// Chunk takes octets.
func (a *answerer) Chunk(c *reassembly.Chunk) {
	if c.Half == a.flow.client || !a.flow.clientKnown {
		return
	}
	if c.Offset == 0 && beginsWithSettings(c.Data) && (a.heard() || unprompted(c.Data)) {
		a.http2 = a.flow.startHTTP2(h2decode.Config{Unproven: [2]bool{h2decode.Client: true}}, h2decode.StartPriorKnowledge)
	}
	if a.http2 != nil {
		a.http2.Chunk(c)
	}
}

// heard reports that the client has said something.
func (a *answerer) heard() bool {
	return a.flow.tcp.Stats().Half[a.flow.client].Bytes > 0
}

// Gap is told of octets that the capture lacks.
func (a *answerer) Gap(g *reassembly.Gap) {
	if a.http2 != nil && g.Half != a.flow.client {
		a.http2.Gap(g)
	}
}

func (a *answerer) finish() {
	if a.http2 != nil {
		a.http2.finish()
	}
}

// beginsWithSettings reports whether data begins with a SETTINGS frame: the
// server connection preface (RFC 9113, Section 3.4). Its settings are looked at
// too, since this is all the proof there is.
func beginsWithSettings(data []byte) bool {
	if len(data) < h2decode.HeaderLength {
		return false
	}
	h := h2decode.ParseFrameHeader(data)
	payload := data[h2decode.HeaderLength:]
	if h.Type != h2decode.TypeSettings || h.Flags != 0 || h.Reserved || h.Stream != 0 || uint64(h.Length) > uint64(len(payload)) {
		return false
	}
	frame, malformed := h2decode.ParsePayload(h, payload[:h.Length])
	if malformed != nil {
		return false
	}
	for s := range frame.(*h2decode.SettingsFrame).All() {
		if !s.ID.Registered() && s.ID&0x0f0f != 0x0a0a { // RFC 8701 keeps those for grease
			return false
		}
	}
	return true
}

// unprompted reports whether data is what a server of HTTP/2 sends before it has
// heard anything: frames of the connection, none of which answers. A file of
// frames that is sent to who says nothing has others.
func unprompted(data []byte) bool {
	for len(data) >= h2decode.HeaderLength {
		h := h2decode.ParseFrameHeader(data)
		switch h.Type {
		case h2decode.TypeSettings, h2decode.TypePing:
			if h.Flags.Has(h2decode.FlagAck) {
				return false
			}
		case h2decode.TypeGoAway, h2decode.TypeWindowUpdate:
		default:
			return false
		}
		if h.Stream != 0 {
			return false
		}
		data = data[h2decode.HeaderLength:]
		data = data[min(len(data), int(h.Length)):]
	}
	return true
}

// plaintext takes what a tlsLayer opens.
type plaintext struct{ *tlsLayer }

// Chunk takes application data.
func (p plaintext) Chunk(c *reassembly.Chunk) {
	p.begin(c.Time)
	p.above.Chunk(c)
}

// Gap is told of application data that is missing.
func (p plaintext) Gap(g *reassembly.Gap) {
	p.begin(g.Time)
	p.above.Gap(g)
}

// begin chooses the layer for the application data: HTTP/2 where ALPN says so
// (RFC 9113, Section 3.2), else what it looks like.
func (p plaintext) begin(now int64) {
	if p.above != nil {
		return
	}
	f, info := p.flow, p.conn.Info()
	f.secured.Ended = now
	if info.ClientKnown {
		f.setClient(info.Client)
	}
	if info.ALPN == "h2" {
		p.above = f.startHTTP2(h2decode.Config{Unproven: f.unproven()}, h2decode.StartALPN)
		return
	}
	p.above = f.newOpener(opening.Config{
		Force: f.decodeAs(), Midstream: info.ClientHello == nil && info.ServerHello == nil,
	})
}

// An http2Layer hands octets to the HTTP/2 decoder.
type http2Layer struct {
	flow  *flow
	conn  *h2decode.Conn
	chunk h2decode.Chunk
}

// Chunk takes octets.
func (l *http2Layer) Chunk(c *reassembly.Chunk) {
	l.chunk = h2decode.Chunk{
		From: l.flow.side(c.Half), Offset: c.Offset, Packet: c.Packet, Time: c.Time,
		OctetsPacket: c.OctetsPacket, OctetsTime: c.OctetsTime, MissedSince: c.MissedSince,
		Acked: c.Acked, Data: c.Data, Late: l.flow.late(),
	}
	if spool := l.flow.worker.cfg.Spool; spool != nil {
		spool.add(l.flow.number, l.chunk.From, c.Offset, c.Data)
	}
	l.conn.Chunk(&l.chunk)
}

// Gap is told of octets that the capture lacks.
func (l *http2Layer) Gap(g *reassembly.Gap) {
	l.conn.Gap(&h2decode.Gap{
		From: l.flow.side(g.Half), Offset: g.Offset, Length: g.Length, Cause: gapCauses[g.Cause],
		Packet: g.Packet, Time: g.Time,
		Estimated: l.flow.transport() == h2decode.TLS, // padding and tickets may be among it
	})
}

var gapCauses = [...]h2decode.GapCause{
	reassembly.Missing:     h2decode.CauseMissing,
	reassembly.CaptureLoss: h2decode.CauseCaptureLoss,
	reassembly.Snaplen:     h2decode.CauseSnaplen,
}

func (l *http2Layer) finish() {
	f := l.flow
	l.conn.Finish(&f.closed, f.last.Packet, f.last.Time)
	if spool := f.worker.cfg.Spool; spool != nil {
		spool.close(f.number)
	}
}
