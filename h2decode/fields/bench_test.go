package fields

import "testing"

var measured = []string{
	"http2.type == HEADERS",
	"http2.streamid == 5 and ip.src == 192.0.2.0/24 or tcp.port in {80, 443, 8000..8999}",
	`http2.header["set-cookie"] == "b=2"`,
	`http2.header.value contains "nowhere"`,
	`http2.headers.set_cookie matches "^B=[0-9]$"`,
	"h2.duration > 1.5 and h2.stalled > 100ms and not h2.reset",
	`tls.handshake.extensions_server_name matches "example" and h2.link == eth0.7`,
	"h2.trust == unknown and h2.client == 192.0.2.7",
}

func BenchmarkMatch(b *testing.B) {
	s := ofFrameOver(headersFrame())
	for _, expression := range measured {
		f, err := Compile(expression)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(expression, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.Match(s)
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(measured[1]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	f, err := Compile("http2.type == HEADERS and h2.from == server")
	if err != nil {
		b.Fatal(err)
	}
	j, e := NewJudge(f), headersFrame()
	b.ReportAllocs()
	for b.Loop() {
		j.Event(e)
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, expression := range measured {
		f, err := Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*Subject{ofFrameOver(headersFrame()), ofStreamOver(), ofConnOver()} {
			if n := testing.AllocsPerRun(100, func() { f.Match(s) }); n != 0 {
				t.Errorf("%s: %v allocations on a %s", expression, n, s.Level())
			}
		}
		j, e := NewJudge(f), headersFrame()
		if n := testing.AllocsPerRun(100, func() { j.Event(e) }); n != 0 {
			t.Errorf("%s: a judge makes %v allocations for a frame", expression, n)
		}
	}
}

// Every field can be asked without allocating.
func TestReadingDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, field := range All() {
		f, err := Compile("not " + field.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*Subject{ofFrameOver(headersFrame()), ofStreamOver(), ofConnOver()} {
			if n := testing.AllocsPerRun(10, func() { f.Match(s) }); n != 0 {
				t.Errorf("%s: %v allocations on a %s", field.Name, n, s.Level())
			}
		}
	}
}
