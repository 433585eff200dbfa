package endpoint

import (
	"testing"

	"golang.org/x/net/http2"
)

// The walks go where windows are worth looking at: they are emptied, stay shut,
// fall below 0, and new sizes come while streams are open; and no side ever sends
// more than it may.
func TestWindowScripts(t *testing.T) {
	for seed := range uint64(4) {
		w := newWalk(seed)
		var shut, below, data, padded, resized int
		for range 10 {
			for _, step := range w.run(30) {
				for _, action := range step.Send {
					switch a := action.(type) {
					case Data:
						data++
						if a.Pad != nil {
							padded++
						}
					case Settings:
						resized++
					}
				}
			}
			for _, s := range w.streams {
				for _, window := range s.windows {
					if window == 0 {
						shut++
					}
					if window < 0 {
						below++
					}
				}
			}
			for side, window := range w.connection {
				if window < 0 {
					t.Errorf("seed %d: the connection's window of the %v is %d", seed, Side(side), window)
				}
			}
		}
		if shut == 0 || below == 0 || data < 30 || padded == 0 || resized < 4 {
			t.Errorf("seed %d: %d windows shut, %d below 0, %d DATA, %d padded, %d SETTINGS", seed, shut, below, data, padded, resized)
		}
	}
}

// A script is the same each time, and another for another seed.
func TestWindowScriptsAreFixed(t *testing.T) {
	sum := func(s Script) (total uint32) {
		for _, f := range s.Transcribe().Frames {
			if f.Type == http2.FrameData {
				total = total*31 + uint32(len(f.Payload))
			}
		}
		return total
	}
	seen := map[uint32]bool{}
	again := WindowScripts()
	for i, s := range WindowScripts() {
		if sum(s) != sum(again[i]) {
			t.Errorf("%s differs from itself", s.Name)
		}
		if seen[sum(s)] {
			t.Errorf("%s is another's", s.Name)
		}
		seen[sum(s)] = true
	}
}
