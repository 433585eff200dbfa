package packets

import (
	"bytes"
	"slices"
	"testing"
)

// selected are the packets up to n that s chooses.
func selected(s *Selection, n uint64) (all []uint64) {
	for packet := uint64(0); packet <= n; packet++ {
		if chosen, _ := s.Selected(packet); chosen {
			all = append(all, packet)
		}
	}
	return all
}

func TestSelected(t *testing.T) {
	type told struct{ packet, conn uint64 }
	for _, tt := range []struct {
		name   string
		told   []told
		choose []uint64
		want   []uint64
	}{
		{"nothing told", nil, []uint64{1}, nil},
		{"nothing chosen", []told{{1, 1}, {2, 2}}, nil, nil},
		{"one of two", []told{{1, 1}, {2, 2}, {5, 1}}, []uint64{1}, []uint64{1, 5}},
		{"both", []told{{1, 1}, {2, 2}, {5, 1}}, []uint64{2, 1}, []uint64{1, 2, 5}},
		{"told twice", []told{{1, 1}, {2, 2}, {1, 1}, {2, 2}}, []uint64{1}, []uint64{1}},
		{"a packet of several connections", []told{{1, 1}, {1, 2}, {1, 3}, {2, 3}, {1, 1}}, []uint64{2}, []uint64{1}},
		{"of several connections, none of them chosen", []told{{1, 1}, {1, 2}}, []uint64{3}, nil},
		{"fragments are whosever", []told{{1, 0}, {2, 1}, {3, 0}, {4, 2}}, []uint64{1}, []uint64{1, 2, 3}},
		{"fragments where nothing is chosen", []told{{1, 0}, {2, 1}}, nil, nil},
		{"numbers above 32 bits", []told{{1, 1 << 33}, {2, 1<<33 + 1}}, []uint64{1 << 33}, []uint64{1}},
		{"numbers like the marks", []told{{1, fragments}, {2, inSeveral}, {3, fragments}}, []uint64{inSeveral}, []uint64{2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := NewSelection(nil)
			for _, p := range tt.told {
				s.Packet(p.packet, p.conn, nil)
			}
			s.Choose(tt.choose...)
			if got := selected(s, 10); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// random is a client random that is told by one octet.
func random(b byte) (r [32]byte) {
	for i := range r {
		r[i] = b
	}
	return r
}

// helloOctets are a TLS record with the beginning of a ClientHello.
func helloOctets(b byte) []byte {
	r := random(b)
	return slices.Concat([]byte{22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3}, r[:], []byte{0, 1, 1, 1})
}

func TestSecretsAreThoseOfTheConnection(t *testing.T) {
	known := func(r [32]byte) bool { return r[0] >= 'a' && r == random(r[0]) }
	type segment struct {
		conn    uint64
		payload []byte
	}
	bytewise := func(conn uint64, octets []byte) (all []segment) {
		for i := range octets {
			all = append(all, segment{conn, octets[i : i+1]})
		}
		return all
	}
	for _, tt := range []struct {
		name     string
		segments []segment
		want     string
	}{
		{"no TLS", []segment{{1, []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")}}, ""},
		{"a ClientHello", []segment{{1, helloOctets('a')}}, "a"},
		{"of another connection", []segment{{2, helloOctets('a')}}, ""},
		{"one that the key log does not know", []segment{{1, helloOctets('A')}}, ""},
		{"twice", []segment{{1, helloOctets('a')}, {1, helloOctets('a')}}, "a"},
		{"a second one, after HelloRetryRequest or renegotiation", []segment{{1, helloOctets('a')}, {1, helloOctets('b')}}, "ab"},
		{"behind a proxy's greeting", []segment{{1, []byte("CONNECT a:1 HTTP/1.1\r\n\r\n")}, {1, []byte("HTTP/1.1 200 OK\r\n\r\n")}, {1, helloOctets('c')}}, "c"},
		{"in single octets", bytewise(1, helloOctets('a')), "a"},
		{"cut", []segment{{1, helloOctets('a')[:42]}}, ""},
		{"in two, between others' packets", []segment{{1, helloOctets('a')[:20]}, {2, helloOctets('b')}, {1, helloOctets('a')[20:]}}, "a"},
		{"far behind the beginning", []segment{{1, make([]byte, searched)}, {1, helloOctets('a')}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := NewSelection(known)
			for i, g := range tt.segments {
				s.Packet(uint64(i+1), g.conn, g.payload)
			}
			s.Choose(1)
			var got []byte
			for _, r := range s.Randoms() {
				got = append(got, r[0])
			}
			if string(got) != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// FuzzHello holds that what is found does not depend on how the octets are cut.
func FuzzHello(f *testing.F) {
	f.Add(helloOctets('a'), 5)
	f.Add(slices.Concat(helloOctets('a'), helloOctets('b')), 40)
	f.Add(bytes.Repeat([]byte{1, 0, 3, 3}, 30), 1)
	f.Fuzz(func(t *testing.T, octets []byte, n int) {
		n = 1 + max(0, n)%100
		find := func(pieces func(func([]byte))) (all [][32]byte) {
			s := NewSelection(func([32]byte) bool { return true })
			pieces(func(p []byte) { s.Packet(1, 1, p) })
			s.Choose(1)
			return s.Randoms()
		}
		whole := find(func(tell func([]byte)) { tell(octets) })
		cut := find(func(tell func([]byte)) {
			for p := range slices.Chunk(octets, n) {
				tell(p)
			}
		})
		if len(octets) < searched && !slices.Equal(whole, cut) {
			t.Errorf("%d randoms, in pieces of %d: %d", len(whole), n, len(cut))
		}
	})
}

func TestPacketAllocatesNothing(t *testing.T) {
	s := NewSelection(nil)
	s.Packet(1<<16, 1, make([]byte, searched))
	payload := make([]byte, 1400)
	packet := uint64(0)
	if n := testing.AllocsPerRun(1000, func() {
		packet++
		s.Packet(packet, 1, payload)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
