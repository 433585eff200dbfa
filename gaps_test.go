package h2scope_test

import (
	"context"
	"io"
	"path/filepath"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
)

// corpusPackets are the packets of a capture of the corpus, and what is known to
// decode them.
func corpusPackets(t *testing.T, name string) ([]capture.Packet, h2scope.Config) {
	t.Helper()
	folder := corpusFolder(t, name)
	path := captureIn(t, folder)
	return packetsOf(t, path, nil), h2scope.Config{Keys: keysOf(t, folder, path), KeysFinal: true}
}

// Captures that lack segments of another: what is shown of them is of that one.
func TestCorpusGaps(t *testing.T) {
	for _, test := range []struct {
		name, base string
		frames     float64 // the least share that must be shown, in percent
	}{
		{"09-mangled-gap-headers", "09-base-h2c", 60},
		{"09-mangled-gap-tls", "09-base-tls", 60},
	} {
		t.Run(test.name, func(t *testing.T) {
			whole, cfg := corpusPackets(t, test.base)
			cut, cutCfg := corpusPackets(t, test.name)
			s := judge(t, test.name, watched(t, cut, cutCfg), watched(t, whole, cfg))
			t.Log(&s)
			if percent(s.frames, s.ofFrames) < test.frames {
				t.Errorf("less than %g%% of the frames are shown", test.frames)
			}
		})
	}
}

// What the corpus asks of captures that begin late, show one direction, or have
// their packets cut: frames that were sent, each once and in order, and of them
// at least so many of a direction.
func TestCorpusPartialCaptures(t *testing.T) {
	for _, test := range []struct {
		name  string
		least map[string]float64 // by direction, in percent of those in frames.ndjson
		start h2decode.Start
	}{
		{"10-midstream-h2c", map[string]float64{"9151 → 48410": 94, "48410 → 9151": 90}, h2decode.StartMidConnection},
		{"10-oneway-srv-h2c", map[string]float64{"9151 → 48410": 100}, h2decode.StartPriorKnowledge},
	} {
		t.Run(test.name, func(t *testing.T) {
			packets, cfg := corpusPackets(t, test.name)
			truth := readTruth(t, filepath.Join(corpusFolder(t, test.name), "frames.ndjson"))
			all := watched(t, packets, cfg)
			got := byPorts(all)
			for direction, frames := range got {
				pairs := common(frames, truth[direction])
				if len(pairs) != len(frames) {
					t.Errorf("%s: of %d frames %d were sent", direction, len(frames), len(pairs))
				}
				compareExact(t, direction, pairs)
				t.Logf("%s: %d of %d frames", direction, len(frames), len(truth[direction]))
			}
			for direction, least := range test.least {
				if share := percent(len(got[direction]), len(truth[direction])); share < least {
					t.Errorf("%s: %.1f%% of the frames, want %g%%", direction, share, least)
				}
			}
			for direction, halves := range all {
				if h := halves[0]; h.told != h.seen || h.start != test.start {
					t.Errorf("%s: told of %d octets of %d; start %v", direction, h.told, h.seen, h.start)
				}
			}
		})
	}
}

// compareExact holds exact fields against those of the truth, as far as that
// knows them.
func compareExact(t *testing.T, direction string, pairs [][2]*trueFrame) {
	t.Helper()
	for _, pair := range pairs {
		for i, field := range pair[0].Fields {
			if field[0] == notCertain || i < len(pair[1].Fields) && pair[1].Fields[i][0] == "<unknown>" {
				continue
			}
			if i >= len(pair[1].Fields) || field != pair[1].Fields[i] {
				t.Errorf("%s: %s: %s is shown as exact; sent were %q", direction, pair[0].header(), field, pair[1].Fields)
			}
		}
	}
}

