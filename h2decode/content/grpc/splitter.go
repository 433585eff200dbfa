package grpc

import (
	"encoding/binary"
	"fmt"
)

// prefixLength is that of Length-Prefixed-Message: flags, and the length of what
// follows.
const prefixLength = 5

// The flags of a prefix.
const (
	flagCompressed = 0x01
	flagTrailers   = 0x80 // grpc-web only
)

// Config says how the messages of one direction are to be read.
type Config struct {
	Format
	// Encoding is grpc-encoding of that direction, or empty.
	Encoding string
	// MaxMessage is how many octets of a message are kept, and how many come out
	// when it is inflated. With 0 messages are only counted and measured.
	MaxMessage int
}

// A Message is one message of a call, or the trailers of grpc-web.
type Message struct {
	Number int // from 1, in its direction; trailers have one too

	// Begun and Ended are the times at which the first octet of the prefix and
	// the last octet of the message came: those given to Write, in nanoseconds.
	Begun, Ended int64

	Compressed bool
	Trailers   bool
	Length     uint32 // in octets, as the prefix has it

	// Wire are the octets as they were sent, Data without compression. Both end
	// at the first that is missing, and at MaxMessage. They are borrowed.
	Wire, Data []byte

	Missing uint32 // octets that the capture lacks
	Unsent  uint32 // octets that were announced and had not come at the end
	Omitted uint32 // octets that came and were not kept

	// Trouble says in a sentence what is wrong, or is empty.
	Trouble string
}

// Complete reports whether all of the message's octets are in the capture.
func (m *Message) Complete() bool { return m.Missing == 0 && m.Unsent == 0 }

func (m *Message) trouble(format string, args ...any) {
	if m.Trouble != "" {
		m.Trouble += "; "
	}
	m.Trouble += fmt.Sprintf(format, args...)
}

// A Splitter cuts the content of one direction of a call into its messages. It
// holds at most one message. It must not be used by two goroutines at once.
type Splitter struct {
	cfg   Config
	yield func(*Message)

	prefix []byte // of the next message, as far as it came
	inside bool   // a message's prefix is whole, and it is in msg
	msg    Message
	left   uint32 // octets of it that have not come
	buf    []byte // those that have come, kept
	sealed bool   // a hole was met: what follows is not kept

	text    *quads // of grpc-web-text
	lost    bool
	reason  string
	skipped uint64
}

// NewSplitter makes a Splitter that gives each message to yield when its last
// octet came. The message and all it points to are valid during that call only.
func NewSplitter(cfg Config, yield func(*Message)) *Splitter {
	s := &Splitter{cfg: cfg, yield: yield, prefix: make([]byte, 0, prefixLength)}
	if cfg.Text {
		s.text = new(quads)
	}
	return s
}

// Write takes the next octets of the content, which came at a time. Octets are
// borrowed for the call.
func (s *Splitter) Write(at int64, octets []byte) {
	if !s.cfg.Text {
		s.cut(at, octets)
		return
	}
	for len(octets) > 0 && !s.lost {
		var plain []byte
		var ok bool
		before := len(octets)
		if plain, octets, ok = s.text.decode(octets); !ok {
			s.lose("the content is not base64")
			s.skipped += uint64(before)
			return
		}
		s.cut(at, plain)
	}
	s.skipped += uint64(len(octets))
}

// cut goes through octets that are not base64.
func (s *Splitter) cut(at int64, octets []byte) {
	for len(octets) > 0 {
		switch {
		case s.lost:
			s.skipped += uint64(len(octets))
			return
		case s.inside:
			octets = s.body(at, octets)
		default:
			octets = s.head(at, octets)
		}
	}
}

// head takes octets of a prefix.
func (s *Splitter) head(at int64, octets []byte) []byte {
	if len(s.prefix) == 0 {
		s.msg = Message{Number: s.msg.Number + 1, Begun: at}
	}
	n := min(prefixLength-len(s.prefix), len(octets))
	s.prefix = append(s.prefix, octets[:n]...)
	if len(s.prefix) == prefixLength {
		s.begin()
		if s.left == 0 {
			s.end(at, nil)
		}
	}
	return octets[n:]
}

