package hpack

// A stringLiteral is a string as it stands in a block (RFC 7541, Section 5.2).
type stringLiteral struct {
	octets  []byte
	huffman bool
}

// readString finds the string literal at the front of p, and says how many
// octets it takes.
func (d *Decoder) readString(p []byte) (s stringLiteral, n int, fault Code) {
	length, n, fault := readInteger(p, 7)
	if fault != 0 {
		return s, 0, fault
	}
	if length > uint64(d.MaxString) {
		d.tooLong = length
		return s, 0, ErrStringTooLong
	}
	if length > uint64(len(p)-n) {
		d.tooLong, d.fits = length, uint64(len(p)-n)
		return s, 0, ErrTruncated
	}
	end := n + int(length)
	return stringLiteral{octets: p[n:end], huffman: p[0]&0x80 != 0}, end, 0
}

// room is how many octets decoding s may write.
func (s *stringLiteral) room() int {
	if s.huffman {
		return huffmanRoom(len(s.octets))
	}
	return len(s.octets)
}

// A literal is a field with a literal value as it stands in a block (RFC 7541,
// Section 6.2).
type literal struct {
	index       uint64 // of the name; 0 where the name is a literal
	name, value stringLiteral
	wire        int // octets
}

// readLiteral finds the literal at the front of p, without decoding it: so a
// literal that is cut costs little, however often more of it is offered.
func (d *Decoder) readLiteral(l *literal, p []byte, prefix uint8) (fault Code) {
	var n int
	if l.index, l.wire, fault = readInteger(p, prefix); fault != 0 {
		return fault
	}
	if l.index == 0 {
		if l.name, n, fault = d.readString(p[l.wire:]); fault != 0 {
			return fault
		}
		l.wire += n
	}
	l.value, n, fault = d.readString(p[l.wire:])
	l.wire += n
	return fault
}

// literal decodes l, puts it into the table if r says so, and appends it to dst.
func (d *Decoder) literal(dst []Field, l *literal, r Representation) []Field {
	f := Field{Index: l.index, Wire: l.wire, Representation: r}
	buf := d.arena.reserve(l.name.room() + l.value.room() + 1)
	used := 0 // octets of buf that f needs
	if l.index == 0 {
		f.Name, f.NameTrust = d.decodeString(buf, &l.name)
		used = len(f.Name)
	} else {
		d.reference(&f)
	}
	f.Value, f.ValueTrust = d.decodeString(buf[used:], &l.value)
	used += len(f.Value)
	if r == Incremental {
		e := Entry{f.Name, f.Value, f.NameTrust, f.ValueTrust}
		if d.table.holds(&e) {
			own(&f)
			e.Name, e.Value = f.Name, f.Value
			used = 0
		}
		d.table.insert(e)
	}
	shown := len(dst)
	if dst = d.show(dst, &f); len(dst) > shown {
		d.arena.keep(used)
	}
	return dst
}

// decodeString decodes s into buf. Where EOS stands in it, nothing can be said
// about it; wrong padding does not make what stands before it uncertain.
func (d *Decoder) decodeString(buf []byte, s *stringLiteral) ([]byte, Trust) {
	if !s.huffman {
		n := copy(buf, s.octets)
		return buf[:n:n], Exact
	}
	n, fault := decodeHuffman(buf, s.octets)
	if fault != 0 {
		d.report(fault, 0, 0)
	}
	if fault == ErrHuffmanEOS {
		return nil, Unknown
	}
	return buf[:n:n], Exact
}

// own gives f octets of its own, in one allocation: those of the value, and
// those of the name where it was a literal too. Other names are shared.
func own(f *Field) {
	k := 0
	if f.Index == 0 {
		k = len(f.Name)
	}
	octets := make([]byte, k+len(f.Value))
	if f.Index == 0 && f.NameTrust == Exact {
		copy(octets, f.Name)
		f.Name = octets[:k:k]
	}
	if f.ValueTrust == Exact {
		copy(octets[k:], f.Value)
		f.Value = octets[k:]
	}
}
