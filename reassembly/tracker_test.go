package reassembly

import (
	"fmt"
	"testing"

	"h2scope/capture/segment"
)

// hop is a segment for the tracker: ports 1 and 2 stand for the two ends.
type hop struct {
	src, dst uint16
	flags    segment.Flags
	seq, ack uint32
	want     string // conn/half, and what else is told
}

func (h hop) segment() *segment.Segment {
	s := &segment.Segment{Seq: h.seq, Ack: h.ack, Flags: h.flags}
	s.Src, s.Dst = endpoint(fmt.Sprintf("192.0.2.1:%d", h.src)), endpoint(fmt.Sprintf("192.0.2.1:%d", h.dst))
	return s
}

func (t Tracked) String() string {
	out := fmt.Sprintf("%d/%d", t.Conn, t.Half)
	if t.New {
		out += " new"
	}
	for _, n := range []struct {
		name string
		conn uint64
	}{{"replaced", t.Replaced}, {"evicted", t.Evicted}, {"continues", t.Continues}} {
		if n.conn != 0 {
			out += fmt.Sprintf(" %s %d", n.name, n.conn)
		}
	}
	return out
}

const (
	syn    = segment.SYN
	synAck = segment.SYN | segment.ACK
	data   = segment.ACK | segment.PSH
)

