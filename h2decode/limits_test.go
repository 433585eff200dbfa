package h2decode

import (
	"fmt"
	"strings"
	"testing"

	"h2scope/hpack"
)

// A frame above Limits.Payload says so, however it is cut into segments; of a
// field block what lies within the limit is told, and the next is told in full.
func TestPayloadAboveItsLimit(t *testing.T) {
	cfg := Config{Limits: Limits{Payload: 100}}
	long := strings.Repeat("v", 200)
	literal := hpack.AppendLiteral([]byte{0x82}, hpack.WithoutIndexing, 0, "a", long, hpack.HuffmanNever)
	tests := []struct {
		name  string
		frame []byte
		want  string
	}{
		{
			"HEADERS", fragment(1, FlagEndHeaders, literal...),
			"client #5 HEADERS 1 END_HEADERS malformed: payload of more than 100 octets: not decoded further {:method: GET …}",
		}, {
			"HEADERS with padding", AppendFrame(nil, TypeHeaders, FlagEndHeaders, 1, &HeadersFrame{Fragment: literal, Padding: Padding{true, make([]byte, 200)}}),
			"client #5 HEADERS 1 END_HEADERS PADDED malformed: payload of more than 100 octets: not decoded further {:method: GET …}",
		}, {
			"GOAWAY", AppendFrame(nil, TypeGoAway, 0, 0, &GoAwayFrame{DebugData: []byte(long)}),
			"client #5 GOAWAY 0 malformed: payload of more than 100 octets: not decoded further",
		}, {
			"SETTINGS", settingsFrame(make([]Setting, 40)...),
			"client #5 SETTINGS 0 malformed: payload of more than 100 octets: not decoded further",
		},
	}
	for _, test := range tests {
		for _, size := range []int{1, 7, 1000} {
			t.Run(fmt.Sprintf("%s/%d", test.name, size), func(t *testing.T) {
				s := begun(t, cfg)
				for rest := test.frame; len(rest) > 0; rest = rest[min(size, len(rest)):] {
					s.client(rest[:min(size, len(rest))])
				}
				_, told, _ := strings.Cut(s.events[0], " ")
				if before, after, found := strings.Cut(told, " from packet 5"); found {
					told = before + after
				}
				if told != test.want {
					t.Errorf("told %s\nwant %s", told, test.want)
				}
				s.events = nil
				s.client(fragment(3, FlagEndHeaders, 0x83))
				if !strings.HasSuffix(s.events[0], "{:method: POST}") {
					t.Errorf("behind it: %q", s.events)
				}
			})
		}
	}
}

