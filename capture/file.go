package capture

import (
	"errors"
	"fmt"
	"io"
)

// The limits of what is kept besides packets, over all inputs of a source.
const (
	maxInterfaces = 1 << 16
	maxSecrets    = 64 << 20 // octets
	maxComments   = 8 << 20  // octets
	maxDamaged    = 16       // notices of one input about damaged blocks

	// What an entry costs besides its text, so that empty ones count too.
	secretsOverhead = 64
	commentOverhead = 64
)

// A catalog has what the inputs of one source hold besides packets.
type catalog struct {
	interfaces []Interface
	secrets    []Secrets
	comments   []Comment
	notices    []Notice

	secretOctets, commentOctets int
}

// addInterface gives an interface its index; false where there are too many.
func (c *catalog) addInterface(i Interface) (int, bool) {
	if len(c.interfaces) == maxInterfaces {
		return 0, false
	}
	c.interfaces = append(c.interfaces, i)
	return len(c.interfaces) - 1, true
}

// An input is one file or stream of a source: a stream of octets, windows
// over it, a reader of its format, and a sorter, one behind the other.
type input struct {
	name      string
	catalog   *catalog
	maxPacket int

	file   io.Closer
	stream *stream
	feed   feed
	reader packetReader
	sorter *sorter

	damages uint64
	lost    uint64                                             // by interface statistics
	limits  struct{ interfaces, secrets, comments, time bool } // said once each
	done    bool
}

// newInput begins to read r. It takes file over, which it closes at the end
// or where there is an error.
func newInput(r io.Reader, file io.Closer, name string, c *catalog, pool *windowPool, cfg Config) (*input, error) {
	s, err := newStream(r)
	if err != nil {
		file.Close()
		return nil, &Error{Op: "open", File: name, Err: err}
	}
	in := &input{name: name, catalog: c, maxPacket: cfg.MaxPacket, file: file, stream: s}
	in.feed = feed{r: s, pool: pool}
	if kindOf(s.head) == "pcap" {
		in.reader = newPcapFile(in)
	} else {
		in.reader = &pcapngFile{in: in}
	}
	in.sorter = newSorter(in.reader, cfg)
	return in, nil
}

// next gives the next packet in order of time, without Number.
func (in *input) next(p *Packet) error {
	err := in.sorter.next(p)
	if err != nil && err != ErrIdle && !in.done {
		in.done = true
		in.sumUp()
	}
	return err
}

// await shows the octets that feed.peek shows, or returns ErrIdle where they
// are not there and nothing comes for a while; then nothing was passed over.
func (in *input) await(n int) ([]byte, error) {
	if len(in.feed.unread) >= n {
		return in.feed.unread, nil
	}
	in.stream.impatient = in.stream.format == ""
	b := in.feed.peek(n)
	in.stream.impatient = false
	if in.feed.err == ErrIdle {
		in.feed.err = nil
		return nil, ErrIdle
	}
	return b, nil
}

// note adds a notice.
func (in *input) note(kind NoticeKind, message string) {
	in.catalog.notices = append(in.catalog.notices, Notice{Kind: kind, Message: message, File: in.name})
}

// damaged notes damage that did not stop the reading; after some, it only
// counts.
func (in *input) damaged(message string) {
	if in.damages++; in.damages <= maxDamaged {
		in.note(DamagedBlock, message)
	}
}

func (in *input) overLimit(said *bool, message string) {
	if !*said {
		*said = true
		in.note(OverLimit, message)
	}
}

func (in *input) badTime() {
	if !in.limits.time {
		in.limits.time = true
		in.note(BadTime, "a packet's time is outside of the years 1678 to 2261: it was set to the nearest that can be said")
	}
}

// comment keeps comments that are about no packet.
func (in *input) comment(texts []string) { in.commentOn(0, texts) }

func (in *input) commentOn(packet uint64, texts []string) {
	c := in.catalog
	for _, t := range texts {
		if c.commentOctets += len(t) + commentOverhead; c.commentOctets > maxComments {
			in.overLimit(&in.limits.comments, fmt.Sprintf("there are more than %d octets of comments: the others were not kept", maxComments))
			return
		}
		c.comments = append(c.comments, Comment{packet, t, in.name})
	}
}

// ended says how the input ended where rest octets were left of something
// that needs more: io.EOF, with a notice where that is the middle of
// a packet, or why it could not be read on.
func (in *input) ended(where string, rest int) error {
	err := in.feed.err
	switch {
	case in.stream.failed != nil:
		return &Error{Op: "read", File: in.name, Err: withoutPath(in.stream.failed)}
	case errors.Is(err, io.ErrUnexpectedEOF):
		in.note(Truncated, fmt.Sprintf("the %s data ends before its end, %s", in.stream.format, where))
	case err != io.EOF:
		in.note(DamagedBlock, fmt.Sprintf("the %s data is damaged, %s: the rest was not read (%v)", in.stream.format, where, err))
	case rest > 0:
		in.note(Truncated, "the file ends "+where)
	}
	return io.EOF
}

// sumUp says at the end what was counted.
func (in *input) sumUp() {
	if in.damages > maxDamaged {
		in.note(DamagedBlock, fmt.Sprintf("%d damaged places in all", in.damages))
	}
	if f, ok := in.reader.(*pcapngFile); ok && f.undescribed > 0 {
		in.note(DamagedBlock, fmt.Sprintf("%d packets of interfaces that their section does not describe were passed over", f.undescribed))
	}
	if in.lost > 0 {
		in.note(Dropped, fmt.Sprintf("%d packets were lost before they were captured, by the count of the capturing side", in.lost))
	}
	if in.sorter.late > 0 {
		in.note(Unsorted, fmt.Sprintf("%d packets are older than what stands before them, and further from their place than is sorted", in.sorter.late))
	}
}

func (in *input) close() error {
	in.sorter.close()
	in.feed.close()
	in.stream.close()
	return in.file.Close()
}
