package h2decode

import (
	"strings"
	"testing"
)

func TestGapInsideDataKeepsTheConnectionInStep(t *testing.T) {
	s := begun(t, Config{Data: true})
	s.client(s.headers(Client, 1, 0, get...))
	s.events = nil
	frame := dataFrame(1, 0, "0123456789")
	s.client(frame[:HeaderLength+2])
	s.lose(Client, 5)
	s.client(frame[HeaderLength+7:], dataFrame(1, FlagEndStream, "end"))
	s.want(
		`6 client data 1: "01" missing 0`,
		`7 client data 1: "" missing 5`,
		"7 client gap at 74 of 5, 0 skipped, capture-loss, resynced 8",
		`8 client data 1: "789" missing 0`,
		"8 client #6 DATA 1 from packet 6 missing 5",
		`8 client data 1: "end" missing 0`,
		"8 client #7 DATA 1 END_STREAM",
		"8 client stream 1: open → half-closed-client",
	)
}

func TestGapThatEndsWithItsFrame(t *testing.T) {
	s := begun(t, Config{})
	frame := dataFrame(1, 0, "0123456789")
	s.client(frame[:HeaderLength+2])
	s.lose(Client, 8)
	s.client(AppendFrame(nil, TypePing, 0, 0, &PingFrame{}))
	s.want(
		"5 client #5 DATA 1 missing 8",
		"6 client gap at 53 of 8, 0 skipped, capture-loss, resynced 7",
		"7 client #6 PING 0",
	)
}

// A hole in a field block: the fields before it are shown, what follows in the
// block is not, and what the table held before is uncertain from then on.
func TestGapInsideHeaders(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, 0, "x-a", "1"))
	s.events = nil
	frame := s.headers(Client, 3, FlagEndStream, ":method", "GET", "x-b", "2", "x-c", "3")
	s.client(frame[:HeaderLength+1])
	s.lose(Client, 3)
	s.client(frame[HeaderLength+4:])
	s.client(s.headers(Client, 5, 0, "x-d", "4", "x-d", "4", "x-a", "1"))
	s.want(
		"7 client gap at 68 of 3, 0 skipped, capture-loss, resynced 8",
		"8 client #6 HEADERS 3 END_STREAM END_HEADERS from packet 6 missing 3 {:method: GET …}",
		"8 client stream 3: idle → open",
		"8 client stream 3: open → half-closed-client",
		"9 client #7 HEADERS 5 END_HEADERS {x-d: 4, x-d: 4, [65] unknown}",
		"9 client stream 5: idle → open",
	)
}

// Where the gap reaches beyond the frame in work, nothing tells where the next
// frame begins: what follows is passed over, and said so.
func TestGapAcrossFrames(t *testing.T) {
	s := begun(t, Config{})
	frame := dataFrame(1, 0, "0123456789")
	s.client(frame[:HeaderLength+2])
	s.lose(Client, 20)
	s.client(make([]byte, 100))
	s.lose(Client, 7)
	s.client(make([]byte, 11))
	s.finish()
	s.want(
		"5 client #5 DATA 1 missing 8",
		"6 client gap at 53 of 27, 111 skipped, capture-loss, resynced 0",
	)
}

// Gaps in a row are one: nothing between them shows that the half was in step.
func TestGapsInARowAreOne(t *testing.T) {
	tests := []struct {
		name    string
		lengths []int
		want    []string
	}{
		{"inside a frame", []int{2, 3}, []string{
			"6 client gap at 53 of 5, 0 skipped, capture-loss, resynced 8",
			"8 client #5 DATA 1 from packet 5 missing 5",
		}},
		{"up to its end", []int{4, 4}, []string{
			"5 client #5 DATA 1 missing 8",
			"6 client gap at 53 of 8, 0 skipped, capture-loss, resynced 8",
		}},
		{"beyond it", []int{8, 1}, []string{
			"5 client #5 DATA 1 missing 8",
			"6 client gap at 53 of 9, 33 skipped, capture-loss, resynced 0",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := begun(t, Config{})
			ping := AppendFrame(nil, TypePing, 0, 0, &PingFrame{})
			frame := append(append(dataFrame(1, 0, "0123456789"), ping...), ping...)
			start := s.offset[Client]
			s.client(frame[:HeaderLength+2])
			for _, n := range test.lengths {
				s.lose(Client, n)
			}
			s.client(frame[s.offset[Client]-start:])
			s.finish()
			var told []string
			for _, line := range s.events {
				if !strings.Contains(line, "PING") {
					told = append(told, line)
				}
			}
			s.events = told
			s.want(test.want...)
		})
	}
}

func TestGapOfNothing(t *testing.T) {
	s := begun(t, Config{})
	s.lose(Client, 0)
	s.client(ackFrame())
	if c := s.finish(); c.Gaps != 0 || c.Frames != 5 {
		t.Errorf("%d gaps, %d frames", c.Gaps, c.Frames)
	}
}

// A chunk without octets shows nothing: the gap is not over.
func TestChunkOfNothingBehindAGap(t *testing.T) {
	s := begun(t, Config{})
	s.client(dataFrame(1, 0, "0123456789")[:HeaderLength])
	s.lose(Client, 10)
	s.events = nil
	s.client()
	s.finish()
	s.want("6 client gap at 51 of 10, 0 skipped, capture-loss, resynced 0")
}

