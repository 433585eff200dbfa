package resync_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope/capture"
	"h2scope/capture/segment"
	"h2scope/h2decode/resync"
	"h2scope/reassembly"
)

// preface is the client connection preface (RFC 9113, Section 3.4).
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// A side is what one end of a connection sent, without gaps.
type side struct {
	role    resync.Role
	octets  []byte
	starts  []int // of the segments
	frames  []int // offsets of the frame headers, in order
	longest uint32
	streams map[uint32]bool
	data    bool // there are DATA frames
	broken  bool
}

// Chunk takes octets.
func (s *side) Chunk(c *reassembly.Chunk) {
	s.starts = append(s.starts, len(s.octets))
	s.octets = append(s.octets, c.Data...)
}

// parse finds the frames, and reports whether there are any.
func (s *side) parse() bool {
	at := 0
	s.role = resync.Server
	if strings.HasPrefix(string(s.octets), preface) {
		at, s.role = len(preface), resync.Client
	}
	if s.broken || len(s.octets) < at+9 || s.octets[at+3] != 4 || s.octets[at+4] != 0 {
		return false
	}
	s.longest, s.streams = 16384, map[uint32]bool{}
	for at+9 <= len(s.octets) {
		s.frames = append(s.frames, at)
		length := binary.BigEndian.Uint32(s.octets[at:]) >> 8
		s.longest = max(s.longest, length)
		s.data = s.data || s.octets[at+3] == 0
		s.streams[binary.BigEndian.Uint32(s.octets[at+5:])] = true
		at += 9 + int(length)
	}
	return true
}

// A conversation is a connection of a capture.
type conversation struct {
	tcp   *reassembly.Conn
	sides [2]side
}

// Chunk takes octets.
func (c *conversation) Chunk(chunk *reassembly.Chunk) { c.sides[chunk.Half].Chunk(chunk) }

// Gap takes note that the side cannot be used.
func (c *conversation) Gap(gap *reassembly.Gap) { c.sides[gap.Half].broken = true }

