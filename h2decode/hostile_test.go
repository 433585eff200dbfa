package h2decode

import (
	"runtime"
	"testing"
	"time"

	"h2scope/hpack"
)

// A flood is traffic that a hostile peer may send without end.
type flood struct {
	name  string
	begin []byte
	frame func(i uint32) []byte // what comes again and again
}

func floods() []flood {
	id := func(i uint32) uint32 { return (2*i + 1) & streamMask }
	request := []byte{0x82, 0x84, 0x86}
	cut := []byte{0x40, 0x7f, 0xff, 0xff, 0x3e} // a name of a mebibyte begins
	return []flood{
		{"SETTINGS, the CVE-2019-9515 kind", nil, func(i uint32) []byte { return settingsFrame(Setting{SettingID(i), i}) }},
		{"SETTINGS acknowledgments of nothing", nil, func(uint32) []byte { return ackFrame() }},
		{"PRIORITY", nil, func(i uint32) []byte {
			return AppendFrame(nil, TypePriority, 0, id(i), &PriorityFrame{Weight: 1})
		}},
		{"PING, the CVE-2019-9512 kind", nil, func(uint32) []byte { return AppendFrame(nil, TypePing, 0, 0, &PingFrame{}) }},
		{"streams that are never closed", nil, func(i uint32) []byte { return fragment(id(i), FlagEndHeaders, request...) }},
		{"HEADERS and RST_STREAM: CVE-2023-44487", nil, func(i uint32) []byte {
			return append(fragment(id(i), FlagEndHeaders, request...), resetFrame(id(i), Cancel)...)
		}},
		{"RST_STREAM of idle streams", nil, func(i uint32) []byte { return resetFrame(id(i), Cancel) }},
		{"trailers without end", fragment(1, 0, request...), func(uint32) []byte { return fragment(1, FlagEndHeaders, request...) }},
		{"empty CONTINUATION: CVE-2019-9518", fragment(1, 0, cut...), func(uint32) []byte { return continuation(1, 0) }},
		{"CONTINUATION of 1 octet of a string: CVE-2024-27316", fragment(1, 0, cut...), func(uint32) []byte { return continuation(1, 0, 'a') }},
		{"CONTINUATION of whole fields", fragment(1, 0), func(uint32) []byte { return continuation(1, 0, 0x82) }},
		{"CONTINUATION of no block", nil, func(uint32) []byte { return continuation(1, 0, 0x82) }},
		{"PUSH_PROMISE", nil, func(i uint32) []byte {
			return AppendFrame(nil, TypePushPromise, FlagEndHeaders, 1, &PushPromiseFrame{Promised: id(i) + 1, Fragment: request})
		}},
		{"GOAWAY", nil, func(i uint32) []byte { return AppendFrame(nil, TypeGoAway, 0, 0, &GoAwayFrame{LastStream: i}) }},
	}
}

// Floods cost time that grows with their octets and memory that does not grow,
// in whole segments and octet by octet.
func TestFloods(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("takes a second")
	}
	const n = 40000
	for _, f := range floods() {
		t.Run(f.name, func(t *testing.T) {
			wire := append([]byte{}, f.begin...)
			for i := range uint32(n) {
				wire = append(wire, f.frame(i)...)
			}
			for _, size := range []int{1448, 1} {
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				c := NewConn(Config{Messages: true, Data: true}, silence{})
				started := time.Now()
				for side := range Server + 1 {
					for at := 0; at < len(wire); at += size {
						c.Chunk(&Chunk{From: side, Offset: uint64(at), Packet: 1, Data: wire[at:min(at+size, len(wire))]})
					}
				}
				took := time.Since(started)
				runtime.GC()
				runtime.ReadMemStats(&after)
				runtime.KeepAlive(c)
				if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > 32<<20 {
					t.Errorf("in segments of %d: %d MiB are held", size, held>>20)
				}
				// Far above the 0.02 s that it takes, far below what a
				// square would.
				if took > 10*time.Second {
					t.Errorf("in segments of %d: %d octets took %v", size, 2*len(wire), took)
				}
			}
		})
	}
}

// A string of nearly a mebibyte that comes in CONTINUATION frames of 1 octet. A
// decoder that looks at all of it again with each frame takes minutes.
func TestStringThatComesOctetByOctet(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("takes a second")
	}
	const length = 1<<20 - 10
	wire := fragment(1, 0, hpack.AppendInteger([]byte{0x82, 0x00, 1, 'a'}, 0, 7, length)...)
	for range length {
		wire = append(wire, continuation(1, 0, 'v')...)
	}
	wire = append(wire, continuation(1, FlagEndHeaders)...)
	read := false
	started := time.Now()
	c := NewConn(Config{}, sinkFunc(func(e Event) {
		if e, ok := e.(*FrameDecoded); ok && e.Block != nil {
			read = e.Block.Err == nil && e.Block.Omitted == 1 // it is above the limit of a field section
		}
	}))
	c.Chunk(&Chunk{From: Server, Packet: 1, Data: wire})
	if !read {
		t.Error("the block was not decoded to its end")
	}
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

// The longest HEADERS frame there can be, octet by octet.
func TestHeadersOf16MiBOctetByOctet(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("takes a second")
	}
	frame := fragment(1, FlagEndHeaders, make([]byte, MaxFrameLength)...)
	told := 0
	c := NewConn(Config{}, sinkFunc(func(e Event) {
		if e, ok := e.(*FrameDecoded); ok {
			told++
			if e.Malformed == nil || e.Block == nil || e.Block.Wire != 1<<20 || !e.Block.Incomplete {
				t.Errorf("malformed: %v; a block: %v", e.Malformed, e.Block != nil)
			}
		}
	}))
	for i := range frame {
		c.Chunk(&Chunk{From: Server, Offset: uint64(i), Packet: 1, Data: frame[i : i+1]})
	}
	if told != 1 {
		t.Errorf("%d frames", told)
	}
}

// A block that comes an octet at a time costs what one in a single frame does.
func BenchmarkContinuationFlood(b *testing.B) {
	for _, f := range floods() {
		if f.begin == nil {
			continue
		}
		b.Run(f.name, func(b *testing.B) {
			c := NewConn(Config{}, silence{})
			c.Chunk(&Chunk{From: Server, Data: f.begin})
			frame := f.frame(1)
			b.SetBytes(int64(len(frame)))
			for b.Loop() {
				c.Chunk(&Chunk{From: Server, Data: frame})
			}
		})
	}
}
