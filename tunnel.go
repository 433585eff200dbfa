package h2scope

import (
	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// TunnelTLS opens TLS inside of tunnels with the secrets that keys has when the
// tunnel is decoded: it is what tunnel.Config wants. nil limits are the defaults.
func TunnelTLS(keys *keylog.Store, limits *tlsdecrypt.Limits) func(tunnel.Handler) tunnel.Session {
	return func(plaintext tunnel.Handler) tunnel.Session {
		return tunnelSession{tlsdecrypt.New(tlsdecrypt.Config{
			Keys: keys, KeysFinal: true, Limits: limits, Client: reassembly.Half(h2decode.Client), ClientKnown: true,
		}, tunnelPlaintext{plaintext})}
	}
}

// tunnelSession gives the records of a tunnel to TLS. The client's half is the
// one with its number.
type tunnelSession struct{ conn *tlsdecrypt.Conn }

// Chunk takes ciphertext.
func (s tunnelSession) Chunk(c *h2decode.Chunk) {
	s.conn.Chunk(&reassembly.Chunk{
		Half: reassembly.Half(c.From), Offset: c.Offset, Packet: c.Packet, Time: c.Time,
		OctetsPacket: c.OctetsPacket, OctetsTime: c.OctetsTime, Data: c.Data,
	})
}

// Gap is told of ciphertext that is missing.
func (s tunnelSession) Gap(g *h2decode.Gap) {
	s.conn.Gap(&reassembly.Gap{Half: reassembly.Half(g.From), Offset: g.Offset, Length: g.Length, Packet: g.Packet, Time: g.Time})
}

// Finish says that nothing more comes.
func (s tunnelSession) Finish() { s.conn.Finish() }

// Security is what the handshake told.
func (s tunnelSession) Security() *h2decode.Security {
	return securityOf(s.conn.Info(), func(half reassembly.Half) h2decode.Side { return h2decode.Side(half) })
}

// tunnelPlaintext hands on what TLS inside a tunnel protects.
type tunnelPlaintext struct{ to tunnel.Handler }

// Chunk takes application data.
func (p tunnelPlaintext) Chunk(c *reassembly.Chunk) {
	p.to.Chunk(&h2decode.Chunk{
		From: h2decode.Side(c.Half), Offset: c.Offset, Packet: c.Packet, Time: c.Time,
		OctetsPacket: c.OctetsPacket, OctetsTime: c.OctetsTime, Data: c.Data,
	})
}

// Gap is told of application data that is missing.
func (p tunnelPlaintext) Gap(g *reassembly.Gap) {
	p.to.Gap(&h2decode.Gap{
		From: h2decode.Side(g.Half), Offset: g.Offset, Length: g.Length, Cause: gapCauses[g.Cause],
		Packet: g.Packet, Time: g.Time, Estimated: true, // padding and tickets may be among it
	})
}
