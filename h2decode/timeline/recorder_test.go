package timeline

import (
	"fmt"
	"sync"
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// Readers look at everything in snapshots while recorders write: run it with
// the race detector.
func TestSnapshotsWhileItGrows(t *testing.T) {
	c := New(Limits{})
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for number := range uint64(2) {
		writers.Go(func() {
			p := &play{t: t, capture: c, recorder: c.Recorder(), encoder: [2]*hpack.Encoder{hpack.NewEncoder(4096), hpack.NewEncoder(4096)}}
			p.conn = h2decode.NewConn(h2decode.Config{Conn: number + 1, Messages: true}, p)
			p.recorder.Observe(number+1, p.conn)
			tr := newTraffic(t, number)
			tr.play = p
			tr.client([]byte(h2decode.Preface))
			for range 1000 {
				tr.play1()
			}
			p.recorder.Publish()
		})
	}
	for range 2 {
		readers.Go(func() {
			for {
				for _, conn := range c.Snapshot().Conns() {
					readAll(conn)
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if conns := c.Snapshot().Conns(); len(conns) != 2 || conns[0].Number() != 1 || conns[1].Number() != 2 || conns[1].Len() < 2000 {
		t.Errorf("%d connections", len(conns))
	}
}

// readAll asks a connection for everything.
func readAll(c *Conn) {
	n := uint64(c.Len())
	for i := n; i > 0 && i+20 > n; i-- {
		c.Frame(i)
		s := c.AtFrame(i)
		s.Tree()
		s.Urgencies()
		s.Due()
		for _, side := range []h2decode.Side{h2decode.Client, h2decode.Server} {
			s.Settings(side)
			table := s.Table(side)
			for k := range table.Len() {
				table.Entry(k)
			}
		}
	}
	for i := c.Exchanges() - 1; i >= 0 && i+10 > c.Exchanges(); i-- {
		x := c.Exchange(i)
		c.Fields(&x, h2decode.Client)
		c.Fields(&x, h2decode.Server)
		c.Segments(&x)
		c.Explain(&x)
		for range c.Windows(h2decode.Server, x.ID) {
		}
		for range c.FramesOf(x.ID) {
		}
	}
	readFacts(c)
}

func readFacts(c *Conn) {
	n := uint64(c.Len())
	for _, side := range []h2decode.Side{h2decode.Client, h2decode.Server} {
		c.SettingsChanges(side)
		c.Pings(side)
		c.Cadence(side, 0)
		c.InsertedBy(side, n)
	}
	for i := range c.Stalls() {
		stall := c.Stall(i)
		c.HeldUp(&stall)
	}
	for i := range c.Endings() {
		c.Ending(i)
	}
	c.Shares(n-min(n, 50), n)
	c.PriorityChanges()
	c.Advise()
	c.Gaps()
	c.Closures()
	c.At(c.Clock() / 2)
}

// A snapshot is asked for, and published before the next frame; it never
// changes.
func TestSnapshotAsksForTheNext(t *testing.T) {
	p := begun(t)
	if conns := p.capture.Snapshot().Conns(); len(conns) != 0 {
		t.Errorf("%d connections before anything was published", len(conns))
	}
	p.client(p.request(1, 0))
	first := p.capture.Snapshot()
	if n := first.Conn(1).Len(); n != 4 {
		t.Errorf("%d frames published, want those before the request", n)
	}
	p.client(dataFrame(1, 0, 1))
	if n := first.Conn(1).Len(); n != 4 {
		t.Errorf("a snapshot has changed: %d frames", n)
	}
	if second := p.capture.Snapshot(); second.Conn(1).Len() != 5 || second.Conn(2) != nil {
		t.Errorf("%d frames published", second.Conn(1).Len())
	}
	p.recorder.Publish()
	third := p.capture.Snapshot()
	if third.Conn(1).Len() != 6 || p.capture.Snapshot() != third {
		t.Error("what is not new is made anew")
	}
}

// What is about the whole capture is kept, too.
func TestCaptureEvents(t *testing.T) {
	c := New(Limits{})
	r := c.Recorder()
	files := []string{"a.pcap"}
	r.Event(&h2decode.CaptureOpened{Files: files})
	files[0] = "gone"
	for i := range maxNotices + 5 {
		r.Event(&h2decode.Noticed{Kind: "truncated", Message: fmt.Sprint(i)})
	}
	r.Event(&h2decode.CaptureEnded{Packets: 7})
	s := c.Snapshot()
	if s.Opened().Files[0] != "a.pcap" || s.Ended().Packets != 7 || len(s.Notices()) != maxNotices || s.Notices()[3].Message != "3" {
		t.Errorf("%+v %+v %d", s.Opened(), s.Ended(), len(s.Notices()))
	}
}

// A connection without HTTP/2 is there, and costs little.
func TestConnectionWithoutHTTP2(t *testing.T) {
	c := New(Limits{})
	r := c.Recorder()
	for _, number := range []uint64{9, 5, 7, 1, 3} {
		r.Event(&h2decode.ConnectionOpened{Conn: number, Packet: number})
		r.Event(&h2decode.ConnectionClosed{Connection: &h2decode.Connection{Number: number, Protocol: h2decode.ProtocolHTTP1}})
	}
	r.Publish()
	conns := c.Snapshot().Conns()
	for i, conn := range conns {
		if conn.Number() != uint64(2*i+1) || conn.Closed().Protocol != h2decode.ProtocolHTTP1 || conn.Opened().Packet != conn.Number() {
			t.Errorf("connection %d: %+v", i, conn.Opened())
		}
		if conn.record != conns[0].record || conn.Len() != 0 || conn.Exchanges() != 0 {
			t.Error("it has a record of its own")
		}
		readFacts(conn)
	}
	if len(r.tracks) != 0 {
		t.Errorf("%d tracks are left", len(r.tracks))
	}
}

// In its steady state a frame is recorded without allocating, but for the lists
// that grow.
func TestRecordingAllocates(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	p := begun(t)
	p.client(p.request(1, 0))
	update := updateFrame(1, 1)
	p.client(update)
	perFrame := testing.AllocsPerRun(20000, func() { p.client(update) }) - 1 // data is one
	if perFrame > 0.1 {
		t.Errorf("%.2f allocations a frame", perFrame)
	}
}
