package h2decode

import (
	"fmt"
	"strings"
	"testing"

	"h2scope/hpack"
)

// A script plays the octets of both sides to a connection, a packet for each
// call, and keeps what the connection tells.
type script struct {
	t       *testing.T
	conn    *Conn
	offset  [2]uint64
	encoder [2]*hpack.Encoder
	packet  uint64
	events  []string // one line each
	sink    func(Event)
}

func newScript(t *testing.T, cfg Config) *script {
	s := &script{t: t, encoder: [2]*hpack.Encoder{hpack.NewEncoder(4096), hpack.NewEncoder(4096)}}
	cfg.Conn = 1
	s.conn = NewConn(cfg, s)
	return s
}

// begun is a connection behind its preface and the two SETTINGS frames.
func begun(t *testing.T, cfg Config) *script {
	s := newScript(t, cfg)
	s.client([]byte(Preface), settingsFrame())
	s.server(settingsFrame())
	s.client(ackFrame())
	s.server(ackFrame())
	s.events = nil
	return s
}

func (s *script) client(octets ...[]byte) { s.send(Client, octets...) }
func (s *script) server(octets ...[]byte) { s.send(Server, octets...) }

// send plays one packet.
func (s *script) send(from Side, octets ...[]byte) {
	var data []byte
	for _, o := range octets {
		data = append(data, o...)
	}
	s.packet++
	s.conn.Chunk(&Chunk{
		From: from, Offset: s.offset[from], Packet: s.packet, OctetsPacket: s.packet,
		Time: int64(s.packet) * 1e6, Acked: s.offset[from.Other()], Data: data,
	})
	s.offset[from] += uint64(len(data))
}

// lose plays n octets that the capture lacks.
func (s *script) lose(from Side, n int) {
	s.packet++
	s.conn.Gap(&Gap{
		From: from, Offset: s.offset[from], Length: uint64(n), Cause: CauseCaptureLoss,
		Packet: s.packet, Time: int64(s.packet) * 1e6,
	})
	s.offset[from] += uint64(n)
}

func (s *script) finish() *Connection {
	c := new(Connection)
	s.conn.Finish(c, s.packet, int64(s.packet)*1e6)
	return c
}

// want compares what was told since the last call.
func (s *script) want(lines ...string) {
	s.t.Helper()
	got, want := strings.Join(s.events, "\n"), strings.Join(lines, "\n")
	if got != want {
		s.t.Errorf("told:\n%s\nwant:\n%s", got, want)
	}
	s.events = nil
}

// Event writes an event as a line: the packet, who sent it, and what it is.
func (s *script) Event(e Event) {
	if s.sink != nil {
		s.sink(e)
	}
	if line := describeEvent(e); line != "" {
		s.events = append(s.events, line)
	}
}

func describeEvent(e Event) string {
	switch e := e.(type) {
	case *PrefaceSeen:
		return fmt.Sprintf("%d %s preface", e.Packet, e.From)
	case *FrameDecoded:
		return describeFrame(e)
	case *DataDecoded:
		return fmt.Sprintf("%d %s data %d: %q missing %d", e.Packet, e.From, e.Stream, e.Data, e.Missing)
	case *SettingsAcknowledged:
		if e.Incomplete {
			return fmt.Sprintf("%d %s acknowledges settings that are not known", e.Packet, e.From)
		}
		return fmt.Sprintf("%d %s acknowledges %v", e.Packet, e.From, e.Settings)
	case *StreamChanged:
		return fmt.Sprintf("%d %s stream %d: %s → %s", e.Packet, e.From, e.Stream, e.Old, e.New)
	case *StreamClosed:
		return fmt.Sprintf("%d %s stream %d ended: %s %s", e.Packet, e.From, e.Stream.ID, e.Stream.Kind, e.Stream.State)
	case *GapFound:
		return fmt.Sprintf("%d %s gap at %d of %d, %d skipped, %s, resynced %d", e.Packet, e.From, e.Offset, e.Bytes, e.Skipped, e.Cause, e.Resynced)
	case *AlternativeSeen:
		return fmt.Sprintf("%d %s alternative %s", e.Packet, e.From, e.Value)
	}
	return ""
}

func describeFrame(e *FrameDecoded) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s #%d %s %d", e.Packet, e.From, e.Number, e.Header.Type, e.Header.Stream)
	for _, name := range e.Header.Type.FlagNames(nil, e.Header.Flags) {
		b.WriteString(" " + name)
	}
	if e.FirstPacket != 0 {
		fmt.Fprintf(&b, " from packet %d", e.FirstPacket)
	}
	if e.Missing != 0 {
		fmt.Fprintf(&b, " missing %d", e.Missing)
	}
	if e.Malformed != nil {
		b.WriteString(" malformed: " + e.Malformed.Reason)
	}
	if e.Block != nil {
		b.WriteString(" {" + describeFields(e.Block) + "}")
	}
	return b.String()
}

