package timeline

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"h2scope/h2decode"
)

// now is the number of the frame that is told, or was told last.
func (t *track) now() uint32 { return uint32(t.frames.len()) }

// frame keeps a frame. The one before it has taken all its effect.
func (t *track) frame(e *h2decode.FrameDecoded, limits *Limits) {
	t.checkpoint()
	t.checkpointModels()
	n := t.now() + 1
	t.checkSync(n)
	f := newFrame(e)
	stream := e.Header.Stream
	s, followed := t.open[stream]
	if e.Windows.Moved {
		t.setWindows(&f, &e.Windows, followed)
	}
	t.link(&f, n, s, followed)
	if f.is(noted) {
		t.note(n, e)
	}
	if e.Block != nil {
		t.block(&f, e)
	}
	t.frames.add(f)
	t.count(e, &f)
	t.details(n, e, limits)
	if e.From == h2decode.Client {
		t.say(n, e)
		if e.Block != nil && (followed && !s.asked || t.opens(stream)) {
			t.sayField(n, stream, e.Block)
			s.asked = true
			if followed {
				t.open[stream] = s
			}
		}
	}
	switch e.Header.Type {
	case h2decode.TypeHeaders, h2decode.TypePushPromise, h2decode.TypeContinuation:
		cut := e.Block != nil && (e.Block.Incomplete || e.Block.Err != nil)
		t.watchTable(e.From, n, cut)
	}
}

// link makes the frame the last of its stream.
func (t *track) link(f *frame, n uint32, s openStream, followed bool) {
	switch {
	case followed:
		x := t.exchangeAt(int(s.index))
		f.state = x.state
		f.prev, x.last = x.last, n
		if x.first == 0 {
			x.first = n
		}
		x.frames++
	case f.id() == 0:
		f.prev, t.lastOnConnection = t.lastOnConnection, n
	default:
		t.strays.add(n)
	}
}

func (t *track) note(n uint32, e *h2decode.FrameDecoded) {
	added := note{
		frame: n, missing: e.Missing, octetsPacket: e.OctetsPacket,
		firstPacket: e.FirstPacket, firstTime: e.FirstTime,
	}
	if e.Malformed != nil {
		fault := *e.Malformed
		added.fault = &fault
		if !t.notes.empty() { // a flood of them is a flood of one
			if before := t.notes.last().fault; before != nil && *before == fault {
				added.fault = before
			}
		}
	}
	t.notes.add(added)
}

// block keeps what a whole field block took.
func (t *track) block(f *frame, e *h2decode.FrameDecoded) {
	f.mark(block, true)
	if f.kind() != h2decode.TypePushPromise {
		f.x, f.y = t.sectionSize(e), uint32(e.Block.Wire)
	}
	if e.From == h2decode.Server && e.Block.Stream == e.Header.Stream {
		if isInterim(e.Block) {
			f.mark(interim, true)
		} else {
			f.mark(answers, true)
		}
	}
}

// sectionSize is the size of the field section (RFC 9113, Section 6.5.2): that
// of the fields which were decoded, where nobody tells of the others.
func (t *track) sectionSize(e *h2decode.FrameDecoded) uint32 {
	n := uint64(0)
	if t.decoder != nil {
		n = t.decoder.SectionSize(e.From)
	} else {
		for i := range e.Block.Fields {
			n += uint64(e.Block.Fields[i].Size())
		}
	}
	return uint32(min(n, math.MaxUint32))
}

// isInterim says that a field section is that of an interim response (RFC 9110,
// Section 15.2).
func isInterim(b *h2decode.Block) bool {
	for i := range b.Fields {
		if f := &b.Fields[i]; string(f.Name) == ":status" {
			return len(f.Value) == 3 && f.Value[0] == '1'
		}
	}
	return false
}

func (t *track) count(e *h2decode.FrameDecoded, f *frame) {
	c := &t.totals
	c.Frames[e.From]++
	c.Types[min(int(e.Header.Type), types-1)]++
	c.Octets[e.From] += h2decode.HeaderLength + uint64(e.Header.Length)
	if e.Header.Type == h2decode.TypeData {
		c.Data[e.From] += uint64(e.Header.Length)
	}
	if c.FirstFrame == 0 {
		c.FirstFrame = e.Time
	}
	c.LastFrame = max(c.LastFrame, e.Time)
	t.clock = max(t.clock, e.Time)
}

// details keeps what of some types is worth more than the frame has room for.
func (t *track) details(n uint32, e *h2decode.FrameDecoded, limits *Limits) {
	switch e.Header.Type {
	case h2decode.TypeSettings:
		p, _ := e.Payload.(*h2decode.SettingsFrame)
		if !e.Header.Flags.Has(h2decode.FlagAck) {
			t.settings[e.From].announce(n, e.Time, p)
		}
	case h2decode.TypePing:
		if p, _ := e.Payload.(*h2decode.PingFrame); p != nil {
			t.ping(n, e, p)
		}
	case h2decode.TypeRSTStream:
		t.endings.add(n)
	case h2decode.TypeGoAway:
		t.endings.add(n)
		if p, _ := e.Payload.(*h2decode.GoAwayFrame); p != nil {
			debug := bytes.Clone(p.DebugData[:min(len(p.DebugData), limits.Debug)])
			t.goaways.add(goaway{n, p.LastStream, len(p.DebugData), debug})
		}
	}
}

// opens says that HEADERS of the client would open the stream.
func (t *track) opens(stream uint32) bool {
	return opener(stream) == h2decode.Client && stream > t.newest
}

// watchTable keeps what has become of a side's table.
func (t *track) watchTable(side h2decode.Side, n uint32, cut bool) {
	if t.decoder != nil {
		t.tables[side].watch(&t.watched[side], t.decoder.Table(side), n, t.tableLimit, cut)
	}
}

// checkSync takes note, before frame n, that the decoder has lost sync since.
func (t *track) checkSync(n uint32) {
	if t.decoder == nil || t.missed {
		return
	}
	if !t.decoder.Complete(h2decode.Client) || !t.decoder.Complete(h2decode.Server) {
		t.missed = true
		t.lose(n)
	}
}

// lose takes note that frames may have been missed before frame n.
func (t *track) lose(n uint32) {
	if t.losses.empty() || *t.losses.last() != n {
		if t.losses.len() == 0 {
			t.firstLoss = n
		}
		t.losses.add(n)
		t.changes.add(change{frame: n, kind: lossOfSync})
		t.watchTable(h2decode.Client, n, false) // field blocks may have been among it
		t.watchTable(h2decode.Server, n, false)
	}
}

func (t *track) gap(e *h2decode.GapFound) {
	t.gaps.add(*e)
	t.clock = max(t.clock, e.Time)
	if e.Skipped > 0 {
		t.lose(t.now() + 1)
	}
	t.missed = t.missed || e.Skipped > 0
}

func (t *track) settingsAcknowledged(e *h2decode.SettingsAcknowledged) {
	owner := e.From.Other()
	n := t.now()
	f := t.inForceAt(owner, n)
	if e.Incomplete {
		f = inForce{doubtful: true}
		t.changes.add(change{frame: n, kind: streamsLost, side: e.From})
	}
	t.settings[owner].acknowledge(n, &t.waiting[owner], e, f.with(e.Settings))
	t.changes.add(change{frame: n, kind: initialSet, side: owner})
}

func sortByIndex(x []Exchange) {
	slices.SortFunc(x, func(a, b Exchange) int { return cmp.Compare(a.Index, b.Index) })
}
