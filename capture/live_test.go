package capture

import (
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/net/bpf"
)

// A fakeTap gives what a test wants.
type fakeTap struct {
	packets           []string // "" is ErrIdle
	received, dropped uint64
	filtered          bool
	end               error
	stops, closes     int
}

func (f *fakeTap) link() LinkType                     { return LinkTypeRaw }
func (f *fakeTap) exact() bool                        { return f.filtered }
func (f *fakeTap) counts() (received, dropped uint64) { return f.received, f.dropped }
func (f *fakeTap) stop()                              { f.stops++ }
func (f *fakeTap) close() error                       { f.closes++; return nil }

func (f *fakeTap) next(p *Packet, s *shelf) error {
	if len(f.packets) == 0 {
		return f.end
	}
	octets := f.packets[0]
	f.packets = f.packets[1:]
	if octets == "" {
		return ErrIdle
	}
	p.Data, p.Window = s.room(len(octets))
	p.Length = copy(p.Data, octets)
	return nil
}

// wants is a filter that can't be given to a system.
type wants string

func (w wants) Match(_ uint16, data []byte, _ int) bool {
	return strings.Contains(string(data), string(w))
}

func (w wants) Program(uint16, uint32) ([]bpf.RawInstruction, error) { return nil, nil }

func (w wants) SocketProgram(uint16, uint32) ([]bpf.RawInstruction, bool, error) {
	return []bpf.RawInstruction{{Op: 0x06, K: 0xffffffff}}, false, nil
}

// read is what a source gives until its end: packets, and "" for ErrIdle.
func read(t *testing.T, s Source) []string {
	t.Helper()
	var got []string
	for {
		var p Packet
		switch err := s.Next(&p); {
		case err == io.EOF:
			return got
		case errors.Is(err, ErrIdle):
			got = append(got, "")
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, string(p.Data))
		}
	}
}

// TestLiveFiltersWhatTheSystemCannot: what a filter takes out is neither a
// packet nor a drop.
func TestLiveFiltersWhatTheSystemCannot(t *testing.T) {
	f := &fakeTap{packets: []string{"apple", "", "banana", "pear"}, received: 5, dropped: 2, end: io.EOF}
	l := newLive(f, Interface{Name: "eth0", LinkType: f.link(), Snaplen: 4})
	l.filter = wants("p")
	if got := strings.Join(read(t, l), ","); got != "appl,,pear" {
		t.Errorf("%q", got)
	}
	if i := l.Interfaces()[0]; i.Received != 4 || i.Dropped != 2 || i.LinkType != LinkTypeRaw {
		t.Errorf("%+v", i)
	}
}

// TestLiveTellsDrops at the first, and the sum at the end.
func TestLiveTellsDrops(t *testing.T) {
	f := &fakeTap{packets: []string{"a", "", "b"}, received: 10, dropped: 1, end: io.EOF}
	l := newLive(f, Interface{Name: "eth0"})
	var p Packet
	l.Next(&p)
	if n := l.Notices(); len(n) > 0 {
		t.Errorf("%v", n)
	}
	l.Next(&p)
	wantKinds(t, l.Notices(), Dropped)
	f.received, f.dropped = 20, 7
	read(t, l)
	n := l.Notices()
	wantKinds(t, n, Dropped)
	if want := "eth0: 7 of 20 packets were dropped by the kernel"; !strings.HasPrefix(n[0].Message, want) {
		t.Errorf("%q", n[0].Message)
	}
	if n := l.Notices(); len(n) > 0 {
		t.Errorf("again: %v", n)
	}
}

func TestLiveInterfaceDown(t *testing.T) {
	f := &fakeTap{end: downError{what: "eth0 went down"}}
	l := newLive(f, Interface{Name: "eth0"})
	if err := l.Next(new(Packet)); err != ErrIdle {
		t.Errorf("%v", err)
	}
	wantKinds(t, l.Notices(), InterfaceDown)
	f.end = downError{what: "eth0 is no more", end: io.EOF}
	if err := l.Next(new(Packet)); err != io.EOF {
		t.Errorf("%v", err)
	}
	wantKinds(t, l.Notices(), InterfaceDown)
}

func TestLiveClose(t *testing.T) {
	f := &fakeTap{packets: []string{"held", "more"}, end: io.EOF}
	l := newLive(f, Interface{})
	var p Packet
	if err := l.Next(&p); err != nil {
		t.Fatal(err)
	}
	p.Window.Hold()
	l.Stop()
	if err := l.Close(); err != nil || f.stops != 2 || f.closes != 1 {
		t.Errorf("%v, %+v", err, f)
	}
	if string(p.Data) != "held" {
		t.Errorf("%q", p.Data)
	}
	p.Window.Release()
	if err := l.Next(&p); err != io.EOF {
		t.Errorf("%v", err)
	}
}

// TestShelf fills windows to their end, and keeps those that are held.
func TestShelf(t *testing.T) {
	var s shelf
	first, w := s.room(windowSize - 10)
	if second, same := s.room(10); same != w || &second[0] != &w.buf[windowSize-10] || cap(first) != windowSize-10 {
		t.Error("a window that has room is not used")
	}
	s.takeBack(4)
	if _, same := s.room(4); same != w {
		t.Error("what was taken back is not free")
	}
	w.Hold()
	if _, other := s.room(1); other == w {
		t.Error("a full window was used")
	}
	w.Release()
	s.clear()
	if len(s.pool.free) != 2 {
		t.Errorf("%d windows came back", len(s.pool.free))
	}
	if large, _ := s.room(windowSize + 1); len(large) != windowSize+1 {
		t.Errorf("%d octets", len(large))
	}
}

func TestLiveErrors(t *testing.T) {
	for _, test := range []struct {
		err        error
		text, hint string
	}{
		{syscall.EPERM, "listen on eth0: not permitted", "captur"},
		{syscall.EACCES, "listen on eth0: not permitted", "captur"},
		{syscall.ENODEV, "listen on eth0: no such interface", "h2scope interfaces"},
		{syscall.ENETDOWN, "listen on eth0: the interface is down", ""},
		{ErrLiveUnsupported, "listen on eth0: live capture is not supported on this system", ""},
		{errors.New("other"), "listen on eth0: other", ""},
	} {
		e := &LiveError{"eth0", test.err}
		if e.Error() != test.text || !errors.Is(e, test.err) || !strings.Contains(e.Hint(), test.hint) {
			t.Errorf("%q, %q", e.Error(), e.Hint())
		}
	}
}
