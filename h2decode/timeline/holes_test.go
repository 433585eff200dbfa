package timeline

import (
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// DATA octets that the capture lacks are counted with their message.
func TestMessageWithAHole(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0))
	data := dataFrame(1, h2decode.FlagEndStream, 500)
	p.client(data[:109])
	p.lose(client, 300)
	p.client(data[409:])
	p.server(p.response(1, h2decode.FlagEndStream))
	c := p.now()
	x := c.Exchange(0)
	if x.Live || x.Request.DataBytes != 500 || x.Request.Missing != 300 || !x.Request.Complete {
		t.Errorf("%+v", x.Request)
	}
	if f := c.Frame(6); f.Missing != 300 || f.Header.Length != 500 {
		t.Errorf("%+v", f)
	}
	if s := c.AtFrame(6); s.Windows[client].Octets != 65035 || !s.Windows[client].Known {
		t.Errorf("the window counts all of it: %v", s.Windows[client])
	}
}

// A field section with a hole is incomplete, and its exchange says so.
func TestFieldSectionWithAHole(t *testing.T) {
	p := begun(t)
	request := p.request(1, h2decode.FlagEndStream, "x-lost", "value")
	p.client(request[:12])
	p.lose(client, len(request)-12)
	p.server(p.response(1, h2decode.FlagEndStream))
	c := p.now()
	x := c.Exchange(0)
	if !x.Request.Incomplete || x.Response.Incomplete {
		t.Errorf("%+v", x.Stream)
	}
	if got := len(c.Fields(&x, client).Fields); got == 0 || got > 3 {
		t.Errorf("%d fields before the hole", got)
	}
	if table := c.Table(client, 5); !table.Known || table.Complete {
		t.Errorf("the table behind a hole: %+v", table)
	}
}

// Fields that the archive has no room for are counted, never dropped in silence.
func TestFieldsBeyondTheLimitAreCounted(t *testing.T) {
	p := &play{t: t, capture: New(Limits{Fields: 300}), encoder: [2]*hpack.Encoder{hpack.NewEncoder(4096), hpack.NewEncoder(4096)}}
	p.recorder = p.capture.Recorder()
	p.open(h2decode.Config{})
	p.client([]byte(h2decode.Preface), settingsFrame())
	for id := uint32(1); id < 60; id += 2 {
		p.client(p.request(id, h2decode.FlagEndStream, "x-id", string(rune('a'+id))+"-value-of-its-own"))
		p.server(p.response(id, h2decode.FlagEndStream))
	}
	c := p.now()
	for i := range c.Exchanges() {
		x := c.Exchange(i)
		if n := len(c.Fields(&x, client).Fields) + x.Request.Omitted; n != 5 {
			t.Errorf("exchange %d: %d fields are there or counted, want 5", i, n)
		}
	}
	if last := c.Exchange(c.Exchanges() - 1); last.Request.Omitted != 5 {
		t.Errorf("the last has %d omitted", last.Request.Omitted)
	}
}

// Of a WINDOW_UPDATE in a gap the new window is not known: of the stream, or of
// the connection; a later frame does not make it known again.
func TestWindowPointsAcrossALostIncrement(t *testing.T) {
	for _, stream := range []uint32{0, 1} {
		p := begun(t)
		p.client(p.request(1, 0))
		p.server(p.response(1, 0))
		update := updateFrame(stream, 100)
		p.client(update[:9])
		p.lose(client, 4)
		p.client(pingFrame(0, ""))
		p.server(dataFrame(1, 0, 10))
		c := p.now()
		points := describeWindows(c, server, stream)
		if n := len(points); n != 2 || points[1] != "7 at 7: ?" {
			t.Errorf("stream %d: %q", stream, points)
		}
		s := c.AtFrame(uint64(c.Len()))
		if got := s.Streams[0].Windows[server].Known; got != (stream == 0) {
			t.Errorf("stream %d: its window is known: %v", stream, got)
		}
		if got := s.Windows[server].Known; got != (stream == 1) {
			t.Errorf("stream %d: the connection's window is known: %v", stream, got)
		}
	}
}

// When settings are acknowledged that were not seen, the windows that they may
// have moved are not known: those for what their receiver sends.
func TestWindowsUnderUnknownSettings(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0))
	frame := settingsFrame(h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 9})
	p.client(frame[:10])
	p.lose(client, len(frame)-10)
	p.server(ackFrame())
	p.client(p.request(3, 0))
	c := p.now()
	s := c.AtFrame(8)
	for _, stream := range s.Streams {
		if stream.Windows[server].Known || !stream.Windows[client].Known {
			t.Errorf("stream %d: %+v", stream.Stream, stream.Windows)
		}
	}
	if !s.Windows[server].Known {
		t.Error("settings do not move the connection's window")
	}
	wantLines(t, describeWindows(c, server, 1), "5 at 5: 65535", "7 at 8: ?")
}

// Octets that were passed over until sync count as a loss of sync where they are
// told, with or without the decoder at hand.
func TestSkippedOctetsAreALoss(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0))
	p.recorder.Event(&h2decode.GapFound{Origin: h2decode.Origin{Conn: 1, From: client, Time: p.time}, Bytes: 10, Skipped: 20})
	p.server(p.response(1, 0))
	c := p.now()
	if before, after := c.AtFrame(5), c.AtFrame(6); !before.Complete || after.Complete || after.Windows[server].Known {
		t.Errorf("%+v, then %+v", before, after)
	}
	if gaps := c.Gaps(); len(gaps) != 1 || gaps[0].Skipped != 20 {
		t.Errorf("%+v", gaps)
	}
}
