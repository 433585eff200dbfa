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
	fs.Var(sizeFlag{&l.memory}, "max-memory", "stay within about `SIZE` of memory: when listening,\nthose idle longest leave; 0 for no limit")
	fs.DurationVar(&l.idleAge, "idle-limit", l.idleAge, "listening, let connections leave that were idle for\n`TIME`, which is 90s or 2h; 0 for never")
}

// setMemory tells the garbage collector what room there is. What is decoded does
// not depend on it.
func (l *liveLimits) setMemory() {
	if l.memory > 0 {
		debug.SetMemoryLimit(int64(l.memory))
	}
}

// tracking is how the connections of a live capture leave. They do so before the
// garbage collector has no room left to work in.
func (l *liveLimits) tracking() reassembly.TrackerConfig {
	cfg := reassembly.TrackerConfig{IdleAge: l.idleAge}
	if l.memory > 0 {
		l.setMemory()
		cfg.Crowded = newMemoryGauge(uint64(l.memory) / 4 * 3).crowded
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
