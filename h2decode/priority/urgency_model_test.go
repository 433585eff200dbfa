package priority_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"h2scope/h2decode/priority"
)

// A journal keeps all signals that were taken, and answers by reading them from
// the start: what Urgencies is tested against.
type journal []priority.Signal

// holds is what the signals say of a stream that has not closed.
func (j journal) holds(stream uint32) (params priority.Params, known, open bool) {
	updated := false
	for _, s := range j {
		switch {
		case s.Stream != stream:
		case s.Kind == priority.SignalClose:
			params, known, open, updated = priority.Params{}, false, false, false
		case s.Kind == priority.SignalUpdate:
			params, known, updated = s.Params, true, true
		default:
			known, open = true, true
			if !updated {
				params = s.Params
			}
		}
	}
	return params, known, open
}

// late reports whether an update comes after the stream opened and closed, or was
// passed over.
func (j journal) late(stream uint32) bool {
	_, known, _ := j.holds(stream)
	return !known && slices.ContainsFunc(j, func(s priority.Signal) bool {
		return s.Kind != priority.SignalUpdate && s.Stream%2 == stream%2 && s.Stream >= stream
	})
}

// due is RFC 9218, Section 10, as doc.go reads it.
func (j journal) due(streams []uint32) map[uint32]float64 {
	first := uint8(math.MaxUint8)
	for _, s := range streams {
		p, _, _ := j.holds(s)
		first = min(first, p.Urgency)
	}
	var alone []uint32
	var together []uint32
	for _, s := range streams {
		switch p, _, _ := j.holds(s); {
		case p.Urgency != first:
		case p.Incremental:
			together = append(together, s)
		default:
			alone = append(alone, s)
		}
	}
	if len(alone) > 0 {
		together = append(together, slices.Min(alone))
	}
	shares := map[uint32]float64{}
	for _, s := range together {
		shares[s] = 1 / float64(len(together))
	}
	return shares
}

// FuzzUrgencies compares Urgencies with the journal. Each signal is two octets.
func FuzzUrgencies(f *testing.F) {
	f.Add([]byte{0, 1, 0, 3, 1, 5})
	f.Add([]byte{0x31, 1, 0x40, 1, 2, 1, 1, 1})
	f.Add([]byte{0x21, 3, 0x20, 5, 0xa0, 7, 0x20, 9, 2, 5})
	f.Fuzz(func(t *testing.T, data []byte) {
		u := priority.NewUrgencies(priority.Limits{})
		var j journal
		for data = data[:min(len(data), 200)]; len(data) >= 2; data = data[2:] {
			s := priority.Signal{
				Kind:   priority.SignalKind(data[0] % 3),
				Params: priority.Params{Urgency: data[0] >> 4 & 7, Incremental: data[0]&0x80 != 0},
				Stream: uint32(data[1]%16) + 1,
			}
			_, known, _ := j.holds(s.Stream)
			ignored := s.Kind == priority.SignalUpdate && j.late(s.Stream) || s.Kind == priority.SignalClose && !known
			if got := u.Apply(s); (got == priority.Ignored) != ignored {
				t.Fatalf("%+v was %v", s, got)
			}
			if !ignored {
				j = append(j, s)
			}
			compareJournal(t, u, j)
		}
	})
}

func compareJournal(t *testing.T, u *priority.Urgencies, j journal) {
	t.Helper()
	var streams []uint32
	idle := 0
	for s := uint32(1); s <= 16; s++ {
		want, known, open := j.holds(s)
		if got, there := u.Params(s); got != want || there != known {
			t.Fatalf("stream %d has %+v, %v; want %+v, %v", s, got, there, want, known)
		}
		if known {
			streams = append(streams, s)
		}
		if known && !open {
			idle++
		}
	}
	if u.Len() != len(streams) || u.Idle() != idle {
		t.Fatalf("%d streams, %d idle; want %d, %d", u.Len(), u.Idle(), len(streams), idle)
	}
	want := j.due(streams)
	shares := u.Due(func(uint32) bool { return true })
	if !slices.IsSortedFunc(shares, func(a, b priority.Share) int { return cmp.Compare(a.Stream, b.Stream) }) {
		t.Fatalf("not in order: %v", shares)
	}
	for _, share := range shares {
		if math.Abs(share.Fraction-want[share.Stream]) > 1e-9 {
			t.Fatalf("stream %d is due %v, want %v", share.Stream, share.Fraction, want[share.Stream])
		}
	}
}
