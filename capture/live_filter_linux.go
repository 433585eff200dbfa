//go:build linux && !libpcap

package capture

import (
	"fmt"
	"os"
	"slices"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// maxInstructions is BPF_MAXINSNS.
const maxInstructions = 4096

// rejectAll is the program that lets nothing through.
var rejectAll = mustAssemble(bpf.RetConstant{Val: 0})

// socketProgram is what the kernel does before a packet takes room in the
// ring: it passes over the second copies, applies the filter and cuts to the
// snaplen. Where exact is false some of that is left to do.
func socketProgram(cfg LiveConfig, from device) (code []bpf.RawInstruction, exact bool, err error) {
	keep := uint32(0xffffffff)
	if cfg.Snaplen > 0 {
		keep = uint32(cfg.Snaplen)
	}
	code, exact = mustAssemble(bpf.RetConstant{Val: keep}), true
	if cfg.Filter != nil {
		code, exact, err = cfg.Filter.SocketProgram(uint16(from.link), keep)
		if err == nil && !exact { // what decides may lie behind the cut
			code, _, err = cfg.Filter.SocketProgram(uint16(from.link), 0)
		}
	}
	if err != nil {
		return nil, false, fmt.Errorf("listen on %s: %w", cfg.Interface, err)
	}
	before := withoutCopies(from)
	if len(before)+len(code) > maxInstructions {
		code, exact = mustAssemble(bpf.RetConstant{Val: 0xffffffff}), false
	}
	return slices.Concat(before, code), exact, nil
}

// withoutCopies rejects what goes out on the loopback interface: it comes in
// there as well. Other programs go on behind it.
func withoutCopies(from device) []bpf.RawInstruction {
	outgoing := []bpf.Instruction{
		bpf.LoadExtension{Num: bpf.ExtType},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.PACKET_OUTGOING, SkipTrue: 1},
		bpf.RetConstant{Val: 0},
	}
	switch {
	case from.loopback:
		return mustAssemble(outgoing...)
	case from.index == 0:
		loopback, err := lookUp("lo")
		if err != nil {
			return nil
		}
		return mustAssemble(append([]bpf.Instruction{
			bpf.LoadExtension{Num: bpf.ExtInterfaceIndex},
			bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(loopback.index), SkipTrue: uint8(len(outgoing))},
		}, outgoing...)...)
	}
	return nil
}

// attach gives the kernel a program for the socket, in place of the last.
func attach(socket int, code []bpf.RawInstruction) error {
	instructions := make([]unix.SockFilter, len(code))
	for i, c := range code {
		instructions[i] = unix.SockFilter{Code: c.Op, Jt: c.Jt, Jf: c.Jf, K: c.K}
	}
	program := &unix.SockFprog{Len: uint16(len(instructions)), Filter: unsafe.SliceData(instructions)}
	return os.NewSyscallError("capture filter", unix.SetsockoptSockFprog(socket, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, program))
}

// mustAssemble is for programs that are right.
func mustAssemble(code ...bpf.Instruction) []bpf.RawInstruction {
	raw, err := bpf.Assemble(code)
	if err != nil {
		panic(err)
	}
	return raw
}
