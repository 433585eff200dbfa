package timeline

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"h2scope/h2decode"
)

func describeShares(shares []Share) (lines []string) {
	for _, s := range shares {
		lines = append(lines, fmt.Sprintf("%d due %.0f got %d", s.Stream, s.Due, s.Got))
	}
	return lines
}

// By the tree, siblings share by weight, and a stream with something to send
// keeps all from those that depend on it (RFC 7540, Sections 5.3.1 and 5.3.2).
func TestSharesByTheTree(t *testing.T) {
	p := begun(t)
	p.client(p.dependent(1, h2decode.PriorityFrame{Weight: 100}, ":method", "GET"))
	p.client(p.dependent(3, h2decode.PriorityFrame{Weight: 200}, ":method", "GET"))
	p.client(p.dependent(5, h2decode.PriorityFrame{DependsOn: 3, Weight: 16}, ":method", "GET"))
	p.server(p.response(1, 0), p.response(3, 0), p.response(5, 0))
	p.server(dataFrame(1, 0, 3000), dataFrame(5, 0, 3000)) // 3 was due twice what 1 was
	p.server(dataFrame(3, h2decode.FlagEndStream, 3000))
	p.server(dataFrame(5, 0, 900)) // now 5 has what 3 had
	c := p.now()
	wantLines(t, describeShares(c.Shares(0, uint64(c.Len()))), "1 due 3300 got 3000", "3 due 6000 got 3000", "5 due 600 got 3900")
	wantLines(t, describeShares(c.Shares(13, 14)), "1 due 300 got 0", "5 due 600 got 900")
	if due := c.AtFrame(14).Due(); len(due) != 2 || due[1].Stream != 5 || math.Abs(due[1].Fraction-2.0/3) > 1e-9 {
		t.Errorf("due at the end: %v", due)
	}
}

// By urgency the lowest number comes first (RFC 9218, Section 10), as long as its
// window is open.
func TestSharesByUrgency(t *testing.T) {
	p := begun(t, h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 1000})
	p.client(p.request(1, 0, "priority", "u=1"), p.request(3, 0, "priority", "u=2"))
	p.server(p.response(1, 0), p.response(3, 0))
	p.server(dataFrame(3, 0, 400))
	p.server(dataFrame(1, 0, 1000)) // its window is used up
	p.server(dataFrame(3, 0, 100))
	p.client(updateFrame(1, 500))
	p.server(dataFrame(3, 0, 100))
	c := p.now()
	wantLines(t, describeShares(c.Shares(0, uint64(c.Len()))), "1 due 1500 got 1000", "3 due 100 got 600")
}

// What is due adds up to what was sent, whenever somebody was due.
func TestSharesAddUp(t *testing.T) {
	tr := newTraffic(t, 12)
	tr.client([]byte(h2decode.Preface))
	for range 1500 {
		tr.play1()
	}
	c := tr.now()
	for _, interval := range [][2]uint64{{0, uint64(c.Len())}, {500, 900}, {900, 900}} {
		due, got := 0.0, uint64(0)
		for _, s := range c.Shares(interval[0], interval[1]) {
			due += s.Due
			got += s.Got
		}
		sent := uint64(0)
		for n := interval[0] + 1; n <= interval[1]; n++ {
			if f := c.Frame(n); f.Header.Type == h2decode.TypeData && f.From == server {
				sent += uint64(f.Header.Length)
			}
		}
		if got != sent || due > float64(sent)+1 || sent > 0 && due == 0 {
			t.Errorf("frames %v: due %.0f, got %d of %d", interval, due, got, sent)
		}
	}
}

