package pcapng

// A Variant is one of the formats that begin with a pcap magic number.
type Variant uint32

// The magic numbers of pcap, as read in the file's byte order.
const (
	Pcap         Variant = 0xa1b2c3d4 // microseconds
	PcapNano     Variant = 0xa1b23c4d // nanoseconds
	PcapModified Variant = 0xa1b2cd34 // Kuznetzov's patch: records have 8 octets more
)

// A FileHeader begins a pcap file.
type FileHeader struct {
	Order        Order
	Variant      Variant
	Major, Minor uint16 // 2 and 4
	Snaplen      uint32 // 0: no limit. Packets may be longer all the same
	LinkType     uint16
	FCS          int // octets of frame check sequence behind each packet
}

const (
	// FileHeaderLen is the length of a pcap file header.
	FileHeaderLen = 24
	recordLen     = 16
	modifiedLen   = 24 // and interface index, protocol, packet type

	// The upper bits of the link type field: draft-ietf-opsawg-pcap,
	// Section 4.
	fcsPresent = 1 << 26
	fcsShift   = 28 // in units of two octets
)

// ParseFileHeader reads the first FileHeaderLen octets of a file. It is false
// where they are not pcap's.
func ParseFileHeader(b []byte) (FileHeader, bool) {
	if len(b) < FileHeaderLen {
		return FileHeader{}, false
	}
	o, v, ok := ParseMagic(b)
	if !ok {
		return FileHeader{}, false
	}
	h := FileHeader{Order: o, Variant: v, Major: o.uint16(b[4:]), Minor: o.uint16(b[6:]), Snaplen: o.uint32(b[16:])}
	link := o.uint32(b[20:])
	h.LinkType = uint16(link)
	if link&fcsPresent != 0 {
		h.FCS = int(link>>fcsShift) * 2
	}
	return h, true
}

// ParseMagic looks at the first four octets of b for one of pcap's magic
// numbers.
func ParseMagic(b []byte) (Order, Variant, bool) {
	if len(b) < 4 {
		return LittleEndian, 0, false
	}
	for _, o := range [...]Order{LittleEndian, BigEndian} {
		switch v := Variant(o.uint32(b)); v {
		case Pcap, PcapNano, PcapModified:
			return o, v, true
		}
	}
	return LittleEndian, 0, false
}

// RecordLen is the length of the header before each packet.
func (h *FileHeader) RecordLen() int {
	if h.Variant == PcapModified {
		return modifiedLen
	}
	return recordLen
}

// A Record is the header before a packet.
type Record struct {
	Time     int64  // nanoseconds since 1970-01-01 UTC; seconds are unsigned
	Captured uint32 // octets that follow
	Length   uint32 // on the wire
}

// ParseRecord reads the first RecordLen octets of b and panics where b is
// shorter.
func (h *FileHeader) ParseRecord(b []byte) Record {
	o := h.Order
	b = b[:recordLen]
	fraction := int64(o.uint32(b[4:]))
	if h.Variant != PcapNano {
		fraction *= 1000
	}
	r := Record{
		Time:     int64(o.uint32(b))*1e9 + fraction,
		Captured: o.uint32(b[8:]),
		Length:   o.uint32(b[12:]),
	}
	if h.Minor <= 3 && h.Major == 2 {
		r = h.swapped(r)
	}
	return r
}

// swapped undoes what libpcap's savefile.c tells of old files: before
// version 2.3 the two lengths stood the other way round, in 2.3 either way.
func (h *FileHeader) swapped(r Record) Record {
	if h.Minor < 3 || r.Captured > r.Length {
		r.Captured, r.Length = r.Length, r.Captured
	}
	return r
}

// Append appends the file header. A version of 0.0 is written as 2.4, a
// Variant of 0 as PcapNano.
func (h FileHeader) Append(dst []byte) []byte {
	o := h.Order
	if h.Major == 0 {
		h.Major, h.Minor = 2, 4
	}
	if h.Variant == 0 {
		h.Variant = PcapNano
	}
	link := uint32(h.LinkType)
	if h.FCS != 0 {
		link |= fcsPresent | uint32(h.FCS/2)<<fcsShift
	}
	dst = o.append32(dst, uint32(h.Variant))
	dst = o.append16(o.append16(dst, h.Major), h.Minor)
	dst = append(dst, 0, 0, 0, 0, 0, 0, 0, 0) // zone and accuracy: never used
	return o.append32(o.append32(dst, h.Snaplen), link)
}

// AppendRecord appends the header of a packet that follows. Time is cut to
// what the variant can say and taken modulo 2^32 seconds.
func (h FileHeader) AppendRecord(dst []byte, r Record) []byte {
	o := h.Order
	seconds, fraction := r.Time/1e9, r.Time%1e9
	if fraction < 0 {
		seconds, fraction = seconds-1, fraction+1e9
	}
	if h.Variant != PcapNano && h.Variant != 0 {
		fraction /= 1000
	}
	dst = o.append32(o.append32(dst, uint32(seconds)), uint32(fraction))
	dst = o.append32(o.append32(dst, r.Captured), r.Length)
	return append(dst, make([]byte, h.RecordLen()-recordLen)...)
}
