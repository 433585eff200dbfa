package h2scope_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/capture/segment"
	"h2scope/h2decode"
	"h2scope/reassembly"
	"h2scope/samples"
)

// A wholeCapture is a capture that lacks nothing.
type wholeCapture struct {
	name    string
	packets []capture.Packet
	cfg     h2scope.Config
	truth   map[string][]*shownHalf
	cost    int // of decoding it, in packets and frames
}

// wholes are the samples, the captures that carry HTTP/2 within HTTP/2, and the
// corpus where it is.
func wholes(t *testing.T) (all []*wholeCapture) {
	add := func(name string, packets []capture.Packet, cfg h2scope.Config) {
		c := &wholeCapture{name: name, packets: packets, cfg: cfg}
		c.truth, c.cost = watched(t, packets, cfg), len(packets)
		for _, halves := range c.truth {
			for _, h := range halves {
				c.cost += len(h.frames)
			}
		}
		all = append(all, c)
	}
	for _, sample := range samples.List() {
		if sample.Name == "gaps" {
			continue // it lacks packets
		}
		octets, err := samples.Open(sample.Name)
		if err != nil {
			t.Fatal(err)
		}
		cfg := h2scope.Config{KeysFinal: true}
		if sample.Name == "tls" {
			cfg.Keys = keysOf(t, "samples/tls", "samples/tls/capture.pcapng")
		}
		add(sample.Name, packetsOf(t, "-", octets), cfg)
	}
	for _, n := range nestings(t) {
		add(n.name, n.packets, h2scope.Config{})
	}
	if _, err := os.Stat("../shared/corpus"); err != nil {
		t.Log("needs ../shared: corpus; only the samples are cut")
		return all
	}
	for _, name := range slices.Concat(wholeCaptures, keyedCaptures) {
		folder := corpusFolder(t, name)
		path := captureIn(t, folder)
		packets := packetsOf(t, path, nil)
		if len(packets) > 20000 {
			continue
		}
		add(name, packets, h2scope.Config{Keys: keysOf(t, folder, path), KeysFinal: true})
	}
	return all
}

// effort is how much of the property tests is done: H2SCOPE_LOSSES times what
// the suite does.
func effort(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("H2SCOPE_LOSSES"))
	switch {
	case err != nil && testing.Short():
		t.Skip("takes seconds: left out of short runs")
	case err != nil:
		return 1
	}
	t.Logf("H2SCOPE_LOSSES=%d", n)
	return max(1, n)
}

// lose deletes packets: one, some in a row, or each with the same probability.
func lose(r *rand.Rand, packets []capture.Packet) (kept []capture.Packet, how string) {
	n := len(packets)
	switch r.IntN(3) {
	case 0:
		i := r.IntN(n)
		return slices.Delete(slices.Clone(packets), i, i+1), fmt.Sprintf("without packet %d", i+1)
	case 1:
		i := r.IntN(n)
		end := min(n, i+2+r.IntN(20))
		return slices.Delete(slices.Clone(packets), i, end), fmt.Sprintf("without packets %d to %d", i+1, end)
	}
	share := 0.005 + 0.1*r.Float64()*r.Float64()
	for i := range packets {
		if r.Float64() >= share {
			kept = append(kept, packets[i])
		}
	}
	return kept, fmt.Sprintf("without %d of %d packets", n-len(kept), n)
}

// TestLossesShowNothingWrong deletes packets from whole captures. Every frame
// that is then shown existed, every exact field is what was sent, and every
// octet is told of: in a frame or in a gap.
func TestLossesShowNothingWrong(t *testing.T) {
	cost := 600_000 * effort(t)
	captures := wholes(t)
	var total share
	cuts := 0
	for _, c := range captures {
		var s share
		seeds := max(4, min(40*effort(t), cost/len(captures)/c.cost))
		for seed := range seeds {
			r := rand.New(rand.NewPCG(uint64(seed), uint64(len(c.packets))))
			kept, how := lose(r, c.packets)
			what := fmt.Sprintf("%s %s (seed %d)", c.name, how, seed)
			s.add(judge(t, what, watched(t, renumbered(slices.Clone(kept)), c.cfg), c.truth))
			cuts++
		}
		t.Logf("%-34s %3d times: %v", c.name, seeds, &s)
		total.add(s)
	}
	t.Logf("%d cuts: %v", cuts, &total)
}

