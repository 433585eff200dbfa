// H2scope shows the HTTP/2 in packet captures.
//
//	h2scope capture.pcapng           what is in it, and what is wrong with it
//	h2scope conns capture.pcapng     a line a connection
//	h2scope streams capture.pcapng   a line a stream
//	h2scope frames capture.pcapng    a line a frame
//	h2scope hpack 828684…            decode field blocks given as hex
//	h2scope demo                     the same on an embedded sample
//
// This package is flags and wiring: it opens what package capture reads, hands
// it to h2scope.Run with a renderer of export or export/text, and turns what
// comes of it into output and an exit code. h2scope help COMMAND is its manual.
package main
