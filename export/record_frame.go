package export

import "h2scope/h2decode"

// frame is one HTTP/2 frame.
func (w *writer) frame(e *h2decode.FrameDecoded) {
	w.begin("frame")
	w.frameOrigin(e)
	w.frameHeader(&e.Header)
	if e.Missing != 0 {
		w.uint("missing", uint64(e.Missing))
	}
	if e.FirstPacket != 0 {
		w.uint("first_packet", e.FirstPacket)
		w.time("first_time", e.FirstTime)
	}
	if e.Payload != nil {
		w.payload(e.Header.Flags, e.Payload)
	}
	if e.Block != nil {
		w.block(e)
	}
	w.windows(&e.Windows)
	switch {
	case e.Malformed != nil:
		w.text("malformed", []byte(e.Malformed.Reason))
	case e.Block != nil && e.Block.Err != nil:
		w.text("malformed", []byte(e.Block.Err.Error()))
	}
	if e.Late {
		w.bool("late", true)
	}
	w.end()
}

func (w *writer) frameOrigin(e *h2decode.FrameDecoded) {
	w.uint("conn", e.Conn)
	w.uint("n", e.Number)
	w.uint("packet", e.Packet)
	if e.OctetsPacket != 0 {
		w.uint("octets_packet", e.OctetsPacket)
	}
	w.time("time", e.Time)
	w.name("from", e.From.String())
}

func (w *writer) frameHeader(h *h2decode.FrameHeader) {
	w.uint("stream", uint64(h.Stream))
	w.head(h.Type, h.Flags)
	w.uint("length", uint64(h.Length))
}

// payload writes what the frame's type has. The octets of a field block are not
// among it: they are the fields of the frame that ends it.
func (w *writer) payload(flags h2decode.Flags, p h2decode.Payload) {
	switch p := p.(type) {
	case *h2decode.DataFrame:
		if flags.Has(h2decode.FlagPadded) {
			w.uint("pad_length", uint64(p.PadLength))
		}
		w.uint("data_length", uint64(p.Length))
	case *h2decode.HeadersFrame:
		w.padding(p.Padding)
		if p.HasPriority {
			w.priority(&p.Priority)
		}
	case *h2decode.PriorityFrame:
		w.priority(p)
	case *h2decode.RSTStreamFrame:
		w.errorCode(p.Code)
	case *h2decode.SettingsFrame:
		w.settings(p)
	case *h2decode.PushPromiseFrame:
		w.padding(p.Padding)
		w.uint("promised_stream", uint64(p.Promised))
	case *h2decode.PingFrame:
		w.hex("opaque", p.Opaque[:])
	case *h2decode.GoAwayFrame:
		w.goAway(p)
	case *h2decode.WindowUpdateFrame:
		w.uint("increment", uint64(p.Increment))
	default:
		w.extension(p)
	}
}

// extension writes the payloads of frame types that other RFCs add.
func (w *writer) extension(p h2decode.Payload) {
	switch p := p.(type) {
	case *h2decode.AltSvcFrame:
		if len(p.Origin) > 0 {
			w.text("origin", p.Origin)
		}
		w.text("alt_svc", p.FieldValue)
	case *h2decode.OriginFrame:
		w.texts("origins", p.All())
	case *h2decode.PriorityUpdateFrame:
		w.uint("prioritized_stream", uint64(p.Prioritized))
		w.text("priority_field_value", p.FieldValue)
	}
}

func (w *writer) padding(p h2decode.Padding) {
	if p.Padded {
		w.uint("pad_length", uint64(len(p.Octets)))
	}
}

func (w *writer) priority(p *h2decode.PriorityFrame) {
	w.object("priority")
	w.tree(p)
	w.endObject()
}

// tree writes the priority of RFC 7540, Section 5.3.
func (w *writer) tree(p *h2decode.PriorityFrame) {
	w.bool("exclusive", p.Exclusive)
	w.uint("depends_on", uint64(p.DependsOn))
	w.uint("weight", uint64(p.Weight))
}

func (w *writer) settings(p *h2decode.SettingsFrame) {
	w.array("settings")
	for s := range p.All() {
		w.object("")
		w.uint("id", uint64(s.ID))
		w.name("name", s.ID.String())
		w.uint("value", uint64(s.Value))
		w.endObject()
	}
	w.endArray()
}

func (w *writer) goAway(p *h2decode.GoAwayFrame) {
	w.errorCode(p.Code)
	w.uint("last_stream", uint64(p.LastStream))
	if len(p.DebugData) > 0 {
		w.text("debug_data", p.DebugData)
	}
}

// block writes the field section that the frame completes.
func (w *writer) block(e *h2decode.FrameDecoded) {
	b := e.Block
	w.section(e)
	if b.Incomplete {
		w.bool("fields_incomplete", true)
	}
	if b.Omitted > 0 {
		w.uint("fields_omitted", uint64(b.Omitted))
	}
}
