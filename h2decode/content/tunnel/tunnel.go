package tunnel

import "h2scope/h2decode"

// MaxDepth is how many tunnels, one inside the other, are decoded: as many as
// greetings of proxies are passed on one connection. What is inside the innermost
// is left as octets.
const MaxDepth = 4

// A Protocol is what a tunnel carries.
type Protocol uint8

// The protocols told apart.
const (
	Octets Protocol = iota // none of these, or too little was seen to tell
	HTTP2
	HTTP1
	TLS // which could not be opened, or held nothing
)

// String is the name that records use.
func (p Protocol) String() string { return [...]string{"octets", "h2", "http/1.1", "tls"}[p] }

// Config says how a tunnel is decoded.
type Config struct {
	Conn   uint64          // the number of the outer connection, for the origin of events
	Limits h2decode.Limits // zero: the defaults

	// TLS opens the TLS inside; nil: there are no secrets.
	TLS func(plaintext Handler) Session
}

// A Handler takes the octets of both sides of a connection, and is told of those
// that are missing. What it is given is valid during the call.
type Handler interface {
	Chunk(*h2decode.Chunk)
	Gap(*h2decode.Gap)
}

// A Session opens the TLS records of one connection: it takes ciphertext, and
// calls the Handler that it was made with for the application data.
type Session interface {
	Handler
	// Finish says that nothing more comes.
	Finish()
	// Security is what the handshake told up to now.
	Security() *h2decode.Security
}

// At says where octets of a tunnel come from.
type At struct {
	From   h2decode.Side
	Packet uint64 // the outer packet that let them be delivered
	Time   int64  // of that packet, in nanoseconds since 1970-01-01 UTC
}

// A Result is what is known of a tunnel.
type Result struct {
	Protocol Protocol
	// Reason says why the protocol, or what is in it, could not be told: a part of
	// a sentence, "" where nothing is left open.
	Reason string
	// Octets are how many each side sent, those that the capture lacks counted.
	Octets [2]uint64
	TLS    *h2decode.Security // nil: no TLS
	// Secured is from the first octet of TLS to the first that it protected; zero
	// where there is no TLS or none was opened.
	Secured h2decode.Period
	// HTTP2 is what is known of the inner connection; nil: it is not HTTP/2.
	HTTP2 *h2decode.Connection
}

// A Decoder decodes one tunnel. Use New. It is for one goroutine.
type Decoder struct {
	cfg    Config
	sink   h2decode.Sink
	outer  *opening // of the tunnel's octets
	inner  *opening // of what TLS protects; nil: there is none so far
	tls    Session
	http2  *connection
	chunk  h2decode.Chunk // in work
	result Result
}

// New gives a Decoder that tells the events of HTTP/2 inside the tunnel to sink.
func New(cfg Config, sink h2decode.Sink) *Decoder {
	d := &Decoder{cfg: cfg, sink: sink}
	d.outer = &opening{conclude: d.conclude}
	return d
}

// Write takes the next octets of a side. They are borrowed for the call.
func (d *Decoder) Write(at At, octets []byte) {
	if len(octets) == 0 {
		return
	}
	offset := d.advance(at, uint64(len(octets)))
	d.chunk = h2decode.Chunk{
		From: at.From, Offset: offset, Packet: at.Packet, Time: at.Time, OctetsPacket: at.Packet, Data: octets,
	}
	d.outer.Chunk(&d.chunk)
}

// Missing says that the capture lacks the next n octets of a side. estimated says
// that n is no more than a guess.
func (d *Decoder) Missing(at At, n uint64, estimated bool) {
	if n == 0 {
		return
	}
	offset := d.advance(at, n)
	d.outer.Gap(&h2decode.Gap{From: at.From, Offset: offset, Length: n, Estimated: estimated, Packet: at.Packet, Time: at.Time})
}

// advance counts octets, and returns where they begin.
func (d *Decoder) advance(at At, n uint64) uint64 {
	before := d.result.Octets[at.From]
	d.result.Octets[at.From] += n
	return before
}

// Close says that nothing more comes: the tunnel ended with a packet, at its time.
func (d *Decoder) Close(packet uint64, time int64) *Result {
	d.outer.finish()
	if d.tls != nil {
		d.tls.Finish()
		d.result.TLS = d.tls.Security()
	}
	if d.inner != nil {
		d.inner.finish()
	}
	if d.http2 != nil {
		d.result.HTTP2 = d.http2.close(d.cfg.Conn, d.result.TLS, packet, time)
	}
	d.explain()
	return &d.result
}

// explain says why what TLS protects is not known.
func (d *Decoder) explain() {
	r := &d.result
	switch {
	case r.Protocol != TLS || r.Reason != "":
	case r.TLS == nil:
		r.Reason = "there is no key log"
	case r.TLS.Reason != "":
		r.Reason = "decrypted " + r.TLS.Decrypted + " (" + r.TLS.Reason + ")"
	}
}

// conclude notes what the tunnel carries, and gives what takes its octets.
func (d *Decoder) conclude(p Protocol, reason string) Handler {
	d.result.Protocol, d.result.Reason = p, reason
	switch {
	case p == HTTP2:
		return d.begin(h2decode.Cleartext)
	case p == TLS && d.cfg.TLS != nil:
		d.tls = d.cfg.TLS((*plaintext)(d))
		return (*ciphertext)(d)
	}
	return nil
}

// begin begins to decode HTTP/2.
func (d *Decoder) begin(transport h2decode.Transport) Handler {
	d.sink.Event(&h2decode.SetUp{Conn: d.cfg.Conn, TLS: d.result.Secured})
	d.http2 = newConnection(d.cfg, transport, d.sink)
	return d.http2
}
