package h2scope

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"time"

	"h2scope/capture"
	"h2scope/capture/pcapng"
	"h2scope/capture/segment"
	"h2scope/h2decode"
	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// A reader turns packets into batches. What it decides (numbers, connections,
// limits that span connections) it decides in the order of the packets.
type reader struct {
	src       Source
	limit     uint64
	pipeline  *pipeline
	keys      *keylog.Store
	embedder  embedder // nil: all secrets are in keys already
	secrets   int      // of the embedder's that were put into keys
	notices   []*h2decode.Noticed
	told      func(packet, conn uint64, payload []byte) // of each packet of a connection; nil: nobody
	dissector *capture.Dissector
	tracker   *reassembly.Tracker

	opened  bool // CaptureOpened was told
	crowded bool // connections had to leave for want of memory
	leaving bool // connections that closed may wait to leave
	batch   *batch
	order   uint64
	packet  capture.Packet
	segment segment.Segment
	totals  readTotals
}

// readTotals is what the reader counts for the summary.
type readTotals struct {
	packets, octets uint64
	first, last     int64
	truncated       bool
	skipped         []h2decode.SkippedCount
}

// run reads until the end of the input, an error of it, or the end of ctx.
func (r *reader) run(ctx context.Context) error {
	r.batch = <-r.pipeline.free
	err := r.packets(ctx)
	r.tellNotices()
	r.tellSkipped()
	r.finish()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (r *reader) packets(ctx context.Context) error {
	for r.limit == 0 || r.totals.packets < r.limit {
		if ctx.Err() != nil {
			return nil
		}
		err := r.src.Next(&r.packet)
		if !r.opened {
			r.tellOpened() // also where there is no packet
		}
		if errors.Is(err, capture.ErrIdle) {
			r.makeRoom(time.Now().UnixNano())
			r.flushAll()
			continue
		}
		if err != nil {
			return err
		}
		r.learn()
		r.take(&r.packet)
		if r.batch.full() {
			r.makeRoom(r.packet.Time)
			r.tellNotices()
			r.flush()
		}
	}
	return nil
}

func (r *reader) take(p *capture.Packet) {
	t := &r.totals
	if t.packets == 0 {
		t.first = p.Time
	}
	t.packets++
	t.octets += uint64(len(p.Data))
	t.first, t.last = min(t.first, p.Time), max(t.last, p.Time)
	r.batch.count++

	skip := r.dissector.Dissect(p, r.src.Interfaces()[p.Interface].Name, &r.segment)
	if skip == capture.SkipFragment && r.told != nil {
		r.told(p.Number, 0, nil)
	}
	if skip != capture.Found {
		return
	}
	r.batch.hold(p.Window)
	r.batch.octets += len(p.Data)
	r.track()
	for r.dissector.More(&r.segment) {
		r.track()
	}
}

// track finds the segment's connection and gives it to that one's worker.
func (r *reader) track() {
	t := r.tracker.Track(&r.segment)
	if r.told != nil {
		r.told(r.packet.Number, t.Conn, r.segment.Payload)
	}
	if t.Replaced != 0 {
		r.add(t.Replaced).do = replaceConn
	}
	if t.Evicted != 0 {
		r.evict(t.Evicted, h2decode.Evicted)
	}
	it := r.add(t.Conn)
	it.do, it.half, it.segment, it.continues = segmentConn, t.Half, r.segment, t.Continues
	if t.New {
		it.do = openConn
	}
}

// makeRoom lets connections leave that were idle for too long, and some of those
// that were idle longest where memory is short: a sixteenth, since it takes a
// while to show what that was worth.
func (r *reader) makeRoom(now int64) {
	for {
		conn, left := r.tracker.Idle(now)
		if !left {
			break
		}
		r.evict(conn, h2decode.IdleLimit)
	}
	if !r.tracker.Crowded() {
		return
	}
	if !r.crowded {
		r.crowded = true
		r.tell(&h2decode.Noticed{Kind: string(capture.OverLimit), Message: "memory is short: connections that were idle longest leave, from here on"})
	}
	for range max(1, r.tracker.Len()/16) {
		if conn, left := r.tracker.EvictOldest(); left {
			r.evict(conn, h2decode.Evicted)
		}
	}
}

func (r *reader) evict(conn uint64, reason h2decode.CloseReason) {
	it := r.add(conn)
	it.do, it.reason = evictConn, reason
}

// add makes room for an item of a connection.
func (r *reader) add(conn uint64) *item {
	return r.addFor(int(conn%uint64(len(r.pipeline.workers))), conn)
}

func (r *reader) addFor(worker int, conn uint64) *item {
	r.order++
	items := append(r.batch.items[worker], item{})
	r.batch.items[worker] = items
	it := &items[len(items)-1]
	it.order, it.conn, it.segment.Packet = r.order, conn, r.packet.Number
	it.segment.Time = r.packet.Time
	return it
}

// tell has the first worker render an event of the capture.
func (r *reader) tell(e h2decode.Event) {
	it := r.addFor(0, 0)
	it.do, it.event = tell, e
}

func (r *reader) tellOpened() {
	r.opened = true
	e := &h2decode.CaptureOpened{Files: r.src.Files()}
	for _, i := range r.src.Interfaces() {
		e.Interfaces = append(e.Interfaces, h2decode.CaptureInterface{
			Name: i.Name, LinkType: i.LinkType.String(), Snaplen: i.Snaplen,
		})
	}
	r.tell(e)
	for _, n := range r.notices {
		r.tell(n)
	}
}

// An embedder is a source that may carry secrets for its own decryption.
type embedder interface{ Secrets() []capture.Secrets }

// learn puts the secrets that the capture embeds among the keys, as they come.
func (r *reader) learn() {
	if r.embedder == nil {
		return
	}
	all := r.embedder.Secrets()
	for _, s := range all[r.secrets:] {
		if s.Type != pcapng.TLSKeyLog {
			continue
		}
		warnings, err := r.keys.Add(s.Data, s.File)
		for _, w := range warnings {
			r.tell(&h2decode.Noticed{Kind: "keylog-line", File: w.File, Message: w.String()})
		}
		if err != nil {
			r.tell(&h2decode.Noticed{Kind: "keylog-line", File: s.File, Message: err.Error()})
		}
	}
	r.secrets = len(all)
}

func (r *reader) tellNotices() {
	for _, n := range r.src.Notices() {
		r.totals.truncated = r.totals.truncated || n.Kind == capture.Truncated
		r.tell(noticed(n))
	}
}

func (r *reader) tellSkipped() {
	for _, n := range r.dissector.Notices() {
		r.tell(noticed(n))
	}
	for _, s := range r.dissector.Skipped() {
		r.totals.skipped = append(r.totals.skipped, h2decode.SkippedCount{Reason: s.Reason.String(), Packets: s.Packets})
	}
}

func noticed(n capture.Notice) *h2decode.Noticed {
	return &h2decode.Noticed{Kind: string(n.Kind), Message: n.Message, File: n.File, Packet: n.Packet}
}

// flushAll hands on what there is: nothing comes for a while.
func (r *reader) flushAll() {
	r.tellNotices()
	if pending := r.pending(); r.leaving || pending {
		r.flushAt(math.MaxInt64)
		r.leaving = pending // so that renderers are told once more that all has settled
	}
}

func (r *reader) pending() bool {
	return slices.ContainsFunc(r.batch.items, func(items []item) bool { return len(items) > 0 })
}

// flush hands the batch on and begins the next. Every worker is told how late it
// is by the capture's clock, which in none of them runs alone.
func (r *reader) flush() { r.flushAt(r.totals.last) }

func (r *reader) flushAt(now int64) {
	for worker := range r.pipeline.workers {
		it := r.addFor(worker, 0)
		it.do, it.segment.Time = leaveConns, now
	}
	r.leaving = now != math.MaxInt64
	r.pipeline.send(r.batch)
	r.batch = <-r.pipeline.free
}

// finish has every worker end its connections.
func (r *reader) finish() {
	r.pipeline.workers[0].read = r.totals
	for worker := range r.pipeline.workers {
		it := r.addFor(worker, 0)
		it.do = endInput
		it.segment.Packet = math.MaxUint64
	}
	r.pipeline.send(r.batch)
	r.pipeline.close()
}
