package capture

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
	"github.com/klauspost/compress/zstd"

	"h2scope/capture/segment"
)

// corpus is the captures of ../shared/corpus, relative to the repository.
func corpus(t *testing.T) []string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above")
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "..", "shared", "corpus", "*", "capture.pcap*"))
	if len(files) == 0 {
		t.Skip("needs ../shared: corpus")
	}
	return files
}

// readCapture is all packets of a capture, read by gopacket; of pcap files the
// header is read here, since gopacket keeps only eight bits of the link type.
func readCapture(t *testing.T, name string) []*Packet {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data = decompressed(t, data)
	type source interface {
		ReadPacketData() ([]byte, gopacket.CaptureInfo, error)
	}
	var r source
	link := func(gopacket.CaptureInfo) LinkType { return LinkType(binary.LittleEndian.Uint32(data[20:])) }
	if binary.LittleEndian.Uint32(data) == 0x0a0d0d0a {
		ng, err := pcapgo.NewNgReader(bytes.NewReader(data), pcapgo.NgReaderOptions{WantMixedLinkType: true})
		if err != nil {
			t.Fatal(err)
		}
		r, link = ng, func(ci gopacket.CaptureInfo) LinkType { return LinkType(ci.AncillaryData[0].(layers.LinkType)) }
	} else if r, err = pcapgo.NewReader(bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	} else if data[0] == 0xa1 { // big-endian
		link = func(gopacket.CaptureInfo) LinkType { return LinkType(binary.BigEndian.Uint32(data[20:])) }
	}
	var packets []*Packet
	for {
		octets, ci, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return packets
		}
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, &Packet{Number: uint64(len(packets) + 1), Time: ci.Timestamp.UnixNano(),
			Data: octets, Length: ci.Length, Interface: ci.InterfaceIndex, LinkType: link(ci)})
	}
}