// Octets of the preface or of a frame header that a gap cut off are skipped.
func TestGapWithinAFrameHeaderOrThePreface(t *testing.T) {
	s := begun(t, Config{})
	s.client(ackFrame()[:5])
	s.lose(Client, 4)
	s.finish()
	s.want("6 client gap at 47 of 4, 5 skipped, capture-loss, resynced 0")

	s = newScript(t, Config{})
	s.client([]byte(Preface)[:10])
	s.lose(Client, 14)
	s.client(settingsFrame())
	s.finish()
	s.want("2 client gap at 10 of 14, 19 skipped, capture-loss, resynced 0")
}

// The pad length is lost: up to 255 octets at the end may be padding, so only
// what lies before them is data.
func TestGapOverThePadLength(t *testing.T) {
	s := begun(t, Config{Data: true, Messages: true})
	ended := s.streamsEnded()
	s.client(s.headers(Client, 1, 0, ":method", "PUT"))
	s.events = nil
	frame := AppendFrame(nil, TypeData, FlagEndStream, 1, &DataFrame{Data: make([]byte, 300), Padding: Padding{true, make([]byte, 9)}})
	s.client(frame[:HeaderLength])
	s.lose(Client, 51)
	s.client(frame[HeaderLength+51:])
	s.server(resetFrame(1, Cancel))
	var data int
	for _, line := range s.events {
		if strings.Contains(line, `data 1: "" missing 50`) {
			data++
		}
	}
	// 310 octets: the pad length, 54 octets that are surely data, and 255.
	if want := "{:method: PUT} 54 octets (50 missing) complete → {}"; ended[1] != want || data != 1 {
		t.Errorf("told %s\nwant %s; events %q", ended[1], want, s.events)
	}
}

// What is missing is not malformed, and the frame header alone opens the
// stream: the pad length, the priority or the end of the padding may be in the
// hole.
func TestGapInsideHeadersWithPaddingAndPriority(t *testing.T) {
	for at := range 14 {
		for n := 1; at+n <= 14; n++ {
			s := begun(t, Config{})
			frame := AppendFrame(nil, TypeHeaders, FlagEndHeaders|FlagEndStream, 1, &HeadersFrame{
				HasPriority: true, Priority: PriorityFrame{Weight: 5},
				Fragment: []byte{0x82, 0x84, 0x86, 0x41, 0}, Padding: Padding{true, make([]byte, 3)},
			})
			s.client(frame[:HeaderLength+at])
			s.lose(Client, n)
			s.client(frame[HeaderLength+at+n:], ackFrame())
			told := strings.Join(s.events, "\n")
			if strings.Contains(told, "malformed") || !strings.Contains(told, "open → half-closed-client") {
				t.Errorf("%d octets missing at %d:\n%s", n, at, told)
			}
			if block := strings.Contains(told, ":method: GET"); block != (at >= 7) {
				t.Errorf("%d octets missing at %d: the field before the hole is told: %v", n, at, block)
			}
		}
	}
}

// A CONTINUATION whose HEADERS could not be read is none of the block before.
func TestContinuationBehindUnreadableHeaders(t *testing.T) {
	s := begun(t, Config{})
	s.client(fragment(1, 0, 0x82))
	s.client(unhex(t, "000002"+"01"+"08"+"00000003"+"0982")) // its padding does not fit
	s.client(continuation(3, FlagEndHeaders, 0x84))
	s.want(
		"5 client #5 HEADERS 1",
		"5 client stream 1: idle → open",
		"6 client #6 HEADERS 3 PADDED malformed: pad length 9 does not fit in the 2 octets of HEADERS",
		"7 client #7 CONTINUATION 3 END_HEADERS",
	)
}

// Octets of a block that nothing opened may have changed the table.
func TestContinuationOfNothingMakesTheTableUncertain(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, 0, "x-a", "1"))
	s.client(continuation(1, FlagEndHeaders, 0x40, 1, 'b', 1, 'c'))
	s.events = nil
	s.client(fragment(3, FlagEndHeaders, 0x80|62))
	s.want(
		"7 client #7 HEADERS 3 END_HEADERS {x-a: 1 (uncertain)}",
		"7 client stream 3: idle → open",
	)
}

// An RST_STREAM closes its stream though its error code is missing.
func TestGapInsideRSTStream(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, 0, get...))
	s.events = nil
	s.sink = func(e Event) {
		if e, ok := e.(*StreamClosed); ok && e.Stream.Reset != nil {
			t.Errorf("reset %+v; its code is not known", e.Stream.Reset)
		}
	}
	s.client(resetFrame(1, Cancel)[:HeaderLength])
	s.lose(Client, 4)
	s.finish()
	s.want(
		"6 client #6 RST_STREAM 1 missing 4",
		"6 client stream 1: open → closed",
		"6 client stream 1 ended: request closed",
		"7 client gap at 72 of 4, 0 skipped, capture-loss, resynced 0",
	)
}

// Joined in the middle: what the table held before is unknown, and what was put
// in since is exact.
func TestLateStart(t *testing.T) {
	s := newScript(t, Config{Late: true})
	s.encoder[Client].Insert("x-before", "1")
	s.client(s.headers(Client, 7, FlagEndStream, ":method", "GET", "x-before", "1", "x-new", "2", "x-new", "2"))
	s.want(
		"1 client #1 HEADERS 7 END_STREAM END_HEADERS {:method: GET, [62] unknown, x-new: 2, x-new: 2}",
		"1 client stream 7: idle → open",
		"1 client stream 7: open → half-closed-client",
	)
}
