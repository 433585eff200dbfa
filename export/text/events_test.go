package text

import (
	"errors"
	"net/netip"

	"h2scope/h2decode"
	"h2scope/hpack"
)

const second = int64(1e9)

// start is 2024-02-29 23:59:59.5 UTC: the time of the first packet.
const start = 1709251199*second + 500_000_000

func origin(conn uint64, from h2decode.Side, packet uint64) h2decode.Origin {
	return h2decode.Origin{Conn: conn, From: from, Packet: packet, Time: start + int64(packet)*1_000_000, Offset: 24}
}

func field(name, value string) hpack.Field {
	return hpack.Field{Name: []byte(name), Value: []byte(value), Representation: hpack.Incremental, Index: 15, Wire: len(value) + 2}
}

// doubtful is a field of which not all is certain.
func doubtful(name, value string, nameTrust, valueTrust hpack.Trust) hpack.Field {
	f := hpack.Field{Representation: hpack.Indexed, Index: 70, Wire: 1, NameTrust: nameTrust, ValueTrust: valueTrust}
	if nameTrust != hpack.Unknown {
		f.Name = []byte(name)
	}
	if valueTrust != hpack.Unknown {
		f.Value = []byte(value)
	}
	return f
}

// frame is a frame of connection 1 as its octets decode.
func frame(packet uint64, from h2decode.Side, t h2decode.Type, flags h2decode.Flags, stream uint32, p h2decode.Payload) *h2decode.FrameDecoded {
	octets := h2decode.AppendFrame(nil, t, flags, stream, p)
	e := &h2decode.FrameDecoded{Origin: origin(1, from, packet), Number: packet - 10}
	e.Header = h2decode.ParseFrameHeader(octets)
	e.Payload, e.Malformed = h2decode.ParsePayload(e.Header, octets[h2decode.HeaderLength:])
	return e
}

func block(e *h2decode.FrameDecoded, fields ...hpack.Field) *h2decode.FrameDecoded {
	e.Block = &h2decode.Block{Fields: fields, Wire: 30, Frames: 1, Stream: e.Header.Stream}
	return e
}

const (
	c = h2decode.Client
	s = h2decode.Server
)

func request(path string) []hpack.Field {
	return []hpack.Field{
		{Name: []byte(":method"), Value: []byte("GET"), Representation: hpack.Indexed, Index: 2, Wire: 1},
		field(":authority", "example.com"), field(":path", path),
		{Name: []byte("cookie"), Value: []byte("k=v"), Representation: hpack.NeverIndexed, Wire: 12},
	}
}

// frames has a frame of each type and of each thing that can befall one.
func frames() []h2decode.Event {
	tree := h2decode.PriorityFrame{Exclusive: true, DependsOn: 3, Weight: 256}
	headers := block(frame(12, c, h2decode.TypeHeaders, 0x05, 1, &h2decode.HeadersFrame{
		HasPriority: true, Priority: tree, Padding: h2decode.Padding{Padded: true, Octets: []byte{0, 1}}}), request("/a\x1b[2J\u202e")...)
	headers.FirstPacket, headers.FirstTime, headers.OctetsPacket = 11, start+11_000_000, 11
	headers.Header.Reserved = true

	lost := &h2decode.FrameDecoded{Origin: origin(1, s, 15), Number: 5, Missing: 12}
	lost.Header = h2decode.FrameHeader{Length: 100, Type: h2decode.TypeData, Stream: 1}
	broken := block(frame(22, c, h2decode.TypeContinuation, 0x04, 5, &h2decode.ContinuationFrame{Fragment: []byte{0x80}}))
	broken.Block.Err = errors.New("index 0 in an indexed field")
	holed := block(frame(16, s, h2decode.TypeHeaders, 0x04, 3, new(h2decode.HeadersFrame)),
		doubtful(":status", "200", hpack.Exact, hpack.Uncertain), doubtful("content-type", "", hpack.Exact, hpack.Unknown),
		doubtful("", "", hpack.Unknown, hpack.Unknown))
	holed.Block.Incomplete, holed.Block.Omitted = true, 2
	settings := new(h2decode.SettingsFrame)
	settings.Octets = h2decode.AppendSetting(settings.Octets, h2decode.Setting{ID: h2decode.SettingEnablePush})
	settings.Octets = h2decode.AppendSetting(settings.Octets, h2decode.Setting{ID: 0xf000, Value: 7})

	return []h2decode.Event{
		frame(11, c, h2decode.TypeSettings, 0, 0, settings),
		headers,
		block(frame(13, s, h2decode.TypeHeaders, 0x04, 1, new(h2decode.HeadersFrame)), field(":status", "503"), field("content-type", "text/html; charset=utf-8")),
		frame(14, s, h2decode.TypeData, 0x01, 1, &h2decode.DataFrame{Data: []byte("hello"), Padding: h2decode.Padding{Padded: true, Octets: make([]byte, 3)}}),
		lost,
		holed,
		block(frame(17, s, h2decode.TypeHeaders, 0x05, 1, new(h2decode.HeadersFrame)), field("grpc-status", "0"), field("x", "東京")),
		frame(18, s, h2decode.TypeRSTStream, 0, 1, &h2decode.RSTStreamFrame{Code: h2decode.EnhanceYourCalm}),
		block(frame(19, s, h2decode.TypePushPromise, 0x04, 1, &h2decode.PushPromiseFrame{Promised: 2}), request("/pushed")...),
		frame(20, c, h2decode.TypePing, h2decode.FlagAck, 0, &h2decode.PingFrame{Opaque: [8]byte{1, 2, 3, 4, 5, 6, 7, 0xff}}),
		frame(21, c, h2decode.TypePing, 0, 0, &h2decode.UnknownFrame{Payload: []byte("short")}),
		broken,
		frame(23, s, h2decode.TypeAltSvc, 0, 0, &h2decode.AltSvcFrame{Origin: []byte("https://a"), FieldValue: []byte(`h3=":443"`)}),
		frame(24, s, h2decode.TypeOrigin, 0, 0, &h2decode.OriginFrame{Octets: []byte("\x00\x09https://a\x00\x09https://b")}),
		frame(25, c, h2decode.TypePriorityUpdate, 0, 0, &h2decode.PriorityUpdateFrame{Prioritized: 1, FieldValue: []byte("u=1, i")}),
		frame(26, c, h2decode.TypePriority, 0, 7, &tree),
		frame(27, c, h2decode.TypeWindowUpdate, 0, 0, &h2decode.WindowUpdateFrame{Increment: 65535}),
		&h2decode.GapFound{Origin: origin(1, s, 28), Bytes: 1460, Skipped: 12, Cause: h2decode.CauseCaptureLoss, Resynced: 29},
		frame(29, c, 0xbe, 0xf0, 9, &h2decode.UnknownFrame{Payload: []byte{1, 2}}),
		frame(30, s, h2decode.TypeGoAway, 0, 0, &h2decode.GoAwayFrame{LastStream: 7, Code: h2decode.ProtocolError, DebugData: []byte("no\x07")}),
	}
}

