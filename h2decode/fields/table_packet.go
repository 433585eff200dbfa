package fields

import "h2scope/h2decode"

// packetFields are Wireshark's fields of the layers below HTTP/2.
var packetFields = []Field{
	{Name: "frame.number", Type: Integer, Doc: "Number of the packet that completes the frame, from 1; of a stream, that of its first frame.", on: on{
		Finding: ofFinding(func(f *h2decode.Finding) value { return number(f.Packet) }),
		Frame:   ofFrame(func(f *h2decode.FrameDecoded) value { return number(f.Packet) }),
		Stream:  ofStream(func(s *h2decode.Stream) value { return positive(s.OpenedPacket) }).early(),
	}},
	{Name: "frame.time", Type: Time, Doc: "Time of the packet that completes the frame; of a stream, when it opened; of a connection, its first packet's.", on: times},
	{Name: "frame.time_epoch", Type: Time, form: epoch, Doc: "The same as frame.time, shown as seconds since 1970.", on: times},

	{Name: "ip", Type: Mark, Doc: "The connection runs over IPv4.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return mark(c.Client.Addr().Unmap().Is4()) }).early(),
	}},
	{Name: "ip.src", Type: Address, ip: 4, Doc: "IPv4 address of the sender; of a stream or connection, of the client.", on: addresses(only(sender), 4)},
	{Name: "ip.dst", Type: Address, ip: 4, Doc: "IPv4 address of the receiver; of a stream or connection, of the server.", on: addresses(only(receiver), 4)},
	{Name: "ip.addr", Type: Address, ip: 4, uniform: Conn, Doc: "IPv4 addresses of both ends.", on: addresses(both, 4)},
	{Name: "ipv6", Type: Mark, Doc: "The connection runs over IPv6.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return mark(c.Client.Addr().Unmap().Is6()) }).early(),
	}},
	{Name: "ipv6.src", Type: Address, ip: 6, Doc: "IPv6 address of the sender; of a stream or connection, of the client.", on: addresses(only(sender), 6)},
	{Name: "ipv6.dst", Type: Address, ip: 6, Doc: "IPv6 address of the receiver; of a stream or connection, of the server.", on: addresses(only(receiver), 6)},
	{Name: "ipv6.addr", Type: Address, ip: 6, uniform: Conn, Doc: "IPv6 addresses of both ends.", on: addresses(both, 6)},

	{Name: "tcp", Type: Mark, Doc: "It runs over TCP: true of all.", on: on{
		Conn: ofConn(func(*h2decode.Connection) value { return mark(true) }).early(),
	}},
	{Name: "tcp.srcport", Type: Integer, Doc: "TCP port of the sender; of a stream or connection, of the client.", on: ports(only(sender))},
	{Name: "tcp.dstport", Type: Integer, Doc: "TCP port of the receiver; of a stream or connection, of the server.", on: ports(only(receiver))},
	{Name: "tcp.port", Type: Integer, uniform: Conn, Doc: "TCP ports of both ends.", on: ports(both)},
	{Name: "tcp.stream", Type: Integer, Doc: "Number of the connection from 0: one less than h2.conn.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return number(c.Number - 1).when(c.Number > 0) }).early(),
	}},

	{Name: "tls", Type: Mark, Doc: "The connection uses TLS.", on: on{
		Conn: ofTLS(func(*h2decode.Security) value { return mark(true) }),
	}},
	{Name: "tls.handshake.extensions_server_name", Type: String, Doc: "Name of the server as the client gave it (SNI).", on: on{
		Conn: ofTLS(func(t *h2decode.Security) value { return word(t.ServerName) }),
	}},
	{Name: "tls.handshake.extensions_alpn_str", Type: String, Doc: "Protocols that the client offered (ALPN).", on: on{
		Conn: {of: Conn, read: func(s *Subject, at cursor) (value, cursor) {
			if s.Conn.TLS == nil || at >= cursor(len(s.Conn.TLS.Offered)) {
				return value{}, 0
			}
			return word(s.Conn.TLS.Offered[at]), at + 1
		}},
	}},
	{Name: "tls.handshake.ja3", Type: String, Doc: "JA3 fingerprint of the ClientHello, as its MD5.", on: on{
		Conn: ofTLS(func(t *h2decode.Security) value { return word(t.JA3) }),
	}},
}

var times = on{
	Finding: ofFinding(func(f *h2decode.Finding) value { return number(f.Time) }),
	Frame:   ofFrame(func(f *h2decode.FrameDecoded) value { return number(f.Time) }),
	Stream:  ofStream(func(s *h2decode.Stream) value { return number(s.OpenedAt).when(s.OpenedAt != 0) }).early(),
	Conn:    ofConn(func(c *h2decode.Connection) value { return number(c.Opened) }).early(),
}
