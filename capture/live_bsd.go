//go:build (darwin || freebsd) && !libpcap

package capture

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/google/gopacket/bsdbpf"
)

// bsdBuffer is the octets that one read gets. The kernel gives less where
// debug.bpf_maxbufsize says so.
const bsdBuffer = 512 << 10

// bsdWait is how long a read waits for packets.
const bsdWait = 100 * time.Millisecond

// A bsdTap reads from a BPF device through gopacket. That tells neither the
// length of packets on the wire nor how many were dropped, and takes no filter:
// it is applied here.
type bsdTap struct {
	name     string
	sniffer  *bsdbpf.BPFSniffer
	linkType LinkType
	received uint64
	stopped  atomic.Bool
}

func openTap(cfg LiveConfig) (tap, error) {
	link, err := bsdLink(cfg.Interface)
	if err != nil {
		return nil, &LiveError{cfg.Interface, err}
	}
	if cfg.Filter != nil {
		if _, err := cfg.Filter.Program(uint16(link), 0); err != nil {
			return nil, fmt.Errorf("listen on %s: %w", cfg.Interface, err)
		}
	}
	timeout := syscall.NsecToTimeval(int64(bsdWait))
	sniffer, err := bsdbpf.NewBPFSniffer(cfg.Interface, &bsdbpf.Options{
		ReadBufLen: bsdBuffer, Timeout: &timeout, Promisc: cfg.Promiscuous, Immediate: true, PreserveLinkAddr: true,
	})
	if err != nil {
		return nil, &LiveError{cfg.Interface, err}
	}
	return &bsdTap{name: cfg.Interface, sniffer: sniffer, linkType: link}, nil
}

// bsdLink asks a BPF device of its own for the link type, and finds out whether
// any can be opened: where none can, gopacket panics.
func bsdLink(name string) (LinkType, error) {
	fd, err := openBPF()
	if err != nil {
		return 0, err
	}
	defer syscall.Close(fd)
	if err := syscall.SetBpfInterface(fd, name); err != nil {
		if err == syscall.ENXIO {
			err = syscall.ENODEV
		}
		return 0, err
	}
	dlt, err := syscall.BpfDatalink(fd)
	return linkOfDLT(dlt), err
}

func openBPF() (int, error) {
	const devices = 99 // as many as gopacket tries
	var err error
	for i := range devices {
		var fd int
		if fd, err = syscall.Open(fmt.Sprintf("/dev/bpf%d", i), syscall.O_RDWR, 0); err == nil {
			return fd, nil
		}
		if err != syscall.EBUSY {
			break
		}
	}
	return -1, os.NewSyscallError("open /dev/bpf", err)
}

func (t *bsdTap) link() LinkType { return t.linkType }

func (t *bsdTap) exact() bool { return false }

// next is tap's. A read without a packet is one without an error.
func (t *bsdTap) next(p *Packet, s *shelf) error {
	if t.stopped.Load() {
		return io.EOF
	}
	octets, info, err := t.sniffer.ReadPacketData()
	switch {
	case errors.Is(err, syscall.EINTR), errors.Is(err, syscall.EAGAIN), err == nil && len(octets) == 0:
		return ErrIdle
	case errors.Is(err, syscall.ENXIO):
		return downError{what: t.name + " is no more", end: io.EOF}
	case err != nil:
		return &LiveError{t.name, err}
	}
	t.received++
	p.Time, p.Length = info.Timestamp.UnixNano(), info.Length
	p.Data, p.Window = s.room(len(octets))
	copy(p.Data, octets)
	return nil
}

// counts is tap's: gopacket does not tell what was dropped.
func (t *bsdTap) counts() (received, dropped uint64) { return t.received, 0 }

func (t *bsdTap) stop() { t.stopped.Store(true) }

func (t *bsdTap) close() error { return t.sniffer.Close() }
