package export

import (
	"errors"
	"net/netip"

	"h2scope/h2decode"
	"h2scope/hpack"
)

const second = int64(1e9)

// at is so many nanoseconds after 2024-02-29 23:59:59.5 UTC.
func at(ns int64) int64 { return 1709251199*second + 500_000_000 + ns }

var (
	client4 = netip.MustParseAddrPort("192.0.2.1:49152")
	server4 = netip.MustParseAddrPort("198.51.100.7:443")
	client6 = netip.MustParseAddrPort("[2001:db8::1]:50000")
	server6 = netip.MustParseAddrPort("[2001:db8::2]:8443")
)

func origin(from h2decode.Side, packet uint64) h2decode.Origin {
	return h2decode.Origin{Conn: 1, From: from, Packet: packet, Time: at(int64(packet) * 1000)}
}

// indexedName is a field that stands in a block as a literal with its name indexed.
func indexedName(name, value string) hpack.Field {
	return hpack.Field{Name: []byte(name), Value: []byte(value), Representation: hpack.Incremental, Index: 15, Wire: len(value) + 2}
}

// requestFields are a GET's, in all representations and grades of trust.
func requestFields() []hpack.Field {
	return []hpack.Field{
		{Name: []byte(":method"), Value: []byte("GET"), Representation: hpack.Indexed, Index: 2, Wire: 1},
		{Name: []byte(":scheme"), Value: []byte("https"), Representation: hpack.Indexed, Index: 7, Wire: 1},
		{Name: []byte(":authority"), Value: []byte("example.com"), Representation: hpack.Incremental, Index: 1, Wire: 10},
		{Name: []byte(":path"), Value: []byte("/a?b=\"c\"\\"), Representation: hpack.WithoutIndexing, Index: 4, Wire: 11},
		{Name: []byte("cookie"), Value: []byte("k=v"), Representation: hpack.NeverIndexed, Wire: 12},
		{Name: []byte("x-empty"), Value: []byte{}, Representation: hpack.Incremental, Wire: 9},
		{Name: []byte("x-octets"), Value: []byte("\xff\x00"), Representation: hpack.Incremental, Wire: 9},
		{Name: []byte("x-maybe"), Value: []byte("1"), Representation: hpack.Indexed, Index: 62, Wire: 1, NameTrust: hpack.Uncertain, ValueTrust: hpack.Uncertain},
		{Name: []byte("x-name"), Representation: hpack.Indexed, Index: 63, Wire: 1, NameTrust: hpack.Uncertain, ValueTrust: hpack.Unknown},
		{Representation: hpack.Indexed, Index: 64, Wire: 1, NameTrust: hpack.Unknown, ValueTrust: hpack.Unknown},
	}
}

// frame is a frame of connection 1 as its octets decode.
func frame(number uint64, from h2decode.Side, t h2decode.Type, flags h2decode.Flags, stream uint32, p h2decode.Payload) *h2decode.FrameDecoded {
	octets := h2decode.AppendFrame(nil, t, flags, stream, p)
	e := &h2decode.FrameDecoded{Origin: origin(from, 10+number), Number: number}
	e.Header = h2decode.ParseFrameHeader(octets)
	e.Payload, e.Malformed = h2decode.ParsePayload(e.Header, octets[h2decode.HeaderLength:])
	return e
}

func settings(all ...h2decode.Setting) *h2decode.SettingsFrame {
	f := new(h2decode.SettingsFrame)
	for _, s := range all {
		f.Octets = h2decode.AppendSetting(f.Octets, s)
	}
	return f
}

