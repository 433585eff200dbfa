package timeline

import (
	"testing"

	"h2scope/h2decode"
)

// Of what the first frames say nothing, nothing is known of a connection that was
// joined in the middle.
func TestLateStartIsNotKnown(t *testing.T) {
	p := newPlay(t, h2decode.Config{Late: true})
	p.client(p.request(1, 0))
	p.server(settingsFrame(h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 1000}))
	p.client(ackFrame())
	p.client(p.request(3, 0))
	c := p.now()
	before, after := c.AtFrame(1), c.AtFrame(4)
	if before.Complete || before.Windows[client].Known || before.Streams[0].Windows[client].Known {
		t.Errorf("before any settings: %+v", before)
	}
	if got := after.Settings(server); len(got) != 1 || got[0].Value != 1000 || !got[0].Known {
		t.Errorf("acknowledged settings: %v", got)
	}
	// A stream that opens under settings that were seen has a certain window.
	s, _ := after.Stream(3)
	if w := s.Windows[client]; w != (h2decode.Window{Octets: 1000, Known: true}) {
		t.Errorf("the new stream's window: %v", w)
	}
	if s.Windows[server].Known {
		t.Error("the window that the client's settings set is known")
	}
	if _, found := after.Stream(5); found {
		t.Error("a stream that never opened is there")
	}
}

// From a loss of sync on, what frames may have changed is not known; what was
// before stays known.
func TestLossOfSyncMakesTheStateUncertain(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0))
	p.server(settingsFrame(h2decode.Setting{ID: h2decode.SettingMaxFrameSize, Value: 20000}))
	p.client(ackFrame(), dataFrame(1, 0, 10))
	p.lose(server, 100)
	p.client(updateFrame(0, 5))
	p.client(dataFrame(1, 0, 10))
	c := p.now()
	s := c.AtFrame(8)
	if !s.Complete || !s.Windows[client].Known || !s.Streams[0].Windows[client].Known || !s.Settings(server)[0].Known {
		t.Errorf("before the loss: %+v %v", s, s.Settings(server))
	}
	for n := uint64(9); n <= 10; n++ {
		s = c.AtFrame(n)
		if s.Complete || s.Windows[client].Known || s.Windows[server].Known || s.Streams[0].Windows[client].Known || s.Settings(server)[0].Known {
			t.Errorf("after frame %d, behind the loss: %+v %v", n, s, s.Settings(server))
		}
	}
	if !c.Table(server, 8).Complete || c.Table(server, 9).Complete || !c.Table(client, 9).Complete {
		t.Error("field blocks of the server may be among what is lost, and none of the client")
	}
	gap := p.over().Gaps()
	if len(gap) != 1 || gap[0].Bytes != 100 || gap[0].From != server {
		t.Errorf("gaps: %+v", gap)
	}
}

// A WINDOW_UPDATE whose increment lies in a gap leaves its window unknown, and
// no other.
func TestUpdateInAGap(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0))
	update := updateFrame(1, 5)
	p.client(update[:10])
	p.lose(client, 3)
	p.client(pingFrame(0, "sync"))
	s := p.now().AtFrame(6)
	if s.Streams[0].Windows[server].Known || !s.Streams[0].Windows[client].Known || !s.Windows[server].Known {
		t.Errorf("%+v", s)
	}
	if !s.Complete {
		t.Error("a hole in a payload of known length loses no frame")
	}
}

// A stream whose watch was given up is no longer in the state.
func TestEvictedStreamLeavesTheState(t *testing.T) {
	p := newPlay(t, h2decode.Config{Limits: h2decode.Limits{Streams: 2}})
	p.client([]byte(h2decode.Preface), settingsFrame())
	for id := uint32(1); id <= 9; id += 2 {
		p.client(p.dependent(id, h2decode.PriorityFrame{Weight: 16}, ":method", "GET"))
	}
	c := p.now()
	s := c.AtFrame(6)
	if len(s.Streams) != 2 || s.Streams[0].Stream != 7 || s.Streams[1].Stream != 9 {
		t.Errorf("streams %+v", s.Streams)
	}
	if x := c.Exchange(0); !x.Evicted || x.State != h2decode.HalfClosedClient || x.Live {
		t.Errorf("the first: %+v", x)
	}
	active := 0
	for _, node := range s.Tree().All() {
		if node.State.String() == "active" {
			active++
		}
	}
	if active != 2 {
		t.Errorf("%d streams are active in the tree, want 2", active)
	}
}

// Times before the first frame and behind the last have a state, too.
func TestStateAtTheEnds(t *testing.T) {
	p := begun(t)
	c := p.now()
	if s := c.At(0); s.Frame != 0 || s.Windows[client] != (h2decode.Window{Octets: 65535, Known: true}) || len(s.Streams) != 0 {
		t.Errorf("before the first: %+v", s)
	}
	if s := c.At(1 << 60); s.Frame != 4 || s.Time != 4*ms {
		t.Errorf("behind the last: %+v", s)
	}
	if s := p.capture.Snapshot().Conn(1).At(2 * ms); s.Frame != 2 {
		t.Errorf("at 2 ms: frame %d", s.Frame)
	}
}

// With many streams open, checkpoints are further apart, so that they do not take
// more than the frames do.
func TestCheckpointsCostNoMoreThanFrames(t *testing.T) {
	p := begun(t)
	const open = 2000
	for id := range uint32(open) {
		p.client(p.request(2*id+1, 0))
	}
	for range 20000 {
		p.client(updateFrame(0, 1))
	}
	c := p.now()
	states := 0
	for i := range c.checkpoints.len() {
		states += (*c.checkpoints.at(i)).active()
	}
	if states > c.Len() {
		t.Errorf("checkpoints hold %d states of streams for %d frames", states, c.Len())
	}
	if got := len(c.AtFrame(uint64(c.Len())).Streams); got != open {
		t.Errorf("%d streams, want %d", got, open)
	}
}
