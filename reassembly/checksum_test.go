package reassembly

import (
	"strings"
	"testing"

	"h2scope/capture/segment"
)

// TestBadChecksums: which segments a wrong checksum rejects. Each character of
// send is a segment of one octet: its value, behind "-" where its checksum is
// wrong, behind "~" where it is left to the network card, and behind "=" where
// it is a damaged copy (value X) of the octet that stands there.
func TestBadChecksums(t *testing.T) {
	for _, test := range []struct {
		name, send, want string
		bad              uint64
	}{
		{"all right", "abc", "abc", 0},
		{"all offloaded", "~a~b~c", "abc", 0},
		{"all wrong: offloaded by a system that leaves garbage", "-a-b-c-d", "abcd", 0},
		{"a single segment", "-a", "a", 0},
		{"one damaged, sent again", "ab=ccd", "abcd", 1},
		{"damaged copies before the good ones", "=aa=bb=cc=dd", "abcd", 4},
		{"damaged copies behind the good ones", "a=bb=cc=dd=ee", "abcde", 4},
		{"damaged first", "=aab", "ab", 1},
		{"damaged among offloaded", "~a~b=c~c~d", "abcd", 1},
		{"damaged and never sent again", "a-bc", "a<missing 1>c", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWire(nil)
			q := uint32(1)
			for in := test.send; in != ""; in = in[1:] {
				switch in[0] {
				case '-':
					in = in[1:]
					w.feed(0, w.make(0, q, in[:1]), badSum)
				case '~':
					in = in[1:]
					w.feed(0, w.make(0, q, in[:1]), partialSum)
				case '=':
					in = in[1:]
					w.feed(0, w.make(0, q, "X"), badSum)
					continue
				default:
					w.send(0, q, in[:1])
				}
				q++
			}
			w.finish()
			if got := w.tape.text[0].String(); got != test.want {
				t.Errorf("read %q, want %q", got, test.want)
			}
			if got := w.stats(0).BadChecksums; got != test.bad {
				t.Errorf("%d bad checksums, want %d", got, test.bad)
			}
		})
	}
}

// The counts of one interface say nothing about another.
func TestChecksumsByInterface(t *testing.T) {
	w := newWire(nil).open(1000, 5000)
	for i := range uint32(4) {
		w.feed(0, w.make(0, 1001+i, "a", on("lo")), badSum)
	}
	for i := range uint32(4) {
		w.send(0, 1005+i, "b", on("eth0"))
	}
	w.feed(0, w.make(0, 1009, "X", on("eth0")), badSum)
	w.feed(0, w.make(0, 1009, "c", on("lo")), badSum)
	if got := w.tape.text[0].String(); got != "aaaabbbbc" {
		t.Errorf("read %q", got)
	}
}

// Interfaces beyond the bound share a count.
func TestManyInterfaces(t *testing.T) {
	w := newWire(nil)
	for i := range 3 * maxTallies {
		w.send(0, uint32(i), "x", on(strings.Repeat("i", i)))
	}
	if n := len(w.conn.half[0].tallies); n != maxTallies {
		t.Errorf("%d tallies", n)
	}
}

// Segments merged by the network card (LRO) keep the checksum of the first
// part; none that long was on the wire.
func TestMergedSegments(t *testing.T) {
	w := newWire(nil)
	w.send(0, 1000, "", flags(segment.SYN))
	w.send(1, 5000, "", flags(segment.SYN), ack(1001), withOptions(optMSS, 4, 0, 4))
	w.send(0, 1001, "", ack(5001))
	w.feed(0, w.make(0, 1001, "abcdefgh"), badSum)
	w.feed(0, w.make(0, 1009, "XX"), badSum)
	if got := w.tape.text[0].String(); got != "abcdefgh" {
		t.Errorf("read %q", got)
	}
	if got := w.stats(0).BadChecksums; got != 1 {
		t.Errorf("%d bad checksums", got)
	}
}

// What is set aside is bounded: when it is full, most decide.
func TestDoubtfulIsBounded(t *testing.T) {
	w := newWire(nil)
	for i := range 8 {
		w.send(0, uint32(i+1), "g") // good
	}
	f := &w.conn.half[0]
	for i := range 200 {
		w.feed(0, w.make(0, uint32(i+9), "x"), badSum)
		if f.doubtful != nil && len(f.doubtful.segments) > maxAside {
			t.Fatalf("%d segments set aside", len(f.doubtful.segments))
		}
	}
	w.finish()
	if n := w.stats(0).BadChecksums; n != 8 {
		t.Errorf("%d rejected, want those before most were wrong", n)
	}
}

func TestTallyKeepsItsRatio(t *testing.T) {
	c := tally{good: 3 << 20, bad: 1<<30 - 1}
	c.count(false)
	if c.bad != 1<<29 || c.good != 3<<19 {
		t.Errorf("%+v", c)
	}
}

// A segment that the capture cut cannot be verified, and is not counted.
func TestCutSegmentsAreNotVerified(t *testing.T) {
	w := newWire(nil)
	w.send(0, 1, "ab")
	w.feed(0, w.make(0, 3, "cdef"), func(s *segment.Segment) { cut(2)(s); badSum(s) })
	if got := w.tape.text[0].String(); got != "abcd<snaplen 2>" {
		t.Errorf("read %q", got)
	}
	if c := w.conn.half[0].tallies[0]; c.good != 1 || c.bad != 0 {
		t.Errorf("%+v", c)
	}
}
