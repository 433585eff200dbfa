package filter_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/bpf"

	"h2scope/capture/filter"
)

const ethernet = 1

func mustParse(t testing.TB, expression string) *filter.Filter {
	t.Helper()
	f, err := filter.Parse(expression)
	if err != nil {
		t.Fatalf("%q: %v", expression, err)
	}
	return f
}

// frames are Ethernet frames by what they are, hexadecimal below.
var frames = map[string]string{
	"IPv4 TCP to 443": "020000000001 020000000002 0800" +
		"4500002c 00010000 40060000 0a010203 c0000201" + "c35001bb 00000001 00000000 50020100 00000000",
	"IPv4 TCP with options": "020000000001 020000000002 0800" +
		"46000030 00010000 40060000 0a010203 c0000201 01010100" + "c35001bb 00000001 00000000 50020100 00000000",
	"first fragment": "020000000001 020000000002 0800" +
		"4500002c 00012000 40060000 0a010203 c0000201" + "c35001bb 00000001 00000000 50100100 00000000",
	"later fragment": "020000000001 020000000002 0800" +
		"4500002c 00010002 40060000 0a010203 c0000201" + "c35001bb 00000001 00000000 50100100 00000000",
	"IPv6 TCP to 443": "020000000001 020000000002 86dd" +
		"60000000 00140640 20010db8000000000000000000000001 20010db8000000000000000000000002" +
		"c35001bb 00000001 00000000 50020100 00000000",
	"IPv6 first fragment": "020000000001 020000000002 86dd" +
		"60000000 001c2c40 20010db8000000000000000000000001 20010db8000000000000000000000002" +
		"06000001 00000007" + "c35001bb 00000001 00000000 50020100 00000000",
	"IPv6 hop-by-hop": "020000000001 020000000002 86dd" +
		"60000000 001c0040 20010db8000000000000000000000001 20010db8000000000000000000000002" +
		"06000104 00000000" + "c35001bb 00000001 00000000 50020100 00000000",
	"VLAN 100": "020000000001 020000000002 8100 6064 0800" +
		"4500002c 00010000 40060000 0a010203 c0000201" + "c35001bb 00000001 00000000 50020100 00000000",
	"QinQ 100, 7": "020000000001 020000000002 88a8 0064 8100 0007 0800" +
		"4500002c 00010000 40060000 0a010203 c0000201" + "c35001bb 00000001 00000000 50020100 00000000",
	"MPLS 16, 17": "020000000001 020000000002 8847 00010040 00011140" +
		"4500002c 00010000 40060000 0a010203 c0000201" + "c35001bb 00000001 00000000 50020100 00000000",
	"PPPoE 5": "020000000001 020000000002 8864 11000005 002e 0021" +
		"4500002c 00010000 40060000 0a010203 c0000201" + "c35001bb 00000001 00000000 50020100 00000000",
	"ARP": "ffffffffffff 020000000002 0806" +
		"0001080006040001 020000000002 0a010203 000000000000 c0000201",
	"UDP to 443": "020000000001 020000000002 0800" +
		"45000020 00010000 40110000 0a010203 c0000201" + "c35001bb 000c0000 01020304",
	"cut behind IPv4": "020000000001 020000000002 0800" +
		"4500002c 00010000 40060000 0a010203 c0000201",
	"empty": "",
}

func frame(t testing.TB, name string) []byte {
	t.Helper()
	text, ok := frames[name]
	if !ok {
		t.Fatalf("no frame %q", name)
	}
	var b []byte
	if _, err := fmt.Sscanf(strings.ReplaceAll(text, " ", ""), "%x", &b); err != nil && text != "" {
		t.Fatal(err)
	}
	return b
}

