package main

import (
	"strconv"
	"testing"
)

func TestSizes(t *testing.T) {
	tests := []struct {
		text   string
		octets int
		again  string
	}{
		{"0", 0, "0"},
		{"512", 512, "512"},
		{"64K", 64 << 10, "64K"},
		{"1m", 1 << 20, "1M"},
		{"1.5MiB", 3 << 19, "1536K"},
		{"1MB", 1 << 20, "1M"},
		{"1G", 1 << 30, "1G"},
		{"1.5GB", 3 << 29, "1536M"},
	}
	for _, test := range tests {
		var n int
		f := sizeFlag{&n}
		if err := f.Set(test.text); err != nil || n != test.octets || f.String() != test.again {
			t.Errorf("%s: %d, %q, %v; want %d, %q", test.text, n, f.String(), err, test.octets, test.again)
		}
	}
	for _, text := range []string{"", "K", "-1", "1E", "99999999T", "NaN", "lots"} {
		if err := (sizeFlag{new(int)}).Set(text); err == nil {
			t.Errorf("%q is a size", text)
		}
	}
}

// Where the system has room for more than 2 GiB, so has a size.
func TestLargeSizes(t *testing.T) {
	if strconv.IntSize < 64 {
		t.Skip("needs integers of 64 bits")
	}
	for text, want := range map[string]int64{"2G": 2 << 30, "8GB": 8 << 30, "1T": 1 << 40, "1.5tib": 3 << 39} {
		var n int
		if err := (sizeFlag{&n}).Set(text); err != nil || int64(n) != want {
			t.Errorf("%s: %d, %v", text, n, err)
		}
	}
}
