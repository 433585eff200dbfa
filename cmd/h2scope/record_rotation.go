package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A rotation says when the next file begins, and how many stay: dumpcap's -b.
// Zero is no limit.
type rotation struct {
	octets   int64
	packets  uint64
	duration int64 // nanoseconds
	files    int
}

// kilobyte is dumpcap's kB.
const kilobyte = 1000

// maxFiles is how many files dumpcap keeps at most.
const maxFiles = 99_999

func (r rotation) none() bool { return r == rotation{} }

// parseRotation reads rules: filesize:KB, duration:S, packets:N, files:N.
func parseRotation(rules []string) (rotation, error) {
	var r rotation
	for _, rule := range rules {
		if err := r.add(rule); err != nil {
			return r, usagef("--rotate %q: %w", rule, err)
		}
	}
	if r.files > 0 && r == (rotation{files: r.files}) {
		return r, usagef("--rotate files:%d needs filesize, duration or packets to begin a file by", r.files)
	}
	return r, nil
}

func (r *rotation) add(rule string) error {
	key, value, _ := strings.Cut(rule, ":")
	if key == "duration" {
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil || !(seconds > 0) || seconds > math.MaxInt32 {
			return fmt.Errorf("a duration is a number of seconds above 0")
		}
		r.duration = int64(seconds * float64(time.Second))
		return nil
	}
	n, err := strconv.ParseUint(value, 10, 40)
	wrong := err != nil || n == 0
	switch key {
	case "filesize":
		r.octets = int64(n) * kilobyte
	case "packets":
		r.packets = n
	case "files":
		r.files = int(n)
		wrong = wrong || n > maxFiles
	default:
		return fmt.Errorf("a rule is filesize:KB, duration:S, packets:N or files:N")
	}
	if wrong {
		return fmt.Errorf("after %s: there is a number from 1", key)
	}
	return nil
}

// full reports whether the next packet belongs into another file.
func (r rotation) full(f *captureFile) bool {
	return r.octets > 0 && f.octets >= r.octets && f.packets > 0 || r.packets > 0 && f.packets >= r.packets
}

// old reports whether a file has had its time. One without packets stays.
func (r rotation) old(f *captureFile, now int64) bool {
	return r.duration > 0 && now-f.begun >= r.duration && f.packets > 0
}

// fileName is that of the nth file, from 1, begun at a time: dumpcap's,
// out_00001_20240229235959.pcapng.
func fileName(name string, n int, begun time.Time) string {
	suffix := filepath.Ext(name)
	return fmt.Sprintf("%s_%05d_%s%s", strings.TrimSuffix(name, suffix), n%(maxFiles+1), begun.Format("20060102150405"), suffix)
}
