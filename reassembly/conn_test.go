package reassembly

import (
	"testing"
	"time"

	"h2scope/capture/segment"
)

// TestOctets sends segments and compares what each half reads, with gaps as
// <cause length>. ISNs are 1000 and 5000 where open is called.
func TestOctets(t *testing.T) {
	for _, test := range []struct {
		name string
		send func(w *wire)
		want [2]string
	}{
		{"in order", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "hello ", ack(5001))
			w.send(0, 1007, "world", ack(5001))
			w.send(1, 5001, "hi", ack(1012))
		}, [2]string{"hello world", "hi"}},
		{"out of order", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1005, "ef")
			w.send(0, 1003, "cd")
			w.send(0, 1001, "ab")
		}, [2]string{"abcdef", ""}},
		{"retransmitted", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "abc")
			w.send(0, 1001, "abc")
			w.send(0, 1004, "def")
		}, [2]string{"abcdef", ""}},
		{"partial overlap behind", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "abcd")
			w.send(0, 1003, "cdef")
		}, [2]string{"abcdef", ""}},
		{"partial overlap with held octets on both sides", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1003, "cd")
			w.send(0, 1007, "gh")
			w.send(0, 1004, "DefG")
			w.send(0, 1001, "ab")
		}, [2]string{"abcdefgh", ""}},
		{"first copy wins over a longer second one", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1003, "cd")
			w.send(0, 1001, "ABCDEF")
		}, [2]string{"ABcdEF", ""}},
		{"sequence numbers wrap", func(w *wire) {
			w.open(0xfffffffc, 0xffffffff)
			w.send(0, 0xfffffffd, "abcdef")
			w.send(0, 3, "ghi")
			w.send(1, 0, "xyz")
		}, [2]string{"abcdefghi", "xyz"}},
		{"out of order across a wrap", func(w *wire) {
			w.open(0xfffffffc, 1)
			w.send(0, 3, "ghi")
			w.send(0, 0xffffffff, "cdef")
			w.send(0, 0xfffffffd, "ab")
		}, [2]string{"abcdefghi", ""}},
		{"late start", func(w *wire) {
			w.send(1, 777, "body", ack(42))
			w.send(0, 42, "req", ack(781))
		}, [2]string{"req", "body"}},
		{"octets before a late start are not handed on", func(w *wire) {
			w.send(0, 100, "def")
			w.send(0, 97, "abc")
			w.send(0, 99, "cdefg")
		}, [2]string{"defg", ""}},
		{"SYN lost, SYN-ACK tells the beginning", func(w *wire) {
			w.send(1, 5000, "", flags(segment.SYN), ack(1001))
			w.send(0, 1004, "def", ack(5001))
			w.send(0, 1001, "abc", ack(5001))
		}, [2]string{"abcdef", ""}},
		{"SYN-ACK lost, first ACK tells the beginning", func(w *wire) {
			w.send(0, 1000, "", flags(segment.SYN))
			w.send(0, 1001, "", ack(5001))
			w.send(1, 5003, "cd", ack(1001))
			w.send(1, 5001, "ab", ack(1001))
		}, [2]string{"", "abcd"}},
		{"SYN late", func(w *wire) {
			w.send(0, 1001, "abc", ack(5001))
			w.send(0, 1000, "", flags(segment.SYN))
			w.send(0, 1004, "def", ack(5001))
		}, [2]string{"abcdef", ""}},
		{"SYN retransmitted after data", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "abc")
			w.send(0, 1000, "", flags(segment.SYN))
			w.send(0, 1004, "def")
		}, [2]string{"abcdef", ""}},
		{"another connection's SYN is ignored", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "abc")
			w.send(0, 900000, "zz", flags(segment.SYN))
			w.send(0, 1004, "def")
		}, [2]string{"abcdef", ""}},
		{"another connection's SYN-ACK is ignored", func(w *wire) {
			w.send(0, 1000, "", flags(segment.SYN))
			w.send(1, 77, "", flags(segment.SYN), ack(900001))
			w.send(1, 5000, "", flags(segment.SYN), ack(1001))
			w.send(1, 5001, "ab", ack(1001))
		}, [2]string{"", "ab"}},
		{"data on SYN (RFC 7413)", func(w *wire) {
			w.send(0, 1000, "abc", flags(segment.SYN))
			w.send(1, 5000, "", flags(segment.SYN), ack(1004))
			w.send(0, 1004, "def", ack(5001))
		}, [2]string{"abcdef", ""}},
		{"data on SYN, which comes after the SYN-ACK", func(w *wire) {
			w.send(1, 5000, "", flags(segment.SYN), ack(1004))
			w.send(0, 1000, "abc", flags(segment.SYN))
			w.send(0, 1004, "def", ack(5001))
		}, [2]string{"abcdef", ""}},
		{"simultaneous open (RFC 9293, Figure 7)", func(w *wire) {
			w.send(0, 100, "", flags(segment.SYN))
			w.send(1, 300, "", flags(segment.SYN))
			w.send(1, 300, "", flags(segment.SYN), ack(101))
			w.send(0, 100, "", flags(segment.SYN), ack(301))
			w.send(0, 101, "ab", ack(301))
			w.send(1, 301, "cd", ack(101))
		}, [2]string{"ab", "cd"}},
		{"data after FIN", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "abc", flags(segment.FIN))
			w.send(0, 1004, "xyz")
			w.send(0, 1005, "xyz")
		}, [2]string{"abc", ""}},
		{"FIN out of order waits", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1007, "", flags(segment.FIN))
			w.send(0, 1001, "abc")
			w.send(0, 1004, "def")
		}, [2]string{"abcdef", ""}},
		{"RST in the window ends nothing that was sent before", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1004, "", flags(segment.RST))
			w.send(0, 1001, "abc")
		}, [2]string{"abc", ""}},
		{"RST tells what its sender had", func(w *wire) {
			w.open(1000, 5000)
			w.send(1, 5001, "xyz", ack(1001))
			w.send(0, 1001, "", flags(segment.RST|segment.ACK), ack(5006))
		}, [2]string{"", "xyz<capture-loss 2>"}},
		{"keep-alives", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "abc", ack(5001))
			w.send(1, 5001, "", ack(1004))
			w.send(0, 1003, "", ack(5001))
			w.send(0, 1003, "\x00", ack(5001))
			w.send(0, 1004, "d", ack(5001))
		}, [2]string{"abcd", ""}},
		{"cut segment in order", func(w *wire) {
			w.open(1000, 5000)
			w.feed(0, w.make(0, 1001, "abcdef"), cut(2))
			w.send(0, 1007, "gh")
		}, [2]string{"ab<snaplen 4>gh", ""}},
		{"cut segment wholly", func(w *wire) {
			w.open(1000, 5000)
			w.feed(0, w.make(0, 1001, "abcdef"), cut(0))
			w.send(0, 1007, "gh")
		}, [2]string{"<snaplen 6>gh", ""}},
		{"cut segment out of order", func(w *wire) {
			w.open(1000, 5000)
			w.feed(0, w.make(0, 1003, "cdef"), cut(1))
			w.send(0, 1008, "h")
			w.send(0, 1001, "ab")
			w.send(0, 1007, "g")
		}, [2]string{"abc<snaplen 3>gh", ""}},
		{"cut segment completed by a whole copy in time", func(w *wire) {
			w.open(1000, 5000)
			w.feed(0, w.make(0, 1003, "cdef"), cut(1))
			w.send(0, 1003, "cdef")
			w.send(0, 1001, "ab")
		}, [2]string{"abcdef", ""}},
		{"cut segment completed by a whole copy too late", func(w *wire) {
			w.open(1000, 5000)
			w.feed(0, w.make(0, 1001, "abcd"), cut(1))
			w.send(0, 1001, "abcd")
			w.send(0, 1005, "ef")
		}, [2]string{"a<snaplen 3>ef", ""}},
		{"hole at the end", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "ab")
			w.send(0, 1005, "ef")
		}, [2]string{"ab<missing 2>ef", ""}},
		{"hole at the end, acknowledged in part", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "ab", ack(5001))
			w.send(0, 1007, "gh", ack(5001))
			w.send(1, 5001, "", ack(1005))
		}, [2]string{"ab<capture-loss 2><missing 2>gh", ""}},
		{"lost tail that was acknowledged", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "ab", ack(5001))
			w.send(1, 5001, "", ack(1010))
		}, [2]string{"ab<capture-loss 7>", ""}},
		{"lost FIN is no gap", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "ab", ack(5001))
			w.send(1, 5001, "", ack(1004))
		}, [2]string{"ab", ""}},
		{"acknowledged FIN is no gap", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "ab", ack(5001), flags(segment.FIN))
			w.send(1, 5001, "", ack(1004))
		}, [2]string{"ab", ""}},
		{"far-off sequence number", func(w *wire) {
			w.open(1000, 5000)
			w.send(0, 1001, "ab", ack(5001))
			w.send(0, 0x70000000, "evil", ack(5001))
			w.send(0, 1003, "cd", ack(5001))
		}, [2]string{"abcd", ""}},
		{"one direction only", func(w *wire) {
			w.send(0, 1, "ab", ack(9))
			w.send(0, 5, "ef", ack(9))
			w.send(0, 3, "cd", ack(9))
		}, [2]string{"abcdef", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWire(nil)
			test.send(w)
			w.finish().finish()
			for half, want := range test.want {
				if got := w.tape.text[half].String(); got != want {
					t.Errorf("half %d: %q, want %q", half, got, want)
				}
			}
			if len(w.tape.broken) > 0 {
				t.Error(w.tape.broken)
			}
		})
	}
}

