// Package tunneltest makes HTTP/2 connections that carry others, for tests.
//
// A connection is a list of steps: what a side sends, one packet each.
//
//	inner := tunneltest.Exchange("/one", "the body")
//	tunneltest.Play(tunneltest.Connect("b.example:443", inner), sink)
package tunneltest

import (
	"fmt"
	"net/netip"
	"slices"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// A Step is what a side sends at a time. Lost are octets that the capture lacks in
// its place; Guess says that their number is not certain.
type Step struct {
	From   h2decode.Side
	Octets []byte
	Lost   uint64
	Guess  bool
}

// A Talk encodes what two sides say on one connection.
type Talk struct{ encoders [2]*hpack.Encoder }

// NewTalk begins a connection.
func NewTalk() *Talk {
	return &Talk{[2]*hpack.Encoder{hpack.NewEncoder(4096), hpack.NewEncoder(4096)}}
}

// Headers is a HEADERS frame with the fields, which alternate with their values.
func (k *Talk) Headers(from h2decode.Side, stream uint32, flags h2decode.Flags, fields ...string) []byte {
	var block []byte
	for i := 0; i < len(fields); i += 2 {
		block = k.encoders[from].AppendField(block, fields[i], fields[i+1], hpack.Indexed)
	}
	return h2decode.AppendFrame(nil, h2decode.TypeHeaders, flags|h2decode.FlagEndHeaders, stream, &h2decode.HeadersFrame{Fragment: block})
}

// Get is a whole request.
func (k *Talk) Get(stream uint32, path string) []byte {
	return k.Headers(h2decode.Client, stream, h2decode.FlagEndStream, ":method", "GET", ":scheme", "http", ":authority", "b.example", ":path", path)
}

// Answer is a whole response.
func (k *Talk) Answer(stream uint32, body string, fields ...string) []byte {
	head := append([]string{":status", "200", "x-stream", fmt.Sprint(stream)}, fields...)
	return append(k.Headers(h2decode.Server, stream, 0, head...), Data(stream, h2decode.FlagEndStream, body)...)
}

// Data is a DATA frame.
func Data(stream uint32, flags h2decode.Flags, octets string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeData, flags, stream, &h2decode.DataFrame{Data: []byte(octets)})
}

// Settings is an empty SETTINGS frame, Settled its acknowledgment.
func Settings() []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{})
}

// Settled is an acknowledgment of SETTINGS.
func Settled() []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeSettings, h2decode.FlagAck, 0, &h2decode.SettingsFrame{})
}

// Begin is how a connection begins: the client connection preface, and SETTINGS of
// both sides.
func Begin() []Step {
	return []Step{
		{From: h2decode.Client, Octets: append([]byte(h2decode.Preface), Settings()...)},
		{From: h2decode.Server, Octets: append(Settings(), Settled()...)},
		{From: h2decode.Client, Octets: Settled()},
	}
}

// Exchange is a connection with one request and its response.
func Exchange(path, body string, fields ...string) []Step {
	k := NewTalk()
	return append(Begin(),
		Step{From: h2decode.Client, Octets: k.Get(1, path)},
		Step{From: h2decode.Server, Octets: k.Answer(1, body, fields...)})
}

// Connect is a connection whose stream 1 is a tunnel that carries another.
func Connect(authority string, inner []Step) []Step {
	k := NewTalk()
	steps := append(Begin(),
		Step{From: h2decode.Client, Octets: k.Headers(h2decode.Client, 1, 0, ":method", "CONNECT", ":authority", authority)},
		Step{From: h2decode.Server, Octets: k.Headers(h2decode.Server, 1, 0, ":status", "200")})
	for _, s := range inner {
		if len(s.Octets) > 0 {
			s.Octets = Data(1, 0, string(s.Octets))
		}
		steps = append(steps, s)
	}
	return steps
}

// End is the end of the tunnel that Connect made.
func End() []Step {
	return []Step{
		{From: h2decode.Client, Octets: Data(1, h2decode.FlagEndStream, "")},
		{From: h2decode.Server, Octets: Data(1, h2decode.FlagEndStream, "")},
	}
}

// Play decodes a connection, number 1, and tells its events to sink. The packets
// are numbered from 1 and come a millisecond apart.
func Play(steps []Step, sink h2decode.Sink) {
	client, server := netip.MustParseAddrPort("192.0.2.1:50000"), netip.MustParseAddrPort("192.0.2.2:8443")
	sink.Event(&h2decode.ConnectionOpened{Conn: 1, Client: client, Server: server, Packet: 1, Time: timeOf(1)})
	c := h2decode.NewConn(h2decode.Config{Conn: 1, Messages: true, Data: true}, sink)
	var offset [2]uint64
	packet := uint64(0)
	for _, s := range steps {
		packet++
		if len(s.Octets) > 0 {
			c.Chunk(&h2decode.Chunk{
				From: s.From, Offset: offset[s.From], Packet: packet, Time: timeOf(packet), OctetsPacket: packet, Data: slices.Clone(s.Octets),
			})
			offset[s.From] += uint64(len(s.Octets))
		}
		if s.Lost > 0 {
			c.Gap(&h2decode.Gap{From: s.From, Offset: offset[s.From], Length: s.Lost, Estimated: s.Guess, Packet: packet, Time: timeOf(packet)})
			offset[s.From] += s.Lost
		}
	}
	about := &h2decode.Connection{
		Number: 1, Client: client, Server: server, Opened: timeOf(1), OpenedPacket: 1, Closed: timeOf(packet), Packet: packet, Protocol: h2decode.ProtocolH2,
	}
	c.Finish(about, packet, timeOf(packet))
	sink.Event(&h2decode.ConnectionClosed{Connection: about})
}

// timeOf is when a packet comes.
func timeOf(packet uint64) int64 { return 1_700_000_000_000_000_000 + int64(packet)*1_000_000 }
