//go:build linux && !libpcap

package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"h2scope/capture/filter"
	"h2scope/capture/segment"
)

// datagrams are n datagrams that say which one they are.
func datagrams(n, size int) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = bytes.Repeat([]byte{0xa5}, size)
		binary.BigEndian.PutUint32(all[i], uint32(i))
	}
	return all
}

// onlyUDP is those of packets that go to the port of sendTo.
func onlyUDP(packets []Packet, linkHeader int) []Packet {
	return slices.DeleteFunc(packets, func(p Packet) bool {
		ip := p.Data[linkHeader:]
		return len(ip) < 28 || ip[0] != 0x45 || ip[9] != unix.IPPROTO_UDP
	})
}

// TestLiveLoopback: what is sent on lo goes out and comes in there, and is one
// packet.
func TestLiveLoopback(t *testing.T) {
	for _, test := range []struct {
		name   string
		link   LinkType
		header int
	}{{"lo", LinkTypeEthernet, 14}, {AnyInterface, LinkTypeLinuxSLL2, 20}} {
		t.Run(test.name, func(t *testing.T) {
			namespace(t)
			l := openLive(t, LiveConfig{Interface: test.name})
			const n = 1000
			began := time.Now().UnixNano()
			sendTo(t, datagrams(n, 100)...)
			all := atLeast(t, l, n)
			for i, p := range all {
				if p.Number != uint64(i+1) || p.LinkType != test.link || p.Length != len(p.Data) {
					t.Fatalf("packet %d: %+v", i, p)
				}
				if now := time.Now().UnixNano(); p.Time < began || p.Time > now {
					t.Fatalf("packet %d: time %d is not from %d to %d", i, p.Time, began, now)
				}
			}
			if i := l.Interfaces()[0]; i.Received != uint64(len(all)) || i.Dropped != 0 || i.LinkType != test.link || i.Name != test.name {
				t.Errorf("%+v, with %d packets", i, len(all))
			}
			seen := map[uint32]int{}
			udp := onlyUDP(all, test.header)
			for _, p := range udp {
				seen[binary.BigEndian.Uint32(p.Data[test.header+28:])]++
			}
			for i := range uint32(n) { // a refused datagram is sent again
				if seen[i] < 1 || seen[i] > 2 {
					t.Fatalf("datagram %d came %d times", i, seen[i])
				}
			}
			if len(seen) != n {
				t.Errorf("%d datagrams of %d", len(seen), n)
			}
		})
	}
}

// tcpFrame is a SYN, with or without VLAN tags before the EtherType.
func tcpFrame(tags ...byte) []byte {
	header := append(bytes.Repeat([]byte{2}, 12), tags...)
	return append(append(header, 0x08, 0x00), []byte{
		0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
		0x9c, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xfa, 0xf0, 0, 0, 0, 0,
	}...)
}

// TestLiveVLAN: the kernel takes the outer tag out of a frame. It is put back,
// so that it is found again, and so that filters judge what was on the wire.
func TestLiveVLAN(t *testing.T) {
	frames := map[string][]byte{
		"none":   tcpFrame(),
		"802.1Q": tcpFrame(0x81, 0x00, 0x20, 0x64),
		"QinQ":   tcpFrame(0x88, 0xa8, 0x00, 0x05, 0x81, 0x00, 0x00, 0x07),
	}
	for name, frame := range frames {
		t.Run(name, func(t *testing.T) {
			namespace(t)
			veth(t)
			one, all := openLive(t, LiveConfig{Interface: "v1"}), openLive(t, LiveConfig{Interface: AnyInterface})
			newInjector(t, "v0").send(frame)
			if got := packets(t, one); len(got) != 1 || !bytes.Equal(got[0].Data, frame) || got[0].Length != len(frame) {
				t.Errorf("v1: %d packets, %v\nwant %x", len(got), got, frame)
			}
			got := packets(t, all)
			if len(got) != 2 { // out of v0, and in from v1
				t.Fatalf("any: %d packets", len(got))
			}
			for _, p := range got {
				var s segment.Segment
				if NewDissector(DissectorConfig{}).Dissect(&p, "any", &s) != Found || s.Src.Port != 40000 || s.Dst.Port != 80 {
					t.Errorf("any: no segment in %x", p.Data)
				}
			}
		})
	}
}

