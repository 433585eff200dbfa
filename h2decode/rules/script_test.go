package rules

import (
	"slices"
	"strings"
	"testing"
	"time"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// A ruleCase is the smallest traffic that breaks a rule, and the nearest that
// does not.
type ruleCase struct {
	rule, name string
	// bare leaves out the preface and the SETTINGS frames with which the
	// scripts begin otherwise; late is a connection that was joined in the
	// middle.
	bare, late bool
	secure     bool // over TLS
	// also is what both are found for besides.
	also          []string
	breaks, legal func(s *script)
}

// A script plays the octets of both sides to a connection with a judge over it,
// a packet for each call, a millisecond after the last, and keeps what is found.
// Unless it says otherwise, each packet acknowledges all that came before it,
// the transport is cleartext, and the capture ends before the connection does.
type script struct {
	t       *testing.T
	conn    *h2decode.Conn
	judge   *Judge
	encoder [2]*hpack.Encoder

	packet uint64
	now    time.Duration
	offset [2]uint64
	deaf   [2]bool   // the side's TCP acknowledges nothing new
	acked  [2]uint64 // by the side that acknowledges

	// connection is what is told when it closes. Scripts may fill in what TCP
	// and TLS tell.
	connection h2decode.Connection
	found      []*h2decode.Finding
	notices    []string
	finished   bool
}

// newScript is a connection of which nothing has been seen.
func newScript(t *testing.T, cfg h2decode.Config) *script {
	s := &script{t: t, encoder: [2]*hpack.Encoder{hpack.NewEncoder(4096), hpack.NewEncoder(4096)}}
	cfg.Conn = 1
	s.conn = h2decode.NewConn(cfg, s)
	s.judge = New(s.conn, Config{}, sinkFunc(s.take))
	s.connection.Number = 1
	s.connection.Start = h2decode.StartPriorKnowledge
	s.connection.Protocol = h2decode.ProtocolH2
	if cfg.Late {
		s.connection.Start = h2decode.StartDecodeAs
	}
	return s
}

// secure puts TLS under the connection, of which all is known and sound.
func (s *script) secure() {
	s.judge.cfg.Transport = h2decode.TLS
	s.connection.Transport, s.connection.Start = h2decode.TLS, h2decode.StartALPN
	s.connection.TLS = &h2decode.Security{
		Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", ServerName: "a.example",
		ALPN: "h2", ALPNKnown: true, Offered: []string{"h2"}, Compression: "none",
		JA4: "t13d1516h2_8daaf6152771_e5627efa2ab1", Decrypted: "full",
	}
}

// begin plays the preface and both SETTINGS frames with their acknowledgments.
func (s *script) begin(settings ...h2decode.Setting) *script {
	s.client([]byte(h2decode.Preface), settingsFrame(settings...))
	s.server(settingsFrame(), ackFrame())
	s.client(ackFrame())
	return s
}

type sinkFunc func(h2decode.Event)

func (f sinkFunc) Event(e h2decode.Event) { f(e) }

// Event hands the connection's events to the judge.
func (s *script) Event(e h2decode.Event) { s.judge.Event(e) }

// take keeps what the judge tells.
func (s *script) take(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.Finding:
		s.found = append(s.found, e)
	case *h2decode.Noticed:
		s.notices = append(s.notices, e.Message)
	}
}

func (s *script) client(octets ...[]byte) { s.send(client, octets...) }
func (s *script) server(octets ...[]byte) { s.send(server, octets...) }

// send plays one packet.
func (s *script) send(from h2decode.Side, octets ...[]byte) {
	data := slices.Concat(octets...)
	s.packet++
	s.now += time.Millisecond
	if !s.deaf[from] {
		s.acked[from] = s.offset[from.Other()]
	}
	s.conn.Chunk(&h2decode.Chunk{
		From: from, Offset: s.offset[from], Packet: s.packet, OctetsPacket: s.packet,
		Time: int64(s.now), Acked: s.acked[from], Data: data,
	})
	s.offset[from] += uint64(len(data))
}

// wait lets time pass.
func (s *script) wait(d time.Duration) { s.now += d }

// deafen has the side's TCP acknowledge nothing that comes from here on: it
// need not have heard of it.
func (s *script) deafen(side h2decode.Side) { s.deaf[side] = true }

// lose plays n octets of a side that the capture lacks.
func (s *script) lose(from h2decode.Side, n int) {
	s.packet++
	s.now += time.Millisecond
	s.conn.Gap(&h2decode.Gap{
		From: from, Offset: s.offset[from], Length: uint64(n), Cause: h2decode.CauseCaptureLoss,
		Packet: s.packet, Time: int64(s.now),
	})
	s.offset[from] += uint64(n)
}

// close ends the TCP connection by a FIN of the side.
func (s *script) close(by h2decode.Side) {
	c := &s.connection
	c.Close, c.ClosedBy, c.HasCloser = h2decode.ClosedFIN, by, true
	s.finish()
}

// finish ends the connection, or the capture where nobody closed it.
func (s *script) finish() {
	if s.finished {
		return
	}
	s.finished = true
	s.packet++
	s.now += time.Millisecond
	c := &s.connection
	c.Closed, c.Packet = int64(s.now), s.packet
	s.conn.Finish(c, s.packet, int64(s.now))
	s.judge.Event(&h2decode.ConnectionClosed{Connection: c})
}

