package filter

import (
	"strings"
	"sync/atomic"

	"golang.org/x/net/bpf"
)

// A Filter is a parsed expression. It may be used by several goroutines at
// once, and must not be copied.
type Filter struct {
	root     expression // nil: all packets
	compiled [len(layouts)]atomic.Pointer[compilation]
}

// A compilation is what a filter is for the link types of one layout.
type compilation struct {
	program *program
	err     *Error
}

// Parse reads an expression of pcap-filter(7). The empty one lets all packets
// pass. An error is an [*Error].
func Parse(expression string) (*Filter, error) {
	root, err := parse(expression)
	if err != nil {
		return nil, err
	}
	return &Filter{root: root}, nil
}

// String is the canonical form: names as numbers, one spelling for each word,
// carried qualifiers written out. Parsing it gives the same filter.
func (f *Filter) String() string {
	if f.root == nil {
		return ""
	}
	var b strings.Builder
	f.root.write(&b)
	return b.String()
}

// Check reports whether the filter suits packets of a link type, a number of
// the LINKTYPE_ registry. "vlan" does not where packets have no VLAN tags. An
// error is an [*Error]; no packet of that link type matches then.
func (f *Filter) Check(link uint16) error {
	if c := f.compile(link); c.err != nil {
		return c.err
	}
	return nil
}

// Match reports whether a packet passes. Data is as captured, from the link
// layer on, with the VLAN tag in its place; length is that on the wire, in
// octets, of which data may hold fewer. Match keeps nothing of data and does
// not allocate, but for the first packet of a link type.
func (f *Filter) Match(link uint16, data []byte, length int) bool {
	c := f.compiled[layoutIndex(link)].Load()
	if c == nil {
		c = f.compile(link)
	}
	return c.program.match(data, uint32(length))
}

// Program compiles the filter to classic BPF for packets as [Filter.Match]
// gets them: they are given whole or cut to what was captured, and it accepts
// the same ones. What is accepted is cut to snaplen octets; 0 keeps all. Where
// the program would be longer than a kernel takes (4,096 instructions) or
// needs more memory than BPF has, it accepts all. An error is that of
// [Filter.Check].
func (f *Filter) Program(link uint16, snaplen uint32) ([]bpf.RawInstruction, error) {
	c := f.compile(link)
	if c.err != nil {
		return nil, c.err
	}
	code, _ := assemble(c.program, wholePacket{}, snaplen)
	return code, nil
}

// compile is the filter for a link type, made when first asked for. Two
// goroutines may make it at once: both make the same.
func (f *Filter) compile(link uint16) *compilation {
	slot := &f.compiled[layoutIndex(link)]
	if c := slot.Load(); c != nil {
		return c
	}
	known := layouts[layoutIndex(link)]
	c := &compiler{layout: known.layout, name: known.name}
	condition := always()
	if f.root != nil {
		condition = f.root.compile(c)
	}
	if c.err != nil {
		condition = never()
	}
	made := &compilation{build(condition), c.err}
	slot.Store(made)
	return made
}
