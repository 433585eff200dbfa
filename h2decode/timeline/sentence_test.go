package timeline

import (
	"testing"
	"time"

	"h2scope/h2decode"
)

// A slow exchange is explained by what took most of its time.
func TestExplain(t *testing.T) {
	window := h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 100}
	for _, c := range []struct {
		play func(p *play)
		want string
	}{
		{func(p *play) {
			p.client(p.request(1, h2decode.FlagEndStream))
			p.wait(90)
			p.server(p.response(1, h2decode.FlagEndStream))
		}, "91 ms of 91 ms waiting for the response"},
		{func(p *play) {
			p.client(p.request(1, 0))
			p.wait(50)
			p.client(dataFrame(1, h2decode.FlagEndStream, 1))
			p.server(p.response(1, h2decode.FlagEndStream))
		}, "51 ms of 52 ms sending the request"},
		{func(p *play) {
			p.client(p.request(1, h2decode.FlagEndStream))
			p.server(p.response(1, 0), dataFrame(1, 0, 100))
			p.wait(1899)
			p.client(updateFrame(1, 1000))
			p.server(dataFrame(1, h2decode.FlagEndStream, 100))
		}, "1.9 s of 1.9 s waiting for the stream's flow-control window, which WINDOW_UPDATE in packet 7 opened"},
		{func(p *play) {
			p.client(p.request(1, h2decode.FlagEndStream))
			p.server(p.response(1, 0), dataFrame(1, 0, 100))
			p.wait(99)
			p.client(settingsFrame(h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 1000}))
			p.server(ackFrame())
			p.server(dataFrame(1, h2decode.FlagEndStream, 100))
		}, "101 ms of 103 ms waiting for the stream's flow-control window, which the acknowledgment of SETTINGS in packet 8 opened"},
		{func(p *play) {
			p.client(p.request(1, h2decode.FlagEndStream))
			p.server(p.response(1, 0), dataFrame(1, 0, 100))
			for i := range int64(3) {
				p.wait(10 * i)
				p.client(updateFrame(1, 100))
				p.server(dataFrame(1, 0, 100))
			}
			p.server(resetFrame(1, h2decode.Cancel))
		}, "33 ms of 38 ms waiting for the stream's flow-control window in 3 stalls, the longest of which WINDOW_UPDATE in packet 11 ended"},
		{func(p *play) {
			p.client(p.request(1, h2decode.FlagEndStream))
			p.server(p.response(1, 0, "content-length", "200"), dataFrame(1, 0, 100))
			p.wait(50)
			p.client(resetFrame(1, h2decode.Cancel))
		}, "51 ms of 52 ms waiting for the stream's flow-control window, which was not opened"},
		{func(p *play) {
			p.client(p.request(1, h2decode.FlagEndStream))
		}, ""},
	} {
		p := begun(t, window)
		c.play(p)
		conn := p.now()
		x := conn.Exchange(0)
		if got := conn.Explain(&x); got != c.want {
			t.Errorf("\n%s\nwant\n%s", got, c.want)
		}
	}
}

// Durations and rates have about three digits.
func TestShortNumbers(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ns", 999: "999 ns", 1500: "1.5 µs", 40 * time.Millisecond: "40 ms", 99_960_000: "100 ms",
		1900 * time.Millisecond: "1.9 s", 12345 * time.Millisecond: "12.3 s", 90 * time.Minute: "5400 s",
	} {
		if got := short(d); got != want {
			t.Errorf("%d ns is %q, want %q", d, got, want)
		}
	}
	for v, want := range map[float64]string{0: "0 B/s", 999: "999 B/s", 1500: "1.5 kB/s", 13.107e6: "13.1 MB/s", 2e9: "2 GB/s"} {
		if got := perSecond(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
}
