//go:build windows || libpcap

package capture

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/google/gopacket/pcap"
	"golang.org/x/net/bpf"
)

// pcapWait is how long a read waits for packets.
const pcapWait = 100 * time.Millisecond

// pcapSnaplen is "whole packets" in the words of libpcap.
const pcapSnaplen = 1 << 20

// A pcapTap reads through libpcap, or through Npcap on Windows.
type pcapTap struct {
	name    string
	handle  *pcap.Handle
	stopped atomic.Bool

	received, dropped uint64
}

func openTap(cfg LiveConfig) (tap, error) {
	t := &pcapTap{name: cfg.Interface}
	handle, err := activate(cfg)
	if err != nil {
		return nil, &LiveError{cfg.Interface, err}
	}
	t.handle = handle
	if cfg.Filter != nil {
		code, err := cfg.Filter.Program(uint16(t.link()), 0)
		if err == nil {
			err = handle.SetBPFInstructionFilter(pcapProgram(code))
		}
		if err != nil {
			handle.Close()
			return nil, fmt.Errorf("listen on %s: %w", cfg.Interface, err)
		}
	}
	return t, nil
}

func activate(cfg LiveConfig) (*pcap.Handle, error) {
	inactive, err := pcap.NewInactiveHandle(cfg.Interface)
	if err != nil {
		return nil, err
	}
	defer inactive.CleanUp()
	snaplen := pcapSnaplen
	if cfg.Snaplen > 0 && cfg.Filter == nil {
		snaplen = cfg.Snaplen
	}
	for _, err := range []error{
		inactive.SetSnapLen(snaplen),
		inactive.SetPromisc(cfg.Promiscuous),
		inactive.SetTimeout(pcapWait),
		inactive.SetBufferSize(cfg.RingSize),
	} {
		if err != nil {
			return nil, err
		}
	}
	handle, err := inactive.Activate()
	return handle, plainError(err)
}

// plainError gives those of libpcap's errors that have one the system's.
func plainError(err error) error {
	switch {
	case err == nil:
		return nil
	case strings.Contains(err.Error(), "Permission Denied"):
		return fs.ErrPermission
	case strings.Contains(err.Error(), "No Such Device"):
		return syscall.ENODEV
	case strings.Contains(err.Error(), "Not Up"):
		return syscall.ENETDOWN
	}
	return err
}

func pcapProgram(code []bpf.RawInstruction) []pcap.BPFInstruction {
	program := make([]pcap.BPFInstruction, len(code))
	for i, c := range code {
		program[i] = pcap.BPFInstruction{Code: c.Op, Jt: c.Jt, Jf: c.Jf, K: c.K}
	}
	return program
}

func (t *pcapTap) link() LinkType { return linkOfDLT(int(t.handle.LinkType())) }

func (t *pcapTap) exact() bool { return false }

// next is tap's.
func (t *pcapTap) next(p *Packet, s *shelf) error {
	if t.stopped.Load() {
		return io.EOF
	}
	octets, info, err := t.handle.ZeroCopyReadPacketData()
	switch {
	case errors.Is(err, pcap.NextErrorTimeoutExpired):
		return ErrIdle
	case errors.Is(err, pcap.NextErrorNoMorePackets), errors.Is(err, io.EOF):
		return io.EOF
	case err != nil:
		return &LiveError{t.name, err}
	}
	p.Time, p.Length = info.Timestamp.UnixNano(), info.Length
	p.Data, p.Window = s.room(len(octets))
	copy(p.Data, octets)
	return nil
}

// counts is tap's. Libpcap counts in 32 bits, or less often than it is asked.
func (t *pcapTap) counts() (received, dropped uint64) {
	if st, err := t.handle.Stats(); err == nil {
		t.received = uint64(st.PacketsReceived)
		t.dropped = uint64(st.PacketsDropped) + uint64(st.PacketsIfDropped)
	}
	return t.received, t.dropped
}

func (t *pcapTap) stop() { t.stopped.Store(true) }

func (t *pcapTap) close() error {
	t.handle.Close()
	return nil
}
