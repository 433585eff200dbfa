//go:build !linux

package main

// residentMemory is how many octets of memory the process has, as far as it knows.
func residentMemory() uint64 { return runtimeMemory() }
