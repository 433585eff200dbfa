package hpack

// Decode decodes the whole representations at the front of p, the next octets
// of the block that Begin started. It appends the fields to dst, and says how
// many octets of p it consumed.
//
// last says that p ends the block; then a representation that is cut is an
// error. Otherwise it stays unconsumed, to be offered again with the octets
// that follow it in front of p. So a block can be decoded frame by frame.
//
// The error is an [*Error] with the code ErrTruncated, ErrIntegerOverflow or
// ErrStringTooLong. It ends the block: n is where the broken representation
// begins, the fields before it are returned, and the table is as after
// MissedBlocks, since the octets that can't be read may have changed it. Until
// Begin, Decode returns the same error again. Other violations do not end the
// block; see [Decoder.Violations].
func (d *Decoder) Decode(dst []Field, p []byte, last bool) (fields []Field, n int, err error) {
	if d.broken != nil {
		return dst, 0, d.broken
	}
	d.open = true
	start := d.offset
	for n < len(p) {
		if p[n] > 0x80 && (d.inFields || d.owed == noDebt) {
			var run int
			if dst, run = d.indexedRun(dst, p[n:]); run > 0 {
				d.inFields = true
				n += run
				continue
			}
		}
		var wire int
		var fault Code
		d.offset = start + n
		if dst, wire, fault = d.representation(dst, p[n:]); fault == ErrTruncated && !last {
			break
		} else if fault != 0 {
			return dst, n, d.fail(fault)
		}
		n += wire
	}
	d.offset = start + n
	if last {
		d.expectFields()
		d.open = false
	}
	return dst, n, nil
}

// indexedRun decodes the fields at the front of p that are the shortest and
// most frequent: indexes of one octet, of entries that are certain, as long as
// dst has room. It leaves everything else to representation, and says how many
// octets it took.
func (d *Decoder) indexedRun(dst []Field, p []byte) (fields []Field, n int) {
	t, certain, section := &d.table, uint(d.table.n-d.table.doubtful), d.section
	for n < len(p) && len(dst) < cap(dst) {
		var e *Entry
		if i := uint(p[n]) - 0x80; i-1 < StaticEntries {
			e = &staticTable[i]
		} else if i -= StaticEntries + 1; i < certain && p[n] < 0xff {
			e = &t.ring[(t.head-int(i))&(len(t.ring)-1)]
		} else {
			break
		}
		if section += uint64(e.Size()); section > uint64(d.MaxFieldSection) {
			break
		}
		d.section = section
		dst = dst[:len(dst)+1]
		f := &dst[len(dst)-1]
		f.Name, f.Value = e.Name, e.Value
		f.Index, f.Wire, f.Representation = uint64(p[n]&0x7f), 1, Indexed
		f.NameTrust, f.ValueTrust = e.NameTrust, e.ValueTrust
		n++
	}
	return dst, n
}

// representation decodes the representation at the front of p, which is not
// empty, and says how many octets it took. Its kind is in its first bits
// (RFC 7541, Section 6).
func (d *Decoder) representation(dst []Field, p []byte) (fields []Field, wire int, fault Code) {
	var index uint64
	d.tooLong, d.fits = 0, 0
	r, prefix := NeverIndexed, uint8(4)
	switch b := p[0]; {
	case b&0x80 != 0:
		if index, wire, fault = readInteger(p, 7); fault == 0 {
			d.expectFields()
			f := Field{Index: index, Wire: wire, Representation: Indexed}
			d.reference(&f)
			dst = d.show(dst, &f)
		}
		return dst, wire, fault
	case b&0xe0 == 0x20:
		if index, wire, fault = readInteger(p, 5); fault == 0 {
			d.sizeUpdate(index)
		}
		return dst, wire, fault
	case b&0xc0 == 0x40:
		r, prefix = Incremental, 6
	case b&0xf0 == 0x00:
		r = WithoutIndexing
	}
	var l literal
	if fault = d.readLiteral(&l, p, prefix); fault == 0 {
		d.expectFields()
		dst = d.literal(dst, &l, r)
	}
	return dst, l.wire, fault
}

// reference sets the name of f, and its value too, to those of the entry that
// f.Index refers to.
func (d *Decoder) reference(f *Field) {
	e, doubtful, valid := d.table.lookup(f.Index)
	if !valid {
		d.report(ErrInvalidIndex, f.Index, uint64(StaticEntries+d.table.n))
	}
	if e == nil {
		f.NameTrust, f.ValueTrust = Unknown, Unknown
		return
	}
	f.Name, f.Value, f.NameTrust, f.ValueTrust = e.Name, e.Value, e.NameTrust, e.ValueTrust
	if doubtful {
		f.NameTrust, f.ValueTrust = max(f.NameTrust, Uncertain), max(f.ValueTrust, Uncertain)
	}
}

// show appends f unless it lies beyond MaxFieldSection.
func (d *Decoder) show(dst []Field, f *Field) []Field {
	if d.section += uint64(f.Size()); d.section > uint64(d.MaxFieldSection) {
		d.omitted++
		return dst
	}
	return append(dst, *f)
}

// sizeUpdate puts a new maximum size in force, wherever the encoder does that
// and whatever it is: the encoder's own table follows it (RFC 7541, Section
// 6.3). What is held stays limited by HoldTable.
func (d *Decoder) sizeUpdate(size uint64) {
	if d.inFields {
		d.report(ErrLateSizeUpdate, 0, 0)
	}
	if size > d.limit {
		d.report(ErrSizeUpdateTooLarge, size, d.limit)
	}
	if size <= d.owed {
		d.owed = noDebt
	}
	size = min(size, 1<<32-1)
	d.updates = append(d.updates, uint32(size))
	d.table.setMaximum(size)
}

// expectFields ends the part of the block where size updates may stand.
func (d *Decoder) expectFields() {
	if d.inFields {
		return
	}
	d.inFields = true
	if d.owed != noDebt {
		maximum, _ := d.table.MaxSize()
		d.report(ErrMissingSizeUpdate, uint64(maximum), d.owed)
		d.owed = noDebt
	}
}

// report notes a violation.
func (d *Decoder) report(c Code, value, limit uint64) {
	if d.violated++; len(d.violations) < maxViolations {
		d.violations = append(d.violations, Error{Code: c, Offset: d.offset, Value: value, Limit: limit})
	}
}

// fail ends the block.
func (d *Decoder) fail(c Code) error {
	d.broken = &Error{Code: c, Offset: d.offset}
	switch c {
	case ErrStringTooLong:
		d.broken.Value, d.broken.Limit = d.tooLong, uint64(d.MaxString)
	case ErrTruncated:
		d.broken.Value, d.broken.Limit = d.tooLong, d.fits
	}
	d.MissedBlocks()
	return d.broken
}
