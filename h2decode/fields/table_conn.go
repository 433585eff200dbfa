package fields

import "h2scope/h2decode"

// connFields are what h2scope knows of connections.
var connFields = []Field{
	{Name: "h2.conn", Type: Integer, uniform: Conn, Doc: "Number of the connection, from 1 in order of first packets.", on: on{
		Finding: ofFinding(func(f *h2decode.Finding) value { return number(f.Conn) }),
		Frame:   ofFrame(func(f *h2decode.FrameDecoded) value { return number(f.Conn) }),
		Conn:    ofConn(func(c *h2decode.Connection) value { return number(c.Number) }).early(),
	}},
	{Name: "h2.client", Type: Address, Doc: "Address of the client.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return address(c.Client.Addr()).when(c.Client.IsValid()) }).early(),
	}},
	{Name: "h2.client.port", Type: Integer, Doc: "TCP port of the client.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return number(c.Client.Port()) }).early(),
	}},
	{Name: "h2.server", Type: Address, Doc: "Address of the server.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return address(c.Server.Addr()).when(c.Server.IsValid()) }).early(),
	}},
	{Name: "h2.server.port", Type: Integer, Doc: "TCP port of the server.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return number(c.Server.Port()) }).early(),
	}},
	{Name: "h2.transport", Type: Enum, Names: transports, Doc: "What carries the protocol.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return number(c.Transport) }),
	}},
	{Name: "h2.protocol", Type: Enum, Names: protocols, Doc: "What the connection carries.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return number(c.Protocol) }),
	}},
	{Name: "h2.start", Type: Enum, Names: starts, Doc: "How HTTP/2 began, or was recognised.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return number(c.Start).when(c.Start != h2decode.NoStart) }),
	}},
	{Name: "h2.close", Type: Enum, Names: closeReasons, Doc: "How the connection ended.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return number(c.Close) }),
	}},
	{Name: "h2.closed_by", Type: Enum, Names: sideNames, Doc: "Who ended the connection.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return number(c.ClosedBy).when(c.HasCloser) }),
	}},
	{Name: "h2.via", Type: String, Doc: "Kinds of proxies' greetings before the protocol.", on: on{
		Conn: {of: Conn, read: func(s *Subject, at cursor) (value, cursor) {
			if at >= cursor(len(s.Conn.Via)) {
				return value{}, 0
			}
			return word(s.Conn.Via[at].Kind), at + 1
		}},
	}},
	{Name: "h2.link", Type: String, Doc: "Interfaces, VLANs and tunnels on which the connection was seen.", on: on{
		Conn: {of: Conn, read: func(s *Subject, at cursor) (value, cursor) {
			if at >= cursor(len(s.Conn.Links)) {
				return value{}, 0
			}
			return word(s.Conn.Links[at]), at + 1
		}},
	}},
	{Name: "h2.streams", Type: Integer, Doc: "Streams of the connection.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return number(c.Streams) }),
	}},
	{Name: "h2.goaway", Type: Enum, Names: errorCodes, Doc: "Error codes of the last GOAWAY of each side.", on: on{
		Conn: {of: Conn, read: goAways},
	}},
	{Name: "h2.fingerprint", Type: String, Doc: "HTTP/2 fingerprint of the client, in Akamai's form.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return word(c.Akamai) }),
	}},
	{Name: "h2.gap", Type: Integer, Doc: "How often octets are missing, where they are.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return positive(c.Gaps) }),
	}},
	{Name: "h2.unread", Type: Integer, Doc: "Octets at the end of both sides that are of no whole frame, where there are any.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return positive(c.Unread[0] + c.Unread[1]) }),
	}},
	{Name: "h2.gap.bytes", Type: Integer, Doc: "Octets of TCP that the capture lacks, of both sides, where there are any.", on: ofTCP(func(t *h2decode.TCPStats) *[2]uint64 { return &t.GapBytes })},
	{Name: "h2.retransmissions", Type: Integer, Doc: "TCP segments sent again, by both sides, where there are any.", on: ofTCP(func(t *h2decode.TCPStats) *[2]uint64 { return &t.Retransmissions })},
	{Name: "h2.zero_windows", Type: Integer, Doc: "How often a TCP receive window was shut, where it was.", on: ofTCP(func(t *h2decode.TCPStats) *[2]uint64 { return &t.ZeroWindows })},
	{Name: "h2.bytes", Type: Integer, Doc: "Octets of TCP payload, of both sides.", on: ofTCP(func(t *h2decode.TCPStats) *[2]uint64 { return &t.Bytes })},
	{Name: "h2.rtt", Type: Duration, Doc: "First round trip of the connection.", on: on{
		Conn: ofConn(func(c *h2decode.Connection) value { return positive(c.TCP.RTT) }),
	}},

	{Name: "h2.tls.version", Type: String, Doc: "TLS version: TLS 1.3.", on: on{
		Conn: ofTLS(func(t *h2decode.Security) value { return word(t.Version) }),
	}},
	{Name: "h2.tls.cipher", Type: String, Doc: "Name of the cipher suite.", on: on{
		Conn: ofTLS(func(t *h2decode.Security) value { return word(t.Cipher) }),
	}},
	{Name: "h2.tls.alpn", Type: String, Doc: "Protocol that the server chose (ALPN).", on: on{
		Conn: ofTLS(func(t *h2decode.Security) value { return word(t.ALPN) }),
	}},
	{Name: "h2.tls.decrypted", Type: String, Doc: "How much was decrypted: full, client-only, server-only, partial or none.", on: on{
		Conn: ofTLS(func(t *h2decode.Security) value { return word(t.Decrypted) }),
	}},
	{Name: "h2.tls.reason", Type: String, Doc: "Why not all was decrypted.", on: on{
		Conn: ofTLS(func(t *h2decode.Security) value { return word(t.Reason) }),
	}},
	{Name: "h2.tls.resumed", Type: Mark, Doc: "The TLS session was resumed.", on: on{
		Conn: ofTLS(func(t *h2decode.Security) value { return mark(t.Resumed) }),
	}},
	{Name: "h2.tls.early_data", Type: String, Doc: "Whether early data was offered, accepted or refused.", on: on{
		Conn: ofTLS(func(t *h2decode.Security) value { return word(t.EarlyData) }),
	}},
	{Name: "h2.tls.ja4", Type: String, Doc: "JA4 fingerprint of the ClientHello.", on: on{
		Conn: ofTLS(func(t *h2decode.Security) value { return word(t.JA4) }),
	}},
}

// ofTCP reads what is counted for both sides, where it is not 0.
func ofTCP(get func(*h2decode.TCPStats) *[2]uint64) on {
	return on{Conn: ofConn(func(c *h2decode.Connection) value {
		sides := get(&c.TCP)
		return positive(sides[0] + sides[1])
	})}
}

// goAways reads the sides that sent one. The cursor is the side.
func goAways(s *Subject, at cursor) (value, cursor) {
	for ; at < cursor(len(s.Conn.GoAway)); at++ {
		if g := s.Conn.GoAway[at]; g != nil {
			return number(g.Code), at + 1
		}
	}
	return value{}, 0
}
