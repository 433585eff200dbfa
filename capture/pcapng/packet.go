package pcapng

// A Packet is what the three kinds of packet block say.
type Packet struct {
	Interface uint32
	Timestamp uint64 // in units of the interface's Clock; 0 in simple packets
	Length    uint32 // on the wire
	Data      []byte // what was captured; borrowed from the block
	Options   []byte // for NewOptions; borrowed from the block
}

const (
	enhancedFixed = 20 // interface, timestamp, captured and original length
	simpleFixed   = 4  // original length
)

// ParseEnhanced reads the body of an enhanced packet block into p.
func (p *Packet) ParseEnhanced(body []byte, o Order) error {
	if len(body) < enhancedFixed {
		return ErrDamaged
	}
	p.Interface = o.uint32(body)
	return p.parse(body, o)
}

// ParseObsolete reads the body of a packet block of type 2 into p. It has
// a 16-bit interface and a 16-bit count of drops where enhanced packets have
// a 32-bit interface (Appendix A).
func (p *Packet) ParseObsolete(body []byte, o Order) error {
	if len(body) < enhancedFixed {
		return ErrDamaged
	}
	p.Interface = uint32(o.uint16(body))
	return p.parse(body, o)
}

// parse reads what both have in common.
func (p *Packet) parse(body []byte, o Order) error {
	p.Timestamp = o.halves(body[4:12])
	captured := uint64(o.uint32(body[12:16]))
	p.Length = o.uint32(body[16:20])
	rest := body[enhancedFixed:]
	if captured > uint64(len(rest)) {
		return ErrDamaged
	}
	p.Data = rest[:captured:captured]
	p.Options = rest[min((captured+3)&^3, uint64(len(rest))):]
	return nil
}

// ParseSimple reads the body of a simple packet block into p. It has no
// captured length: that is the length on the wire, cut at the snaplen of
// interface 0, to which these packets belong.
func (p *Packet) ParseSimple(body []byte, o Order, snaplen uint32) error {
	if len(body) < simpleFixed {
		return ErrDamaged
	}
	*p = Packet{Length: o.uint32(body)}
	captured := p.Length
	if snaplen != 0 {
		captured = min(captured, snaplen)
	}
	rest := body[simpleFixed:]
	if uint64(captured) > uint64(len(rest)) {
		return ErrDamaged
	}
	p.Data = rest[:captured:captured]
	return nil
}

// Append appends the packet as an enhanced packet block; p.Options must be
// whole options, such as AppendComments makes, or nil.
func (p Packet) Append(dst []byte, o Order) []byte {
	start := len(dst)
	dst = o.append32(begin(dst, o, TypeEnhancedPacket), p.Interface)
	dst = o.appendHalves(dst, p.Timestamp)
	dst = o.append32(o.append32(dst, uint32(len(p.Data))), p.Length)
	dst = appendPadded(dst, p.Data)
	return end(append(dst, p.Options...), o, start)
}

// AppendSimple appends the packet as a simple packet block: interface, time
// and options are lost.
func (p Packet) AppendSimple(dst []byte, o Order) []byte {
	start := len(dst)
	dst = o.append32(begin(dst, o, TypeSimplePacket), p.Length)
	return end(appendPadded(dst, p.Data), o, start)
}

// AppendObsolete appends the packet as a packet block of type 2.
func (p Packet) AppendObsolete(dst []byte, o Order) []byte {
	start := len(dst)
	dst = o.append16(begin(dst, o, TypeObsoletePacket), uint16(p.Interface))
	dst = o.appendHalves(o.append16(dst, 0xffff), p.Timestamp) // drops: not known
	dst = o.append32(o.append32(dst, uint32(len(p.Data))), p.Length)
	dst = appendPadded(dst, p.Data)
	return end(append(dst, p.Options...), o, start)
}

// AppendComments appends texts as options of a packet. A text is cut at
// 65,535 octets.
func AppendComments(dst []byte, o Order, texts ...string) []byte {
	start := len(dst)
	return appendEnd(appendComments(dst, o, texts), start)
}
