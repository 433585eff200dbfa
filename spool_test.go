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

// In a rolling spool the newest octets are as they came; what had to make room is
// said not to be kept any more, and the file does not grow.
func TestRollingSpool(t *testing.T) {
	const limit = 200_000
	s, err := NewRollingSpool(limit)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	random := rand.New(rand.NewPCG(1, 0))
	const conns = 5
	var sent [conns][2][]byte
	for i := range 3000 {
		conn, side := random.IntN(conns), h2decode.Side(random.IntN(2))
		data := bytes.Repeat([]byte{byte(i), byte(i >> 8)}, 1+random.IntN(3000))
		s.add(uint64(conn), side, uint64(len(sent[conn][side])), data)
		sent[conn][side] = append(sent[conn][side], data...)
	}
	kept := 0
	for conn := range conns {
		for side := range h2decode.Side(2) {
			all := sent[conn][side]
			from := len(all) // the first octet that is kept
			for ; from > 0; from-- {
				got, err := s.Read(uint64(conn), side, uint64(from-1), 1)
				if err != nil {
					if !errors.Is(err, ErrNoLongerSpooled) || !errors.Is(err, ErrNotSpooled) {
						t.Errorf("connection %d, octet %d: %v", conn, from-1, err)
					}
					break
				}
				if got[0] != all[from-1] {
					t.Fatalf("connection %d, octet %d is another", conn, from-1)
				}
			}
			got, err := s.Read(uint64(conn), side, uint64(from), len(all)-from)
			if err != nil || !bytes.Equal(got, all[from:]) {
				t.Errorf("connection %d: %d octets read, want %d: %v", conn, len(got), len(all)-from, err)
			}
			kept += len(got)
		}
	}
	if kept < limit*3/4 {
		t.Errorf("%d octets are kept", kept)
	}
	if size, err := s.file.Stat(); err != nil || size.Size() > limit {
		t.Errorf("the file has %d octets: %v", size.Size(), err)
	}
	for conn := range uint64(conns) {
		s.close(conn)
	}
	for conn := range uint64(1000) {
		s.add(conns+conn, h2decode.Client, 0, make([]byte, 500))
		s.close(conns + conn)
	}
	if len(s.sides) > limit/500+1 || len(s.order) > limit/500+1 {
		t.Errorf("%d sides and %d runs are remembered", len(s.sides), len(s.order))
	}
}
