package opening

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"h2scope/reassembly"
)

// A turn is what one side of a script says in one packet: octets above the
// protocol that is looked for, then octets of it, or a gap.
type turn struct {
	server         bool
	above, beneath string
	gap            int
}

// c and s are turns of a client and a server before the protocol beneath.
func c(above string) turn { return turn{above: above} }
func s(above string) turn { return turn{server: true, above: above} }

// c2 and s2 are turns in which it begins, or goes on.
func c2(above, beneath string) turn { return turn{above: above, beneath: beneath} }
func s2(above, beneath string) turn { return turn{server: true, above: above, beneath: beneath} }

// cGap and sGap are octets that the capture lacks.
func cGap(n int) turn { return turn{gap: n} }
func sGap(n int) turn { return turn{server: true, gap: n} }

// An event is a chunk or a gap of a script.
type event struct {
	chunk *reassembly.Chunk
	gap   *reassembly.Gap
}

func (e event) half() reassembly.Half {
	if e.gap != nil {
		return e.gap.Half
	}
	return e.chunk.Half
}

// A script is a dialogue as reassembly would tell it: turn i is packet i+1.
type script struct {
	events []event
	octets [2][]byte   // of each half; gaps are zeros
	packet [2][]uint64 // of each octet; 0 in a gap
	start  [2]uint64   // where the first beneath stands, else the end
}

func newScript(turns []turn, client reassembly.Half) *script {
	sc := &script{}
	begun := [2]bool{}
	for i, t := range turns {
		h := client
		if t.server {
			h = client.Other()
		}
		packet, at := uint64(i+1), uint64(len(sc.octets[h]))
		data := []byte(t.above + t.beneath)
		if t.gap > 0 {
			sc.events = append(sc.events, event{gap: &reassembly.Gap{
				Half: h, Offset: at, Length: uint64(t.gap), Packet: packet, Time: int64(packet) * 1000,
				Cause: reassembly.CaptureLoss,
			}})
			data, packet = make([]byte, t.gap), 0
		} else {
			sc.events = append(sc.events, event{chunk: &reassembly.Chunk{
				Half: h, Offset: at, Packet: packet, Time: int64(packet) * 1000, OctetsPacket: packet,
				Acked: uint64(len(sc.octets[h.Other()])), Data: data,
			}})
		}
		if !begun[h] {
			sc.start[h] += uint64(len(data) - len(t.beneath))
			begun[h] = t.beneath != ""
		}
		sc.octets[h] = append(sc.octets[h], data...)
		for range data {
			sc.packet[h] = append(sc.packet[h], packet)
		}
	}
	return sc
}

// split cuts the chunks of a script: size says how long the next piece is.
func split(events []event, size func(left int) int) []event {
	var out []event
	for _, e := range events {
		if e.gap != nil {
			out = append(out, e)
			continue
		}
		rest := *e.chunk
		for len(rest.Data) > 0 {
			n := size(len(rest.Data))
			piece := rest
			piece.Data = rest.Data[:n]
			rest.Data = rest.Data[n:]
			rest.Offset += uint64(n)
			out = append(out, event{chunk: &piece})
		}
	}
	return out
}

// shuffle takes the halves in another order: late says whether the next event
// of half 1 comes before that of half 0.
func shuffle(events []event, late func() bool) []event {
	var halves [2][]event
	for _, e := range events {
		halves[e.half()] = append(halves[e.half()], e)
	}
	var out []event
	for len(halves[0])+len(halves[1]) > 0 {
		h := 0
		if len(halves[0]) == 0 || len(halves[1]) > 0 && late() {
			h = 1
		}
		out = append(out, halves[h][0])
		halves[h] = halves[h][1:]
	}
	return out
}

