package timeline

import (
	"slices"
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

const (
	client = h2decode.Client
	server = h2decode.Server
)

const ms = 1_000_000 // nanoseconds

// A play sends the octets of both sides through a decoder to a recorder, a
// packet for each call. Packet n comes at n milliseconds, unless wait says
// otherwise.
type play struct {
	t        testing.TB
	conn     *h2decode.Conn
	capture  *Capture
	recorder *Recorder
	offset   [2]uint64
	encoder  [2]*hpack.Encoder
	packet   uint64
	time     int64
	watchers []func(h2decode.Event) // are told before the recorder is
}

func newPlay(t testing.TB, cfg h2decode.Config) *play {
	p := &play{t: t, capture: New(Limits{}), encoder: [2]*hpack.Encoder{hpack.NewEncoder(4096), hpack.NewEncoder(4096)}}
	p.recorder = p.capture.Recorder()
	p.open(cfg)
	return p
}

func (p *play) open(cfg h2decode.Config) {
	cfg.Conn, cfg.Messages = 1, true
	p.conn = h2decode.NewConn(cfg, p)
	p.Event(&h2decode.ConnectionOpened{Conn: 1, Packet: 1})
	p.recorder.Observe(1, p.conn)
}

// begun is a connection behind its preface and the two SETTINGS frames: 4
// frames in 4 packets.
func begun(t testing.TB, settings ...h2decode.Setting) *play {
	p := newPlay(t, h2decode.Config{})
	p.client([]byte(h2decode.Preface), settingsFrame(settings...))
	p.server(settingsFrame())
	p.client(ackFrame())
	p.server(ackFrame())
	return p
}

func (p *play) Event(e h2decode.Event) {
	for _, w := range p.watchers {
		w(e)
	}
	p.recorder.Event(e)
}

func (p *play) client(octets ...[]byte) { p.send(client, octets...) }
func (p *play) server(octets ...[]byte) { p.send(server, octets...) }

func (p *play) send(from h2decode.Side, octets ...[]byte) {
	data := slices.Concat(octets...)
	p.packet++
	p.time += ms
	p.conn.Chunk(&h2decode.Chunk{
		From: from, Offset: p.offset[from], Packet: p.packet, OctetsPacket: p.packet,
		Time: p.time, Acked: p.offset[from.Other()], Data: data,
	})
	p.offset[from] += uint64(len(data))
}

// lose plays n octets that the capture lacks.
func (p *play) lose(from h2decode.Side, n int) {
	p.packet++
	p.time += ms
	p.conn.Gap(&h2decode.Gap{
		From: from, Offset: p.offset[from], Length: uint64(n), Cause: h2decode.CauseCaptureLoss,
		Packet: p.packet, Time: p.time,
	})
	p.offset[from] += uint64(n)
}

// wait lets time pass before the next packet.
func (p *play) wait(milliseconds int64) { p.time += milliseconds * ms }

// now is the connection as it is.
func (p *play) now() *Conn {
	p.recorder.Publish()
	return p.capture.Snapshot().Conn(1)
}

// over ends the connection, and is what is left of it.
func (p *play) over() *Conn {
	c := &h2decode.Connection{Number: 1, Closed: p.time}
	p.conn.Finish(c, p.packet, p.time)
	p.Event(&h2decode.ConnectionClosed{Connection: c})
	return p.now()
}

// The frames that plays are made of.

func settingsFrame(settings ...h2decode.Setting) []byte {
	var octets []byte
	for _, s := range settings {
		octets = h2decode.AppendSetting(octets, s)
	}
	return h2decode.AppendFrame(nil, h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{Octets: octets})
}

func ackFrame() []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeSettings, h2decode.FlagAck, 0, &h2decode.SettingsFrame{})
}

func dataFrame(stream uint32, flags h2decode.Flags, length int) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeData, flags, stream, &h2decode.DataFrame{Data: make([]byte, length)})
}

func updateFrame(stream, increment uint32) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeWindowUpdate, 0, stream, &h2decode.WindowUpdateFrame{Increment: increment})
}

func resetFrame(stream uint32, code h2decode.ErrorCode) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeRSTStream, 0, stream, &h2decode.RSTStreamFrame{Code: code})
}

func priorityFrame(stream uint32, p h2decode.PriorityFrame) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypePriority, 0, stream, &p)
}

func priorityUpdate(stream uint32, value string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypePriorityUpdate, 0, 0,
		&h2decode.PriorityUpdateFrame{Prioritized: stream, FieldValue: []byte(value)})
}

func pingFrame(flags h2decode.Flags, opaque string) []byte {
	var f h2decode.PingFrame
	copy(f.Opaque[:], opaque)
	return h2decode.AppendFrame(nil, h2decode.TypePing, flags, 0, &f)
}

func goAwayFrame(last uint32, code h2decode.ErrorCode, debug string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeGoAway, 0, 0,
		&h2decode.GoAwayFrame{LastStream: last, Code: code, DebugData: []byte(debug)})
}

// headers is a HEADERS frame with END_HEADERS, its fields put into side's table.
func (p *play) headers(side h2decode.Side, stream uint32, flags h2decode.Flags, fields ...string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeHeaders, flags|h2decode.FlagEndHeaders, stream,
		&h2decode.HeadersFrame{Fragment: p.block(side, fields...)})
}

// dependent is headers of the client with a place in the tree.
func (p *play) dependent(stream uint32, priority h2decode.PriorityFrame, fields ...string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeHeaders, h2decode.FlagEndHeaders|h2decode.FlagPriority|h2decode.FlagEndStream, stream,
		&h2decode.HeadersFrame{HasPriority: true, Priority: priority, Fragment: p.block(client, fields...)})
}

func (p *play) promise(parent, promised uint32, fields ...string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypePushPromise, h2decode.FlagEndHeaders, parent,
		&h2decode.PushPromiseFrame{Promised: promised, Fragment: p.block(server, fields...)})
}

func (p *play) block(side h2decode.Side, fields ...string) []byte {
	var block []byte
	for i := 0; i < len(fields); i += 2 {
		block = p.encoder[side].AppendField(block, fields[i], fields[i+1], hpack.Indexed)
	}
	return block
}

// request and response are the least that make an exchange.
func (p *play) request(stream uint32, flags h2decode.Flags, more ...string) []byte {
	return p.headers(client, stream, flags, append([]string{":method", "GET", ":scheme", "https", ":path", "/", ":authority", "a.example"}, more...)...)
}

func (p *play) response(stream uint32, flags h2decode.Flags, more ...string) []byte {
	return p.headers(server, stream, flags, append([]string{":status", "200"}, more...)...)
}