// What the words mean, one packet of each kind at a time.
func TestMatch(t *testing.T) {
	for _, test := range []struct {
		expression string
		matches    string // names of frames
	}{
		{"tcp port 443", "IPv4 TCP to 443, IPv4 TCP with options, first fragment, IPv6 TCP to 443"},
		{"port 443", "IPv4 TCP to 443, IPv4 TCP with options, first fragment, IPv6 TCP to 443, UDP to 443"},
		{"tcp src port 443", ""},
		{"port https and udp", "UDP to 443"},
		{"tcp", "IPv4 TCP to 443, IPv4 TCP with options, first fragment, later fragment, IPv6 TCP to 443, IPv6 first fragment, cut behind IPv4"},
		{"ip6 proto 0", "IPv6 hop-by-hop"},
		{"ip6", "IPv6 TCP to 443, IPv6 first fragment, IPv6 hop-by-hop"},
		{"host 2001:db8::2", "IPv6 TCP to 443, IPv6 first fragment, IPv6 hop-by-hop"},
		{"net 2001:db8::/127 and tcp port 443", "IPv6 TCP to 443"},
		{"tcp[tcpflags] & tcp-syn != 0", "IPv4 TCP to 443, IPv4 TCP with options"},
		{"arp host 10.1.2.3", "ARP"},
		{"host 10.1.2.3 and not ip", "ARP"},
		{"broadcast", "ARP"},
		{"vlan", "VLAN 100, QinQ 100"},
		{"vlan 100 and tcp port 443", "VLAN 100"},
		{"vlan 100 and vlan 7 and tcp port 443", "QinQ 100"},
		{"mpls 16 and mpls 17 and tcp port 443", "MPLS 16"},
		{"mpls and tcp", ""}, // there is another label
		{"pppoes 5 and tcp port 443", "PPPoE 5"},
		{"less 42", "ARP, cut behind IPv4, empty"},

		// The quirks: what follows "vlan" is about tagged packets even behind
		// "or", and a packet that is too short does not match "not" either.
		{"vlan or tcp port 443", "VLAN 100, QinQ 100"},
		{"tcp port 443 or vlan", "IPv4 TCP to 443, IPv4 TCP with options, first fragment, IPv6 TCP to 443, VLAN 100, QinQ 100"},
		{"not tcp port 443", "later fragment, IPv6 first fragment, IPv6 hop-by-hop, VLAN 100, QinQ 100, MPLS 16, PPPoE 5, ARP, UDP to 443"},
		{"len > 0 and not tcp port 443 and not arp", "later fragment, IPv6 first fragment, IPv6 hop-by-hop, VLAN 100, QinQ 100, MPLS 16, PPPoE 5, UDP to 443"},
		{"not (vlan and ether[0] = 0)", "IPv4 TCP to 443, IPv4 TCP with options, first fragment, later fragment, IPv6 TCP to 443, IPv6 first fragment, IPv6 hop-by-hop, VLAN 100, QinQ 100, MPLS 16, PPPoE 5, ARP, UDP to 443, cut behind IPv4"},
	} {
		f := mustParse(t, test.expression)
		for name := range frames {
			data := frame(t, name)
			short, _, _ := strings.Cut(name, ",")
			want := false
			for listed := range strings.SplitSeq(test.matches, ", ") {
				want = want || listed == short
			}
			if got := f.Match(ethernet, data, len(data)); got != want {
				t.Errorf("%q: %s: %v", test.expression, name, got)
			}
		}
	}
}

// The length is that on the wire; octets beyond those captured are not there.
func TestMatchOfACutPacket(t *testing.T) {
	data := frame(t, "IPv4 TCP to 443")
	if !mustParse(t, "greater 1500").Match(ethernet, data, 1500) {
		t.Error("the length on the wire does not count")
	}
	if mustParse(t, "ether[1000] >= 0").Match(ethernet, data, 1500) {
		t.Error("an octet that was not captured was found")
	}
}

// A file does not say the byte order of NULL, nor which system's number for
// IPv6 it has: all are taken.
func TestMatchAddressFamilies(t *testing.T) {
	ip6 := frame(t, "IPv6 TCP to 443")[14:]
	ip4 := frame(t, "IPv4 TCP to 443")[14:]
	for _, test := range []struct {
		link   uint16
		header string
		packet []byte
		want   bool
	}{
		{0, "\x02\x00\x00\x00", ip4, true},
		{0, "\x00\x00\x00\x02", ip4, true},
		{0, "\x1e\x00\x00\x00", ip6, true},
		{0, "\x00\x00\x00\x1c", ip6, true},
		{0, "\x0a\x00\x00\x00", ip6, true},
		{0, "\x02\x00\x00\x00", ip6, false},
		{108, "\x00\x00\x00\x18", ip6, true},
		{108, "\x18\x00\x00\x00", ip6, false},
	} {
		data := append([]byte(test.header), test.packet...)
		if got := mustParse(t, "tcp port 443").Match(test.link, data, len(data)); got != test.want {
			t.Errorf("link type %d, % x: %v", test.link, test.header, got)
		}
	}
}

// Whether an expression suits depends on the link type.
func TestCheck(t *testing.T) {
	for _, test := range []struct {
		expression string
		link       uint16
		offset     int // -1: it suits
		message    string
	}{
		{"tcp port 443", 101, -1, ""},
		{"tcp and vlan", 101, 8, "RAW has no VLAN tags"},
		{"vlan", 113, 0, "LINUX_SLL has no VLAN tags"},
		{"mpls and vlan", ethernet, 9, `cannot follow "mpls"`},
		{"mpls and arp", ethernet, 9, "only ip and ip6"},
		{"mpls", 113, 0, "no MPLS labels"},
		{"pppoes and vlan", ethernet, 11, "PPP has no VLAN tags"},
		{"ether host 2:0:0:0:0:1", 276, 11, "no Ethernet addresses"},
		{"multicast", 101, 0, "no Ethernet addresses"},
		{"tcp and inbound", ethernet, 8, "which way"},
		{"ifindex 3", 113, 0, "index of an interface"},
		{"inbound and ifindex 3", 276, -1, ""},
		{"tcp", 105, 0, "of this link type only lengths"},
		{"ether[0] = 2 and less 100", 105, -1, ""},
		{"", 105, -1, ""},
	} {
		f := mustParse(t, test.expression)
		err := f.Check(test.link)
		var e *filter.Error
		switch {
		case test.offset < 0:
			if err != nil {
				t.Errorf("%q on %d: %v", test.expression, test.link, err)
			}
		case !errors.As(err, &e) || e.Offset != test.offset || !strings.Contains(e.Message, test.message):
			t.Errorf("%q on %d: %v, want %q at %d", test.expression, test.link, err, test.message, test.offset)
		default:
			if _, err := f.Program(test.link, 0); err == nil {
				t.Errorf("%q on %d: a program", test.expression, test.link)
			}
			if data := frame(t, "IPv4 TCP to 443"); f.Match(test.link, data, len(data)) {
				t.Errorf("%q on %d: matches", test.expression, test.link)
			}
		}
	}
}

