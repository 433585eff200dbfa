// Package tunnel finds out what the tunnel of a CONNECT request carries (RFC
// 9113, Section 8.5), or that of an extended CONNECT (RFC 8441), and decodes
// HTTP/2 inside it.
//
// What lies in the DATA of such a stream is no content of a message: it is the
// octets of a connection of its own, between the client and whoever is behind the
// proxy. To an observer these octets are like those of TCP: two sides, in order,
// cut anywhere, and with holes where the capture has some.
//
// # In the flow
//
// A [Decoder] takes the octets of both sides in the order in which they came, and
// tells a sink the events of the HTTP/2 that is inside:
//
//	d := tunnel.New(tunnel.Config{Conn: 7}, sink)
//	d.Write(tunnel.At{From: h2decode.Client, Packet: 12, Time: t}, octets)
//	d.Missing(tunnel.At{From: h2decode.Server, Packet: 13, Time: t}, 200, false)
//	result := d.Close(90, end)
//
// The events are those of an ordinary connection, made by an ordinary
// [h2decode.Conn] with its limits, and judged by the ordinary rules: a finding
// comes behind the event that gave rise to it, SetUp is the first, and
// ConnectionClosed the last.
// Each has the packet and the time of the outer packet that let it be decoded. Its
// Offset counts the tunnel's octets, or those that TLS protected. Events bear the
// number of the outer connection: whoever shows them says which stream they were
// in.
//
// # What is told apart
//
// The client's first octets decide (opening.go): the connection preface of HTTP/2
// (RFC 9113, Section 3.4), a TLS record with a ClientHello, a request line of
// HTTP/1. Anything else is [Octets]. Until enough of them have come those of the
// server are held, which may speak first. Where the capture lacks the client's
// first octets nothing is guessed, and [Result.Reason] says so.
//
// # TLS
//
// This package knows no TLS. Who has secrets gives Config.TLS, which opens the
// records of one connection (package h2scope has one, over a key log); the
// application data comes back and is looked at in its turn, where ALPN does not
// name it. Where it cannot be opened the protocol is [TLS], with what the handshake
// told and the reason.
//
// # Tunnels in tunnels
//
// A CONNECT inside the tunnel is a stream like others: its DATA is told, and a
// Decoder can be made for it. How deep to go is for the caller to say; [MaxDepth]
// is what all of this program's exports go by.
//
// # Limits
//
// Up to [MaxHeld] octets are held until it is known what is spoken; a tunnel that
// is undecided there is [Octets]. All else is passed on as it comes, so that a
// tunnel of any length takes the memory of a connection, and time in proportion to
// its octets.
package tunnel
