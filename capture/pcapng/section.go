package pcapng

// A SectionHeader begins a section: what follows has its byte order, and
// interfaces are numbered from 0 again.
type SectionHeader struct {
	Order        Order
	Major, Minor uint16 // 1 and 0; Minor may also be 2
	Hardware     string
	OS           string
	Application  string
	Comments     []string
}

const sectionFixed = 16 // magic, version, section length

// ParseSectionHeader reads the body of a section header. The section's
// length is not used: blocks are found one after the other.
func ParseSectionHeader(body []byte, o Order) (SectionHeader, error) {
	if len(body) < sectionFixed {
		return SectionHeader{}, ErrDamaged
	}
	h := SectionHeader{Order: o, Major: o.uint16(body[4:]), Minor: o.uint16(body[6:])}
	for s := NewOptions(body[sectionFixed:], o); s.Next(); {
		switch s.Code {
		case optComment:
			h.Comments = append(h.Comments, string(s.Value))
		case shbHardware:
			h.Hardware = string(s.Value)
		case shbOS:
			h.OS = string(s.Value)
		case shbApplication:
			h.Application = string(s.Value)
		}
	}
	return h, nil
}

// Append appends the block in the byte order h.Order. A version of 0.0 is
// written as 1.0.
func (h SectionHeader) Append(dst []byte) []byte {
	o, start := h.Order, len(dst)
	if h.Major == 0 {
		h.Major, h.Minor = 1, 0
	}
	dst = o.append32(begin(dst, o, TypeSectionHeader), byteOrderMagic)
	dst = o.append16(o.append16(dst, h.Major), h.Minor)
	dst = o.appendHalves(dst, 1<<64-1) // section length: not known
	options := len(dst)
	dst = appendComments(dst, o, h.Comments)
	dst = appendOption(dst, o, shbHardware, []byte(h.Hardware))
	dst = appendOption(dst, o, shbOS, []byte(h.OS))
	dst = appendOption(dst, o, shbApplication, []byte(h.Application))
	return end(appendEnd(dst, options), o, start)
}
