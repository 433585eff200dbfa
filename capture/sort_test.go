package capture

import (
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// times is a packetReader of packets of which only the time matters; Length
// says their place in the file.
type times struct {
	at     []int64
	window Window
	count  int
}

func (s *times) next(p *Packet) error {
	if s.count == len(s.at) {
		return io.EOF
	}
	s.count++
	*p = Packet{Time: s.at[s.count-1], Length: s.count - 1, Data: []byte("data"), Window: &s.window}
	return nil
}

// sorted is the file's places in the order in which a sorter gives them.
func sorted(tb testing.TB, at []int64, cfg Config) (places []int, late int) {
	tb.Helper()
	src := &times{at: at}
	src.window.keep()
	s := newSorter(src, cfg.withDefaults())
	var p Packet
	for s.next(&p) == nil {
		if p.Time != at[p.Length] {
			tb.Fatalf("packet %d has time %d, want %d", p.Length, p.Time, at[p.Length])
		}
		places = append(places, p.Length)
	}
	if src.window.packets != 1 {
		tb.Errorf("%d packets of the window are not accounted for", src.window.packets-1)
	}
	return places, s.late
}

func TestSort(t *testing.T) {
	const s = int64(time.Second)
	tests := []struct {
		name string
		at   []int64
		cfg  Config
		want []int
		late int
	}{
		{"nothing", nil, Config{}, nil, 0},
		{"one", []int64{5}, Config{}, []int{0}, 0},
		{"in order", []int64{1, 2, 3}, Config{}, []int{0, 1, 2}, 0},
		{"equal times keep their order", []int64{2, 1, 2, 1, 2}, Config{}, []int{1, 3, 0, 2, 4}, 0},
		{"backwards", []int64{4, 3, 2, 1}, Config{}, []int{3, 2, 1, 0}, 0},
		{"just a second", []int64{s, 0}, Config{}, []int{1, 0}, 0},
		{"more than a second: two captures", []int64{s + 1, 0}, Config{}, []int{0, 1}, 1},
		{"the second capture is sorted too", []int64{10 * s, 10*s + 1, 3, 1, 2}, Config{}, []int{0, 1, 3, 4, 2}, 1},
		{"and never mixed with the first", []int64{2 * s, 1, s, 2*s - 5, 2*s + 1}, Config{}, []int{0, 1, 2, 3, 4}, 1},
		{"a longer span", []int64{5 * s, 0}, Config{SortSpan: time.Minute}, []int{1, 0}, 0},
		{"no more packets held than allowed", []int64{5, 6, 7, 8, 1}, Config{SortPackets: 2}, []int{0, 1, 2, 4, 3}, 1},
		{"no more octets held than allowed", []int64{5, 6, 7, 8, 1}, Config{SortOctets: 8}, []int{0, 1, 2, 4, 3}, 1},
		{"nothing held back", []int64{2, 1}, Config{SortPackets: -1}, []int{0, 1}, 1},
		{"before 1970", []int64{-1 << 63, 1<<63 - 1, -1 << 63}, Config{}, []int{0, 1, 2}, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, late := sorted(t, test.at, test.cfg)
			if !slices.Equal(got, test.want) || late != test.late {
				t.Errorf("got %v, %d late; want %v, %d", got, late, test.want, test.late)
			}
		})
	}
}

// TestSortEqualsStableSort shuffles within the window.
func TestSortEqualsStableSort(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, held := range []int{2, 3, 16, 1000, 1024} {
		at := make([]int64, 5000)
		for i := range at {
			at[i] = int64(i / 3)
		}
		for i := 0; i+held <= len(at); i += held {
			r.Shuffle(held, func(a, b int) { at[i+a], at[i+b] = at[i+b], at[i+a] })
		}
		want := make([]int, len(at))
		for i := range want {
			want[i] = i
		}
		slices.SortStableFunc(want, func(a, b int) int { return int(at[a] - at[b]) })
		if got, late := sorted(t, at, Config{SortPackets: held}); !slices.Equal(got, want) || late != 0 {
			t.Errorf("%d held: not the stable order, %d late", held, late)
		}
	}
}

// FuzzSort has steps in time and asks that no packet is lost, and that what
// is not in order was counted.
func FuzzSort(f *testing.F) {
	f.Add([]byte{1, 2, 3, 0x80, 4, 0xff, 0, 1}, uint8(4))
	f.Add([]byte{0xff, 0xff, 0xff}, uint8(0))
	f.Fuzz(func(t *testing.T, steps []byte, held uint8) {
		at := make([]int64, len(steps))
		now := int64(0)
		for i, s := range steps {
			now += int64(int8(s)) * int64(time.Second) / 50
			at[i] = now
		}
		got, late := sorted(t, at, Config{SortPackets: int(held) + 1})
		back := 0
		for i := 1; i < len(got); i++ {
			if at[got[i]] < at[got[i-1]] {
				back++
			}
		}
		if back != late {
			t.Errorf("%d packets come out after a later one, %d were counted", back, late)
		}
		slices.Sort(got)
		for i, place := range got {
			if i != place {
				t.Fatal("a packet is lost or doubled")
			}
		}
	})
}

// BenchmarkSortBackwards is the worst order that a file can have.
func BenchmarkSortBackwards(b *testing.B) {
	at := make([]int64, 100_000)
	for i := range at {
		at[i] = int64(-i)
	}
	for b.Loop() {
		sorted(b, at, Config{})
	}
	b.ReportMetric(float64(len(at))*float64(b.N)/b.Elapsed().Seconds(), "packets/s")
}
