package h2scope_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
)

// An accusation is what a finding accuses: a stream of a connection, of breaking a
// rule.
type accusation struct {
	rule, conn string
	stream     uint32 // 0 for attacks, which are about many
}

// An accuser keeps the errors and warnings of a capture.
type accuser struct {
	told  map[uint64][]*h2decode.Finding // by connection
	times map[accusation]int
	says  map[accusation]string // the first time
}

// Event takes an event.
func (a *accuser) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.Finding:
		if e.Severity > h2decode.SeverityInfo {
			a.told[e.Conn] = append(a.told[e.Conn], e)
		}
	case *h2decode.ConnectionClosed:
		// Who is the client may not be known where packets are lost.
		ends := []string{fmt.Sprint(e.Connection.Client), fmt.Sprint(e.Connection.Server)}
		slices.Sort(ends)
		for _, f := range a.told[e.Connection.Number] {
			about := accusation{rule: f.Rule, conn: strings.Join(ends, " – ")}
			if !strings.HasPrefix(f.Rule, "AT-") {
				about.stream = f.Stream
			}
			if a.times[about]++; a.times[about] == 1 {
				a.says[about] = f.Message
			}
		}
	}
	return dst
}

// accused gives the errors and warnings of packets.
func accused(t *testing.T, packets []capture.Packet, cfg h2scope.Config) *accuser {
	t.Helper()
	a := &accuser{make(map[uint64][]*h2decode.Finding), make(map[accusation]int), make(map[accusation]string)}
	src := &memorySource{packets: renumbered(slices.Clone(packets))}
	if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return a }, io.Discard); err != nil {
		t.Fatal(err)
	}
	return a
}

// sameFault names the rules of which the whole capture may have one in the place
// of another: a frame behind END_STREAM breaks ST-02 while the stream is not
// closed, as far as the capture shows. Behind the frame that closes it, which a cut
// may lack, the same frame breaks another rule.
var sameFault = map[string][]string{"ST-02": {"ST-03", "ST-05", "ST-08"}}

// blamed is how often the whole capture has an accusation, or what stands for it.
func (a *accuser) blamed(about accusation) int {
	n := a.times[about]
	for _, rule := range sameFault[about.rule] {
		about.rule = rule
		n += a.times[about]
	}
	return n
}

// compareFindings holds the findings of a cut capture against the whole's, and gives
// how many of these it has.
func compareFindings(t *testing.T, what string, got, want *accuser) (kept, of int) {
	t.Helper()
	order := func(a, b accusation) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.conn, b.conn), cmp.Compare(a.stream, b.stream))
	}
	for _, about := range slices.SortedFunc(maps.Keys(got.times), order) {
		if n := want.blamed(about); got.times[about] > n {
			t.Errorf("%s: %s %d times and not %d on stream %d of %s: %s",
				what, about.rule, got.times[about], n, about.stream, about.conn, got.says[about])
		}
	}
	for about, n := range want.times {
		of += n
		kept += min(n, got.times[about])
	}
	return kept, of
}

// TestCutsAccuseNobody deletes packets from whole captures, and begins them late.
// Rules that rest on what is lost are not judged: no error and no warning is told
// that the whole capture lacks. Most of those that it has stay.
func TestCutsAccuseNobody(t *testing.T) {
	effort := effort(t)
	var cuts, kept, of int
	for _, c := range wholes(t) {
		truth := accused(t, c.packets, c.cfg)
		for seed := range max(4, min(40*effort, 30_000*effort/c.cost)) {
			r := rand.New(rand.NewPCG(uint64(seed), uint64(len(c.packets))))
			packets, how := lose(r, c.packets)
			late := seed%3 == 2
			if late {
				at := 1 + r.IntN(len(c.packets)-1)
				packets, how = c.packets[at:], fmt.Sprintf("from packet %d on", at+1)
			}
			cuts++
			k, n := compareFindings(t, fmt.Sprintf("%s %s (seed %d)", c.name, how, seed), accused(t, packets, c.cfg), truth)
			if !late {
				kept, of = kept+k, of+n
			}
		}
	}
	t.Logf("%d cuts; without packets, of %d findings %d stay (%.1f%%)", cuts, of, kept, percent(kept, of))
	least := 50.0 // of 100
	if _, err := os.Stat("../shared/corpus"); err != nil {
		least = 33 // the samples are short: more of what a finding rests on is deleted with each packet
	}
	if percent(kept, of) < least {
		t.Errorf("only %d of %d findings stay where packets are lost, want %.0f%%", kept, of, least)
	}
}
