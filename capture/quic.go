package capture

import (
	"bytes"
	"encoding/binary"

	"h2scope/capture/segment"
)

// maxQUICFlows bounds the flows that are told apart; packets of further ones
// count for their server alone.
const maxQUICFlows = 1 << 16

// maxQUICServers bounds the servers that have a notice of their own.
const maxQUICServers = 16

// A quicFlow is a pair of endpoints, in either direction.
type quicFlow struct {
	low, high segment.Endpoint
	network   segment.Network
}

// A quicServer counts the flows to an endpoint.
type quicServer struct {
	endpoint       segment.Endpoint
	flows, packets uint64
	first          uint64 // packet
}

// A quicTable counts QUIC: HTTP/3 is not decoded, and that is said.
type quicTable struct {
	flows   map[quicFlow]*quicServer
	servers map[segment.Endpoint]*quicServer
	order   []*quicServer // by first packet; the last one is all others' once maxQUICServers are there
}

// isQUIC reports whether a UDP payload is QUIC's, and counts it: by a long
// header with a known version on any port (RFC 8999, Section 5.1), by a flow
// that had one, or by a short header's first bits on a port of the web (RFC
// 9000, Section 17.3.1), since captures begin anywhere.
func (w *walk) isQUIC(source, destination uint16) bool {
	const fixedBit, minimum = 0x40, 21
	if len(w.data) < 1 || w.data[0]&fixedBit == 0 {
		return false
	}
	long := longHeader(w.data)
	web := webPort(source) || webPort(destination)
	if !long && !web && len(w.quic.flows) == 0 {
		return false
	}
	s := w.segment
	from := segment.Endpoint{IP: s.Src.IP, Port: source}
	to := segment.Endpoint{IP: s.Dst.IP, Port: destination}
	flow := newQUICFlow(from, to, w.network)
	server := w.quic.flows[flow]
	if server == nil {
		short := web && w.data[0]&0x80 == 0 && w.length >= minimum
		if !long && !short {
			return false
		}
		server = w.quic.add(flow, serverOf(from, to), w.packet.Number)
	}
	server.packets++
	return true
}

// longHeader reports whether b begins with a long header of a version that
// occurs: 1, 2 (RFC 9369), a draft, or one of Google's before the standard.
func longHeader(b []byte) bool {
	const form, quic1, quic2, draft, google = 0x80, 0x00000001, 0x6b3343cf, 0xff0000, 'Q'
	if len(b) < 5 || b[0]&form == 0 {
		return false
	}
	version := binary.BigEndian.Uint32(b[1:])
	return version == quic1 || version == quic2 || version>>8 == draft ||
		version>>24 == google && version>>16&0xff == '0' || version>>24 == 'T' && version>>16&0xff == '0'
}

func webPort(port uint16) bool { return port == 443 || port == 80 || port == 8443 }

func newQUICFlow(a, b segment.Endpoint, network segment.Network) quicFlow {
	if c := bytes.Compare(a.IP[:], b.IP[:]); c > 0 || c == 0 && a.Port > b.Port {
		a, b = b, a
	}
	return quicFlow{a, b, network}
}

// serverOf guesses which end is the server: the one with a port of the web,
// else the receiver of the first packet.
func serverOf(from, to segment.Endpoint) segment.Endpoint {
	if webPort(from.Port) && !webPort(to.Port) {
		return from
	}
	return to
}

// add counts a new flow and returns its server.
func (t *quicTable) add(flow quicFlow, endpoint segment.Endpoint, packet uint64) *quicServer {
	if t.flows == nil {
		t.flows = make(map[quicFlow]*quicServer)
		t.servers = make(map[segment.Endpoint]*quicServer)
	}
	server := t.servers[endpoint]
	switch {
	case server != nil:
	case len(t.order) <= maxQUICServers:
		server = &quicServer{endpoint: endpoint, first: packet}
		t.order = append(t.order, server)
		if len(t.order) <= maxQUICServers {
			t.servers[endpoint] = server
		}
	default:
		server = t.order[maxQUICServers]
	}
	if len(t.flows) < maxQUICFlows {
		t.flows[flow] = server
		server.flows++
	}
	return server
}
