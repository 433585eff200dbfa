//go:build linux && !libpcap

package capture

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// openTap opens a packet socket with a ring (packet(7), TPACKET_V3). The
// socket gets its protocol last, by bind: before that nothing arrives, so that
// no packet passes by the filter.
func openTap(cfg LiveConfig) (tap, error) {
	r := &ring{name: cfg.Interface, socket: -1, wake: -1}
	if err := r.open(cfg); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *ring) open(cfg LiveConfig) error {
	failed := func(err error) error { return &LiveError{cfg.Interface, err} }
	from, err := lookUp(cfg.Interface)
	if err != nil {
		return failed(err)
	}
	r.linkType, r.index = from.link, from.index
	kind := unix.SOCK_RAW
	if r.linkType == LinkTypeLinuxSLL2 {
		kind = unix.SOCK_DGRAM
	}
	if r.socket, err = unix.Socket(unix.AF_PACKET, kind|unix.SOCK_CLOEXEC, 0); err != nil {
		return failed(os.NewSyscallError("socket", err))
	}
	if r.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return failed(os.NewSyscallError("eventfd", err))
	}
	code, exact, err := socketProgram(cfg, from)
	if err != nil {
		return err // the filter's own words
	}
	r.filtered = exact
	if err := attach(r.socket, code); err != nil {
		return failed(err)
	}
	if err := r.makeRing(cfg.RingSize); err != nil {
		return failed(err)
	}
	if cfg.Promiscuous && from.index != 0 {
		request := &unix.PacketMreq{Ifindex: int32(from.index), Type: unix.PACKET_MR_PROMISC}
		if err := unix.SetsockoptPacketMreq(r.socket, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, request); err != nil {
			return failed(os.NewSyscallError("promiscuous mode", err))
		}
	}
	all := &unix.SockaddrLinklayer{Protocol: bigEndian(unix.ETH_P_ALL), Ifindex: from.index}
	return r.named(os.NewSyscallError("bind", unix.Bind(r.socket, all)))
}

// named is an error of the interface, nil for none.
func (r *ring) named(err error) error {
	if err == nil {
		return nil
	}
	return &LiveError{r.name, err}
}

const (
	// blockSize is the octets of the blocks that the ring is made of. A
	// packet is never in two, and the largest that Linux puts together (BIG
	// TCP, GSO_MAX_SIZE) has 8 times 64 KiB.
	blockSize = 1 << 20

	// retireAfter is when a block that is not full is handed over. It is how
	// long a packet takes to show; and since each takes a block of the ring,
	// 64 blocks last for 2.5 s where little comes.
	retireAfter = 40 * time.Millisecond
)

// makeRing has the kernel make the ring, and maps it.
func (r *ring) makeRing(size int) error {
	if err := unix.SetsockoptInt(r.socket, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V3); err != nil {
		return os.NewSyscallError("TPACKET_V3", err)
	}
	r.blocks = max(2, (size+blockSize-1)/blockSize)
	const frame = 1 << 11 // is looked at by the kernel, and has no meaning with TPACKET_V3
	request := &unix.TpacketReq3{
		Block_size: blockSize, Block_nr: uint32(r.blocks),
		Frame_size: frame, Frame_nr: uint32(r.blocks * (blockSize / frame)),
		Retire_blk_tov: uint32(retireAfter / time.Millisecond),
	}
	if err := unix.SetsockoptTpacketReq3(r.socket, unix.SOL_PACKET, unix.PACKET_RX_RING, request); err != nil {
		return fmt.Errorf("a ring of %d MiB: %w", r.blocks*blockSize>>20, err)
	}
	memory, err := unix.Mmap(r.socket, 0, r.blocks*blockSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	r.memory = memory
	return os.NewSyscallError("mmap", err)
}

// bigEndian is a number of 16 bits whose octets in memory are in the order of
// the network.
func bigEndian(v uint16) uint16 {
	return hostOrder.Uint16([]byte{byte(v >> 8), byte(v)})
}
