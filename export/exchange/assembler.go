package exchange

import (
	"net/netip"

	"h2scope/h2decode"
)

// MaxHeld is how many octets of bodies are held of one connection at a time,
// where Config.MaxBody is not more.
const MaxHeld = 64 << 20

// Config says what is gathered.
type Config struct {
	// MaxBody is how many octets of each message are kept; 0: none are.
	MaxBody int
	// Tunnels says that the octets of tunnels are all that is kept.
	Tunnels bool
}

// A Connection is what is known of a connection while its streams end.
type Connection struct {
	Number         uint64
	Client, Server netip.AddrPort
	Opened         int64 // time of its first packet

	// Connect and TLS are when its TCP connection and its TLS session were set
	// up; zero where that was not seen.
	Connect, TLS Span

	// Within are the streams that the connection lies in, outermost first, where
	// it is the one inside of a tunnel; Authority is then what CONNECT named.
	Within    []uint32
	Authority string

	streams map[uint32]*gathering
	count   int       // streams so far
	held    int       // octets of bodies
	block   [2]uint32 // by side: the stream that its newest field block is about
	last    share     // of a stream that is not open yet
	missing [2]uint64 // by side: octets that DATA lacks, since frames were last lost
	lost    [2]loss   // by side: what is not yet known to be of no tunnel
}

// A Span is from when to when something lasted, in nanoseconds since 1970-01-01
// UTC. The zero Span was not seen.
type Span struct{ Began, Ended int64 }

// Seen reports whether the span is known.
func (s Span) Seen() bool { return s.Ended != 0 }

// An Exchange is a request and its response: a stream that is over. Stream
// is borrowed: valid during the event that told of it.
type Exchange struct {
	Conn   *Connection
	Stream *h2decode.Stream
	Number int // from 1 within the connection, in the order in which streams opened

	// Bodies are the contents by the side that sent them.
	Bodies [2]*Body

	// Wire is how many octets the frames on the stream took, by side, their
	// headers included. Those of a PUSH_PROMISE count for the stream promised.
	Wire [2]uint64
	// Blocks is how many octets its field blocks took, by side.
	Blocks [2]uint64

	// ParentURL is the address of the request that a push belongs to; "" where
	// that is not known.
	ParentURL string
}

// gathering is an Exchange in the making.
type gathering struct {
	Exchange
	url     string
	connect bool    // the request is CONNECT
	begun   [2]bool // the fields of the message were seen
	ended   [2]bool // END_STREAM was seen
}

// A share is what one frame adds to the exchange that it is about.
type share struct {
	stream, on uint32 // the stream that it is about, and that it names: a PUSH_PROMISE is about another
	from       h2decode.Side
	octets     int
	block      int    // octets of the field block that it ended
	url        string // that the block asks for; "" where it asks for none
	connect    bool   // the block asks for CONNECT
	begins     bool   // the block begins a message
	end        bool
}

// An Assembler makes exchanges of events. It must not be used by two goroutines
// at once.
type Assembler struct {
	cfg   Config
	conns map[uint64]*Connection
}

// New returns an Assembler.
func New(cfg Config) *Assembler {
	return &Assembler{cfg: cfg, conns: make(map[uint64]*Connection)}
}

// Event takes an event, and returns the exchange that is over with it, or nil.
func (a *Assembler) Event(e h2decode.Event) *Exchange {
	switch e := e.(type) {
	case *h2decode.ConnectionOpened:
		a.conns[e.Conn] = &Connection{
			Number: e.Conn, Client: e.Client, Server: e.Server, Opened: e.Time,
			streams: make(map[uint32]*gathering),
		}
	case *h2decode.SetUp:
		if c := a.conns[e.Conn]; c != nil {
			c.Connect, c.TLS = Span(e.Connect), Span(e.TLS)
		}
	case *h2decode.ConnectionClosed:
		delete(a.conns, e.Number)
	case *h2decode.StreamChanged:
		if c := a.conns[e.Conn]; c != nil && e.Old == h2decode.Idle {
			c.open(e.Stream, a.cfg.MaxBody)
		}
	case *h2decode.DataDecoded:
		a.data(e)
	case *h2decode.GapFound:
		if c := a.conns[e.Conn]; c != nil {
			c.gap(e)
		}
	case *h2decode.FrameDecoded:
		if c := a.conns[e.Conn]; c != nil {
			c.frame(e)
		}
	case *h2decode.StreamClosed:
		return a.close(e)
	}
	return nil
}

// open begins an exchange, with the frame that was told just now: a stream is
// told to be open behind the frame that opens it.
func (c *Connection) open(stream uint32, maxBody int) {
	c.count++
	g := &gathering{Exchange: Exchange{Conn: c, Number: c.count, Bodies: [2]*Body{newBody(maxBody), newBody(maxBody)}}}
	if last := c.last; last.stream == stream {
		g.add(&last)
		if parent := c.streams[last.on]; parent != nil {
			g.ParentURL = parent.url
		}
	}
	c.streams[stream] = g
}

func (g *gathering) add(s *share) {
	g.Wire[s.from] += uint64(s.octets)
	g.Blocks[s.from] += uint64(s.block)
	g.ended[s.from] = g.ended[s.from] || s.end
	g.begun[s.from] = g.begun[s.from] || s.begins
	g.connect = g.connect || s.connect
	if s.url != "" && g.url == "" {
		g.url = s.url
	}
}

// frame counts what a frame takes for the exchange that it is about.
func (c *Connection) frame(e *h2decode.FrameDecoded) {
	h := &e.Header
	c.settleFrame(e)
	s := share{stream: h.Stream, on: h.Stream, from: e.From, octets: h2decode.HeaderLength + int(h.Length)}
	switch h.Type {
	case h2decode.TypeData:
		s.end = h.Flags.Has(h2decode.FlagEndStream)
	case h2decode.TypeHeaders:
		s.end = h.Flags.Has(h2decode.FlagEndStream)
		c.block[e.From] = h.Stream
	case h2decode.TypePushPromise:
		if p, ok := e.Payload.(*h2decode.PushPromiseFrame); ok {
			s.stream = p.Promised
		}
		c.block[e.From] = s.stream
	case h2decode.TypeContinuation:
		s.stream = c.block[e.From]
	}
	if e.Block != nil {
		s.block, s.begins = e.Block.Wire, begins(e.From, e.Block.Fields)
		if e.From == h2decode.Client {
			s.url, _ = fieldsURL(e.Block.Fields)
			s.connect = value(e.Block.Fields, ":method") == "CONNECT"
		}
	}
	if g := c.streams[s.stream]; g != nil {
		g.add(&s)
	}
	c.last = s
}

// close completes the exchange. Its bodies leave the connection's account.
func (a *Assembler) close(e *h2decode.StreamClosed) *Exchange {
	c := a.conns[e.Conn]
	if c == nil {
		return nil
	}
	g := c.streams[e.Stream.ID]
	if g == nil {
		c.last = share{}
		c.open(e.Stream.ID, 0)
		g = c.streams[e.Stream.ID]
	}
	if !e.Stream.Closed { // what was lost last, nothing came behind it
		c.settle(h2decode.Client, 0)
		c.settle(h2decode.Server, 0)
	}
	delete(c.streams, e.Stream.ID)
	for _, b := range g.Bodies {
		c.held -= b.held()
	}
	g.Stream = e.Stream
	return &g.Exchange
}
