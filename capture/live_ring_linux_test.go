//go:build linux && !libpcap

package capture

import (
	"bytes"
	"fmt"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A framed is a packet as the kernel puts it into a block.
type framed struct {
	octets []byte
	length int    // on the wire; 0: as captured
	status uint32 // of the VLAN tag
	tag    uint32 // TPID and TCI
	from   unix.RawSockaddrLinklayer
}

// fakeRing is a ring of blocks that no kernel fills.
func fakeRing(blocks int) *ring {
	return &ring{name: "fake", socket: -1, wake: -1, linkType: LinkTypeEthernet, blocks: blocks, memory: make([]byte, blocks*blockSize)}
}

// fill does what the kernel does with a block, and hands it over.
func (r *ring) fill(block int, frames ...framed) {
	const headers = 48
	at := block*blockSize + headers
	for _, f := range frames {
		h := (*unix.Tpacket3Hdr)(unsafe.Pointer(&r.memory[at]))
		mac := packetHeader + unix.SizeofSockaddrLinklayer + 12
		*h = unix.Tpacket3Hdr{
			Sec: 1_700_000_000, Nsec: 5, Snaplen: uint32(len(f.octets)), Len: uint32(max(f.length, len(f.octets))),
			Status: unix.TP_STATUS_USER | f.status, Mac: uint16(mac),
			Hv1: unix.TpacketHdrVariant1{Vlan_tci: f.tag & 0xffff, Vlan_tpid: uint16(f.tag >> 16)},
		}
		*(*unix.RawSockaddrLinklayer)(unsafe.Pointer(&r.memory[at+packetHeader])) = f.from
		h.Next_offset = uint32(mac+copy(r.memory[at+mac:], f.octets)+15) &^ 15
		at += int(h.Next_offset)
	}
	h := (*unix.TpacketHdrV1)(unsafe.Pointer(&r.memory[block*blockSize+8]))
	*h = unix.TpacketHdrV1{Block_status: unix.TP_STATUS_USER, Num_pkts: uint32(len(frames)), Offset_to_first_pkt: headers}
}

// TestRingPacket has what lies beside a packet put back in its place.
func TestRingPacket(t *testing.T) {
	const valid = unix.TP_STATUS_VLAN_VALID
	frame := hex("112233445566" + "aabbccddeeff" + "0800" + "4500")
	from := unix.RawSockaddrLinklayer{
		Protocol: bigEndian(unix.ETH_P_IP), Ifindex: 7, Hatype: unix.ARPHRD_ETHER, Pkttype: unix.PACKET_OUTGOING,
		Halen: 6, Addr: [8]uint8{0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff},
	}
	cooked := "00000007" + "0001" + "04" + "06" + "aabbccddeeff0000"
	for _, test := range []struct {
		name   string
		link   LinkType
		in     framed
		want   string
		length int
	}{
		{"Ethernet", LinkTypeEthernet, framed{octets: frame}, "112233445566aabbccddeeff08004500", 16},
		{"cut to the snaplen", LinkTypeEthernet, framed{octets: frame, length: 1500}, "112233445566aabbccddeeff08004500", 1500},
		{"tag of 802.1Q", LinkTypeEthernet, framed{octets: frame, status: valid | unix.TP_STATUS_VLAN_TPID_VALID, tag: 0x8100_2064},
			"112233445566aabbccddeeff8100206408004500", 20},
		{"tag of 802.1ad", LinkTypeEthernet, framed{octets: frame, status: valid | unix.TP_STATUS_VLAN_TPID_VALID, tag: 0x88a8_0001},
			"112233445566aabbccddeeff88a8000108004500", 20},
		{"tag without a type", LinkTypeEthernet, framed{octets: frame, status: valid, tag: 0x0000_0001},
			"112233445566aabbccddeeff8100000108004500", 20},
		{"priority tag of zero", LinkTypeEthernet, framed{octets: frame, status: valid | unix.TP_STATUS_VLAN_TPID_VALID, tag: 0x8100_0000},
			"112233445566aabbccddeeff8100000008004500", 20},
		{"too short for its tag", LinkTypeEthernet, framed{octets: frame[:4], status: valid}, "11223344", 4},
		{"raw IP", LinkTypeRaw, framed{octets: frame[14:]}, "4500", 2},
		{"cooked", LinkTypeLinuxSLL2, framed{octets: frame[14:], from: from}, "08000000" + cooked + "4500", 22},
		{"cooked with a tag", LinkTypeLinuxSLL2,
			framed{octets: frame[14:], from: from, status: valid | unix.TP_STATUS_VLAN_TPID_VALID, tag: 0x8100_2064},
			"81000000" + cooked + "2064" + "0800" + "4500", 26},
		{"cooked with two tags", LinkTypeLinuxSLL2,
			framed{octets: hex("0007 0800 4500"), from: from, status: valid | unix.TP_STATUS_VLAN_TPID_VALID, tag: 0x88a8_2064},
			"88a80000" + cooked + "2064" + "8100" + "000708004500", 30},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := fakeRing(1)
			r.linkType = test.link
			r.fill(0, test.in)
			var p Packet
			if err := r.next(&p, new(shelf)); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%x", p.Data); got != test.want || p.Length != test.length {
				t.Errorf("%s, length %d\nwant %s, length %d", got, p.Length, test.want, test.length)
			}
			if want := time.Unix(1_700_000_000, 5).UnixNano(); p.Time != want {
				t.Errorf("time %d", p.Time)
			}
		})
	}
}

