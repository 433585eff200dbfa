package reassembly

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"h2scope/capture/segment"
)

// TestCounts sends segments of half 0 after a handshake (ISNs 1000 and 5000)
// and names the counters that are not zero.
func TestCounts(t *testing.T) {
	for _, test := range []struct {
		name string
		send func(w *wire)
		want string
	}{
		{"nothing wrong", func(w *wire) {
			w.send(0, 1001, "abc")
			w.send(0, 1004, "def")
		}, "bytes 6"},
		{"out of order within a round trip", func(w *wire) {
			w.send(0, 1004, "def")
			w.send(0, 1001, "abc")
		}, "bytes 6 out of order 1"},
		{"filled after a round trip: retransmitted", func(w *wire) {
			w.send(0, 1004, "def")
			w.after(50*time.Millisecond).send(0, 1001, "abc")
		}, "bytes 6 retransmissions 1"},
		{"retransmitted at once: its IP identification is that of a later packet", func(w *wire) {
			w.send(0, 1004, "def", ipid(20))
			w.send(0, 1001, "abc", ipid(21))
		}, "bytes 6 retransmissions 1"},
		{"retransmitted at once: its timestamp is later", func(w *wire) {
			w.send(0, 1004, "def", ipid(20), withOptions(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2))
			w.send(0, 1001, "abc", ipid(19), withOptions(8, 10, 0, 0, 0, 2, 0, 0, 0, 2, 1, 1))
		}, "bytes 6 retransmissions 1"},
		{"overtaken by more than a round trip: its IP identification is that of an earlier packet", func(w *wire) {
			w.send(0, 1004, "def", ipid(20))
			w.after(50*time.Millisecond).send(0, 1001, "abc", ipid(19))
		}, "bytes 6 out of order 1"},
		{"identifications that are random tell nothing", func(w *wire) {
			w.send(0, 1004, "def", ipid(20))
			w.send(0, 1001, "abc", ipid(20000))
		}, "bytes 6 out of order 1"},
		{"retransmitted with another IP identification", func(w *wire) {
			w.send(0, 1001, "abc", ipid(7))
			w.send(0, 1001, "abc", ipid(8))
		}, "bytes 6 retransmissions 1"},
		{"retransmitted later with the same one", func(w *wire) {
			w.send(0, 1001, "abc", ipid(7))
			w.after(50*time.Millisecond).send(0, 1001, "abc", ipid(7))
		}, "bytes 6 retransmissions 1"},
		{"partly retransmitted", func(w *wire) {
			w.send(0, 1001, "abc")
			w.send(0, 1003, "cde")
		}, "bytes 6 retransmissions 1"},
		{"retransmitted while held", func(w *wire) {
			w.send(0, 1004, "def", ipid(2))
			w.send(0, 1004, "def", ipid(3))
			w.send(0, 1001, "abc", ipid(1))
		}, "bytes 9 retransmissions 1 out of order 1"},
		{"duplicate, IPv4", func(w *wire) {
			w.again(0, w.send(0, 1001, "abc", ipid(7)))
		}, "bytes 6 duplicates 1"},
		{"duplicate of a packet out of order", func(w *wire) {
			w.again(0, w.send(0, 1004, "def", ipid(7)))
			w.send(0, 1001, "abc", ipid(6))
		}, "bytes 9 out of order 1 duplicates 1"},
		{"duplicate, IPv6: by the whole header", func(w *wire) {
			w.again(0, w.send(0, 1001, "abc", withOptions(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2)))
		}, "bytes 6 duplicates 1"},
		{"no duplicate, IPv6: another timestamp", func(w *wire) {
			w.send(0, 1001, "abc", withOptions(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2))
			w.time -= ms / 2
			w.send(0, 1001, "abc", withOptions(1, 1, 8, 10, 0, 0, 0, 2, 0, 0, 0, 2))
		}, "bytes 6 retransmissions 1"},
		{"duplicate on another interface, checksum not offloaded there", func(w *wire) {
			s := w.make(0, 1001, "abc", ipid(7))
			w.feed(0, s, partialSum)
			w.again(0, w.make(0, 1001, "abc", ipid(7)), on("eth0"))
		}, "bytes 6 duplicates 1"},
		{"duplicate SYN", func(w *wire) {
			w.again(0, w.send(0, 1000, "", flags(segment.SYN), ipid(3)))
		}, "retransmissions 1 duplicates 1"},
		{"RSTs without an IP identification, alike but each its own", func(w *wire) {
			w.again(0, w.send(0, 1001, "", flags(segment.RST), ipid(0)))
		}, ""},
		{"duplicate ACK segment is none", func(w *wire) {
			w.send(0, 1001, "", ack(5001), ipid(1))
			w.send(0, 1001, "", ack(5001), ipid(2))
		}, ""},
		{"keep-alive without and with an octet (RFC 9293, 3.8.4)", func(w *wire) {
			w.send(0, 1001, "abc", ack(5001))
			w.send(1, 5001, "", ack(1004))
			w.send(0, 1003, "", ack(5001))
			w.send(0, 1003, "\x00", ack(5001))
		}, "bytes 4 keep-alives 2"},
		{"one octet again before it was acknowledged", func(w *wire) {
			w.send(0, 1001, "abc", ack(5001))
			w.send(1, 5001, "", ack(1003))
			w.send(0, 1003, "c", ack(5001))
		}, "bytes 4 retransmissions 1"},
		{"window probes (RFC 9293, 3.8.6.1)", func(w *wire) {
			w.send(0, 1001, "abc", ack(5001))
			w.send(1, 5001, "", ack(1004), window(0))
			w.send(0, 1003, "", ack(5001))
			w.send(0, 1004, "d", ack(5001))
			w.send(1, 5001, "", ack(1004), window(0))
			w.after(time.Second).send(0, 1004, "d", ack(5001))
		}, "bytes 5 window probes 2"},
		{"receive window closed twice", func(w *wire) {
			w.send(0, 1001, "", ack(5001), window(0))
			w.send(0, 1001, "", ack(5002), window(0))
			w.send(0, 1001, "", ack(5002), window(9))
			w.send(0, 1001, "", ack(5003), window(0))
		}, "zero windows 2"},
		{"conflict with a held octet", func(w *wire) {
			w.send(0, 1003, "cd")
			w.send(0, 1004, "XY")
		}, "bytes 4 retransmissions 1 conflicts 1 gaps 1 gap bytes 2"},
		{"out of window", func(w *wire) {
			w.send(0, 1001, "abc")
			w.send(0, 1001+1<<30, "abc")
			w.send(0, 1001+3<<30, "", ack(5001))
			w.send(0, 1004+1<<20, "", flags(segment.RST))
		}, "bytes 6 out of window 3"},
		{"late after its gap", func(w *wire) {
			w.send(0, 1001, "ab")
			w.send(0, 1005, "ef")
			w.conn.pass(0, 4, &w.tape)
			w.conn.drain(0, &w.tape)
			w.send(0, 1003, "cd")
		}, "bytes 6 retransmissions 1 gaps 1 gap bytes 2 late bytes 2"},
		{"after FIN", func(w *wire) {
			w.send(0, 1001, "ab", flags(segment.FIN))
			w.send(0, 1002, "bcd")
		}, "bytes 5 retransmissions 1 after FIN 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWire(nil).open(1000, 5000)
			test.send(w)
			w.finish()
			if got := w.stats(0).String(); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// String names the counters that are not zero, without packets and flags.
func (s *HalfStats) String() string {
	out := ""
	for _, n := range []struct {
		name string
		n    uint64
	}{
		{"bytes", s.Bytes}, {"retransmissions", s.Retransmissions},
		{"out of order", s.OutOfOrder}, {"duplicates", s.Duplicates},
		{"keep-alives", s.KeepAlives}, {"window probes", s.WindowProbes},
		{"zero windows", s.ZeroWindows}, {"bad checksums", s.BadChecksums},
		{"conflicts", s.Conflicts}, {"out of window", s.OutOfWindow},
		{"gaps", s.Gaps}, {"gap bytes", s.GapBytes}, {"late bytes", s.LateBytes},
		{"after FIN", s.AfterFINBytes}, {"early", s.EarlyBytes},
	} {
		if n.n != 0 {
			out += fmt.Sprintf(" %s %d", n.name, n.n)
		}
	}
	if out == "" {
		return out
	}
	return out[1:]
}

func TestClose(t *testing.T) {
	for _, test := range []struct {
		name string
		send func(w *wire)
		how  Close
		by   Half
	}{
		{"open", func(w *wire) { w.send(0, 1001, "a") }, Open, 0},
		{"one FIN", func(w *wire) { w.send(0, 1001, "", flags(segment.FIN)) }, Open, 0},
		{"FIN both ways", func(w *wire) {
			w.send(1, 5001, "", flags(segment.FIN))
			w.send(0, 1001, "", flags(segment.FIN))
		}, ByFIN, 1},
		{"FIN out of order", func(w *wire) {
			w.send(0, 1003, "", flags(segment.FIN))
			w.send(1, 5001, "", flags(segment.FIN))
			w.send(0, 1001, "ab")
		}, ByFIN, 1},
		{"FIN whose data never came", func(w *wire) {
			w.send(0, 1003, "", flags(segment.FIN))
			w.send(1, 5001, "", flags(segment.FIN))
		}, ByFIN, 1},
		{"RST", func(w *wire) { w.send(1, 5001, "", flags(segment.RST)) }, ByRST, 1},
		{"RST after FIN both ways", func(w *wire) {
			w.send(0, 1001, "", flags(segment.FIN))
			w.send(1, 5001, "", flags(segment.FIN))
			w.send(0, 1002, "", flags(segment.RST))
		}, ByFIN, 0},
		{"RST out of window", func(w *wire) { w.send(1, 5001+1<<24, "", flags(segment.RST)) }, Open, 0},
		{"RST before the window", func(w *wire) { w.send(1, 4000, "", flags(segment.RST)) }, Open, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWire(nil).open(1000, 5000)
			test.send(w)
			w.finish()
			s := w.conn.Stats()
			if s.Close != test.how || s.ClosedBy != test.by {
				t.Errorf("%q by %d, want %q by %d", s.Close, s.ClosedBy, test.how, test.by)
			}
			if (s.ClosedAt.Packet != 0) != (s.Close != Open) {
				t.Errorf("closed at %v", s.ClosedAt)
			}
		})
	}
}

// A port without a listener answers SYN with an RST whose sequence number is
// 0 (RFC 9293, Section 3.10.7.1); what does not answer the SYN is ignored.
func TestRefused(t *testing.T) {
	w := newWire(nil)
	w.send(0, 1000, "", flags(segment.SYN))
	w.send(1, 0, "", flags(segment.RST), ack(77))
	if w.conn.Stats().Close != Open {
		t.Error("closed by an RST for another")
	}
	w.send(1, 0, "", flags(segment.RST), ack(1001))
	if s := w.conn.Stats(); s.Close != ByRST || s.ClosedBy != 1 || !s.Half[1].RST {
		t.Errorf("%+v", s)
	}
}

func TestInitialRTT(t *testing.T) {
	w := newWire(nil).open(1000, 5000)
	if got := w.conn.Stats().InitialRTT; got != 2*time.Millisecond {
		t.Errorf("%v", got)
	}
	w = newWire(nil)
	w.send(0, 1000, "", flags(segment.SYN))
	w.after(time.Second).open(1000, 5000)
	if got := w.conn.Stats().InitialRTT; got != 2*time.Millisecond {
		t.Errorf("after a retransmitted SYN: %v", got)
	}
}

func TestRoundTrips(t *testing.T) {
	w := newWire(nil).open(1000, 5000)
	w.send(0, 1001, "abc", ack(5001))
	w.after(4*time.Millisecond).send(1, 5001, "", ack(1004)) // 5 ms
	w.send(0, 1004, "def", ack(5001))
	w.after(50*time.Millisecond).send(0, 1004, "def", ack(5001))
	w.send(1, 5001, "", ack(1007)) // of which copy? (Karn)
	w.send(0, 1007, "g", ack(5001))
	w.after(2*time.Millisecond).send(1, 5001, "", ack(1008)) // 3 ms
	want := Samples{Count: 2, Min: 3 * time.Millisecond, Sum: 8 * time.Millisecond}
	if got := w.stats(0).RTT; got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// spy writes down what an Observer is told.
type spy struct{ told []string }

func (s *spy) add(f string, a ...any) { s.told = append(s.told, fmt.Sprintf(f, a...)) }

func (s *spy) Retransmitted(half Half, off, n int64, at Mark) {
	s.add("%d: retransmitted %d+%d in %d", half, off, n, at.Packet)
}
func (s *spy) Conflict(half Half, off int64, at Mark) {
	s.add("%d: conflict at %d in %d", half, off, at.Packet)
}
func (s *spy) ReceiverClosed(half Half, at Mark) { s.add("%d: closed in %d", half, at.Packet) }
func (s *spy) ReceiverOpened(half Half, at Mark) { s.add("%d: opened in %d", half, at.Packet) }
func (s *spy) PathSample(half Half, rtt time.Duration, at Mark) {
	s.add("%d: %v in %d", half, rtt, at.Packet)
}

func TestObserver(t *testing.T) {
	var told spy
	w := newWireObserved(Config{Observer: &told}).open(1000, 5000)
	w.send(0, 1001, "abc", ack(5001))            // packet 4
	w.send(0, 1006, "fg", ack(5001))             // 5
	w.send(0, 1002, "bcdeX", ack(5001))          // 6: sent again in part, and another f
	w.send(1, 5001, "", ack(1008), window(0))    // 7
	w.send(1, 5001, "", ack(1008), window(4000)) // 8
	w.send(1, 5001, "r", ack(1008))              // 9
	w.send(0, 1008, "", ack(5002))               // 10
	want := []string{
		"0: conflict at 5 in 6",
		"0: retransmitted 1+5 in 6",
		"1: closed in 7",
		"1: opened in 8",
		"1: 1ms in 10",
	}
	if !reflect.DeepEqual(told.told, want) {
		t.Errorf("%q", told.told)
	}
}