// TestLiveFilter: the kernel's program and Match together let through what
// tcpdump would of the frames as they were on the wire.
func TestLiveFilter(t *testing.T) {
	plain, tagged := tcpFrame(), tcpFrame(0x81, 0x00, 0x00, 0x64)
	for _, test := range []struct {
		expression string
		plain, tag bool
		snaplen    int
	}{
		{"", true, true, 0},
		{"tcp port 80", true, false, 0},
		{"vlan 100", false, true, 0},
		{"vlan 100 and tcp port 80", false, true, 0},
		{"not tcp", false, true, 0},
		{"tcp port 80", true, false, 60},
		{"vlan 100 and tcp port 80", false, true, 20}, // what it looks at is cut off
		{"less 54", true, false, 0},
		{"udp", false, false, 0},
	} {
		t.Run(test.expression, func(t *testing.T) {
			namespace(t)
			veth(t)
			f, err := filter.Parse(test.expression)
			if err != nil {
				t.Fatal(err)
			}
			l := openLive(t, LiveConfig{Interface: "v1", Filter: f, Snaplen: test.snaplen})
			in := newInjector(t, "v0")
			in.send(plain)
			in.send(tagged)
			var want [][]byte
			for frame, wanted := range map[*[]byte]bool{&plain: test.plain, &tagged: test.tag} {
				if wanted {
					want = append(want, *frame)
				}
			}
			got := atLeast(t, l, len(want))
			if len(got) != len(want) {
				t.Fatalf("%d packets, want %d", len(got), len(want))
			}
			for _, p := range got {
				if whole := p.Length == len(plain) || p.Length == len(tagged); !whole || test.snaplen > 0 && len(p.Data) != min(p.Length, test.snaplen) {
					t.Errorf("%d octets of %d with a snaplen of %d", len(p.Data), p.Length, test.snaplen)
				}
			}
			if i := l.Interfaces()[0]; i.Received != uint64(len(got)) {
				t.Errorf("%d received, %d got", i.Received, len(got))
			}
		})
	}
	t.Run("applied here", func(t *testing.T) {
		namespace(t)
		veth(t)
		l := openLive(t, LiveConfig{Interface: "v1", Filter: wants("\x81\x00"), Snaplen: 13})
		in := newInjector(t, "v0")
		in.send(plain)
		in.send(tagged)
		if got := atLeast(t, l, 1); len(got) != 1 || !bytes.Equal(got[0].Data, tagged[:13]) {
			t.Errorf("%v", got)
		}
		if i := l.Interfaces()[0]; i.Received != 1 {
			t.Errorf("%+v", i)
		}
	})
	t.Run("does not suit", func(t *testing.T) {
		namespace(t)
		f, err := filter.Parse("vlan 7")
		if err != nil {
			t.Fatal(err)
		}
		ip(t, "tuntap add t0 mode tun")
		ip(t, "link set t0 up")
		var unsuitable *filter.Error
		if _, err := OpenLive(LiveConfig{Interface: "t0", Filter: f}); !errors.As(err, &unsuitable) {
			t.Errorf("%v", err)
		}
	})
}

// TestLiveDrops: what does not fit into the ring is counted, and what the kernel
// delivered is there. The sender counts what it sent.
func TestLiveDrops(t *testing.T) {
	namespace(t)
	veth(t)
	l := openLive(t, LiveConfig{Interface: "v1", RingSize: 1})
	in := newInjector(t, "v0")
	frame := append(tcpFrame(), make([]byte, 1400)...)
	const n = 4000 // 5.8 MB, into two blocks of 1 MiB
	for range n {
		in.send(frame)
	}
	got := packets(t, l)
	i := l.Interfaces()[0]
	if i.Received != n || i.Dropped == 0 || i.Received-i.Dropped != uint64(len(got)) {
		t.Errorf("%d received, %d dropped, %d read", i.Received, i.Dropped, len(got))
	}
	notices := l.Notices()
	if len(notices) == 0 || notices[len(notices)-1].Kind != Dropped {
		t.Errorf("%v", notices)
	}
}