func TestProgramKeepsSnaplen(t *testing.T) {
	for _, test := range []struct{ snaplen, kept uint32 }{{0, 1<<32 - 1}, {96, 96}} {
		code, err := mustParse(t, "").Program(ethernet, test.snaplen)
		if err != nil || len(code) != 1 || code[0].K != test.kept {
			t.Errorf("%d: %v, %v", test.snaplen, code, err)
		}
	}
}

// A program that no kernel takes, or that needs more memory than there is,
// accepts everything; Match judges exactly all the same.
func TestProgramThatDoesNotFit(t *testing.T) {
	many := make([]string, 0, 2500)
	for port := range 2500 {
		many = append(many, fmt.Sprintf("tcp port %d", port+1000))
	}
	nested := "len"
	for range 40 {
		nested = "(1 + " + nested + ")"
	}
	for _, expression := range []string{strings.Join(many, " or "), "ip and " + nested + " > ip[1]"} {
		f := mustParse(t, expression)
		code, err := f.Program(ethernet, 0)
		if err != nil || len(code) != 1 {
			t.Errorf("%d instructions, %v", len(code), err)
		}
		data := frame(t, "ARP")
		if f.Match(ethernet, data, len(data)) {
			t.Error("ARP matches")
		}
		if _, exact, _ := f.SocketProgram(ethernet, 0); exact {
			t.Error("the socket's program claims to be exact")
		}
	}
}

// Jumps in BPF reach 255 instructions; filters are longer.
func TestProgramWithFarJumps(t *testing.T) {
	var many []string
	for port := range 150 {
		many = append(many, fmt.Sprintf("tcp port %d", port+300))
	}
	f := mustParse(t, "not ("+strings.Join(many, " or ")+")")
	code, err := f.Program(ethernet, 0)
	if err != nil || len(code) < 600 {
		t.Fatalf("%d instructions, %v", len(code), err)
	}
	instructions, _ := bpf.Disassemble(code)
	vm, err := bpf.NewVM(instructions)
	if err != nil {
		t.Fatal(err)
	}
	for name := range frames {
		data := frame(t, name)
		kept, err := vm.Run(data)
		if want := f.Match(ethernet, data, len(data)); err != nil || want != (kept > 0) {
			t.Errorf("%s: Match %v, program %d, %v", name, want, kept, err)
		}
	}
}

// A Filter serves all workers at once.
func TestMatchInParallel(t *testing.T) {
	f := mustParse(t, "tcp port 443")
	data := frame(t, "IPv4 TCP to 443")
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for _, link := range []uint16{ethernet, 101, 113} {
				if got := f.Match(link, data, len(data)); got != (link == ethernet) {
					t.Errorf("worker %d: link type %d: %v", worker, link, got)
				}
			}
		})
	}
	group.Wait()
}

func ExampleParse() {
	f, err := filter.Parse("port http or 8080 and not host 10.1.2.3")
	fmt.Println(f, err)
	// Output: tcp port 80 or port 8080 and not host 10.1.2.3 <nil>
}

func ExampleError_Show() {
	const expression = "tcp port 443 and hots 192.0.2.1"
	_, err := filter.Parse(expression)
	var e *filter.Error
	if errors.As(err, &e) {
		fmt.Println(e.Show(expression))
	}
	// Output:
	// tcp port 443 and hots 192.0.2.1
	//                  ^ "hots" is no word of filters, nor a port that h2scope knows by name: give its number
}

func ExampleFilter_Match() {
	f, err := filter.Parse("ip[9] = 6")
	if err != nil {
		fmt.Println(err)
		return
	}
	const raw = 101 // packets that begin with the IP header
	packet := []byte{0x45, 0, 0, 20, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2}
	fmt.Println(f.Match(raw, packet, len(packet)))
	fmt.Println(f.Match(raw, packet[:9], len(packet))) // the octet was not captured
	// Output:
	// true
	// false
}

func ExampleFilter_Program() {
	f, err := filter.Parse("ip6")
	if err != nil {
		fmt.Println(err)
		return
	}
	code, err := f.Program(ethernet, 65535)
	instructions, _ := bpf.Disassemble(code)
	for _, i := range instructions {
		fmt.Println(i)
	}
	fmt.Println(err)
	// Output:
	// ldh [12]
	// jneq #34525,1
	// ret #65535
	// ret #0
	// <nil>
}
