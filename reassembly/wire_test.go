package reassembly

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"h2scope/capture/segment"
)

// A wire makes the segments of one connection and feeds them to a Conn. It
// has a clock of its own: each segment comes a millisecond after the last.
type wire struct {
	conn   *Conn
	tape   tape
	packet uint64
	time   int64
	ends   [2]segment.Endpoint
}

const ms = int64(time.Millisecond)

func endpoint(addr string) segment.Endpoint {
	return segment.EndpointFrom(netip.MustParseAddrPort(addr))
}

func newWire(l *Limits) *wire {
	return newWireObserved(Config{Limits: l})
}

func newWireObserved(cfg Config) *wire {
	return &wire{
		conn: NewConn(cfg), time: 1e18,
		ends: [2]segment.Endpoint{endpoint("192.0.2.1:40000"), endpoint("192.0.2.2:80")},
	}
}

// An opt changes a segment before it is sent.
type opt func(*segment.Segment)

func ack(n uint32) opt {
	return func(s *segment.Segment) { s.Ack, s.Flags = n, s.Flags|segment.ACK }
}
func flags(f segment.Flags) opt { return func(s *segment.Segment) { s.Flags |= f } }
func window(w uint16) opt       { return func(s *segment.Segment) { s.Window = w } }
func ipid(id uint16) opt        { return func(s *segment.Segment) { s.IPID, s.HasIPID = id, true } }
func on(iface string) opt {
	return func(s *segment.Segment) { s.Link = &segment.Link{Interface: iface} }
}

// cut keeps n octets of the payload.
func cut(n int) func(*segment.Segment) {
	return func(s *segment.Segment) { s.Payload = s.Payload[:n] }
}

// after lets the clock run on.
func (w *wire) after(d time.Duration) *wire { w.time += int64(d); return w }

// options appends TCP options to the header.
func withOptions(o ...byte) opt {
	return func(s *segment.Segment) { s.Header = append(s.Header, o...) }
}

// badSum damages the checksum.
func badSum(s *segment.Segment) { s.Header[16] ^= 0x55 }

// partialSum leaves the checksum to the network card.
func partialSum(s *segment.Segment) {
	binary.BigEndian.PutUint16(s.Header[16:], foldSum(uint64(s.PseudoSum)))
}

// make is a segment of half with a right checksum.
func (w *wire) make(half Half, seq uint32, data string, opts ...opt) *segment.Segment {
	w.packet++
	w.time += ms
	s := &segment.Segment{
		Packet: w.packet, Time: w.time, Src: w.ends[half], Dst: w.ends[1-half],
		Seq: seq, Window: 65535, Length: len(data), Payload: []byte(data),
		Header: make([]byte, 20, 60),
	}
	for _, o := range opts {
		o(s)
	}
	seal(s)
	return s
}

// seal writes the header of s with a right checksum.
func seal(s *segment.Segment) {
	h := s.Header
	binary.BigEndian.PutUint16(h, s.Src.Port)
	binary.BigEndian.PutUint16(h[2:], s.Dst.Port)
	binary.BigEndian.PutUint32(h[4:], s.Seq)
	binary.BigEndian.PutUint32(h[8:], s.Ack)
	h[12], h[13] = byte(len(h)/4)<<4, byte(s.Flags)
	binary.BigEndian.PutUint16(h[14:], s.Window)
	h[16], h[17] = 0, 0
	pseudo := append([]byte{0, 6}, s.Src.IP[12:]...)
	pseudo = append(pseudo, s.Dst.IP[12:]...)
	s.PseudoSum = uint32(wordSum(pseudo)) + uint32(len(h)+s.Length)
	binary.BigEndian.PutUint16(h[16:], ^foldSum(uint64(s.PseudoSum)+wordSum(h)+wordSum(s.Payload)))
}

// wordSum is RFC 1071's sum, by its definition.
func wordSum(b []byte) (sum uint64) {
	for i, v := range b {
		sum += uint64(v) << (8 * (1 - i%2))
	}
	return sum
}

func foldSum(v uint64) uint16 {
	for v>>16 != 0 {
		v = v>>16 + v&0xffff
	}
	return uint16(v)
}

// feed sends s after a last change, which its checksum does not cover.
func (w *wire) feed(half Half, s *segment.Segment, change func(*segment.Segment)) *segment.Segment {
	change(s)
	w.conn.Segment(half, s, &w.tape)
	return s
}

// send makes a segment and feeds it.
func (w *wire) send(half Half, seq uint32, data string, opts ...opt) *segment.Segment {
	s := w.make(half, seq, data, opts...)
	w.conn.Segment(half, s, &w.tape)
	return s
}

// again feeds a copy of s as the next packet.
func (w *wire) again(half Half, s *segment.Segment, opts ...opt) {
	w.packet++
	w.time += ms / 10
	dup := *s
	dup.Packet, dup.Time = w.packet, w.time
	for _, o := range opts {
		o(&dup)
	}
	w.conn.Segment(half, &dup, &w.tape)
}

// open sends a three-way handshake; the first octets have sequence numbers
// c+1 and s+1.
func (w *wire) open(c, s uint32) *wire {
	w.send(0, c, "", flags(segment.SYN))
	w.send(1, s, "", flags(segment.SYN), ack(c+1))
	w.send(0, c+1, "", ack(s+1))
	return w
}

func (w *wire) finish() *wire { w.conn.Finish(&w.tape); return w }

func (w *wire) stats(h Half) *HalfStats { return &w.conn.Stats().Half[h] }

// A tape writes down what a Conn says, and that offsets follow each other.
type tape struct {
	text   [2]strings.Builder // octets, and gaps as <cause length>
	next   [2]uint64
	chunks []Chunk // without Data
	gaps   []Gap
	broken []string
}

func (t *tape) Chunk(c *Chunk) {
	if c.Offset != t.next[c.Half] || len(c.Data) == 0 {
		t.broken = append(t.broken, fmt.Sprintf("chunk %d+%d at %d", c.Offset, len(c.Data), t.next[c.Half]))
	}
	t.next[c.Half] += uint64(len(c.Data))
	t.text[c.Half].Write(c.Data)
	kept := *c
	kept.Data = nil
	t.chunks = append(t.chunks, kept)
}

func (t *tape) Gap(g *Gap) {
	if g.Offset != t.next[g.Half] || g.Length == 0 {
		t.broken = append(t.broken, fmt.Sprintf("gap %d+%d at %d", g.Offset, g.Length, t.next[g.Half]))
	}
	t.next[g.Half] += g.Length
	fmt.Fprintf(&t.text[g.Half], "<%s %d>", g.Cause, g.Length)
	t.gaps = append(t.gaps, *g)
}
