package filter

import (
	"encoding/binary"
	"math/rand/v2"
)

// A packetMaker makes packets at random from few values, so that expressions
// made from the same values meet them.
type packetMaker struct{ *rand.Rand }

func newPacketMaker(seed uint64) packetMaker {
	return packetMaker{rand.New(rand.NewPCG(seed, 1))}
}

var (
	somePorts = []uint16{22, 53, 80, 443, 8080, 50000}
	someIPv4  = []string{"\x0a\x01\x02\x03", "\xc0\x00\x02\x01", "\x7f\x00\x00\x01", "\xe0\x00\x00\x01", "\x0a\x00\x00\x00"}
	someIPv6  = []string{
		"\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01",
		"\x20\x01\x0d\xb8\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02",
		"\xff\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01",
	}
	someMACs = []string{"\x02\x00\x00\x00\x00\x01", "\x02\x00\x00\x00\x00\x02", "\xff\xff\xff\xff\xff\xff", "\x01\x00\x5e\x00\x00\x01"}
	// LLC and SNAP: STP, ISO, NetBEUI, IPX and AppleTalk, and IPX without LLC.
	someLLC = []string{
		"\x42\x42\x03\x00", "\xfe\xfe\x03\x83", "\xf0\xf0\x03\x00", "\xe0\xe0\x03\x00",
		"\xaa\xaa\x03\x08\x00\x07\x80\x9b", "\xaa\xaa\x03\x00\x00\x00\x81\x37",
		"\xaa\xaa\x03\x00\x00\x00\x80\xf3", "\xff\xff\x00\x20", "\x06\x06\x03\x45",
	}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// one is true once in n times.
func (m packetMaker) one(n int) bool { return m.IntN(n) == 0 }

// packet makes one packet of a link type; some are cut short.
func (m packetMaker) packet(link uint16) []byte {
	etherType, payload := m.network()
	data := append(m.header(link, etherType), payload...)
	if m.one(4) {
		data = data[:m.IntN(len(data)+1)]
	}
	return data
}

func (m packetMaker) header(link, etherType uint16) []byte {
	switch link {
	case testEthernet:
		return m.ethernet(etherType)
	case testNull:
		return binary.LittleEndian.AppendUint32(nil, m.family(etherType))
	case testLoop:
		return binary.BigEndian.AppendUint32(nil, m.family(etherType))
	case testSLL:
		b := []byte{0, byte(m.IntN(5)), 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0}
		return binary.BigEndian.AppendUint16(b, m.orLLC(etherType))
	case testSLL2:
		b := binary.BigEndian.AppendUint16(nil, etherType)
		return append(b, 0, 0, 0, 0, 0, byte(m.IntN(3)), 0, 1, byte(m.IntN(5)), 6, 2, 0, 0, 0, 0, 1, 0, 0)
	case testPPP, testPPPHDLC:
		return binary.BigEndian.AppendUint16([]byte{0xff, 3}, m.ppp(etherType))
	case testPPPEther:
		return binary.BigEndian.AppendUint16([]byte{0x11, 0, 0, 5, 0, 40}, m.ppp(etherType))
	case testCiscoHDLC:
		return binary.BigEndian.AppendUint16([]byte{0x0f, 0}, etherType)
	}
	return nil
}

// orLLC is at times the type of LINUX_SLL for IEEE 802.3 or 802.2.
func (m packetMaker) orLLC(etherType uint16) uint16 {
	if etherType > maxLength8023 || m.one(3) {
		return etherType
	}
	return pick(m.Rand, []uint16{1, 4})
}

func (m packetMaker) ppp(etherType uint16) uint16 {
	if etherType == etherMPLS {
		return 0x281
	}
	return uint16(pppNumber(uint32(etherType)))
}

func (m packetMaker) family(etherType uint16) uint32 {
	switch etherType {
	case etherIPv4:
		return 2
	case etherIPv6:
		return pick(m.Rand, []uint32{24, 28, 30})
	}
	return 17
}

// ethernet is an Ethernet header with no, one or two VLAN tags, or a PPPoE
// session within.
func (m packetMaker) ethernet(etherType uint16) []byte {
	b := []byte(pick(m.Rand, someMACs) + pick(m.Rand, someMACs))
	for m.one(3) {
		b = binary.BigEndian.AppendUint16(b, pick(m.Rand, []uint16{etherVLAN, etherVLAN, etherQinQ, etherOldQinQ}))
		b = binary.BigEndian.AppendUint16(b, uint16(m.IntN(4)<<13|m.IntN(3)+99))
	}
	if m.one(6) {
		b = append(b, 0x88, 0x64, 0x11, 0, 0, byte(m.IntN(3)), 0, 40)
		return binary.BigEndian.AppendUint16(b, m.ppp(etherType))
	}
	return binary.BigEndian.AppendUint16(b, etherType)
}

// network is a network-layer packet and its EtherType.
func (m packetMaker) network() (etherType uint16, data []byte) {
	switch m.IntN(10) {
	case 0:
		return pick(m.Rand, []uint16{etherARP, etherRARP}), m.arp()
	case 1:
		return m.mpls()
	case 2:
		llc := pick(m.Rand, someLLC) + "\x00\x01\x02\x03"
		return pick(m.Rand, []uint16{uint16(len(llc)), etherATalk, etherAARP, etherIPX, 0x6003, 0x6004, 0x9000}), []byte(llc)
	case 3, 4, 5:
		return etherIPv6, m.ipv6()
	}
	return etherIPv4, m.ipv4()
}

func (m packetMaker) arp() []byte {
	b := []byte{0, 1, 8, 0, 6, 4, 0, byte(1 + m.IntN(2))}
	b = append(b, pick(m.Rand, someMACs)+pick(m.Rand, someIPv4)...)
	return append(b, pick(m.Rand, someMACs)+pick(m.Rand, someIPv4)...)
}

func (m packetMaker) mpls() (etherType uint16, data []byte) {
	for {
		bottom := m.IntN(2)
		data = binary.BigEndian.AppendUint32(data, uint32(99+m.IntN(3))<<12|uint32(bottom)<<8|64)
		if bottom == 1 {
			break
		}
	}
	if m.one(2) {
		return etherMPLS, append(data, m.ipv6()...)
	}
	return etherMPLS, append(data, m.ipv4()...)
}

func (m packetMaker) ipv4() []byte {
	options := make([]byte, 4*max(0, m.IntN(5)-2))
	number, payload := m.transport()
	if m.one(20) {
		number = byte(m.IntN(256))
	}
	b := []byte{byte(0x45 + len(options)/4), 0, 0, 0, 0, 7, 0, 0, 64, number, 0, 0}
	binary.BigEndian.PutUint16(b[2:], uint16(20+len(options)+len(payload)))
	switch m.IntN(6) {
	case 0:
		binary.BigEndian.PutUint16(b[6:], 0x2000) // the first fragment
	case 1:
		binary.BigEndian.PutUint16(b[6:], uint16(1+m.IntN(0x1fff))) // another one
	}
	b = append(b, pick(m.Rand, someIPv4)+pick(m.Rand, someIPv4)...)
	return append(append(b, options...), payload...)
}

func (m packetMaker) ipv6() []byte {
	number, payload := m.transport()
	switch m.IntN(6) {
	case 0:
		payload = append([]byte{number, 0, 0, byte(m.IntN(2)), 0, 0, 0, 1}, payload...)
		number = 44 // Fragment
	case 1:
		payload = append([]byte{number, 0, 1, 4, 0, 0, 0, 0}, payload...)
		number = 0 // Hop-by-Hop Options
	}
	b := []byte{0x60, 0, 0, 0, 0, byte(len(payload)), number, 64}
	b = append(b, pick(m.Rand, someIPv6)+pick(m.Rand, someIPv6)...)
	return append(b, payload...)
}

// transport is a transport-layer packet and its protocol number.
func (m packetMaker) transport() (number byte, data []byte) {
	ports := binary.BigEndian.AppendUint16(nil, pick(m.Rand, somePorts))
	ports = binary.BigEndian.AppendUint16(ports, pick(m.Rand, somePorts))
	switch m.IntN(9) {
	case 0, 1, 2:
		first, second := m.IntN(8), m.IntN(8)
		flags := byte(1<<first | 1<<second)
		return 6, append(ports, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, flags, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4)
	case 3, 4:
		return 17, append(ports, 0, 12, 0, 0, 1, 2, 3, 4)
	case 5:
		return 132, append(ports, 0, 0, 0, 0, 0, 0, 0, 0)
	case 6:
		return 1, []byte{byte(m.IntN(16)), byte(m.IntN(3)), 0, 0, 0, 0, 0, 0}
	case 7:
		return 58, []byte{byte(128 + m.IntN(10)), 0, 0, 0, 0, 0, 0, 0}
	}
	return pick(m.Rand, []byte{2, 9, 50, 51, 103, 112}), make([]byte, 12)
}