// streamEvents come in another order than that of the streams.
func streamEvents() []h2decode.Event {
	answered := &h2decode.Stream{
		ID: 3, State: h2decode.Closed, OpenedAt: start + 3_000_000, ClosedAt: start + 15_500_000,
		Request: h2decode.Message{Fields: request("/index.html?q=a-rather-long-query-that-does-not-fit")},
		Response: h2decode.Message{Fields: []hpack.Field{field(":status", "200"), field("content-type", "text/html; charset=utf-8")},
			DataBytes: 12345, Complete: true},
		Timing: h2decode.Timing{
			Request: start + 3_000_000, RequestEnd: start + 3_000_000, Response: start + 5_000_000, FinalResponse: start + 5_000_000,
			ResponseEnd: start + 15_500_000, End: start + 15_500_000, Stalled: [3]int64{4_000_000, 0, 1_500_000},
		},
	}
	reset := &h2decode.Stream{
		ID: 1, State: h2decode.Closed, OpenedAt: start + 2_000_000, ClosedAt: start + second,
		Request: h2decode.Message{Fields: request("/slow")},
		Reset:   &h2decode.Reset{From: h2decode.Client, Code: h2decode.Cancel},
	}
	pushed := &h2decode.Stream{
		ID: 2, Kind: h2decode.KindPush, Parent: 1, State: h2decode.HalfClosedClient, OpenedAt: start + 4_000_000,
		Request: h2decode.Message{Fields: request("/pushed")},
		Response: h2decode.Message{Fields: []hpack.Field{doubtful(":status", "404", hpack.Exact, hpack.Uncertain)},
			DataBytes: 999, Missing: 100},
	}
	tunnel := &h2decode.Stream{
		ID: 1, Kind: h2decode.KindExtendedConnect, State: h2decode.Open, OpenedAt: start + 5_000_000,
		Request: h2decode.Message{Fields: []hpack.Field{
			field(":method", "CONNECT"), field(":authority", "chat"), field(":path", "/ws"), field(":protocol", "websocket")}},
	}
	return []h2decode.Event{
		&h2decode.StreamClosed{Origin: origin(1, s, 31), Stream: answered},
		&h2decode.StreamClosed{Origin: origin(2, c, 32), Stream: tunnel},
		&h2decode.StreamClosed{Origin: origin(1, c, 33), Stream: reset},
		&h2decode.StreamClosed{Origin: origin(1, s, 34), Stream: pushed},
	}
}