func TestTracker(t *testing.T) {
	for _, test := range []struct {
		name string
		hops []hop
	}{
		{"both directions are one connection", []hop{
			{1, 2, syn, 100, 0, "1/0 new"},
			{2, 1, synAck, 500, 101, "1/1"},
			{1, 2, data, 101, 501, "1/0"},
		}},
		{"half 0 is the sender of the first packet", []hop{
			{2, 1, data, 500, 100, "1/0 new"},
			{1, 2, data, 100, 500, "1/1"},
			{3, 2, data, 7, 8, "2/0 new"},
			{2, 1, data, 501, 100, "1/0"},
		}},
		{"port used again", []hop{
			{1, 2, syn, 100, 0, "1/0 new"},
			{2, 1, synAck, 500, 101, "1/1"},
			{1, 2, syn, 90000, 0, "2/0 new replaced 1"},
			{2, 1, synAck, 70000, 90001, "2/1"},
			{1, 2, data, 90001, 70001, "2/0"},
		}},
		{"port used again by the other side", []hop{
			{1, 2, syn, 100, 0, "1/0 new"},
			{2, 1, synAck, 500, 101, "1/1"},
			{2, 1, syn, 90000, 0, "2/0 new replaced 1"},
			{1, 2, synAck, 70000, 90001, "2/1"},
			{2, 1, data, 90001, 70001, "2/0"},
		}},
		{"port used again, the SYN was lost", []hop{
			{1, 2, syn, 100, 0, "1/0 new"},
			{2, 1, synAck, 500, 101, "1/1"},
			{2, 1, synAck, 70000, 90001, "2/0 new replaced 1"},
			{1, 2, data, 90001, 70001, "2/1"},
			{1, 2, syn, 90000, 0, "2/1"}, // it was only late
		}},
		{"port used again, the first SYN was never answered", []hop{
			{1, 2, syn, 100, 0, "1/0 new"},
			{2, 1, synAck, 70000, 90001, "2/0 new replaced 1"},
		}},
		{"SYN retransmitted", []hop{
			{1, 2, syn, 100, 0, "1/0 new"},
			{1, 2, syn, 100, 0, "1/0"},
			{2, 1, synAck, 500, 101, "1/1"},
			{2, 1, synAck, 500, 101, "1/1"},
			{1, 2, data, 101, 501, "1/0"},
			{1, 2, syn, 100, 0, "1/0"},
		}},
		{"SYN comes late", []hop{
			{1, 2, data, 101, 501, "1/0 new"},
			{1, 2, syn, 100, 0, "1/0"},
			{2, 1, synAck, 500, 101, "1/1"},
		}},
		{"SYN comes after later data", []hop{
			{1, 2, data, 201, 501, "1/0 new"},
			{1, 2, syn, 100, 0, "1/0"},
		}},
		{"SYN comes after the SYN-ACK", []hop{
			{2, 1, synAck, 500, 101, "1/0 new"},
			{1, 2, syn, 100, 0, "1/1"},
		}},
		{"SYN-ACK of a SYN with data (RFC 7413)", []hop{
			{1, 2, syn, 100, 0, "1/0 new"},
			{2, 1, synAck, 500, 601, "1/1"},
		}},
		{"SYN on a connection joined in the middle", []hop{
			{1, 2, data, 1 << 30, 501, "1/0 new"},
			{1, 2, syn, 100, 0, "2/0 new replaced 1"},
		}},
		{"SYN-ACK on a connection of which only ACKs told", []hop{
			{1, 2, data, 1 << 30, 501, "1/0 new"},
			{2, 1, synAck, 77777, 101, "2/0 new replaced 1"},
		}},
		{"delayed SYN of the connection before", []hop{
			{1, 2, syn, 100, 0, "1/0 new"},
			{2, 1, synAck, 500, 101, "1/1"},
			{1, 2, syn, 90000, 0, "2/0 new replaced 1"},
			{1, 2, syn, 100, 0, "2/0"},
			{2, 1, synAck, 500, 101, "2/1"},
			{2, 1, synAck, 70000, 90001, "2/1"},
		}},
		{"simultaneous open (RFC 9293, Figure 7)", []hop{
			{1, 2, syn, 100, 0, "1/0 new"},
			{2, 1, syn, 300, 0, "1/1"},
			{2, 1, synAck, 300, 101, "1/1"},
			{1, 2, synAck, 100, 301, "1/0"},
		}},
		{"ISN wraps", []hop{
			{1, 2, syn, 0xffffffff, 0, "1/0 new"},
			{2, 1, synAck, 500, 0, "1/1"},
			{1, 2, syn, 0xffffffff, 0, "1/0"},
		}},
		{"the longest idle is evicted, and continues under a new number", []hop{
			{1, 9, syn, 100, 0, "1/0 new"},
			{2, 9, syn, 100, 0, "2/0 new"},
			{3, 9, syn, 100, 0, "3/0 new"},
			{9, 1, synAck, 100, 101, "1/1"},
			{4, 9, syn, 100, 0, "4/0 new evicted 2"},
			{9, 2, data, 101, 101, "5/0 new evicted 3 continues 2"},
			{3, 9, syn, 70000, 0, "6/0 new evicted 1"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tracker := NewTracker(TrackerConfig{MaxConnections: 3})
			for i, h := range test.hops {
				if got := tracker.Track(h.segment()).String(); got != h.want {
					t.Errorf("segment %d: %s, want %s", i+1, got, h.want)
				}
			}
		})
	}
}

// Equal addresses in two virtual networks are two connections.
func TestTrackerNetworks(t *testing.T) {
	tracker := NewTracker(TrackerConfig{})
	s := hop{src: 1, dst: 2}.segment()
	for i, network := range []segment.Network{0, segment.VXLAN | 5, segment.VXLAN | 6, segment.Geneve | 5} {
		s.Network = network
		if got := tracker.Track(s); got.Conn != uint64(i+1) || !got.New {
			t.Errorf("network %#x: %v", network, got)
		}
	}
}

// What is remembered of evicted connections is bounded.
func TestTrackerMemory(t *testing.T) {
	tracker := NewTracker(TrackerConfig{MaxConnections: 1, MaxEvicted: 4})
	for round := range 3 {
		for port := range uint16(20) {
			tracker.Track(hop{src: port, dst: 99}.segment())
		}
		if n := len(tracker.gone.conns); n > 4 || len(tracker.gone.order) > 4 {
			t.Fatalf("round %d: %d remembered", round, n)
		}
	}
	if got := tracker.Track(hop{src: 18, dst: 99}.segment()); got.Continues != 59 {
		t.Errorf("%v", got)
	}
}

// Known connections cost no allocation.
func TestTrackAllocates(t *testing.T) {
	tracker, segments := trackerTraffic(1000)
	i := 0
	if n := testing.AllocsPerRun(2000, func() {
		tracker.Track(segments[i%len(segments)])
		i++
	}); n != 0 {
		t.Errorf("%v allocations a segment", n)
	}
}

// trackerTraffic is a tracker that knows n connections, and a segment of each.
func trackerTraffic(n int) (*Tracker, []*segment.Segment) {
	tracker := NewTracker(TrackerConfig{})
	segments := make([]*segment.Segment, n)
	for i := range segments {
		s := hop{src: uint16(i), dst: 443, flags: data}.segment()
		s.Src.IP[13] = byte(i >> 16)
		segments[i] = s
		tracker.Track(s)
	}
	return tracker, segments
}

func BenchmarkTrack(b *testing.B) {
	for _, n := range []int{1, 1000, 100_000} {
		b.Run(fmt.Sprintf("%d-connections", n), func(b *testing.B) {
			tracker, segments := trackerTraffic(n)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				tracker.Track(segments[i])
				if i++; i == len(segments) {
					i = 0
				}
			}
		})
	}
}
