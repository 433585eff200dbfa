package tlsdecrypt_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope/capture"
	"h2scope/capture/segment"
	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// corpus finds the folder of captures beside the repository.
func corpus(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil || dir == filepath.Dir(dir) {
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

// A flow is one connection of a capture: what it is handed to, and what comes
// out.
type flow struct {
	src, dst uint16 // ports, of the sender of its first packet
	tcp      *reassembly.Conn
	tls      *tlsdecrypt.Conn
	out      tape
	begun    bool // its first octets look like TLS
	other    bool // or don't

	joined bool // in the middle: octets tell nothing
	next   int  // segment
}

// A tape is the plaintext of both halves.
type tape struct {
	text [2]bytes.Buffer
	gaps []reassembly.Gap
	bad  []string
}

func (t *tape) Chunk(c *reassembly.Chunk) {
	t.fill(c.Half, c.Offset)
	t.text[c.Half].Write(c.Data)
}

func (t *tape) Gap(g *reassembly.Gap) {
	t.fill(g.Half, g.Offset)
	t.gaps = append(t.gaps, *g)
	t.text[g.Half].Write(make([]byte, g.Length))
}

// fill notes offsets that don't follow each other.
func (t *tape) fill(h reassembly.Half, offset uint64) {
	if n := uint64(t.text[h].Len()); n != offset {
		t.bad = append(t.bad, "offset does not follow")
	}
}

// Chunk and Gap make the flow the handler of its TCP connection.
func (f *flow) Chunk(c *reassembly.Chunk) {
	if !f.begun {
		f.begun = true
		f.other = !f.joined && (c.Data[0] < 20 || c.Data[0] > 23)
	}
	if !f.other {
		f.tls.Chunk(c)
	}
}

func (f *flow) Gap(g *reassembly.Gap) {
	if !f.other {
		f.tls.Gap(g)
	}
}

// reading says how to read a capture.
type reading struct {
	keys   *keylog.Store
	config tlsdecrypt.Config
	drop   func(nth int, s *segment.Segment) bool // of its connection, from 0
}

// secrets reads the key log of a folder, or what its capture embeds.
func secrets(t testing.TB, folder string) *keylog.Store {
	t.Helper()
	store := keylog.NewStore()
	if log, err := os.ReadFile(filepath.Join(folder, "keys.log")); err == nil {
		if _, err := store.Add(log, "keys.log"); err != nil {
			t.Fatal(err)
		}
	}
	embedded, err := capture.FindSecrets(captures(t, folder), capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range embedded {
		if _, err := store.Add(s.Data, "embedded"); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func captures(t testing.TB, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "capture.pcap*"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%s: %v %v", folder, names, err)
	}
	return names
}

// read plays a capture.
func read(t testing.TB, folder string, r reading) []*flow {
	t.Helper()
	source, err := capture.Open(captures(t, folder), capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	tracker := reassembly.NewTracker(reassembly.TrackerConfig{})
	dissector := capture.NewDissector(capture.DissectorConfig{})
	pool := tlsdecrypt.NewPool()
	var flows []*flow
	var p capture.Packet
	var sg segment.Segment
	for {
		if err := source.Next(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for ok := dissector.Dissect(&p, "", &sg) == capture.Found; ok; ok = dissector.More(&sg) {
			at := tracker.Track(&sg)
			if at.New {
				f := &flow{src: sg.Src.Port, dst: sg.Dst.Port, joined: r.drop != nil, tcp: reassembly.NewConn(reassembly.Config{})}
				cfg := r.config
				cfg.Keys, cfg.Pool, cfg.KeysFinal = r.keys, pool, true
				f.tls = tlsdecrypt.New(cfg, &f.out)
				flows = append(flows, f)
			}
			f := flows[at.Conn-1]
			f.next++
			if r.drop == nil || !r.drop(f.next-1, &sg) {
				f.tcp.Segment(at.Half, &sg, f)
			}
		}
	}
	for _, f := range flows {
		f.tcp.Finish(f)
		f.tls.Finish()
		if len(f.out.bad) > 0 {
			t.Errorf("%d>%d: %v", f.src, f.dst, f.out.bad[0])
		}
	}
	return flows
}

// A frame is what is compared of one.
type frame struct {
	From   uint16 `json:"from_port"`
	To     uint16 `json:"to_port"`
	Type   uint8  `json:"type"`
	Stream uint32 `json:"stream"`
	Flags  uint8  `json:"flags"`
	Length int    `json:"length"`
}

// expected are the frames of a folder by direction.
func expected(t testing.TB, folder string) map[[2]uint16][]frame {
	t.Helper()
	file, err := os.Open(filepath.Join(folder, "frames.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all := map[[2]uint16][]frame{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var f frame
		if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
			t.Fatal(err)
		}
		all[[2]uint16{f.From, f.To}] = append(all[[2]uint16{f.From, f.To}], f)
	}
	return all
}

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// frames walks the frame headers of a direction.
func frames(text []byte, from, to uint16) []frame {
	text = bytes.TrimPrefix(text, []byte(preface))
	var all []frame
	for len(text) >= 9 {
		n := int(text[0])<<16 | int(text[1])<<8 | int(text[2])
		all = append(all, frame{from, to, text[3], binary.BigEndian.Uint32(text[5:]) & (1<<31 - 1), text[4], n})
		if len(text) < 9+n {
			break
		}
		text = text[9+n:]
	}
	return all
}

// Every keyed capture gives the frames that its folder lists.
func TestCorpusFrames(t *testing.T) {
	for _, name := range []string{
		"03a-tls13-suites", "03b-tls12-aead", "03c-tls12-cbc-etm", "03e-tls-features", "04-chromium-nginx",
		"05-node-tls", "06-grpc-tls", "09-base-tls", "11-fmt-pcapng-dsb", "15-bodies", "16-caddy", "17-mixed",
	} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(corpus(t), name)
			want := expected(t, folder)
			for _, f := range read(t, folder, reading{keys: secrets(t, folder)}) {
				if !f.other {
					f.check(t, want)
				}
			}
			for ports := range want {
				if name != "17-mixed" && name != "16-caddy" && name != "15-bodies" { // where some is cleartext
					t.Errorf("no frames of %v", ports)
				}
			}
		})
	}
}

// check compares the frames of a connection, and takes them from those that are
// wanted.
func (f *flow) check(t *testing.T, want map[[2]uint16][]frame) {
	t.Helper()
	i := f.tls.Info()
	if i.Decrypted == tlsdecrypt.None {
		switch server := f.dst; {
		case i.Reason == tlsdecrypt.UnsupportedCipher && (strings.Contains(i.CipherName(), "_ARIA_") || strings.Contains(i.CipherName(), "_CAMELLIA_")):
		case server == 9701 && i.Reason == tlsdecrypt.NoSecret, server == 9702 && i.Reason == tlsdecrypt.NoHandshake: // of 17-mixed
		default:
			t.Errorf("%d>%d %s: not decrypted, %s", f.src, f.dst, i.CipherName(), i.Reason)
		}
		delete(want, [2]uint16{f.src, f.dst})
		delete(want, [2]uint16{f.dst, f.src})
		return
	}
	if i.Decrypted != tlsdecrypt.Full || i.Reason != "" || len(f.out.gaps) > 0 {
		t.Errorf("%d>%d: %v %q", f.src, f.dst, i.Decrypted, i.Reason)
	}
	if i.ALPN != "h2" {
		return
	}
	for half, ports := range [][2]uint16{{f.src, f.dst}, {f.dst, f.src}} {
		text := f.out.text[half].Bytes()
		if client := half == int(i.Client); client != bytes.HasPrefix(text, []byte(preface)) {
			t.Errorf("%v: the preface is that of the other half", ports)
		}
		if got := frames(text, ports[0], ports[1]); !slices.Equal(got, want[ports]) {
			t.Errorf("%v: %d frames, want %d", ports, len(got), len(want[ports]))
		}
		delete(want, ports)
	}
}
