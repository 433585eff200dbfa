package gopackettest

import (
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	theirs "github.com/google/gopacket/reassembly"

	"h2scope/capture/segment"
	"h2scope/reassembly"
)

// A packet is a segment as both sides get it. Half 0 is the client.
type packet struct {
	half    reassembly.Half
	seq     uint32
	ack     uint32
	syn     bool
	fin     bool
	payload []byte
	at      time.Duration
}

var (
	addresses = [2]netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")}
	ports     = [2]uint16{40000, 80}
	epoch     = time.Unix(1e9, 0)
)

// readOurs is what package reassembly reads: for each connection and half, its
// octets. Gaps are as many question marks (at most 1000).
func readOurs(packets []packet) [][2]string {
	tracker := reassembly.NewTracker(reassembly.TrackerConfig{})
	var conns []*reassembly.Conn
	var tapes []*tape
	for i, p := range packets {
		s := p.segment(i)
		t := tracker.Track(s)
		if t.New {
			conns, tapes = append(conns, reassembly.NewConn(reassembly.Config{})), append(tapes, new(tape))
		}
		conns[t.Conn-1].Segment(t.Half, s, tapes[t.Conn-1])
	}
	var out [][2]string
	for i, c := range conns {
		c.Finish(tapes[i])
		out = append(out, [2]string{string(tapes[i].octets[0]), string(tapes[i].octets[1])})
	}
	return out
}

// segment is p with its checksum left to the network card.
func (p *packet) segment(i int) *segment.Segment {
	s := &segment.Segment{
		Packet: uint64(i + 1), Time: epoch.Add(p.at).UnixNano(),
		Src: segment.EndpointFrom(netip.AddrPortFrom(addresses[p.half], ports[p.half])),
		Dst: segment.EndpointFrom(netip.AddrPortFrom(addresses[1-p.half], ports[1-p.half])),
		Seq: p.seq, Ack: p.ack, Flags: segment.ACK, Window: 65535,
		IPID: uint16(i + 1), HasIPID: true,
		Header: make([]byte, 20), Payload: p.payload, Length: len(p.payload),
		PseudoSum: 0x1234,
	}
	s.Header[12], s.Header[16], s.Header[17] = 5<<4, 0x12, 0x34
	if p.syn {
		s.Flags |= segment.SYN
		if p.ack == 0 {
			s.Flags &^= segment.ACK
		}
	}
	if p.fin {
		s.Flags |= segment.FIN
	}
	return s
}

type tape struct{ octets [2][]byte }

func (t *tape) Chunk(c *reassembly.Chunk) {
	t.octets[c.Half] = append(t.octets[c.Half], c.Data...)
}

func (t *tape) Gap(g *reassembly.Gap) {
	t.octets[g.Half] = append(t.octets[g.Half], questionMarks(int(g.Length))...)
}

func questionMarks(n int) []byte {
	out := make([]byte, min(n, 1000))
	for i := range out {
		out[i] = '?'
	}
	return out
}

// readTheirs is what gopacket reads, in the same form. A stream of gopacket's
// is a connection.
func readTheirs(packets []packet) [][2]string {
	f := &factory{}
	feedTheirs(packets, f)
	var out [][2]string
	for _, s := range f.streams {
		out = append(out, [2]string{string(s.octets[0]), string(s.octets[1])})
	}
	return out
}

func feedTheirs(packets []packet, f *factory) {
	a := theirs.NewAssembler(theirs.NewStreamPool(f))
	for i := range packets {
		p := &packets[i]
		flow := gopacket.NewFlow(layers.EndpointIPv4, addresses[p.half].AsSlice(), addresses[1-p.half].AsSlice())
		a.AssembleWithContext(flow, p.tcp(), p)
	}
	a.FlushAll()
}

func (p *packet) tcp() *layers.TCP {
	t := &layers.TCP{
		BaseLayer: layers.BaseLayer{Payload: p.payload},
		SrcPort:   layers.TCPPort(ports[p.half]), DstPort: layers.TCPPort(ports[1-p.half]),
		Seq: p.seq, Ack: p.ack, SYN: p.syn, FIN: p.fin, ACK: !p.syn || p.ack != 0, Window: 65535,
	}
	t.SetInternalPortsForTesting()
	return t
}

// GetCaptureInfo makes a packet gopacket's AssemblerContext.
func (p *packet) GetCaptureInfo() gopacket.CaptureInfo {
	return gopacket.CaptureInfo{Timestamp: epoch.Add(p.at), Length: len(p.payload), CaptureLength: len(p.payload)}
}

// A factory makes gopacket's streams and keeps them.
type factory struct {
	streams []*stream
	infos   bool // ask for the CaptureInfo of each octet's packet
}

func (f *factory) New(_, _ gopacket.Flow, _ *layers.TCP, _ theirs.AssemblerContext) theirs.Stream {
	s := &stream{infos: f.infos}
	f.streams = append(f.streams, s)
	return s
}

type stream struct {
	octets [2][]byte
	infos  bool
}

func (s *stream) Accept(_ *layers.TCP, _ gopacket.CaptureInfo, _ theirs.TCPFlowDirection, _ theirs.Sequence, start *bool, _ theirs.AssemblerContext) bool {
	*start = true
	return true
}

func (s *stream) ReassembledSG(sg theirs.ScatterGather, _ theirs.AssemblerContext) {
	dir, _, _, skip := sg.Info()
	half := 0
	if dir == theirs.TCPDirServerToClient {
		half = 1
	}
	if skip > 0 {
		s.octets[half] = append(s.octets[half], questionMarks(skip)...)
	}
	n, _ := sg.Lengths()
	s.octets[half] = append(s.octets[half], sg.Fetch(n)...)
	for i := 0; s.infos && i < n; i++ {
		sg.CaptureInfo(i)
	}
}

func (s *stream) ReassemblyComplete(theirs.AssemblerContext) bool { return true }

// handshake opens a connection with the given ISNs.
func handshake(client, server uint32) []packet {
	return []packet{
		{half: 0, seq: client, syn: true},
		{half: 1, seq: server, ack: client + 1, syn: true},
		{half: 0, seq: client + 1, ack: server + 1},
	}
}

// text is n octets that differ from their neighbours.
func text(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte('a' + (i+i/26)%26)
	}
	return out
}

// segments cuts data into segments of at most size octets, and shuffles them.
func segments(r *rand.Rand, isn, ack uint32, data []byte, size, reach int) []packet {
	var out []packet
	for off := 0; off < len(data); {
		n := min(1+r.IntN(size), len(data)-off)
		out = append(out, packet{seq: isn + 1 + uint32(off), ack: ack, payload: data[off : off+n]})
		off += n
	}
	return shuffle(r, out, reach)
}

// shuffle changes the order within groups of reach packets; 0: of none.
func shuffle(r *rand.Rand, p []packet, reach int) []packet {
	for i := 0; reach > 0 && i < len(p); i += reach {
		group := p[i:min(i+reach, len(p))]
		r.Shuffle(len(group), func(a, b int) { group[a], group[b] = group[b], group[a] })
	}
	return p
}