// corpus finds the folder of captures beside the repository.
func corpus(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
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

// sidesOf reads the sides of a capture that speak HTTP/2 in clear.
func sidesOf(t testing.TB, folder string) []*side {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(corpus(t), folder, "capture.*"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%s: %v %v", folder, names, err)
	}
	src, err := capture.Open(names, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var (
		dissector = capture.NewDissector(capture.DissectorConfig{})
		tracker   = reassembly.NewTracker(reassembly.TrackerConfig{})
		packet    capture.Packet
		seg       segment.Segment
		all       = make(map[uint64]*conversation)
		order     []*conversation
	)
	for {
		if err := src.Next(&packet); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if dissector.Dissect(&packet, "", &seg) != capture.Found {
			continue
		}
		at := tracker.Track(&seg)
		if at.New {
			all[at.Conn] = &conversation{tcp: reassembly.NewConn(reassembly.Config{})}
			order = append(order, all[at.Conn])
		}
		c := all[at.Conn]
		c.tcp.Segment(at.Half, &seg, c)
	}
	var out []*side
	for _, c := range order {
		c.tcp.Finish(c)
		for i := range c.sides {
			if c.sides[i].parse() {
				out = append(out, &c.sides[i])
			}
		}
	}
	return out
}

// find feeds what follows from, until a boundary is found.
func (s *side) find(f *resync.Finder[int], from int) bool {
	i, _ := slices.BinarySearch(s.starts, from)
	for from < len(s.octets) {
		for i < len(s.starts) && s.starts[i] <= from {
			i++
		}
		to := len(s.octets)
		if i < len(s.starts) {
			to = s.starts[i]
		}
		if f.Chunk(s.octets[from:to], uint64(from), i) {
			return true
		}
		from = to
	}
	return false
}

// cleartext are the whole captures of the corpus that are not encrypted.
var cleartext = []string{
	"01-nghttp-h2c-push", "07-h2spec-go", "08-negwin", "08-stall", "08-winoverflow", "09-base-h2c", "09-loss-h2c",
	"10-portreuse", "11-base", "12-continuation-flood", "12-hpack-bomb", "12-madeyoureset", "12-ping-flood",
	"12-rapid-reset", "13-rfc9218", "14-bighdr", "14-bytewise", "14-maxframe-2m", "14-padding", "14-tablesize",
}

// A recall is how much is found again.
type recall struct {
	cuts, found              int
	frames, regained         int // behind the cuts
	octets, passed, segments int
}

func (r *recall) String() string {
	return fmt.Sprintf("%6d cuts, found %3d%%, frames %3d%%; passed of %7d octets %5d, of them %d segments",
		r.cuts, 100*r.found/max(1, r.cuts), 100*r.regained/max(1, r.frames), r.octets/max(1, r.cuts), r.passed/max(1, r.found), r.segments/max(1, r.found))
}

// TestCorpusIsFoundAgain cuts each side of the corpus at its segments, and at
// octets in between, and looks what is found behind the cut: a true frame of the
// right side, or nothing.
func TestCorpusIsFoundAgain(t *testing.T) {
	for _, name := range cleartext {
		sides := sidesOf(t, name)
		for _, what := range []struct {
			name   string
			config func(*side) resync.Config
		}{
			{"nothing known", func(*side) resync.Config { return resync.Config{} }},
			{"the frame size known", func(s *side) resync.Config { return resync.Config{MaxFrameSize: s.longest} }},
			{"side, size and streams known", (*side).known},
			{"and a client without DATA", (*side).withoutData},
		} {
			var segments, octets recall
			for _, s := range sides {
				f, cfg := resync.New[int](resync.Config{}), what.config(s)
				for _, at := range every(s.starts, 100) {
					s.cut(t, f, cfg, at, &segments)
				}
				for at := 1; at < len(s.octets); at += 1 + len(s.octets)/50 {
					s.cut(t, f, cfg, at, &octets)
				}
			}
			t.Logf("%-22s %-28s at segments: %v", name, what.name, &segments)
			t.Logf("%-22s %-28s anywhere:    %v", name, what.name, &octets)
		}
	}
}

// every is list, thinned out to n of them.
func every(list []int, n int) (out []int) {
	for i := 0; i < len(list); i += 1 + len(list)/n {
		out = append(out, list[i])
	}
	return out
}

// known is what a decoder knows that was in step before.
func (s *side) known() resync.Config {
	return resync.Config{Side: s.role, MaxFrameSize: s.longest, Stream: func(id uint32) resync.Knowledge {
		if s.streams[id] {
			return resync.InUse
		}
		return resync.NothingKnown
	}}
}

// withoutData also knows that a client sends no DATA, where it does not.
func (s *side) withoutData() resync.Config {
	cfg := s.known()
	if s.role == resync.Client && !s.data {
		cfg.MaxData = resync.NoData
	}
	return cfg
}

func (s *side) cut(t *testing.T, f *resync.Finder[int], cfg resync.Config, at int, r *recall) {
	if at > 0 {
		f.Reset(cfg)
		s.count(t, r, f, at, s.find(f, at))
	}
}

func (s *side) count(t *testing.T, r *recall, f *resync.Finder[int], cut int, found bool) {
	next, _ := slices.BinarySearch(s.frames, cut)
	r.cuts++
	r.frames += len(s.frames) - next
	r.octets += len(s.octets) - cut
	if !found {
		return
	}
	r.found++
	at, ok := slices.BinarySearch(s.frames, int(f.Boundary()))
	if !ok {
		t.Errorf("cut at %d: %d is no frame", cut, f.Boundary())
	}
	if role := f.Role(); role != resync.Unknown && role != s.role {
		t.Errorf("cut at %d: role %v of the %v", cut, role, s.role)
	}
	r.regained += len(s.frames) - at
	r.passed += int(f.Passed())
	before, _ := slices.BinarySearch(s.starts, int(f.Boundary()))
	after, _ := slices.BinarySearch(s.starts, cut)
	r.segments += before - after
}
