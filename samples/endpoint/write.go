package endpoint

import (
	"encoding/binary"

	"golang.org/x/net/http2"
)

func (Preface) write(s *speaker) { s.out.WriteString(http2.ClientPreface) }
func (p Plain) write(s *speaker) { s.out.WriteString(string(p)) }

func (p Settings) write(s *speaker) {
	s.frame(nil, func(f *http2.Framer) error { return f.WriteSettings(p...) })
}

func (SettingsAck) write(s *speaker) {
	s.frame(nil, func(f *http2.Framer) error { return f.WriteSettingsAck() })
}

func (n TableSize) write(s *speaker) { s.encoder.SetMaxDynamicTableSize(uint32(n)) }

func (h Headers) write(s *speaker) {
	block := h.Block
	if block == nil {
		block = s.encode(h.Fields)
	}
	s.fragments(h.Stream, h.Fields, h.Between, split(block, h.Split), func(f *http2.Framer, fragment []byte, end bool) error {
		p := http2.HeadersFrameParam{
			StreamID: h.Stream, BlockFragment: fragment, EndStream: h.EndStream, EndHeaders: end, PadLength: h.Pad,
		}
		if h.Priority != nil {
			p.Priority = *h.Priority
		}
		return f.WriteHeaders(p)
	})
	s.written[len(s.written)-1].Broken = h.Broken
}

func (p PushPromise) write(s *speaker) {
	s.fragments(p.Stream, p.Fields, nil, split(s.encode(p.Fields), p.Split), func(f *http2.Framer, fragment []byte, end bool) error {
		return f.WritePushPromise(http2.PushPromiseParam{
			StreamID: p.Stream, PromiseID: p.Promised, BlockFragment: fragment, EndHeaders: end, PadLength: p.Pad,
		})
	})
}

func (d Data) write(s *speaker) {
	s.frame(nil, func(f *http2.Framer) error {
		if d.Pad != nil {
			return f.WriteDataPadded(d.Stream, d.EndStream, d.Body, d.Pad)
		}
		return f.WriteData(d.Stream, d.EndStream, d.Body)
	})
	s.body(d.Stream, d.Body)
}

func (p Priority) write(s *speaker) {
	s.frame(nil, func(f *http2.Framer) error { return f.WritePriority(p.Stream, p.PriorityParam) })
}

func (r ResetStream) write(s *speaker) {
	s.frame(nil, func(f *http2.Framer) error { return f.WriteRSTStream(r.Stream, r.Code) })
}

func (p Ping) write(s *speaker) {
	s.frame(nil, func(f *http2.Framer) error { return f.WritePing(p.Ack, p.Opaque) })
}

func (g GoAway) write(s *speaker) {
	s.frame(nil, func(f *http2.Framer) error { return f.WriteGoAway(g.LastStream, g.Code, []byte(g.DebugData)) })
}

func (w WindowUpdate) write(s *speaker) {
	s.frame(nil, func(f *http2.Framer) error { return f.WriteWindowUpdate(w.Stream, w.Increment) })
}

func (a AltSvc) write(s *speaker) {
	payload := binary.BigEndian.AppendUint16(nil, uint16(len(a.Origin)))
	payload = append(append(payload, a.Origin...), a.Value...)
	Raw{Type: typeAltSvc, Stream: a.Stream, Payload: payload}.write(s)
}

func (o Origins) write(s *speaker) {
	var payload []byte
	for _, origin := range o {
		payload = binary.BigEndian.AppendUint16(payload, uint16(len(origin)))
		payload = append(payload, origin...)
	}
	Raw{Type: typeOrigin, Payload: payload}.write(s)
}

func (p PriorityUpdate) write(s *speaker) {
	s.frame(nil, func(f *http2.Framer) error { return f.WritePriorityUpdate(p.Stream, p.Value) })
}

func (r Raw) write(s *speaker) {
	frame := s.frame(r.Fields, func(f *http2.Framer) error { return f.WriteRawFrame(r.Type, r.Flags, r.Stream, r.Payload) })
	frame.Malformed = r.Malformed
}