// deliveries are the ways in which the same dialogue may come.
func deliveries(events []event, long bool) map[string][]event {
	whole := func(left int) int { return left }
	single := func(int) int { return 1 }
	if long {
		single = func(left int) int { return min(left, 500) }
	}
	rng := rand.New(rand.NewPCG(1, 2))
	some := func(left int) int { return 1 + rng.IntN(left) }
	all := map[string][]event{
		"whole":             split(events, whole),
		"single":            split(events, single),
		"half 0 late":       shuffle(split(events, whole), func() bool { return true }),
		"half 1 late":       shuffle(split(events, whole), func() bool { return false }),
		"single, 0 late":    shuffle(split(events, single), func() bool { return true }),
		"single, alternate": shuffle(split(events, single), func() bool { return rng.IntN(2) == 0 }),
	}
	for i := range 8 {
		all[fmt.Sprintf("random %d", i)] = shuffle(split(events, some), func() bool { return rng.IntN(3) == 0 })
	}
	return all
}

// A collector is the layer beneath: it notes what each half told.
type collector struct {
	t      testing.TB
	begun  [2]bool
	start  [2]uint64
	octets [2][]byte
	packet [2][]uint64
}

func (l *collector) Chunk(c *reassembly.Chunk) {
	l.at(c.Half, c.Offset)
	l.octets[c.Half] = append(l.octets[c.Half], c.Data...)
	for range c.Data {
		l.packet[c.Half] = append(l.packet[c.Half], c.Packet)
	}
	if c.OctetsPacket != c.Packet || c.Time != int64(c.Packet)*1000 {
		l.t.Errorf("chunk of packet %d: OctetsPacket %d, Time %d", c.Packet, c.OctetsPacket, c.Time)
	}
}

func (l *collector) Gap(g *reassembly.Gap) {
	l.at(g.Half, g.Offset)
	l.octets[g.Half] = append(l.octets[g.Half], make([]byte, g.Length)...)
	l.packet[g.Half] = append(l.packet[g.Half], make([]uint64, g.Length)...)
	if g.Cause != reassembly.CaptureLoss || g.Time != int64(g.Packet)*1000 {
		l.t.Errorf("gap changed: %+v", g)
	}
}

func (l *collector) at(h reassembly.Half, offset uint64) {
	if !l.begun[h] {
		l.begun[h], l.start[h] = true, offset
	}
	if want := l.start[h] + uint64(len(l.octets[h])); offset != want {
		l.t.Errorf("half %d goes on at %d, want %d", h, offset, want)
	}
}

// play tells an Opening a dialogue as a caller would, lends each chunk for the
// call only, and checks that the layer beneath gets every octet from Start on.
func play(t testing.TB, o *Opening, sc *script, events []event) Result {
	t.Helper()
	beneath := &collector{t: t}
	final := false
	seen := func(v Verdict) {
		if v.Final && !final {
			final = true
			o.Replay(beneath)
		}
	}
	for _, e := range events {
		switch {
		case final && e.gap != nil:
			beneath.Gap(e.gap)
		case final:
			beneath.Chunk(e.chunk)
		case e.gap != nil:
			seen(o.Gap(e.gap))
		default:
			lent := *e.chunk
			lent.Data = bytes.Clone(e.chunk.Data)
			seen(o.Chunk(&lent))
			for i := range lent.Data {
				lent.Data[i] = 0xdb
			}
		}
	}
	seen(o.Finish())
	if !final {
		t.Fatal("no final verdict after Finish")
	}
	r := o.Result()
	told := len2(events)
	for h := range r.Start {
		if beneath.begun[h] && beneath.start[h] != r.Start[h] {
			t.Errorf("half %d: replay begins at %d, Start says %d", h, beneath.start[h], r.Start[h])
		}
		from := min(r.Start[h], told[h])
		if !bytes.Equal(beneath.octets[h], sc.octets[h][from:told[h]]) {
			t.Errorf("half %d from %d: replayed %q,\nwant %q", h, from, beneath.octets[h], sc.octets[h][from:told[h]])
		}
		if fmt.Sprint(beneath.packet[h]) != fmt.Sprint(sc.packet[h][from:told[h]]) {
			t.Errorf("half %d: packets %v, want %v", h, beneath.packet[h], sc.packet[h][from:told[h]])
		}
	}
	return r
}

// len2 is how much of each half the events tell.
func len2(events []event) (n [2]uint64) {
	for _, e := range events {
		if e.gap != nil {
			n[e.gap.Half] += e.gap.Length
		} else {
			n[e.chunk.Half] += uint64(len(e.chunk.Data))
		}
	}
	return n
}
