package reassembly

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"h2scope/capture/segment"
)

// A reading is what package reassembly makes of one connection of a capture.
type reading struct {
	conn  *Conn
	tape  tape
	ports ports
}

// ports are those of half 0, its own first.
type ports struct{ src, dst uint16 }

// corpus finds the folder of captures beside the repository.
func corpus(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "..", "shared", "corpus")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("needs ../shared: corpus")
	}
	return dir
}

// read plays a capture of Ethernet, IPv4 and TCP.
func read(t *testing.T, folder string) []*reading {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(corpus(t), folder, "capture.pcap*"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%s: %v %v", folder, names, err)
	}
	file, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	next, err := packets(file)
	if err != nil {
		t.Fatal(err)
	}
	tracker := NewTracker(TrackerConfig{})
	pool := NewPool()
	var out []*reading
	for n := uint64(1); ; n++ {
		frame, info, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		s, ok := ethernet(frame, info.Length)
		if !ok {
			continue
		}
		s.Packet, s.Time = n, info.Timestamp.UnixNano()
		at := tracker.Track(s)
		if at.New {
			out = append(out, &reading{
				conn: NewConn(Config{Pool: pool}), ports: ports{s.Src.Port, s.Dst.Port},
			})
		}
		r := out[at.Conn-1]
		r.conn.Segment(at.Half, s, &r.tape)
	}
	for _, r := range out {
		r.conn.Finish(&r.tape)
		if len(r.tape.broken) > 0 {
			t.Errorf("%s: %v: %v", folder, r.ports, r.tape.broken)
		}
	}
	return out
}

// packets reads either file format.
func packets(file []byte) (func() ([]byte, gopacket.CaptureInfo, error), error) {
	if binary.LittleEndian.Uint32(file) == 0x0a0d0d0a {
		r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.DefaultNgReaderOptions)
		if err != nil {
			return nil, err
		}
		if r.LinkType() != layers.LinkTypeEthernet {
			return nil, fmt.Errorf("link type %v", r.LinkType())
		}
		return r.ReadPacketData, nil
	}
	r, err := pcapgo.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	return r.ReadPacketData, nil
}

// ethernet decodes Ethernet, IPv4 without fragments, and TCP.
func ethernet(frame []byte, wire int) (*segment.Segment, bool) {
	if len(frame) < 54 || binary.BigEndian.Uint16(frame[12:]) != 0x0800 || frame[23] != 6 {
		return nil, false
	}
	ip := frame[14:]
	total := int(binary.BigEndian.Uint16(ip[2:]))
	if total == 0 {
		total = wire - 14
	}
	ip = ip[:min(total, len(ip))]
	tcp := ip[int(ip[0]&15)*4:]
	header := int(tcp[12]>>4) * 4
	s := &segment.Segment{
		Seq: binary.BigEndian.Uint32(tcp[4:]), Ack: binary.BigEndian.Uint32(tcp[8:]),
		Flags: segment.Flags(tcp[13]), Window: binary.BigEndian.Uint16(tcp[14:]),
		IPID: binary.BigEndian.Uint16(ip[4:]), HasIPID: true,
		Header: tcp[:header], Payload: tcp[header:],
		Length: total - int(ip[0]&15)*4 - header,
	}
	for i, e := range []*segment.Endpoint{&s.Src, &s.Dst} {
		e.IP[10], e.IP[11] = 0xff, 0xff
		copy(e.IP[12:], ip[12+4*i:16+4*i])
		e.Port = binary.BigEndian.Uint16(tcp[2*i:])
	}
	s.PseudoSum = uint32(wordSum(ip[12:20])) + 6 + uint32(header+s.Length)
	return s, true
}

// directions are the octets of each direction that has any, by its ports.
func directions(all []*reading) []string {
	var out []string
	for _, r := range all {
		for half := range r.tape.text {
			n := r.ports
			if half == 1 {
				n.src, n.dst = n.dst, n.src
			}
			if text := r.tape.text[half].String(); text != "" {
				out = append(out, fmt.Sprintf("%d>%d %s", n.src, n.dst, text))
			}
		}
	}
	slices.Sort(out)
	return out
}

// Shuffled, duplicated and wrapping rewrites of a capture read like itself.
func TestCorpusMangled(t *testing.T) {
	base := directions(read(t, "09-base-h2c"))
	if len(base) == 0 {
		t.Fatal("the base has no octets")
	}
	for _, folder := range []string{"09-mangled-shuffle", "09-mangled-wrap"} {
		if got := directions(read(t, folder)); !slices.Equal(got, base) {
			t.Errorf("%s differs from its base: %d directions, want %d", folder, len(got), len(base))
			for i := range min(len(got), len(base)) {
				t.Logf("%d octets, base %d", len(got[i]), len(base[i]))
			}
		}
	}
}

