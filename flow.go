package h2scope

import (
	"slices"

	"h2scope/capture/segment"
	"h2scope/h2decode"
	"h2scope/h2decode/attack"
	"h2scope/h2decode/rules"
	"h2scope/reassembly"
	"h2scope/reassembly/opening"
	"h2scope/reassembly/tlsdecrypt"
)

// A flow is one TCP connection with the layers that are built on it as its
// octets tell what they are.
type flow struct {
	worker *worker
	number uint64
	tcp    *reassembly.Conn

	// ends are the addresses by half. client is the client's half, as far as
	// known: from SYN, else from what is spoken.
	ends        [2]segment.Endpoint
	client      reassembly.Half
	clientKnown bool
	told        bool // ConnectionOpened was
	midstream   bool // the first segment captured was no SYN
	first, last reassembly.Mark

	http2   *h2decode.Conn   // the last that was begun; nil: none
	octets  layer            // what takes the connection's octets
	tls     *tlsdecrypt.Conn // the outermost, where there is TLS
	watch   *watch           // over http2
	secured h2decode.Period  // the handshake of TLS
	closed  h2decode.Connection
	links   []*segment.Link
	closing bool // both FINs have passed

	// A connection that is over is left, but not yet gone.
	left    bool
	leftAt  int64 // nanoseconds since 1970-01-01 UTC
	lastKey key   // the place of its last segment
}

func newFlow(w *worker, it *item) *flow {
	s := &it.segment
	f := &flow{worker: w, number: it.conn, ends: [2]segment.Endpoint{s.Src, s.Dst}}
	f.first = reassembly.Mark{Packet: s.Packet, Time: s.Time}
	f.tcp = reassembly.NewConn(reassembly.Config{Limits: w.cfg.Reassembly, Pool: w.pool, Observer: path{f}})
	f.closed.Continues = it.continues
	f.midstream = !s.Flags.Has(segment.SYN)
	switch {
	case s.Flags.Has(segment.SYN | segment.ACK):
		f.setClient(it.half.Other())
	case s.Flags.Has(segment.SYN):
		f.setClient(it.half)
	}
	f.octets = f.newOpener(opening.Config{Force: f.decodeAs(), Midstream: f.midstream})
	return f
}

// decodeAs reports whether a port of the connection is one of those on which
// the user says that HTTP/2 is spoken. That end is the server.
func (f *flow) decodeAs() bool {
	for half, end := range f.ends {
		if slices.Contains(f.worker.cfg.DecodeAs, end.Port) {
			f.setClient(reassembly.Half(half).Other())
			return true
		}
	}
	return false
}

// setClient notes who the client is, and tells of the connection: who the
// client is comes first in all that is told of one.
func (f *flow) setClient(half reassembly.Half) {
	if f.clientKnown {
		return
	}
	f.client, f.clientKnown = half, true
}

func (f *flow) tellOpened() {
	if f.told {
		return
	}
	f.told = true
	f.worker.Event(&h2decode.ConnectionOpened{
		Conn: f.number, Packet: f.first.Packet, Time: f.first.Time,
		Client: f.ends[f.client].AddrPort(), Server: f.ends[f.client.Other()].AddrPort(),
	})
}

// tellSetUp tells how long it took until HTTP/2 could begin, as far as that was
// seen from its beginning.
func (f *flow) tellSetUp() {
	e := &h2decode.SetUp{Conn: f.number}
	if rtt := f.tcp.Stats().InitialRTT.Nanoseconds(); rtt > 0 && !f.midstream {
		e.Connect = h2decode.Period{Began: f.first.Time, Ended: f.first.Time + rtt}
	}
	if f.tls != nil && f.tls.Info().ClientHello != nil {
		e.TLS = f.secured
	}
	f.worker.Event(e)
}

func (f *flow) side(half reassembly.Half) h2decode.Side {
	if half == f.client {
		return h2decode.Client
	}
	return h2decode.Server
}

// segment takes a segment of the connection.
func (f *flow) segment(it *item) {
	s := &it.segment
	if f.clientKnown {
		f.tellOpened()
	}
	if !f.left {
		f.last = reassembly.Mark{Packet: s.Packet, Time: s.Time}
	}
	if n := len(f.links); (n == 0 || f.links[n-1] != s.Link) && n < maxLinks && !slices.Contains(f.links, s.Link) {
		f.links = append(f.links, s.Link)
	}
	f.tcp.Segment(it.half, s, f.octets)
}

// maxLinks is how many links are remembered of a connection.
const maxLinks = 16

