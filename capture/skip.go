package capture

// A Skip says why a packet gave no TCP segment. Its name is the key in the
// summary's `packets_skipped`.
type Skip uint8

// The reasons. Found is none: the packet has a segment.
const (
	Found              Skip = iota
	SkipLinkType            // the link type is not understood
	SkipLinkProtocol        // an EtherType or PPP protocol that is not followed, and might carry TCP
	SkipNonIP               // no IP packet: LLDP, STP, EAPOL, PPP control, 802.11 management, …
	SkipARP                 // ARP and RARP
	SkipICMP                // ICMP and ICMPv6
	SkipIGMP                // IGMP
	SkipUDP                 // UDP that is neither a known tunnel nor QUIC
	SkipQUIC                // QUIC: HTTP/3 is not decoded
	SkipSCTP                // SCTP
	SkipESP                 // IPsec ESP: what it carries is encrypted
	SkipIPProtocol          // an IP protocol that is not followed
	SkipEncrypted80211      // an 802.11 data frame with the Protected bit
	SkipFragment            // held until its datagram is whole; a copy of one that is; or never whole
	SkipCut                 // the capture ends within the headers (snaplen)
	SkipMalformed           // headers that contradict themselves
	SkipTooDeep             // more than maxLayers headers inside one another
	skipCount
)

func (s Skip) String() string {
	if s < skipCount {
		return skipNames[s]
	}
	return "unknown"
}

var skipNames = [skipCount]string{
	Found:              "found",
	SkipLinkType:       "link-type",
	SkipLinkProtocol:   "link-protocol",
	SkipNonIP:          "non-ip",
	SkipARP:            "arp",
	SkipICMP:           "icmp",
	SkipIGMP:           "igmp",
	SkipUDP:            "udp",
	SkipQUIC:           "quic",
	SkipSCTP:           "sctp",
	SkipESP:            "esp",
	SkipIPProtocol:     "ip-protocol",
	SkipEncrypted80211: "encrypted-802.11",
	SkipFragment:       "fragment",
	SkipCut:            "cut",
	SkipMalformed:      "malformed",
	SkipTooDeep:        "too-deep",
}

// A Count is how many packets were skipped for a reason.
type Count struct {
	Reason  Skip
	Packets uint64
}
