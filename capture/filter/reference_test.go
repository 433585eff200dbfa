package filter

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/net/bpf"
)

// The link types of the tests, by LINKTYPE_ number.
const (
	testNull      uint16 = 0
	testEthernet  uint16 = 1
	testPPP       uint16 = 9
	testPPPHDLC   uint16 = 50
	testPPPEther  uint16 = 51
	testRaw       uint16 = 101
	testCiscoHDLC uint16 = 104
	testLoop      uint16 = 108
	testSLL       uint16 = 113
	testIPv4      uint16 = 228
	testIPv6      uint16 = 229
	testSLL2      uint16 = 276
)

func needTcpdump(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("tcpdump"); err != nil {
		t.Skip("needs tcpdump: the reference for what a filter means")
	}
}

// reference is the program that tcpdump makes of an expression for a file of a
// link type, without its optimizer, which leaves out loads and so accepts some
// packets that are cut short. The error is tcpdump's message.
func reference(t testing.TB, link uint16, expression string) (*bpf.VM, error) {
	t.Helper()
	file := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	file = append(file, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	file = binary.LittleEndian.AppendUint32(file, 262144)
	file = binary.LittleEndian.AppendUint32(file, uint32(link))
	var output, message bytes.Buffer
	tcpdump := exec.Command("tcpdump", "-r", "-", "-O", "-ddd", "--", expression)
	tcpdump.Stdin, tcpdump.Stdout, tcpdump.Stderr = bytes.NewReader(file), &output, &message
	if err := tcpdump.Run(); err != nil {
		lines := strings.Split(strings.TrimSpace(message.String()), "\n")
		return nil, fmt.Errorf("%s", strings.TrimPrefix(lines[len(lines)-1], "tcpdump: "))
	}
	var raw []bpf.RawInstruction
	lines := bufio.NewScanner(&output)
	lines.Scan() // the number of instructions
	for lines.Scan() {
		var i bpf.RawInstruction
		if _, err := fmt.Sscan(lines.Text(), &i.Op, &i.Jt, &i.Jf, &i.K); err != nil {
			t.Fatalf("%s: %q: %v", expression, lines.Text(), err)
		}
		raw = append(raw, i)
	}
	return machine(t, raw), nil
}

func machine(t testing.TB, raw []bpf.RawInstruction) *bpf.VM {
	t.Helper()
	instructions, ok := bpf.Disassemble(raw)
	if !ok {
		t.Fatalf("instructions that are not known: %v", instructions)
	}
	for i, instruction := range instructions {
		if instruction == (bpf.NegateA{}) { // bpf.VM does not have it
			instructions[i] = bpf.ALUOpConstant{Op: bpf.ALUOpMul, Val: ^uint32(0)}
		}
	}
	vm, err := bpf.NewVM(instructions)
	if err != nil {
		t.Fatal(err)
	}
	return vm
}

func runs(t testing.TB, vm *bpf.VM, data []byte) bool {
	t.Helper()
	kept, err := vm.Run(data)
	if err != nil {
		t.Fatal(err)
	}
	return kept > 0
}

// disagreement is the first packet about which Match, the program and tcpdump
// are not of one mind.
func disagreement(t testing.TB, f *Filter, link uint16, expression string, vm *bpf.VM, packets [][]byte) string {
	t.Helper()
	raw, err := f.Program(link, 0)
	if err != nil {
		return err.Error()
	}
	own := machine(t, raw)
	for _, packet := range packets {
		want := runs(t, vm, packet)
		if got := f.Match(link, packet, len(packet)); got != want {
			return fmt.Sprintf("%q on link type %d: Match %v, tcpdump %v for % x", expression, link, got, want, packet)
		}
		if got := runs(t, own, packet); got != want && len(raw) > 1 {
			return fmt.Sprintf("%q on link type %d: Program %v, tcpdump %v for % x", expression, link, got, want, packet)
		}
	}
	return ""
}