// TestRingGoesRound: blocks are read in order, handed back when their packets
// have been copied, and one without packets is passed over.
func TestRingGoesRound(t *testing.T) {
	r, s := fakeRing(3), new(shelf)
	var want, got []byte
	next := byte(0)
	for round := range 7 {
		var frames []framed
		for range round % 3 {
			frames = append(frames, framed{octets: []byte{next, next}})
			want = append(want, next)
			next++
		}
		r.fill(round%3, frames...)
		for range frames {
			var p Packet
			if err := r.next(&p, s); err != nil {
				t.Fatal(err)
			}
			got = append(got, p.Data[0])
		}
		if len(frames) == 0 && !r.begin() {
			t.Error("an empty block was not taken")
		}
		if r.begin() {
			t.Error("a block was taken twice")
		}
	}
	if !bytes.Equal(got, want) {
		t.Errorf("% x, want % x", got, want)
	}
}

// TestRingAllocates nothing for a packet.
func TestRingAllocates(t *testing.T) {
	r, frames := fakeRing(2), manyFrames()
	l := newLive(r, Interface{Name: "fake", LinkType: LinkTypeEthernet})
	var p Packet
	n := testing.AllocsPerRun(20, func() {
		r.fill(r.block, frames...)
		for range frames {
			if err := l.Next(&p); err != nil || l.Interfaces()[p.Interface].Name != "fake" {
				t.Fatal(err)
			}
		}
	})
	if n > 1 { // windows, until they come back
		t.Errorf("%g allocations for %d packets", n, len(frames))
	}
}

func manyFrames() []framed {
	frames := make([]framed, 1000)
	for i := range frames {
		frames[i].octets = make([]byte, 64+i%800)
	}
	return frames
}

// BenchmarkRing reads packets of 463 octets on average.
func BenchmarkRing(b *testing.B) {
	r, frames := fakeRing(2), manyFrames()
	l := newLive(r, Interface{Name: "fake", LinkType: LinkTypeEthernet})
	octets := int64(0)
	for _, f := range frames {
		octets += int64(len(f.octets))
	}
	r.fill(0, frames...)
	r.fill(1, frames...)
	b.SetBytes(octets)
	var p Packet
	for b.Loop() {
		r.header().Block_status = unix.TP_STATUS_USER
		for range frames {
			if err := l.Next(&p); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N*len(frames))/b.Elapsed().Seconds(), "packets/s")
}
