package opening

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"h2scope/reassembly"
)

// corpus is the capture of a folder of the shared corpus.
func corpus(t *testing.T, folder string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "corpus", folder, "capture.pcapng")
	if _, err := os.Stat(path); err != nil {
		t.Skip("needs ../shared: corpus")
	}
	return path
}

// A conversation is a TCP connection of a capture without loss, told to an
// Opening packet by packet.
type conversation struct {
	ends   [2]netip.AddrPort // half 0 sent the first packet
	next   [2]uint32         // sequence numbers
	base   [2]uint32
	o      *Opening
	script script  // all that was told
	events []event // the same, in packets
}

// conversations reads a capture: segments in order, without retransmissions.
func conversations(t *testing.T, path string) []*conversation {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := pcapgo.NewNgReader(file, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	var all []*conversation
	open := map[[2]netip.AddrPort]*conversation{}
	for n := uint64(1); ; n++ {
		data, _, err := r.ReadPacketData()
		if err != nil {
			return all
		}
		p := gopacket.NewPacket(data, r.LinkType(), gopacket.NoCopy)
		tcp, _ := p.TransportLayer().(*layers.TCP)
		if tcp == nil {
			continue
		}
		from, to := endpoints(p, tcp)
		conv := open[[2]netip.AddrPort{from, to}]
		if tcp.SYN && !tcp.ACK || conv == nil {
			conv = &conversation{ends: [2]netip.AddrPort{from, to}, o: New(Config{})}
			open[[2]netip.AddrPort{from, to}], open[[2]netip.AddrPort{to, from}] = conv, conv
			all = append(all, conv)
		}
		conv.segment(from, tcp, n)
	}
}

func endpoints(p gopacket.Packet, tcp *layers.TCP) (from, to netip.AddrPort) {
	src, dst := p.NetworkLayer().NetworkFlow().Endpoints()
	a, _ := netip.AddrFromSlice(src.Raw())
	b, _ := netip.AddrFromSlice(dst.Raw())
	return netip.AddrPortFrom(a, uint16(tcp.SrcPort)), netip.AddrPortFrom(b, uint16(tcp.DstPort))
}

func (c *conversation) segment(from netip.AddrPort, tcp *layers.TCP, n uint64) {
	var h reassembly.Half
	if from != c.ends[0] {
		h = 1
	}
	if tcp.SYN {
		c.base[h], c.next[h] = tcp.Seq+1, tcp.Seq+1
		return
	}
	if len(tcp.Payload) == 0 || tcp.Seq != c.next[h] {
		return
	}
	chunk := &reassembly.Chunk{
		Half: h, Offset: uint64(tcp.Seq - c.base[h]), Packet: n, Time: int64(n) * 1000, OctetsPacket: n,
		Acked: uint64(tcp.Ack - c.base[h.Other()]), Data: tcp.Payload,
	}
	c.next[h] += uint32(len(tcp.Payload))
	c.script.octets[h] = append(c.script.octets[h], tcp.Payload...)
	for range tcp.Payload {
		c.script.packet[h] = append(c.script.packet[h], n)
	}
	c.events = append(c.events, event{chunk: chunk})
}

// frameTypes walks the frame headers of what an endpoint sent: the types of the
// first frames, and whether the last ends where the octets do.
func frameTypes(b []byte) (types []byte, whole bool) {
	for len(b) >= 9 {
		length := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
		types = append(types, b[3])
		if len(b) < 9+length {
			return types, false
		}
		b = b[9+length:]
	}
	return types, len(b) == 0
}

// TestCorpusUpgrade: nghttp -u and curl --http2 against Apache and h2o.
func TestCorpusUpgrade(t *testing.T) {
	count := map[Protocol]int{}
	for i, conv := range conversations(t, corpus(t, "02-upgrade-h2c")) {
		r := play(t, conv.o, &conv.script, conv.events)
		count[r.Protocol]++
		if r.Protocol == HTTP1 {
			continue
		}
		name := fmt.Sprintf("connection %d, %v", i+1, r.Protocol)
		server := conv.script.octets[r.Client.Other()][r.Start[r.Client.Other()]:]
		client := conv.script.octets[r.Client][r.Start[r.Client]:]
		if !r.ClientKnown || r.Client != 0 || prefix(client, preface) != yes {
			t.Errorf("%s: client half begins with %.30q", name, client)
		}
		const typeSettings = 4
		if types, whole := frameTypes(server); !whole || types[0] != typeSettings {
			t.Errorf("%s: the server's frames are %v, whole: %v", name, types, whole)
		}
		if r.Protocol == HTTP2Upgrade && (!r.Upgrade.SettingsValid || len(r.Upgrade.Settings) == 0 || r.Upgrade.Path[0] != '/') {
			t.Errorf("%s: %+v", name, r.Upgrade)
		}
	}
	// Two clients asked for nothing else than HTTP/1.1; Apache declined the
	// POST, which has a body.
	want := map[Protocol]int{HTTP1: 3, HTTP2: 2, HTTP2Upgrade: 5}
	if !reflect.DeepEqual(count, want) {
		t.Errorf("found %v, want %v", count, want)
	}
}

// TestCorpusMixed: only what is HTTP/2 is called so.
func TestCorpusMixed(t *testing.T) {
	found := map[string]int{}
	for _, conv := range conversations(t, corpus(t, "17-mixed")) {
		r := play(t, conv.o, &conv.script, conv.events)
		found[fmt.Sprintf("%d %v", conv.ends[1].Port(), r.Protocol)]++
	}
	want := map[string]int{
		"44321 tls": 2, "9701 tls": 2,
		"54321 http2": 1, "54321 other": 1, // a cut preface
		"9702 http2": 1, "9702 tls": 1, // a ClientHello to a cleartext port
		"9722 other": 1,
		"9780 http1": 2, "9780 other": 1, // a false preface
	}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
}

// TestCorpusPriorKnowledge: nghttpd sends its SETTINGS before the preface comes.
func TestCorpusPriorKnowledge(t *testing.T) {
	for _, folder := range []string{"01-nghttp-h2c-push", "14-bytewise", "12-rapid-reset"} {
		for i, conv := range conversations(t, corpus(t, folder)) {
			if r := play(t, conv.o, &conv.script, conv.events); r.Protocol != HTTP2 || r.Client != 0 || r.Start != [2]uint64{} {
				t.Errorf("%s, connection %d: %+v", folder, i+1, r)
			}
		}
	}
}