// TestAcknowledgedGap is DESIGN.md's rule: 64 packets or 100 ms after the
// acknowledging packet, whichever is later.
func TestAcknowledgedGap(t *testing.T) {
	for _, test := range []struct {
		name    string
		packets int // after the ACK, until the gap
		step    time.Duration
	}{
		{"packets decide", 64, 2 * time.Millisecond},
		{"time decides", 100, 0}, // the wire adds 1 ms to each
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWire(nil).open(1000, 5000)
			w.send(0, 1001, "ab", ack(5001))
			w.send(0, 1005, "ef", ack(5001))
			w.send(1, 5001, "", ack(1007))
			q := uint32(5001)
			for i := 1; i < test.packets; i++ {
				w.after(test.step).send(1, q, "x", ack(1007))
				q++
			}
			if len(w.tape.gaps) != 0 {
				t.Fatalf("gap after %d packets", test.packets-1)
			}
			last := w.after(test.step).send(1, q, "x", ack(1007))
			if len(w.tape.gaps) != 1 {
				t.Fatalf("no gap after %d packets", test.packets)
			}
			want := Gap{Half: 0, Offset: 2, Length: 2, Cause: CaptureLoss, Packet: last.Packet, Time: last.Time}
			if got := w.tape.gaps[0]; got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
			if got := w.tape.text[0].String(); got != "ab<capture-loss 2>ef" {
				t.Errorf("read %q", got)
			}
		})
	}
}

