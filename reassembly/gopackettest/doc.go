// Package gopackettest compares package reassembly with
// github.com/google/gopacket/reassembly v1.1.19. It has tests only, and stands
// apart because importing gopacket's package registers flags for the whole
// program.
//
// Where gopacket is right, both must read the same octets: segments in order,
// or out of order within its limits, away from a sequence wrap. Where it is
// not, each reason for not using it is a test that fails if gopacket changes.
package gopackettest
