package reassembly

import (
	"strings"
	"testing"
)

// TestResync: the capture has lost more than a window.
func TestResync(t *testing.T) {
	const far = 1001 + 1<<30
	for _, test := range []struct {
		name string
		send func(w *wire)
		want string
	}{
		{"confirmed by the other side", func(w *wire) {
			w.send(0, 1001, "ab", ack(5001))
			w.send(0, far, "cd", ack(5001))
			w.send(1, 5001, "", ack(far+2))
			w.send(0, far+2, "ef", ack(5001))
			w.send(0, far+4, "gh", ack(5001))
			w.send(0, far+6, "ij", ack(5001))
		}, "ab<capture-loss 1073741822>cdefghij"},
		{"out of order", func(w *wire) {
			w.send(1, 5001, "", ack(far+4))
			w.send(0, far+2, "ef", ack(5001))
			w.send(0, far, "cd", ack(5001))
			w.send(0, far+4, "gh", ack(5001))
		}, "<capture-loss 1073741824>cdefgh"},
		{"3 GiB: modulo 2^32", func(w *wire) {
			w.send(1, 5001, "", ack(1001+3<<30))
			for i := range uint32(3) {
				w.send(0, 1001+3<<30+i, "x", ack(5001))
			}
		}, "<capture-loss 3221225472>xxx"},
		{"what was held comes first", func(w *wire) {
			w.send(0, 1003, "cd", ack(5001))
			w.send(1, 5001, "", ack(far+4))
			for i := range uint32(3) {
				w.send(0, far+i, "x", ack(5001))
			}
		}, "<missing 2>cd<capture-loss 1073741820>xxx"},
		{"one segment at the end", func(w *wire) {
			w.send(0, far, "cd", ack(5001))
			w.send(1, 5001, "", ack(far+2))
		}, "<capture-loss 1073741824>cd"},
		{"injected: the other side does not confirm", func(w *wire) {
			w.send(0, 1001, "ab", ack(5001))
			for i := range uint32(20) {
				w.send(0, far+i, "x", ack(5001))
			}
			w.send(1, 5001, "", ack(1003))
			w.send(0, 1003, "cd", ack(5001))
		}, "abcd"},
		{"no two agree", func(w *wire) {
			for i := range uint32(20) {
				w.send(0, 1<<27*(i%8)+1<<28, "x", ack(5001))
			}
			w.send(0, 1001, "ab", ack(5001))
		}, "ab"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWire(nil).open(1000, 5000)
			test.send(w)
			w.finish()
			if got := w.tape.text[0].String(); got != test.want {
				t.Errorf("read %q, want %q", got, test.want)
			}
			if len(w.tape.broken) > 0 {
				t.Error(w.tape.broken)
			}
		})
	}
}

// Where the other side was never captured nobody can confirm: segments that
// agree with each other must do.
func TestResyncOneWay(t *testing.T) {
	w := newWire(nil)
	w.send(0, 1, "ab")
	for i := range uint32(resyncOneWay) {
		w.send(0, 1<<30+i, "x")
	}
	w.finish()
	if got, want := w.tape.text[0].String(), "ab<missing 1073741821>"+strings.Repeat("x", resyncOneWay); got != want {
		t.Errorf("read %q, want %q", got, want)
	}
	if n := w.stats(0).OutOfWindow; n != 0 {
		t.Errorf("%d out of window", n)
	}
}

// A large scaled receive window allows what the default would not (RFC 7323,
// Section 2).
func TestScaledWindow(t *testing.T) {
	for _, test := range []struct {
		name  string
		scale byte
		want  string
	}{
		{"scaled", 14, "ab<missing 536870910>x"},
		{"not scaled", 0, "ab"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWire(nil)
			scale := withOptions(optNop, optWindowScale, 3, test.scale)
			w.conn.Segment(0, w.make(0, 1000, "", flags(syn), scale), &w.tape)
			w.conn.Segment(1, w.make(1, 5000, "", flags(synAck), ack(1001), scale), &w.tape)
			w.send(1, 5001, "", ack(1001))
			w.send(0, 1001, "ab", ack(5001))
			w.send(0, 1001+1<<29, "x", ack(5001))
			w.finish()
			if got := w.tape.text[0].String(); got != test.want {
				t.Errorf("read %q, want %q", got, test.want)
			}
		})
	}
}

// What is set aside is bounded, in segments and octets.
func TestStraysAreBounded(t *testing.T) {
	w := newWire(nil).open(1000, 5000)
	big := strings.Repeat("x", 300<<10)
	for i := range uint32(40) {
		w.send(0, 1<<30+i, big, ack(5001))
		if a := w.conn.half[0].strays; len(a.segments) > maxAside || a.octets > maxAsideOctets+len(big) {
			t.Fatalf("%d segments, %d octets", len(a.segments), a.octets)
		}
	}
}

// Options that lie about their length end the options.
func TestHostileOptions(t *testing.T) {
	for _, o := range [][]byte{
		{}, {optMSS}, {optMSS, 0}, {optMSS, 1}, {optMSS, 9, 1}, {optMSS, 3, 1},
		{optWindowScale, 2}, {optEnd, optMSS, 4, 1, 1}, {254, 255},
	} {
		w := newWire(nil)
		s := w.make(0, 1, "", flags(syn))
		s.Header = append(s.Header, o...)
		w.conn.half[0].announce(s)
		if f := w.conn.half[0]; f.mss != 0 || f.scaled && f.scale != 0 {
			t.Errorf("% x: MSS %d, scale %d", o, f.mss, f.scale)
		}
	}
}
