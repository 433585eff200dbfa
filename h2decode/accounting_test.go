package h2decode

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// An account adds up what a connection tells of one side's octets.
type account struct {
	preface, frames, missing uint64 // octets
	gaps, skipped            uint64
	ends                     uint64 // where the last frame ended
	overlap                  string
}

func (a *account) Event(e Event) {
	switch e := e.(type) {
	case *PrefaceSeen:
		a.preface += uint64(len(Preface))
		a.ends = e.Offset + uint64(len(Preface))
	case *FrameDecoded:
		a.frames += HeaderLength + uint64(e.Header.Length)
		a.missing += uint64(e.Missing)
		if e.Offset < a.ends || e.Offset > a.ends && a.gaps+a.skipped == 0 {
			a.overlap = fmt.Sprintf("a frame at %d, the one before ended at %d", e.Offset, a.ends)
		}
		a.ends = e.Offset + HeaderLength + uint64(e.Header.Length)
	case *GapFound:
		a.gaps += e.Bytes
		a.skipped += e.Skipped
	}
}

// Every octet is told once: captured ones in a frame, as skipped, or as unread
// at the end; missing ones in a gap. Whatever is missing and however the rest
// is cut.
func TestEveryOctetIsToldOnce(t *testing.T) {
	octets := []byte(Preface)
	for i := range frames {
		octets = append(octets, unhexWire(frames[i].wire)...)
	}
	octets = append(octets, dataFrame(1, FlagPadded, "\x05data and its padding")...)
	for seed := range uint64(5000) {
		random := rand.New(rand.NewPCG(seed, 0))
		told := new(account)
		c := NewConn(Config{Data: true}, told)
		var captured, lost uint64
		all := octets[:random.IntN(len(octets)+1)]
		for offset, packet := 0, uint64(1); offset < len(all); packet++ {
			n := min(1+random.IntN(30), len(all)-offset)
			if random.IntN(12) == 0 {
				c.Gap(&Gap{Offset: uint64(offset), Length: uint64(n), Packet: packet})
				lost += uint64(n)
			} else {
				c.Chunk(&Chunk{Offset: uint64(offset), Packet: packet, OctetsPacket: packet, Data: all[offset : offset+n]})
				captured += uint64(n)
			}
			offset += n
		}
		conn := new(Connection)
		c.Finish(conn, 1000, 0)
		if got := told.preface + told.frames - told.missing + told.skipped + conn.Unread[Client]; got != captured {
			t.Fatalf("seed %d: %d octets told of %d captured: %+v, unread %d", seed, got, captured, *told, conn.Unread[Client])
		}
		if told.gaps != lost {
			t.Fatalf("seed %d: gaps of %d octets, %d were lost", seed, told.gaps, lost)
		}
		if told.overlap != "" {
			t.Fatalf("seed %d: %s", seed, told.overlap)
		}
	}
}

// A frame that the end cuts is no frame; its octets are counted, and data that
// came is data.
func TestFrameThatTheEndCuts(t *testing.T) {
	tests := []struct {
		name   string
		octets []byte
		unread uint64
		want   []string
	}{
		{"within a frame header", []byte{0, 0}, 2, nil},
		{"behind a frame header", dataFrame(1, FlagEndStream, "abc")[:HeaderLength], HeaderLength, nil},
		{"within DATA", dataFrame(1, FlagEndStream, "abc")[:HeaderLength+2], HeaderLength + 2, []string{`6 client data 1: "ab" missing 0`}},
		{"within HEADERS", fragment(3, FlagEndHeaders, 0x82, 0x84)[:HeaderLength+1], HeaderLength + 1, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := begun(t, Config{Data: true})
			s.client(s.headers(Client, 1, 0, get...))
			s.events = nil
			s.client(test.octets)
			if c := s.finish(); c.Unread != [2]uint64{test.unread, 0} {
				t.Errorf("unread %v, want %d", c.Unread, test.unread)
			}
			s.want(append(test.want, "6 client stream 1 ended: request open")...)
		})
	}
}
