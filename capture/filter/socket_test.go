package filter

import (
	"encoding/binary"
	"slices"
	"testing"

	"golang.org/x/net/bpf"
)

// beside is what the kernel has beside a packet.
type beside map[bpf.Extension]uint32

// runsBeside runs a socket program as the kernel would: bpf.VM knows only the
// packet's octets, so that the rest is put in as constants.
func runsBeside(t testing.TB, raw []bpf.RawInstruction, packet []byte, values beside) bool {
	t.Helper()
	instructions, ok := bpf.Disassemble(raw)
	if !ok {
		t.Fatal("instructions that are not known")
	}
	for i, instruction := range instructions {
		load, ok := instruction.(bpf.LoadExtension)
		if !ok || load.Num == bpf.ExtLen {
			continue
		}
		value, ok := values[load.Num]
		if !ok {
			t.Fatalf("extension %d is not expected", load.Num)
		}
		instructions[i] = bpf.LoadConstant{Dst: bpf.RegA, Val: value}
	}
	vm, err := bpf.NewVM(instructions)
	if err != nil {
		t.Fatal(err)
	}
	return runs(t, vm, packet)
}

// seenBySocket is a packet as the kernel has it when the filter runs.
func seenBySocket(link uint16, packet []byte) (data []byte, values beside) {
	values = beside{bpf.ExtVLANTagPresent: 0, bpf.ExtVLANTag: 0, bpf.ExtVLANProto: 0}
	switch {
	case link == testEthernet && len(packet) >= 16 && slices.Contains([]uint16{etherVLAN, etherQinQ}, binary.BigEndian.Uint16(packet[12:])):
		values[bpf.ExtVLANTagPresent] = 1
		values[bpf.ExtVLANProto] = uint32(binary.BigEndian.Uint16(packet[12:]))
		values[bpf.ExtVLANTag] = uint32(binary.BigEndian.Uint16(packet[14:]))
		return slices.Concat(packet[:12], packet[16:]), values
	case link == testSLL && len(packet) >= 16:
		values[bpf.ExtType] = uint32(binary.BigEndian.Uint16(packet))
		values[bpf.ExtProto] = uint32(binary.BigEndian.Uint16(packet[14:]))
		return packet[16:], values
	case link == testSLL2 && len(packet) >= 20:
		values[bpf.ExtProto] = uint32(binary.BigEndian.Uint16(packet))
		values[bpf.ExtInterfaceIndex] = binary.BigEndian.Uint32(packet[4:])
		values[bpf.ExtType] = uint32(packet[10])
		return packet[20:], values
	case link == testRaw || link == testEthernet && len(packet) >= 14:
		return packet, values
	}
	return nil, nil
}

// What a socket's program sees differs from what Match is given, and still it
// lets through what matches; where it says exact, nothing else.
func TestSocketProgramAcceptsWhatMatches(t *testing.T) {
	exactly := make(map[uint16]int)
	for seed := range uint64(800) {
		expressions, packets := newExpressionMaker(seed), newPacketMaker(seed)
		link := pick(packets.Rand, []uint16{testEthernet, testEthernet, testSLL, testSLL2, testRaw})
		f, err := Parse(expressions.expression(2))
		if err != nil || f.Check(link) != nil {
			continue
		}
		code, exact, err := f.SocketProgram(link, 0)
		if err != nil {
			t.Fatal(err)
		}
		if exact {
			exactly[link]++
		}
		for range 60 {
			packet := packets.packet(link)
			data, values := seenBySocket(link, packet)
			if values == nil {
				continue
			}
			matches, accepted := f.Match(link, packet, len(packet)), runsBeside(t, code, data, values)
			if matches && !accepted || exact && matches != accepted {
				t.Fatalf("%q on link type %d: Match %v, socket %v (exact %v) for % x", f, link, matches, accepted, exact, packet)
			}
		}
	}
	if exactly[testEthernet] < 100 || exactly[testRaw] < 50 {
		t.Errorf("exact programs by link type: %v", exactly)
	}
}

// A tagged frame is not "tcp port 443" for tcpdump -r, and not for the socket.
func TestSocketProgramSeesTagsBesideThePacket(t *testing.T) {
	frame := tcpFrame(50000, 443, 0)
	for _, test := range []struct {
		expression       string
		untagged, tagged bool
	}{
		{"tcp port 443", true, false},
		{"vlan", false, true},
		{"vlan 100", false, true},
		{"vlan 101", false, false},
		{"vlan and tcp port 443", false, true},
		{"vlan and vlan", false, false},
		{"not vlan", true, false},
		{"tcp port 443 or (vlan 100 and tcp port 443)", true, true},
		{"len = 54", true, false},
		{"len = 58", false, true},
		{"ether[12:4] = 0x81000064", false, true},
	} {
		f, err := Parse(test.expression)
		if err != nil {
			t.Fatal(err)
		}
		code, _, err := f.SocketProgram(testEthernet, 0)
		if err != nil {
			t.Fatal(err)
		}
		none := beside{bpf.ExtVLANTagPresent: 0, bpf.ExtVLANTag: 0, bpf.ExtVLANProto: 0}
		tag := beside{bpf.ExtVLANTagPresent: 1, bpf.ExtVLANTag: 100, bpf.ExtVLANProto: etherVLAN}
		if test.expression == "ether[12:4] = 0x81000064" { // four octets of the tag at once: not to be had
			if runsBeside(t, code, frame, none) || !runsBeside(t, code, frame, tag) {
				t.Errorf("%q: tagged frames have to be accepted, others not", test.expression)
			}
			continue
		}
		if got := runsBeside(t, code, frame, none); got != test.untagged {
			t.Errorf("%q: untagged: %v", test.expression, got)
		}
		if got := runsBeside(t, code, frame, tag); got != test.tagged {
			t.Errorf("%q: tagged: %v", test.expression, got)
		}
	}
}

// Where a view does not have an octet the program accepts all, even if the
// rest of the filter rejects: "not" may turn the missing test around.
func TestSocketProgramAcceptsAllWhereItCannotLook(t *testing.T) {
	for _, expression := range []string{"link[3] = 1", "not link[3] = 1", "tcp and link[0:4] = 7", "link[len - 4] = 1"} {
		f, err := Parse(expression)
		if err != nil {
			t.Fatal(err)
		}
		code, exact, err := f.SocketProgram(testSLL, 0)
		if err != nil || exact {
			t.Fatalf("%q: exact %v, %v", expression, exact, err)
		}
		if !runsBeside(t, code, []byte{1, 2, 3}, beside{bpf.ExtVLANTagPresent: 0}) {
			t.Errorf("%q: rejected", expression)
		}
	}
}

func TestSocketProgramOfAnUnsuitableFilter(t *testing.T) {
	f, err := Parse("tcp and vlan")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = f.SocketProgram(testSLL, 0)
	if e, ok := err.(*Error); !ok || e.Offset != 8 {
		t.Errorf("%v", err)
	}
}
