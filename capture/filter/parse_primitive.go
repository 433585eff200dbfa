package filter

// primitive is a term that begins with a word: qualifiers with a value, or a
// test by itself. The qualifiers are those that hold after it.
func (p *parser) primitive() (expression, qualifiers, *Error) {
	t := p.token()
	q := qualifiers{protocol: protocolNamed(t.text)}
	if t.kind != tokenWord {
		q.protocol = anyProtocol
	}
	if q.protocol != anyProtocol {
		p.at++
	}
	if p.token().is("broadcast", "multicast") {
		e, err := p.cast(q.protocol)
		return e, qualifiers{}, err
	}
	switch found, err := p.qualify(&q); {
	case err != nil:
		return nil, q, err
	case found:
		if err := p.suits(q, t.offset); err != nil {
			return nil, q, err
		}
		e, err := p.qualified(q)
		return e, q, err
	case q.protocol == ether:
		return nil, q, p.unexpected(`"host", "src", "dst", "proto", "broadcast", "multicast" or "["`)
	case q.protocol != anyProtocol:
		return &protocolTest{at: t.offset, protocol: q.protocol}, qualifiers{}, nil
	}
	e, err := p.other()
	return e, qualifiers{}, err
}

// qualified is the value or the values behind qualifiers.
func (p *parser) qualified(q qualifiers) (expression, *Error) {
	if p.token().is("not", "(") && !p.startsValue() {
		p.at++
		return nil, p.unexpected(q.wanted())
	}
	return p.value(q)
}

// qualify reads direction and kind; found is false where there is neither.
func (p *parser) qualify(q *qualifiers) (found bool, err *Error) {
	if p.token().is("src", "dst") {
		found = true
		q.direction, q.kind = p.readDirection(), defaultKind
	}
	t := p.token()
	switch {
	case t.is("host"):
		q.kind = hostKind
	case t.is("net"):
		q.kind = netKind
	case t.is("port"):
		q.kind = portKind
	case t.is("portrange"):
		q.kind = portRangeKind
	case t.is("proto"):
		if found {
			return false, errorAt(t.offset, `"proto" has no direction`)
		}
		q.kind = protoKind
	default:
		return found, nil
	}
	p.at++
	return true, nil
}

// readDirection reads src, dst, "src or dst" and "src and dst".
func (p *parser) readDirection() direction {
	first := p.token().text
	p.at++
	if p.token().is("or", "and") && p.next().is("src", "dst") && p.next().text != first {
		joined := srcOrDst
		if p.token().is("and") {
			joined = srcAndDst
		}
		p.at += 2
		return joined
	}
	if first == "src" {
		return src
	}
	return dst
}

// suits reports qualifiers that exclude one another, whatever the value.
func (p *parser) suits(q qualifiers, offset int) *Error {
	switch q.kind {
	case portKind, portRangeKind:
		switch q.protocol {
		case anyProtocol, tcp, udp, sctp:
			return nil
		}
		return errorAt(offset, "ports go with tcp, udp and sctp, not with %s", q.protocol)
	case protoKind:
		return nil
	}
	switch q.protocol {
	case anyProtocol, ip, ip6, arp, rarp:
		return nil
	case ether:
		if q.kind != netKind {
			return nil
		}
	}
	return errorAt(offset, "addresses go with ip, ip6, arp and rarp, and those of hosts with ether, not with %s", q.protocol)
}

// cast is "broadcast" or "multicast" behind a protocol.
func (p *parser) cast(within protocol) (expression, *Error) {
	t := p.token()
	p.at++
	switch {
	case within == anyProtocol, within == ether:
		return &cast{at: t.offset, within: ether, broadcast: t.text == "broadcast"}, nil
	case t.text == "multicast" && (within == ip || within == ip6):
		return &cast{at: t.offset, within: within}, nil
	case t.text == "broadcast" && within == ip:
		return nil, errorAt(t.offset, `"ip broadcast" needs the network's mask, which a packet does not have: give the address as "dst host"`)
	}
	return nil, errorAt(t.offset, "%s has no %s", within, t.text)
}

// other is a term that has a form of its own.
func (p *parser) other() (expression, *Error) {
	t := p.token()
	switch {
	case t.is("less", "greater"):
		p.at++
		octets, err := p.number("a length in octets")
		return &length{octets: octets, atMost: t.text == "less"}, err
	case t.is("byte"):
		return p.byteTest()
	case t.is("inbound", "outbound"):
		p.at++
		return &way{at: t.offset, outbound: t.text == "outbound"}, nil
	case t.is("ifindex"):
		p.at++
		index, err := p.number("the index of an interface")
		return &interfaceIndex{at: t.offset, index: index}, err
	case t.is("vlan"):
		return p.tunnel(vlanTunnel, 0xfff)
	case t.is("mpls"):
		return p.tunnel(mplsTunnel, 0xfffff)
	case t.is("pppoes"):
		return p.tunnel(pppoeTunnel, 0xffff)
	case t.is("pppoed"):
		p.at++
		return &protocolNumber{at: t.offset, within: ether, number: etherPPPoED}, nil
	}
	return nil, p.unexpected("a condition")
}

func (p *parser) number(wanted string) (uint32, *Error) {
	t := p.token()
	if t.kind != tokenNumber {
		return 0, p.unexpected(wanted)
	}
	p.at++
	return t.value, nil
}

// tunnel is vlan, mpls or pppoes with an identifier behind it, perhaps in
// parentheses.
func (p *parser) tunnel(kind tunnelKind, most uint32) (expression, *Error) {
	e := &tunnel{at: p.token().offset, kind: kind}
	p.at++
	at := p.at
	for p.tokens[at].is("(") {
		at++
	}
	if p.tokens[at].kind != tokenNumber {
		return e, nil
	}
	opened := at - p.at
	t := &p.tokens[at]
	if e.id, e.hasID = t.value, true; e.id > most {
		return nil, errorAt(t.offset, "%s goes up to %d", kind, most)
	}
	p.at = at + 1
	for range opened {
		if err := p.expect(")"); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// byteTest is byte INDEX = VALUE, an old way to write ether[INDEX] = VALUE.
func (p *parser) byteTest() (expression, *Error) {
	offset := p.token().offset
	p.at++
	index, err := p.number("the index of an octet")
	if err != nil {
		return nil, err
	}
	operator := p.token()
	switch {
	case operator.is("=", "<", ">"):
		p.at++
	case operator.is("&", "|"):
		return nil, errorAt(operator.offset, `"byte" compares with =, < and >: write ether[%d] %s … != 0`, index, operator.text)
	default:
		return nil, p.unexpected("=, < or >")
	}
	value, err := p.number("the value of an octet")
	if err != nil {
		return nil, err
	}
	octet := &arithmetic{operator: loadOperator, protocol: ether, size: 1, at: offset,
		left: &arithmetic{operator: numberOperator, value: index}}
	return &comparison{left: octet, operator: operator.text,
		right: &arithmetic{operator: numberOperator, value: value}}, nil
}