// TestLiveLarge: segments that the kernel puts together are captured whole,
// and so are those of BIG TCP, which exceed 64 KiB.
func TestLiveLarge(t *testing.T) {
	for _, test := range []struct {
		name  string
		limit string
		more  int
	}{{"GSO", "65536", 60_000}, {"BIG TCP", "400000", 70_000}} {
		t.Run(test.name, func(t *testing.T) {
			namespace(t)
			if out, err := exec.Command("ip", strings.Fields("link set lo gso_max_size "+test.limit+" gro_max_size "+test.limit+
				" gso_ipv4_max_size "+test.limit+" gro_ipv4_max_size "+test.limit)...).CombinedOutput(); err != nil {
				t.Skipf("needs a system with BIG TCP: %s", out)
			}
			l := openLive(t, LiveConfig{Interface: "lo"})
			transfer(t, 8<<20)
			largest := 0
			for _, p := range packets(t, l) {
				if len(p.Data) != p.Length {
					t.Fatalf("%d octets of %d", len(p.Data), p.Length)
				}
				largest = max(largest, p.Length)
			}
			if largest < test.more {
				t.Errorf("the largest packet has %d octets", largest)
			}
		})
	}
}

// transfer sends n octets over TCP on the loopback interface.
func transfer(t *testing.T, n int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	c, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan error)
	go func() {
		_, err := io.CopyN(io.Discard, s, int64(n))
		read <- err
	}()
	if _, err := c.Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	c.Close()
	s.Close()
}