// conclude notes what an opening found, and gives the layer for it.
func (f *flow) conclude(r opening.Result) layer {
	if r.ClientKnown {
		f.setClient(r.Client)
	}
	for _, v := range r.Via {
		f.closed.Via = append(f.closed.Via, h2decode.Via{
			Kind: v.Kind.String(), Target: v.Target, Source: v.Source, Destination: v.Destination,
		})
	}
	switch r.Protocol {
	case opening.TLS:
		f.closed.Transport, f.closed.Protocol = h2decode.TLS, h2decode.ProtocolTLS
		return f.newTLSLayer(r.Start)
	case opening.HTTP1:
		f.closed.Protocol = h2decode.ProtocolHTTP1
		return &answerer{flow: f}
	case opening.Other:
		f.closed.Protocol = h2decode.ProtocolOther
		return &answerer{flow: f}
	case opening.HTTP2:
		return f.concludeHTTP2(&r)
	case opening.HTTP2Upgrade:
		http2 := f.startHTTP2(h2decode.Config{}, h2decode.StartUpgrade)
		http2.conn.Upgrade(upgradeOf(r.Upgrade))
		return http2
	}
	return nil
}

// concludeHTTP2 gives the layer for HTTP/2 that an opening found. Where it was
// joined in the middle and its frames do not tell who the client is, there is
// none: each frame would say that it is from the wrong side, or not.
func (f *flow) concludeHTTP2(r *opening.Result) layer {
	start := h2decode.StartPriorKnowledge
	switch {
	case f.decodeAs():
		start = h2decode.StartDecodeAs
	case r.Joined:
		start = h2decode.StartMidConnection
	}
	if !f.clientKnown {
		f.closed.Protocol, f.closed.Start = h2decode.ProtocolH2, start
		return nil
	}
	cfg := h2decode.Config{Late: r.Joined, Unproven: f.unproven()}
	for half, inStep := range r.InStep {
		cfg.Lost[f.side(reassembly.Half(half))] = r.Joined && !inStep
	}
	return f.startHTTP2(cfg, start)
}

// unproven says of each side whether frames may stand before its first octets:
// where TLS was joined behind its hello, and, in the clear, where the SYN is
// lost, unless the client's preface is there, which its half is known by.
func (f *flow) unproven() (sides [2]bool) {
	server := f.client.Other()
	if f.tls == nil {
		sides[h2decode.Server] = !f.tcp.Stats().Half[server].SYN
		return sides
	}
	sides[h2decode.Client], sides[h2decode.Server] = !f.tls.Begun(f.client), !f.tls.Begun(server)
	return sides
}

// startHTTP2 begins to decode HTTP/2. decoding says what is known of its beginning.
func (f *flow) startHTTP2(decoding h2decode.Config, start h2decode.Start) *http2Layer {
	f.tellOpened()
	f.tellSetUp()
	f.closed.Protocol, f.closed.Start = h2decode.ProtocolH2, start
	cfg := f.worker.cfg
	w := &watch{out: f.worker}
	decoding.Conn, decoding.Messages, decoding.Data, decoding.Limits = f.number, cfg.Messages, cfg.Data, cfg.Decoding
	f.http2 = h2decode.NewConn(decoding, w)
	w.attacks = attack.New(f.http2, cfg.Thresholds, f.worker)
	w.judge = rules.New(f.http2, rules.Config{Transport: f.transport()}, f.worker)
	f.watch = w
	if cfg.Observe != nil {
		cfg.Observe(f.worker.renderer, f.number, f.http2)
	}
	return &http2Layer{flow: f, conn: f.http2}
}

func (f *flow) transport() h2decode.Transport {
	if f.tls != nil && f.closed.Transport == h2decode.TLS {
		return h2decode.TLS
	}
	return h2decode.Cleartext
}

// late reports, while octets are handed up, whether a late secret opened them.
func (f *flow) late() bool { return f.tls != nil && f.tls.Late() }

// over reports that nothing more is to come: the segment in work was an RST, or
// the one behind the second FIN, which acknowledges it.
func (f *flow) over() bool {
	switch f.tcp.Stats().Close {
	case reassembly.ByRST:
		return true
	case reassembly.ByFIN:
		if f.closing {
			return true
		}
		f.closing = true
	}
	return false
}

func (f *flow) closeReason() h2decode.CloseReason {
	switch f.tcp.Stats().Close {
	case reassembly.ByFIN:
		return h2decode.ClosedFIN
	case reassembly.ByRST:
		return h2decode.ClosedRST
	}
	return h2decode.EndOfCapture
}