// begin reads a prefix that is whole.
func (s *Splitter) begin() {
	flags := s.prefix[0]
	known := byte(flagCompressed)
	if s.cfg.Web {
		known |= flagTrailers
		s.msg.Trailers = flags&flagTrailers != 0
	}
	s.msg.Compressed = flags&flagCompressed != 0
	s.msg.Length = binary.BigEndian.Uint32(s.prefix[1:])
	if flags&^known != 0 {
		s.msg.trouble("the flags %#02x of the message are not all known", flags)
	}
	s.left, s.inside, s.sealed = s.msg.Length, true, false
	s.prefix, s.buf = s.prefix[:0], s.buf[:0]
}

// body takes octets of a message. One that lies whole in them is not copied.
func (s *Splitter) body(at int64, octets []byte) []byte {
	n := int(min(uint64(s.left), uint64(len(octets))))
	part := octets[:n]
	whole := s.left == s.msg.Length && uint64(n) == uint64(s.left) && n <= s.cfg.MaxMessage
	s.left -= uint32(n)
	if !whole {
		s.keep(part)
		part = s.buf
	}
	if s.left == 0 {
		s.end(at, part)
	}
	return octets[n:]
}

func (s *Splitter) keep(part []byte) {
	n := 0
	if !s.sealed {
		n = min(len(part), max(s.cfg.MaxMessage, 0)-len(s.buf))
	}
	s.buf = append(s.buf, part[:n]...)
	s.msg.Omitted += uint32(len(part) - n)
	s.sealed = s.sealed || n < len(part)
}

// end tells the message.
func (s *Splitter) end(at int64, wire []byte) {
	s.inside = false
	s.msg.Ended, s.msg.Wire = at, wire
	s.inflate()
	s.yield(&s.msg)
	s.msg.Wire, s.msg.Data = nil, nil
	if cap(s.buf) > maxIdle {
		s.buf = nil
	}
}

// maxIdle is how much memory a Splitter keeps between two messages, in octets.
const maxIdle = 64 << 10

// Missing says that the capture lacks the next n octets of the content.
func (s *Splitter) Missing(at int64, n uint64) {
	switch {
	case n == 0 || s.lost:
	case s.cfg.Text:
		s.lose("octets of the base64 are missing")
	case s.inside && n <= uint64(s.left):
		s.msg.Missing += uint32(n)
		s.left -= uint32(n)
		s.sealed = true
		if s.left == 0 {
			s.end(at, s.buf)
		}
	default:
		s.msg.Missing += s.left
		s.left = 0
		if s.inside {
			s.end(at, s.buf)
		}
		s.skipped += uint64(len(s.prefix))
		s.prefix = s.prefix[:0]
		s.lose("octets are missing that tell how long a message is")
	}
}

func (s *Splitter) lose(reason string) { s.lost, s.reason = true, reason }

// Close ends the content. A message that has begun is told with what came of it.
func (s *Splitter) Close(at int64) {
	if s.cfg.Text && !s.lost {
		plain, ok := s.text.rest()
		if !ok {
			s.lose("the content is not base64")
		}
		s.cut(at, plain)
	}
	switch {
	case s.inside:
		s.msg.Unsent, s.left = s.left, 0
		s.end(at, s.buf)
	case len(s.prefix) > 0:
		s.skipped += uint64(len(s.prefix))
		s.prefix = s.prefix[:0]
		if !s.lost {
			s.lose("the content ends inside the prefix of a message")
		}
	}
}

// Skipped is how many octets of the content (of grpc-web-text: of its base64) are
// no part of any message that was told, and why, in a sentence.
func (s *Splitter) Skipped() (uint64, string) { return s.skipped, s.reason }