// A limit that is not set is its default; one that is set is kept.
func TestLimitsHaveDefaults(t *testing.T) {
	want := Limits{Payload: 1 << 20, FieldBlock: 1 << 20, Streams: 1 << 14, Fields: 16 << 20}
	if got := (Limits{}).withDefaults(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	set := Limits{Payload: 1, FieldBlock: 2, Streams: 3, Fields: 4}
	if got := set.withDefaults(); got != set {
		t.Errorf("got %+v, want %+v", got, set)
	}
}

// Of a type without a decoder 16 KiB are kept, in one segment or in many.
func TestUnknownPayloadAbove16KiB(t *testing.T) {
	frame := AppendFrame(nil, 0xbe, 0, 0, &UnknownFrame{Payload: make([]byte, 20000)})
	for _, size := range []int{1000, 30000} {
		s := begun(t, Config{})
		s.sink = func(e Event) {
			if e, ok := e.(*FrameDecoded); ok {
				if kept := len(e.Payload.(*UnknownFrame).Payload); kept != maxUnknownPayload || e.Header.Length != 20000 || e.Malformed != nil {
					t.Errorf("%d octets kept of %d, %v", kept, e.Header.Length, e.Malformed)
				}
			}
		}
		for rest := frame; len(rest) > 0; rest = rest[min(size, len(rest)):] {
			s.client(rest[:min(size, len(rest))])
		}
		if len(s.events) != 1 {
			t.Errorf("told %q", s.events)
		}
	}
}

// Where more streams are open than the limit, the oldest is told and forgotten;
// what comes on it then is a frame and no more.
func TestStreamsAboveTheirLimit(t *testing.T) {
	s := begun(t, Config{Limits: Limits{Streams: 2}})
	var evicted []uint32
	s.sink = func(e Event) {
		if e, ok := e.(*StreamClosed); ok && e.Stream.Evicted {
			evicted = append(evicted, e.Stream.ID)
			if e.Stream.Closed {
				t.Errorf("stream %d is told as closed", e.Stream.ID)
			}
		}
	}
	for _, id := range []uint32{1, 3} {
		s.client(s.headers(Client, id, 0, get...))
	}
	s.client(resetFrame(1, Cancel))
	s.server(s.promise(3, 2, get...))
	s.client(s.headers(Client, 5, 0, get...))
	s.events = nil
	s.client(dataFrame(3, FlagEndStream, "x"), dataFrame(5, FlagEndStream, "x"))
	s.want("10 client #10 DATA 3 END_STREAM", "10 client #11 DATA 5 END_STREAM", "10 client stream 5: open → half-closed-client")
	if len(evicted) != 1 || evicted[0] != 3 {
		t.Errorf("evicted %v", evicted)
	}
	if c := s.finish(); c.Streams != 4 {
		t.Errorf("%d streams", c.Streams)
	}
}

// The fields kept of messages have one limit for the connection: those beyond
// are counted, and there is room again when a stream closes.
func TestFieldsAboveTheirLimit(t *testing.T) {
	s := begun(t, Config{Messages: true, Limits: Limits{Fields: 3 * (fieldOverhead + 2)}})
	ended := s.streamsEnded()
	s.client(s.headers(Client, 1, 0, "a", "1", "b", "2"), s.headers(Client, 3, 0, "c", "3", "d", "4"))
	s.client(resetFrame(1, Cancel), s.headers(Client, 5, 0, "e", "5", "f", "6"), s.headers(Client, 5, 0, "g", "7"))
	s.finish()
	want := map[uint32]string{1: "{a: 1, b: 2} → {}", 3: "{c: 3} 1 omitted → {}", 5: "{e: 5, f: 6} 1 omitted → {}"}
	for id, w := range want {
		if ended[id] != w {
			t.Errorf("stream %d: %s, want %s", id, ended[id], w)
		}
	}
}

func TestInterimResponsesAboveTheirLimit(t *testing.T) {
	s := begun(t, Config{Messages: true})
	s.client(s.headers(Client, 1, FlagEndStream, get...))
	for range maxInterim + 5 {
		s.server(s.headers(Server, 1, 0, ":status", "103"))
	}
	m := &s.conn.streams.get(1).Response
	if len(m.Interim) != maxInterim || m.Omitted != 5 {
		t.Errorf("%d kept, %d omitted", len(m.Interim), m.Omitted)
	}
}

// Priorities of streams that never open are kept up to a limit.
func TestPriorityFlood(t *testing.T) {
	s := begun(t, Config{})
	s.sink = func(Event) { s.events = nil }
	for i := range uint32(3 * maxHints) {
		s.client(AppendFrame(nil, TypePriority, 0, 2*i+1, &PriorityFrame{Weight: 16}))
	}
	if got := len(s.conn.streams.hints); got != maxHints {
		t.Errorf("%d kept", got)
	}
}

// The memory of a long frame or block is given back.
func TestMemoryBehindALongBlock(t *testing.T) {
	s := begun(t, Config{})
	var block []byte
	for range 8000 {
		block = append(block, 0x82)
	}
	block = hpack.AppendLiteral(block, hpack.WithoutIndexing, 0, "a", strings.Repeat("v", 200<<10), hpack.HuffmanNever)
	s.client(fragment(1, 0, block[:100<<10]...))
	s.client(continuation(1, FlagEndHeaders, block[100<<10:]...))
	h := &s.conn.halves[Client]
	if cap(h.section.fields) > maxIdleFields || cap(h.section.leftover) > maxIdleBuffer || cap(h.gathered) > maxIdleBuffer {
		t.Errorf("kept room for %d fields, %d and %d octets", cap(h.section.fields), cap(h.section.leftover), cap(h.gathered))
	}
}
