//go:build linux && !libpcap

package capture

import (
	"errors"
	"io"
	"net"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// namespace gives the test a network of its own, with a loopback interface that
// is up and nothing else. The test must not start goroutines that use it.
func namespace(t testing.TB) {
	t.Helper()
	runtime.LockOSThread()
	const own = "/proc/thread-self/ns/net"
	before, err := unix.Open(own, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		unix.Close(before)
		t.Skip("needs a network namespace (root):", err)
	}
	t.Cleanup(func() {
		// A thread that stays where it is, is not used any more.
		if unix.Setns(before, unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
		unix.Close(before)
	})
	ip(t, "link set lo up")
}

// ip is the command of iproute2.
func ip(t testing.TB, args string) {
	t.Helper()
	path, err := exec.LookPath("ip")
	if err != nil {
		t.Skip("needs ip (iproute2)")
	}
	if out, err := exec.Command(path, strings.Fields(args)...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v\n%s", args, err, out)
	}
}

// veth makes a cable with the ends v0 and v1. What the system says on its own
// (IPv6) is turned off.
func veth(t testing.TB) {
	t.Helper()
	ip(t, "link add v0 type veth peer name v1")
	for _, end := range []string{"v0", "v1"} {
		ip(t, "link set "+end+" addrgenmode none")
		ip(t, "link set "+end+" up")
	}
}

func openLive(t testing.TB, cfg LiveConfig) *Live {
	t.Helper()
	l, err := OpenLive(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// sendTo sends datagrams on the loopback interface.
func sendTo(t testing.TB, payloads ...[]byte) {
	t.Helper()
	c, err := net.Dial("udp", "127.0.0.1:9")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, p := range payloads {
		// Nobody listens there, which the next call may say.
		if _, err := c.Write(p); err != nil && !errors.Is(err, unix.ECONNREFUSED) {
			t.Fatal(err)
		} else if err != nil {
			_, _ = c.Write(p)
		}
	}
}

// injector sends whole frames on an interface.
type injector struct {
	t      testing.TB
	socket int
	to     *unix.SockaddrLinklayer
}

func newInjector(t testing.TB, name string) *injector {
	t.Helper()
	socket, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(socket) })
	d, err := lookUp(name)
	if err != nil {
		t.Fatal(err)
	}
	return &injector{t, socket, &unix.SockaddrLinklayer{Ifindex: d.index}}
}

func (i *injector) send(frame []byte) {
	i.t.Helper()
	for {
		err := unix.Sendto(i.socket, frame, 0, i.to)
		if err == unix.ENOBUFS { // the queue is full: it is being sent
			runtime.Gosched()
			continue
		}
		if err != nil {
			i.t.Fatal(err)
		}
		return
	}
}

// packets stops l and returns copies of all that it captured.
func packets(t testing.TB, l *Live) []Packet {
	t.Helper()
	l.Stop()
	return readOut(t, l, nil)
}

// atLeast reads until n packets have come, however long the system takes to
// deliver them, and then what else there is.
func atLeast(t testing.TB, l *Live, n int) []Packet {
	t.Helper()
	var got []Packet
	for deadline := time.Now().Add(10 * time.Second); len(got) < n && time.Now().Before(deadline); {
		var p Packet
		if err := l.Next(&p); err == nil {
			p.Data = append([]byte(nil), p.Data...)
			got = append(got, p)
		} else if !errors.Is(err, ErrIdle) {
			t.Fatal(err)
		}
	}
	l.Stop()
	return readOut(t, l, got)
}

// readOut reads to the end.
func readOut(t testing.TB, l *Live, got []Packet) []Packet {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		var p Packet
		err := l.Next(&p)
		switch {
		case err == io.EOF:
			return got
		case errors.Is(err, ErrIdle):
		case err != nil:
			t.Fatal(err)
		default:
			p.Data = append([]byte(nil), p.Data...)
			got = append(got, p)
		}
		if time.Now().After(deadline) {
			t.Fatal("no end after Stop")
		}
	}
}
