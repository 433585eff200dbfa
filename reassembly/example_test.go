package reassembly_test

import (
	"fmt"
	"net/netip"

	"h2scope/capture/segment"
	"h2scope/reassembly"
)

// A printer says what it is given.
type printer struct{}

func (printer) Chunk(c *reassembly.Chunk) {
	fmt.Printf("half %d, offset %d: %q from packet %d, in packet %d\n", c.Half, c.Offset, c.Data, c.OctetsPacket, c.Packet)
}

func (printer) Gap(g *reassembly.Gap) {
	fmt.Printf("half %d, offset %d: %d octets lacking (%s)\n", g.Half, g.Offset, g.Length, g.Cause)
}

// Segments of any connection go in, ordered octets come out.
func Example() {
	client := segment.EndpointFrom(netip.MustParseAddrPort("192.0.2.1:40000"))
	server := segment.EndpointFrom(netip.MustParseAddrPort("192.0.2.2:80"))
	header := func() []byte { return append(make([]byte, 12), 5<<4, 0, 0, 0, 0x12, 0x34, 0, 0) }
	captured := []segment.Segment{
		{Packet: 1, Src: client, Dst: server, Seq: 99, Flags: segment.SYN},
		{Packet: 2, Src: client, Dst: server, Seq: 106, Ack: 500, Flags: segment.ACK, Payload: []byte("order")},
		{Packet: 3, Src: client, Dst: server, Seq: 100, Ack: 500, Flags: segment.ACK, Payload: []byte("out of")},
		{Packet: 4, Src: server, Dst: client, Seq: 500, Ack: 111, Flags: segment.ACK, Payload: []byte("heard")},
		{Packet: 5, Src: client, Dst: server, Seq: 115, Ack: 505, Flags: segment.ACK, Payload: []byte("late")},
	}

	tracker := reassembly.NewTracker(reassembly.TrackerConfig{})
	conns := make(map[uint64]*reassembly.Conn)
	for i := range captured {
		s := &captured[i]
		s.Length, s.Header, s.PseudoSum = len(s.Payload), header(), 0x1234 // checksum left to the network card
		t := tracker.Track(s)
		if t.New {
			conns[t.Conn] = reassembly.NewConn(reassembly.Config{})
		}
		conns[t.Conn].Segment(t.Half, s, printer{})
	}
	conns[1].Finish(printer{})

	// Output:
	// half 0, offset 0: "out of" from packet 3, in packet 3
	// half 0, offset 6: "order" from packet 2, in packet 3
	// half 1, offset 0: "heard" from packet 4, in packet 4
	// half 0, offset 11: 4 octets lacking (missing)
	// half 0, offset 15: "late" from packet 5, in packet 5
}
