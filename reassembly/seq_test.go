package reassembly

import "testing"

func TestSeq(t *testing.T) {
	for _, test := range []struct {
		a, b         seq
		minus, ahead int64
	}{
		{5, 3, 2, 2},
		{3, 5, -2, 1<<32 - 2},
		{1, 0xffffffff, 2, 2},
		{0xffffffff, 1, -2, 1<<32 - 2},
		{1 << 31, 0, -1 << 31, 1 << 31},
	} {
		if got := test.a.minus(test.b); got != test.minus {
			t.Errorf("%d minus %d is %d", test.a, test.b, got)
		}
		if got := test.a.ahead(test.b); got != test.ahead {
			t.Errorf("%d ahead of %d by %d", test.a, test.b, got)
		}
		if got := test.b.plus(test.minus); got != test.a {
			t.Errorf("%d plus %d is %d", test.b, test.minus, got)
		}
	}
	if !seq(0).near(0xfffffff0, 16) || seq(0).near(0xfffffff0, 15) {
		t.Error("near does not wrap")
	}
}

// Offsets are those within 2 GiB of what comes next.
func TestHalfOffset(t *testing.T) {
	f := half{start: 100, next: 5 << 32}
	for q, want := range map[seq]int64{100: 5 << 32, 99: 5<<32 - 1, 300: 5<<32 + 200} {
		if got := f.offset(q); got != want {
			t.Errorf("%d is at %d, want %d", q, got, want)
		}
	}
}
