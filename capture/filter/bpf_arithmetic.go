package filter

import "golang.org/x/net/bpf"

// memorySlots is the number of words of BPF's scratch memory.
const memorySlots = 16

// A generator writes arithmetic for a view.
type generator struct {
	view   view
	code   []bpf.Instruction
	failed bool // a value cannot be found, or the memory does not suffice
}

func (g *generator) emit(code ...bpf.Instruction) { g.code = append(g.code, code...) }

// code puts the left value of a comparison into A and the right one into X.
func (o *operands) code(v view) (code []bpf.Instruction, ok bool) {
	g := &generator{view: v}
	g.pair(o.left, o.right, 0)
	return g.code, !g.failed
}

// pair puts one value into A and another one into X. Slots of the memory from
// the given one on are free.
func (g *generator) pair(left, right *computation, slot int) {
	g.value(left, slot)
	if right.operator == numberOperator {
		g.emit(bpf.LoadConstant{Dst: bpf.RegX, Val: right.value})
		return
	}
	if slot == memorySlots {
		g.failed = true
		return
	}
	g.emit(bpf.StoreScratch{Src: bpf.RegA, N: slot})
	g.value(right, slot+1)
	g.emit(bpf.TAX{}, bpf.LoadScratch{Dst: bpf.RegA, N: slot})
}

// value puts a value into A.
func (g *generator) value(c *computation, slot int) {
	switch c.operator {
	case numberOperator:
		g.emit(bpf.LoadConstant{Dst: bpf.RegA, Val: c.value})
	case lengthOperator:
		g.emit(g.view.length()...)
	case loadOperator:
		g.load(c, slot)
	case negateOperator:
		g.value(c.left, slot)
		g.emit(bpf.ALUOpConstant{Op: bpf.ALUOpMul, Val: ^uint32(0)}) // bpf.VM has no NegateA
	default:
		g.operation(c, slot)
	}
}

var aluOperators = [...]bpf.ALUOp{
	addOperator: bpf.ALUOpAdd, subtractOperator: bpf.ALUOpSub, multiplyOperator: bpf.ALUOpMul,
	divideOperator: bpf.ALUOpDiv, moduloOperator: bpf.ALUOpMod,
	andOperator: bpf.ALUOpAnd, orOperator: bpf.ALUOpOr, xorOperator: bpf.ALUOpXor,
	shiftLeftOperator: bpf.ALUOpShiftLeft, shiftRightOperator: bpf.ALUOpShiftRight,
}

// operation computes with two operands. The parser has refused divisors of 0
// and shifts by more than 31 where they are constant.
func (g *generator) operation(c *computation, slot int) {
	operator := aluOperators[c.operator]
	if c.right.operator == numberOperator {
		g.value(c.left, slot)
		g.emit(bpf.ALUOpConstant{Op: operator, Val: c.right.value})
		return
	}
	g.pair(c.left, c.right, slot)
	if c.operator == shiftLeftOperator || c.operator == shiftRightOperator {
		g.shift(c, slot)
		return
	}
	g.emit(bpf.ALUOpX{Op: operator})
}

// shift shifts A by X, with a slot of memory to use. By 32 bits and more that
// gives 0, which not every implementation of BPF does by itself.
func (g *generator) shift(c *computation, slot int) {
	if slot == memorySlots {
		g.failed = true
		return
	}
	g.emit(
		bpf.StoreScratch{Src: bpf.RegA, N: slot},
		bpf.TXA{},
		bpf.JumpIf{Cond: bpf.JumpGreaterThan, Val: 31, SkipTrue: 3},
		bpf.LoadScratch{Dst: bpf.RegA, N: slot},
		bpf.ALUOpX{Op: aluOperators[c.operator]},
		bpf.Jump{Skip: 1},
		bpf.LoadConstant{Dst: bpf.RegA, Val: 0})
}

func (g *generator) load(c *computation, slot int) {
	if c.left == nil {
		var code []bpf.Instruction
		ok := false
		if c.behindIPv4 {
			code, ok = behindIPv4(g.view, c.offset, c.offset+c.value, int(c.size))
		} else {
			code, ok = g.view.load(c.offset, uint32(c.size))
		}
		g.emit(code...)
		g.failed = g.failed || !ok
		return
	}
	offset, ok := g.view.shift(c.offset)
	g.failed = g.failed || !ok
	g.value(c.left, slot)
	if c.behindIPv4 {
		g.emit(bpf.LoadMemShift{Off: offset}, bpf.ALUOpX{Op: bpf.ALUOpAdd})
	}
	g.emit(bpf.TAX{}, bpf.LoadIndirect{Off: offset, Size: int(c.size)})
}
