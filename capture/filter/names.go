package filter

// A service is a port with a name. As with tcpdump the name also says the
// protocol, unless it is known for TCP and UDP alike.
type service struct {
	port      uint16
	transport protocol // anyProtocol: known for more than one
}

// services is the part of IANA's registry that a capture filter has use for,
// with the protocols that Debian's /etc/services gives.
var services = map[string]service{
	"ftp-data": {20, tcp}, "ftp": {21, tcp}, "ssh": {22, tcp}, "telnet": {23, tcp},
	"smtp": {25, tcp}, "mail": {25, tcp}, "whois": {43, tcp},
	"domain": {53, anyProtocol}, "bootps": {67, udp}, "bootpc": {68, udp}, "tftp": {69, udp},
	"http": {80, tcp}, "www": {80, tcp}, "kerberos": {88, anyProtocol},
	"pop3": {110, tcp}, "sunrpc": {111, anyProtocol}, "nntp": {119, tcp}, "ntp": {123, udp},
	"imap2": {143, tcp}, "imap": {143, tcp}, "snmp": {161, anyProtocol}, "bgp": {179, tcp},
	"ldap": {389, anyProtocol}, "https": {443, anyProtocol}, "microsoft-ds": {445, tcp},
	"isakmp": {500, udp}, "syslog": {514, anyProtocol}, "submission": {587, tcp}, "ipp": {631, tcp},
	"ldaps": {636, anyProtocol}, "domain-s": {853, anyProtocol}, "rsync": {873, tcp},
	"ftps": {990, tcp}, "imaps": {993, tcp}, "pop3s": {995, tcp}, "socks": {1080, tcp},
	"radius": {1812, anyProtocol}, "nfs": {2049, anyProtocol}, "mysql": {3306, tcp},
	"sip": {5060, anyProtocol}, "mdns": {5353, udp}, "postgresql": {5432, tcp},
	"http-alt": {8080, tcp}, "webcache": {8080, tcp}, "git": {9418, tcp},
}

// ipProtocols are the names that ip proto and ip6 proto know, from IANA's
// registry of protocol numbers. Those that are words need a backslash.
var ipProtocols = map[string]uint32{
	"hopopt": 0, "icmp": 1, "igmp": 2, "ipencap": 4, "tcp": 6, "egp": 8, "igp": 9, "udp": 17,
	"dccp": 33, "ipv6": 41, "ipv6-route": 43, "ipv6-frag": 44, "rsvp": 46, "gre": 47,
	"esp": 50, "ah": 51, "ipv6-icmp": 58, "ipv6-nonxt": 59, "ipv6-opts": 60, "eigrp": 88,
	"ospf": 89, "ipip": 94, "etherip": 97, "pim": 103, "ipcomp": 108, "vrrp": 112,
	"l2tp": 115, "sctp": 132, "udplite": 136,
}

// etherProtocols are the names that ether proto knows.
var etherProtocols = map[string]uint32{
	"ip": etherIPv4, "ip6": etherIPv6, "arp": etherARP, "rarp": etherRARP, "atalk": etherATalk,
	"aarp": etherAARP, "decnet": 0x6003, "lat": 0x6004, "sca": 0x6007, "moprc": 0x6002,
	"mopdl": 0x6001, "loopback": 0x9000,
	"iso": sapISO, "stp": sapSTP, "ipx": sapIPX, "netbeui": sapNetBEUI,
}
