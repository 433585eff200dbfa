package opening

import "h2scope/reassembly"

const (
	// DefaultMaxHeld is the limit, in octets, on what is held of each half.
	DefaultMaxHeld = 64 << 10

	// MaxVia is how many greetings are passed. A connection with one more is
	// Other.
	MaxVia = 4

	// midstreamHeld replaces MaxHeld while a connection that was joined in
	// the middle says nothing: enough for the headers of two TLS records,
	// wherever in a record it was joined.
	midstreamHeld = 2*(recordHeaderSize+recordMaxLength) + recordHeaderSize
)

// A Config says how to look at a connection. The zero value is good.
type Config struct {
	// MaxHeld limits how many octets of each half are held while waiting for
	// others; 0 means DefaultMaxHeld. The chunk at which a half goes over it
	// decides.
	MaxHeld int

	// Force says that it is HTTP/2 whatever the octets say ("decode as"):
	// no preface is needed, and greetings and HTTP/1.1 are not looked for.
	// Only a TLS hello is still TLS: as HTTP/2 it could be nothing. The first
	// octets decide, so the client is known only where they are a preface.
	Force bool

	// Midstream says that the connection's beginning was not captured. Then
	// only a preface, a TLS record header, an HTTP/1.1 request line or a run of
	// HTTP/2 frames decides: greetings are too short to be told from other
	// octets.
	Midstream bool

	// Client is the client's half, as TCP's handshake told, if ClientKnown.
	Client      reassembly.Half
	ClientKnown bool
}

// An Opening follows the beginning of one connection. Use New.
type Opening struct {
	cfg    Config
	half   [2]stream
	order  uint64
	http1  *http1  // while its messages are followed
	search *search // for HTTP/2 without its beginning

	prefaced bool // the client's preface is there, the server's first octets are waited for
	result   Result
	final    bool
	replay   reassembly.Chunk
}

// New starts with nothing known.
func New(cfg Config) *Opening {
	if cfg.MaxHeld <= 0 {
		cfg.MaxHeld = DefaultMaxHeld
	}
	o := &Opening{cfg: cfg}
	o.half[0].gapAt, o.half[1].gapAt = -1, -1
	return o
}

// Chunk is told octets: those of each half in order, without a hole that is not
// told as a gap. It keeps a copy of what it may need later. When the verdict is
// final, Replay must follow before c.Data is given back. After that, chunks are
// ignored.
func (o *Opening) Chunk(c *reassembly.Chunk) Verdict {
	if !o.final && len(c.Data) > 0 {
		o.order++
		o.half[c.Half].push(c, o.order)
		o.look(func(s *search) { s.half[c.Half].chunk(c.Data, c.Offset) })
		o.advance()
	}
	return o.verdict()
}

// Gap is told a gap. It is passed over inside an HTTP/1.1 body of known length,
// and otherwise ends understanding of its half; held octets and the gap are
// replayed.
func (o *Opening) Gap(g *reassembly.Gap) Verdict {
	if !o.final && g.Length > 0 {
		o.order++
		o.half[g.Half].pushGap(g, o.order)
		o.look(func(s *search) { s.half[g.Half].gap(g.Length) })
		o.advance()
	}
	return o.verdict()
}

// Finish is told that no more octets come. Its verdict is final.
func (o *Opening) Finish() Verdict {
	if !o.final {
		o.settle()
	}
	return o.verdict()
}

// Protocol is what is known now. HTTP1 may still become something else while
// the verdict is not final.
func (o *Opening) Protocol() Protocol { return o.result.Protocol }

// Result is what is known now: all of it once the verdict is final. Its slices
// and pointers are the caller's to keep.
func (o *Opening) Result() Result {
	r := o.result
	r.Start = [2]uint64{o.half[0].offset, o.half[1].offset}
	if o.final {
		r.Start = o.result.Start
	}
	return r
}

// Replay gives h what belongs to the protocol beneath, in the order in which it
// came, and lets go of it. It is for use after the final verdict; for HTTP1 and
// Other it gives what was held and not understood.
func (o *Opening) Replay(h reassembly.Handler) {
	for {
		a, b := &o.half[0], &o.half[1]
		switch {
		case len(a.pieces) == 0 && len(b.pieces) == 0:
			return
		case len(b.pieces) == 0 || len(a.pieces) > 0 && a.pieces[0].order < b.pieces[0].order:
			a.next(h, &o.replay)
		default:
			b.next(h, &o.replay)
		}
	}
}

func (o *Opening) verdict() Verdict {
	return Verdict{Protocol: o.result.Protocol, Final: o.final}
}

// advance understands what can be understood, and sees to the limits.
func (o *Opening) advance() {
	for !o.final && o.step() {
	}
	if o.final {
		return
	}
	limit := o.cfg.MaxHeld
	if o.cfg.Midstream && o.http1 == nil {
		limit = min(limit, midstreamHeld)
	}
	if o.half[0].full(limit) || o.half[1].full(limit) || o.search.exhausted() {
		if o.search == nil || o.search.exhausted() {
			o.settle()
			return
		}
		o.makeRoom(limit)
	}
	o.half[0].keep()
	o.half[1].keep()
}

// step does one thing, and says whether there may be more to do.
func (o *Opening) step() bool {
	if o.http1 == nil {
		return (o.search == nil || !o.search.dropped) && o.sniff()
	}
	switch o.http1.step() {
	case progress:
		return true
	case lost:
		o.decide(HTTP1)
	case upgraded:
		o.result.Upgrade = o.http1.upgrade()
		o.decide(HTTP2Upgrade)
	case tunnelled:
		o.pass(Via{Kind: ViaConnect, Target: o.http1.target})
		return true
	}
	return false
}

// pass goes on behind a greeting as if the connection began there.
func (o *Opening) pass(v Via) {
	if len(o.result.Via) == MaxVia {
		o.decide(Other)
		return
	}
	o.result.Via = append(o.result.Via, v)
	o.result.Protocol = Undecided
	o.http1 = nil
}

// clientIs notes who the client is.
func (o *Opening) clientIs(h reassembly.Half) {
	o.result.Client, o.result.ClientKnown = h, true
}

// decide ends the looking.
func (o *Opening) decide(p Protocol) {
	o.final = true
	o.http1, o.search = nil, nil
	o.result.Protocol = p
	o.result.Start = [2]uint64{o.half[0].offset, o.half[1].offset}
}

// settle decides by what there is: nothing more comes, or no more can be held.
func (o *Opening) settle() {
	switch {
	case o.http1 != nil && o.http1.accepted == upgraded && !o.full():
		o.result.Upgrade = o.http1.upgrade()
		o.decide(HTTP2Upgrade)
	case o.http1 != nil:
		o.decide(HTTP1)
	case o.settlePreface():
	case o.cfg.Force && (o.half[0].spoken || o.half[1].spoken):
		o.force()
	case o.search != nil && (o.search.half[0].found || o.search.half[1].found):
		o.decideJoined() // and who the client is did not come out
	case !o.settleKnown():
		o.decide(Other)
	}
}

func (o *Opening) full() bool {
	return o.half[0].full(o.cfg.MaxHeld) || o.half[1].full(o.cfg.MaxHeld)
}
