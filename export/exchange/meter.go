package exchange

import (
	"h2scope/h2decode"
	"h2scope/h2decode/content/grpc"
	"h2scope/hpack"
)

// A Meter counts what only the octets of DATA tell of a stream: the messages of a
// gRPC call, and how long a content is without its codings. It keeps octets of
// coded content only, and counts what is known for certain: of messages that lie
// beside lost frames it says nothing.
//
// It needs the fields of messages and the octets of DATA, as an [Assembler] does,
// and must not be used by two goroutines at once.
type Meter struct {
	maxBody int
	conns   map[uint64]*metered
}

// NewMeter returns a meter that undoes content codings of up to maxBody octets as
// sent and as decoded; with 0 it counts messages only, and keeps nothing of what
// is no gRPC call.
func NewMeter(maxBody int) *Meter {
	return &Meter{maxBody: maxBody, conns: make(map[uint64]*metered)}
}

// A metered connection is one on which something is read.
type metered struct {
	streams map[uint32]*readings
	held    int       // octets of bodies
	missing [2]uint64 // by side: octets that DATA lacks, since a gap was last told
	losses  [2]int    // by side: how often frames may have been lost
}

// readings are those of one stream.
type readings struct {
	by     [2]*reading // the side that sends
	losses [2]int      // of the connection, when the first began
}

// A reading is what is counted of one message.
type reading struct {
	octets   uint64 // that came, or are missing
	ended    bool   // END_STREAM was seen
	losses   int    // of the connection, when it began
	lost     bool   // frames may have been lost since
	splitter *grpc.Splitter
	call     Call // what the content tells: grpc-web has its status there
	count    MessageCount
	body     *Body // what is to be decoded
}

// Event takes an event.
func (m *Meter) Event(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		m.frame(e)
	case *h2decode.DataDecoded:
		if c := m.conns[e.Conn]; c != nil {
			c.data(e, m.maxBody)
		}
	case *h2decode.GapFound:
		if c := m.conns[e.Conn]; c != nil {
			c.gap(e)
		}
	case *h2decode.ConnectionClosed:
		delete(m.conns, e.Number)
	}
}

// frame begins to read a message, or ends.
func (m *Meter) frame(e *h2decode.FrameDecoded) {
	stream, ends := e.Header.Stream, e.Header.Type == h2decode.TypeData && e.Header.Flags.Has(h2decode.FlagEndStream)
	if b := e.Block; b != nil {
		stream, ends = b.Stream, b.EndStream
		if r := m.begin(e.From, b.Fields); r != nil && !ends {
			m.add(e.Conn, stream, e.From, r)
		}
	}
	if ends {
		c := m.conns[e.Conn]
		if r := c.reading(stream, e.From); r != nil && !r.ended {
			r.ended, r.lost = true, r.losses != c.losses[e.From]
		}
	}
}

func (c *metered) reading(stream uint32, from h2decode.Side) *reading {
	if c == nil || c.streams[stream] == nil {
		return nil
	}
	return c.streams[stream].by[from]
}

// add reads a message from now on, where none is read already.
func (m *Meter) add(conn uint64, stream uint32, from h2decode.Side, r *reading) {
	c := m.conns[conn]
	if c == nil {
		c = &metered{streams: make(map[uint32]*readings)}
		m.conns[conn] = c
	}
	s := c.streams[stream]
	if s == nil {
		s = &readings{losses: c.losses}
		c.streams[stream] = s
	}
	if s.by[from] == nil {
		r.losses = c.losses[from]
		s.by[from] = r
	}
}

// begin is what is to be read of the message that a field section begins; nil where
// that is nothing, or where it begins none: interim responses, trailers, and what
// PUSH_PROMISE asks for itself.
func (m *Meter) begin(from h2decode.Side, fields []hpack.Field) *reading {
	var contentType []byte
	begins, coded := false, false
	for i := range fields {
		f := &fields[i]
		if f.Trust() != hpack.Exact {
			continue
		}
		switch string(f.Name) {
		case ":method":
			begins = from == h2decode.Client
		case ":status":
			begins = from == h2decode.Server && len(f.Value) == 3 && f.Value[0] != '1'
		case "content-type":
			contentType = f.Value
		case "content-encoding":
			coded = true
		}
	}
	format, call := callFormat(contentType)
	if !begins || !call && m.maxBody <= 0 {
		return nil
	}
	r := new(reading)
	if call {
		cfg := grpc.Config{Format: format}
		if format.Web {
			cfg.MaxMessage = maxWebTrailers
		}
		r.splitter = grpc.NewSplitter(cfg, func(m *grpc.Message) { r.call.count(&r.count, m) })
	}
	if coded && m.maxBody > 0 {
		r.body = newBody(m.maxBody)
	}
	return r
}

// maxWebTrailers is how many octets of the trailers of grpc-web are read.
const maxWebTrailers = 64 << 10

// data counts what came of a message.
func (c *metered) data(e *h2decode.DataDecoded, maxBody int) {
	c.missing[e.From] += uint64(e.Missing)
	r := c.reading(e.Stream, e.From)
	if r == nil || r.ended {
		return
	}
	r.octets += uint64(len(e.Data)) + uint64(e.Missing)
	if r.splitter != nil {
		r.splitter.Write(e.Time, e.Data)
		r.splitter.Missing(e.Time, uint64(e.Missing))
	}
	if r.body != nil {
		r.body.gather(e, &c.held, maxBody)
	}
}

// gap takes note of octets that the capture lacks. Those that a DATA frame lacks
// are told with it; where there are others, frames may have been lost.
func (c *metered) gap(e *h2decode.GapFound) {
	if e.Bytes != c.missing[e.From] || e.Skipped > 0 {
		c.losses[e.From]++
	}
	c.missing[e.From] = 0
}
