package csv

import (
	"encoding/hex"

	"h2scope/h2decode"
)

var frameColumns = []string{
	"conn", "n", "packet", "time", "from", "stream", "type", "type_id", "flags_byte", "length", "missing",
	"data_length", "pad_length", "fields", "field_block_bytes",
	"error_code", "last_stream", "promised_stream", "increment", "opaque",
	"window_connection", "window_stream", "malformed", "late",
}

// frameEvent is the row of a frame.
func (r *row) frameEvent(e h2decode.Event) {
	f, ok := e.(*h2decode.FrameDecoded)
	if !ok {
		return
	}
	h := &f.Header
	r.uint(f.Conn)
	r.uint(f.Number)
	r.uint(f.Packet)
	r.time(f.Time)
	r.name(f.From.String())
	r.uint(uint64(h.Stream))
	r.name(h.Type.String())
	r.uint(uint64(h.Type))
	r.uint(uint64(h.Flags))
	r.uint(uint64(h.Length))
	r.uintIf(f.Missing > 0, uint64(f.Missing))
	data, isData := f.Payload.(*h2decode.DataFrame)
	if isData {
		r.uint(uint64(data.Length))
		r.uintIf(data.Padding.Padded, uint64(data.PadLength))
	} else {
		r.next()
		r.next()
	}
	r.block(f.Block)
	r.control(f.Payload)
	r.intIf(f.Windows.Moved && f.Windows.Connection.Known, f.Windows.Connection.Octets)
	r.intIf(f.Windows.Moved && f.Windows.Stream.Known, f.Windows.Stream.Octets)
	if f.Malformed != nil {
		r.text([]byte(f.Malformed.Error()))
	} else {
		r.next()
	}
	r.bool(f.Late)
}

// block is what a frame's field block is; nil: it ends none.
func (r *row) block(b *h2decode.Block) {
	if b == nil {
		r.next()
		r.next()
		return
	}
	r.uint(uint64(len(b.Fields) + b.Omitted))
	r.uint(uint64(b.Wire))
}

// control is what control frames say.
func (r *row) control(p h2decode.Payload) {
	var code, opaque string
	var last, promised, increment uint64
	switch p := p.(type) {
	case *h2decode.RSTStreamFrame:
		code = p.Code.String()
	case *h2decode.GoAwayFrame:
		code, last = p.Code.String(), uint64(p.LastStream)
	case *h2decode.PushPromiseFrame:
		promised = uint64(p.Promised)
	case *h2decode.WindowUpdateFrame:
		increment = uint64(p.Increment)
	case *h2decode.PingFrame:
		opaque = hex.EncodeToString(p.Opaque[:])
	}
	_, isGoAway := p.(*h2decode.GoAwayFrame)
	_, isPromise := p.(*h2decode.PushPromiseFrame)
	_, isUpdate := p.(*h2decode.WindowUpdateFrame)
	r.name(code)
	r.uintIf(isGoAway, last)
	r.uintIf(isPromise, promised)
	r.uintIf(isUpdate, increment)
	r.name(opaque)
}
