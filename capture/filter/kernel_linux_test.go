package filter

import (
	"errors"
	"testing"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// The kernel takes the programs, and they let through what Match does: a pair
// of local sockets filters like a packet socket and needs no privileges.
func TestKernelAgrees(t *testing.T) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Skip("needs local sockets:", err)
	}
	defer unix.Close(pair[0])
	defer unix.Close(pair[1])
	for seed := range uint64(400) {
		expressions, packets := newExpressionMaker(seed), newPacketMaker(seed)
		link := pick(packets.Rand, testLinks)
		f, err := Parse(expressions.expression(2))
		if err != nil || f.Check(link) != nil {
			continue
		}
		code, err := f.Program(link, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := attach(pair[1], code); errors.Is(err, unix.ENOPROTOOPT) {
			t.Skip("needs SO_ATTACH_FILTER")
		} else if err != nil {
			t.Fatalf("%q on link type %d: %v", f, link, err)
		}
		for range 30 {
			packet := packets.packet(link)
			if len(packet) == 0 {
				continue
			}
			matches, accepted := f.Match(link, packet, len(packet)), passes(t, pair, packet)
			if matches && !accepted || matches != accepted && len(code) > 1 && !computesOffsets(f.root) {
				t.Fatalf("%q on link type %d: Match %v, kernel %v for % x", f, link, matches, accepted, packet)
			}
		}
	}
}

// The kernel takes programs for packet sockets too, which use what lies beside
// a packet.
func TestKernelTakesSocketPrograms(t *testing.T) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM, 0)
	if err != nil {
		t.Skip("needs local sockets:", err)
	}
	defer unix.Close(pair[0])
	defer unix.Close(pair[1])
	for _, link := range []uint16{testEthernet, testRaw, testSLL, testSLL2} {
		for seed := range uint64(100) {
			f, err := Parse(newExpressionMaker(seed).expression(2))
			if err != nil || f.Check(link) != nil {
				continue
			}
			code, _, err := f.SocketProgram(link, 65535)
			if err != nil {
				t.Fatal(err)
			}
			if err := attach(pair[1], code); errors.Is(err, unix.ENOPROTOOPT) {
				t.Skip("needs SO_ATTACH_FILTER")
			} else if err != nil {
				t.Errorf("%q on link type %d: %v", f, link, err)
			}
		}
	}
}

// computesOffsets reports arithmetic whose index is computed: the kernel adds
// in 32 bits and wraps around, where Match goes beyond the packet.
func computesOffsets(e expression) bool {
	switch e := e.(type) {
	case *group:
		return computesOffsets(e.left) || computesOffsets(e.right)
	case *negation:
		return computesOffsets(e.operand)
	case *comparison:
		return e.left.computesOffset() || e.right.computesOffset()
	}
	return false
}

func (a *arithmetic) computesOffset() bool {
	return a != nil && (a.operator == loadOperator && a.left.operator != numberOperator ||
		a.left.computesOffset() || a.right.computesOffset())
}

func attach(socket int, code []bpf.RawInstruction) error {
	filters := make([]unix.SockFilter, len(code))
	for i, c := range code {
		filters[i] = unix.SockFilter{Code: c.Op, Jt: c.Jt, Jf: c.Jf, K: c.K}
	}
	return unix.SetsockoptSockFprog(socket, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
		&unix.SockFprog{Len: uint16(len(filters)), Filter: unsafe.SliceData(filters)})
}

// passes sends a packet and reports whether it arrives.
func passes(t *testing.T, pair [2]int, packet []byte) bool {
	t.Helper()
	if _, err := unix.Write(pair[0], packet); err != nil {
		t.Fatal(err)
	}
	var buffer [4096]byte
	n, err := unix.Read(pair[1], buffer[:])
	if errors.Is(err, unix.EAGAIN) {
		return false
	}
	if err != nil || n != len(packet) {
		t.Fatalf("%d of %d octets arrived: %v", n, len(packet), err)
	}
	return true
}
