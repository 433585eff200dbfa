package opening

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"
)

// The PROXY protocol is described in HAProxy's doc/proxy-protocol.txt.
const (
	proxyV1Prefix    = "PROXY "
	proxyV1MaxLength = 107
	proxyV2Signature = "\r\n\r\n\x00\r\nQUIT\n"
	proxyV2Header    = len(proxyV2Signature) + 4
)

// readProxyV1 reads the line of version 1 (Section 2.1).
func readProxyV1(client, _ []byte) (greeting, match) {
	if m := prefix(client, proxyV1Prefix); m != yes {
		return greeting{}, m
	}
	line, _, whole := bytes.Cut(client[:min(len(client), proxyV1MaxLength)], []byte("\r\n"))
	switch {
	case !whole && len(client) < proxyV1MaxLength:
		return greeting{}, more
	case !whole:
		return greeting{}, no
	}
	via, ok := parseProxyV1(string(line[len(proxyV1Prefix):]))
	if !ok {
		return greeting{}, no
	}
	return greeting{via: via, client: len(line) + 2}, yes
}

func parseProxyV1(s string) (Via, bool) {
	via := Via{Kind: ViaProxyProtocol}
	w := strings.Split(s, " ")
	if w[0] == "UNKNOWN" {
		return via, true // what follows it is to be ignored
	}
	if len(w) != 5 {
		return via, false
	}
	var okSource, okDestination bool
	via.Source, okSource = endpointText(w[0], w[1], w[3])
	via.Destination, okDestination = endpointText(w[0], w[2], w[4])
	return via, okSource && okDestination
}

// endpointText checks an address and port given as text.
func endpointText(family, address, port string) (string, bool) {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Zone() != "" || !(family == "TCP4" && a.Is4() || family == "TCP6" && a.Is6()) {
		return "", false
	}
	p, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return "", false
	}
	return netip.AddrPortFrom(a, uint16(p)).String(), true
}

// readProxyV2 reads the binary header of version 2 (Section 2.2): addresses, and
// TLVs that are passed over.
func readProxyV2(client, _ []byte) (greeting, match) {
	if m := prefix(client, proxyV2Signature); m != yes {
		return greeting{}, m
	}
	if len(client) < proxyV2Header {
		return greeting{}, more
	}
	h := client[len(proxyV2Signature):]
	command, family := h[0], h[1]
	end := proxyV2Header + int(binary.BigEndian.Uint16(h[2:]))
	if len(client) < end {
		return greeting{}, more
	}
	g := greeting{via: Via{Kind: ViaProxyProtocol}, client: end}
	switch command {
	case 0x20: // LOCAL: the proxy speaks for itself
		return g, yes
	case 0x21: // PROXY
		var ok bool
		if g.via.Source, g.via.Destination, ok = proxyV2Addresses(family, client[proxyV2Header:end]); ok {
			return g, yes
		}
	}
	return greeting{}, no
}

// proxyV2Addresses reads the addresses of a family and transport octet.
func proxyV2Addresses(family byte, b []byte) (source, destination string, ok bool) {
	var size int // of an address
	switch family {
	case 0x00: // UNSPEC
		return "", "", true
	case 0x11, 0x12: // INET
		size = 4
	case 0x21, 0x22: // INET6
		size = 16
	case 0x31, 0x32: // UNIX
		const size = 108
		if len(b) < 2*size {
			return "", "", false
		}
		return unixPath(b[:size]), unixPath(b[size : 2*size]), true
	default:
		return "", "", false
	}
	if len(b) < 2*size+4 {
		return "", "", false
	}
	ports := b[2*size:]
	return endpoint(b[:size], ports), endpoint(b[size:2*size], ports[2:]), true
}

func unixPath(b []byte) string {
	path, _, _ := bytes.Cut(b, []byte{0})
	return string(path)
}

// endpoint writes a binary address of 4 or 16 octets and the port that port
// begins with.
func endpoint(address, port []byte) string {
	a, _ := netip.AddrFromSlice(address)
	return netip.AddrPortFrom(a, binary.BigEndian.Uint16(port)).String()
}
