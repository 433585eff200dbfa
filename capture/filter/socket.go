package filter

import "golang.org/x/net/bpf"

// SocketProgram compiles the filter for a packet socket of Linux, whose
// programs see less than a reader of the socket gets:
//
//   - The kernel takes the outermost VLAN tag out of Ethernet packets and hands
//     it over beside them. The program puts it back in its mind, so that it
//     agrees with [Filter.Match] of the packet with the tag put back. libpcap's
//     programs do so for "vlan" only: with tcpdump -i, "port 80" lets tagged
//     packets pass, which tcpdump -r does not.
//   - For LINUX_SLL and LINUX_SLL2 the socket is of type SOCK_DGRAM, and what
//     is in the header that the reader puts before a packet lies beside it.
//
// The program accepts every packet that Match does, of those that are given to
// Match with the tag or header put in and length counting it. If exact is set
// it accepts no others. Otherwise it could not look at all that the filter
// asks for, and accepts some or all of the rest. Snaplen and errors are as for
// [Filter.Program]. It needs Linux 4.1 for the type of the VLAN tag.
func (f *Filter) SocketProgram(link uint16, snaplen uint32) (code []bpf.RawInstruction, exact bool, err error) {
	c := f.compile(link)
	if c.err != nil {
		return nil, false, c.err
	}
	switch layouts[layoutIndex(link)].layout.link {
	case ethernetLink:
		code, exact = c.program.socket(wholePacket{}, taggedFrame{}, snaplen)
	case cookedLink:
		code, exact = c.program.socket(cookedPacket{header: 16, protocol: 14, way: 0, waySize: 2}, nil, snaplen)
	case etherTypeLink:
		code, exact = c.program.socket(cookedPacket{header: 20, protocol: 0, way: 10, waySize: 1, index: 4}, nil, snaplen)
	default:
		code, exact = assemble(c.program, wholePacket{}, snaplen)
	}
	return code, exact, nil
}

// socket is the code for packets without a tag beside them and for those with
// one. Where there is no view of the latter they are accepted.
func (p *program) socket(plain, tagged view, snaplen uint32) (code []bpf.RawInstruction, exact bool) {
	if p.start < 0 {
		return assemble(p, plain, snaplen)
	}
	a := newAssembler(snaplen)
	behindTag, tagExact := acceptAt, false
	if tagged != nil {
		behindTag, tagExact = a.place(p.given(tagTests), tagged)
	}
	start, plainExact := a.place(p, plain)
	yes, no := a.near(behindTag), a.near(start)
	a.code = append(a.code,
		bpf.JumpIf{
			Cond: bpf.JumpNotEqual, Val: 0,
			SkipTrue: uint8(len(a.code) - 1 - yes), SkipFalse: uint8(len(a.code) - 1 - no),
		},
		bpf.LoadExtension{Num: bpf.ExtVLANTagPresent})
	code, fits := a.finish(len(a.code)-1, snaplen, true)
	return code, fits && plainExact && tagExact
}

// taggedFrame is the view of an Ethernet frame whose outermost VLAN tag, four
// octets at 12, lies beside it.
type taggedFrame struct{}

const (
	tagAt     = 12
	tagLength = 4
)

// tagTests are the tests of the tag's type that are known beforehand: the
// kernel takes out tags of IEEE 802.1Q and 802.1ad and no others.
func tagTests(t *test) implication {
	switch {
	case t.source != halfSource || t.offset != tagAt || t.mask != ^uint32(0):
	case t.relation == equal && t.value != etherVLAN && t.value != etherQinQ:
		return excluded
	case t.relation == greater && t.value == maxLength8023:
		return implied
	}
	return notImplied
}

func (t taggedFrame) load(offset, size uint32) ([]bpf.Instruction, bool) {
	switch {
	case offset >= tagAt+tagLength || offset+size <= tagAt:
		shifted, ok := t.shift(offset)
		return []bpf.Instruction{bpf.LoadAbsolute{Off: shifted, Size: int(size)}}, ok || offset < tagAt
	case offset == tagAt && size == 2:
		return []bpf.Instruction{bpf.LoadExtension{Num: bpf.ExtVLANProto}}, true
	case offset == tagAt+2 && size == 2:
		return []bpf.Instruction{bpf.LoadExtension{Num: bpf.ExtVLANTag}}, true
	}
	return nil, false
}

func (taggedFrame) shift(offset uint32) (uint32, bool) {
	if offset < tagAt+tagLength {
		return offset, false
	}
	return offset - tagLength, true
}

func (taggedFrame) length() []bpf.Instruction { return lengthPlus(tagLength) }

// cookedPacket is the view of a packet whose link-layer header lies beside it.
type cookedPacket struct {
	header   uint32 // its length
	protocol uint32 // offset of the EtherType
	way      uint32 // offset and size of the packet's type, which says whether it was sent
	waySize  uint32
	index    uint32 // offset of the index of the interface; 0 where it has none
}

func (c cookedPacket) load(offset, size uint32) ([]bpf.Instruction, bool) {
	switch {
	case offset >= c.header:
		return []bpf.Instruction{bpf.LoadAbsolute{Off: offset - c.header, Size: int(size)}}, true
	case offset == c.protocol && size == 2:
		return []bpf.Instruction{bpf.LoadExtension{Num: bpf.ExtProto}}, true
	case offset == c.way && size == c.waySize:
		return []bpf.Instruction{bpf.LoadExtension{Num: bpf.ExtType}}, true
	case offset == c.index && size == 4 && c.index != 0:
		return []bpf.Instruction{bpf.LoadExtension{Num: bpf.ExtInterfaceIndex}}, true
	}
	return nil, false
}

func (c cookedPacket) shift(offset uint32) (uint32, bool) {
	return offset - c.header, offset >= c.header
}

func (c cookedPacket) length() []bpf.Instruction { return lengthPlus(c.header) }

func lengthPlus(octets uint32) []bpf.Instruction {
	return []bpf.Instruction{
		bpf.LoadExtension{Num: bpf.ExtLen},
		bpf.ALUOpConstant{Op: bpf.ALUOpAdd, Val: octets},
	}
}
