package main

import "testing"

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
		{"1G", 1 << 30, "1024M"},
	}
	for _, test := range tests {
		var n int
		f := sizeFlag{&n}
		if err := f.Set(test.text); err != nil || n != test.octets || f.String() != test.again {
			t.Errorf("%s: %d, %q, %v; want %d, %q", test.text, n, f.String(), err, test.octets, test.again)
		}
	}
	for _, text := range []string{"", "K", "-1", "1T", "9G", "lots"} {
		if err := (sizeFlag{new(int)}).Set(text); err == nil {
			t.Errorf("%q is a size", text)
		}
	}
}
