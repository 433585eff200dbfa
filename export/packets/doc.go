// Package packets writes packets of a capture as a pcapng file: those of the
// connections that were chosen, whole connections of them, with the secrets that
// open them.
//
// That takes two passes over the capture. In the first a [Selection] is told of
// which connection each packet is and which connections are chosen, which may be
// known only when they end. In the second [Write] copies the packets:
//
//	s := packets.NewSelection(known)
//	// first pass: s.Packet for each packet of a connection
//	s.Choose(3, 7)
//	// second pass
//	counts, err := packets.Write(w, packets.Capture{Next: next, …}, s)
//
// What is copied is the packet as it was captured: its octets, link layer and all,
// its time, its length on the wire, the interface that it came in on, and what
// people wrote about it.
//
// # Secrets
//
// Of a key log only the lines of the connections that are chosen are written, so
// that the file opens what is in it and nothing else. A connection has the secrets
// of the client randoms that its packets hold (RFC 8446, Section 4.1.2): a
// ClientHello is looked for in its octets, across packets, too, and believed where
// the key log knows its random.
//
// # Fragments
//
// To which connection a fragment of an IP datagram belongs only the last fragment
// tells. Fragments that wait for it are written whosever they are, and counted.
//
// # Memory
//
// A packet of the capture takes 4 octets during the first pass, a connection some
// 200.
package packets
