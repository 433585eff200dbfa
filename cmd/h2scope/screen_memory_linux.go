package main

import (
	"bytes"
	"os"
	"strconv"
)

// residentMemory is how many octets of memory the process has, as ps and top show
// them (proc(5), /proc/self/statm).
func residentMemory() uint64 {
	text, err := os.ReadFile("/proc/self/statm")
	if fields := bytes.Fields(text); err == nil && len(fields) > 1 {
		if pages, err := strconv.ParseUint(string(fields[1]), 10, 64); err == nil {
			return pages * uint64(os.Getpagesize())
		}
	}
	return runtimeMemory()
}
