package export

import (
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// requestFrame is a HEADERS frame with the ten fields of a browser's request.
func requestFrame() *h2decode.FrameDecoded {
	e := frame(1, h2decode.Client, h2decode.TypeHeaders, h2decode.FlagEndStream|h2decode.FlagEndHeaders, 1, new(h2decode.HeadersFrame))
	e.Block = &h2decode.Block{Fields: []hpack.Field{
		indexedName(":method", "GET"), indexedName(":scheme", "https"), indexedName(":authority", "www.example.com"),
		indexedName(":path", "/static/js/application.3f9a1c.js"), indexedName("accept", "*/*"), indexedName("accept-encoding", "gzip, deflate, br"),
		indexedName("accept-language", "en-US,en;q=0.9"), indexedName("referer", "https://www.example.com/index.html"),
		indexedName("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0"),
		indexedName("cookie", "session=0123456789abcdef0123456789abcdef"),
	}}
	return e
}

func BenchmarkFrameRecord(b *testing.B) {
	events := map[string]h2decode.Event{
		"DATA":           frame(3, h2decode.Server, h2decode.TypeData, 0, 1, &h2decode.DataFrame{Data: make([]byte, 1000)}),
		"HEADERS":        requestFrame(),
		"WINDOW_UPDATE":  frame(4, h2decode.Client, h2decode.TypeWindowUpdate, 0, 1, &h2decode.WindowUpdateFrame{Increment: 1000}),
		"HEADERS-status": responseFrame(),
	}
	for _, name := range []string{"DATA", "HEADERS", "HEADERS-status", "WINDOW_UPDATE"} {
		b.Run(name, func(b *testing.B) {
			r := NewRecords(FrameRecords)
			buf := r.Event(make([]byte, 0, 1<<14), events[name])
			b.SetBytes(int64(len(buf)))
			for b.Loop() {
				buf = r.Event(buf[:0], events[name])
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
		})
	}
}

func responseFrame() *h2decode.FrameDecoded {
	e := frame(2, h2decode.Server, h2decode.TypeHeaders, h2decode.FlagEndHeaders, 1, new(h2decode.HeadersFrame))
	e.Block = &h2decode.Block{Fields: []hpack.Field{
		indexedName(":status", "200"), indexedName("content-type", "text/html"), indexedName("content-length", "1000"),
		indexedName("date", "Thu, 29 Feb 2024 23:59:59 GMT"),
	}}
	return e
}
