package timeline

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"h2scope/h2decode"
)

// Connections that are over leave as a whole, the oldest first; one that is idle
// stays, without its frames.
func TestOldestConnectionsAreForgotten(t *testing.T) {
	capture := New(Limits{Memory: 1 << 20})
	r := capture.Recorder()
	p := &play{t: t, capture: capture, recorder: r}
	idle := begin(p, 1)
	request(idle, 1)
	for number := uint64(2); number <= 1000; number++ {
		c := begin(p, number)
		request(c, 1)
		over := &h2decode.Connection{Number: number, Closed: p.time}
		c.conn.Finish(over, c.packet, c.time)
		r.Event(&h2decode.ConnectionClosed{Connection: over})
		r.Publish()
		p.time, p.packet = c.time, c.packet
	}
	s := capture.Snapshot()
	f := s.Forgotten()
	if n := uint64(len(s.Conns())); f.Connections == 0 || n+f.Connections != 1000 {
		t.Errorf("%d connections, and %d forgotten", n, f.Connections)
	}
	if first := s.Conns()[1]; first.Number() != f.Connections+2 || first.Opened().Time < f.Before-2*ms || first.FirstFrame() != 1 {
		t.Errorf("connection %d is kept, of %d, from frame %d on; before %d all was forgotten", first.Number(), first.Opened().Time, first.FirstFrame(), f.Before)
	}
	c := s.Conns()[0]
	if c.Number() != 1 || c.FirstFrame() != 7 || c.Totals().Exchanges != 1 || c.NextExchange(0) != 0 || !c.Exchange(0).Live {
		t.Errorf("connection %d from frame %d on, exchange %+v", c.Number(), c.FirstFrame(), c.Exchange(0))
	}
	x := c.Exchange(0)
	if got := fieldsOf(c, &x, client); got == "\n\n" {
		t.Error("the fields of an open stream were forgotten")
	}
}

// begin begins a connection of the capture that p records.
func begin(p *play, number uint64) *play {
	c := newPlay(p.t, h2decode.Config{})
	c.capture, c.recorder, c.time = p.capture, p.recorder, p.time
	c.conn = h2decode.NewConn(h2decode.Config{Conn: number, Messages: true}, c)
	c.offset = [2]uint64{}
	c.Event(&h2decode.ConnectionOpened{Conn: number, Time: c.time})
	c.recorder.Observe(number, c.conn)
	c.client([]byte(h2decode.Preface), settingsFrame())
	c.server(settingsFrame())
	c.client(ackFrame())
	c.server(ackFrame())
	return c
}

// request plays a request and the beginning of its response.
func request(p *play, stream uint32) {
	p.client(p.request(stream, h2decode.FlagEndStream))
	p.server(p.response(stream, 0))
}

// Two recorders forget the same ages, though little happens in one of them.
func TestRecordersForgetTogether(t *testing.T) {
	capture := New(Limits{Memory: 1 << 20})
	quiet, busy := capture.Recorder(), capture.Recorder()
	p := &play{t: t, capture: capture, recorder: quiet}
	over := begin(p, 1)
	quiet.Event(&h2decode.ConnectionClosed{Connection: &h2decode.Connection{Number: 1}})
	quiet.Publish()
	p.recorder, p.time = busy, over.time
	c := begin(p, 2)
	for i := range uint32(20_000) {
		request(c, 2*i+1)
		c.server(dataFrame(2*i+1, h2decode.FlagEndStream, 10))
		busy.Publish()
		quiet.Publish()
	}
	s := capture.Snapshot()
	if s.Conn(1) != nil || s.Forgotten().Connections != 1 {
		t.Errorf("forgotten: %+v", s.Forgotten())
	}
	if kept := s.Conn(2); kept.FirstFrame() < 10_000 || kept.Len() != 60_004 {
		t.Errorf("kept from frame %d on", kept.FirstFrame())
	}
}

// What is counted is what it takes: the heap in use stays within the limit.
func TestMemoryStaysWithinTheLimit(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("the race detector takes memory of its own")
	}
	const limit = 16 << 20
	for _, connections := range []int{1, 10, 10_000} {
		t.Run(fmt.Sprint(connections, " connections"), func(t *testing.T) {
			before := liveHeap()
			capture := New(Limits{Memory: limit})
			p := &play{t: t, capture: capture, recorder: capture.Recorder()}
			most := uint64(0)
			for n := range connections {
				c := begin(p, uint64(n+1))
				for i := range uint32(200_000 / connections) {
					c.client(c.request(2*i+1, h2decode.FlagEndStream, "x-id", fmt.Sprint(n, i)))
					c.server(c.response(2*i+1, 0), dataFrame(2*i+1, h2decode.FlagEndStream, 10))
					if i%100 == 0 {
						capture.Snapshot()
						p.recorder.Publish()
					}
				}
				over := &h2decode.Connection{Number: uint64(n + 1)}
				c.conn.Finish(over, c.packet, c.time)
				c.Event(&h2decode.ConnectionClosed{Connection: over})
				p.recorder.Publish()
				p.time = c.time
				if n%1000 == 0 {
					most = max(most, liveHeap()-before)
				}
			}
			most = max(most, liveHeap()-before)
			t.Logf("%d octets of heap of %d, forgotten: %+v", most, limit, capture.Snapshot().Forgotten())
			if most > limit {
				t.Errorf("%d octets of heap, limit %d", most, limit)
			}
			runtime.KeepAlive(p)
		})
	}
}

// liveHeap is what is in use after a collection: the least of some, since goroutines
// that are about to end keep what they had.
func liveHeap() uint64 {
	least := uint64(math.MaxUint64)
	for range 3 {
		var m runtime.MemStats
		runtime.Gosched()
		runtime.GC()
		runtime.ReadMemStats(&m)
		least = min(least, m.HeapAlloc)
	}
	return least
}
