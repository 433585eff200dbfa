package export

import (
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	tests := []struct {
		name string
		ns   int64
		want string
	}{
		{"the epoch", 0, "1970-01-01T00:00:00.000000000Z"},
		{"one nanosecond", 1, "1970-01-01T00:00:00.000000001Z"},
		{"the same second", 999_999_999, "1970-01-01T00:00:00.999999999Z"},
		{"before the epoch", -1, "1969-12-31T23:59:59.999999999Z"},
		{"a whole second before", -1e9, "1969-12-31T23:59:59.000000000Z"},
		{"leap day", 1709251199*second + 500_000_000, "2024-02-29T23:59:59.500000000Z"},
		{"the last that there is", 1<<63 - 1, "2262-04-11T23:47:16.854775807Z"},
		{"the first", -1 << 63, "1677-09-21T00:12:43.145224192Z"},
	}
	var c clock
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(c.append(nil, tt.ns)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestMilliseconds(t *testing.T) {
	tests := []struct {
		ns   int64
		want string
	}{
		{0, "0"}, {1, "0.000001"}, {1_000, "0.001"}, {1_500_000, "1.5"}, {1_000_000, "1"},
		{12_345_678, "12.345678"}, {3600 * second, "3600000"}, {-2_500_000, "-2.5"},
	}
	for _, tt := range tests {
		if got := string(appendMilliseconds(nil, tt.ns)); got != tt.want {
			t.Errorf("%d ns: got %s, want %s", tt.ns, got, tt.want)
		}
	}
}

// FuzzClock compares with package time.
func FuzzClock(f *testing.F) {
	f.Add(int64(0), int64(-1))
	f.Add(int64(1e18), int64(1e18+1))
	f.Fuzz(func(t *testing.T, first, then int64) {
		var c clock
		for _, ns := range []int64{first, then} {
			got := string(c.append(nil, ns))
			if want := time.Unix(0, ns).UTC().Format("2006-01-02T15:04:05.000000000Z"); got != want {
				t.Fatalf("%d: got %s, want %s", ns, got, want)
			}
		}
	})
}
