package tlsdecrypt

import (
	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// A Config is what connections are made with.
type Config struct {
	// Keys has the secrets; nil: there are none, and Info tells what shows
	// without.
	Keys *keylog.Store

	// KeysFinal says that Keys gets no more secrets: nothing waits for one.
	KeysFinal bool

	// Client is the half that the client sends, where ClientKnown. A hello
	// that says otherwise is believed.
	Client      reassembly.Half
	ClientKnown bool

	// Offset is where TLS begins in each half: not at 0 behind a proxy's
	// greeting. Octets before it are ignored.
	Offset [2]uint64

	// Sessions are shared by connections of which one may resume another's
	// session, below TLS 1.3; nil: only the key log's secrets count.
	Sessions *Sessions

	Limits *Limits // nil: DefaultLimits; may be shared, never written
	Pool   *Pool   // nil: the connection makes its own
}

// A Conn opens the records of one connection. Use New. It is for one goroutine.
type Conn struct {
	cfg    Config
	limits *Limits
	pool   *Pool
	next   reassembly.Handler
	half   [2]half
	info   Info

	shake   handshake // the newest
	version uint64    // of Keys, when they were last looked at
	order   uint64    // of the last piece
	held    int       // octets in both queues
	work    int64     // what is left of Limits.Work
	learned bool      // something that the other half may wait for
	late    bool
	done    bool // nothing more comes: nothing waits

	chunk reassembly.Chunk // what next gets
	gap   reassembly.Gap
}

// New makes a Conn that gives the plaintext to next. What next gets is valid
// during the call only.
func New(cfg Config, next reassembly.Handler) *Conn {
	c := &Conn{cfg: cfg, limits: cfg.Limits, pool: cfg.Pool, next: next}
	if c.limits == nil {
		defaults := DefaultLimits()
		c.limits = &defaults
	}
	if c.pool == nil {
		c.pool = NewPool()
	}
	c.work = c.limits.Work
	c.info.Client, c.info.ClientKnown = cfg.Client, cfg.ClientKnown
	for i := range c.half {
		h := &c.half[i]
		h.c, h.id, h.stats = c, reassembly.Half(i), &c.info.Side[i]
		h.end = cfg.Offset[i]
	}
	return c
}

// Chunk takes ciphertext: that of each half in order, without a hole that is
// not told as a gap. It calls next for what that opens.
func (c *Conn) Chunk(chunk *reassembly.Chunk) {
	c.look()
	p := piece{Chunk: *chunk}
	if start := c.cfg.Offset[chunk.Half]; p.Offset < start {
		if start-p.Offset >= uint64(len(p.Data)) {
			return
		}
		p.advance(int(start - p.Offset))
	}
	if len(p.Data) > 0 {
		c.take(p)
	}
}

// Gap takes a gap in the ciphertext.
func (c *Conn) Gap(gap *reassembly.Gap) {
	c.look()
	g := *gap
	if start := c.cfg.Offset[g.Half]; g.Offset < start {
		if start-g.Offset >= g.Length {
			return
		}
		g.Length -= start - g.Offset
		g.Offset = start
	}
	if g.Length > 0 {
		c.take(piece{
			Chunk: reassembly.Chunk{Half: g.Half, Offset: g.Offset, Packet: g.Packet, Time: g.Time},
			gap:   g.Length, cause: g.Cause,
		})
	}
}

// Finish says that nothing more comes. What waits is decided by what is known;
// next is told of gaps behind which nothing was opened.
func (c *Conn) Finish() {
	if c.done {
		return
	}
	c.look()
	c.done = true
	c.giveUp()
	c.pump()
	for i := range c.half {
		c.half[i].searchRest()
	}
	c.pump()
	for i := range c.half {
		c.half[i].finish()
	}
	c.conclude()
}

// Info is what is known now. It belongs to the Conn and changes with the next
// call. Decrypted and Reason may still change until Finish.
func (c *Conn) Info() *Info {
	c.conclude()
	return &c.info
}

// Begun reports whether the octets of a half are known to begin with its
// handshake: no application data stands before what is told of it.
func (c *Conn) Begun(half reassembly.Half) bool {
	h := &c.half[half]
	return h.begun && !h.joined
}

// Late reports, while next is called, whether a secret that arrived after the
// packet opened what is told.
func (c *Conn) Late() bool { return c.late }

// client reports whether h is the client's half, as far as known.
func (c *Conn) client(h *half) (is, known bool) {
	return h.id == c.info.Client, c.info.ClientKnown
}

// clientIs notes who the client is.
func (c *Conn) clientIs(h reassembly.Half) {
	c.info.Client, c.info.ClientKnown = h, true
}
