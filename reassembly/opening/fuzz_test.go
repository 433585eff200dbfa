package opening

import (
	"reflect"
	"testing"

	"h2scope/reassembly"
)

// turnsOf reads a dialogue from fuzzed octets: an octet says who speaks (bit 7)
// and whether it is a gap (bit 6), the others how much.
func turnsOf(b []byte) []turn {
	var turns []turn
	for len(b) > 0 {
		head, n := b[0], int(b[0]&0x3f)+1
		b = b[1:]
		t := turn{server: head&0x80 != 0}
		if head&0x40 != 0 {
			t.gap = n
		} else {
			n = min(n, len(b))
			t.above, b = string(b[:n]), b[n:]
		}
		if t.gap > 0 || t.above != "" {
			turns = append(turns, t)
		}
	}
	return turns
}

// fuzzed writes turns as turnsOf reads them.
func fuzzed(turns []turn) []byte {
	var b []byte
	for _, t := range turns {
		head := byte(0)
		if t.server {
			head = 0x80
		}
		if t.gap > 0 {
			b = append(b, head|0x40|byte(min(t.gap, 64)-1))
			continue
		}
		for rest := t.above + t.beneath; rest != ""; {
			n := min(len(rest), 64)
			b = append(append(b, head|byte(n-1)), rest[:n]...)
			rest = rest[n:]
		}
	}
	return b
}

// FuzzOpening checks that no dialogue panics, loses an octet or gives one
// twice, that limits hold, and that the answer does not depend on how the octets
// of a packet are cut (Start may, where understanding ended).
func FuzzOpening(f *testing.F) {
	for _, sc := range allScenarios() {
		if !sc.long() {
			f.Add(fuzzed(sc.turns), sc.cfg.Force, sc.cfg.Midstream)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, force, midstream bool) {
		cfg := Config{MaxHeld: 2000, Force: force, Midstream: midstream}
		script := newScript(turnsOf(b), 0)
		whole := play(t, New(cfg), script, script.events)
		single := play(t, New(cfg), script, split(script.events, func(int) int { return 1 }))
		roomy := len(b) < 1000 && len(script.octets[0])+len(script.octets[1]) < cfg.MaxHeld && len(script.events) < cfg.MaxHeld/octetsPerPiece
		whole.Start = single.Start
		found := !force && (whole.Joined || single.Joined) // where segments begin is part of the proof
		if roomy && !found && !reflect.DeepEqual(whole, single) {
			t.Errorf("whole: %+v\nsingle octets: %+v", whole, single)
		}
		late := shuffle(script.events, func() bool { return true })
		play(t, New(cfg), script, late)
		if whole.Protocol == Undecided || len(whole.Via) > MaxVia || (whole.Upgrade != nil) != (whole.Protocol == HTTP2Upgrade) {
			t.Errorf("%+v", whole)
		}
	})
}

// FuzzReaders checks the greeting readers: they take no more than there is, and
// having more octets does not unsay a match.
func FuzzReaders(f *testing.F) {
	for _, sc := range allScenarios() {
		script := newScript(sc.turns, 0)
		if !sc.long() {
			f.Add(script.octets[0], script.octets[1])
		}
	}
	f.Fuzz(func(t *testing.T, client, server []byte) {
		for i, read := range greetings {
			whole, m := read(client, server)
			if whole.client > len(client) || whole.server > len(server) {
				t.Errorf("reader %d took %d and %d", i, whole.client, whole.server)
			}
			for n := range client {
				part, p := read(client[:n], server)
				if p == no && m != no || p >= yes && (p != m || part != whole) {
					t.Errorf("reader %d: %v with %d octets, %v with all", i, p, n, m)
				}
			}
			for n := range server {
				part, p := read(client, server[:n])
				if p == no && m != no || p >= yes && (p != m || part != whole) {
					t.Errorf("reader %d: %v with %d octets of the answer, %v with all", i, p, n, m)
				}
			}
		}
	})
}

var _ reassembly.Handler = (*collector)(nil)