// frames has a frame of each type and of each thing that can befall one.
func frames() []h2decode.Event {
	const c, s = h2decode.Client, h2decode.Server
	tree := h2decode.PriorityFrame{Exclusive: true, DependsOn: 3, Weight: 256}

	headers := frame(2, c, h2decode.TypeHeaders, h2decode.FlagEndStream|h2decode.FlagEndHeaders, 1, &h2decode.HeadersFrame{
		HasPriority: true, Priority: tree, Padding: h2decode.Padding{Padded: true, Octets: make([]byte, 4)}})
	headers.FirstPacket, headers.FirstTime, headers.OctetsPacket = 9, at(9000), 11
	headers.Block = &h2decode.Block{Fields: requestFields(), Incomplete: true, Omitted: 3, Stream: 1}

	lost := &h2decode.FrameDecoded{Origin: origin(s, 20), Number: 4, Missing: 12}
	lost.Header = h2decode.FrameHeader{Length: 100, Type: h2decode.TypeData, Stream: 1}

	data := frame(3, s, h2decode.TypeData, h2decode.FlagEndStream, 1, &h2decode.DataFrame{
		Data: []byte("hello"), Padding: h2decode.Padding{Padded: true, Octets: make([]byte, 3)}})
	data.Windows = h2decode.Windows{Moved: true, Connection: h2decode.Window{Octets: 65526, Known: true}, Stream: h2decode.Window{Octets: -9, Known: true}}
	update := frame(11, c, h2decode.TypeWindowUpdate, 0, 0, &h2decode.WindowUpdateFrame{Increment: 1<<31 - 1})
	update.Windows = h2decode.Windows{Moved: true, Connection: h2decode.Window{Octets: 1<<31 + 65525, Known: true}}
	malformed := frame(12, c, h2decode.TypePing, 0, 0, &h2decode.UnknownFrame{Payload: []byte("short")})
	broken := frame(13, c, h2decode.TypeContinuation, h2decode.FlagEndHeaders, 5, &h2decode.ContinuationFrame{Fragment: []byte{0x80}})
	broken.Block = &h2decode.Block{Fields: []hpack.Field{}, Err: errors.New("index 0 in an indexed field"), Stream: 5}

	return []h2decode.Event{
		frame(1, c, h2decode.TypeSettings, 0, 0, settings(
			h2decode.Setting{ID: h2decode.SettingEnablePush, Value: 0}, h2decode.Setting{ID: 0xf000, Value: 1<<32 - 1})),
		headers,
		data,
		lost,
		frame(5, c, h2decode.TypePriority, 0, 7, &tree),
		frame(6, s, h2decode.TypeRSTStream, 0, 1, &h2decode.RSTStreamFrame{Code: h2decode.EnhanceYourCalm}),
		frame(7, s, h2decode.TypeSettings, h2decode.FlagAck, 0, settings()),
		frame(8, s, h2decode.TypePushPromise, 0, 1, &h2decode.PushPromiseFrame{Promised: 2}),
		frame(9, c, h2decode.TypePing, h2decode.FlagAck, 0, &h2decode.PingFrame{Opaque: [8]byte{1, 2, 3, 4, 5, 6, 7, 0xff}}),
		frame(10, s, h2decode.TypeGoAway, 0, 0, &h2decode.GoAwayFrame{LastStream: 7, Code: 0x4242, DebugData: []byte("\x1bbye\u202e")}),
		update,
		malformed,
		broken,
		frame(14, s, h2decode.TypeAltSvc, 0, 0, &h2decode.AltSvcFrame{Origin: []byte("https://a"), FieldValue: []byte(`h3=":443"`)}),
		frame(15, s, h2decode.TypeOrigin, 0, 0, &h2decode.OriginFrame{Octets: []byte("\x00\x09https://a\x00\x09https://b")}),
		frame(16, s, h2decode.TypeOrigin, 0, 0, &h2decode.OriginFrame{Octets: []byte("\x00\x01a\x00\x01\xff")}),
		frame(17, c, h2decode.TypePriorityUpdate, 0, 0, &h2decode.PriorityUpdateFrame{Prioritized: 1, FieldValue: []byte("u=1, i")}),
		frame(18, c, 0xbe, 0xff, 9, &h2decode.UnknownFrame{Payload: []byte{1, 2}}),
	}
}

