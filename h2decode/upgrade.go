package h2decode

import (
	"slices"

	"h2scope/hpack"
)

// An Upgrade is the HTTP/1.1 request that began the connection (RFC 7540,
// Section 3.2). It is stream 1's request.
type Upgrade struct {
	Packet, AnswerPacket uint64 // of the request's end and of the 101 response
	Time, AnswerTime     int64
	Offset               uint64 // of the request in the client's octets

	Fields    []hpack.Field // pseudo-header fields as HTTP/2 would have them, then the request's own
	Settings  []byte        // the payload in HTTP2-Settings
	DataBytes uint64        // of the request's body

	// SettingsFields is how many HTTP2-Settings fields the request had,
	// SettingsValid that the value was base64url of a SETTINGS payload, and
	// SettingsNamed that Connection named the field (RFC 7540, Section 3.2.1).
	SettingsFields               int
	SettingsValid, SettingsNamed bool
}

// UpgradeSeen tells of the HTTP/1.1 request with which the connection began.
type UpgradeSeen struct {
	Origin
	Upgrade *Upgrade
}

func (*UpgradeSeen) event() {}

// Upgrade begins the connection with a request that came before the preface.
// The settings in it need no acknowledgment: the 101 response is theirs
// (RFC 7540, Section 3.2.1).
func (c *Conn) Upgrade(u *Upgrade) {
	c.at = Chunk{From: Client, Packet: u.Packet, Time: u.Time, OctetsPacket: u.Packet}
	c.frameEvent = FrameDecoded{}
	c.sink.Event(&UpgradeSeen{c.origin(u.Offset), u})
	s := c.addStream(1, KindUpgrade, Client)
	s.Frames = 0
	s.asked = true
	s.Request.Fields = c.keep(s, &s.Request, &Block{Fields: lowerNames(u.Fields)})
	s.Request.DataBytes = u.DataBytes
	c.step(s, headers, u.Offset)
	c.endHalf(s, Client, u.Offset)

	settings := SettingsFrame{Octets: u.Settings}
	if settings.Len() > 0 {
		c.at = Chunk{From: Server, Packet: u.AnswerPacket, Time: u.AnswerTime, OctetsPacket: u.AnswerPacket}
		c.putInForce(&c.halves[Client], announcement{values: slices.Collect(settings.All()), sentAt: u.Time}, 0)
	}
}

// lowerNames gives the fields with their names in lower case, as HTTP/2 has
// them (RFC 9113, Section 8.2).
func lowerNames(fields []hpack.Field) []hpack.Field {
	lower := slices.Clone(fields)
	for i := range lower {
		name := slices.Clone(lower[i].Name)
		for j, b := range name {
			if 'A' <= b && b <= 'Z' {
				name[j] = b + 'a' - 'A'
			}
		}
		lower[i].Name = name
	}
	return lower
}