// A mirror shows the ACK before the octets: the last packet in time fills.
func TestACKBeforeItsOctets(t *testing.T) {
	w := newWire(nil).open(1000, 5000)
	w.send(1, 5001, "", ack(1003))
	for i := range 63 {
		w.after(9*time.Millisecond).send(1, 5001+uint32(i), "x", ack(1003))
	}
	w.send(0, 1001, "ab", ack(5001))
	w.finish()
	if got := w.tape.text[0].String(); got != "ab" {
		t.Errorf("read %q", got)
	}
}

func TestHoldLimits(t *testing.T) {
	for _, test := range []struct {
		name   string
		limits func(*Limits)
		send   func(w *wire)
		want   string
	}{
		{"octets", func(l *Limits) { l.HeldOctets = 4 }, func(w *wire) {
			w.send(0, 1003, "cd")
			w.send(0, 1006, "fg")
			w.send(0, 1009, "i")
		}, "<missing 2>cd"},
		{"segments", func(l *Limits) { l.HeldSegments = 2 }, func(w *wire) {
			w.send(0, 1003, "c")
			w.send(0, 1005, "e")
			w.send(0, 1007, "g")
		}, "<missing 2>c"},
		{"time", func(l *Limits) { l.HoldTime = time.Second }, func(w *wire) {
			w.send(0, 1003, "c")
			w.after(time.Second).send(1, 5001, "", ack(1001))
		}, "<missing 2>c"},
		{"time not yet", func(l *Limits) { l.HoldTime = time.Second }, func(w *wire) {
			w.send(0, 1003, "c")
			w.after(time.Second-2*time.Millisecond).send(1, 5001, "", ack(1001))
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := DefaultLimits()
			test.limits(&l)
			w := newWire(&l).open(1000, 5000)
			test.send(w)
			if got := w.tape.text[0].String(); got != test.want {
				t.Errorf("read %q, want %q", got, test.want)
			}
		})
	}
}

