package selftest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"

	"h2scope"
	"h2scope/capture"
	"h2scope/capture/pcapng"
	"h2scope/h2decode"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// A Decoder is h2scope.Run, or what is to be tested in its place.
type Decoder func(ctx context.Context, src h2scope.Source, cfg h2scope.Config, newRenderer func() h2scope.Renderer, out io.Writer) error

// An observation is what the decoder made of a recording. It satisfies
// h2scope.Renderer: it keeps copies of what the events point to.
type observation struct {
	frames  []frame
	bodies  map[bodyKey]hash.Hash
	streams []stream
	closed  []h2decode.Connection
	flows   map[uint64]*flow // by connection
	trouble []string         // gaps and notices

	findings map[string]found // by rule
	packets  uint64
}

type bodyKey struct {
	stream uint32
	from   h2decode.Side
}

// A frame is a frame as it was decoded.
type frame struct {
	from      h2decode.Side
	time      int64
	header    h2decode.FrameHeader
	payload   []byte // written anew from what was decoded; nil where it was not
	malformed bool
	block     bool // it ends a field block
	fields    []field
	broken    string // what is wrong with the block
	windows   balance
}

// observe decodes a recording.
func observe(ctx context.Context, decode Decoder, file []byte) (*observation, error) {
	src, err := capture.NewReader(bytes.NewReader(file), "selftest", capture.Config{})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	keys, err := embeddedKeys(file)
	if err != nil {
		return nil, err
	}
	o := &observation{bodies: map[bodyKey]hash.Hash{}, flows: map[uint64]*flow{}, findings: map[string]found{}}
	cfg := h2scope.Config{Messages: true, Data: true, Keys: keys, KeysFinal: true}
	err = decode(ctx, src, cfg, func() h2scope.Renderer { return o }, io.Discard)
	return o, err
}

// embeddedKeys reads the recording once for its secrets, as capture.FindSecrets
// does for files.
func embeddedKeys(file []byte) (*keylog.Store, error) {
	src, err := capture.NewReader(bytes.NewReader(file), "selftest", capture.Config{})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	var p capture.Packet
	for err == nil {
		err = src.Next(&p)
	}
	if err != io.EOF {
		return nil, err
	}
	store := keylog.NewStore()
	for _, s := range src.Secrets() {
		if s.Type != pcapng.TLSKeyLog {
			continue
		}
		if _, err := store.Add(s.Data, "selftest"); err != nil {
			return nil, err
		}
	}
	return store, nil
}

// Event takes note of an event.
func (o *observation) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		o.frames = append(o.frames, observedFrame(e))
		o.flow(e.Conn).frame++
	case *h2decode.DataDecoded:
		key := bodyKey{e.Stream, e.From}
		if o.bodies[key] == nil {
			o.bodies[key] = sha256.New()
		}
		o.bodies[key].Write(e.Data)
	case *h2decode.StreamChanged:
		f := o.flow(e.Conn)
		f.steps = append(f.steps, step{f.frame, e.Stream, e.Old, e.New})
	case *h2decode.StreamClosed:
		o.streams = append(o.streams, observedStream(e.Stream))
		o.flow(e.Conn).closeStream(e.Stream)
	case *h2decode.Stall:
		if e.Cause == h2decode.StalledByTCP {
			return dst // that is the machine's, and in no script
		}
		f := o.flow(e.Conn)
		f.stalls = append(f.stalls, observedStall(e))
	case *h2decode.GapFound:
		o.trouble = append(o.trouble, fmt.Sprintf("a gap of %d octets from the %s in packet %d", e.Bytes, e.From, e.Packet))
	case *h2decode.Noticed:
		o.trouble = append(o.trouble, "notice "+e.Kind+": "+e.Message)
	case *h2decode.Finding:
		o.findings[e.Rule] = found{o.findings[e.Rule].times + 1, e.Severity}
	case *h2decode.ConnectionClosed:
		o.closed = append(o.closed, *e.Connection)
		o.flow(e.Number).closed = e.Closed
	case *h2decode.CaptureEnded:
		o.packets = e.Packets
	}
	return dst
}

func (o *observation) flow(conn uint64) *flow {
	if o.flows[conn] == nil {
		o.flows[conn] = new(flow)
	}
	return o.flows[conn]
}

func observedFrame(e *h2decode.FrameDecoded) frame {
	f := frame{from: e.From, time: e.Time, header: e.Header, malformed: e.Malformed != nil, windows: observedBalance(e.Windows)}
	if _, isData := e.Payload.(*h2decode.DataFrame); e.Payload != nil && !isData {
		f.payload = e.Payload.Append([]byte{})
	}
	if e.Block == nil {
		return f
	}
	f.block = true
	f.fields = observedFields(e.Block.Fields)
	switch b := e.Block; {
	case b.Err != nil:
		f.broken = b.Err.Error()
	case b.Incomplete:
		f.broken = "the block has a hole"
	case b.Omitted > 0:
		f.broken = fmt.Sprintf("%d fields are left out", b.Omitted)
	case len(b.Violations) > 0:
		f.broken = b.Violations[0].Error()
	}
	return f
}
