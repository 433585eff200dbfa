// Package h2scope runs the whole way from packets to understanding, as a
// library: [Run] reads packets from a capture.Source, puts the TCP connections
// together, finds HTTP/2 in them, decodes it, and tells renderers what happened.
//
//	capture.Source ─Segment→ reassembly.Conn ─Chunk│Gap→ opening.Opening ─Chunk│Gap→ h2decode.Conn ─Event→ Renderer
//
// All concurrency of the program is here, and it is little: one reader makes
// batches of segments, workers decode them, each the connections that are its
// own, and the caller's goroutine merges what they made of a batch and writes
// it. The packages below are plain single-threaded code.
//
// The reader decides all that spans connections (their numbers, which one a
// segment belongs to, which one a limit ends), in the order of the packets. So
// the output is the same octets for any number of workers.
package h2scope
