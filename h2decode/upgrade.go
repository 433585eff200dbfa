package h2decode

import (
	"strings"

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
}

// Upgrade begins the connection with a request that came before the preface.
// The settings in it need no acknowledgment: the 101 response is theirs
// (RFC 7540, Section 3.2.1).
func (c *Conn) Upgrade(u *Upgrade) {
	c.at = Chunk{From: Client, Packet: u.Packet, Time: u.Time, OctetsPacket: u.Packet}
	c.frameEvent = FrameDecoded{}
	s := c.addStream(1, KindUpgrade, Client)
	s.Frames = 0
	s.asked = true
	for i := range u.Fields {
		f := &u.Fields[i]
		f.Name = []byte(strings.ToLower(string(f.Name))) // RFC 9113, Section 8.2
	}
	c.keepSection(s, &s.Request, &Block{Fields: u.Fields})
	s.Request.DataBytes = u.DataBytes
	c.step(s, headers, u.Offset)
	c.endHalf(s, Client, u.Offset)

	frame, _ := c.payloads.parseSettings(FrameHeader{Type: TypeSettings, Length: uint32(len(u.Settings))}, u.Settings)
	if settings := frame.(*SettingsFrame); settings.Len() > 0 {
		c.at = Chunk{From: Server, Packet: u.AnswerPacket, Time: u.AnswerTime, OctetsPacket: u.AnswerPacket}
		var announced pendingSettings
		for v := range settings.All() {
			announced.values = append(announced.values, v)
		}
		announced.sentAt = u.Time
		c.putInForce(&c.halves[Client], announced)
	}
}
