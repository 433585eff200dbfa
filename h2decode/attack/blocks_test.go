package attack_test

import (
	"bytes"
	"testing"
	"time"

	"h2scope/h2decode"
	"h2scope/hpack"
)

func TestContinuationFlood(t *testing.T) {
	// A block of n CONTINUATION frames of size octets, with a pause before each.
	split := func(n, size int, pause time.Duration, ended bool) func(p *play) {
		return func(p *play) {
			p.next += 2
			stream := p.next - 2
			request := p.encode(client, get...)
			p.client(block(stream, h2decode.FlagEndStream, request))
			cookie := hpack.AppendLiteral(nil, hpack.NeverIndexed, 0, "cookie", string(bytes.Repeat([]byte("a"), size-12)), hpack.HuffmanNever)
			times(n, func(i int) {
				p.wait(pause)
				flags := h2decode.Flags(0)
				if ended && i == n-1 {
					flags = h2decode.FlagEndHeaders
				}
				p.client(continuation(stream, flags, cookie))
			})
		}
	}
	runScenarios(t, []scenario{
		{name: "21 frames", play: split(21, 100, 0, true), want: "AT-03"},
		{name: "20 frames", play: split(20, 100, 0, true)},
		{name: "a block that never ends", play: split(21, 100, 0, false), want: "AT-03"},
		{name: "more than 64 KiB", play: split(5, 14000, 0, true), want: "AT-03"},
		{name: "less than 64 KiB", play: split(4, 14000, 0, true)},
		{name: "4 frames in more than a second", play: split(4, 100, 300*time.Millisecond, true), want: "AT-03"},
		{name: "4 frames within a second", play: split(4, 100, 250*time.Millisecond, true)},
		{name: "large cookies in three frames, slowly", play: split(3, 10000, time.Second, true)},
		{name: "CONTINUATION without a block", want: "AT-03", play: func(p *play) {
			times(21, func(int) { p.client(continuation(1, 0, []byte{0x82})) })
		}},
		{name: "HEADERS of 100 KB in one frame", want: "", play: func(p *play) {
			p.settle(server, h2decode.SettingMaxFrameSize, 1<<20)
			p.client(p.headers(client, 1, h2decode.FlagEndStream, append(get, "x", string(make([]rune, 0))+string(bytes.Repeat([]byte("a"), 100_000)))...))
		}},
	})
}

func TestContinuationFloodIsCountedWhole(t *testing.T) {
	p := newPlay(t)
	times(2, func(int) {
		p.next += 2
		p.client(block(p.next-2, 0, p.encode(client, get...)))
		times(30, func(i int) {
			p.client(continuation(p.next-2, h2decode.Flags(i/29)*h2decode.FlagEndHeaders, []byte{0x82}))
		})
	})
	p.close()
	want := "the client sent 60 CONTINUATION frames in 2 field blocks, up to 30 frames and 34 octets in one, which stayed open for up to 0 ms"
	if f := p.finding("AT-03"); f.Count != 60 || f.Stream != 1 || len(f.Message) == 0 || f.Message[:60] != want[:60] {
		t.Errorf("%d on stream %d: %s", f.Count, f.Stream, f.Message)
	}
}

func TestTableSizeFlipFlop(t *testing.T) {
	flips := func(n int, gap time.Duration, leading ...byte) func(p *play) {
		return func(p *play) {
			times(n, func(int) {
				p.next += 2
				p.client(block(p.next-2, h2decode.FlagEndHeaders|h2decode.FlagEndStream, append(leading, 0x82, 0x84, 0x87)))
				p.wait(gap)
			})
		}
	}
	runScenarios(t, []scenario{
		{name: "11 in a second", play: flips(11, 90*time.Millisecond, 0x20), want: "AT-19"},
		{name: "12 in six blocks", play: flips(6, 0, 0x20, 0x3f, 0xe1, 0x1f), want: "AT-19"},
		{name: "10 in a second", play: flips(10, 90*time.Millisecond, 0x20)},
		{name: "two, as a changed setting asks for", play: flips(1, 0, 0x20, 0x3f, 0xe1, 0x1f)},
		{name: "11, behind fields", want: "AT-19", play: func(p *play) {
			p.client(block(1, h2decode.FlagEndHeaders|h2decode.FlagEndStream, append([]byte{0x82, 0x84, 0x87}, bytes.Repeat([]byte{0x20}, 11)...)))
		}},
		{name: "11, at the beginning of CONTINUATION", want: "AT-19", play: func(p *play) {
			p.client(block(1, h2decode.FlagEndStream, nil), continuation(1, h2decode.FlagEndHeaders, append(bytes.Repeat([]byte{0x20}, 11), 0x82, 0x84, 0x87)))
		}},
	})
}
