package main

import (
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// Connections have to leave where more is in use than the limit, and no more
// before the garbage collector has looked again.
func TestMemoryGauge(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // it looks when it is told to
	kept := make([]byte, 8<<20)
	runtime.GC()
	small, large := newMemoryGauge(4<<20), newMemoryGauge(1<<40)
	if !small.crowded() || large.crowded() {
		t.Error("8 MiB in use are not more than 4 MiB, or more than 1 TiB")
	}
	if small.crowded() {
		t.Error("it looks twice at the same")
	}
	runtime.GC()
	if !small.crowded() {
		t.Error("it does not look again")
	}
	runtime.KeepAlive(kept)
}

func TestTracking(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	l := liveLimits{idleAge: time.Minute}
	if cfg := l.tracking(0); cfg.IdleAge != time.Minute || cfg.Crowded != nil {
		t.Errorf("%+v", cfg)
	}
	l = defaultLiveLimits()
	const ring = 64 << 20
	cfg := l.tracking(ring)
	if limit := debug.SetMemoryLimit(-1); cfg.IdleAge != defaultIdleAge || cfg.Crowded == nil || limit >= defaultMemory-ring || limit < defaultMemory/2 {
		t.Errorf("%+v", cfg)
	}
}

func TestLiveLimitFlags(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"frames --idle-limit 1s a.pcap", "--idle-limit is for listening, with --interface"},
		{"frames --idle-limit -1s -i lo", "--idle-limit is 0 or more, not -1s"},
		{"frames --max-memory much a.pcap", "--max-memory is a size such as"},
		{"record --max-memory 1G -i lo -w -", "unknown flag: --max-memory"},
	} {
		var stderr strings.Builder
		if code := run(strings.Fields(test.args), streams{err: &stderr}); code != exitUsage || !strings.Contains(stderr.String(), test.want) {
			t.Errorf("%s: %d, %s", test.args, code, stderr.String())
		}
	}
}
