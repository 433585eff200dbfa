package filter

// A layout says where the layers of a packet begin. It starts from the link
// type, and words such as vlan move it, for all that follows them in the
// expression.
type layout struct {
	link       linkKind
	linkHeader uint32 // offset of the link-layer header
	linkType   uint32 // of the field that says what the payload is
	payload    uint32 // of the payload
	network    uint32 // of the network-layer header from payload
	labels     int    // MPLS labels passed
}

// linkKind is the way in which a link layer says what it carries.
type linkKind uint8

const (
	unknownLink   linkKind = iota // it is not known where
	ethernetLink                  // EtherType or length
	cookedLink                    // LINUX_SLL: EtherType, or a number for 802.2 and 802.3
	etherTypeLink                 // EtherType, in LINUX_SLL2
	hdlcLink                      // Cisco's: EtherType
	pppLink                       // PPP's numbers
	serialPPPLink                 // the same, without MPLS as libpcap has it
	rawLink                       // none, the IP header has its version
	rawIPv4Link                   // always IPv4
	rawIPv6Link                   // always IPv6
	nullLink                      // BSD's address family in the byte order of the host
	loopLink                      // the same in that of the network
)

// The layouts of link types, by layoutIndex. The first is that of all others.
var layouts = [...]struct {
	name   string
	layout layout
}{
	{"unknown", layout{link: unknownLink}},
	{"ETHERNET", layout{link: ethernetLink, linkType: 12, payload: 14}},
	{"RAW", layout{link: rawLink}},
	{"LINUX_SLL", layout{link: cookedLink, linkType: 14, payload: 16}},
	{"LINUX_SLL2", layout{link: etherTypeLink, payload: 20}},
	{"NULL", layout{link: nullLink, payload: 4}},
	{"LOOP", layout{link: loopLink, payload: 4}},
	{"IPV4", layout{link: rawIPv4Link}},
	{"IPV6", layout{link: rawIPv6Link}},
	{"PPP", layout{link: pppLink, linkType: 2, payload: 4}},
	{"PPP_HDLC", layout{link: serialPPPLink, linkType: 2, payload: 4}},
	{"PPP_ETHER", layout{link: serialPPPLink, linkType: 6, payload: 8}},
	{"C_HDLC", layout{link: hdlcLink, linkType: 2, payload: 4}},
}

// layoutIndex is the index in layouts of a link type, a LINKTYPE_ number as
// files have it.
func layoutIndex(link uint16) int {
	switch link {
	case 1:
		return 1
	case 12, 14, 101: // DLT_RAW is 12 or 14 by operating system
		return 2
	case 113:
		return 3
	case 276:
		return 4
	case 0:
		return 5
	case 108:
		return 6
	case 228:
		return 7
	case 229:
		return 8
	case 9:
		return 9
	case 50:
		return 10
	case 51:
		return 11
	case 104:
		return 12
	}
	return 0
}

// networkAt is the offset in the packet of an offset in the network-layer
// header.
func (l *layout) networkAt(offset uint32) uint32 { return l.payload + l.network + offset }

// A compiler makes conditions for one link type.
type compiler struct {
	layout
	name string // of the link type
	err  *Error // the first
}

// fail notes what does not suit the link type. The condition returned stands
// for the one that there is none of.
func (c *compiler) fail(offset int, format string, args ...any) *condition {
	if c.err == nil {
		c.err = errorAt(offset, format, args...)
	}
	return never()
}
