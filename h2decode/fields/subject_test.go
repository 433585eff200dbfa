package fields

import (
	"errors"
	"net/netip"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// The traffic that the tests ask about: a request that is answered with 404, on
// stream 5 of connection 2.

const (
	second    = int64(1e9)
	beginning = 1_700_000_000 * second // 2023-11-14 22:13:20 UTC
)

func line(name, value string) hpack.Field {
	return hpack.Field{Name: []byte(name), Value: []byte(value), Index: 3, Wire: 4}
}

func testConn() *h2decode.Connection {
	return &h2decode.Connection{
		Number: 2, Client: netip.MustParseAddrPort("192.0.2.7:50000"), Server: netip.MustParseAddrPort("198.51.100.1:443"),
		Opened: beginning, Closed: beginning + 4*second, Packet: 99,
		Close: h2decode.ClosedFIN, ClosedBy: h2decode.Server, HasCloser: true,
		Transport: h2decode.TLS, Protocol: h2decode.ProtocolH2, Start: h2decode.StartALPN,
		Via: []h2decode.Via{{Kind: "connect"}, {Kind: "socks5"}}, Links: []string{"eth0", "eth0.7"},
		TCP: h2decode.TCPStats{Bytes: [2]uint64{100, 200}, Retransmissions: [2]uint64{1, 2}, RTT: second / 100},
		TLS: &h2decode.Security{
			Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", ServerName: "www.example.org", ALPN: "h2",
			Offered: []string{"h2", "http/1.1"}, Decrypted: "full", Resumed: true, JA3: "abcd", JA4: "t13d",
		},
		GoAway: [2]*h2decode.GoAway{h2decode.Server: {Code: h2decode.EnhanceYourCalm}},
		Akamai: "1:65536|00|0|m,p,a,s", Frames: 30, Streams: 3,
	}
}

func testStream() *h2decode.Stream {
	return &h2decode.Stream{
		ID: 5, Kind: h2decode.KindRequest, State: h2decode.Closed, Closed: true,
		OpenedAt: beginning + second, ClosedAt: beginning + 3*second, OpenedPacket: 10,
		Timing: h2decode.Timing{
			Request: beginning + second, RequestEnd: beginning + second, Response: beginning + 2*second,
			FinalResponse: beginning + 2*second + second/2, ResponseEnd: beginning + 3*second, End: beginning + 3*second,
			Stalled: [3]int64{h2decode.StalledByStream: second / 4, h2decode.StalledByTCP: second / 8},
		},
		Request: h2decode.Message{
			Fields:   []hpack.Field{line(":method", "GET"), line(":scheme", "https"), line(":authority", "www.example.org"), line(":path", "/index.html?q=1"), line("x-id", "7")},
			Complete: true,
		},
		Response: h2decode.Message{
			Interim:   [][]hpack.Field{{line(":status", "103"), line("link", "</a.css>")}, {line(":status", "103")}},
			Fields:    []hpack.Field{line(":status", "404"), line("content-type", "text/html"), line("content-length", "1000"), line("set-cookie", "a=1"), line("set-cookie", "b=2")},
			Trailers:  []hpack.Field{line("x-checksum", "9f")},
			DataBytes: 1000, Missing: 10,
		},
		Priority: h2decode.StreamPriority{HasUrgency: true, Urgency: 5, Incremental: true},
		Frames:   6,
	}
}

// headersFrame is the response's HEADERS frame.
func headersFrame() *h2decode.FrameDecoded {
	uncertain := line("x-cache", "hit")
	uncertain.ValueTrust = hpack.Uncertain
	unknown := hpack.Field{NameTrust: hpack.Unknown, ValueTrust: hpack.Unknown, Index: 70}
	half := line("x-half", "")
	half.Value, half.ValueTrust = nil, hpack.Unknown
	return &h2decode.FrameDecoded{
		Origin: h2decode.Origin{Conn: 2, From: h2decode.Server, Packet: 14, Time: beginning + 2*second + second/2},
		Number: 9, Header: h2decode.FrameHeader{Type: h2decode.TypeHeaders, Flags: h2decode.FlagEndHeaders | h2decode.FlagPriority, Length: 61, Stream: 5},
		Payload: &h2decode.HeadersFrame{HasPriority: true, Priority: h2decode.PriorityFrame{DependsOn: 3, Weight: 16}},
		Block: &h2decode.Block{
			Fields: []hpack.Field{line(":status", "404"), line("set-cookie", "a=1"), line("set-cookie", "b=2"), uncertain, unknown, half},
			Wire:   52, Err: errors.New("cut"),
		},
	}
}

func frame(t h2decode.Type, flags h2decode.Flags, stream uint32, p h2decode.Payload) *h2decode.FrameDecoded {
	return &h2decode.FrameDecoded{
		Origin: h2decode.Origin{Conn: 2, From: h2decode.Client, Packet: 20, Time: beginning},
		Number: 12, Header: h2decode.FrameHeader{Type: t, Flags: flags, Length: 8, Stream: stream}, Payload: p,
	}
}

// ofFrameOver, ofStreamOver and ofConnOver are subjects of which all is known.
func ofFrameOver(f *h2decode.FrameDecoded) *Subject {
	return &Subject{Conn: testConn(), Stream: testStream(), Frame: f, ConnOver: true, StreamOver: true, FoundAll: true}
}

func ofStreamOver() *Subject {
	return &Subject{Conn: testConn(), Stream: testStream(), ConnOver: true, StreamOver: true, FoundAll: true}
}

func ofConnOver() *Subject { return &Subject{Conn: testConn(), ConnOver: true, FoundAll: true} }
