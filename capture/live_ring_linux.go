//go:build linux && !libpcap

package capture

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

var hostOrder = binary.NativeEndian

// idleAfter is how long next waits for a packet.
const idleAfter = 100 * time.Millisecond

// drainFor bounds how long next waits, after stop, for the kernel to hand over
// the block that it was filling.
const drainFor = time.Second

// A ring is the memory that a packet socket shares with the kernel: blocks, one
// behind the other, that the kernel fills with packets and hands over, and that
// are handed back when the packets have been copied out.
//
// Copying costs little beside the parsing that follows, which then finds the
// octets in the processor's cache; and a worker that takes its time holds
// windows of its own, and never a block for which the kernel drops packets.
type ring struct {
	name     string
	index    int // of the interface; 0: all
	linkType LinkType
	filtered bool // by the kernel, exactly
	socket   int
	wake     int // an eventfd that stop makes readable

	memory []byte
	blocks int
	block  int    // the one being read, or the next
	left   uint32 // packets in it that are to be read
	at     int    // offset in memory of the next of them
	fresh  bool   // packets were given since the last ErrIdle

	taken             uint64 // packets read
	received, dropped uint64
	draining          time.Time // until when, after stop

	stopped atomic.Bool
	wakeMu  sync.Mutex // guards wake, which stop may find closed
}

func (r *ring) link() LinkType { return r.linkType }

func (r *ring) exact() bool { return r.filtered }

// next is tap's.
func (r *ring) next(p *Packet, s *shelf) error {
	for r.left == 0 {
		if r.stopped.Load() && r.draining.IsZero() {
			if err := r.drain(); err != nil {
				return err
			}
		}
		if !r.begin() {
			if err := r.wait(); err != nil {
				return err
			}
		}
	}
	r.packet(p, s)
	r.fresh = true
	r.taken++
	if r.left--; r.left == 0 {
		r.handBack()
	}
	return nil
}

// A block begins with a tpacket_block_desc: a version and the offset of private
// data, then the header.
func (r *ring) header() *unix.TpacketHdrV1 {
	const header = 8
	return (*unix.TpacketHdrV1)(unsafe.Pointer(&r.memory[r.block*blockSize+header]))
}

// begin takes the next block, if the kernel has handed it over.
func (r *ring) begin() bool {
	h := r.header()
	if atomic.LoadUint32(&h.Block_status)&unix.TP_STATUS_USER == 0 {
		return false
	}
	r.left, r.at = h.Num_pkts, r.block*blockSize+int(h.Offset_to_first_pkt)
	if r.left == 0 {
		r.handBack()
	}
	return true
}

// handBack gives the block back, and goes to the next.
func (r *ring) handBack() {
	atomic.StoreUint32(&r.header().Block_status, unix.TP_STATUS_KERNEL)
	r.block = (r.block + 1) % r.blocks
}

// wait waits for a block. Who has been given packets is told first that there
// are no more.
func (r *ring) wait() error {
	if !r.draining.IsZero() {
		return r.waitForLast()
	}
	if r.fresh {
		r.fresh = false
		return ErrIdle
	}
	events, err := r.poll(idleAfter)
	switch {
	case err != nil:
		return err
	case events&unix.POLLERR != 0:
		return r.trouble()
	case events == 0 && !r.stopped.Load():
		return ErrIdle
	}
	return nil
}

// poll returns the socket's events, none where time ran out or stop was called.
func (r *ring) poll(timeout time.Duration) (int16, error) {
	fds := []unix.PollFd{{Fd: int32(r.socket), Events: unix.POLLIN}, {Fd: int32(r.wake), Events: unix.POLLIN}}
	if !r.draining.IsZero() {
		fds = fds[:1] // the other stays readable
	}
	_, err := unix.Poll(fds, int(timeout/time.Millisecond))
	if err != nil && err != unix.EINTR {
		return 0, r.named(os.NewSyscallError("poll", err))
	}
	return fds[0].Revents, nil
}

// trouble is what the socket has to say: that the interface went down, which
// may come up again, or away, which may not.
func (r *ring) trouble() error {
	code, err := unix.GetsockoptInt(r.socket, unix.SOL_SOCKET, unix.SO_ERROR)
	switch {
	case err != nil:
		return r.named(os.NewSyscallError("getsockopt", err))
	case code == 0:
		return nil
	case unix.Errno(code) != unix.ENETDOWN:
		return r.named(unix.Errno(code))
	}
	if d, err := lookUp(r.name); err != nil && err != unix.ENETDOWN || err == nil && d.index != r.index {
		r.stop()
		return downError{what: fmt.Sprintf("%s is no more", r.name)}
	}
	return downError{what: fmt.Sprintf("%s went down", r.name)}
}

// drain has the kernel capture nothing more.
func (r *ring) drain() error {
	r.draining = time.Now().Add(drainFor)
	return r.named(attach(r.socket, rejectAll))
}

// waitForLast waits for the block that the kernel was filling when drain was
// called. All has come when as many packets were read as the kernel counted.
func (r *ring) waitForLast() error {
	received, dropped := r.counts()
	if r.taken >= received-dropped || time.Now().After(r.draining) {
		return io.EOF
	}
	_, err := r.poll(retireAfter / 4)
	return err
}

// counts is tap's. The kernel begins at zero with each call, and counts what
// was dropped as received (packet(7), PACKET_STATISTICS).
func (r *ring) counts() (received, dropped uint64) {
	st, err := unix.GetsockoptTpacketStatsV3(r.socket, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if err == nil {
		r.received += uint64(st.Packets)
		r.dropped += uint64(st.Drops)
	}
	return r.received, r.dropped
}

// stop is tap's.
func (r *ring) stop() {
	r.stopped.Store(true)
	r.wakeMu.Lock()
	defer r.wakeMu.Unlock()
	if r.wake >= 0 {
		// It fails where the counter is full: then it is readable already.
		_, _ = unix.Write(r.wake, hostOrder.AppendUint64(nil, 1))
	}
}

// close is tap's.
func (r *ring) close() error {
	r.wakeMu.Lock()
	defer r.wakeMu.Unlock()
	var err error
	if r.memory != nil {
		err = unix.Munmap(r.memory)
	}
	for _, fd := range []int{r.socket, r.wake} {
		if fd >= 0 {
			if closed := unix.Close(fd); err == nil {
				err = closed
			}
		}
	}
	r.memory, r.socket, r.wake = nil, -1, -1
	return r.named(err)
}