func streams() []h2decode.Event {
	whole := &h2decode.Stream{
		ID: 1, State: h2decode.Closed, Closed: true, OpenedAt: at(0), ClosedAt: at(second),
		Request: h2decode.Message{Fields: requestFields(), Complete: true},
		Response: h2decode.Message{
			Fields:   []hpack.Field{indexedName(":status", "200"), indexedName("content-type", "text/html")},
			Interim:  [][]hpack.Field{{indexedName(":status", "103"), indexedName("link", "</a>")}},
			Trailers: []hpack.Field{indexedName("grpc-status", "0")}, DataBytes: 1234, Complete: true,
		},
		Priority: h2decode.StreamPriority{
			HasTree: true, Tree: h2decode.PriorityFrame{Weight: 16}, HasUrgency: true, Urgency: 1, Incremental: true},
		Timing: h2decode.Timing{
			Request: at(0), RequestEnd: at(1e6), Response: at(2e6), FinalResponse: at(3e6), ResponseEnd: at(second), End: at(second),
			Blocked: 7_500_000, Stalled: [3]int64{1e6, 2e6, 3e6},
		},
		Findings: h2decode.Severities{1, 0, 2},
	}
	pushed := &h2decode.Stream{
		ID: 2, Kind: h2decode.KindPush, Parent: 1, State: h2decode.Reserved, OpenedAt: at(5),
		Request:  h2decode.Message{Fields: []hpack.Field{indexedName(":method", "GET")}},
		Response: h2decode.Message{Fields: []hpack.Field{indexedName(":status", "2OO")}},
		Reset:    &h2decode.Reset{From: h2decode.Client, Code: h2decode.Cancel},
		Timing:   h2decode.Timing{Request: at(5), Response: at(1e6), End: at(2e6)},
	}
	upgraded := &h2decode.Stream{
		ID: 1, Kind: h2decode.KindUpgrade, State: h2decode.HalfClosedClient, OpenedAt: at(6),
		Request: h2decode.Message{Fields: []hpack.Field{{Name: []byte(":path"), Value: []byte("/")}}},
	}
	socket := &h2decode.Stream{
		ID: 3, Kind: h2decode.KindExtendedConnect, State: h2decode.Open, OpenedAt: at(7),
		Request: h2decode.Message{Fields: []hpack.Field{indexedName(":method", "CONNECT"), indexedName(":protocol", "websocket")}},
	}
	return []h2decode.Event{
		&h2decode.StreamClosed{Origin: origin(h2decode.Server, 31), Stream: whole},
		&h2decode.StreamClosed{Origin: origin(h2decode.Server, 32), Stream: pushed},
		&h2decode.StreamClosed{Origin: origin(h2decode.Client, 33), Stream: upgraded},
		&h2decode.StreamClosed{Origin: origin(h2decode.Client, 34), Stream: socket},
	}
}

// calls are gRPC calls: one that came to its end with its messages, and one of
// which the octets of DATA were not told.
func calls() []h2decode.Event {
	request := []hpack.Field{
		indexedName(":method", "POST"), indexedName(":path", "/pkg.Service/Method"), indexedName("content-type", "application/grpc"),
	}
	response := []hpack.Field{indexedName(":status", "200"), indexedName("content-type", "application/grpc")}
	headers := func(from h2decode.Side, fields []hpack.Field) h2decode.Event {
		e := frame(19, from, h2decode.TypeHeaders, h2decode.FlagEndHeaders, 5, &h2decode.HeadersFrame{})
		e.Block = &h2decode.Block{Fields: fields, Stream: 5}
		return e
	}
	data := func(from h2decode.Side, octets string) h2decode.Event {
		return &h2decode.DataDecoded{Origin: origin(from, 35), Stream: 5, Data: []byte(octets)}
	}
	whole := &h2decode.Stream{
		ID: 5, State: h2decode.Closed, OpenedAt: at(0), ClosedAt: at(second),
		Request: h2decode.Message{Fields: request, DataBytes: 7, Complete: true},
		Response: h2decode.Message{Fields: response, DataBytes: 12, Complete: true,
			Trailers: []hpack.Field{indexedName("grpc-status", "5"), indexedName("grpc-message", "none: 100%25 \xff")}},
	}
	untold := &h2decode.Stream{
		ID: 7, State: h2decode.Open, OpenedAt: at(0),
		Request:  h2decode.Message{Fields: request, DataBytes: 7},
		Response: h2decode.Message{Fields: response},
	}
	return []h2decode.Event{
		headers(h2decode.Client, request), data(h2decode.Client, "\x00\x00\x00\x00\x02a"), data(h2decode.Client, "b"),
		headers(h2decode.Server, response), data(h2decode.Server, "\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02cd"),
		&h2decode.StreamClosed{Origin: origin(h2decode.Server, 36), Stream: whole},
		&h2decode.StreamClosed{Origin: origin(h2decode.Server, 37), Stream: untold},
	}
}

