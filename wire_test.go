package h2scope_test

import (
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/hpack"
)

// A wire is a capture in the making: TCP connections whose packets are written
// by the test.
type wire struct {
	t       testing.TB
	packets []capture.Packet
}

// A link is one TCP connection on a wire, from the client's port to the
// server's. Both initial sequence numbers are 0.
type link struct {
	wire *wire
	port [2]uint16
	sent [2]uint32 // the next sequence number by side
}

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// connect opens a connection with a handshake.
func (w *wire) connect(client, server uint16) *link {
	l := &link{wire: w, port: [2]uint16{client, server}}
	l.packet(h2decode.Client, func(t *layers.TCP) { t.SYN = true }, nil)
	l.packet(h2decode.Server, func(t *layers.TCP) { t.SYN, t.ACK = true, true }, nil)
	l.packet(h2decode.Client, func(t *layers.TCP) { t.ACK = true }, nil)
	return l
}

// send sends octets in one segment.
func (l *link) send(from h2decode.Side, octets ...[]byte) {
	l.packet(from, func(t *layers.TCP) { t.ACK, t.PSH = true, true }, slices.Concat(octets...))
}

// close closes the connection from both sides.
func (l *link) close() {
	l.packet(h2decode.Client, func(t *layers.TCP) { t.FIN, t.ACK = true, true }, nil)
	l.packet(h2decode.Server, func(t *layers.TCP) { t.FIN, t.ACK = true, true }, nil)
	l.packet(h2decode.Client, func(t *layers.TCP) { t.ACK = true }, nil)
}

// packet writes a packet, a millisecond after the one before it.
func (l *link) packet(from h2decode.Side, set func(*layers.TCP), payload []byte) {
	ends := [2]net.IP{{192, 0, 2, 1}, {192, 0, 2, 2}}
	ip := &layers.IPv4{
		Version: 4, IHL: 5, TTL: 64, Protocol: layers.IPProtocolTCP, Id: uint16(len(l.wire.packets)),
		SrcIP: ends[from], DstIP: ends[from.Other()],
	}
	tcp := &layers.TCP{
		SrcPort: layers.TCPPort(l.port[from]), DstPort: layers.TCPPort(l.port[from.Other()]),
		Seq: l.sent[from], Window: 65535,
	}
	set(tcp)
	if tcp.ACK {
		tcp.Ack = l.sent[from.Other()]
	}
	l.sent[from] += uint32(len(payload))
	if tcp.SYN || tcp.FIN {
		l.sent[from]++
	}
	if err := tcp.SetNetworkLayerForChecksum(ip); err != nil {
		l.wire.t.Fatal(err)
	}
	buffer := gopacket.NewSerializeBuffer()
	options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	if err := gopacket.SerializeLayers(buffer, options, ip, tcp, gopacket.Payload(payload)); err != nil {
		l.wire.t.Fatal(err)
	}
	n := len(l.wire.packets)
	l.wire.packets = append(l.wire.packets, capture.Packet{
		Number: uint64(n + 1), Time: epoch.UnixNano() + int64(n)*int64(time.Millisecond),
		Data: buffer.Bytes(), Length: len(buffer.Bytes()), LinkType: capture.LinkTypeRaw,
	})
}

// Source gives what is on the wire. notices are told with the last packet.
func (w *wire) source(notices ...capture.Notice) *memorySource {
	return &memorySource{packets: w.packets, notices: notices}
}

// A memorySource is a capture in memory. It ends with err, or io.EOF.
type memorySource struct {
	packets []capture.Packet
	notices []capture.Notice
	err     error
	onNext  func(read int)
	idle    func() bool
	read    int
}

func (s *memorySource) Next(p *capture.Packet) error {
	if s.onNext != nil {
		s.onNext(s.read)
	}
	if s.idle != nil && s.idle() {
		return capture.ErrIdle
	}
	if s.read == len(s.packets) {
		if s.err != nil {
			return s.err
		}
		return io.EOF
	}
	*p = s.packets[s.read]
	s.read++
	return nil
}

func (s *memorySource) Interfaces() []capture.Interface {
	return []capture.Interface{{Name: "wire0", LinkType: capture.LinkTypeRaw}}
}

func (s *memorySource) Files() []string { return []string{"wire"} }

func (s *memorySource) Notices() []capture.Notice {
	if s.read < len(s.packets) {
		return nil
	}
	n := s.notices
	s.notices = nil
	return n
}

// The octets that connections begin with, and exchanges on them.

var (
	emptySettings = h2decode.AppendFrame(nil, h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{})
	preface       = append([]byte(h2decode.Preface), emptySettings...)
)

const endStream, endHeaders = h2decode.FlagEndStream, h2decode.FlagEndHeaders

func headers(stream uint32, flags h2decode.Flags, fields ...string) []byte {
	var block []byte
	for i := 0; i < len(fields); i += 2 {
		block = hpack.AppendLiteral(block, hpack.WithoutIndexing, 0, fields[i], fields[i+1], hpack.HuffmanNever)
	}
	return h2decode.AppendFrame(nil, h2decode.TypeHeaders, flags|endHeaders, stream, &h2decode.HeadersFrame{Fragment: block})
}

func request(stream uint32, path string) []byte {
	return headers(stream, endStream, ":method", "GET", ":scheme", "http", ":authority", "a.example", ":path", path)
}

func response(stream uint32, data string) []byte {
	frame := headers(stream, 0, ":status", "200")
	return append(frame, h2decode.AppendFrame(nil, h2decode.TypeData, endStream, stream, &h2decode.DataFrame{Data: []byte(data)})...)
}