// Whole captures have no gap, and every cleartext direction whose beginning
// was captured begins as HTTP does.
func TestCorpusWhole(t *testing.T) {
	for _, test := range []struct {
		folder string
		conns  int // at least
		check  func(t *testing.T, sum *HalfStats)
	}{
		{"01-nghttp-h2c-push", 1, nil},
		{"02-upgrade-h2c", 1, nil},
		{"07-h2spec-go", 50, nil},
		{"08-stall", 1, nil},
		{"09-loss-h2c", 2, func(t *testing.T, sum *HalfStats) {
			if sum.Retransmissions == 0 || sum.OutOfOrder == 0 || sum.Duplicates == 0 {
				t.Errorf("lost, reordered and duplicated packets do not show: %v", sum)
			}
		}},
		{"09-mangled-shuffle", 1, func(t *testing.T, sum *HalfStats) {
			if sum.Duplicates == 0 || sum.OutOfOrder == 0 {
				t.Errorf("%v", sum)
			}
		}},
		{"10-portreuse", 2, nil},
		{"14-bytewise", 1, nil},
	} {
		t.Run(test.folder, func(t *testing.T) {
			all := read(t, test.folder)
			if len(all) < test.conns {
				t.Errorf("%d connections", len(all))
			}
			var sum HalfStats
			for _, r := range all {
				for half := range r.tape.text {
					s := &r.conn.Stats().Half[half]
					sum.add(s)
				}
				if len(r.tape.gaps) > 0 {
					t.Errorf("%v: gaps %+v", r.ports, r.tape.gaps)
				}
				first := r.tape.text[0].String()
				if first != "" && !strings.HasPrefix(first, "PRI * HTTP/2.0") && !strings.Contains(first, "HTTP/1.1") && test.folder != "07-h2spec-go" {
					t.Errorf("%v begins with %.20q", r.ports, first)
				}
			}
			if sum.BadChecksums+sum.OutOfWindow+sum.Conflicts+sum.LateBytes != 0 {
				t.Errorf("%v", &sum)
			}
			if test.check != nil {
				test.check(t, &sum)
			}
			t.Log(&sum)
		})
	}
}

func (s *HalfStats) add(o *HalfStats) {
	s.Bytes += o.Bytes
	s.Retransmissions += o.Retransmissions
	s.OutOfOrder += o.OutOfOrder
	s.Duplicates += o.Duplicates
	s.KeepAlives += o.KeepAlives
	s.WindowProbes += o.WindowProbes
	s.ZeroWindows += o.ZeroWindows
	s.BadChecksums += o.BadChecksums
	s.Conflicts += o.Conflicts
	s.OutOfWindow += o.OutOfWindow
	s.LateBytes += o.LateBytes
	s.EarlyBytes += o.EarlyBytes
}

// Initial round trips are Wireshark's (tcp.analysis.initial_rtt, 4.0.17).
func TestCorpusInitialRTT(t *testing.T) {
	var got []time.Duration
	for _, r := range read(t, "09-loss-h2c") {
		got = append(got, r.conn.Stats().InitialRTT)
	}
	if want := []time.Duration{6861987, 6867436}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// One direction only, cut packets and lost packets: what is there is read,
// and gaps say why.
func TestCorpusIncomplete(t *testing.T) {
	for folder, cause := range map[string]Cause{
		"10-snaplen128":          Snaplen,
		"09-mangled-gap-headers": CaptureLoss,
	} {
		t.Run(folder, func(t *testing.T) {
			gaps := 0
			for _, r := range read(t, folder) {
				for _, g := range r.tape.gaps {
					gaps++
					if g.Cause != cause {
						t.Errorf("%+v", g)
					}
				}
			}
			if gaps == 0 {
				t.Error("no gap")
			}
		})
	}
	t.Run("10-oneway-srv-h2c", func(t *testing.T) {
		octets := 0
		for _, r := range read(t, "10-oneway-srv-h2c") {
			octets += r.tape.text[0].Len()
			for _, c := range r.tape.chunks {
				if c.Half != 0 {
					t.Errorf("%v: %+v of a half that was not captured", r.ports, c)
				}
			}
			for _, g := range r.tape.gaps { // what the server acknowledged
				if g.Half != 1 || g.Cause != CaptureLoss {
					t.Errorf("%v: %+v", r.ports, g)
				}
			}
		}
		if octets == 0 {
			t.Error("nothing read")
		}
	})
}