// TestChunkOrigin: which packet let octets be handed on, which one they lay
// in, and what their sender had heard.
func TestChunkOrigin(t *testing.T) {
	w := newWire(nil).open(1000, 5000)
	w.send(1, 5001, "response", ack(1001))      // packet 4
	w.send(0, 1003, "cd", ack(5009))            // 5
	first := w.send(0, 1001, "ab", ack(5005))   // 6
	w.send(0, 1005, "ef", ack(0x80000000+5000)) // 7: an ACK that cannot be
	w.send(0, 1007, "gh", ack(5001-20))         // 8: before the beginning
	want := []Chunk{
		{Half: 1, Offset: 0, Packet: 4, OctetsPacket: 4},
		{Half: 0, Offset: 0, Packet: 6, OctetsPacket: 6, Acked: 4},
		{Half: 0, Offset: 2, Packet: 6, OctetsPacket: 5, Acked: 8},
		{Half: 0, Offset: 4, Packet: 7, OctetsPacket: 7},
		{Half: 0, Offset: 6, Packet: 8, OctetsPacket: 8},
	}
	if len(w.tape.chunks) != len(want) {
		t.Fatalf("%d chunks", len(w.tape.chunks))
	}
	for i, got := range w.tape.chunks {
		if got.Packet == 6 && got.Time != first.Time {
			t.Errorf("chunk %d: time is not the delivering packet's", i)
		}
		got.Time, got.Data = 0, nil
		if w := want[i]; got.Half != w.Half || got.Offset != w.Offset || got.Packet != w.Packet ||
			got.OctetsPacket != w.OctetsPacket || got.Acked != w.Acked {
			t.Errorf("chunk %d: %+v, want %+v", i, got, w)
		}
	}
}

// In-order octets are the segment's own memory.
func TestInOrderIsNotCopied(t *testing.T) {
	w := newWire(nil).open(1000, 5000)
	s := w.make(0, 1001, "abc")
	same := false
	w.conn.Segment(0, s, handlerFunc(func(c *Chunk) { same = &c.Data[0] == &s.Payload[0] }))
	if !same {
		t.Error("copied")
	}
}

type handlerFunc func(*Chunk)

func (f handlerFunc) Chunk(c *Chunk) { f(c) }
func (f handlerFunc) Gap(*Gap)       {}

// A stream of more than 4 GiB wraps again and again; offsets do not.
func TestOffsetsBeyond4GiB(t *testing.T) {
	c := NewConn(Config{})
	payload := make([]byte, 1<<20)
	var end uint64
	h := handlerFunc(func(c *Chunk) { end = c.Offset + uint64(len(c.Data)) })
	w := newWire(nil)
	s := w.make(0, 7, "")
	partialSum(s)
	const segments = 9<<10 + 1 // 9 GiB and 1 MiB
	for i := range segments {
		s.Seq = uint32(7 + i<<20)
		s.Payload, s.Length = payload, len(payload)
		s.Packet++
		c.Segment(0, s, h)
		if i == 0 { // out of order once near each wrap as well
			continue
		}
	}
	if end != segments<<20 {
		t.Errorf("ended at %d, want %d", end, uint64(segments)<<20)
	}
}
