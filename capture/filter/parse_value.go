package filter

import (
	"net/netip"
	"strings"
)

// value is one value, or several in parentheses, to which the same qualifiers
// apply: 80, not 80, (80 or 443).
func (p *parser) value(q qualifiers) (expression, *Error) {
	t := p.token()
	if !t.is("not", "(") {
		return p.single(q)
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.nesting-- }()
	p.at++
	left, err := p.value(q)
	if t.is("not") || err != nil {
		return &negation{left}, err
	}
	for err == nil && p.token().is("and", "or") {
		or := p.token().text == "or"
		p.at++
		var right expression
		right, err = p.value(q)
		left = &group{left, right, or}
	}
	if err != nil {
		return nil, err
	}
	return left, p.expect(")")
}

// single is one value, and what it means behind the qualifiers.
func (p *parser) single(q qualifiers) (expression, *Error) {
	t := p.token()
	switch t.kind {
	case tokenNumber, tokenIPv4, tokenIPv6, tokenMAC, tokenName:
		p.at++
	default:
		return nil, p.unexpected(q.wanted())
	}
	switch q.kind {
	case noKind:
		return nil, errorAt(t.offset, `%q needs a word before it, such as "host" or "port"`, t.text)
	case portKind, portRangeKind:
		return portValue(t, q)
	case protoKind:
		return protoValue(t, q)
	}
	return p.hostValue(t, q)
}

// wanted says which value the qualifiers ask for.
func (q qualifiers) wanted() string {
	switch q.kind {
	case portKind:
		return "a port"
	case portRangeKind:
		return "a range of ports"
	case protoKind:
		return `the number of a protocol or its name behind "\"`
	case noKind:
		return "a condition"
	}
	return "an address"
}

func (p *parser) hostValue(t *token, q qualifiers) (expression, *Error) {
	switch t.kind {
	case tokenMAC:
		if q.protocol != ether || q.kind == netKind {
			return nil, errorAt(t.offset, `an Ethernet address needs "ether host", "ether src" or "ether dst" before it`)
		}
		return &etherHost{at: t.offset, direction: q.direction, address: t.mac}, nil
	case tokenName:
		return nil, errorAt(t.offset, "%q is no address, and names of hosts and networks are not resolved", t.text)
	case tokenIPv6:
		return p.host6(t, q)
	}
	return p.host4(t, q)
}

// host4 is an IPv4 address or network. As with tcpdump an address may be cut
// short behind any of the words, "host 10.1" being 10.1.0.0/16, and a plain
// number is an address of 32 bits, or the beginning of one behind "net".
func (p *parser) host4(t *token, q qualifiers) (expression, *Error) {
	switch q.protocol {
	case anyProtocol, ip, arp, rarp:
	default:
		return nil, errorAt(t.offset, "%s has no IPv4 addresses", q.protocol)
	}
	h := &host{at: t.offset, protocol: q.protocol, direction: q.direction}
	if t.kind == tokenNumber {
		h.address[0], h.mask[0] = t.value, ^uint32(0)
		for q.kind == netKind && h.address[0] != 0 && h.address[0]>>24 == 0 {
			h.address[0] <<= 8
			h.mask[0] <<= 8
		}
		return h, nil
	}
	address, bits, err := parseDotted(t)
	if err != nil {
		return nil, err
	}
	mask, err := p.mask4(q, prefixMask(bits))
	if err != nil {
		return nil, err
	}
	if address&^mask != 0 {
		return nil, errorAt(t.offset, "%s has bits set outside the mask", t.text)
	}
	h.address[0], h.mask[0] = address, mask
	return h, nil
}

// mask4 is the mask behind an IPv4 address, as a prefix length or dotted; the
// given one where there is none.
func (p *parser) mask4(q qualifiers, given uint32) (uint32, *Error) {
	switch {
	case p.token().is("/"):
		length, err := p.prefixLength(q, 32)
		return prefixMask(length), err
	case p.token().is("mask"):
		return p.netmask(q)
	}
	return given, nil
}

func (p *parser) host6(t *token, q qualifiers) (expression, *Error) {
	if q.protocol != anyProtocol && q.protocol != ip6 {
		return nil, errorAt(t.offset, "%s has no IPv6 addresses", q.protocol)
	}
	h := &host{at: t.offset, protocol: ip6, direction: q.direction}
	length := uint32(128)
	if p.token().is("/") {
		var err *Error
		if length, err = p.prefixLength(q, 128); err != nil {
			return nil, err
		}
	}
	if prefix := netip.PrefixFrom(t.address, int(length)); prefix.Masked().Addr() != t.address {
		return nil, errorAt(t.offset, "%s has bits set outside the mask", t.text)
	}
	octets := t.address.As16()
	for i := range h.address {
		for _, octet := range octets[4*i : 4*i+4] {
			h.address[i] = h.address[i]<<8 | uint32(octet)
		}
		h.mask[i] = prefixMask(min(length-min(length, uint32(32*i)), 32))
	}
	return h, nil
}

