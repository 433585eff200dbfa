package filter

import (
	"math/rand/v2"
	"strings"
	"testing"
)

var testLinks = []uint16{
	testEthernet, testEthernet, testRaw, testSLL, testSLL2, testNull,
	testLoop, testIPv4, testIPv6, testPPP, testPPPHDLC, testPPPEther, testCiscoHDLC,
}

// Random expressions mean for random packets what tcpdump makes of them.
func TestAgreesWithTcpdump(t *testing.T) {
	needTcpdump(t)
	count := 600
	if testing.Short() {
		count = 100
	}
	understood := 0
	for seed := range uint64(count) {
		if agree(t, seed, 60) {
			understood++
		}
	}
	if understood < count/2 {
		t.Errorf("only %d of %d expressions suited their link type", understood, count)
	}
}

func FuzzAgreesWithTcpdump(f *testing.F) {
	needTcpdump(f)
	for seed := range uint64(8) {
		f.Add(1000 + seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { agree(t, seed, 200) })
}

// agree compares an expression with tcpdump over packets. It reports whether
// tcpdump understands it for the link type.
func agree(t *testing.T, seed uint64, packets int) bool {
	random := rand.New(rand.NewPCG(seed, 3))
	link := pick(random, testLinks)
	expression := newExpressionMaker(seed).expression(random.IntN(3))
	vm, wrong := reference(t, link, expression)
	f, err := Parse(expression)
	if err == nil {
		err = f.Check(link)
	}
	switch {
	case wrong == nil && err != nil:
		t.Errorf("%q on link type %d: %v, tcpdump understands it", expression, link, err)
		return true
	case wrong != nil && err == nil:
		if !tcpdumpOnly(wrong.Error()) {
			t.Errorf("%q on link type %d: understood, tcpdump says %v", expression, link, wrong)
		}
		return false
	case wrong != nil:
		return false
	}
	maker := newPacketMaker(seed)
	made := make([][]byte, packets)
	for i := range made {
		made[i] = maker.packet(link)
	}
	if d := disagreement(t, f, link, expression, vm, made); d != "" {
		t.Error(d)
	}
	again, err := Parse(f.String())
	if err != nil {
		t.Fatalf("%q from %q: %v", f.String(), expression, err)
	}
	if d := disagreement(t, again, link, f.String(), vm, made); d != "" {
		t.Error(d)
	}
	return true
}

// tcpdumpOnly reports errors that are tcpdump's limits: the number of its
// registers, and a check of divisors and shifts that takes the first constant
// of the operand for its value.
func tcpdumpOnly(message string) bool {
	for _, limit := range []string{"registers", "division by zero", "modulus by zero", "shift by more than 31 bits"} {
		if strings.Contains(message, limit) {
			return true
		}
	}
	return false
}
