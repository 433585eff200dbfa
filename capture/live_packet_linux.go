//go:build linux && !libpcap

package capture

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// A packet begins with a tpacket3_hdr, and a sockaddr_ll behind it.
	packetHeader = unix.SizeofTpacket3Hdr

	tagLength  = 4  // of a VLAN tag
	tagAt      = 12 // in an Ethernet frame
	sll2Length = 20
)

// packet copies the next packet of the block, with what the kernel put beside
// it back in its place.
func (r *ring) packet(p *Packet, s *shelf) {
	h := (*unix.Tpacket3Hdr)(unsafe.Pointer(&r.memory[r.at]))
	octets := r.memory[r.at+int(h.Mac):][:h.Snaplen]
	tag, tagged := vlanTag(h)
	p.Time = int64(h.Sec)*1e9 + int64(h.Nsec)
	p.Length = int(h.Len)
	switch {
	case r.linkType == LinkTypeLinuxSLL2:
		from := (*unix.RawSockaddrLinklayer)(unsafe.Pointer(&r.memory[r.at+packetHeader]))
		p.Data, p.Window = s.room(sll2Length + tagRoom(tagged) + len(octets))
		p.Length += len(p.Data) - len(octets)
		copy(p.Data[putCooked(p.Data, from, octets, tag, tagged):], octets)
	case tagged && len(octets) >= tagAt:
		p.Data, p.Window = s.room(tagLength + len(octets))
		p.Length += tagLength
		copy(p.Data, octets[:tagAt])
		copy(p.Data[tagAt:], tag[:])
		copy(p.Data[tagAt+tagLength:], octets[tagAt:])
	default:
		p.Data, p.Window = s.room(len(octets))
		copy(p.Data, octets)
	}
	r.at += int(h.Next_offset)
}

// vlanTag is the outermost VLAN tag, which the kernel, or the network card
// before it, takes out of a packet.
func vlanTag(h *unix.Tpacket3Hdr) (tag [tagLength]byte, tagged bool) {
	if h.Status&unix.TP_STATUS_VLAN_VALID == 0 {
		return tag, false
	}
	protocol := uint16(unix.ETH_P_8021Q)
	if h.Status&unix.TP_STATUS_VLAN_TPID_VALID != 0 {
		protocol = h.Hv1.Vlan_tpid
	}
	binary.BigEndian.PutUint16(tag[:], protocol)
	binary.BigEndian.PutUint16(tag[2:], uint16(h.Hv1.Vlan_tci))
	return tag, true
}

func tagRoom(tagged bool) int {
	if tagged {
		return tagLength
	}
	return 0
}

// putCooked writes a LINKTYPE_LINUX_SLL2 header, and behind it what is left of
// a VLAN tag whose type takes the place of the packet's. It returns how many
// octets that is.
func putCooked(b []byte, from *unix.RawSockaddrLinklayer, octets []byte, tag [tagLength]byte, tagged bool) int {
	protocol := bigEndian(from.Protocol) // is in the order of the network: this is the host's
	binary.BigEndian.PutUint32(b, uint32(protocol)<<16)
	binary.BigEndian.PutUint32(b[4:], uint32(from.Ifindex))
	binary.BigEndian.PutUint16(b[8:], from.Hatype)
	b[10], b[11] = from.Pkttype, from.Halen
	copy(b[12:sll2Length], from.Addr[:])
	if !tagged {
		return sll2Length
	}
	copy(b, tag[:2])
	copy(b[sll2Length:], tag[2:])
	if beginsWithTag(protocol, octets) {
		protocol = unix.ETH_P_8021Q
	}
	binary.BigEndian.PutUint16(b[sll2Length+2:], protocol)
	return sll2Length + tagLength
}

// beginsWithTag reports whether what should be an IP packet is the rest of
// a second VLAN tag and the packet: since 6.10 Linux tells the protocol behind
// all tags, and takes one of them out.
func beginsWithTag(protocol uint16, octets []byte) bool {
	if len(octets) < 5 || binary.BigEndian.Uint16(octets[2:]) != protocol {
		return false
	}
	return versionType(octets[0]) != protocol && versionType(octets[4]) == protocol
}
