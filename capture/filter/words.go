package filter

import "slices"

// spellings are second ways to write a word or an operator.
var spellings = map[string]string{
	"&&": "and", "||": "or", "!": "not", "==": "=",
	"link": "ether", "ppp": "ether", "slip": "ether", "fddi": "ether", "tr": "ether", "wlan": "ether",
	"length":   "len",
	"es-is":    "esis",
	"is-is":    "isis",
	"dir":      "direction",
	"address1": "addr1", "address2": "addr2", "address3": "addr3", "address4": "addr4",
	"ifname": "on", "ruleset": "rset", "rulenum": "rnr", "subrulenum": "srnr", "lsu": "lssu",
}

// isWord reports whether s is a word of the language, which a name can be only
// with a backslash before it. The names of protocols are words too.
func isWord(s string) bool {
	return slices.Contains(languageWords[:], s) || isForeign(s) || protocolNamed(s) != anyProtocol
}

var languageWords = [...]string{
	"and", "or", "not", "src", "dst", "host", "net", "mask", "port", "portrange", "proto",
	"less", "greater", "byte", "broadcast", "multicast", "len", "inbound", "outbound", "ifindex",
	"vlan", "mpls", "pppoed", "pppoes",
}

// foreignWords are tcpdump's words for what is not here: tunnels with headers
// of variable length, OSI, ATM, SS7, 802.11 and the BSD packet filter's log.
var foreignWords = [...]string{
	"protochain", "gateway", "geneve", "llc", "radio",
	"esis", "isis", "clnp", "l1", "l2", "iih", "lsp", "snp", "csnp", "psnp",
	"type", "subtype", "direction", "addr1", "addr2", "addr3", "addr4", "ra", "ta",
	"lane", "metac", "bcc", "oam", "oamf4", "oamf4ec", "oamf4sc", "sc", "ilmic",
	"vpi", "vci", "connectmsg", "metaconnect",
	"on", "rset", "rnr", "srnr", "reason", "action",
	"fisu", "lssu", "msu", "hfisu", "hlssu", "hmsu",
	"sio", "opc", "dpc", "sls", "hsio", "hopc", "hdpc", "hsls",
}

// isForeign reports whether a word is known to tcpdump only.
func isForeign(word string) bool { return slices.Contains(foreignWords[:], word) }

// constants are names of offsets and values for use with proto[…].
var constants = map[string]uint32{
	"icmptype": 0, "icmpcode": 1,
	"icmp-echoreply": 0, "icmp-unreach": 3, "icmp-sourcequench": 4, "icmp-redirect": 5,
	"icmp-echo": 8, "icmp-routeradvert": 9, "icmp-routersolicit": 10, "icmp-timxceed": 11,
	"icmp-paramprob": 12, "icmp-tstamp": 13, "icmp-tstampreply": 14, "icmp-ireq": 15,
	"icmp-ireqreply": 16, "icmp-maskreq": 17, "icmp-maskreply": 18,

	"icmp6type": 0, "icmp6code": 1,
	"icmp6-destinationunreach": 1, "icmp6-packettoobig": 2, "icmp6-timeexceeded": 3,
	"icmp6-parameterproblem": 4, "icmp6-echo": 128, "icmp6-echoreply": 129,
	"icmp6-multicastlistenerquery": 130, "icmp6-multicastlistenerreportv1": 131,
	"icmp6-multicastlistenerdone": 132, "icmp6-routersolicit": 133, "icmp6-routeradvert": 134,
	"icmp6-neighborsolicit": 135, "icmp6-neighboradvert": 136, "icmp6-redirect": 137,
	"icmp6-routerrenum": 138, "icmp6-nodeinformationquery": 139,
	"icmp6-nodeinformationresponse": 140, "icmp6-ineighbordiscoverysolicit": 141,
	"icmp6-ineighbordiscoveryadvert": 142, "icmp6-multicastlistenerreportv2": 143,
	"icmp6-homeagentdiscoveryrequest": 144, "icmp6-homeagentdiscoveryreply": 145,
	"icmp6-mobileprefixsolicit": 146, "icmp6-mobileprefixadvert": 147,
	"icmp6-certpathsolicit": 148, "icmp6-certpathadvert": 149,
	"icmp6-multicastrouteradvert": 151, "icmp6-multicastroutersolicit": 152,
	"icmp6-multicastrouterterm": 153,

	"tcpflags": 13,
	"tcp-fin":  0x01, "tcp-syn": 0x02, "tcp-rst": 0x04, "tcp-push": 0x08,
	"tcp-ack": 0x10, "tcp-urg": 0x20, "tcp-ece": 0x40, "tcp-cwr": 0x80,
}

