package h2scope

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"h2scope/h2decode"
)

// What was added can be read from any offset, whatever was added between, and
// what was not is an error at its place.
func TestSpool(t *testing.T) {
	s := newSpool(t, 1<<30)
	random := rand.New(rand.NewPCG(1, 2))
	type side struct {
		octets []byte
		holes  []bool
	}
	all := make(map[spoolKey]*side)
	for range 4000 {
		key := spoolKey{uint64(random.IntN(5)), h2decode.Side(random.IntN(2))}
		h := all[key]
		if h == nil {
			h = new(side)
			all[key] = h
		}
		if random.IntN(20) == 0 {
			hole := 1 + random.IntN(50)
			h.octets, h.holes = append(h.octets, make([]byte, hole)...), append(h.holes, lacking(hole)...)
		}
		data := make([]byte, random.IntN(300))
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		s.add(key.conn, key.side, uint64(len(h.octets)), data)
		h.octets, h.holes = append(h.octets, data...), append(h.holes, make([]bool, len(data))...)
		if random.IntN(100) == 0 {
			s.close(key.conn)
		}
	}
	for key, h := range all {
		for range 200 {
			from := random.IntN(len(h.octets))
			n := random.IntN(min(30_000, len(h.octets)-from)) + 1
			want := h.octets[from : from+n]
			if i := index(h.holes[from : from+n]); i >= 0 {
				want = want[:i]
			}
			got, err := s.Read(key.conn, key.side, uint64(from), n)
			if !bytes.Equal(got, want) || (err != nil) != (len(want) < n) || err != nil && !errors.Is(err, ErrNotSpooled) {
				t.Fatalf("%v from %d: %d of %d octets, %v", key, from, len(got), n, err)
			}
		}
	}
}

func lacking(n int) []bool {
	b := make([]bool, n)
	for i := range b {
		b[i] = true
	}
	return b
}

func index(holes []bool) int {
	for i, hole := range holes {
		if hole {
			return i
		}
	}
	return -1
}

func TestSpoolLimit(t *testing.T) {
	s := newSpool(t, 3*spoolBlock)
	block := bytes.Repeat([]byte{1}, spoolBlock)
	for i := range 5 {
		s.add(1, h2decode.Client, uint64(i*spoolBlock), block)
	}
	if got, err := s.Read(1, h2decode.Client, 0, 5*spoolBlock); len(got) != 3*spoolBlock || !errors.Is(err, ErrNotSpooled) || !s.Full() {
		t.Errorf("%d octets, %v", len(got), err)
	}
}

func TestSpoolKnowsNothingOfOthers(t *testing.T) {
	if _, err := newSpool(t, 1).Read(7, h2decode.Server, 0, 1); !errors.Is(err, ErrNotSpooled) {
		t.Error(err)
	}
}

func newSpool(t *testing.T, limit int64) *Spool {
	t.Helper()
	s, err := NewSpool(limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