func describeFields(block *Block) string {
	var b strings.Builder
	for i, f := range block.Fields {
		if i > 0 {
			b.WriteString(", ")
		}
		switch trust := f.Trust(); trust {
		case hpack.Exact:
			fmt.Fprintf(&b, "%s: %s", f.Name, f.Value)
		case hpack.Uncertain:
			fmt.Fprintf(&b, "%s: %s (uncertain)", f.Name, f.Value)
		default:
			fmt.Fprintf(&b, "[%d] unknown", f.Index)
		}
	}
	if block.Incomplete {
		b.WriteString(" …")
	}
	if block.Omitted > 0 {
		fmt.Fprintf(&b, " and %d omitted", block.Omitted)
	}
	return b.String()
}

// The frames that scripts are made of.

func settingsFrame(settings ...Setting) []byte {
	var octets []byte
	for _, s := range settings {
		octets = AppendSetting(octets, s)
	}
	return AppendFrame(nil, TypeSettings, 0, 0, &SettingsFrame{Octets: octets})
}

func ackFrame() []byte { return AppendFrame(nil, TypeSettings, FlagAck, 0, &SettingsFrame{}) }

func dataFrame(stream uint32, flags Flags, data string) []byte {
	return AppendFrame(nil, TypeData, flags, stream, &DataFrame{Data: []byte(data)})
}

func resetFrame(stream uint32, code ErrorCode) []byte {
	return AppendFrame(nil, TypeRSTStream, 0, stream, &RSTStreamFrame{Code: code})
}

// headers is a HEADERS frame with END_HEADERS, its fields put into side's table.
func (s *script) headers(side Side, stream uint32, flags Flags, fields ...string) []byte {
	return AppendFrame(nil, TypeHeaders, flags|FlagEndHeaders, stream, &HeadersFrame{Fragment: s.block(side, fields...)})
}

// promise is a PUSH_PROMISE frame with END_HEADERS.
func (s *script) promise(parent, promised uint32, fields ...string) []byte {
	return AppendFrame(nil, TypePushPromise, FlagEndHeaders, parent,
		&PushPromiseFrame{Promised: promised, Fragment: s.block(Server, fields...)})
}

// fragment is a HEADERS frame with any octets as its fragment.
func fragment(stream uint32, flags Flags, octets ...byte) []byte {
	return AppendFrame(nil, TypeHeaders, flags, stream, &HeadersFrame{Fragment: octets})
}

func continuation(stream uint32, flags Flags, octets ...byte) []byte {
	return AppendFrame(nil, TypeContinuation, flags, stream, &ContinuationFrame{Fragment: octets})
}

// streamsEnded describes each stream of the connection as it is told, with its
// messages; it is filled as the script goes on.
func (s *script) streamsEnded() map[uint32]string {
	ended := make(map[uint32]string)
	s.sink = func(e Event) {
		if e, ok := e.(*StreamClosed); ok {
			ended[e.Stream.ID] = describeMessage(&e.Stream.Request) + " → " + describeMessage(&e.Stream.Response)
		}
	}
	return ended
}

func describeMessage(m *Message) string {
	var b strings.Builder
	for _, interim := range m.Interim {
		b.WriteString("[" + describeFields(&Block{Fields: interim}) + "] ")
	}
	b.WriteString("{" + describeFields(&Block{Fields: m.Fields}) + "}")
	if m.DataBytes > 0 {
		fmt.Fprintf(&b, " %d octets", m.DataBytes)
	}
	if m.Missing > 0 {
		fmt.Fprintf(&b, " (%d missing)", m.Missing)
	}
	if len(m.Trailers) > 0 {
		b.WriteString(" trailers {" + describeFields(&Block{Fields: m.Trailers}) + "}")
	}
	if m.Incomplete {
		b.WriteString(" incomplete")
	}
	if m.Omitted > 0 {
		fmt.Fprintf(&b, " %d omitted", m.Omitted)
	}
	if m.Complete {
		b.WriteString(" complete")
	}
	return b.String()
}

// block encodes fields: names and values in turn.
func (s *script) block(side Side, fields ...string) []byte {
	var block []byte
	for i := 0; i < len(fields); i += 2 {
		block = s.encoder[side].AppendField(block, fields[i], fields[i+1], hpack.Indexed)
	}
	return block
}

var get = []string{":method", "GET", ":scheme", "https", ":path", "/", ":authority", "a.example"}