// A protocol is a word such as tcp: a qualifier, a test by itself, and in most
// cases a layer whose octets can be asked for.
type protocol uint8

const (
	anyProtocol protocol = iota
	ether
	ip
	ip6
	arp
	rarp
	atalk
	aarp
	decnet
	lat
	sca
	moprc
	mopdl
	iso
	stp
	ipx
	netbeui
	tcp
	udp
	sctp
	icmp
	icmp6
	igmp
	igrp
	pim
	vrrp
	carp
	ah
	esp
)

type layer uint8

const (
	linkLayer      layer = iota
	networkLayer         // number is the EtherType, or the LLC service access point up to 1500
	transportLayer       // number is IP's protocol number
)

// protocols has for each its name, the layer it is, its number, which IP
// carries it, and whether its octets can be asked for.
var protocols = [...]struct {
	name      string
	layer     layer
	number    uint32
	in4, in6  bool
	indexable bool
}{
	ether:   {name: "ether", layer: linkLayer, indexable: true},
	ip:      {name: "ip", layer: networkLayer, number: etherIPv4, indexable: true},
	ip6:     {name: "ip6", layer: networkLayer, number: etherIPv6, indexable: true},
	arp:     {name: "arp", layer: networkLayer, number: etherARP, indexable: true},
	rarp:    {name: "rarp", layer: networkLayer, number: etherRARP, indexable: true},
	atalk:   {name: "atalk", layer: networkLayer, number: etherATalk, indexable: true},
	aarp:    {name: "aarp", layer: networkLayer, number: etherAARP},
	decnet:  {name: "decnet", layer: networkLayer, number: 0x6003, indexable: true},
	lat:     {name: "lat", layer: networkLayer, number: 0x6004, indexable: true},
	sca:     {name: "sca", layer: networkLayer, number: 0x6007, indexable: true},
	moprc:   {name: "moprc", layer: networkLayer, number: 0x6002, indexable: true},
	mopdl:   {name: "mopdl", layer: networkLayer, number: 0x6001, indexable: true},
	iso:     {name: "iso", layer: networkLayer, number: sapISO},
	stp:     {name: "stp", layer: networkLayer, number: sapSTP},
	ipx:     {name: "ipx", layer: networkLayer, number: sapIPX},
	netbeui: {name: "netbeui", layer: networkLayer, number: sapNetBEUI},
	tcp:     {name: "tcp", layer: transportLayer, number: 6, in4: true, in6: true, indexable: true},
	udp:     {name: "udp", layer: transportLayer, number: 17, in4: true, in6: true, indexable: true},
	sctp:    {name: "sctp", layer: transportLayer, number: 132, in4: true, in6: true, indexable: true},
	icmp:    {name: "icmp", layer: transportLayer, number: 1, in4: true, indexable: true},
	icmp6:   {name: "icmp6", layer: transportLayer, number: 58, in6: true, indexable: true},
	igmp:    {name: "igmp", layer: transportLayer, number: 2, in4: true, indexable: true},
	igrp:    {name: "igrp", layer: transportLayer, number: 9, in4: true, indexable: true},
	pim:     {name: "pim", layer: transportLayer, number: 103, in4: true, in6: true, indexable: true},
	vrrp:    {name: "vrrp", layer: transportLayer, number: 112, in4: true, indexable: true},
	carp:    {name: "carp", layer: transportLayer, number: 112, in4: true, indexable: true},
	ah:      {name: "ah", layer: transportLayer, number: 51, in4: true, in6: true},
	esp:     {name: "esp", layer: transportLayer, number: 50, in4: true, in6: true},
}

// EtherTypes and LLC service access points that have rules of their own.
const (
	etherIPv4    = 0x0800
	etherARP     = 0x0806
	etherRARP    = 0x8035
	etherATalk   = 0x809b
	etherAARP    = 0x80f3
	etherVLAN    = 0x8100
	etherIPX     = 0x8137
	etherIPv6    = 0x86dd
	etherMPLS    = 0x8847
	etherPPPoED  = 0x8863
	etherPPPoES  = 0x8864
	etherQinQ    = 0x88a8
	etherOldQinQ = 0x9100

	maxLength8023 = 1500 // above it the field is an EtherType

	sapIP      = 0x06
	sapSTP     = 0x42
	sapIPX     = 0xe0
	sapNetBEUI = 0xf0
	sapISO     = 0xfe
)

// protocolNamed is the protocol that a word names, anyProtocol where it is
// none.
func protocolNamed(word string) protocol {
	for p, known := range protocols {
		if known.name == word && word != "" {
			return protocol(p)
		}
	}
	return anyProtocol
}

func (p protocol) String() string { return protocols[p].name }
