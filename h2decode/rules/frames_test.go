package rules

import (
	"slices"
	"testing"

	"h2scope/h2decode"
)

// frameCases are those of the rules about the preface, TLS, frames, settings
// and the connection.
var frameCases = slices.Concat(
	prefaceCases, tlsCases, formCases, sizeCases, blockCases, settingsCases, pingCases, goAwayCases, extensionCases,
)

const endHeadersFlag = h2decode.FlagEndHeaders

// padded is a frame whose padding has these octets.
func padded(octets ...byte) h2decode.Padding { return h2decode.Padding{Padded: true, Octets: octets} }

func paddedData(stream uint32, padding h2decode.Padding) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeData, h2decode.FlagEndStream, stream,
		&h2decode.DataFrame{Data: []byte("abc"), Padding: padding})
}

var formCases = []ruleCase{
	{
		rule: "FR-03", name: "reserved bit",
		breaks: func(s *script) {
			frame := pingFrame(0, "ping")
			frame[5] |= 0x80
			s.client(frame)
		},
		legal: func(s *script) { s.client(pingFrame(0, "ping")) },
	},
	{
		rule: "FR-04", name: "END_STREAM on RST_STREAM",
		breaks: func(s *script) {
			s.client(s.request(1), rawFrame(h2decode.TypeRSTStream, h2decode.FlagEndStream, 1, 0, 0, 0, 8))
		},
		legal: func(s *script) { s.client(s.request(1), resetFrame(1, h2decode.Cancel)) },
	},
	{
		rule: "FR-04", name: "PRIORITY on DATA",
		breaks: func(s *script) {
			s.client(s.post(1), dataFrame(1, h2decode.FlagEndStream|h2decode.FlagPriority, "abc"))
		},
		legal: func(s *script) { s.client(s.post(1), dataFrame(1, h2decode.FlagEndStream, "abc")) },
	},
	{
		rule: "FR-05", name: "a type that nobody has registered",
		breaks: func(s *script) { s.client(rawFrame(0xee, 0xff, 0, 1, 2, 3)) },
		legal:  func(s *script) { s.client(priorityUpdateFrame(1, "u=1")) },
	},
	{
		rule: "FR-05", name: "a type kept free to exercise extensions",
		breaks: func(s *script) { s.client(rawFrame(0x0b+0x1f, 0, 0)) },
	},
	{
		rule: "FR-07", name: "DATA that is all padding, and more",
		breaks: func(s *script) {
			s.client(s.post(1), rawFrame(h2decode.TypeData, h2decode.FlagPadded, 1, 3, 0, 0))
		},
		legal: func(s *script) {
			s.client(s.post(1), rawFrame(h2decode.TypeData, h2decode.FlagPadded|h2decode.FlagEndStream, 1, 2, 0, 0))
		},
	},
	{
		rule: "FR-07", name: "HEADERS whose padding leaves no room for the priority",
		breaks: func(s *script) {
			s.client(rawFrame(h2decode.TypeHeaders, h2decode.FlagPadded|h2decode.FlagPriority|endHeadersFlag, 1, 2, 0, 0, 0, 0, 15, 0))
		},
	},
	{
		rule: "FR-08", name: "padding of DATA that is not zero",
		breaks: func(s *script) { s.client(s.post(1), paddedData(1, padded(0, 0, 1))) },
		legal:  func(s *script) { s.client(s.post(1), paddedData(1, padded(0, 0, 0))) },
	},
	{
		rule: "FR-08", name: "padding of HEADERS that is not zero",
		breaks: func(s *script) {
			s.client(h2decode.AppendFrame(nil, h2decode.TypeHeaders, endHeadersFlag|h2decode.FlagEndStream, 1,
				&h2decode.HeadersFrame{Fragment: s.block(client, get...), Padding: padded(7)}))
		},
	},
	{
		rule: "FR-09", name: "PING on a stream",
		breaks: func(s *script) { s.client(s.request(1), rawFrame(h2decode.TypePing, 0, 1, make([]byte, 8)...)) },
		legal:  func(s *script) { s.client(s.request(1), pingFrame(0, "")) },
	},
	{
		rule: "FR-09", name: "DATA on stream 0",
		breaks: func(s *script) { s.client(dataFrame(0, 0, "abc")) },
		legal:  func(s *script) { s.client(windowFrame(0, 1)) },
	},
	{
		rule: "FR-09", name: "HEADERS on stream 0",
		breaks: func(s *script) { s.client(s.request(0)) },
	},
	{
		rule: "FR-09", name: "CONTINUATION on stream 0",
		breaks: func(s *script) { s.client(rawFrame(h2decode.TypeContinuation, endHeadersFlag, 0, 0x82)) },
	},
	{
		rule: "FR-17", name: "RST_STREAM with another code",
		breaks: func(s *script) { s.client(s.request(1), resetFrame(1, 0xe)) },
		legal:  func(s *script) { s.client(s.request(1), resetFrame(1, h2decode.HTTP11Required)) },
	},
	{
		rule: "FR-17", name: "GOAWAY with another code",
		breaks: func(s *script) { s.server(goAwayFrame(0, 0xdead)) },
		legal:  func(s *script) { s.server(goAwayFrame(0, h2decode.HTTP11Required)) },
	},
	{
		rule: "FR-18", name: "an empty DATA frame",
		breaks: func(s *script) { s.client(s.post(1), dataFrame(1, 0, "")) },
		legal:  func(s *script) { s.client(s.post(1), dataFrame(1, h2decode.FlagEndStream, "")) },
	},
	{
		rule: "FR-19", name: "FIN inside a frame",
		breaks: func(s *script) {
			s.client(s.request(1))
			s.server(s.response(1), goAwayFrame(1, 0), dataFrame(1, 0, "abc")[:10])
			s.close(server)
		},
		legal: func(s *script) { // it closes while its peer is sending
			s.client(s.request(1))
			s.server(s.response(1), goAwayFrame(1, 0))
			s.client(pingFrame(0, "")[:12])
			s.close(server)
		},
	},
	{
		rule: "FR-19", name: "FIN inside a frame header",
		breaks: func(s *script) {
			s.server(goAwayFrame(0, 0), pingFrame(0, "")[:3])
			s.close(server)
		},
	},
}

