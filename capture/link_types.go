package capture

// The link types that are understood, with their numbers in the registry of
// tcpdump.org. DLT_RAW is 12 or 14 by operating system, and files have both.
const (
	LinkTypeNull       LinkType = 0
	LinkTypeEthernet   LinkType = 1
	LinkTypePPP        LinkType = 9
	LinkTypeRawDLT     LinkType = 12
	LinkTypeRawOpenBSD LinkType = 14
	LinkTypePPPHDLC    LinkType = 50
	LinkTypePPPoE      LinkType = 51
	LinkTypeRaw        LinkType = 101
	LinkTypeCiscoHDLC  LinkType = 104
	LinkTypeIEEE80211  LinkType = 105
	LinkTypeLoop       LinkType = 108
	LinkTypeLinuxSLL   LinkType = 113
	LinkTypePFLog      LinkType = 117
	LinkTypePrism      LinkType = 119
	LinkTypeRadiotap   LinkType = 127
	LinkTypeApplePKTAP LinkType = 149 // USER2 elsewhere
	LinkTypeAVS        LinkType = 163
	LinkTypeIPv4       LinkType = 228
	LinkTypeIPv6       LinkType = 229
	LinkTypeNFLog      LinkType = 239
	LinkTypePKTAP      LinkType = 258
	LinkTypeLinuxSLL2  LinkType = 276
)

// linkLayer is the layer that packets of a link type begin with.
func linkLayer(t LinkType) layer {
	switch t {
	case LinkTypeEthernet:
		return ethernet
	case LinkTypeRaw, LinkTypeRawDLT, LinkTypeRawOpenBSD, LinkTypeIPv4, LinkTypeIPv6:
		return rawIP
	case LinkTypeNull, LinkTypeLoop:
		return loopback
	case LinkTypeLinuxSLL:
		return linuxSLL
	case LinkTypeLinuxSLL2:
		return linuxSLL2
	case LinkTypePPP:
		return ppp
	case LinkTypePPPHDLC, LinkTypeCiscoHDLC:
		return hdlc
	case LinkTypePPPoE:
		return pppoe
	case LinkTypeIEEE80211:
		return ieee80211
	case LinkTypeRadiotap:
		return radiotap
	case LinkTypePrism:
		return prism
	case LinkTypeAVS:
		return avs
	case LinkTypeNFLog:
		return nflog
	case LinkTypePFLog:
		return pflog
	case LinkTypePKTAP, LinkTypeApplePKTAP:
		return pktap
	}
	return unknownLink
}

func unknownLink(w *walk) (layer, Skip) {
	return w.notFollowed(numberedLinkType, uint32(w.packet.LinkType), SkipLinkType)
}
