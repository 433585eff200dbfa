package text

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"h2scope/h2decode"
)

func TestOctets(t *testing.T) {
	if octets(999) != "999 B" || octets(1500) != "1.50 kB" {
		t.Errorf("octets: %s, %s", octets(999), octets(1500))
	}
}

func TestClock(t *testing.T) {
	tests := []struct {
		name   string
		format TimeFormat
		want   string // of two times, 1.5 seconds apart
	}{
		{"since the first packet", SinceFirst, "0.250000 1.750000"},
		{"none", NoTime, " "},
		{"since the epoch", Epoch, "1709251199.750000 1709251201.250000"},
		{"since the line before", SincePrevious, "0.000000 1.500000"},
		{"date and time", DateTime, "2024-03-01 00:59:59.750000 2024-03-01 01:00:01.250000"},
		{"since the first packet, as tcpdump has it", SinceFirstToo, "0.250000 1.750000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clock := newClock(&Options{Times: tt.format, First: first, Location: time.FixedZone("CET", 3600)})
			got := clock.append(nil, start+250_000_000)
			got = clock.append(append(got, ' '), start+1_750_000_000)
			if string(got) != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestSeconds(t *testing.T) {
	for ns, want := range map[int64]string{0: "0.000000", 999: "0.000000", 1000: "0.000001", -1_500_000_000: "-1.500000", 12_000_034_000: "12.000034"} {
		if got := string(appendSeconds(nil, ns)); got != want {
			t.Errorf("%d: got %s, want %s", ns, got, want)
		}
	}
}

func TestKeys(t *testing.T) {
	for name, keys := range map[string][]string{"frames": FrameKeys(), "conns": ConnKeys(), "streams": StreamKeys()} {
		if len(keys) < 2 || slices.Contains(keys, "") {
			t.Errorf("%s: %v", name, keys)
		}
	}
}

func TestLimitStopsTheReading(t *testing.T) {
	stopped := 0
	v := NewFrames(Options{Limit: 2, First: first, Enough: func() { stopped++ }})
	if !v.OneWorker() {
		t.Error("a limit on lines of all connections needs one worker")
	}
	got := show(t, v, 1, frames())
	if lines := strings.Count(got, "\n"); lines != 3 || stopped != 1 {
		t.Errorf("%d lines, stopped %d times:\n%s", lines, stopped, got)
	}
}

func TestEmptyCapture(t *testing.T) {
	end := []h2decode.Event{&h2decode.CaptureEnded{}}
	for name, v := range map[string]View{
		"conn client": NewConns(Options{}), "conn stream": NewStreams(Options{}), "packet ": NewFrames(Options{}), "Packets ": NewSummary(Options{}),
	} {
		if got := show(t, v, 2, end); !strings.HasPrefix(got, name) {
			t.Errorf("%q", got)
		}
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left on device")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestErrorsOfWritingArePassedOn(t *testing.T) {
	for name, v := range map[string]View{
		"conns": NewConns(Options{}), "streams": NewStreams(Options{}), "frames": NewFrames(Options{Sort: "length"}),
		"summary": NewSummary(Options{}), "stack": Stack{NewSummary(Options{})},
	} {
		r := v.Worker()
		for _, e := range capture() {
			r.Event(nil, e)
		}
		if err := v.Foot(fullDisk{}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzFrames holds that no field value gets at the terminal or out of its line.
func FuzzFrames(f *testing.F) {
	f.Add(":path", "/\x1b[2J", 80)
	f.Add("x\n", "東京\u202e", 20)
	f.Add(":status", "5\xff", 0)
	f.Fuzz(func(t *testing.T, name, value string, width int) {
		if width < 0 || width > 500 {
			return
		}
		e := block(frame(11, s, h2decode.TypeHeaders, 0x04, 1, new(h2decode.HeadersFrame)), field(name, value))
		got := show(t, NewFrames(Options{Width: width, First: first}), 1, []h2decode.Event{e})
		if strings.Count(got, "\n") != 2 {
			t.Fatalf("not a line: %q", got)
		}
		onlyPrintable(t, got, false)
		fits(t, got, Options{Width: width})
	})
}

func BenchmarkFrames(b *testing.B) {
	v := NewFrames(Options{First: first})
	r := v.Worker()
	e := block(frame(12, c, h2decode.TypeHeaders, 0x05, 1, new(h2decode.HeadersFrame)), request("/static/app.js")...)
	var buf []byte
	for b.Loop() {
		buf = r.Event(buf[:0], e)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
}

func TestFramesAllocateNothing(t *testing.T) {
	r := NewFrames(Options{First: first}).Worker()
	events := []h2decode.Event{
		block(frame(12, c, h2decode.TypeHeaders, 0x05, 1, new(h2decode.HeadersFrame)), request("/static/app.js")...),
		frame(14, s, h2decode.TypeData, 0x01, 1, &h2decode.DataFrame{Data: []byte("hello")}),
		frame(27, c, h2decode.TypeWindowUpdate, 0, 0, &h2decode.WindowUpdateFrame{Increment: 65535}),
	}
	buf := make([]byte, 0, 1024)
	for _, e := range events {
		if n := testing.AllocsPerRun(100, func() { buf = r.Event(buf[:0], e) }); n != 0 {
			t.Errorf("%v allocations for %s", n, buf)
		}
	}
}
