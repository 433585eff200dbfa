package opening

import (
	"strings"
	"testing"

	"h2scope/reassembly"
)

func TestOpenings(t *testing.T) {
	for _, sc := range openings {
		t.Run(sc.name, sc.check)
	}
}

// allScenarios are those of every test in this package.
func allScenarios() []scenario {
	var all []scenario
	for _, list := range [][]scenario{openings, proxyDialogues, socksDialogues, httpDialogues} {
		all = append(all, list...)
	}
	return all
}

// TestPrefixes ends every dialogue after every octet: each has a verdict, and
// nothing is lost.
func TestPrefixes(t *testing.T) {
	for _, sc := range allScenarios() {
		if sc.long() {
			continue
		}
		script := newScript(sc.turns, 0)
		events := split(script.events, func(int) int { return 1 })
		for n := range len(events) + 1 {
			play(t, New(sc.cfg), script, events[:n])
			if t.Failed() {
				t.Fatalf("%s, first %d events", sc.name, n)
			}
		}
	}
}

// TestVerdictSoFar follows what is known while a connection is upgraded.
func TestVerdictSoFar(t *testing.T) {
	o := New(Config{})
	steps := []struct {
		half reassembly.Half
		data string
		want Verdict
	}{
		{0, "GET / HT", Verdict{Protocol: Undecided}},
		{0, "TP/1.1\r\n" + upgradeFields, Verdict{Protocol: HTTP1}},
		{0, "\r\n", Verdict{Protocol: HTTP1}},
		{1, switching[:10], Verdict{Protocol: HTTP1}},
		{1, switching[10:], Verdict{Protocol: HTTP2Upgrade, Final: true}},
		{0, preface, Verdict{Protocol: HTTP2Upgrade, Final: true}},
	}
	var at [2]uint64
	for i, step := range steps {
		v := o.Chunk(&reassembly.Chunk{Half: step.half, Offset: at[step.half], Packet: uint64(i + 1), Data: []byte(step.data)})
		at[step.half] += uint64(len(step.data))
		if v != step.want || o.Protocol() != step.want.Protocol {
			t.Errorf("after %q: %+v, want %+v", step.data, v, step.want)
		}
	}
	if r := o.Result(); r.Start != [2]uint64{at[0] - uint64(len(preface)), at[1]} {
		t.Errorf("start %v", r.Start)
	}
}

// TestLimits sends more than may be held: the verdict comes with the chunk that
// goes over it, and all is replayed.
func TestLimits(t *testing.T) {
	endless := strings.Repeat("x", 100)
	for _, test := range []struct {
		name  string
		cfg   Config
		first []turn
		fill  turn
		want  Protocol
		most  int // octets of the filling half before the verdict
	}{
		{"unknown, one half silent", Config{}, nil, c(endless), Other, DefaultMaxHeld},
		{"unknown, mid-stream", Config{Midstream: true}, nil, s(endless), Other, maxSearched},
		{"a request line without end", Config{MaxHeld: 2000}, []turn{c("GET /")}, c(endless), Other, 2000},
		{"a head without end", Config{MaxHeld: 2000}, []turn{c("GET / HTTP/1.1\r\nx: ")}, c(endless), HTTP1, 2000},
		{"a server heard alone", Config{MaxHeld: 2000}, []turn{s("HTTP/1.1 200 OK\r\n\r\n")}, s(endless), HTTP1, 2000},
		{"a client waiting for CONNECT", Config{MaxHeld: 2000}, []turn{c(connect)}, c(endless), HTTP1, 2000},
		{"a trailer line without end", Config{MaxHeld: 2000}, []turn{c("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx:")}, c(endless), HTTP1, 2000},
		{"requests without responses", Config{MaxHeld: 2000}, nil, c("GET / HTTP/1.1\r\n\r\n"), HTTP1, 2000 + 18*maxPipelined},
		{"an upgrade whose body does not come", Config{MaxHeld: 2000},
			[]turn{c("POST / HTTP/1.1\r\n" + upgradeFields + "Content-Length: 9\r\n\r\n"), s(switching)}, s(endless), HTTP1, 2000},
		{"single octets", Config{MaxHeld: 2000}, nil, c("\x00"), Other, 2000 / octetsPerPiece},
	} {
		t.Run(test.name, func(t *testing.T) {
			turns := test.first
			for n := 0; n <= test.most+len(test.fill.above); n += len(test.fill.above) {
				turns = append(turns, test.fill)
			}
			script := newScript(turns, 0)
			if r := play(t, New(test.cfg), script, script.events); r.Protocol != test.want {
				t.Errorf("got %v, want %v", r.Protocol, test.want)
			}
			o := New(test.cfg)
			for i, e := range script.events {
				v := o.Chunk(e.chunk)
				held := max(len(o.half[0].buf), len(o.half[1].buf))
				if limit := o.cfg.MaxHeld; !v.Final && held > limit {
					t.Fatalf("%d octets are held after event %d", held, i)
				}
				early := i < len(script.events)-3-len(test.first)
				if last := i == len(script.events)-1; v.Final && early || last && !v.Final {
					t.Fatalf("event %d of %d: %+v", i, len(script.events), v)
				}
				if v.Final {
					break
				}
			}
		})
	}
}

// TestFirstChunkAllocations: an opening that the first octets decide costs the
// Opening itself.
func TestFirstChunkAllocations(t *testing.T) {
	for _, first := range []string{hello, preface + settings} {
		chunk := &reassembly.Chunk{Packet: 1, Data: []byte(first)}
		var h reassembly.Handler = discard{}
		if n := testing.AllocsPerRun(100, func() {
			o := New(Config{})
			if !o.Chunk(chunk).Final {
				t.Error("not decided")
			}
			o.Replay(h)
		}); n > 1 {
			t.Errorf("%q: %v allocations, want at most 1", first, n)
		}
	}
}

type discard struct{}

func (discard) Chunk(*reassembly.Chunk) {}
func (discard) Gap(*reassembly.Gap)     {}

func BenchmarkPreface(b *testing.B) {
	chunk := &reassembly.Chunk{Packet: 1, Data: []byte(preface + settings)}
	b.SetBytes(int64(len(chunk.Data)))
	b.ReportAllocs()
	for b.Loop() {
		o := New(Config{})
		o.Chunk(chunk)
		o.Replay(discard{})
	}
}