func findings() []h2decode.Event {
	broken := &h2decode.Finding{
		Origin: origin(h2decode.Client, 21), Rule: "FC-01", Severity: h2decode.SeverityError, Scope: "stream",
		Reference: "RFC 9113, Section 6.9.1", Stream: 1, Frame: 11, ErrorCode: "FLOW_CONTROL_ERROR",
		Message:  "DATA of 10 octets where the window has 1",
		Evidence: []h2decode.Evidence{{Name: "length", Number: 10}, {Name: "window", Number: -1}, {Name: "name", Text: "\x1b\""}},
		Answer:   &h2decode.Answer{Type: "RST_STREAM", Code: h2decode.FlowControlError, Frame: 12, Time: at(30_000), After: 9000},
	}
	after := &h2decode.Finding{
		Origin: origin(h2decode.Server, 22), Rule: "FR-03", Severity: h2decode.SeverityWarning, Scope: "connection",
		Reference: "RFC 9113, Section 4.1", Message: "the reserved bit is set", Consequence: true,
		Answer: &h2decode.Answer{Type: "FIN", After: 1},
	}
	attack := &h2decode.Finding{
		Origin: origin(h2decode.Client, 23), Rule: "AT-01", Severity: h2decode.SeverityError, Scope: "connection",
		Reference: "CVE-2023-44487", Message: "400 resets", Count: 400, FirstPacket: 7, LastPacket: 999,
	}
	churn := &h2decode.Finding{Rule: "AT-22", Severity: h2decode.SeverityInfo, Scope: "capture", Reference: "-", Message: "many"}
	return []h2decode.Event{broken, after, attack, churn}
}

