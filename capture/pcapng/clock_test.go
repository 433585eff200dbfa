package pcapng

import (
	"math"
	"math/big"
	"testing"
)

func TestClock(t *testing.T) {
	const second = 1_700_000_000
	tests := []struct {
		name   string
		resol  Resolution
		offset int64
		ticks  uint64
		want   int64
		ok     bool
	}{
		{"seconds", 0, 0, second, second * 1e9, true},
		{"milliseconds", 3, 0, second*1e3 + 1, second*1e9 + 1e6, true},
		{"microseconds", 6, 0, second*1e6 + 1, second*1e9 + 1e3, true},
		{"nanoseconds", 9, 0, second*1e9 + 1, second*1e9 + 1, true},
		{"picoseconds are cut", 12, 0, 1e12 + 1999, 1e9 + 1, true},
		{"10^-19", 19, 0, 1e19, 1e9, true},
		{"10^-28 has one nanosecond at 10^19", 28, 0, 1e19, 1, true},
		{"10^-29 is below a nanosecond", 29, 0, math.MaxUint64, 0, true},
		{"10^-127", 127, 0, math.MaxUint64, 0, true},
		{"2^-0", 0x80, 0, second, second * 1e9, true},
		{"2^-1", 0x81, 0, 3, 15e8, true},
		{"2^-20", 0x80 | 20, 0, second<<20 | 1<<19, second*1e9 + 5e8, true},
		{"2^-30 at the end of its range", 0x80 | 30, 0, math.MaxUint64, 1, false},
		{"2^-64", 0x80 | 64, 0, 1 << 63, 5e8, true},
		{"2^-94", 0x80 | 94, 0, math.MaxUint64, 0, true},
		{"2^-127", 255, 0, math.MaxUint64, 0, true},
		{"offset", 6, second, 1, second*1e9 + 1000, true},
		{"negative offset", 6, -10, 9e6, -1e9, true},
		{"offset brings a far time back", 0, -1 << 62, 1<<62 + 7, 7e9, true},
		{"beyond the last nanosecond", 9, 0, math.MaxInt64 + 1, math.MaxInt64, false},
		{"the last nanosecond", 9, 0, math.MaxInt64, math.MaxInt64, true},
		{"far beyond", 0, math.MaxInt64, math.MaxUint64, math.MaxInt64, false},
		{"far before", 6, math.MinInt64, 0, math.MinInt64, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := NewClock(test.resol, test.offset)
			want := test.want
			if !test.ok && want > 0 {
				want = math.MaxInt64
			}
			if got, ok := c.Nanoseconds(test.ticks); got != want || ok != test.ok {
				t.Errorf("Nanoseconds(%d) = %d, %t; want %d, %t", test.ticks, got, ok, want, test.ok)
			}
			if c.Resolution() != test.resol || c.Offset() != test.offset {
				t.Errorf("the clock says %d, %d", c.Resolution(), c.Offset())
			}
		})
	}
}

// FuzzClock compares with arithmetic that cannot overflow.
func FuzzClock(f *testing.F) {
	f.Add(uint8(6), int64(0), uint64(1_700_000_000_000_000))
	f.Add(uint8(255), int64(math.MinInt64), uint64(math.MaxUint64))
	f.Add(uint8(0), int64(math.MaxInt64), uint64(math.MaxUint64))
	f.Add(uint8(0x80|63), int64(-1), uint64(1))
	f.Fuzz(func(t *testing.T, resol uint8, offset int64, ticks uint64) {
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(resol&0x7f)), nil)
		if resol&0x80 != 0 {
			unit.Lsh(big.NewInt(1), uint(resol&0x7f))
		}
		want := new(big.Int).Mul(new(big.Int).SetUint64(ticks), big.NewInt(1e9))
		want.Quo(want, unit)
		want.Add(want, new(big.Int).Mul(big.NewInt(offset), big.NewInt(1e9)))

		c := NewClock(Resolution(resol), offset)
		got, ok := c.Nanoseconds(ticks)
		switch {
		case ok != want.IsInt64():
			t.Errorf("ok = %t for %v", ok, want)
		case ok && got != want.Int64():
			t.Errorf("got %d, want %v", got, want)
		case !ok && (got == math.MinInt64) != (want.Sign() < 0):
			t.Errorf("%v was set to %d", want, got)
		}
	})
}

func BenchmarkClock(b *testing.B) {
	c := NewClock(Microseconds, 0)
	for b.Loop() {
		c.Nanoseconds(1_700_000_000_000_000)
	}
}
