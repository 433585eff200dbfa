package filter

import "testing"

// Arithmetic is in 32 bits without a sign, as in BPF.
func TestArithmetic(t *testing.T) {
	data := tcpFrame(50000, 443, 2) // 56 octets
	for _, test := range []struct {
		expression string
		want       bool
	}{
		{"1 + 2 = 3", true},
		{"1 - 2 = 4294967295", true},
		{"1 - 2 > 0", true},
		{"-1 = 0xffffffff", true},
		{"- 1 + 2 = 1", true},
		{"65536 * 65536 = 0", true},
		{"7 / 2 = 3", true},
		{"7 % 4 = 3", true},
		{"7 % 4 + 1 = 2", true}, // 7 % 5
		{"2 + 3 * 4 = 14", true},
		{"(2 + 3) * 4 = 20", true},
		{"10 - 3 - 2 = 5", true},
		{"1 << 4 = 16", true},
		{"1 << 4 + 1 = 32", true},
		{"6 & 3 | 8 = 10", true},
		{"6 ^ 3 = 5", true},
		{"1 | 6 ^ 6 = 1", true},
		{"1 << 31 >> 31 = 1", true},
		{"1 << (len - 24) = 0", true}, // by 32
		{"4294967295 >> (len - 25) = 1", true},
		{"len / (len - 56) = 0", false}, // division by zero rejects
		{"not len / (len - 56) = 0", false},
		{"len % (len - 56) = 0", false},
		{"len = 56", true},
		{"len != 56", false},
		{"len >= 56", true},
		{"len > 56", false},
		{"len <= 56", true},
		{"len < 56", false},
		{"tcp[2:2] = 443", true},
		{"tcp[0:2] = 50000 and tcp[tcpflags] = 0x18", true},
		{"ip[16:4] = 0xc0000201", true},
		{"ether[6:4] = 0x02000000", true},
		{"ether[12:2] = 2048 and ether[0] & 1 = 0", true},
		{"ip[ip[0] & 0xf] = 1", true},
		{"ether[len - 1] = 0", true},
		{"ether[len] = 0", false},
		{"not ether[len] = 0", false},
		{"ether[4294967295] = 0", false},
		{"tcp[4294967290] = ip[14]", true}, // wraps around
		{"not ip[len - 60] = 0", false},
		{"tcp[4294967295 - 3 + 4] = tcp[0]", true}, // wraps around to 0
		{"tcp[0 - 20] = ip[0]", true},              // the sum with the header's length is 0
		{"udp[0] >= 0", false},
		{"icmp6[0] >= 0", false},
		{"arp[0] >= 0", false},
		{"ip[0] + udp[0] >= 0", true}, // the right operand's protocol is not asked
		{"ip[2:2] - ((ip[0]&0xf)<<2) - ((tcp[12]&0xf0)>>2) = 0", true},
	} {
		f, err := Parse(test.expression)
		if err != nil {
			t.Errorf("%q: %v", test.expression, err)
			continue
		}
		if got := f.Match(testEthernet, data, len(data)); got != test.want {
			t.Errorf("%q: %v", test.expression, got)
		}
		code, err := f.Program(testEthernet, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := runs(t, machine(t, code), data); got != test.want {
			t.Errorf("%q: the program: %v", test.expression, got)
		}
	}
}

// BPF has 16 words of memory; an expression that needs all of them works.
func TestArithmeticUsesTheMemoryThereIs(t *testing.T) {
	data := tcpFrame(1, 2, 0)
	nested := "len"
	for range memorySlots {
		nested = "(len - " + nested + ")"
	}
	for _, test := range []struct {
		expression string
		fits       bool
	}{
		{nested + " = len", true},
		{"(len - " + nested + ") = len", false},
		{"1 << " + nested + " = 0", false},
	} {
		f, err := Parse(test.expression)
		if err != nil {
			t.Fatal(err)
		}
		code, err := f.Program(testEthernet, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(code) > 1; got != test.fits {
			t.Errorf("%q: %d instructions", test.expression, len(code))
		}
		if f.Match(testEthernet, data, len(data)) && !runs(t, machine(t, code), data) {
			t.Errorf("%q: the program rejects what matches", test.expression)
		}
	}
}
