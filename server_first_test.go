package h2scope_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"h2scope"
	"h2scope/h2decode"
)

// TestServersThatBeganBeforeShowNothingWrong cuts the beginning of what servers
// say before the client's preface: a capture that begins in between has the
// preface, and need not have the server's.
func TestServersThatBeganBeforeShowNothingWrong(t *testing.T) {
	octets := 20_000_000 * effort(t)
	captures := wholes(t)
	var total share
	cuts := 0
	for _, c := range captures {
		for i, all := range c.writes(t) {
			said := 0
			for _, run := range all {
				if run.from == h2decode.Server {
					said += len(run.octets)
				}
			}
			truth := watched(t, replay(t, all, [2]int{}), h2scope.Config{})
			r := rand.New(rand.NewPCG(uint64(i), uint64(said)))
			for range min(20*effort(t), max(1, octets/len(captures)/(said+1000*len(all)))) {
				without := 1 + r.IntN(max(1, said))
				late := replay(t, serverFirst(all, without), [2]int{h2decode.Server: without})
				what := fmt.Sprintf("%s, connection %d without the server's first %d octets", c.name, i+1, without)
				total.add(judge(t, what, watched(t, late, h2scope.Config{}), truth))
				cuts++
			}
		}
	}
	t.Logf("%d cuts: %v", cuts, &total)
}

// serverFirst is what is written, in another order: the server's octets before n
// come first.
func serverFirst(all []written, n int) []written {
	var first, rest []written
	for _, run := range all {
		if run.from == h2decode.Server && n > 0 {
			n -= len(run.octets)
			first = append(first, run)
		} else {
			rest = append(rest, run)
		}
	}
	return append(first, rest...)
}
