package attack

import "h2scope/h2decode"

// windows are what the client lets the server send: by HTTP/2 and by TCP.
type windows struct {
	connection int64 // the connection's window for what the server sends

	dribble struct {
		frames, tiny int64 // of the stretch of frames in work
		total        uint64
		first        uint64 // packet
		found        bool
	}

	closed       bool // TCP's receive window of the client is 0
	closedAt     int64
	closedPacket uint64
	requests     uint64 // opened since then
}

// dribble takes a DATA frame of the server, and whether it used up a window.
// Frames are looked at in stretches that begin with a tiny one: where more than
// half are tiny, so is the median.
func (w *Watch) dribble(e *h2decode.FrameDecoded, limited bool) {
	d := &w.windows.dribble
	tiny := limited && int64(e.Header.Length) < w.limits.of(dribbleOctets)
	if d.frames == 0 && !tiny {
		return
	}
	d.frames++
	if tiny {
		d.tiny++
		if d.total++; d.total == 1 {
			d.first = e.Packet
		}
	}
	stretch := w.limits.of(dribbleFrames)
	most := d.tiny
	if d.frames >= stretch {
		d.found = d.found || 2*d.tiny > stretch
		d.frames, d.tiny = 0, 0
	}
	if d.found && tiny {
		s := w.sight(dataDribble, h2decode.Client, &e.Origin, d.first)
		s.reach(d.total, &e.Origin)
		s.note("tiny", most)
		s.note("frames", stretch)
	}
}

// receiverClosed is told that a TCP receive window is 0.
func (w *Watch) receiverClosed(e *h2decode.ReceiverClosed) {
	v := &w.windows
	if e.From == h2decode.Client && !v.closed {
		v.closed, v.closedAt, v.closedPacket, v.requests = true, e.Time, e.Packet, 0
	}
}

// receiverOpened is told that one is open again.
func (w *Watch) receiverOpened(o *h2decode.Origin) {
	if o.From == h2decode.Client {
		w.buffered(o)
	}
}

// buffered judges what the server had to keep while the window was 0.
func (w *Watch) buffered(o *h2decode.Origin) {
	v := &w.windows
	took := o.Time - v.closedAt
	if v.closed && took > w.limits.of(bufferingSeconds)*second && v.requests > 0 && v.connection >= w.limits.of(bufferingWindow) {
		s := w.sightWait(internalBuffering, o, v.closedPacket)
		s.add(v.requests, o)
		s.note("closed_ms", took/1e6)
		s.note("window", v.connection)
	}
	v.closed = false
}
