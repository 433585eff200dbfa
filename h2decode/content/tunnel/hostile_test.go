package tunnel

import (
	"bytes"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel/tunneltest"
)

// discard is a sink that counts.
type discard struct{ frames, findings int }

// Event counts.
func (d *discard) Event(e h2decode.Event) {
	switch e.(type) {
	case *h2decode.FrameDecoded:
		d.frames++
	case *h2decode.Finding:
		d.findings++
	}
}

// A preface that lies is followed like any other: what stands behind it is frames
// that break rules, not a defect.
func TestLyingPreface(t *testing.T) {
	for _, behind := range []string{
		"", "GET / HTTP/1.1\r\n\r\n", strings.Repeat("\x00", 1000), strings.Repeat("\xff", 1000), hello, h2decode.Preface,
	} {
		r, l := play(Config{}, []step{
			{From: h2decode.Client, Octets: []byte(h2decode.Preface + behind)},
			{From: h2decode.Server, Octets: []byte("HTTP/1.1 400 Bad Request\r\n\r\n")},
		}, 0)
		if r.Protocol != HTTP2 || l.closed != 1 {
			t.Errorf("%q: %+v", behind, r)
		}
		if len(behind) >= 1000 && len(l.findings) == 0 {
			t.Errorf("%.10q: nothing is found", behind)
		}
	}
}

// Octets that tell nothing are held up to a limit, in however small pieces.
func TestHeldIsLimited(t *testing.T) {
	for _, piece := range []int{1, 100, 1 << 20} {
		d := New(Config{}, new(discard))
		octets := make([]byte, piece)
		for range 2*MaxHeld/piece + 1 {
			d.Write(At{From: h2decode.Server}, octets)
			d.Missing(At{From: h2decode.Server}, 1, false)
			if d.outer.size > MaxHeld+piece+pieceSize {
				t.Fatalf("%d are held in pieces of %d", d.outer.size, piece)
			}
		}
		if d.outer.held != nil {
			t.Errorf("in pieces of %d: what is known is still held", piece)
		}
		d.Write(At{From: h2decode.Client}, []byte(h2decode.Preface)) // too late
		if r := d.Close(0, 0); r.Protocol != Octets || r.Reason != undecided {
			t.Errorf("%+v", r)
		}
	}
}

// open begins a tunnel with a download whose windows are as large as they can be.
func open(d *Decoder) {
	k := tunneltest.NewTalk()
	grow := func(stream uint32) []byte {
		return h2decode.AppendFrame(nil, h2decode.TypeWindowUpdate, 0, stream, &h2decode.WindowUpdateFrame{Increment: h2decode.MaxWindow - 65535})
	}
	d.Write(At{From: h2decode.Client, Packet: 1}, slices.Concat([]byte(h2decode.Preface), tunneltest.Settings(), grow(0), k.Get(1, "/"), grow(1)))
	d.Write(At{From: h2decode.Server, Packet: 2}, slices.Concat(tunneltest.Settings(), tunneltest.Settled(), k.Headers(h2decode.Server, 1, 0, ":status", "200")))
}

// download plays a tunnel of so many MiB of DATA, the same octets again and again,
// and says how long it took and how much was allocated.
func download(t *testing.T, mib int, octets []byte) (took time.Duration, allocated uint64) {
	t.Helper()
	sink := new(discard)
	d := New(Config{}, sink)
	open(d)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	for i := range mib << 20 / len(octets) {
		d.Write(At{From: h2decode.Server, Packet: uint64(3 + i)}, octets)
	}
	took = time.Since(began)
	runtime.ReadMemStats(&after)
	d.Close(1, 1)
	if sink.frames < mib || sink.findings > 0 {
		t.Errorf("%d frames, %d findings", sink.frames, sink.findings)
	}
	return took, after.TotalAlloc - before.TotalAlloc
}

// A tunnel of 64 MiB takes the memory of a connection, and time in proportion.
func TestLargeTunnel(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("decodes 64 MiB several times")
	}
	frame := tunneltest.Data(1, 0, strings.Repeat("x", 16384))
	for _, test := range []struct {
		name   string
		mib    int
		octets []byte
	}{
		{"large frames", 64, frame},
		{"small frames", 8, bytes.Repeat(tunneltest.Data(1, 0, "x"), 140)},
	} {
		least := [2]time.Duration{time.Hour, time.Hour}
		for range 5 {
			for i, mib := range []int{test.mib / 8, test.mib} {
				took, allocated := download(t, mib, test.octets)
				least[i] = min(least[i], took)
				if allocated > 1<<20 {
					t.Errorf("%s: %d octets were allocated", test.name, allocated)
				}
			}
		}
		if least[1] > 40*least[0] { // what is quadratic would take 64 times as long
			t.Errorf("%s: %d MiB took %v, %d took %v", test.name, test.mib/8, least[0], test.mib, least[1])
		}
	}
}

// In its steady state a decoder allocates nothing.
func TestWriteDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	d := New(Config{}, new(discard))
	open(d)
	octets := bytes.Repeat(tunneltest.Data(1, 0, "hello"), 10)
	at := At{From: h2decode.Server, Packet: 3, Time: 3}
	d.Write(at, octets)
	if n := testing.AllocsPerRun(100, func() { d.Write(at, octets) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkWrite decodes a large download inside a tunnel.
func BenchmarkWrite(b *testing.B) {
	d := New(Config{}, new(discard))
	open(d)
	octets := tunneltest.Data(1, 0, strings.Repeat("x", 16384-h2decode.HeaderLength))
	b.SetBytes(int64(len(octets)))
	for b.Loop() {
		d.Write(At{From: h2decode.Server, Packet: 3}, octets)
	}
}