func connections() []h2decode.Event {
	h2 := &h2decode.Connection{
		Number: 1, Client: client4, Server: server4, Opened: at(0), Closed: at(2 * second), Packet: 40,
		Close: h2decode.ClosedRST, ClosedBy: h2decode.Server, HasCloser: true, Continues: 7,
		Protocol: h2decode.ProtocolH2, Start: h2decode.StartPriorKnowledge,
		Via:   []h2decode.Via{{Kind: "connect", Target: "example.com:443"}, {Kind: "proxy-protocol", Source: "10.0.0.1:1", Destination: "10.0.0.2:2"}},
		Links: []string{"eth0", "vlan 7"},
		TCP: h2decode.TCPStats{
			Packets: [2]uint64{10, 12}, Bytes: [2]uint64{1000, 200_000}, Retransmissions: [2]uint64{1, 2},
			OutOfOrder: [2]uint64{3, 4}, Duplicates: [2]uint64{5, 6}, Gaps: [2]uint64{0, 1}, GapBytes: [2]uint64{0, 1460},
			ZeroWindows: [2]uint64{7, 8}, BadChecksums: [2]uint64{9, 0}, Conflicts: [2]uint64{0, 1}, OutOfWindow: [2]uint64{1, 0},
			RTT: 12_345_678,
		},
		Settings: [2][]h2decode.Setting{
			{{ID: h2decode.SettingEnablePush, Value: 0}, {ID: h2decode.SettingInitialWindowSize, Value: 65535}},
			{{ID: 0x4242, Value: 9}},
		},
		GoAway:   [2]*h2decode.GoAway{1: {Packet: 39, Time: at(second), LastStream: 5, Code: h2decode.NoError, DebugData: []byte("\xfe")}},
		Findings: h2decode.Severities{1, 2, 3},
		Frames:   18, Streams: 4, Gaps: 1, Unread: [2]uint64{0, 77},
	}
	tls := &h2decode.Connection{
		Number: 2, Client: client6, Server: server6, Opened: at(100),
		Transport: h2decode.TLS, Protocol: h2decode.ProtocolTLS, Akamai: "1:65536|00|0|m,a,s,p",
		TLS: &h2decode.Security{
			Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", ServerName: "a.example", ALPN: "h2",
			Offered: []string{"h2", "http/1.1"}, Resumed: true, EarlyData: "refused", ECH: true,
			Decrypted: "partial", Reason: "gap", HelloRetryRequest: true, Renegotiations: 1,
			KeyUpdates: [2]int{1, 2},
			Records: [2]h2decode.RecordCounts{
				{Records: 3, Octets: 300, Opened: 2}, {Records: 9, Octets: 9000, Opened: 5, Failed: 1, Lost: 2},
			},
			Certificates: [2]*h2decode.Certificate{h2decode.Server: {
				Subject: "CN=a.example", Issuer: "CN=issuer", Names: []string{"a.example", "192.0.2.1"},
				NotBefore: at(0), NotAfter: at(second), KeyBits: 2048,
			}},
			Alerts: []h2decode.Alert{{From: h2decode.Server, Fatal: true, Description: "internal error", Packet: 7}},
			JA3:    "f67f5119a9cd5fb8530651dd010a90d2", JA4: "t13i1516h2_8daaf6152771_cb7bf5808d99",
		},
	}
	return []h2decode.Event{&h2decode.ConnectionClosed{Connection: h2}, &h2decode.ConnectionClosed{Connection: tls}}
}

// allEvents has an event for each record in each of its forms.
func allEvents() []h2decode.Event {
	all := []h2decode.Event{
		&h2decode.CaptureOpened{
			Files:      []string{"a.pcapng", "-"},
			Interfaces: []h2decode.CaptureInterface{{Name: "eth0", LinkType: "ethernet", Snaplen: 262144}, {LinkType: "raw"}}},
		&h2decode.CaptureOpened{Files: []string{"a", "\xff.pcap"}},
		&h2decode.ConnectionOpened{Conn: 1, Client: client4, Server: server4, Packet: 1, Time: at(0)},
		&h2decode.ConnectionOpened{Conn: 2, Client: client6, Server: server6, Packet: 2, Time: at(100)},
		&h2decode.PrefaceSeen{Origin: origin(h2decode.Client, 3)},
	}
	all = append(all, frames()...)
	all = append(all,
		&h2decode.GapFound{Origin: origin(h2decode.Server, 30), Bytes: 1460, Skipped: 12, Cause: h2decode.CauseCaptureLoss, Resynced: 33},
		&h2decode.GapFound{Origin: origin(h2decode.Client, 30), Bytes: 1},
		&h2decode.Noticed{Kind: "truncated", Message: "ends within packet 41", File: "a.pcapng", Packet: 41},
		&h2decode.Noticed{Kind: "quic", Message: "HTTP/3 is not decoded", Conn: 2})
	all = append(all, streams()...)
	all = append(all, calls()...)
	all = append(all, findings()...)
	all = append(all, connections()...)
	return append(all, &h2decode.CaptureEnded{
		Packets: 41, Bytes: 201_000, Skipped: []h2decode.SkippedCount{{Reason: "arp", Packets: 2}, {Reason: "udp", Packets: 3}},
		Connections: 2, Streams: 4, Frames: 18, Gaps: 1, First: at(0), Last: at(2*second + 1500), Truncated: true,
		Findings: h2decode.Severities{1, 2, 3}, NotJudged: 4})
}
