package opening

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// record is a TLS record of application data with n octets.
func record(n int) []byte {
	return append([]byte{23, 3, 3, byte(n >> 8), byte(n)}, bytes.Repeat([]byte{0xaa}, n)...)
}

func TestHasRecords(t *testing.T) {
	long := bytes.Repeat([]byte{0xaa}, 1<<14)
	tests := []struct {
		name   string
		octets []byte
		want   bool
	}{
		{"nothing", nil, false},
		{"the end of a record, and two more", bytes.Join([][]byte{long[:700], record(20), record(30)}, nil), true},
		{"a record of the greatest length between", bytes.Join([][]byte{long, record(1 << 14), record(1)}, nil), true},
		{"one record only", bytes.Join([][]byte{long[:700], record(20)}, nil), false},
		{"two headers that do not chain", bytes.Join([][]byte{record(20), long[:3], record(20)[:9]}, nil), false},
		{"a version octet at the front", []byte{3, 3, 3, 3, 3, 3, 3}, false},
		{"no record has no octets", []byte{0, 23, 3, 3, 0, 0, 23, 3, 3, 0, 0}, false},
	}
	for _, test := range tests {
		if got := hasRecords(test.octets); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// Random octets are not taken for records.
func TestRandomOctetsAreNoRecords(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, midstreamHeld)
	for range 200 {
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		if hasRecords(b) {
			t.Fatal("records were found in random octets")
		}
	}
}
