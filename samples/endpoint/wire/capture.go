package wire

import (
	"io"
	"net/netip"

	"h2scope/capture/pcapng"
)

// A Side is an end of a connection.
type Side uint8

// The sides.
const (
	Client Side = iota
	Server
)

// Other is the peer.
func (s Side) Other() Side { return s ^ 1 }

// String is the name that records use.
func (s Side) String() string {
	if s == Client {
		return "client"
	}
	return "server"
}

// linkTypeRaw says that packets begin with their IP header (LINKTYPE_RAW).
const linkTypeRaw = 101

// A Capture is a capture file in the making. It is for one goroutine.
type Capture struct {
	// Interface is the name of the interface in the file; it may be empty.
	Interface string

	// Take is given each packet as it is made, to keep; nil: the capture keeps
	// them, for Write.
	Take func(time int64, octets []byte)

	packets []packet
	made    int
	last    int64
}

type packet struct {
	time   int64
	octets []byte
}

// Open begins a connection between two addresses of one kind, IPv4 or IPv6. No
// packet is written.
func (c *Capture) Open(client, server netip.AddrPort) *Conn {
	return &Conn{capture: c, ends: [2]netip.AddrPort{client, server}}
}

// add takes a packet that was made.
func (c *Capture) add(time int64, octets []byte) {
	c.made, c.last = c.made+1, time
	if c.Take != nil {
		c.Take(time, octets)
		return
	}
	c.packets = append(c.packets, packet{time: time, octets: octets})
}

// Packets is how many packets were made.
func (c *Capture) Packets() int { return c.made }

// Last is the time of the packet that was made last, in nanoseconds since
// 1970-01-01 UTC; 0 where there is none.
func (c *Capture) Last() int64 { return c.last }

// Write writes the capture as pcapng, the packets that it kept in the order in which they
// were made. secrets are lines of a TLS key log, which stand before the packets
// that they open; none are written where there are none.
func (c *Capture) Write(w io.Writer, secrets []byte) error {
	out := pcapng.NewWriter(w, pcapng.SectionHeader{Order: pcapng.LittleEndian, Application: "h2scope"})
	id, err := out.Interface(pcapng.InterfaceDescription{LinkType: linkTypeRaw, Name: c.Interface})
	if err != nil {
		return err
	}
	if len(secrets) > 0 {
		if err := out.Secrets(pcapng.DecryptionSecrets{Type: pcapng.TLSKeyLog, Data: secrets}); err != nil {
			return err
		}
	}
	for _, p := range c.packets {
		err := out.Packet(pcapng.Packet{
			Interface: id, Timestamp: uint64(p.time), Length: uint32(len(p.octets)), Data: p.octets,
		})
		if err != nil {
			return err
		}
	}
	return out.Flush()
}