// Packets that were cut: what is missing is of known length, so that all frames
// are shown whose header is, and how much is missing of each.
func TestCorpusSnaplen(t *testing.T) {
	packets, cfg := corpusPackets(t, "10-snaplen128")
	truth := readTruth(t, filepath.Join(corpusFolder(t, "10-snaplen128"), "frames.ndjson"))
	all := watched(t, packets, cfg)
	got := byPorts(all)
	for direction, frames := range truth {
		if pairs := common(got[direction], frames); len(pairs) != len(frames) {
			t.Errorf("%s: of %d frames %d are shown", direction, len(frames), len(pairs))
		}
	}
	missing := uint64(0)
	for direction, halves := range all {
		for _, h := range halves {
			if h.told != h.seen {
				t.Errorf("%s: told of %d octets of %d", direction, h.told, h.seen)
			}
			for _, gap := range h.gaps {
				missing += gap.Bytes
				if gap.Cause != h2decode.CauseSnaplen {
					t.Errorf("%s: gap %+v", direction, gap)
				}
			}
		}
	}
	cut := 0
	for i := range packets {
		cut += packets[i].Length - len(packets[i].Data)
	}
	if missing != uint64(cut) {
		t.Errorf("%d octets are missing, %d were cut", missing, cut)
	}
}

// TLS that is not decrypted is no HTTP/2, wherever the capture begins.
func TestCorpusOfOtherProtocols(t *testing.T) {
	for _, name := range []string{"03a-tls13-suites", "03b-tls12-aead", "04-chromium-nginx", "06-grpc-tls", "09-base-tls"} {
		packets, _ := corpusPackets(t, name)
		for at := 0; at < len(packets); at += 1 + len(packets)/20 {
			kept := renumbered(append([]capture.Packet(nil), packets[at:]...))
			for direction, halves := range watched(t, kept, h2scope.Config{}) {
				t.Errorf("%s from packet %d on: %s is HTTP/2: %d frames", name, at+1, direction, len(halves[0].frames))
			}
		}
	}
}

// Frames that both sides send alike: the connection is HTTP/2, and nothing tells
// which end is the client. A request tells. Frames that nobody answers may lie in
// a DATA frame whose header was not captured: none is shown.
func TestJoinedConnectionWhoseClientIsNotTold(t *testing.T) {
	for _, told := range []bool{false, true} {
		w := &wire{t: t}
		link := &link{wire: w, port: [2]uint16{80, 50000}, sent: [2]uint32{1000, 2000}} // the client has the lesser port
		for id := uint32(1); id < 60; id += 2 {
			for _, stream := range []uint32{id, 0} {
				link.send(h2decode.Client, h2decode.AppendFrame(nil, h2decode.TypeWindowUpdate, 0, stream, &h2decode.WindowUpdateFrame{Increment: 1000 + id}))
			}
		}
		if told {
			ask := &h2decode.HeadersFrame{Fragment: []byte{0x82, 0x84, 0x86}} // :method: GET, :path: /, :scheme: http
			link.send(h2decode.Client, h2decode.AppendFrame(nil, h2decode.TypeHeaders, endStream|endHeaders, 61, ask))
		}
		var closed *h2decode.Connection
		frames := 0
		g := &gatherer{on: func(e h2decode.Event) {
			switch e := e.(type) {
			case *h2decode.FrameDecoded:
				if frames++; e.From != h2decode.Client {
					t.Errorf("frame %d is from the server", e.Number)
				}
			case *h2decode.ConnectionClosed:
				closed = e.Connection
			}
		}}
		if err := h2scope.Run(context.Background(), w.source(), h2scope.Config{}, func() h2scope.Renderer { return g }, io.Discard); err != nil {
			t.Fatal(err)
		}
		if closed.Protocol != h2decode.ProtocolH2 || closed.Start != h2decode.StartMidConnection || frames > 0 {
			t.Errorf("told %v: %v, %v, %d frames", told, closed.Protocol, closed.Start, frames)
		}
		if told && closed.Client.Port() != 80 {
			t.Errorf("client %v", closed.Client)
		}
	}
}
