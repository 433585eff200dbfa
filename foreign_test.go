package h2scope_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/capture/segment"
	"h2scope/h2decode"
	"h2scope/reassembly"
	"h2scope/samples"
)

// A bystander expects that no HTTP/2 is told of.
type bystander struct {
	speaks h2decode.Protocol // what connections may be taken for
	conns  int
	taken  int // of these, for HTTP/2
	told   []string
}

// Event takes an event.
func (b *bystander) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.CaptureOpened, *h2decode.ConnectionOpened, *h2decode.CaptureEnded:
	case *h2decode.Noticed:
		if e.Kind == "decode-panic" {
			b.told = append(b.told, e.Message)
		}
	case *h2decode.ConnectionClosed:
		c := e.Connection
		if b.conns++; c.Protocol == h2decode.ProtocolH2 {
			b.taken++
		}
		if c.Protocol != h2decode.ProtocolOther && c.Protocol != b.speaks {
			b.told = append(b.told, fmt.Sprintf("%v to %v is taken for %v", c.Client, c.Server, c.Protocol))
		}
	default:
		b.told = append(b.told, fmt.Sprintf("%T %+v", e, e))
	}
	return dst
}

// A tally counts what was tried.
type tally struct {
	speaks                                          h2decode.Protocol
	conns, octets, cuts, cutConns, cutOctets, taken int
}

func (n *tally) String() string {
	return fmt.Sprintf("%d | %.1f MB | %d | %d | %.1f MB | %d",
		n.conns, float64(n.octets)/1e6, n.cuts, n.cutConns, float64(n.cutOctets)/1e6, n.taken)
}

func (n *tally) add(o tally) {
	n.conns += o.conns
	n.octets += o.octets
	n.cuts += o.cuts
	n.cutConns += o.cutConns
	n.cutOctets += o.cutOctets
	n.taken += o.taken
}

// heard is what is told of packets.
func heard(t *testing.T, speaks h2decode.Protocol, packets []capture.Packet) *bystander {
	t.Helper()
	b := &bystander{speaks: speaks}
	src := &memorySource{packets: renumbered(slices.Clone(packets))}
	if err := h2scope.Run(context.Background(), src, h2scope.Config{}, func() h2scope.Renderer { return b }, io.Discard); err != nil {
		t.Fatal(err)
	}
	return b
}

// standBy decodes packets that have no HTTP/2 in them.
func standBy(t *testing.T, speaks h2decode.Protocol, what string, packets []capture.Packet) *bystander {
	t.Helper()
	b := heard(t, speaks, packets)
	for i, told := range b.told {
		if i == 3 {
			t.Errorf("%s: and %d more", what, len(b.told)-i)
			break
		}
		t.Errorf("%s: %.300s", what, told)
	}
	return b
}

// cut counts a cut, and decodes what is left.
func (n *tally) cut(t *testing.T, what string, packets []capture.Packet) {
	t.Helper()
	b := standBy(t, n.speaks, what, packets)
	n.cuts++
	n.cutConns += b.conns
	n.cutOctets += octetsOf(packets)
	n.taken += b.taken
}

func octetsOf(packets []capture.Packet) (n int) {
	for i := range packets {
		n += len(packets[i].Data)
	}
	return n
}

// foreign holds that a capture of one protocol is taken for no other: whole;
// without its beginning, from packets and from any octet of its connections on;
// without packets, without the ends of packets, and without one direction. Of
// each kind there are as many cuts as the effort, in octets, allows.
func foreign(t *testing.T, speaks h2decode.Protocol, packets []capture.Packet, effort int) (n tally) {
	t.Helper()
	b := standBy(t, speaks, "whole", packets)
	n.speaks, n.conns, n.octets, n.taken = speaks, b.conns, octetsOf(packets), b.taken
	if n.conns == 0 {
		t.Fatal("no connection was captured")
	}
	r := rand.New(rand.NewPCG(1, uint64(len(packets))))
	times := min(1000, max(8, effort/n.octets))
	for i := range min(2*times, len(packets)-1) {
		at := 1 + i*(len(packets)-1)/min(2*times, len(packets)-1)
		n.cut(t, fmt.Sprintf("from packet %d on", at+1), packets[at:])
	}
	for range times {
		kept, how := lose(r, packets)
		n.cut(t, how, kept)
	}
	for _, length := range []int{80, 128, 256, 1000} {
		n.cut(t, fmt.Sprintf("%d octets of each packet", length), snapped(packets, length))
	}
	conns := dialogues(packets)
	total := 0
	for _, d := range conns {
		total += octetsIn(d.all)
	}
	for spent := 0; spent < effort && total > 0; {
		i, at := 0, r.IntN(total) // long connections more often
		for ; at >= octetsIn(conns[i].all); i++ {
			at -= octetsIn(conns[i].all)
		}
		kept, how := conns[i].late(t, r)
		n.cut(t, fmt.Sprintf("connection %d %s", i+1, how), kept)
		spent += octetsOf(kept) + 50_000
	}
	return n
}

