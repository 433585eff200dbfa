package tui

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Keys, clicks and sizes in any order never panic, never draw beyond the screen,
// and never lose what is selected: it is in the view's list as long as no filter
// is in force.
func TestRandomKeys(t *testing.T) {
	var keys []string
	for _, b := range bindings {
		if b.Command != QuitProgram {
			keys = append(keys, b.Keys...)
		}
	}
	keys = append(keys, "x", "é", "Delete", "Enter", "Down", "Down", "Ctrl+W", "F5")
	for i, sample := range []string{"page-load", "connection-stall", "gaps", "rapid-reset", "grpc-call"} {
		t.Run(sample, func(t *testing.T) {
			random := rand.New(rand.NewPCG(7, uint64(i)))
			s := open(sampleNamed(t, sample), 80, 24, Options{})
			var played []string
			defer func() {
				if cause := recover(); cause != nil {
					t.Fatalf("after %q: %v", played[max(0, len(played)-20):], cause)
				}
			}()
			for range 2000 {
				action, name := randomAction(random, keys)
				played = append(played, name)
				s.do(action)
				if random.IntN(4) == 0 {
					s.tick()
				}
				s.check(t, played)
			}
		})
	}
}

func randomAction(random *rand.Rand, keys []string) (a Action, name string) {
	switch random.IntN(20) {
	case 0:
		size := Size{1 + random.IntN(220), 1 + random.IntN(60)}
		return Resized{size}, "resize"
	case 1:
		return Clicked{random.IntN(120), random.IntN(40), MouseButton(random.IntN(int(WheelDown) + 1))}, "click"
	}
	key := keys[random.IntN(len(keys))]
	return Pressed{key}, key
}

// check looks at what must hold after any action.
func (s *stage) check(t *testing.T, played []string) {
	t.Helper()
	c := Draw(&s.Model)
	if c.W != s.Size.W || c.H != s.Size.H {
		t.Fatalf("after %q the screen is %d×%d, not %v", played, c.W, c.H, s.Size)
	}
	l := &s.Lists[s.View]
	listed := s.View == Connections || s.View == Streams || s.View == Frames
	if s.Filter == nil && listed && s.conn() != nil && len(l.rows) > 0 && l.chosen && !slices.Contains(l.rows, l.selected) {
		t.Fatalf("after %q the selection is not in the list of %s", played[max(0, len(played)-20):], s.View)
	}
	if c := s.conn(); c == nil || s.Frame > uint64(c.Len()) {
		t.Fatalf("after %q connection %d is selected, frame %d", played[max(0, len(played)-20):], s.Conn, s.Frame)
	}
}

// What is selected stays so in every size, and is on the screen in each in which
// there is room.
func TestResizeKeepsTheSelection(t *testing.T) {
	s := open(sampleNamed(t, "gaps"), 120, 40, Options{}).press("G")
	selected := s.Lists[Streams].selected
	for _, size := range []Size{{80, 24}, {30, 8}, {20, 5}, {200, 50}, {10, 3}, {80, 24}} {
		s.do(Resized{size})
		if s.Lists[Streams].selected != selected {
			t.Fatalf("%v: the selection moved", size)
		}
		if s.Draws() && s.line(">") == "" {
			t.Errorf("%v: the selection is not on the screen:\n%s", size, s.screen())
		}
	}
}

// Draws says that there is room for a list.
func (s *stage) Draws() bool { return s.Size.W >= leastWidth && s.Size.H >= 10 }