func decompressed(t *testing.T, data []byte) []byte {
	t.Helper()
	var r io.Reader
	var err error
	switch {
	case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		r, err = gzip.NewReader(bytes.NewReader(data))
	case bytes.HasPrefix(data, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		r, err = zstd.NewReader(bytes.NewReader(data))
	default:
		return data
	}
	if err == nil {
		data, err = io.ReadAll(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestDissectLikeGopacket compares what is found in every packet of the corpus
// with gopacket's full decoding; fragments, which that does not put together,
// are left to the comparison with tshark.
func TestDissectLikeGopacket(t *testing.T) {
	for _, name := range corpus(t) {
		t.Run(filepath.Base(filepath.Dir(name)), func(t *testing.T) {
			d := NewDissector(DissectorConfig{})
			found, fragments := 0, 0
			for _, p := range readCapture(t, name) {
				var s segment.Segment
				skip := d.Dissect(p, "", &s)
				want, fragment := gopacketTCP(p)
				switch {
				case fragment:
					fragments++
				case want == nil && skip == Found, want != nil && skip != Found:
					t.Fatalf("packet %d: %v, gopacket: %v", p.Number, skip, want)
				case want != nil:
					found++
					got := fmt.Sprint(s.Src.Port, s.Dst.Port, s.Seq, s.Ack, s.Window, len(s.Header), len(s.Payload))
					if w := fmt.Sprint(uint16(want.SrcPort), uint16(want.DstPort), want.Seq, want.Ack, want.Window,
						len(want.Contents), len(want.Payload)); got != w {
						t.Fatalf("packet %d: %s, gopacket: %s", p.Number, got, w)
					}
				}
			}
			if found == 0 && fragments == 0 {
				t.Error("nothing found")
			}
			if n := d.Notices(); len(n) > 0 {
				t.Logf("notices: %v", n)
			}
		})
	}
}

// gopacketTCP is the innermost TCP layer that gopacket finds, and whether the
// packet is a fragment.
func gopacketTCP(p *Packet) (tcp *layers.TCP, fragment bool) {
	first, data := gopacket.Decoder(layers.LinkType(p.LinkType)), p.Data
	if p.LinkType == LinkTypeLinuxSLL2 { // not in this version
		first, data = layers.EthernetType(binary.BigEndian.Uint16(data)), data[20:]
	}
	for _, l := range gopacket.NewPacket(data, first, gopacket.NoCopy).Layers() {
		switch l := l.(type) {
		case *layers.TCP:
			tcp = l
		case *layers.IPv4:
			fragment = fragment || l.FragOffset != 0 || l.Flags&layers.IPv4MoreFragments != 0
		case *layers.IPv6Fragment:
			fragment = true
		}
	}
	return tcp, fragment
}

// TestDissectLikeTshark compares ports, sequence numbers and lengths of every
// segment of the corpus with Wireshark's.
func TestDissectLikeTshark(t *testing.T) {
	needTshark(t)
	if testing.Short() {
		t.Skip("starts tshark often: left out of short runs")
	}
	for _, name := range corpus(t) {
		t.Run(filepath.Base(filepath.Dir(name)), func(t *testing.T) {
			compareTshark(t, name, readCapture(t, name))
		})
	}
}

// TestSamplesLikeTshark does the same for the samples, one file for each link
// type.
func TestSamplesLikeTshark(t *testing.T) {
	needTshark(t)
	files := make(map[LinkType][]*Packet)
	for _, sample := range samples() {
		if reason := notWireshark[sample.name]; reason != "" {
			continue
		}
		p := newPacket(sample.link, sample.data)
		p.Number = uint64(len(files[sample.link]) + 1)
		files[sample.link] = append(files[sample.link], p)
	}
	for link, packets := range files {
		t.Run(fmt.Sprint("link type ", link), func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "samples.pcap")
			if err := os.WriteFile(name, samplesFile(link, packets), 0o600); err != nil {
				t.Fatal(err)
			}
			compareTshark(t, name, packets)
		})
	}
}

// notWireshark names the samples that Wireshark 4.0 does not follow with its
// default preferences, or follows in another way, and why.
var notWireshark = map[string]string{
	"nflog big-endian":                     "it takes the byte order from the file's",
	"mpls pseudowire with control word":    "what follows a label is a preference",
	"mpls pseudowire without control word": "what follows a label is a preference",
	"mpls pseudowire address like ipv4":    "what follows a label is a preference",
	"erspan iii ip":                        "it follows Ethernet alone",
	"ipv6 length 0 (segmentation offload)": "it wants a jumbo payload option",
	"ipv6 jumbo payload":                   "it wants more than 65535 octets, which RFC 2675 demands of senders",
}

func needTshark(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("needs tshark")
	}
}

func compareTshark(t *testing.T, name string, packets []*Packet) {
	t.Helper()
	want := tsharkSegments(t, name)
	d := NewDissector(DissectorConfig{})
	for _, p := range packets {
		var s segment.Segment
		got := ""
		if d.Dissect(p, "", &s) == Found {
			got = fmt.Sprint(s.Src.Port, " ", s.Dst.Port, " ", s.Seq, " ", s.Length)
		}
		if got != want[p.Number] {
			t.Errorf("packet %d: %q, tshark: %q", p.Number, got, want[p.Number])
		}
	}
}

// tsharkSegments is "ports sequence-number length" by packet number.
func tsharkSegments(t *testing.T, name string) map[uint64]string {
	t.Helper()
	command := exec.Command("tshark", "-r", name, "-T", "fields", "-E", "occurrence=l", "-E", "separator=/s",
		"-o", "tcp.desegment_tcp_streams:FALSE", "-d", "udp.port==8472,vxlan",
		"-e", "frame.number", "-e", "tcp.srcport", "-e", "tcp.dstport", "-e", "tcp.seq_raw", "-e", "tcp.len")
	var out bytes.Buffer
	command.Stdout = &out
	if err := command.Run(); err != nil && out.Len() == 0 { // a truncated file is an error of its own
		t.Fatalf("tshark: %v", err)
	}
	segments := make(map[uint64]string)
	for lines := bufio.NewScanner(&out); lines.Scan(); {
		number, rest, _ := strings.Cut(lines.Text(), " ")
		var n uint64
		if _, err := fmt.Sscan(number, &n); err != nil {
			t.Fatalf("tshark says %q", lines.Text())
		}
		segments[n] = strings.TrimSpace(rest)
	}
	return segments
}

// samplesFile is a pcap file of packets.
func samplesFile(link LinkType, packets []*Packet) []byte {
	b := hex("d4c3b2a1 0200 0400 00000000 00000000 00000400")
	b = binary.LittleEndian.AppendUint32(b, uint32(link))
	for _, p := range packets {
		b = append(b, zeros(8)...)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p.Data)))
		b = binary.LittleEndian.AppendUint32(b, uint32(p.Length))
		b = append(b, p.Data...)
	}
	return b
}