// snapped are the first octets of each packet.
func snapped(packets []capture.Packet, length int) []capture.Packet {
	packets = slices.Clone(packets)
	for i := range packets {
		packets[i].Data = packets[i].Data[:min(length, len(packets[i].Data))]
	}
	return packets
}

// late is the connection without the first octets of each direction, or without
// one direction; in the segments in which it was sent, or in those of a path.
func (d *dialogue) late(t *testing.T, r *rand.Rand) ([]capture.Packet, string) {
	size := []int{536, 1448, 8948, 65000}[r.IntN(4)]
	all, whole := segmented(d.all, size), [2]int{}
	for _, run := range all {
		whole[run.from] += len(run.octets)
	}
	without := [2]int{r.IntN(whole[0] + 1), r.IntN(whole[1] + 1)}
	switch r.IntN(8) {
	case 0:
		without[0] = whole[0]
	case 1:
		without[1] = whole[1]
	case 2:
		from := h2decode.Side(r.IntN(2))
		without[from], without[from.Other()] = 0, whole[from.Other()]
	}
	return replay(t, all, without), fmt.Sprintf("in segments of %d without the first %v octets", size, without)
}

// segmented cuts what is written into segments.
func segmented(all []written, size int) (cut []written) {
	for _, run := range all {
		for part := range slices.Chunk(run.octets, size) {
			cut = append(cut, written{run.from, part})
		}
	}
	return cut
}

func octetsIn(all []written) (n int) {
	for _, run := range all {
		n += len(run.octets)
	}
	return n
}

// dialogues are the connections of a capture.
func dialogues(packets []capture.Packet) (all []*dialogue) {
	dissector := capture.NewDissector(capture.DissectorConfig{})
	tracker := reassembly.NewTracker(reassembly.TrackerConfig{})
	conns := make(map[uint64]*dialogue)
	for i := range packets {
		var s segment.Segment
		if dissector.Dissect(&packets[i], "", &s) != capture.Found {
			continue
		}
		at := tracker.Track(&s)
		if at.New {
			conns[at.Conn] = &dialogue{tcp: reassembly.NewConn(reassembly.Config{}), client: at.Half}
			all = append(all, conns[at.Conn])
		}
		conns[at.Conn].tcp.Segment(at.Half, &s, conns[at.Conn])
	}
	for _, d := range all {
		d.tcp.Finish(d)
	}
	return all
}

// fileContents are of all kinds, HTTP/2 among them.
func fileContents(t testing.TB) map[string][]byte {
	t.Helper()
	random := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{3}).Read(random)
	var numbers []byte
	for i := range uint32(50_000) {
		numbers = binary.BigEndian.AppendUint32(numbers, i%10)
		numbers = binary.BigEndian.AppendUint64(numbers, uint64(i))
	}
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	code := make([]byte, 1<<20)
	if _, err := io.ReadFull(program, code); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	file, err := samples.Open(samples.Default)
	if err != nil {
		t.Fatal(err)
	}
	octets, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"random": random, "zeros": make([]byte, 1<<20), "numbers": numbers, "program": code,
		"capture": octets, "frames": sentFrames(t), "short": []byte("a short file\n"),
	}
}

// sentFrames are the octets of a sample's HTTP/2 connections.
func sentFrames(t testing.TB) (octets []byte) {
	t.Helper()
	file, err := samples.Open(samples.Default)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dialogues(packetsOf(t, "-", file)) {
		for _, run := range d.all {
			if run.from == h2decode.Server {
				octets = append(octets, run.octets...)
			}
		}
	}
	return octets
}
