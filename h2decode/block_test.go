package h2decode

import (
	"strings"
	"testing"

	"h2scope/hpack"
)

func TestBlockInContinuations(t *testing.T) {
	s := begun(t, Config{})
	block := s.block(Client, append(get, "cookie", strings.Repeat("a", 50))...)
	s.client(AppendFrame(nil, TypeHeaders, FlagEndStream, 1, &HeadersFrame{Fragment: block[:3]}))
	s.client(AppendFrame(nil, TypeContinuation, 0, 1, &ContinuationFrame{Fragment: block[3:20]}))
	s.client(AppendFrame(nil, TypeContinuation, FlagEndHeaders, 1, &ContinuationFrame{Fragment: block[20:]}))
	s.want(
		"5 client #5 HEADERS 1 END_STREAM",
		"5 client stream 1: idle → open",
		"6 client #6 CONTINUATION 1",
		"7 client #7 CONTINUATION 1 END_HEADERS {:method: GET, :scheme: https, :path: /, :authority: a.example, cookie: "+strings.Repeat("a", 50)+"}",
		"7 client stream 1: open → half-closed-client",
	)
}

// A CONTINUATION that belongs to nothing is a frame and no more.
func TestContinuationOfNothing(t *testing.T) {
	s := begun(t, Config{})
	s.client(AppendFrame(nil, TypeContinuation, FlagEndHeaders, 1, &ContinuationFrame{Fragment: s.block(Client, get...)}))
	s.want("5 client #5 CONTINUATION 1 END_HEADERS")
}

func TestBlockBeyondItsLimit(t *testing.T) {
	s := begun(t, Config{Limits: Limits{FieldBlock: 10}})
	s.client(s.headers(Client, 1, 0, append(get, "x-a", "b", "x-c", "d")...))
	s.want(
		"5 client #5 HEADERS 1 END_HEADERS malformed: field block of more than 10 octets: not decoded further {:method: GET, :scheme: https, :path: /}",
		"5 client stream 1: idle → open",
	)
}

// A block that cannot be decoded to its end is said to be so, with the offset
// and the section; the fields before stand.
func TestBlockThatIsCut(t *testing.T) {
	s := begun(t, Config{})
	s.client(AppendFrame(nil, TypeHeaders, FlagEndHeaders, 1, &HeadersFrame{Fragment: []byte{0x82, 0x40, 5, 'x'}}))
	if len(s.events) == 0 || !strings.Contains(s.events[0], "malformed: field block: ") || !strings.Contains(s.events[0], "{:method: GET}") {
		t.Errorf("told %q", s.events)
	}
	s.events = nil
	s.client(AppendFrame(nil, TypeHeaders, FlagEndHeaders, 3, &HeadersFrame{Fragment: []byte{0x82, 0xff, 0x80, 0x01}}))
	s.want(
		"6 client #6 HEADERS 3 END_HEADERS {:method: GET, [255] unknown}",
		"6 client stream 3: idle → open",
	)
}

// RFC 9113, Section 6.10: nothing may stand between the frames of a block. What
// does is told, and the block goes on; another block ends it.
func TestBlockWithFramesBetween(t *testing.T) {
	s := begun(t, Config{})
	s.client(fragment(1, FlagEndStream, 0x82), dataFrame(1, 0, "x"), continuation(7, 0, 0x84))
	s.client(resetFrame(1, Cancel), continuation(1, FlagEndHeaders, 0x86))
	s.want(
		"5 client #5 HEADERS 1 END_STREAM",
		"5 client stream 1: idle → open",
		"5 client #6 DATA 1",
		"5 client #7 CONTINUATION 7",
		"6 client #8 RST_STREAM 1",
		"6 client stream 1: open → closed",
		"6 client stream 1 ended: request closed",
		"6 client #9 CONTINUATION 1 END_HEADERS {:method: GET, :path: /, :scheme: http}",
	)
}

func TestBlockThatAnotherEnds(t *testing.T) {
	s := begun(t, Config{Messages: true})
	ended := s.streamsEnded()
	s.client(fragment(1, FlagEndStream, 0x82), fragment(3, FlagEndHeaders, 0x83), continuation(1, FlagEndHeaders, 0x84))
	s.finish()
	if ended[1] != "{} → {}" || ended[3] != "{:method: POST} → {}" {
		t.Errorf("told %v", ended)
	}
}

