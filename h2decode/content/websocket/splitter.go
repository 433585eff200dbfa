package websocket

// Config says how the octets of one side are to be read.
type Config struct {
	// Client says that the octets are the client's, which masks its frames.
	Client bool
	Extensions
	// MaxMessage is how many octets of a message are kept, as sent and as
	// inflated. Control frames are kept whole.
	MaxMessage int
}

// A Splitter reads the octets of one side. It holds at most one message and one
// control frame. It must not be used by two goroutines at once.
type Splitter struct {
	cfg   Config
	yield func(*Message)

	head   []byte // of the next frame, as far as it came
	begun  int64  // when that began
	inside bool   // a frame's header is whole, and it is frame
	frame  header
	offset uint64 // octets of its payload that came or are missing

	data     gathered // the message of text or binary, over its fragments
	control  gathered // a control frame
	inflater inflater

	lost    bool
	reason  string
	skipped uint64
}

// gathered is a message on its way.
type gathered struct {
	open   bool
	msg    Message
	buf    []byte
	sealed bool // nothing more is kept: a hole or the limit was met
}

// NewSplitter makes a Splitter that gives each message to yield when its last
// octet came, control frames between the fragments of a message before it. The
// message and all it points to are valid during that call only.
func NewSplitter(cfg Config, yield func(*Message)) *Splitter {
	s := &Splitter{cfg: cfg, yield: yield, head: make([]byte, 0, maxHeader)}
	s.inflater.takeover = !cfg.ServerNoTakeover
	if cfg.Client {
		s.inflater.takeover = !cfg.ClientNoTakeover
	}
	return s
}

// Write takes the next octets, which came at a time. Octets are borrowed for the
// call and not changed.
func (s *Splitter) Write(at int64, octets []byte) {
	for len(octets) > 0 {
		switch {
		case s.lost:
			s.skipped += uint64(len(octets))
			return
		case s.inside:
			octets = s.payload(at, octets)
		default:
			octets = s.header(at, octets)
		}
	}
}

// header takes octets of a frame's header.
func (s *Splitter) header(at int64, octets []byte) []byte {
	if len(s.head) == 0 {
		s.begun = at
	}
	for len(octets) > 0 {
		h, need := parseHeader(s.head)
		if n := min(need-len(s.head), len(octets)); n > 0 {
			s.head = append(s.head, octets[:n]...)
			octets = octets[n:]
			h, need = parseHeader(s.head)
		}
		if len(s.head) < need {
			continue
		}
		if h.length > 1<<63-1 {
			s.skipped += uint64(len(s.head))
			s.head = s.head[:0]
			s.lose("a frame says that it is longer than any can be (RFC 6455, Section 5.2)")
			return octets
		}
		s.head = s.head[:0]
		s.begin(h)
		if h.length == 0 {
			s.endFrame(at)
		}
		return octets
	}
	return octets
}

// begin starts a frame whose header is whole.
func (s *Splitter) begin(h header) {
	s.frame, s.offset, s.inside = h, 0, true
	g := s.current()
	if h.opcode.IsControl() || !g.open {
		s.beginMessage(g)
	} else if h.opcode != Continuation {
		// The message before was never finished: it is told as it is.
		g.msg.Open = true
		g.msg.trouble("a new message begins before the last one ended (RFC 6455, Section 5.4)")
		s.tell(g, s.begun)
		s.beginMessage(g)
	}
	g.msg.Frames++
	g.msg.Masked = h.masked
	g.msg.Length += h.length
	s.checkFrame(g)
}

// current is where the payload of the frame belongs.
func (s *Splitter) current() *gathered {
	if s.frame.opcode.IsControl() {
		return &s.control
	}
	return &s.data
}

func (s *Splitter) beginMessage(g *gathered) {
	h := &s.frame
	compressed := s.cfg.Deflate && h.rsv&bitRSV1 != 0 && !h.opcode.IsControl()
	*g = gathered{open: true, buf: g.buf[:0], msg: Message{Opcode: h.opcode, Begun: s.begun, Compressed: compressed}}
	if h.opcode == Continuation {
		g.msg.trouble("a continuation frame has no message to continue (RFC 6455, Section 5.4)")
	}
}

// checkFrame says which rules a frame's header breaks.
func (s *Splitter) checkFrame(g *gathered) {
	h, m := &s.frame, &g.msg
	allowed := byte(0)
	if m.Compressed && m.Frames == 1 {
		allowed = bitRSV1
	}
	if h.rsv&^allowed != 0 {
		m.trouble("reserved bits are set that no extension uses there (RFC 6455, Section 5.2)")
	}
	if h.opcode.isReserved() {
		m.trouble("the opcode %#x is reserved (RFC 6455, Section 5.2)", uint8(h.opcode))
	}
	if h.opcode.IsControl() && (!h.fin || h.length > 125) {
		m.trouble("a control frame is fragmented or longer than 125 octets (RFC 6455, Section 5.5)")
	}
	if h.masked != s.cfg.Client {
		m.trouble("a client's frames must be masked, a server's must not (RFC 6455, Section 5.1)")
	}
	if !h.minimal {
		m.trouble("the length does not stand in the shortest form (RFC 6455, Section 5.2)")
	}
}

// payload takes octets of a frame's payload.
func (s *Splitter) payload(at int64, octets []byte) []byte {
	n := int(min(s.frame.length-s.offset, uint64(len(octets))))
	s.keep(s.current(), octets[:n])
	s.offset += uint64(n)
	if s.offset == s.frame.length {
		s.endFrame(at)
	}
	return octets[n:]
}

func (s *Splitter) keep(g *gathered, octets []byte) {
	limit := max(s.cfg.MaxMessage, 0)
	if s.frame.opcode.IsControl() {
		limit = 125
	}
	n, old := 0, len(g.buf)
	if !g.sealed {
		n = min(len(octets), limit-old)
	}
	g.buf = append(g.buf, octets[:n]...)
	s.frame.unmask(g.buf[old:], s.offset)
	g.msg.Omitted += uint64(len(octets) - n)
	g.sealed = g.sealed || n < len(octets)
}

func (s *Splitter) endFrame(at int64) {
	s.inside = false
	if g := s.current(); s.frame.fin || s.frame.opcode.IsControl() {
		s.tell(g, at)
	}
}

// tell ends a message.
func (s *Splitter) tell(g *gathered, at int64) {
	m := &g.msg
	g.open, m.Ended, m.Data = false, at, g.buf
	switch {
	case m.Open && m.Missing+m.Unsent == 0:
		m.trouble("the last fragment of the message did not come")
	case !m.Complete():
		m.trouble("the message is not all there: %d octets are missing", m.Missing+m.Unsent)
	case m.Omitted > 0 && s.cfg.MaxMessage > 0:
		m.trouble("%d octets of the message are beyond the limit", m.Omitted)
	}
	whole := m.Complete() && m.Omitted == 0
	if m.Compressed {
		whole = s.inflate(m, whole)
	}
	if whole {
		m.checkContent()
	}
	s.yield(m)
	m.Data = nil
	if cap(g.buf) > maxIdle {
		g.buf = nil
	}
}

// maxIdle is how much memory a Splitter keeps between two messages, in octets.
const maxIdle = 64 << 10
