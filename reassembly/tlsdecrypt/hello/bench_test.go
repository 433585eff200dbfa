package hello

import "testing"

func BenchmarkParseClientHello(b *testing.B) {
	body := fullClientHello()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseClientHello(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJA4(b *testing.B) {
	h := publishedHello()
	b.ReportAllocs()
	for b.Loop() {
		h.JA4()
	}
}

// TestHandshakeAllocations: a hello is parsed once a connection, and costs about
// one allocation for each list in it; what is seen more often costs none.
func TestHandshakeAllocations(t *testing.T) {
	body, update := fullClientHello(), []byte{1}
	for name, test := range map[string]struct {
		f      func()
		budget float64
	}{
		"ClientHello": {func() { ParseClientHello(body) }, 40},
		"KeyUpdate":   {func() { ParseKeyUpdate(update) }, 0},
		"SuiteName":   {func() { SuiteName(0x1301) }, 0},
		"Prohibited":  {func() { Prohibited(0x1301) }, 0},
	} {
		if n := testing.AllocsPerRun(100, test.f); n > test.budget {
			t.Errorf("%s: %v allocations, the budget is %v", name, n, test.budget)
		}
	}
}