var blockCases = []ruleCase{
	{
		rule: "FR-06", name: "an unknown frame inside a field block",
		breaks: func(s *script) {
			block := s.block(client, get...)
			s.client(rawFrame(h2decode.TypeHeaders, h2decode.FlagEndStream, 1, block[:2]...), rawFrame(0xee, 0, 0),
				rawFrame(h2decode.TypeContinuation, endHeadersFlag, 1, block[2:]...))
		},
		legal: splitRequest,
	},
	{
		rule: "FR-06", name: "PRIORITY_UPDATE inside a field block",
		breaks: func(s *script) {
			s.client(rawFrame(h2decode.TypeHeaders, 0, 1, 0x82), priorityUpdateFrame(1, "u=1"))
		},
	},
	{
		rule: "CO-01", name: "CONTINUATION behind END_HEADERS",
		breaks: func(s *script) { s.client(s.post(1), rawFrame(h2decode.TypeContinuation, endHeadersFlag, 1, 0x82)) },
		legal:  splitRequest,
	},
	{
		rule: "CO-02", name: "PING inside a field block",
		breaks: func(s *script) { s.client(rawFrame(h2decode.TypeHeaders, 0, 1, 0x82), pingFrame(0, "")) },
		legal: func(s *script) { // the other side is free to send
			block := s.block(client, get...)
			s.client(rawFrame(h2decode.TypeHeaders, h2decode.FlagEndStream, 1, block[:2]...))
			s.server(pingFrame(0, ""))
			s.client(rawFrame(h2decode.TypeContinuation, endHeadersFlag, 1, block[2:]...))
		},
	},
	{
		rule: "CO-02", name: "HEADERS inside a field block",
		breaks: func(s *script) { s.client(rawFrame(h2decode.TypeHeaders, 0, 1, 0x82), s.request(3)) },
	},
	{
		rule: "CO-03", name: "CONTINUATION of another stream",
		breaks: func(s *script) {
			block := s.block(client, get...)
			s.client(rawFrame(h2decode.TypeHeaders, h2decode.FlagEndStream, 1, block[:2]...),
				rawFrame(h2decode.TypeContinuation, endHeadersFlag, 3, block[2:]...))
		},
		legal: splitRequest,
	},
	{
		rule: "CO-04", name: "FIN inside a field block",
		breaks: func(s *script) {
			s.client(rawFrame(h2decode.TypeHeaders, 0, 1, 0x82))
			s.server(goAwayFrame(0, 0))
			s.close(client)
		},
		legal: func(s *script) {
			s.client(rawFrame(h2decode.TypeHeaders, 0, 1, 0x82)) // the capture ends here
		},
	},
	{
		rule: "CO-05", name: "an empty CONTINUATION",
		breaks: func(s *script) {
			s.client(rawFrame(h2decode.TypeHeaders, h2decode.FlagEndStream, 1, s.block(client, get...)...),
				rawFrame(h2decode.TypeContinuation, 0, 1), rawFrame(h2decode.TypeContinuation, endHeadersFlag, 1))
		},
		legal: func(s *script) {
			s.client(rawFrame(h2decode.TypeHeaders, h2decode.FlagEndStream, 1, s.block(client, get...)...),
				rawFrame(h2decode.TypeContinuation, endHeadersFlag, 1))
		},
	},
}

// splitRequest plays a request whose field block lies in two frames.
func splitRequest(s *script) {
	block := s.block(client, get...)
	s.client(rawFrame(h2decode.TypeHeaders, h2decode.FlagEndStream, 1, block[:2]...),
		rawFrame(h2decode.TypeContinuation, endHeadersFlag, 1, block[2:]...))
}

// TestContinuationOfALateStart: whether a field block is open is not known
// where the connection was joined in the middle.
func TestContinuationOfALateStart(t *testing.T) {
	s := newScript(t, h2decode.Config{Late: true})
	s.client(rawFrame(h2decode.TypeContinuation, endHeadersFlag, 1, 0x82))
	s.expect(t)
	if !s.skipped("CO-01") {
		t.Error("CO-01 was not counted as not judged")
	}
}

// TestDataPaddingInPieces: padding of DATA is looked at however the octets are
// cut.
func TestDataPaddingInPieces(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.client(s.post(1))
	frame := paddedData(1, padded(0, 0, 9, 0))
	for i := range frame {
		s.client(frame[i : i+1])
	}
	s.expect(t, "FR-08")
}
