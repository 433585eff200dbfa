package h2scope_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
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
	if g, w := join(got.Fields), join(want.Fields); g != w {
		t.Errorf("%s: frame %d (%s):\n got %.300s\nwant %.300s", direction, i+1, got.header(), g, w)
	}
}

func join(fields [][2]string) string {
	var b strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&b, "%q: %q; ", f[0], f[1])
	}
	return b.String()
}