// TestLateStartsShowNothingWrong cuts whole captures at packets, from the front.
func TestLateStartsShowNothingWrong(t *testing.T) {
	cost := 600_000 * effort(t)
	captures := wholes(t)
	var total share
	cuts := 0
	for _, c := range captures {
		var s share
		times := max(4, cost/len(captures)/c.cost)
		step := max(1, len(c.packets)/times)
		for at := 1; at < len(c.packets); at += step {
			what := fmt.Sprintf("%s from packet %d on", c.name, at+1)
			s.add(judge(t, what, watched(t, renumbered(slices.Clone(c.packets[at:])), c.cfg), c.truth))
			cuts++
		}
		t.Logf("%-34s every %3d packets: %v", c.name, step, &s)
		total.add(s)
	}
	t.Logf("%d cuts: %v", cuts, &total)
}

// A written run of octets is what one side sent in one segment.
type written struct {
	from   h2decode.Side
	octets []byte
}

// writes gives what each HTTP/2 connection of a capture in the clear consists of.
func (c *wholeCapture) writes(t *testing.T) (all [][]written) {
	t.Helper()
	var (
		dissector = capture.NewDissector(capture.DissectorConfig{})
		tracker   = reassembly.NewTracker(reassembly.TrackerConfig{})
		conns     = make(map[uint64]*dialogue)
		order     []*dialogue
	)
	for i := range c.packets {
		var s segment.Segment
		if dissector.Dissect(&c.packets[i], "", &s) != capture.Found {
			continue
		}
		at := tracker.Track(&s)
		if at.New {
			conns[at.Conn] = &dialogue{tcp: reassembly.NewConn(reassembly.Config{}), client: at.Half}
			order = append(order, conns[at.Conn])
		}
		d := conns[at.Conn]
		d.tcp.Segment(at.Half, &s, d)
	}
	for _, d := range order {
		d.tcp.Finish(d)
		if len(d.all) > 0 && bytes.HasPrefix(d.all[0].octets, []byte(h2decode.Preface)) {
			all = append(all, d.all)
		}
	}
	return all
}

// A dialogue keeps what both sides of a connection write.
type dialogue struct {
	tcp    *reassembly.Conn
	client reassembly.Half
	all    []written
}

// Chunk takes octets.
func (d *dialogue) Chunk(c *reassembly.Chunk) {
	from := h2decode.Client
	if c.Half != d.client {
		from = h2decode.Server
	}
	d.all = append(d.all, written{from, bytes.Clone(c.Data)})
}

// Gap is told of what is missing: nothing is.
func (d *dialogue) Gap(*reassembly.Gap) {}

// replay writes the connection anew, without so many octets of each side.
func replay(t *testing.T, all []written, without [2]int) []capture.Packet {
	w := &wire{t: t}
	link := &link{wire: w, port: [2]uint16{50000, 80}, sent: [2]uint32{1000, 2000}}
	if without == [2]int{} {
		link = w.connect(50000, 80)
	}
	for _, run := range all {
		n := min(without[run.from], len(run.octets))
		without[run.from] -= n
		if n < len(run.octets) {
			link.send(run.from, run.octets[n:])
		} else if n > 0 {
			link.sent[run.from] += uint32(n)
		}
	}
	return w.packets
}

// TestStartsWithinSegmentsShowNothingWrong cuts connections at any octet of
// either side, from the front.
func TestStartsWithinSegmentsShowNothingWrong(t *testing.T) {
	octets := 60_000_000 * effort(t)
	captures := wholes(t)
	var total share
	cuts := 0
	for _, c := range captures {
		var s share
		for i, all := range c.writes(t) {
			whole := [2]int{}
			for _, run := range all {
				whole[run.from] += len(run.octets)
			}
			truth := watched(t, replay(t, all, [2]int{}), h2scope.Config{})
			r := rand.New(rand.NewPCG(uint64(i), uint64(whole[0]+whole[1])))
			for range min(20*effort(t), max(1, octets/len(captures)/(whole[0]+whole[1]+1000*len(all)))) {
				without := [2]int{1 + r.IntN(whole[0]), 1 + r.IntN(max(1, whole[1]))}
				what := fmt.Sprintf("%s, connection %d without the first %v octets", c.name, i+1, without)
				s.add(judge(t, what, watched(t, replay(t, all, without), h2scope.Config{}), truth))
				cuts++
			}
		}
		if s.ofFrames > 0 {
			t.Logf("%-34s %v", c.name, &s)
		}
		total.add(s)
	}
	t.Logf("%d cuts: %v", cuts, &total)
}
