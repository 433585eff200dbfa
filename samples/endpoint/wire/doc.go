// Package wire writes TCP connections as packets, without a socket: who has the
// octets that two endpoints exchanged, and when, gets a capture file of them.
//
//	c := new(wire.Capture)
//	conn := c.Open(client, server)
//	conn.Handshake(at, roundTrip)
//	conn.Send(wire.Packet{Time: at, From: wire.Client, Payload: octets}, wire.EthernetSegment)
//	conn.Close(at, wire.Client)
//	c.Write(w, nil)
//
// A packet is raw IPv4 or IPv6 with a TCP header and right checksums; sequence numbers
// follow from what was sent before. A packet may be lost: it was on the wire,
// and the capture lacks it.
//
// Nothing here looks at a clock or draws a random number, so the same calls
// write the same octets.
package wire
