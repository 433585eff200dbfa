package printable

import (
	"testing"
	"time"
)

func TestSize(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0", 999: "999", 1000: "1.00k", 1234: "1.23k", 9994: "9.99k", 9996: "10.0k", 12345: "12.3k", 99_960: "100k",
		999_499: "999k", 999_500: "1.00M", 533_000_000: "533M", 1<<64 - 1: "18.4E",
	} {
		if got := Size(n); got != want {
			t.Errorf("Size(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "0s"}, {5, "5ns"}, {1500, "1.50µs"}, {999_499, "999µs"}, {999_500, "1.00ms"}, {12_345_678, "12.3ms"},
		{time.Second, "1.00s"}, {59 * time.Second, "59.0s"}, {100 * time.Second, "1m40s"}, {125 * time.Second, "2m05s"},
		{3 * time.Hour, "3h00m"}, {100 * time.Minute, "1h40m"}, {101 * time.Hour, "4d05h"}, {-time.Second, "-1.00s"},
	}
	for _, tt := range tests {
		if got := Duration(int64(tt.d)); got != tt.want {
			t.Errorf("Duration(%d) = %s, want %s", tt.d, got, tt.want)
		}
	}
}
