package gopackettest

import (
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	theirs "github.com/google/gopacket/reassembly"

	"h2scope/capture/segment"
	"h2scope/reassembly"
)

const frameOctets = 1448

// order is how a group of four segments comes.
type order [4]int

var (
	inOrder   = order{0, 1, 2, 3}
	reordered = order{2, 0, 3, 1}
)

// group is four segments of frameOctets each, in that order.
func group(o order) (packets [4]packet) {
	for i, place := range o {
		packets[i] = packet{seq: 1001 + uint32(place*frameOctets), ack: 5001, payload: make([]byte, frameOctets)}
	}
	return packets
}

func benchOurs(b *testing.B, o order) {
	conn, h := reassembly.NewConn(reassembly.Config{}), new(count)
	for i, p := range handshake(1000, 5000) {
		conn.Segment(p.half, p.segment(i), h)
	}
	var g [4]*segment.Segment
	for i, p := range group(o) {
		g[i] = p.segment(i)
	}
	b.SetBytes(frameOctets)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		s := g[n&3]
		conn.Segment(0, s, h)
		s.Seq += 4 * frameOctets
		s.Time += 1e6
		n++
	}
}

func benchTheirs(b *testing.B, o order) {
	a := theirs.NewAssembler(theirs.NewStreamPool(counting{}))
	flow := gopacket.NewFlow(layers.EndpointIPv4, addresses[0].AsSlice(), addresses[1].AsSlice())
	back := gopacket.NewFlow(layers.EndpointIPv4, addresses[1].AsSlice(), addresses[0].AsSlice())
	for _, p := range handshake(1000, 5000) {
		f := flow
		if p.half == 1 {
			f = back
		}
		a.AssembleWithContext(f, p.tcp(), &p)
	}
	packets := group(o)
	var g [4]*layers.TCP
	for i := range packets {
		g[i] = packets[i].tcp()
	}
	b.SetBytes(frameOctets)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		t := g[n&3]
		a.AssembleWithContext(flow, t, &packets[n&3])
		t.Seq += 4 * frameOctets
		n++
	}
}

func BenchmarkInOrder(b *testing.B) {
	b.Run("ours", func(b *testing.B) { benchOurs(b, inOrder) })
	b.Run("gopacket", func(b *testing.B) { benchTheirs(b, inOrder) })
}

func BenchmarkReordered(b *testing.B) {
	b.Run("ours", func(b *testing.B) { benchOurs(b, reordered) })
	b.Run("gopacket", func(b *testing.B) { benchTheirs(b, reordered) })
}

type count struct{ octets int }

func (c *count) Chunk(k *reassembly.Chunk) { c.octets += len(k.Data) }
func (c *count) Gap(*reassembly.Gap)       {}

type counting struct{ octets int }

func (counting) New(_, _ gopacket.Flow, _ *layers.TCP, _ theirs.AssemblerContext) theirs.Stream {
	return &counting{}
}

func (*counting) Accept(_ *layers.TCP, _ gopacket.CaptureInfo, _ theirs.TCPFlowDirection, _ theirs.Sequence, start *bool, _ theirs.AssemblerContext) bool {
	*start = true
	return true
}

func (c *counting) ReassembledSG(sg theirs.ScatterGather, _ theirs.AssemblerContext) {
	n, _ := sg.Lengths()
	c.octets += n
}

func (*counting) ReassemblyComplete(theirs.AssemblerContext) bool { return true }
