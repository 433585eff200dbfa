package capture

import "strconv"

// String is the name of the LINKTYPE_ value in lower case, or its number where
// the link type is not understood.
func (t LinkType) String() string {
	if name, ok := linkTypeNames[t]; ok {
		return name
	}
	return strconv.Itoa(int(t))
}

var linkTypeNames = map[LinkType]string{
	LinkTypeNull:       "null",
	LinkTypeEthernet:   "ethernet",
	LinkTypePPP:        "ppp",
	LinkTypeRawDLT:     "raw",
	LinkTypeRawOpenBSD: "raw",
	LinkTypePPPHDLC:    "ppp_hdlc",
	LinkTypePPPoE:      "ppp_ether",
	LinkTypeRaw:        "raw",
	LinkTypeCiscoHDLC:  "c_hdlc",
	LinkTypeIEEE80211:  "ieee802_11",
	LinkTypeLoop:       "loop",
	LinkTypeLinuxSLL:   "linux_sll",
	LinkTypePFLog:      "pflog",
	LinkTypePrism:      "ieee802_11_prism",
	LinkTypeRadiotap:   "ieee802_11_radiotap",
	LinkTypeApplePKTAP: "pktap",
	LinkTypeAVS:        "ieee802_11_avs",
	LinkTypeIPv4:       "ipv4",
	LinkTypeIPv6:       "ipv6",
	LinkTypeNFLog:      "nflog",
	LinkTypePKTAP:      "pktap",
	LinkTypeLinuxSLL2:  "linux_sll2",
}
