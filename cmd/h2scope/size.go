package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A sizeFlag is a number of octets: 512, 64K, 1M, 2GiB, 8GB. The units are powers
// of 1024, however they are spelled.
type sizeFlag struct{ octets *int }

var sizeUnits = []struct {
	suffix string
	octets float64
}{
	{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40},
	{"kb", 1 << 10}, {"mb", 1 << 20}, {"gb", 1 << 30}, {"tb", 1 << 40},
	{"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {"t", 1 << 40},
}

// Set reads the flag's value.
func (f sizeFlag) Set(s string) error {
	number, unit := strings.ToLower(s), 1.0
	for _, u := range sizeUnits {
		if rest, found := strings.CutSuffix(number, u.suffix); found {
			number, unit = rest, u.octets
			break
		}
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !(v >= 0) || v*unit >= math.MaxInt {
		return fmt.Errorf("is a size such as 64K, 1M or 2G")
	}
	*f.octets = int(v * unit)
	return nil
}

// String is the value as Set reads it.
func (f sizeFlag) String() string {
	if f.octets == nil {
		return "0"
	}
	n := *f.octets
	switch {
	case n != 0 && n%(1<<30) == 0:
		return strconv.Itoa(n>>30) + "G"
	case n != 0 && n%(1<<20) == 0:
		return strconv.Itoa(n>>20) + "M"
	case n != 0 && n%(1<<10) == 0:
		return strconv.Itoa(n>>10) + "K"
	}
	return strconv.Itoa(n)
}

// Type names the value in usage texts.
func (f sizeFlag) Type() string { return "size" }
