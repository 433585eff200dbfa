package h2scope_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// wholeCaptures are those of the corpus that need no key log and lack nothing:
// every frame in them must come out, with every field.
var wholeCaptures = []string{
	"01-nghttp-h2c-push", "02-upgrade-h2c", "07-h2spec-go",
	"08-negwin", "08-stall", "08-winoverflow",
	"09-base-h2c", "09-loss-h2c", "09-mangled-shuffle", "09-mangled-wrap",
	"10-portreuse",
	"11-base", "11-enc-gre", "11-enc-null", "11-enc-vlan", "11-enc-vxlan",
	"11-fmt-gz", "11-fmt-merged", "11-fmt-pcap-benano", "11-fmt-truncated", "11-fmt-unsorted", "11-fmt-zst",
	"11-real-any-sll2", "11-real-frag",
	"12-continuation-flood", "12-hpack-bomb", "12-madeyoureset", "12-ping-flood", "12-rapid-reset",
	"13-rfc9218",
	"14-bighdr", "14-bytewise", "14-maxframe-2m", "14-padding", "14-tablesize",
}

// keyedCaptures are those that need their key logs, or carry it.
var keyedCaptures = []string{
	"03a-tls13-suites", "03b-tls12-aead", "03c-tls12-cbc-etm", "03e-tls-features",
	"04-chromium-nginx", "05-node-tls", "06-grpc-tls", "09-base-tls",
	"11-fmt-pcapng-dsb", "15-bodies", "16-caddy", "17-mixed",
}

// A trueFrame is a row of a capture's frames.ndjson.
type trueFrame struct {
	FromPort uint16      `json:"from_port"`
	ToPort   uint16      `json:"to_port"`
	Type     uint8       `json:"type"`
	Stream   uint32      `json:"stream"`
	Flags    uint8       `json:"flags"`
	Length   uint32      `json:"length"`
	Packet   uint64      `json:"packet"`
	Fields   [][2]string `json:"fields"`
}

func (f trueFrame) direction() string { return fmt.Sprintf("%d → %d", f.FromPort, f.ToPort) }

func (f trueFrame) header() string {
	return fmt.Sprintf("type %d stream %d flags %d length %d", f.Type, f.Stream, f.Flags, f.Length)
}

func TestCorpusFramesAreExactlyTheTrueOnes(t *testing.T) {
	for _, name := range wholeCaptures {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s/%d", name, workers), func(t *testing.T) {
				folder := corpusFolder(t, name)
				want := readTruth(t, filepath.Join(folder, "frames.ndjson"))
				got := decodeFrames(t, captureIn(t, folder), h2scope.Config{Workers: workers})
				compareFrames(t, got, want)
			})
		}
	}
}

// refused are the directions of connections whose suite is not one that is
// decrypted, and of which the truth has frames: Camellia.
var refused = map[string][]string{
	"03c-tls12-cbc-etm": {"57540 → 8305", "8305 → 57540"},
}

func TestCorpusFramesOfTLSAreExactlyTheTrueOnes(t *testing.T) {
	for _, name := range keyedCaptures {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s/%d", name, workers), func(t *testing.T) {
				folder := corpusFolder(t, name)
				want := readTruth(t, filepath.Join(folder, "frames.ndjson"))
				path := captureIn(t, folder)
				cfg := h2scope.Config{Workers: workers, Keys: keysOf(t, folder, path), KeysFinal: true}
				got := decodeFrames(t, path, cfg)
				for _, direction := range refused[name] {
					if len(got[direction]) > 0 {
						t.Errorf("%s: %d frames of a suite that is not decrypted", direction, len(got[direction]))
					}
					delete(want, direction)
				}
				compareFrames(t, got, want)
			})
		}
	}
}

