package h2decode

import (
	"testing"

	"h2scope/hpack"
)

type silence struct{}

func (silence) Event(Event) {}

// exchanges is traffic in its steady state: what the budgets are about.
func exchanges() (client, server []byte) {
	encoder := hpack.NewEncoder(4096)
	block := func(fields ...string) (b []byte) {
		for i := 0; i < len(fields); i += 2 {
			b = encoder.AppendField(b, fields[i], fields[i+1], hpack.Indexed)
		}
		return b
	}
	block(get...)
	indexed := block(get...)
	request := AppendFrame(nil, TypeHeaders, FlagEndStream|FlagEndHeaders, 1, &HeadersFrame{Fragment: indexed})
	response := AppendFrame(nil, TypeHeaders, FlagEndHeaders, 1, &HeadersFrame{Fragment: []byte{0x88}})
	response = append(response, dataFrame(1, FlagEndStream, "hello")...)
	return request, response
}

// An exchange whose fields are all indexed, in frames that lie whole in their
// segments, is decoded without allocating.
func TestExchangesDoNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c := NewConn(Config{}, silence{})
	c.Chunk(&Chunk{From: Client, Data: []byte(Preface)})
	c.Chunk(&Chunk{From: Client, Data: AppendFrame(nil, TypeHeaders, FlagEndStream|FlagEndHeaders, 1, &HeadersFrame{Fragment: []byte{0x41, 9, 'a', '.', 'e', 'x', 'a', 'm', 'p', 'l', 'e'}})})
	request, response := exchanges()
	stream := uint32(1)
	allocated := testing.AllocsPerRun(1000, func() {
		stream += 2
		for _, frame := range [][]byte{request[:HeaderLength], response[:HeaderLength], response[HeaderLength+1:][:HeaderLength]} {
			frame[5], frame[6], frame[7], frame[8] = byte(stream>>24), byte(stream>>16), byte(stream>>8), byte(stream)
		}
		c.Chunk(&Chunk{From: Client, Data: request})
		c.Chunk(&Chunk{From: Server, Data: response})
	})
	if allocated > 0 {
		t.Errorf("%v allocations for an exchange, want 0", allocated)
	}
	if c.streams.opened < 1000 {
		t.Errorf("%d streams: the exchanges were not decoded", c.streams.opened)
	}
}

func BenchmarkExchange(b *testing.B) {
	c := NewConn(Config{}, silence{})
	c.Chunk(&Chunk{From: Client, Data: []byte(Preface)})
	request, response := exchanges()
	b.SetBytes(int64(len(request) + len(response)))
	b.ReportAllocs()
	stream := uint32(1)
	for b.Loop() {
		stream += 2
		for _, frame := range [][]byte{request[:HeaderLength], response[:HeaderLength], response[HeaderLength+1:][:HeaderLength]} {
			frame[5], frame[6], frame[7], frame[8] = byte(stream>>24), byte(stream>>16), byte(stream>>8), byte(stream)
		}
		c.Chunk(&Chunk{From: Client, Data: request})
		c.Chunk(&Chunk{From: Server, Data: response})
	}
	b.ReportMetric(3*float64(b.N)/b.Elapsed().Seconds(), "frames/s")
}

func BenchmarkData(b *testing.B) {
	for _, size := range []int{1024, 16384} {
		b.Run(byteCount(size), func(b *testing.B) {
			c := NewConn(Config{}, silence{})
			frame := dataFrame(1, 0, string(make([]byte, size)))
			b.SetBytes(int64(len(frame)))
			b.ReportAllocs()
			for b.Loop() {
				c.Chunk(&Chunk{From: Server, Data: frame})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
		})
	}
}

func byteCount(n int) string {
	if n >= 1024 {
		return string(rune('0'+n/1024/10)) + string(rune('0'+n/1024%10)) + "KiB"
	}
	return "small"
}
