package har

import (
	"testing"

	"h2scope/export/redact"
)

// BenchmarkEntry is an exchange with a form and a page, from its events to its
// entry.
func BenchmarkEntry(b *testing.B) {
	w := New(Config{MaxBody: 1000, Redact: redact.Credentials()}).Worker()
	events := connection(1, post())
	w.Event(nil, events[0])
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = buf[:0]
		for _, e := range events[1 : len(events)-1] {
			buf = w.Event(buf, e)
		}
	}
}