// A receiver shuts the window of the stream that the sender wants to finish
// first: the streams that depend on it are held up (RFC 9113, Section 5.2.2).
func TestDeadlockOfPriorityAndFlowControl(t *testing.T) {
	for _, c := range []struct {
		name   string
		place  h2decode.PriorityFrame // of stream 3
		meet   func(p *play)          // while stream 1 is stalled
		want   []uint32
		others bool // stream 3 begins before the stall
	}{
		{"a dependent stream waits", h2decode.PriorityFrame{DependsOn: 1, Weight: 16}, func(*play) {}, []uint32{3}, true},
		{"a dependent stream is served", h2decode.PriorityFrame{DependsOn: 1, Weight: 16}, func(p *play) { p.server(dataFrame(3, 0, 10)) }, nil, true},
		{"a sibling waits", h2decode.PriorityFrame{Weight: 16}, func(*play) {}, nil, true},
		{"a dependent stream has nothing to send yet", h2decode.PriorityFrame{DependsOn: 1, Weight: 16}, func(*play) {}, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := begun(t, h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 100})
			p.client(p.request(1, h2decode.FlagEndStream), p.dependent(3, c.place, ":method", "GET"))
			p.server(p.response(1, 0))
			if c.others {
				p.server(p.response(3, 0))
			}
			p.server(dataFrame(1, 0, 100))
			p.wait(100)
			c.meet(p)
			p.client(updateFrame(1, 1000))
			p.server(dataFrame(1, h2decode.FlagEndStream, 10))
			if !c.others {
				p.server(p.response(3, 0))
			}
			p.server(dataFrame(3, h2decode.FlagEndStream, 10))
			conn := p.now()
			if conn.Stalls() != 1 {
				t.Fatalf("%d stalls", conn.Stalls())
			}
			stall := conn.Stall(0)
			if got := conn.HeldUp(&stall); !slices.Equal(got, c.want) {
				t.Errorf("held up: %v, want %v", got, c.want)
			}
		})
	}
}

// The same by urgency; and a stall for the connection's window holds up nobody
// that it would not hold up without priorities.
func TestDeadlockByUrgency(t *testing.T) {
	p := begun(t, h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 100})
	p.client(p.request(1, h2decode.FlagEndStream, "priority", "u=0"), p.request(3, h2decode.FlagEndStream, "priority", "u=5"), p.request(5, h2decode.FlagEndStream, "priority", "u=0"))
	p.server(p.response(1, 0), p.response(3, 0), p.response(5, 0), dataFrame(1, 0, 100))
	p.wait(50)
	p.client(updateFrame(1, 1000))
	p.server(dataFrame(1, h2decode.FlagEndStream, 10), dataFrame(3, 0, 10), dataFrame(5, 0, 10))
	c := p.now()
	stall := c.Stall(0)
	if got := c.HeldUp(&stall); !slices.Equal(got, []uint32{3}) {
		t.Errorf("held up: %v", got)
	}
	stall.Cause = h2decode.StalledByConnection
	if got := c.HeldUp(&stall); got != nil {
		t.Errorf("by the connection's window: %v", got)
	}
}

// Where the client says nothing, streams share equally; and one that is alone is
// due all, whatever the models say.
func TestSharesWithoutAWord(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0), p.request(3, 0))
	p.server(p.response(1, 0), dataFrame(1, 0, 100))
	p.server(p.response(3, 0), dataFrame(3, 0, 100))
	p.server(dataFrame(1, h2decode.FlagEndStream, 100), dataFrame(3, 0, 50))
	c := p.now()
	wantLines(t, describeShares(c.Shares(0, uint64(c.Len()))), "1 due 200 got 200", "3 due 150 got 150")
	if due := c.AtFrame(uint64(c.Len())).Due(); len(due) != 1 || due[0].Stream != 3 || due[0].Fraction != 1 {
		t.Errorf("due at the end: %v", due)
	}
	if due := c.AtFrame(6).Due(); len(due) != 0 {
		t.Errorf("due before any answer: %v", due)
	}
}

// What a model would say is what the short way says: the first word changes no
// share of those it is not about.
func TestSharesByAModelAreTheSame(t *testing.T) {
	shares := func(spoken bool) []string {
		p := begun(t)
		if spoken {
			p.client(priorityFrame(99, h2decode.PriorityFrame{Weight: 5}))
		}
		for id := uint32(7); id < 27; id += 2 {
			p.client(p.request(id, 0))
			p.server(p.response(id, 0), dataFrame(id, 0, 1000))
			if id > 13 {
				p.server(dataFrame(id-6, h2decode.Flags(id/2%2), 500))
			}
		}
		c := p.now()
		return describeShares(c.Shares(0, uint64(c.Len())))
	}
	without, with := shares(false), shares(true)
	if len(without) != 10 {
		t.Errorf("%q", without)
	}
	wantLines(t, with, without...)
}