// prefixLength is the number behind the slash that is the current token.
func (p *parser) prefixLength(q qualifiers, most uint32) (uint32, *Error) {
	if q.kind != netKind {
		return 0, errorAt(p.token().offset, `only "net" takes a prefix length`)
	}
	p.at++
	t := p.token()
	if t.kind != tokenNumber {
		return 0, p.unexpected("a prefix length")
	}
	if t.value > most {
		return 0, errorAt(t.offset, "the prefix length is at most %d", most)
	}
	p.at++
	return t.value, nil
}

// netmask is the mask behind "mask", which is the current token.
func (p *parser) netmask(q qualifiers) (uint32, *Error) {
	if q.kind != netKind {
		return 0, errorAt(p.token().offset, `only "net" takes a mask`)
	}
	p.at++
	t := p.token()
	if t.kind != tokenIPv4 {
		return 0, p.unexpected("a mask such as 255.255.255.0")
	}
	p.at++
	mask, _, err := parseDotted(t)
	return mask, err
}

// parseDotted reads two to four decimal octets with dots between: the address,
// filled up with zeros, and the number of bits given.
func parseDotted(t *token) (address, bits uint32, err *Error) {
	for _, part := range strings.Split(t.text, ".") {
		octet := uint32(0)
		for i := 0; i < len(part); i++ {
			if !isDigit(part[i]) || octet > 25 {
				return 0, 0, errorAt(t.offset, "%s is not an IPv4 address", t.text)
			}
			octet = octet*10 + uint32(part[i]-'0')
		}
		if octet > 255 {
			return 0, 0, errorAt(t.offset, "%s is not an IPv4 address", t.text)
		}
		bits += 8
		address |= octet << (32 - bits)
	}
	return address, bits, nil
}

func prefixMask(length uint32) uint32 { return ^uint32(0) << (32 - length) }

// protoValue is the value of proto, ip proto, ip6 proto and ether proto.
func protoValue(t *token, q qualifiers) (expression, *Error) {
	names, most := ipProtocols, uint32(255)
	switch q.protocol {
	case ether:
		names, most = etherProtocols, 65535
	case anyProtocol, ip, ip6:
	default:
		return nil, errorAt(t.offset, `"proto" goes with ether, ip and ip6, not with %s`, q.protocol)
	}
	number := t.value
	switch t.kind {
	case tokenNumber:
	case tokenName:
		known := false
		if number, known = names[t.text]; !known {
			return nil, errorAt(t.offset, "%q is no protocol that h2scope knows by name here: give its number", t.text)
		}
	default:
		return nil, errorAt(t.offset, "%q is not the number of a protocol", t.text)
	}
	if number > most {
		return nil, errorAt(t.offset, "protocol numbers go up to %d here", most)
	}
	return &protocolNumber{at: t.offset, within: q.protocol, number: number}, nil
}

// portValue is the value of port and portrange.
func portValue(t *token, q qualifiers) (expression, *Error) {
	e := &port{at: t.offset, direction: q.direction}
	var err *Error
	switch {
	case t.kind == tokenNumber:
		e.first, err = portNumber(t.value, t.offset)
		e.last, e.transport = e.first, q.protocol
	case t.kind != tokenName:
		return nil, errorAt(t.offset, "%q is an address, not a port", t.text)
	case q.kind == portKind:
		e.first, e.transport, err = portNamed(t.text, t.offset, q.protocol)
		e.last = e.first
	default:
		err = e.readRange(t, q.protocol)
	}
	e.isRange = q.kind == portRangeKind
	return e, err
}

// readRange reads 8000-8080, either end of which may be a name. A name with a
// hyphen cannot be one.
func (e *port) readRange(t *token, transport protocol) *Error {
	low, high, found := strings.Cut(t.text, "-")
	if !found {
		high = low
	}
	first, lowTransport, err := portNamed(low, t.offset, transport)
	if err != nil {
		return err
	}
	last, highTransport, err := portNamed(high, t.offset+len(t.text)-len(high), transport)
	if err != nil {
		return err
	}
	e.first, e.last = min(first, last), max(first, last)
	if lowTransport == highTransport {
		e.transport = lowTransport
	}
	return nil
}

func portNumber(value uint32, offset int) (uint16, *Error) {
	if value > 65535 {
		return 0, errorAt(offset, "ports go up to 65535")
	}
	return uint16(value), nil
}

// portNamed is a port given by name or, in a range, by number. The name must
// not contradict the transport, and says it where it is not given.
func portNamed(name string, offset int, transport protocol) (uint16, protocol, *Error) {
	if isNumber(name) {
		t, err := classify(name, offset)
		if err != nil {
			return 0, transport, err
		}
		number, err := portNumber(t.value, offset)
		return number, transport, err
	}
	known, ok := services[name]
	switch {
	case !ok && strings.Contains(name, "-") && isNumber(name[:1]):
		return 0, transport, errorAt(offset, `%q is a range: use "portrange"`, name)
	case !ok:
		return 0, transport, errorAt(offset, "%q is no word of filters, nor a port that h2scope knows by name: give its number", name)
	case transport == anyProtocol:
		return known.port, known.transport, nil
	case known.transport != anyProtocol && known.transport != transport:
		return 0, transport, errorAt(offset, "port %q is %s, not %s", name, known.transport, transport)
	}
	return known.port, transport, nil
}
