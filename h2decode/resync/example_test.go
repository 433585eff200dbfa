package resync_test

import (
	"fmt"

	"h2scope/h2decode/resync"
)

// A capture lost what a client sent first. Its requests come in segments of their
// own; each segment's tag is the number of its packet.
func Example() {
	request := func(stream byte, path string) []byte {
		block := append([]byte{0x82, 0x86, 0x04, byte(len(path))}, path...)
		return append([]byte{0, 0, byte(len(block)), 1, 5, 0, 0, 0, stream}, block...)
	}
	segments := [][]byte{
		[]byte("…the end of a request"),
		request(7, "/articles/2026/a-title"),
		request(9, "/articles/2026/another"),
		request(11, "/articles/2026/the-third"),
		request(13, "/articles/2026/the-last"),
		request(15, "/about"),
	}

	finder := resync.New[int](resync.Config{MaxFrameSize: 16384})
	offset := uint64(4000)
	for packet, octets := range segments {
		if finder.Chunk(octets, offset, packet) {
			break
		}
		offset += uint64(len(octets))
	}
	fmt.Println("boundary at", finder.Boundary(), "of the", finder.Role(), "behind", finder.Passed(), "octets")
	finder.Replay(func(octets []byte, offset uint64, packet int) {
		fmt.Printf("packet %d, offset %d: %d octets\n", packet, offset, len(octets))
	})

	// Output:
	// boundary at 4130 of the client behind 130 octets
	// packet 4, offset 4130: 36 octets
}
