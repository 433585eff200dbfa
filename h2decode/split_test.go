package h2decode

import (
	"slices"
	"strings"
	"testing"
)

// bookkeeping is what a frame's event says of where its octets came from.
type bookkeeping struct {
	number, packet, first, octets, offset uint64
	time, firstTime                       int64
}

func bookkeepingOf(e *FrameDecoded) bookkeeping {
	return bookkeeping{e.Number, e.Packet, e.FirstPacket, e.OctetsPacket, e.Offset, e.Time, e.FirstTime}
}

// Each type of frame, cut in two at each octet: the same is told, and packets,
// times and offsets are those of the first and the last octet.
func TestFramesSplitAnywhere(t *testing.T) {
	for _, f := range frames {
		t.Run(f.name, func(t *testing.T) {
			wire := unhexWire(f.wire)
			whole := begun(t, Config{})
			whole.client(wire)
			for cut := 1; cut < len(wire); cut++ {
				s := begun(t, Config{})
				var got []bookkeeping
				s.sink = func(e Event) {
					if e, ok := e.(*FrameDecoded); ok {
						got = append(got, bookkeepingOf(e))
					}
				}
				s.client(wire[:cut])
				s.client(wire[cut:])
				want := bookkeeping{number: 5, packet: 6, first: 5, offset: 42, time: 6e6, firstTime: 5e6}
				if !slices.Equal(got, []bookkeeping{want}) {
					t.Fatalf("cut at %d: %+v, want %+v", cut, got, want)
				}
				if told, want := plain(s.events), plain(whole.events); told != want {
					t.Fatalf("cut at %d:\n%s\nwant:\n%s", cut, told, want)
				}
			}
		})
	}
}

