package timeline

import (
	"fmt"
	"slices"
	"testing"

	"h2scope/h2decode"
)

func describeWindows(c *Conn, sender h2decode.Side, stream uint32) (lines []string) {
	for p := range c.Windows(sender, stream) {
		line := fmt.Sprintf("%d at %d: %d", p.Frame, p.Time/ms, p.Window.Octets)
		if !p.Window.Known {
			line = fmt.Sprintf("%d at %d: ?", p.Frame, p.Time/ms)
		}
		lines = append(lines, line)
	}
	return lines
}

// A window's points are its beginning and each change: by DATA, by WINDOW_UPDATE,
// and by the acknowledgment of settings (RFC 9113, Section 6.9).
func TestWindowPoints(t *testing.T) {
	p := begun(t, h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 100})
	p.client(p.request(1, 0))
	p.server(p.response(1, 0), dataFrame(1, 0, 80))
	p.client(updateFrame(1, 5), updateFrame(0, 7), pingFrame(0, ""))
	p.client(settingsFrame(h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 10}))
	p.server(ackFrame())
	p.server(dataFrame(1, h2decode.FlagEndStream, 1))
	c := p.now()
	wantLines(t, describeWindows(c, server, 1),
		"5 at 5: 100", "7 at 6: 20", "8 at 7: 25", "12 at 9: -65", "13 at 10: -66")
	wantLines(t, describeWindows(c, client, 1), "5 at 5: 65535")
	wantLines(t, describeWindows(c, server, 0), "0 at 1: 65535", "7 at 6: 65455", "9 at 7: 65462", "13 at 10: 65461")
	wantLines(t, describeWindows(c, server, 3))
}

// Behind a loss of sync a window is not known.
func TestWindowPointsAcrossALoss(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0))
	p.lose(server, 50)
	p.client(dataFrame(1, 0, 10))
	c := p.now()
	wantLines(t, describeWindows(c, server, 0), "0 at 1: 65535", "6 at 7: ?")
	wantLines(t, describeWindows(c, client, 1), "5 at 5: 65535", "6 at 7: ?")
	for range c.Windows(client, 1) {
		break // an iteration may end early
	}
}

// The points agree with the state at every frame.
func TestWindowPointsAgreeWithTheState(t *testing.T) {
	tr := newTraffic(t, 21)
	tr.client([]byte(h2decode.Preface))
	for range 700 {
		tr.play1()
	}
	c := tr.now()
	for _, sender := range []h2decode.Side{client, server} {
		for i := -1; i < c.Exchanges(); i += 5 {
			stream, last := uint32(0), uint64(c.Len())
			if i >= 0 {
				x := c.Exchange(i)
				stream = x.ID
				if x.State == h2decode.Closed {
					last = x.Last - 1
				}
			}
			points := slices.Collect(c.Windows(sender, stream))
			for k, p := range points {
				until := last
				if k+1 < len(points) {
					until = points[k+1].Frame - 1
				}
				for n := p.Frame; n <= until; n += 13 {
					s := c.AtFrame(n)
					got := s.Windows[sender]
					if stream != 0 {
						st, _ := s.Stream(stream)
						got = st.Windows[sender]
					}
					if !alike(got, p.Window) {
						t.Fatalf("stream %d, frame %d: %v, but the point at %d says %v", stream, n, got, p.Frame, p.Window)
					}
				}
			}
		}
	}
}
