package main

import (
	"bytes"
	"encoding/binary"
	"net"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// captureStart is the time of the first packet of the tests' captures.
var captureStart = time.Date(2024, 2, 29, 23, 59, 59, 500_000_000, time.UTC)

// A dialogue writes the packets of one TCP connection over Ethernet and IPv4
// to a pcap file.
type dialogue struct {
	t      testing.TB
	file   bytes.Buffer
	number int
	step   time.Duration // from packet to packet
	next   [2]uint32     // sequence numbers: of the client, of the server
	ports  [2]layers.TCPPort
	frames [2]bytes.Buffer
	framer [2]*http2.Framer
	fields [2]*hpack.Encoder
	block  [2]bytes.Buffer
}

const (
	fromClient = 0
	fromServer = 1
)

func newDialogue(t testing.TB, step time.Duration) *dialogue {
	d := &dialogue{t: t, step: step, next: [2]uint32{1000, 5000}, ports: [2]layers.TCPPort{40000, 80}}
	for side := range d.framer {
		d.framer[side] = http2.NewFramer(&d.frames[side], nil)
		d.fields[side] = hpack.NewEncoder(&d.block[side])
	}
	header := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	header = binary.LittleEndian.AppendUint16(header, 2)
	header = binary.LittleEndian.AppendUint16(header, 4)
	for _, v := range []uint32{0, 0, 65535, 1} { // zone, accuracy, snaplen, Ethernet
		header = binary.LittleEndian.AppendUint32(header, v)
	}
	d.file.Write(header)
	return d
}

// packet writes one segment with the octets given.
func (d *dialogue) packet(side int, flags layers.TCP, payload []byte) {
	d.t.Helper()
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: net.IPv4(10, 0, 0, byte(1+side)), DstIP: net.IPv4(10, 0, 0, byte(2-side))}
	tcp := &flags
	tcp.SrcPort, tcp.DstPort = d.ports[side], d.ports[1-side]
	tcp.Seq, tcp.Ack, tcp.Window = d.next[side], d.next[1-side], 64000
	tcp.ACK = !(tcp.SYN && side == fromClient)
	if err := tcp.SetNetworkLayerForChecksum(ip); err != nil {
		d.t.Fatal(err)
	}
	buf := gopacket.NewSerializeBuffer()
	ethernet := &layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4}
	err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, ethernet, ip, tcp, gopacket.Payload(payload))
	if err != nil {
		d.t.Fatal(err)
	}
	d.next[side] += uint32(len(payload))
	if tcp.SYN || tcp.FIN {
		d.next[side]++
	}
	d.record(buf.Bytes())
}

// record writes a packet's header and its octets.
func (d *dialogue) record(packet []byte) {
	at := captureStart.Add(time.Duration(d.number) * d.step)
	d.number++
	var header []byte
	for _, v := range []int{int(at.Unix()), at.Nanosecond() / 1000, len(packet), len(packet)} {
		header = binary.LittleEndian.AppendUint32(header, uint32(v))
	}
	d.file.Write(header)
	d.file.Write(packet)
}

// send writes the frames that were made for a side.
func (d *dialogue) send(side int) {
	d.packet(side, layers.TCP{PSH: true}, d.frames[side].Bytes())
	d.frames[side].Reset()
}

// headers makes a HEADERS frame of names and values in turn.
func (d *dialogue) headers(side int, stream uint32, end bool, fields ...string) {
	d.block[side].Reset()
	for i := 0; i < len(fields); i += 2 {
		if err := d.fields[side].WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]}); err != nil {
			d.t.Fatal(err)
		}
	}
	err := d.framer[side].WriteHeaders(http2.HeadersFrameParam{
		StreamID: stream, BlockFragment: d.block[side].Bytes(), EndStream: end, EndHeaders: true})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *dialogue) get(stream uint32, path string) {
	d.headers(fromClient, stream, true, ":method", "GET", ":scheme", "http", ":authority", "example.com", ":path", path)
}

// exampleCapture has one connection: a page, one that is not there, a request
// that the client cancels, and a field value that would act on a terminal.
func exampleCapture(t testing.TB, step time.Duration) []byte {
	d := newDialogue(t, step)
	d.packet(fromClient, layers.TCP{SYN: true}, nil)
	d.packet(fromServer, layers.TCP{SYN: true}, nil)
	d.packet(fromClient, layers.TCP{}, nil)

	d.frames[fromClient].WriteString(http2.ClientPreface)
	check(t, d.framer[fromClient].WriteSettings(http2.Setting{ID: http2.SettingEnablePush, Val: 0}))
	d.get(1, "/index.html")
	d.send(fromClient)

	check(t, d.framer[fromServer].WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 100}))
	check(t, d.framer[fromServer].WriteSettingsAck())
	d.headers(fromServer, 1, false, ":status", "200", "content-type", "text/html; charset=utf-8", "x-title", "\x1b]0;owned\x07")
	check(t, d.framer[fromServer].WriteData(1, true, make([]byte, 1234)))
	d.send(fromServer)

	check(t, d.framer[fromClient].WriteSettingsAck())
	d.get(3, "/missing")
	d.get(5, "/slow")
	d.send(fromClient)
	d.headers(fromServer, 3, true, ":status", "404")
	d.send(fromServer)
	check(t, d.framer[fromClient].WriteRSTStream(5, http2.ErrCodeCancel))
	check(t, d.framer[fromClient].WriteGoAway(0, http2.ErrCodeNo, nil))
	d.send(fromClient)

	d.packet(fromClient, layers.TCP{FIN: true}, nil)
	d.packet(fromServer, layers.TCP{FIN: true}, nil)
	d.packet(fromClient, layers.TCP{}, nil)
	return d.file.Bytes()
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
