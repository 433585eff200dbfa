package filter

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/bpf"
)

// listing is a program as "tcpdump -d" prints instructions, without targets.
func listing(t testing.TB, code []bpf.RawInstruction) []string {
	t.Helper()
	instructions, ok := bpf.Disassemble(code)
	if !ok {
		t.Fatal("instructions that are not known")
	}
	var lines []string
	for _, i := range instructions {
		lines = append(lines, fmt.Sprint(i))
	}
	return lines
}

// The programs are short: what is known from a test is not asked again.
func TestPrograms(t *testing.T) {
	for _, test := range []struct {
		expression string
		link       uint16
		want       []string
	}{
		{"", testEthernet, []string{"ret #96"}},
		{"ip", testIPv4, []string{"ret #96"}},
		{"ip6", testIPv4, []string{"ret #0"}},
		{"not ip or ip", testEthernet, []string{"ldh [12]", "jneq #2048,0", "ret #96", "ret #0"}}, // runts are rejected
		{"ip", testEthernet, []string{"ldh [12]", "jneq #2048,1", "ret #96", "ret #0"}},
		{"not ip", testEthernet, []string{"ldh [12]", "jeq #2048,1", "ret #96", "ret #0"}},
		{"greater 100", testEthernet, []string{"ld #len", "jlt #100,1", "ret #96", "ret #0"}},
		{"tcp[13] & 2 != 0", testIPv4, []string{
			"ldb [9]", "jneq #6,8",
			"ldh [6]", "jset #8191,6",
			"ldx 4*([0]&0xf)", "ldb [x + 13]", "and #2",
			"ldx #0", "jeq x,1",
			"ret #96", "ret #0",
		}},
		{"tcp port 443", testEthernet, []string{
			"ldh [12]", "jneq #34525,6",
			"ldb [20]", "jneq #6,4",
			"ldh [54]", "jeq #443,14",
			"ldh [56]", "jeq #443,12",
			"ldh [12]", "jneq #2048,11",
			"ldb [23]", "jneq #6,9",
			"ldh [20]", "jset #8191,7",
			"ldx 4*([14]&0xf)", "ldh [x + 14]", "jeq #443,3",
			"ldx 4*([14]&0xf)", "ldh [x + 16]", "jneq #443,1",
			"ret #96", "ret #0",
		}},
	} {
		f, err := Parse(test.expression)
		if err != nil {
			t.Fatal(err)
		}
		code, err := f.Program(test.link, 96)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(listing(t, code), "\n")
		if got != strings.Join(test.want, "\n") {
			t.Errorf("%q:\n%s", test.expression, got)
		}
	}
}