// TestLiveIdle: Next says at once that it has run out of packets, waits then,
// and Close from elsewhere ends that.
func TestLiveIdle(t *testing.T) {
	namespace(t)
	veth(t)
	l := openLive(t, LiveConfig{Interface: "v1"})
	newInjector(t, "v0").send(tcpFrame())
	var p Packet
	for err := l.Next(&p); err != nil; err = l.Next(&p) {
		if !errors.Is(err, ErrIdle) {
			t.Fatal(err)
		}
	}
	began := time.Now()
	if err := l.Next(&p); !errors.Is(err, ErrIdle) || time.Since(began) >= idleAfter {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	if err := l.Next(&p); !errors.Is(err, ErrIdle) || time.Since(began) < idleAfter/2 {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	ended := make(chan error)
	go func() {
		for {
			if err := l.Next(new(Packet)); !errors.Is(err, ErrIdle) {
				ended <- err
				return
			}
		}
	}()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	select {
	case err := <-ended:
		if err != io.EOF {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("Next goes on after Close")
	}
	l.Stop() // does nothing now
}

// TestLiveInterfaceGoes down, comes again, and is taken away.
func TestLiveInterfaceGoes(t *testing.T) {
	namespace(t)
	veth(t)
	l := openLive(t, LiveConfig{Interface: "v1"})
	until := func(end func(error) bool) {
		t.Helper()
		var p Packet
		for deadline := time.Now().Add(10 * time.Second); !end(l.Next(&p)); {
			if time.Now().After(deadline) {
				t.Fatal("nothing happens")
			}
		}
	}
	ip(t, "link set v1 down")
	until(func(error) bool {
		n := l.Notices()
		return len(n) == 1 && n[0].Kind == InterfaceDown && n[0].Message == "v1 went down"
	})
	ip(t, "link set v1 up")
	in := newInjector(t, "v0")
	until(func(err error) bool {
		in.send(tcpFrame())
		return err == nil
	})
	ip(t, "link del v1")
	until(func(err error) bool { return err == io.EOF })
	if n := l.Notices(); len(n) == 0 || n[len(n)-1].Message != "v1 is no more" {
		t.Errorf("%v", n)
	}
}

func TestOpenLiveErrors(t *testing.T) {
	namespace(t)
	ip(t, "link add v0 type veth peer name v1")
	open := func(name string, want error) {
		t.Helper()
		_, err := OpenLive(LiveConfig{Interface: name})
		var live *LiveError
		if !errors.As(err, &live) || !errors.Is(err, want) || live.Hint() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	open("nosuch0", syscall.ENODEV)
	open("a-name-that-no-interface-can-have", syscall.ENODEV)
	open("v0", syscall.ENETDOWN)

	// The right is taken from this thread only.
	header := &unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var had, without [2]unix.CapUserData
	if err := unix.Capget(header, &had[0]); err != nil {
		t.Fatal(err)
	}
	without = had
	without[0].Effective &^= 1 << unix.CAP_NET_RAW
	if err := unix.Capset(header, &without[0]); err != nil {
		t.Fatal(err)
	}
	defer unix.Capset(header, &had[0])
	_, err := OpenLive(LiveConfig{Interface: "lo"})
	var live *LiveError
	if !errors.As(err, &live) || !errors.Is(err, syscall.EPERM) || !strings.Contains(live.Hint(), "sudo setcap cap_net_raw+ep /") {
		t.Errorf("%v", err)
	}
}

// TestLivePromiscuous: the interface is asked for it, and left as it was.
func TestLivePromiscuous(t *testing.T) {
	namespace(t)
	veth(t)
	promiscuity := func() string {
		out, err := exec.Command("ip", "-d", "link", "show", "v1").Output()
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(out), "promiscuity ")
		return rest[:1]
	}
	l := openLive(t, LiveConfig{Interface: "v1", Promiscuous: true})
	if promiscuity() != "1" {
		t.Error("not promiscuous")
	}
	l.Close()
	if promiscuity() != "0" {
		t.Error("still promiscuous")
	}
}

// TestLiveLinkTypes: a tunnel has IP packets, and what has a header that nobody
// knows is cooked.
func TestLiveLinkTypes(t *testing.T) {
	namespace(t)
	ip(t, "tuntap add t0 mode tun")
	ip(t, "link set t0 up")
	if l := openLive(t, LiveConfig{Interface: "t0"}); l.Interfaces()[0].LinkType != LinkTypeRaw {
		t.Errorf("%+v", l.Interfaces())
	}
	for hardware, want := range map[uint16]LinkType{
		unix.ARPHRD_ETHER: LinkTypeEthernet, unix.ARPHRD_LOOPBACK: LinkTypeEthernet, unix.ARPHRD_NONE: LinkTypeRaw,
		unix.ARPHRD_SIT: LinkTypeRaw, unix.ARPHRD_PPP: LinkTypeLinuxSLL2, unix.ARPHRD_INFINIBAND: LinkTypeLinuxSLL2,
		unix.ARPHRD_IEEE80211_RADIOTAP: LinkTypeRadiotap, unix.ARPHRD_IEEE80211: LinkTypeIEEE80211,
		unix.ARPHRD_IEEE80211_PRISM: LinkTypePrism,
	} {
		if got := linkOfHardware(hardware); got != want {
			t.Errorf("hardware %d: %v, want %v", hardware, got, want)
		}
	}
}

// BenchmarkLive reads what a sender in the same process puts on a cable.
func BenchmarkLive(b *testing.B) {
	namespace(b)
	veth(b)
	l := openLive(b, LiveConfig{Interface: "v1"})
	in := newInjector(b, "v0")
	frame := append(tcpFrame(), make([]byte, 446)...)
	b.SetBytes(int64(len(frame)))
	done := make(chan uint64)
	go func() {
		var p Packet
		n := uint64(0)
		for err := l.Next(&p); err != io.EOF; err = l.Next(&p) {
			if err == nil {
				n++
			}
		}
		done <- n
	}()
	for b.Loop() {
		in.send(frame)
	}
	l.Stop()
	n := <-done
	b.ReportMetric(float64(l.Interfaces()[0].Dropped), "dropped")
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "packets/s")
}
