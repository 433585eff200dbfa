package main

import (
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/spf13/cobra"

	"h2scope/reassembly"
)

// liveLimits keep what is listened on for long within bounds.
type liveLimits struct {
	memory  int // octets; 0: no limit
	idleAge time.Duration
}

// A connection that was idle for so long leaves: browsers and proxies close
// theirs within minutes; what keeps one open for longer sends a PING or a TCP
// keepalive (Linux: after two hours) now and then.
const defaultIdleAge = 3 * time.Hour

// defaultMemory is what a live capture may take.
const defaultMemory = 1 << 30

func defaultLiveLimits() liveLimits {
	return liveLimits{memory: defaultMemory, idleAge: defaultIdleAge}
}

func (l *liveLimits) register(c *cobra.Command) {
	*l = defaultLiveLimits()
	fs := c.Flags()
	fs.Var(sizeFlag{&l.memory}, "max-memory", "stay within `SIZE` of resident memory: when listening,\nthose idle longest leave, and the terminal UI forgets\nthe oldest; 0 for no limit")
	fs.DurationVar(&l.idleAge, "idle-limit", l.idleAge, "listening, let connections leave that were idle for\n`TIME`, which is 90s or 2h; 0 for never")
}

// What --max-memory is divided into. Users see resident memory, so what the
// program takes beside its heap is taken off first: programMemory for its code, as
// far as it is mapped, and the ring of packets, which is shared with the kernel.
const (
	programMemory = 32 << 20
	leastHeap     = 16 << 20
)

// heap is what the Go runtime may take. It may pass its limit for as long as a garbage
// collection takes, so a part is left over.
func (l *liveLimits) heap(ring int) int {
	left := l.memory - programMemory - ring
	return max(leastHeap, left-left/8)
}

// timeline is what the terminal UI may take of it for its record of what happened.
// The garbage collector needs more than as much to work in, or it falls behind; rows,
// views and connections take some.
func (l *liveLimits) timeline(ring int) int { return l.heap(ring) / 4 }

// reassembly bounds the data that waits behind holes, since that of a few
// connections whose packets are dropped takes tens of MiB: it is a 64th for each
// half, where that is less than usual. nil: as usual.
func (l *liveLimits) reassembly(ring int) *reassembly.Limits {
	limits := reassembly.DefaultLimits()
	share := max(leastHeld, l.heap(ring)/64)
	if l.memory == 0 || share >= limits.HeldOctets {
		return nil
	}
	limits.HeldOctets = share
	return &limits
}

// leastHeld is what waits behind a hole at least: four packets as offloading
// makes them.
const leastHeld = 256 << 10

// setMemory tells the garbage collector what room there is. What is decoded does
// not depend on it.
func (l *liveLimits) setMemory(ring int) {
	if l.memory > 0 {
		debug.SetMemoryLimit(int64(l.heap(ring)))
	}
}

// tracking is how the connections of a live capture leave. They do so before the
// garbage collector has no room left to work in.
func (l *liveLimits) tracking(ring int) reassembly.TrackerConfig {
	cfg := reassembly.TrackerConfig{IdleAge: l.idleAge}
	if l.memory > 0 {
		l.setMemory(ring)
		cfg.Crowded = newMemoryGauge(uint64(l.heap(ring)) / 4 * 3).crowded
	}
	return cfg
}

// A memoryGauge looks at how much memory was in use when the garbage collector
// looked last, once for each time that it did: what left since then is not known
// before the next time.
type memoryGauge struct {
	limit   uint64
	cycle   uint64
	samples [2]metrics.Sample
}

func newMemoryGauge(limit uint64) *memoryGauge {
	g := &memoryGauge{limit: limit}
	g.samples[0].Name = "/gc/cycles/total:gc-cycles"
	g.samples[1].Name = "/gc/heap/live:bytes"
	return g
}

// crowded reports whether connections have to leave.
func (g *memoryGauge) crowded() bool {
	metrics.Read(g.samples[:])
	cycle := g.samples[0].Value.Uint64()
	if cycle == g.cycle {
		return false
	}
	g.cycle = cycle
	return g.samples[1].Value.Uint64() > g.limit
}