// rules are the identifiers of what was found, in the order of the octets that
// gave rise to them, without consequences.
func (s *script) rules() []string {
	s.finish()
	found := slices.Clone(s.found)
	slices.SortStableFunc(found, func(a, b *h2decode.Finding) int { return int(a.Frame) - int(b.Frame) })
	var ids []string
	for _, f := range found {
		if !f.Consequence {
			ids = append(ids, f.Rule)
		}
	}
	return ids
}

// expect ends the script and compares what was found, consequences apart.
func (s *script) expect(t *testing.T, ids ...string) {
	t.Helper()
	if got := s.rules(); !slices.Equal(got, ids) {
		t.Errorf("found %s, want %v", s.describe(), ids)
	}
}

// expectAll is expect, in any order.
func (s *script) expectAll(t *testing.T, ids []string) {
	t.Helper()
	got := s.rules()
	slices.Sort(got)
	slices.Sort(ids)
	if !slices.Equal(got, ids) {
		t.Errorf("found %s, want %v", s.describe(), ids)
	}
}

// describe writes the findings out, for tests that fail.
func (s *script) describe() string {
	if len(s.found) == 0 {
		return "nothing"
	}
	var b strings.Builder
	for _, f := range s.found {
		b.WriteString("\n\t" + f.Rule + ": " + f.Message)
		if f.Consequence {
			b.WriteString(" (consequence)")
		}
	}
	return b.String() + "\n"
}

// skipped reports whether the judge said that a rule could not be judged.
func (s *script) skipped(id string) bool {
	_, ok := s.judge.skipped[id]
	return ok
}

// The frames that scripts are made of.

func settingsFrame(settings ...h2decode.Setting) []byte {
	var octets []byte
	for _, s := range settings {
		octets = h2decode.AppendSetting(octets, s)
	}
	return h2decode.AppendFrame(nil, h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{Octets: octets})
}

func ackFrame() []byte { return rawFrame(h2decode.TypeSettings, h2decode.FlagAck, 0) }

func dataFrame(stream uint32, flags h2decode.Flags, data string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeData, flags, stream, &h2decode.DataFrame{Data: []byte(data)})
}

func resetFrame(stream uint32, code h2decode.ErrorCode) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeRSTStream, 0, stream, &h2decode.RSTStreamFrame{Code: code})
}

func pingFrame(flags h2decode.Flags, opaque string) []byte {
	p := new(h2decode.PingFrame)
	copy(p.Opaque[:], opaque)
	return h2decode.AppendFrame(nil, h2decode.TypePing, flags, 0, p)
}

func goAwayFrame(last uint32, code h2decode.ErrorCode) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeGoAway, 0, 0, &h2decode.GoAwayFrame{LastStream: last, Code: code})
}

func windowFrame(stream, increment uint32) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeWindowUpdate, 0, stream, &h2decode.WindowUpdateFrame{Increment: increment})
}

func priorityFrame(stream, dependsOn uint32) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypePriority, 0, stream, &h2decode.PriorityFrame{DependsOn: dependsOn, Weight: 16})
}

func priorityUpdateFrame(prioritized uint32, value string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypePriorityUpdate, 0, 0,
		&h2decode.PriorityUpdateFrame{Prioritized: prioritized, FieldValue: []byte(value)})
}

// rawFrame is a frame with any octets as its payload.
func rawFrame(t h2decode.Type, flags h2decode.Flags, stream uint32, payload ...byte) []byte {
	h := h2decode.FrameHeader{Length: uint32(len(payload)), Type: t, Flags: flags, Stream: stream}
	return append(h.Append(nil), payload...)
}

// headers is a HEADERS frame with END_HEADERS; fields are names and values in
// turn, and are put into side's table.
func (s *script) headers(side h2decode.Side, stream uint32, flags h2decode.Flags, fields ...string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeHeaders, flags|h2decode.FlagEndHeaders, stream,
		&h2decode.HeadersFrame{Fragment: s.block(side, fields...)})
}

// request is a GET that ends the client's side of the stream.
func (s *script) request(stream uint32) []byte {
	return s.headers(client, stream, h2decode.FlagEndStream, s.fields("GET")...)
}

// post is a request whose DATA is to come.
func (s *script) post(stream uint32) []byte {
	return s.headers(client, stream, 0, s.fields("POST")...)
}

// fields are those of a request to a.example.
func (s *script) fields(method string) []string {
	scheme := "http"
	if s.connection.Transport == h2decode.TLS {
		scheme = "https"
	}
	return []string{":method", method, ":scheme", scheme, ":path", "/", ":authority", "a.example"}
}

// response is a 200 that ends the server's side of the stream.
func (s *script) response(stream uint32) []byte {
	return s.headers(server, stream, h2decode.FlagEndStream, ":status", "200")
}

// promise is a PUSH_PROMISE frame with END_HEADERS.
func (s *script) promise(parent, promised uint32, fields ...string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypePushPromise, h2decode.FlagEndHeaders, parent,
		&h2decode.PushPromiseFrame{Promised: promised, Fragment: s.block(server, fields...)})
}

// block encodes fields: names and values in turn.
func (s *script) block(side h2decode.Side, fields ...string) []byte {
	var block []byte
	for i := 0; i < len(fields); i += 2 {
		block = s.encoder[side].AppendField(block, fields[i], fields[i+1], hpack.Indexed)
	}
	return block
}

// Requests without a fault.
var (
	get  = []string{":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a.example"}
	post = []string{":method", "POST", ":scheme", "http", ":path", "/", ":authority", "a.example"}
)
