package gopackettest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Claim: gopacket delivers wrong octets for reordered segments near a sequence
// wrap. Its Sequence.Difference adds 2^32-1 where 2^32 is meant: across the
// wrap a hole of one octet is none, and an overlap is one octet longer. So
// segments that do not overlap go wrong only where a hole of one octet stands
// at the wrap; with partial retransmissions one run in six does.
func TestWrongOctetsNearAWrap(t *testing.T) {
	const runs = 500
	for _, test := range []struct {
		name   string
		size   int  // of segments, at most
		again  bool // with partial retransmissions
		wrap   bool
		wrongs bool
	}{
		{"small segments, reordered", 3, false, true, true},
		{"partial retransmissions, reordered", 60, true, true, true},
		{"the same without a wrap", 60, true, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			wrong := 0
			for seed := range uint64(runs) {
				r := rand.New(rand.NewPCG(seed, 7))
				data := text(100 + r.IntN(300))
				isn := uint32(1000)
				if test.wrap {
					isn = -uint32(r.IntN(len(data)))
				}
				sent := segments(r, isn, 5001, data, test.size, 0)
				if test.again {
					sent = retransmit(r, isn, sent, data)
				}
				packets := append(handshake(isn, 5000), shuffle(r, sent, 4)...)
				want := [][2]string{{string(data), ""}}
				if got := readOurs(packets); !reflect.DeepEqual(got, want) {
					t.Fatalf("seed %d: ours read %q", seed, got)
				}
				if got := readTheirs(packets); !reflect.DeepEqual(got, want) {
					wrong++
				}
			}
			if (wrong > 0) != test.wrongs {
				t.Errorf("gopacket read wrong octets in %d of %d runs", wrong, runs)
			}
			t.Logf("gopacket read wrong octets in %d of %d runs, ours in none", wrong, runs)
		})
	}
}

// retransmit puts segments that overlap their neighbours between a quarter of
// them.
func retransmit(r *rand.Rand, isn uint32, sent []packet, data []byte) []packet {
	var out []packet
	for _, p := range sent {
		if r.IntN(4) == 0 {
			off := int(p.seq - isn - 1)
			from, to := max(0, off-r.IntN(20)), min(len(data), off+1+r.IntN(60))
			out = append(out, packet{seq: isn + 1 + uint32(from), ack: p.ack, payload: data[from:to]})
		}
		out = append(out, p)
	}
	return out
}

// Claim: gopacket panics in CaptureInfo for segments above 1,900 octets that
// came out of order: only the first of the pages that hold one knows its
// packet.
func TestPanicInCaptureInfo(t *testing.T) {
	for _, test := range []struct {
		octets int
		panics bool
	}{{1900, false}, {1901, true}} {
		data := text(10 + test.octets)
		packets := append(handshake(1000, 5000),
			packet{seq: 1011, ack: 5001, payload: data[10:]},
			packet{seq: 1001, ack: 5001, payload: data[:10]})
		if got := readOurs(packets); got[0][0] != string(data) {
			t.Errorf("%d octets: ours are wrong", test.octets)
		}
		if got := panics(func() { feedTheirs(packets, &factory{infos: true}) }); got != test.panics {
			t.Errorf("%d octets: gopacket panics: %v, want %v", test.octets, got, test.panics)
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// Claim: gopacket joins two connections where a port is used again before the
// first was seen to close.
func TestPortUsedAgain(t *testing.T) {
	packets := append(handshake(1000, 5000), packet{seq: 1001, ack: 5001, payload: []byte("first")})
	packets = append(packets, handshake(700_000, 900_000)...)
	packets = append(packets, packet{seq: 700_001, ack: 900_001, payload: []byte("second")})
	want := [][2]string{{"first", ""}, {"second", ""}}
	if got := readOurs(packets); !reflect.DeepEqual(got, want) {
		t.Errorf("ours: %q", got)
	}
	got := readTheirs(packets)
	if len(got) != 1 {
		t.Errorf("gopacket keeps %d connections apart", len(got))
	}
	t.Logf("gopacket: %d connection, which reads %.40q", len(got), got[0][0])
}

// Claim: gopacket cannot use the peer's ACKs to tell a lost packet from a late
// one. What it hands on is the same with and without them: it waits behind
// the hole until it is flushed. Ours passes it, once the ACK is old enough.
func TestLostOrLate(t *testing.T) {
	play := func(acked uint32) []packet {
		packets := append(handshake(1000, 5000),
			packet{seq: 1001, ack: 5001, payload: []byte("ab")},
			packet{seq: 1005, ack: 5001, payload: []byte("ef")}) // "cd" is lacking
		for i := range 200 {
			packets = append(packets, packet{
				half: 1, seq: 5001 + uint32(i), ack: acked, payload: []byte("x"), at: time.Duration(i) * time.Second / 100,
			})
		}
		return append(packets, packet{seq: 1003, ack: 5001, payload: []byte("cd"), at: 3 * time.Second})
	}
	for _, test := range []struct {
		name         string
		acked        uint32
		ours, theirs string
	}{
		{"late: the peer has not got it", 1003, "abcdef", "abcdef"},
		{"lost by the capture: the peer has got it", 1007, "ab??ef", "abcdef"},
	} {
		t.Run(test.name, func(t *testing.T) {
			packets := play(test.acked)
			if got := readOurs(packets)[0][0]; got != test.ours {
				t.Errorf("ours: %q, want %q", got, test.ours)
			}
			if got := readTheirs(packets)[0][0]; got != test.theirs {
				t.Errorf("gopacket: %q, want %q", got, test.theirs)
			}
		})
	}
}

// Where gopacket is right, both agree: in order, and out of order where no
// sequence number wraps.
func TestAgree(t *testing.T) {
	for _, reach := range []int{0, 2, 8, 30} {
		t.Run(fmt.Sprintf("reordered by up to %d", reach), func(t *testing.T) {
			for seed := range uint64(300) {
				r := rand.New(rand.NewPCG(seed, 8))
				request, response := text(1+r.IntN(3000)), []byte(strings.ToUpper(string(text(1+r.IntN(3000)))))
				packets := handshake(1000, 50_000)
				packets = append(packets, segments(r, 1000, 50_001, request, 200, reach)...)
				for _, p := range segments(r, 50_000, uint32(1001+len(request)), response, 200, reach) {
					p.half = 1
					packets = append(packets, p)
				}
				ours, theirs := readOurs(packets), readTheirs(packets)
				if !reflect.DeepEqual(ours, theirs) {
					t.Fatalf("seed %d: %q\n%q", seed, ours, theirs)
				}
				if ours[0] != [2]string{string(request), string(response)} {
					t.Fatalf("seed %d: both wrong", seed)
				}
			}
		})
	}
}

// FuzzAgree is the same for any payload, segment size and reordering.
func FuzzAgree(f *testing.F) {
	f.Add([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), uint64(1), 5, 3)
	f.Fuzz(func(t *testing.T, data []byte, seed uint64, size, reach int) {
		if len(data) == 0 || len(data) > 4000 || size < 1 || size > 1500 || reach < 0 || reach > 30 {
			return
		}
		packets := append(handshake(1000, 5000), segments(rand.New(rand.NewPCG(seed, 9)), 1000, 5001, data, size, reach)...)
		ours, theirs := readOurs(packets), readTheirs(packets)
		if !reflect.DeepEqual(ours, theirs) || ours[0][0] != string(data) {
			t.Errorf("%q\n%q", ours, theirs)
		}
	})
}
