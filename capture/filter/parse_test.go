package filter

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// The canonical form shows how an expression was understood.
func TestParse(t *testing.T) {
	for _, test := range []struct{ expression, want string }{
		{"", ""},
		{"  \t\n", ""},
		{"tcp", "tcp"},
		{"port http", "tcp port 80"},
		{"port https", "port 443"},
		{"udp port https", "udp port 443"},
		{"src port 0x50", "src port 80"},
		{"portrange 8080-80", "portrange 80-8080"},
		{"portrange http-https", "portrange 80-443"},
		{"portrange 80", "portrange 80-80"},
		{"host 192.0.2.1", "host 192.0.2.1"},
		{"src 192.0.2.1", "src host 192.0.2.1"},
		{"host 10.1", "net 10.1.0.0/16"},
		{"host 80", "host 0.0.0.80"},
		{"net 10", "net 10.0.0.0/8"},
		{"net 10.1", "net 10.1.0.0/16"},
		{"net 10.0.0.0/8", "net 10.0.0.0/8"},
		{"net 10.0.0.0 mask 255.0.255.0", "net 10.0.0.0 mask 255.0.255.0"},
		{"net 10.0.0.0 mask 255.0.0.0", "net 10.0.0.0/8"},
		{"net 0.0.0.0/0", "net 0.0.0.0/0"},
		{"ip host 192.0.2.1", "ip host 192.0.2.1"},
		{"arp net 10", "arp net 10.0.0.0/8"},
		{"host 2001:DB8:0::1", "host 2001:db8::1"},
		{"ip6 net 2001:db8::/32", "net 2001:db8::/32"},
		{"net ::/0", "net ::/0"},
		{"host ::ffff:192.0.2.1", "host ::ffff:192.0.2.1"},
		{"ether host 2:0:0:0:0:1", "ether host 02:00:00:00:00:01"},
		{"link src 0200.0000.0001", "ether src host 02:00:00:00:00:01"},
		{"ether dst 02-00-00-00-00-01", "ether dst host 02:00:00:00:00:01"},
		{"ether host 020000000001", "ether host 02:00:00:00:00:01"},
		{`proto \tcp`, "proto 6"},
		{`ip proto \udp`, "ip proto 17"},
		{"ip6 proto 58", "ip6 proto 58"},
		{`ether proto \arp`, "ether proto 2054"},
		{"pppoed", "ether proto 34915"},
		{"vlan", "vlan"},
		{"vlan 0x64 && vlan ((7))", "vlan 100 and vlan 7"},
		{"mpls 1 and pppoes 5", "mpls 1 and pppoes 5"},
		{"broadcast or ip multicast", "ether broadcast or ip multicast"},
		{"less 100 and greater 50", "less 100 and greater 50"},
		{"inbound or ifindex 3", "inbound or ifindex 3"},
		{"byte 12 = 8", "ether[12] = 8"},

		// Qualifiers carry over to values without any.
		{"port 80 or 443", "port 80 or port 443"},
		{"tcp dst port ftp or ssh or 53", "tcp dst port 21 or tcp dst port 22 or tcp dst port 53"},
		{"host 192.0.2.1 and not 192.0.2.2", "host 192.0.2.1 and not host 192.0.2.2"},
		{"port (80 or 443)", "port 80 or port 443"},
		{"port not 80", "not port 80"},
		{"host 192.0.2.1 and (192.0.2.2 or 192.0.2.3)", "host 192.0.2.1 and (host 192.0.2.2 or host 192.0.2.3)"},
		{"not host 192.0.2.1 and 192.0.2.2", "not host 192.0.2.1 and host 192.0.2.2"},
		{"port 80 and (tcp) or 443", "port 80 and tcp or port 443"},
		{"src or dst port 80", "port 80"},
		{"dst and src port 80", "src and dst port 80"},

		// "and" and "or" bind equally, from the left.
		{"ip or ip6 and tcp", "ip or ip6 and tcp"},
		{"ip or (ip6 and tcp)", "ip or (ip6 and tcp)"},
		{"(ip or ip6) and tcp", "ip or ip6 and tcp"},
		{"! ip || ! (tcp && udp)", "not ip or not (tcp and udp)"},
		{"not not ip", "not not ip"},

		// Arithmetic has C's precedences but for the comparison, which is last.
		{"tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "tcp[13] & (2 | 1) != 0"},
		{"ip[2:2] - ((ip[0]&0xf)<<2) > 1 + 2 * 3", "ip[2:2] - ((ip[0] & 15) << 2) > 1 + (2 * 3)"},
		{"len == 0100", "len = 64"},
		{"1 - 2 - 3 = - 4", "(1 - 2) - 3 = -4"},
		{"(len) > 5 and ((5)) < len", "len > 5 and 5 < len"},
		{"ip[7 % 4 + 1] = 1", "ip[7 % (4 + 1)] = 1"},
		{"tcp[ip[1]:4]=1", "tcp[ip[1]:4] = 1"},
		{"(tcp[0] = 1) and (ip[0] & 1) = 1", "tcp[0] = 1 and ip[0] & 1 = 1"},
		{"icmp[icmptype]!=icmp-echo", "icmp[0] != 8"},
	} {
		f, err := Parse(test.expression)
		if err != nil {
			t.Errorf("%q: %v", test.expression, err)
			continue
		}
		if got := f.String(); got != test.want {
			t.Errorf("%q is %q, want %q", test.expression, got, test.want)
		}
	}
}

// What is not understood shows its place.
func TestParseErrors(t *testing.T) {
	deep := strings.Repeat("(", 300) + "tcp" + strings.Repeat(")", 300)
	for _, test := range []struct {
		expression string
		offset     int
		message    string // a part of it
	}{
		{"tcp prot 80", 4, `"prot" stands where "and", "or" or the end is wanted`},
		{"tcp and", 7, "a condition is missing here"},
		{"not", 3, "a condition is missing"},
		{"tcp tcp", 4, "wanted"},
		{"()", 1, `")" stands where`},
		{"(tcp", 0, `"(" without ")"`},
		{"tcp)", 3, `")" without "("`},
		{"port", 4, "a port is missing"},
		{"port (80 or tcp)", 12, `"tcp" stands where a port is wanted`},
		{"port 65536", 5, "up to 65535"},
		{"port 4294967296", 5, "32 bits"},
		{"port 08", 5, "octal"},
		{"port nosuch", 5, "nor a port that h2scope knows by name"},
		{"port 80-90", 5, `use "portrange"`},
		{"port 10.1.2.3", 5, "is an address"},
		{"portrange 80-nosuch", 13, "nor a port that h2scope knows by name"},
		{"portrange 80-70000", 13, "up to 65535"},
		{"udp port http", 9, "is tcp, not udp"},
		{"icmp port 80", 0, "ports go with tcp, udp and sctp"},
		{"80", 0, "needs a word before it"},
		{"tcp or 80", 7, "needs a word before it"},
		{"192.0.2.1", 0, `such as "host"`},
		{"host example.com", 5, "not resolved"},
		{"net localnet", 4, "not resolved"},
		{"host 300.1.2.3", 5, "is not an IPv4 address"},
		{"host 0x1.2", 5, "is not an IPv4 address"},
		{"host 192.0.2.1/32", 14, `only "net"`},
		{"host 10.1 mask 255.255", 10, `only "net"`},
		{"net 10.1.2.3/8", 4, "outside the mask"},
		{"net 10.0.0.0/33", 13, "at most 32"},
		{"net 10.0.0.0/x", 13, "a prefix length"},
		{"net 10.0.0.0 mask 8", 18, "a mask such as"},
		{"net 2001:db8::1/32", 4, "outside the mask"},
		{"net 2001:db8::/129", 15, "at most 128"},
		{"ip host ::1", 8, "ip has no IPv6 addresses"},
		{"ip6 host 10.1", 9, "ip6 has no IPv4 addresses"},
		{"tcp host 10.1", 0, "not with tcp"},
		{"ether net 10", 0, "not with ether"},
		{"host 1:2:3", 5, "neither an IPv6 nor an Ethernet address"},
		{"host 02:00:00:00:00:01", 5, `needs "ether host"`},
		{"ether host 10.1.2.3", 11, "ether has no IPv4 addresses"},
		{"ether", 5, "is missing"},
		{"ip proto tcp", 9, `behind "\"`},
		{"ip proto nosuch", 9, "give its number"},
		{"ip proto 256", 9, "up to 255"},
		{"ether proto 65536", 12, "up to 65535"},
		{"src proto 6", 4, "has no direction"},
		{"tcp proto 6", 10, "not with tcp"},
		{"proto 10.1", 6, "is not the number of a protocol"},
		{"vlan 4096", 5, "vlan goes up to 4095"},
		{"mpls 1048576", 5, "mpls goes up to"},
		{"pppoes 65536", 7, "pppoes goes up to"},
		{"vlan (5 or 6)", 8, `")" is wanted`},
		{"ip broadcast", 3, "needs the network's mask"},
		{"tcp multicast", 4, "tcp has no multicast"},
		{"ip6 broadcast", 4, "ip6 has no broadcast"},
		{"less tcp", 5, "a length in octets"},
		{"less (5)", 5, "a length in octets"},
		{"ifindex x", 8, "the index of an interface"},
		{"byte 3 & 5", 7, "write ether[3]"},
		{"byte 3", 6, "=, < or >"},
		{"byte x = 3", 5, "the index of an octet"},
		{"tcp[13", 6, `"]" is missing`},
		{"tcp[0:3] = 1", 6, "1, 2 or 4 octets"},
		{"tcp[0]", 6, "a comparison"},
		{"tcp[0] =", 8, "a number, len or octets"},
		{"tcp[] = 1", 4, "a number, len or octets"},
		{"esp[0] = 1", 0, "cannot be asked for"},
		{"len / 0 = 1", 4, "division by zero"},
		{"len << 32 = 1", 4, "31 bits"},
		{"tcp ? udp", 4, `"?" has no meaning`},
		{"tcp é", 4, `"é" has no meaning`},
		{`proto \`, 6, "has to follow the backslash"},
		{"gateway 10.1", 0, "a word of tcpdump that h2scope does not have"},
		{"ip protochain 6", 3, "a word of tcpdump"},
		{"wlan addr1 2:0:0:0:0:1", 5, "a word of tcpdump"},
		{deep, 200, "more than 200 levels"},
		{strings.Repeat("not ", 300) + "tcp", 800, "more than 200 levels"},
		{strings.Repeat(" ", maxExpression+1), maxExpression, "longer than"},
	} {
		_, err := Parse(test.expression)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%.40q: no error", test.expression)
			continue
		}
		if e.Offset != test.offset || !strings.Contains(e.Message, test.message) {
			t.Errorf("%.40q: %v, want %q at %d", test.expression, e, test.message, test.offset)
		}
	}
}

func TestErrorShow(t *testing.T) {
	for _, test := range []struct{ expression, want string }{
		{"tcp prot 80", "tcp prot 80\n    ^ \"prot\" stands where \"and\", \"or\" or the end is wanted"},
		{"port 80 or\thost é", "port 80 or host é\n                ^ \"é\" has no meaning here"},
		{"tcp and", "tcp and\n       ^ a condition is missing here"},
	} {
		_, err := Parse(test.expression)
		var e *Error
		if !errors.As(err, &e) || e.Show(test.expression) != test.want {
			t.Errorf("%q:\n%v", test.expression, e.Show(test.expression))
		}
	}
}

// Expressions that are damaged at random are understood if and only if tcpdump
// understands them, and mean the same; but for a few that are refused here.
func TestUnderstandsWhatTcpdumpDoes(t *testing.T) {
	needTcpdump(t)
	random := rand.New(rand.NewPCG(5, 5))
	vocabulary := strings.Fields(`and or not ( ) ( ) src dst host net port portrange proto ether ip ip6 arp tcp udp vlan
		mpls 80 443 6 1.2.3.4 10.1 ::1 02:00:00:00:00:01 80-90 \tcp \arp [ ] : + - & = != > len less greater multicast mask /`)
	for seed := range uint64(500) {
		tokens := strings.Fields(newExpressionMaker(seed).expression(random.IntN(3)))
		at, other := random.IntN(len(tokens)), random.IntN(len(tokens))
		switch random.IntN(3) {
		case 0:
			tokens[at] = pick(random, vocabulary)
		case 1:
			tokens = append(tokens[:at:at], tokens[at+1:]...)
		default:
			tokens[at], tokens[other] = tokens[other], tokens[at]
		}
		expression := strings.Join(tokens, " ")
		if expression == "" {
			continue
		}
		compareWithTcpdump(t, expression, seed)
	}
}

func compareWithTcpdump(t *testing.T, expression string, seed uint64) {
	t.Helper()
	vm, wrong := reference(t, testEthernet, expression)
	f, err := Parse(expression)
	if err == nil {
		err = f.Check(testEthernet)
	}
	switch {
	case wrong == nil && err != nil:
		if !strings.Contains(err.Error(), "protocol numbers go up to") {
			t.Errorf("%q: %v, tcpdump understands it", expression, err)
		}
	case wrong != nil && err == nil:
		if !tcpdumpOnly(wrong.Error()) {
			t.Errorf("%q: understood, tcpdump says %v", expression, wrong)
		}
	case err == nil:
		packets, made := newPacketMaker(seed), make([][]byte, 40)
		for i := range made {
			made[i] = packets.packet(testEthernet)
		}
		if d := disagreement(t, f, testEthernet, expression, vm, made); d != "" {
			t.Error(d)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"tcp port 443", "not (host 10.1 or net ::/0)", "ip[2:2] - (len << 3) != -1", `vlan 5 and ether proto \ip`,
		"port 80 or", "((((", "host 1:2:3:4:5:6:7:8", "portrange a-b", "\xff\\ "} {
		f.Add(seed)
	}
	for seed := range uint64(20) {
		f.Add(newExpressionMaker(seed).expression(2))
	}
	f.Fuzz(func(t *testing.T, expression string) {
		parsed, err := Parse(expression)
		var e *Error
		if errors.As(err, &e) {
			if e.Offset < 0 || e.Offset > len(expression) || e.Show(expression) == "" {
				t.Fatalf("%q: %v", expression, e)
			}
			return
		}
		again, err := Parse(parsed.String())
		if err != nil || again.String() != parsed.String() {
			t.Fatalf("%q is %q, which is %v, %v", expression, parsed, again, err)
		}
		for _, link := range testLinks {
			sameProgram(t, parsed, again, link)
		}
	})
}

func sameProgram(t *testing.T, a, b *Filter, link uint16) {
	t.Helper()
	first, err := a.Program(link, 0)
	second, again := b.Program(link, 0)
	if (err == nil) != (again == nil) || fmt.Sprint(first) != fmt.Sprint(second) {
		t.Fatalf("%q and %q differ on link type %d: %v, %v", a, b, link, err, again)
	}
	if _, _, err := a.SocketProgram(link, 100); (err == nil) != (again == nil) {
		t.Fatalf("%q on link type %d: %v", a, link, err)
	}
}
