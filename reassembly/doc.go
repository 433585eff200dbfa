// Package reassembly puts the octets of TCP connections in order, as an
// observer that hears both sides and can ask neither.
//
// # Two parts
//
// A [Tracker] is used by the one goroutine that reads packets: it finds the
// connection of each segment, numbers connections from 1 by their first
// packet, and decides where a port is used again. A [Conn] holds one
// connection and is used by one goroutine at a time: segments in, [Chunk] and
// [Gap] out, each half in order and each octet once.
//
//	t := tracker.Track(s)               // which connection, which half
//	conns[t.Conn].Segment(t.Half, s, h) // h.Chunk and h.Gap are called
//	conns[t.Conn].Finish(h)             // what is held, behind gaps
//
// # Offsets
//
// The first octet after SYN is offset 0 of its half. Where no SYN was
// captured, a SYN-ACK or the handshake's last ACK of the other side still
// tells where the half began; else the first octet that was captured is
// offset 0. Offsets are 64 bits wide, however often the 32-bit sequence
// numbers wrap (RFC 9293, Section 3.4).
//
// # Which copy wins
//
// The first captured copy of an octet. In-order octets are handed on without
// a copy, so a later copy can be compared only while the first is held out of
// order: a difference there is a conflict, counted and told to the
// [Observer]. Octets that were handed on are gone, and later copies of them
// are not compared.
//
// # What is missing
//
// Octets that the receiver has acknowledged and the capture lacks are a gap
// with cause [CaptureLoss] once the acknowledging packet is 64 packets of the
// connection and 100 ms old: mirrors and merged files show ACKs early. Other
// holes wait for their retransmission until a limit is met ([Limits]) or
// until [Conn.Finish]; their cause is [Missing]. Octets that the snapshot
// length cut are a gap at once when their turn comes, unless a whole copy
// came before. A last acknowledged octet behind which nothing was ever seen
// is taken for a FIN that the capture lacks, not for a gap.
//
// # Which segments count
//
//   - The same packet seen twice (two interfaces, two links) is a duplicate,
//     known by its IP identification or, without one, by its whole TCP header,
//     within a few milliseconds. It never counts as a retransmission.
//   - A wrong checksum rejects a segment unless checksums are offloaded: the
//     field holds the folded pseudo-header sum, the segment is longer than its
//     receiver's MSS (merged by the network card or the kernel), or most
//     checksums of that half on that interface are wrong. While the counts
//     are undecided the segment is set aside, and the next ones decide.
//   - A sequence number that no window could allow is out of window and is
//     ignored, unless several such segments agree and the other side's ACKs
//     confirm them (or the other side was never seen): then the capture lost
//     more than a window, and a gap of the right length, modulo 2^32, follows.
//   - RST counts only inside the window (RFC 5961, Section 3). What comes
//     after it is still handed on: it may have been forged, or overtaken.
package reassembly
