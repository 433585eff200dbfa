package capture

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"golang.org/x/net/bpf"
)

// AnyInterface is the name for all interfaces together, where the system has
// that: on Linux.
const AnyInterface = "any"

// DefaultRingSize is how many octets of packets the kernel holds until they
// are read, unless LiveConfig says otherwise: half a second at a gigabit per
// second, or two and a half where little comes (see the ring). That is longer
// than a busy system keeps a process waiting; with half of it, a program that
// had just begun lost packets at 200,000 a second now and then.
const DefaultRingSize = 64 << 20

// A LiveConfig says what to listen on.
type LiveConfig struct {
	Interface   string // its name, or AnyInterface
	Promiscuous bool   // also packets for other hosts, where the interface can
	Snaplen     int    // octets kept of a packet; 0: all
	RingSize    int    // octets the kernel may hold; 0: DefaultRingSize

	Filter LiveFilter // nil: all packets
}

// A LiveFilter chooses packets. *filter.Filter of package capture/filter is
// one, and has the meaning of the methods.
type LiveFilter interface {
	Match(link uint16, data []byte, length int) bool
	Program(link uint16, snaplen uint32) ([]bpf.RawInstruction, error)
	SocketProgram(link uint16, snaplen uint32) (code []bpf.RawInstruction, exact bool, err error)
}

// A tap is what a system has to listen with. One goroutine uses it, but for
// stop.
type tap interface {
	link() LinkType

	// exact reports that the system applies filter and snaplen, so that
	// nothing is left to do.
	exact() bool

	// next fills Time, Data, Length and Window of p, with room from s. It
	// returns ErrIdle where there is no packet now, a downError where there
	// may be none any more, and after stop, when all that was captured has
	// been read, io.EOF.
	next(p *Packet, s *shelf) error

	// counts are since the opening: packets that passed the system's filter,
	// and those of them that were lost for want of room.
	counts() (received, dropped uint64)

	// stop ends the capturing and a next that waits. Any goroutine may call
	// it, at any time.
	stop()

	close() error
}

// A downError is what happened to the interface. It does not end the
// capturing, but an io.EOF that it wraps does.
type downError struct {
	what string
	end  error // io.EOF or nil
}

func (e downError) Error() string { return e.what }
func (e downError) Unwrap() error { return e.end }

// Live is a Source that listens on an interface. Its packets come in the order
// in which the system captured them.
//
// Stop and Close may be called by any goroutine; the other methods are for
// one, as a Source's.
type Live struct {
	interfaces [1]Interface
	filter     LiveFilter // what the system could not do of it; nil: nothing
	count      uint64
	unlooked   int // octets since the last look at the counters

	mu     sync.Mutex // held where the tap is used
	tap    tap
	closed atomic.Bool
	shelf  shelf

	rejected uint64 // packets that the system let through and the filter did not
	told     uint64 // drops that a notice told
	notices  []Notice
}

// countEvery and countOctets are how many packets, and how many octets of them,
// come between two looks at the counters, at most.
const (
	countEvery  = 1 << 12
	countOctets = 4 << 20
)

// OpenLive begins to listen. An error is a *LiveError, or that of the filter
// where it does not suit the interface's link type.
func OpenLive(cfg LiveConfig) (*Live, error) {
	if cfg.RingSize == 0 {
		cfg.RingSize = DefaultRingSize
	}
	t, err := openTap(cfg)
	if err != nil {
		return nil, err
	}
	l := newLive(t, Interface{Name: cfg.Interface, LinkType: t.link(), Snaplen: cfg.Snaplen})
	if !t.exact() {
		l.filter = cfg.Filter
	}
	return l, nil
}

func newLive(t tap, i Interface) *Live { return &Live{tap: t, interfaces: [1]Interface{i}} }

// Next is Source's. After Stop it returns what had been captured by then, and
// io.EOF behind it; after Close io.EOF.
func (l *Live) Next(p *Packet) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := &l.interfaces[0]
	for !l.closed.Load() {
		if err := l.tap.next(p, &l.shelf); err != nil {
			return l.pause(err)
		}
		p.LinkType, p.Interface = i.LinkType, 0
		if l.filter != nil && !l.filter.Match(uint16(p.LinkType), p.Data, p.Length) {
			l.rejected++
			l.shelf.takeBack(len(p.Data))
			continue
		}
		if i.Snaplen > 0 && len(p.Data) > i.Snaplen {
			p.Data = p.Data[:i.Snaplen:i.Snaplen]
		}
		l.count++
		p.Number = l.count
		if l.unlooked += len(p.Data); l.count%countEvery == 0 || l.unlooked >= countOctets {
			l.look()
		}
		return nil
	}
	return io.EOF
}

// pause is what to do where there is no packet.
func (l *Live) pause(err error) error {
	l.look()
	var down downError
	if errors.As(err, &down) {
		l.note(InterfaceDown, down.what)
		if err = down.end; err == nil {
			err = ErrIdle
		}
	}
	if err == io.EOF && l.interfaces[0].Dropped > l.told {
		l.noteDropped()
	}
	return err
}

// look reads the counters, and says so when the first packet is lost.
func (l *Live) look() {
	l.unlooked = 0
	received, dropped := l.tap.counts()
	i := &l.interfaces[0]
	i.Received, i.Dropped = received-min(l.rejected, received), dropped
	if l.told == 0 && dropped > 0 {
		l.noteDropped()
	}
}

func (l *Live) noteDropped() {
	i := &l.interfaces[0]
	l.told = i.Dropped
	l.note(Dropped, fmt.Sprintf("%s: %d of %d packets were dropped by the kernel for want of room, up to here; a larger ring or a filter helps",
		i.Name, i.Dropped, i.Received))
}

func (l *Live) note(kind NoticeKind, message string) {
	l.notices = append(l.notices, Notice{Kind: kind, Message: message, Packet: l.count})
}

// Interfaces is the one interface, with its counters as of the last ErrIdle or
// some thousand packets ago, and at io.EOF the last ones: as many packets were
// returned then as were received and not dropped.
func (l *Live) Interfaces() []Interface { return l.interfaces[:] }

// Files is Source's: there are none.
func (l *Live) Files() []string { return nil }

// Notices is Source's.
func (l *Live) Notices() []Notice {
	n := l.notices
	l.notices = nil
	return n
}

// Secrets is Source's: there are none.
func (l *Live) Secrets() []Secrets { return nil }

// Comments is Source's: there are none.
func (l *Live) Comments() []Comment { return nil }

// Stop ends the capturing. What was captured can still be read.
func (l *Live) Stop() { l.tap.stop() }

// Close ends the capturing and the reading, soon also where Next waits.
// Windows that are held stay as they are.
func (l *Live) Close() error {
	l.closed.Store(true)
	l.tap.stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shelf.clear()
	return l.tap.close()
}

var _ Source = (*Live)(nil)