// plain is events without the packets.
func plain(events []string) string {
	var b strings.Builder
	for _, line := range events {
		_, line, _ = strings.Cut(line, " ")
		if before, _, found := strings.Cut(line, " from packet"); found {
			_, after, _ := strings.Cut(line, " from packet 5")
			line = before + after
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// All frames behind one another, in chunks of each size from 1 octet: a frame
// begins where the one before ended, in the packet that has its first octet, and
// ends in the packet that has its last.
func TestPacketsOfFramesInChunksOfEachSize(t *testing.T) {
	var octets []byte
	type span struct{ begin, end uint64 }
	var spans []span
	for _, f := range frames {
		begin := uint64(len(octets))
		octets = append(octets, unhexWire(f.wire)...)
		spans = append(spans, span{begin, uint64(len(octets))})
	}
	for size := uint64(1); size < 40; size++ {
		var got, want []bookkeeping
		for i, span := range spans {
			b := bookkeeping{number: uint64(i + 1), packet: (span.end-1)/size + 1, offset: span.begin}
			if first := span.begin/size + 1; first != b.packet {
				b.first, b.firstTime = first, int64(first)
			}
			b.time = int64(b.packet)
			want = append(want, b)
		}
		c := NewConn(Config{}, sinkFunc(func(e Event) {
			if e, ok := e.(*FrameDecoded); ok {
				got = append(got, bookkeepingOf(e))
			}
		}))
		for at := uint64(0); at < uint64(len(octets)); at += size {
			packet := at/size + 1
			end := min(at+size, uint64(len(octets)))
			c.Chunk(&Chunk{From: Server, Offset: at, Packet: packet, OctetsPacket: packet, Time: int64(packet), Data: octets[at:end]})
		}
		if !slices.Equal(got, want) {
			t.Fatalf("chunks of %d:\n%+v\nwant\n%+v", size, got, want)
		}
	}
}

type sinkFunc func(Event)

func (f sinkFunc) Event(e Event) { f(e) }

// A segment that came early waited for the one before it: Packet delivered the
// octets, OctetsPacket held them.
func TestOctetsPacketOfAReorderedSegment(t *testing.T) {
	var got []bookkeeping
	c := NewConn(Config{}, sinkFunc(func(e Event) {
		if e, ok := e.(*FrameDecoded); ok {
			got = append(got, bookkeepingOf(e))
		}
	}))
	wire := append(dataFrame(1, 0, "ab"), ackFrame()...)
	c.Chunk(&Chunk{From: Server, Packet: 9, OctetsPacket: 9, Data: wire[:3]})
	c.Chunk(&Chunk{From: Server, Packet: 9, OctetsPacket: 7, Offset: 3, Data: wire[3:]})
	want := []bookkeeping{{number: 1, packet: 9, octets: 7}, {number: 2, packet: 9, octets: 7, offset: 11}}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// Octets that look like the preface for a while belong to a frame that began
// with the first of them.
func TestPacketOfAFrameThatLooksLikeThePreface(t *testing.T) {
	for cut := 1; cut < 4; cut++ {
		s := newScript(t, Config{})
		// 0x505249, "PRI", is the length of no frame that would end here: the
		// frame has to be cut short of that.
		s.client([]byte("PRI")[:cut])
		s.client([]byte{1})
		f := &s.conn.halves[Client].frame
		if f.packet != 1 || f.offset != 0 || s.conn.halves[Client].partialN != cut+1 {
			t.Errorf("%d octets: the frame began in packet %d at %d, with %d octets of its header", cut, f.packet, f.offset, s.conn.halves[Client].partialN)
		}
	}
}

// The preface in any two parts, and octets that are none.
func TestPrefaceSplitAnywhere(t *testing.T) {
	for cut := range len(Preface) {
		s := newScript(t, Config{})
		s.client([]byte(Preface)[:cut])
		s.client([]byte(Preface)[cut:], settingsFrame())
		s.want("2 client preface", "2 client #1 SETTINGS 0")
	}
}

func TestPrefaceThatIsNone(t *testing.T) {
	s := newScript(t, Config{})
	wire := settingsFrame(Setting{SettingEnablePush, 0})
	s.client([]byte(Preface)[:9])
	s.client(wire)
	// Read as a frame header, "PRI * HT" announces more than ever comes.
	if s.conn.halves[Client].frame.header.Length != 0x505249 {
		t.Errorf("header %+v", s.conn.halves[Client].frame.header)
	}
	if c := s.finish(); c.Unread[Client] != 9+uint64(len(wire)) {
		t.Errorf("unread %d", c.Unread[Client])
	}
	s = newScript(t, Config{})
	s.client(wire)
	s.want("1 client #1 SETTINGS 0")
}

func TestDataPadding(t *testing.T) {
	s := begun(t, Config{Data: true})
	s.client(s.headers(Client, 1, 0, get...))
	s.events = nil
	frame := AppendFrame(nil, TypeData, FlagEndStream, 1, &DataFrame{Data: []byte("abc"), Padding: Padding{true, make([]byte, 4)}})
	s.client(frame[:11]) // the header, the pad length, and "a"
	s.client(frame[11:14])
	s.client(frame[14:])
	s.want(
		`6 client data 1: "a" missing 0`,
		`7 client data 1: "bc" missing 0`,
		"8 client #6 DATA 1 END_STREAM PADDED from packet 6",
		"8 client stream 1: open → half-closed-client",
	)
	s.client(unhex(t, "000002"+"00"+"08"+"00000001"+"0200"))
	s.client(unhex(t, "000000"+"00"+"08"+"00000001"))
	s.want(
		"9 client #7 DATA 1 PADDED malformed: pad length 2 does not fit in the 2 octets of DATA",
		"10 client #8 DATA 1 PADDED malformed: DATA is PADDED and has no pad length",
	)
}

// What the event of a DATA frame says of its length, for each pad length.
func TestDataLengths(t *testing.T) {
	for pad := range 256 {
		for _, size := range []int{0, 1, 300} {
			var got DataFrame
			var data int
			c := NewConn(Config{Data: true}, sinkFunc(func(e Event) {
				switch e := e.(type) {
				case *DataDecoded:
					data += len(e.Data)
				case *FrameDecoded:
					got = *e.Payload.(*DataFrame)
				}
			}))
			frame := AppendFrame(nil, TypeData, 0, 1, &DataFrame{Data: make([]byte, size), Padding: Padding{true, make([]byte, pad)}})
			c.Chunk(&Chunk{From: Server, Data: frame[:10]})
			c.Chunk(&Chunk{From: Server, Data: frame[10:]})
			if int(got.Length) != size || int(got.PadLength) != pad || data != size || !got.Padding.Padded {
				t.Fatalf("%d octets, pad length %d: %+v, %d octets told", size, pad, got, data)
			}
		}
	}
}