// keysOf reads the key log beside a capture and the secrets in it.
func keysOf(t *testing.T, folder, path string) *keylog.Store {
	t.Helper()
	keys := keylog.NewStore()
	if _, err := keys.ReadFile(filepath.Join(folder, "keys.log")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	embedded, err := capture.FindSecrets([]string{path}, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range embedded {
		if _, err := keys.Add(s.Data, s.File); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

// corpusFolder finds a folder of the shared corpus, or skips the test.
func corpusFolder(t *testing.T, name string) string {
	t.Helper()
	folder := filepath.Join("..", "shared", "corpus", name)
	if _, err := os.Stat(folder); err != nil {
		t.Skip("needs ../shared: corpus/" + name)
	}
	return folder
}

func captureIn(t *testing.T, folder string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "capture.*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("captures in %s: %v, %v", folder, found, err)
	}
	return found[0]
}

func readTruth(t *testing.T, path string) map[string][]trueFrame {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	truth := make(map[string][]trueFrame)
	for dec := json.NewDecoder(bufio.NewReader(file)); ; {
		var f trueFrame
		if err := dec.Decode(&f); err == io.EOF {
			return truth
		} else if err != nil {
			t.Fatal(err)
		}
		truth[f.direction()] = append(truth[f.direction()], f)
	}
}

// A frameGatherer keeps the frames of all connections by direction.
type frameGatherer struct {
	ports  map[uint64][2]uint16 // by connection: those of client and server
	frames map[string][]trueFrame
}

func (g *frameGatherer) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.ConnectionOpened:
		g.ports[e.Conn] = [2]uint16{e.Client.Port(), e.Server.Port()}
	case *h2decode.FrameDecoded:
		ports := g.ports[e.Conn]
		f := trueFrame{
			FromPort: ports[e.From], ToPort: ports[e.From.Other()], Packet: e.Packet,
			Type: uint8(e.Header.Type), Stream: e.Header.Stream, Flags: uint8(e.Header.Flags), Length: e.Header.Length,
		}
		if e.Block != nil {
			f.Fields = [][2]string{}
			for _, field := range e.Block.Fields {
				f.Fields = append(f.Fields, [2]string{string(field.Name), string(field.Value)})
			}
		}
		g.frames[f.direction()] = append(g.frames[f.direction()], f)
	}
	return dst
}

func decodeFrames(t *testing.T, path string, cfg h2scope.Config) map[string][]trueFrame {
	t.Helper()
	src, err := capture.Open([]string{path}, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var gatherers []*frameGatherer
	newRenderer := func() h2scope.Renderer {
		g := &frameGatherer{ports: make(map[uint64][2]uint16), frames: make(map[string][]trueFrame)}
		gatherers = append(gatherers, g)
		return g
	}
	if err := h2scope.Run(context.Background(), src, cfg, newRenderer, io.Discard); err != nil {
		t.Fatal(err)
	}
	// Connections that reuse ports may have been with different workers: they
	// are put together by packet.
	all := make(map[string][]trueFrame)
	for _, g := range gatherers {
		for direction, frames := range g.frames {
			if len(all[direction]) > 0 && len(frames) > 0 && frames[0].Packet < all[direction][0].Packet {
				frames, all[direction] = all[direction], frames
			}
			all[direction] = append(all[direction], frames...)
		}
	}
	return all
}

func compareFrames(t *testing.T, got, want map[string][]trueFrame) {
	t.Helper()
	for direction := range got {
		if _, ok := want[direction]; !ok {
			t.Errorf("%s: %d frames where there are none", direction, len(got[direction]))
		}
	}
	for direction, truth := range want {
		frames := got[direction]
		for i := range min(len(frames), len(truth)) {
			if frames[i].header() != truth[i].header() {
				t.Errorf("%s: frame %d is %s, want %s", direction, i+1, frames[i].header(), truth[i].header())
				break
			}
			compareContent(t, direction, i, frames[i], truth[i])
		}
		if len(frames) != len(truth) {
			t.Errorf("%s: %d frames, want %d", direction, len(frames), len(truth))
		}
	}
}

func compareContent(t *testing.T, direction string, i int, got, want trueFrame) {
	t.Helper()
	if want.Packet != 0 && got.Packet != want.Packet {
		t.Errorf("%s: frame %d (%s) in packet %d, want %d", direction, i+1, got.header(), got.Packet, want.Packet)
	}
	if want.Fields == nil {
		return
	}
	g, w := join(got.Fields), join(want.Fields)
	if strings.ContainsRune(w, '\ufffd') { // the truth's peer shows octets beyond ASCII so
		g = beyondASCII.ReplaceAllString(g, "\ufffd")
	}
	if g != w {
		t.Errorf("%s: frame %d (%s):\n got %.300s\nwant %.300s", direction, i+1, got.header(), g, w)
	}
}

var beyondASCII = regexp.MustCompile(`\\x[89a-f][0-9a-f]`)

func join(fields [][2]string) string {
	var b strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&b, "%s: %s; ", visible(f[0]), visible(f[1]))
	}
	return b.String()
}

// visible shows octets beyond ASCII one by one.
func visible(s string) string {
	if strings.ContainsRune(s, '\ufffd') {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if s[i] < 0x80 {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, `\x%02x`, s[i])
		}
	}
	return b.String()
}
