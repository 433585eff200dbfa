package h2scope

import (
	"fmt"
	"slices"
	"strings"

	"h2scope/capture/segment"
	"h2scope/h2decode"
	"h2scope/hpack"
	"h2scope/reassembly"
	"h2scope/reassembly/opening"
)

// finish ends the connection and tells all about it.
func (f *flow) finish(reason h2decode.CloseReason) {
	f.tcp.Finish(f.octets)
	f.octets.finish()
	f.guessClient()
	f.tellOpened()

	c := &f.closed
	c.Number = f.number
	c.Client, c.Server = f.ends[f.client].AddrPort(), f.ends[f.client.Other()].AddrPort()
	c.Opened, c.OpenedPacket = f.first.Time, f.first.Packet
	c.Closed, c.Packet = f.last.Time, f.last.Packet
	c.Close = reason
	if reason == h2decode.EndOfCapture {
		c.Close = f.closeReason()
	}
	stats := f.tcp.Stats()
	if c.Close == h2decode.ClosedFIN || c.Close == h2decode.ClosedRST {
		c.ClosedBy, c.HasCloser = f.side(stats.ClosedBy), true
	}
	f.fillTCP(stats)
	for _, l := range f.links {
		if name := linkName(l); name != "" && !slices.Contains(c.Links, name) {
			c.Links = append(c.Links, name)
		}
	}
	if f.tls != nil {
		c.TLS = f.security(f.tls.Info())
	}
	f.tellClosed(&h2decode.ConnectionClosed{Connection: c})
}

// guessClient settles who is shown as the client of a connection of which
// nothing told: the end with the greater port number.
func (f *flow) guessClient() {
	if f.clientKnown {
		return
	}
	half := reassembly.Half(0)
	if f.ends[1].Port > f.ends[0].Port {
		half = 1
	}
	f.setClient(half)
}

func (f *flow) fillTCP(stats *reassembly.Stats) {
	t := &f.closed.TCP
	t.RTT = stats.InitialRTT.Nanoseconds()
	for half := range stats.Half {
		s, side := &stats.Half[half], f.side(reassembly.Half(half))
		t.Packets[side], t.Bytes[side] = s.Packets, s.Bytes
		t.Retransmissions[side] = s.Retransmissions
		t.OutOfOrder[side] = s.OutOfOrder
		t.Duplicates[side] = s.Duplicates
		t.Gaps[side], t.GapBytes[side] = s.Gaps, s.GapBytes
		t.ZeroWindows[side] = s.ZeroWindows
		t.BadChecksums[side] = s.BadChecksums
		t.Conflicts[side] = s.Conflicts
		t.OutOfWindow[side] = s.OutOfWindow
	}
}

// linkName is "eth0 vlan 5 vxlan 42"; empty where the capture names nothing.
func linkName(l *segment.Link) string {
	var parts []string
	if l.Interface != "" {
		parts = append(parts, l.Interface)
	}
	for _, vlan := range l.VLANs {
		parts = append(parts, fmt.Sprintf("vlan %d", vlan))
	}
	return strings.Join(append(parts, l.Tunnels...), " ")
}

// upgradeOf puts the HTTP/1.1 request that began the connection the way HTTP/2
// would have: pseudo-header fields first (RFC 9113, Section 8.3.1), and without
// the fields that speak about the HTTP/1.1 connection (Section 8.2.2).
func upgradeOf(u *opening.Upgrade) *h2decode.Upgrade {
	up := &h2decode.Upgrade{
		Packet: u.Request.Last.Packet, Time: u.Request.Last.Time, Offset: u.Request.First.Offset,
		AnswerPacket: u.Response.Last.Packet, AnswerTime: u.Response.Last.Time,
		Settings: u.Settings, DataBytes: u.Body, SettingsValid: u.SettingsValid,
	}
	for _, f := range u.Fields {
		switch strings.ToLower(f.Name) {
		case "http2-settings":
			up.SettingsFields++
		case "connection":
			up.SettingsNamed = up.SettingsNamed || namesSettings(f.Value)
		}
	}
	add := func(name, value string) {
		up.Fields = append(up.Fields, hpack.Field{Name: []byte(name), Value: []byte(value)})
	}
	add(":method", u.Method)
	add(":scheme", "http")
	if u.Authority != "" {
		add(":authority", u.Authority)
	}
	add(":path", u.Path)
	for _, f := range u.Fields {
		if !connectionSpecific(f.Name) {
			add(f.Name, f.Value)
		}
	}
	return up
}

// namesSettings reports whether a Connection field names HTTP2-Settings.
func namesSettings(value string) bool {
	for option := range strings.SplitSeq(value, ",") {
		if strings.EqualFold(strings.TrimSpace(option), "http2-settings") {
			return true
		}
	}
	return false
}

func connectionSpecific(name string) bool {
	switch strings.ToLower(name) {
	case "connection", "host", "upgrade", "http2-settings", "keep-alive", "proxy-connection", "transfer-encoding":
		return true
	}
	return false
}