// Every way to cut a block into HEADERS and two CONTINUATION frames gives the
// same fields; END_STREAM takes effect with the last of them.
func TestBlockCutAnywhere(t *testing.T) {
	whole := begun(t, Config{})
	block := whole.block(Client, append(get, "cookie", strings.Repeat("a", 20))...)
	for i := range block {
		for j := i; j < len(block); j++ {
			s := begun(t, Config{})
			s.client(
				fragment(1, FlagEndStream, block[:i]...), continuation(1, 0, block[i:j]...),
				continuation(1, FlagEndHeaders, block[j:]...),
			)
			s.want(
				"5 client #5 HEADERS 1 END_STREAM",
				"5 client stream 1: idle → open",
				"5 client #6 CONTINUATION 1",
				"5 client #7 CONTINUATION 1 END_HEADERS {:method: GET, :scheme: https, :path: /, :authority: a.example, cookie: aaaaaaaaaaaaaaaaaaaa}",
				"5 client stream 1: open → half-closed-client",
			)
		}
	}
}

// The promise of a stream that exists, or is no server's, reserves nothing, and
// its fields are not the request of the stream that it names.
func TestPromiseOfAStreamThatExists(t *testing.T) {
	s := begun(t, Config{Messages: true})
	ended := s.streamsEnded()
	s.client(s.headers(Client, 1, 0, ":path", "/one"))
	s.server(s.promise(1, 2, ":path", "/two"))
	s.server(s.promise(1, 1, ":path", "/wrong"), s.promise(1, 2, ":path", "/again"))
	s.client(AppendFrame(nil, TypePushPromise, FlagEndHeaders, 1, &PushPromiseFrame{Promised: 2, Fragment: s.block(Client, ":path", "/client's")}))
	s.finish()
	if ended[1] != "{:path: /one} → {}" || ended[2] != "{:path: /two} complete → {}" {
		t.Errorf("told %v", ended)
	}
}

func TestPromiseOverContinuations(t *testing.T) {
	s := begun(t, Config{Messages: true})
	ended := s.streamsEnded()
	s.client(s.headers(Client, 1, FlagEndStream, get...))
	s.server(
		AppendFrame(nil, TypePushPromise, 0, 1, &PushPromiseFrame{Promised: 2, Fragment: []byte{0x82}}),
		continuation(1, FlagEndHeaders, 0x84), s.headers(Server, 2, FlagEndStream, ":status", "200"),
	)
	if want := "{:method: GET, :path: /} complete → {:status: 200} complete"; ended[2] != want {
		t.Errorf("told %s\nwant %s", ended[2], want)
	}
}

// What a strict decoder refuses and this one can read is told with the block.
func TestBlockThatBreaksARule(t *testing.T) {
	tests := []struct {
		name  string
		block []byte
		want  hpack.Code
	}{
		{"index 0", []byte{0x80}, hpack.ErrInvalidIndex},
		{"an index beyond the table", []byte{0x80 | 70}, hpack.ErrInvalidIndex},
		{"a size update behind a field", []byte{0x82, 0x20}, hpack.ErrLateSizeUpdate},
		{"a size update above the limit", []byte{0x3f, 0xe2, 0x1f}, hpack.ErrSizeUpdateTooLarge},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := begun(t, Config{})
			s.sink = func(e Event) {
				if e, ok := e.(*FrameDecoded); ok {
					if v := e.Block.Violations; len(v) != 1 || v[0].Code != test.want || e.Malformed != nil || e.Block.Err != nil {
						t.Errorf("violations %v, malformed %v, %v", v, e.Malformed, e.Block.Err)
					}
				}
			}
			s.client(fragment(1, FlagEndHeaders, test.block...))
		})
	}
}

// A block says what it is made of.
func TestBlockCounts(t *testing.T) {
	s := begun(t, Config{})
	var got Block
	s.sink = func(e Event) {
		if e, ok := e.(*FrameDecoded); ok && e.Block != nil {
			got = *e.Block
		}
	}
	s.client(fragment(5, 0, 0x82, 0x84), continuation(5, 0), continuation(5, FlagEndHeaders, 0x86))
	if got.Wire != 3 || got.Frames != 3 || got.Stream != 5 || len(got.Fields) != 3 {
		t.Errorf("HEADERS: %+v", got)
	}
	s.server(s.promise(5, 8, "a", "b"))
	if got.Frames != 1 || got.Stream != 8 {
		t.Errorf("PUSH_PROMISE: %+v", got)
	}
}

// A request began where its HEADERS frame did.
func TestStreamOpensWithTheFirstOctetOfItsHeaders(t *testing.T) {
	s := begun(t, Config{})
	frame := s.headers(Client, 1, 0, get...)
	s.client(frame[:4])
	s.client(frame[4:])
	if got := s.conn.streams.get(1); got.OpenedAt != 5e6 || got.OpenedPacket != 5 {
		t.Errorf("opened at %d in packet %d", got.OpenedAt, got.OpenedPacket)
	}
}
