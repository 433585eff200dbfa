package capture

import (
	"slices"
	"strconv"

	"h2scope/capture/segment"
)

// A mark is a VLAN tag or a tunnel that a packet was found in.
type mark struct {
	kind markKind
	id   uint32
}

type markKind uint8

const (
	markVLAN markKind = iota
	markMPLS
	markPPPoE
	markGRE
	markGREKey
	markPPTP
	markERSPAN1
	markERSPAN
	markVXLAN
	markVXLANGPE
	markGeneve
	markGTP
	markTeredo
	markEtherIP
	markIPIP
	mark4in6
	mark6in4
	mark6in6
	markEthernetInIP
)

// markTexts are the tunnels' names in records; numbered ones are followed by
// their identifier.
var markTexts = [...]struct {
	name     string
	numbered bool
}{
	markVLAN:         {"vlan", true},
	markMPLS:         {"mpls", true},
	markPPPoE:        {"pppoe", true},
	markGRE:          {"gre", false},
	markGREKey:       {"gre key", true},
	markPPTP:         {"pptp", true},
	markERSPAN1:      {"erspan", false},
	markERSPAN:       {"erspan", true},
	markVXLAN:        {"vxlan", true},
	markVXLANGPE:     {"vxlan-gpe", true},
	markGeneve:       {"geneve", true},
	markGTP:          {"gtp teid", true},
	markTeredo:       {"teredo", false},
	markEtherIP:      {"etherip", false},
	markIPIP:         {"ipip", false},
	mark4in6:         {"4in6", false},
	mark6in4:         {"6in4", false},
	mark6in6:         {"6in6", false},
	markEthernetInIP: {"ethernet-in-ip", false},
}

func (m mark) String() string {
	text := markTexts[m.kind]
	switch {
	case !text.numbered:
		return text.name
	case m.kind == markGTP: // TEIDs are random: hexadecimal, as in Wireshark
		return text.name + " 0x" + strconv.FormatUint(uint64(m.id), 16)
	}
	return text.name + " " + strconv.FormatUint(uint64(m.id), 10)
}

// mark notes a VLAN tag or tunnel. A layer notes one at most, so that
// maxLayers bounds them.
func (w *walk) mark(kind markKind, id uint32) {
	w.marks = append(w.marks, mark{kind, id})
}

// maxLinks bounds the table of links. A mobile network's mirror has two
// tunnel identifiers for each subscriber; above that the table starts anew,
// and only pointers lose their identity.
const maxLinks = 1 << 16

// A linkTable makes equal links the same pointer, so that no packet allocates
// once its link has been seen.
type linkTable struct {
	recent [64]*knownLink        // by hash; most packets end here
	known  map[string]*knownLink // by interface and marks, as linkTable.key writes them
	key    []byte                // the buffer in which known's key is put together
}

type knownLink struct {
	iface string
	marks []mark
	link  *segment.Link
}

// intern returns the link of packets of the index'th interface, named iface,
// that were found behind marks.
func (t *linkTable) intern(index int, iface string, marks []mark) *segment.Link {
	hash := uint32(index)
	for _, m := range marks {
		hash = (hash ^ m.id ^ uint32(m.kind)<<24) * 0x9E3779B1
	}
	slot := &t.recent[(hash^hash>>16)%uint32(len(t.recent))]
	if k := *slot; k != nil && k.iface == iface && slices.Equal(k.marks, marks) {
		return k.link
	}
	*slot = t.lookup(iface, marks)
	return (*slot).link
}

func (t *linkTable) lookup(iface string, marks []mark) *knownLink {
	key := append(t.key[:0], iface...)
	for _, m := range marks {
		key = append(key, 0, byte(m.kind), byte(m.id>>24), byte(m.id>>16), byte(m.id>>8), byte(m.id))
	}
	t.key = key
	if k := t.known[string(key)]; k != nil && k.iface == iface && slices.Equal(k.marks, marks) {
		return k
	}
	if t.known == nil || len(t.known) >= maxLinks {
		t.known = make(map[string]*knownLink)
	}
	k := &knownLink{iface, slices.Clone(marks), newLink(iface, marks)}
	t.known[string(key)] = k
	return k
}

func newLink(iface string, marks []mark) *segment.Link {
	link := &segment.Link{Interface: iface}
	for _, m := range marks {
		if m.kind == markVLAN {
			link.VLANs = append(link.VLANs, uint16(m.id))
		} else {
			link.Tunnels = append(link.Tunnels, m.String())
		}
	}
	return link
}

// maxNames bounds the table of interface names that stand in packets.
const maxNames = 1024

// A nameTable keeps the interface names that PKTAP and PFLOG put into each
// packet, so that they are made into strings once.
type nameTable map[string]string

// intern returns the octets of a C string as a string.
func (t *nameTable) intern(name []byte) string {
	if end := slices.Index(name, 0); end >= 0 {
		name = name[:end]
	}
	if known, ok := (*t)[string(name)]; ok {
		return known
	}
	if *t == nil || len(*t) >= maxNames {
		*t = make(nameTable)
	}
	s := string(name)
	(*t)[s] = s
	return s
}