func connEvents() []h2decode.Event {
	h2 := &h2decode.Connection{
		Number: 2, Client: netip.MustParseAddrPort("[2001:db8::1]:50000"), Server: netip.MustParseAddrPort("[2001:db8::2]:8443"),
		Opened: start + 1_000_000, Closed: start + 2*second, Close: h2decode.ClosedRST, ClosedBy: h2decode.Server, HasCloser: true,
		Protocol: h2decode.ProtocolH2, Start: h2decode.StartPriorKnowledge, Continues: 1,
		Via:    []h2decode.Via{{Kind: "connect", Target: "example.com:443", Source: "a\x1b"}},
		Links:  []string{"eth0", "vlan 7", ""},
		GoAway: [2]*h2decode.GoAway{1: {Code: h2decode.EnhanceYourCalm}},
		TCP: h2decode.TCPStats{Bytes: [2]uint64{1000, 200_000}, Retransmissions: [2]uint64{1, 2},
			Gaps: [2]uint64{0, 1}, GapBytes: [2]uint64{0, 1460}, BadChecksums: [2]uint64{0, 1}},
		Frames: 18, Streams: 4,
	}
	tls := &h2decode.Connection{
		Number: 1, Client: netip.MustParseAddrPort("192.0.2.1:49152"), Server: netip.MustParseAddrPort("198.51.100.7:443"),
		Opened: start, Closed: start + 90*second, Transport: h2decode.TLS, Protocol: h2decode.ProtocolTLS,
		TCP: h2decode.TCPStats{Bytes: [2]uint64{10_000_000, 999}},
		TLS: &h2decode.Security{
			Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", ServerName: "a\x1b.example", Resumed: true,
			Decrypted: "none", Reason: "no-keylog",
		},
	}
	calm := &h2decode.Connection{
		Number: 3, Client: netip.MustParseAddrPort("192.0.2.1:49153"), Server: netip.MustParseAddrPort("198.51.100.7:80"),
		Opened: start + 5, Closed: start + 500, Protocol: h2decode.ProtocolH2, Start: h2decode.StartUpgrade,
		GoAway: [2]*h2decode.GoAway{0: {}}, Frames: 5, Streams: 1,
	}
	return []h2decode.Event{
		&h2decode.ConnectionClosed{Connection: h2}, &h2decode.ConnectionClosed{Connection: tls}, &h2decode.ConnectionClosed{Connection: calm}}
}

// findingEvents are of rules that were broken once and often, and of an attack.
func findingEvents() []h2decode.Event {
	all := []h2decode.Event{
		&h2decode.Finding{Origin: origin(1, c, 12), Rule: "FC-01", Severity: h2decode.SeverityError},
		&h2decode.Finding{Origin: origin(1, c, 13), Rule: "FC-02", Severity: h2decode.SeverityError, Consequence: true},
		&h2decode.Finding{Origin: origin(1, c, 14), Rule: "FR-05", Severity: h2decode.SeverityInfo},
		&h2decode.Finding{Origin: origin(2, c, 15), Rule: "AT-04", Severity: h2decode.SeverityWarning},
	}
	for range 3 {
		all = append(all, &h2decode.Finding{Origin: origin(2, s, 16), Rule: "FR-08", Severity: h2decode.SeverityWarning})
	}
	return all
}

// capture is all events of a capture full of trouble.
func capture() []h2decode.Event {
	all := []h2decode.Event{&h2decode.CaptureOpened{
		Files: []string{"a\x1b.pcapng", "-"},
		Interfaces: []h2decode.CaptureInterface{
			{Name: "eth0", LinkType: "ethernet", Snaplen: 262144}, {Name: "eth0", LinkType: "ethernet", Snaplen: 262144}, {LinkType: "raw", Snaplen: 128}}}}
	all = append(all, frames()...)
	all = append(all, streamEvents()...)
	all = append(all, &h2decode.Noticed{Kind: "truncated", Message: "ends within a packet", File: "a\x1b.pcapng", Conn: 2, Packet: 41})
	all = append(all, findingEvents()...)
	all = append(all, connEvents()...)
	end := &h2decode.CaptureEnded{
		Packets: 41, Bytes: 201_000, Skipped: []h2decode.SkippedCount{{Reason: "arp", Packets: 2}, {Reason: "udp", Packets: 3}},
		Connections: 3, Streams: 4, Frames: 19, Gaps: 1, Evicted: 1, First: start, Last: start + 90*second, Truncated: true, Alternatives: 1,
		TCP: h2decode.TCPStats{Retransmissions: [2]uint64{1, 2}, OutOfOrder: [2]uint64{1, 0}, Gaps: [2]uint64{0, 1}, GapBytes: [2]uint64{0, 1460},
			BadChecksums: [2]uint64{0, 1}},
	}
	end.TLS = h2decode.TLSCounts{Connections: 1, Reasons: []h2decode.ReasonCount{{Reason: "no-keylog", Connections: 1}}}
	end.Protocols = [4]uint64{h2decode.ProtocolH2: 2, h2decode.ProtocolTLS: 1}
	end.FrameTypes[h2decode.TypeData], end.FrameTypes[h2decode.TypeHeaders] = 2, 16
	end.FrameTypes[0xbe], end.FrameTypes[0xbf] = 1, 1
	end.NotJudged = 2
	return append(all, end)
}
