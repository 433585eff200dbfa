package csv

import (
	"testing"

	"h2scope/h2decode"
)

// A row of streams or frames costs no allocation, once its buffers have grown.
func TestRowsDoNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	frame := &h2decode.FrameDecoded{Header: h2decode.FrameHeader{Type: h2decode.TypeData, Length: 20, Stream: 1}, Payload: &h2decode.DataFrame{Length: 20}, Origin: h2decode.Origin{Time: second}}
	for name, e := range map[string]h2decode.Event{"streams": closedStream(), "frames": frame} {
		table, err := New(Config{Table: name})
		if err != nil {
			t.Fatal(err)
		}
		w := table.Worker()
		buf := w.Event(nil, e)
		if n := testing.AllocsPerRun(100, func() { buf = w.Event(buf[:0], e) }); n > 0 {
			t.Errorf("a row of %s costs %.0f allocations", name, n)
		}
	}
}

func BenchmarkStreams(b *testing.B) {
	table, err := New(Config{})
	if err != nil {
		b.Fatal(err)
	}
	w, e := table.Worker(), closedStream()
	buf := w.Event(nil, e)
	b.ReportAllocs()
	for b.Loop() {
		buf = w.Event(buf[:0], e)
	}
}
