package filter

import (
	"slices"

	"golang.org/x/net/bpf"
)

// maxInstructions is BPF_MAXINSNS of Linux.
const maxInstructions = 4096

// A view says how the packet that [Filter.Match] sees is found in what a BPF
// program sees. ok is false where it cannot be.
type view interface {
	// load puts size octets at an offset into A.
	load(offset, size uint32) (code []bpf.Instruction, ok bool)

	// shift is the offset, for the program, of whatever lies at an offset or
	// behind it.
	shift(offset uint32) (shifted uint32, ok bool)

	// length puts the packet's length into A.
	length() []bpf.Instruction
}

// wholePacket is the view of a program that sees what Match sees.
type wholePacket struct{}

func (wholePacket) load(offset, size uint32) ([]bpf.Instruction, bool) {
	return []bpf.Instruction{bpf.LoadAbsolute{Off: offset, Size: int(size)}}, true
}

func (wholePacket) shift(offset uint32) (uint32, bool) { return offset, true }

func (wholePacket) length() []bpf.Instruction {
	return []bpf.Instruction{bpf.LoadExtension{Num: bpf.ExtLen}}
}

// An assembler writes a program from its end, so that the targets of a jump
// are there before it: code is in reverse, and a position is an index in it.
type assembler struct {
	code []bpf.Instruction
}

// The positions of the two ends.
const (
	rejectAt = 0
	acceptAt = 1
)

func newAssembler(snaplen uint32) *assembler {
	if snaplen == 0 {
		snaplen = ^uint32(0)
	}
	return &assembler{[]bpf.Instruction{bpf.RetConstant{Val: 0}, bpf.RetConstant{Val: snaplen}}}
}

// assemble is the code of a program alone. It accepts all packets, and exact
// is false, where the program cannot be written.
func assemble(p *program, v view, snaplen uint32) (code []bpf.RawInstruction, exact bool) {
	a := newAssembler(snaplen)
	start, ok := a.place(p, v)
	return a.finish(start, snaplen, ok)
}

// finish makes the code begin at a position; ok is false where it shall accept
// all packets.
func (a *assembler) finish(start int, snaplen uint32, ok bool) (code []bpf.RawInstruction, exact bool) {
	switch {
	case start <= acceptAt:
		a.code = a.code[start : start+1]
	case start != len(a.code)-1:
		a.jump(start)
	}
	if len(a.code) > maxInstructions {
		ok = false
	}
	if !ok {
		a.code = newAssembler(snaplen).code[acceptAt:]
	}
	slices.Reverse(a.code)
	code, err := bpf.Assemble(a.code)
	if err != nil { // none of the instructions used can fail
		panic(err)
	}
	return code, ok
}

// place writes the nodes of a program and returns where it starts. Where one
// cannot be written, ok is false and the start accepts all packets: to guess a
// single test would not do, since the other way may end in a rejection.
func (a *assembler) place(p *program, v view) (start int, ok bool) {
	before := len(a.code)
	positions := make([]int, len(p.nodes))
	position := func(target int32) int {
		switch target {
		case accept:
			return acceptAt
		case reject:
			return rejectAt
		}
		return positions[target]
	}
	for i := range p.nodes {
		n := &p.nodes[i]
		code, ok := n.code(v)
		if !ok || len(a.code) > maxInstructions {
			a.code = a.code[:before]
			return acceptAt, false
		}
		a.branch(n, position(n.yes), position(n.no))
		slices.Reverse(code)
		a.code = append(a.code, code...)
		positions[i] = len(a.code) - 1
	}
	return position(p.start), true
}

// branch writes the jump of a node, whose code has put the value into A, and
// that to compare with into X where it is computed too.
func (a *assembler) branch(n *node, yes, no int) {
	yes, no = a.near(yes), a.near(no)
	skipYes, skipNo := uint8(len(a.code)-1-yes), uint8(len(a.code)-1-no)
	condition := [...]bpf.JumpTest{
		equal: bpf.JumpEqual, greater: bpf.JumpGreaterThan, atLeast: bpf.JumpGreaterOrEqual, anyBit: bpf.JumpBitsSet,
	}[n.relation]
	if n.source == arithmeticSource {
		a.code = append(a.code, bpf.JumpIfX{Cond: condition, SkipTrue: skipYes, SkipFalse: skipNo})
		return
	}
	a.code = append(a.code, bpf.JumpIf{Cond: condition, Val: n.value, SkipTrue: skipYes, SkipFalse: skipNo})
}

// near is a position that leads to another one and is not farther than the
// octet of a conditional jump reaches, with one more instruction between.
func (a *assembler) near(position int) int {
	if len(a.code)-position < 255 {
		return position
	}
	a.jump(position)
	return len(a.code) - 1
}

func (a *assembler) jump(position int) {
	a.code = append(a.code, bpf.Jump{Skip: uint32(len(a.code) - 1 - position)})
}

// code puts the value that a node is about into A, and the other one of a
// comparison into X.
func (n *node) code(v view) (code []bpf.Instruction, ok bool) {
	switch n.source {
	case arithmeticSource:
		return n.arithmetic.code(v)
	case lengthSource:
		code, ok = v.length(), true
	case afterIPv4:
		code, ok = behindIPv4(v, n.header, n.offset, 2)
	default:
		code, ok = v.load(n.offset, 1<<n.source)
	}
	if n.mask != ^uint32(0) {
		code = append(code, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: n.mask})
	}
	return code, ok
}

// behindIPv4 loads from an offset plus the length of the IPv4 header.
func behindIPv4(v view, header, offset uint32, size int) (code []bpf.Instruction, ok bool) {
	header, ok = v.shift(header)
	if !ok {
		return nil, false
	}
	offset, ok = v.shift(offset)
	return []bpf.Instruction{
		bpf.LoadMemShift{Off: header},
		bpf.LoadIndirect{Off: offset, Size: size},
	}, ok
}
