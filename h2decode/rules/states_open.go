package rules

import "h2scope/h2decode"

// manyStreams is where identifiers become scarce: half of them are used.
const manyStreams = 1 << 30

// checkOpening holds a frame that opens a stream, or promises one, against the
// rules for new streams. active is how many streams of its sender count towards
// its peer's SETTINGS_MAX_CONCURRENT_STREAMS.
func (j *Judge) checkOpening(f *h2decode.FrameDecoded, id uint32, active int) {
	j.checkConcurrency(f, id, active)
	j.checkNewStream(f, id)
}

// checkNewStream holds the identifier of a new stream against the rules.
func (j *Judge) checkNewStream(f *h2decode.FrameDecoded, id uint32) {
	if id > manyStreams && j.conn.Newest(f.From) <= manyStreams {
		j.broke("ST-12", []h2decode.Evidence{{Name: "stream", Number: int64(id)}},
			"the %s has come to stream %d: more than half of its identifiers are used", f.From, id)
	}
	if g := &j.checks.streams.goAway[f.From.Other()]; g.end != 0 && knew(f, g.end) {
		j.broke("GA-02", []h2decode.Evidence{{Name: "last_stream", Number: int64(g.last)}},
			"the %s opens stream %d after it had received GOAWAY", f.From, id)
	}
}

// checkConcurrency holds the number of streams that are open beside a new one
// against the peer's limit (RFC 9113, Section 5.1.2).
func (j *Judge) checkConcurrency(f *h2decode.FrameDecoded, id uint32, active int) {
	peer := f.From.Other()
	_, limit, known := j.conn.Setting(peer, h2decode.SettingMaxConcurrentStreams)
	switch {
	case known && uint64(active) < uint64(limit):
	case !known || !j.conn.Complete(f.From) || !j.certain(f, peer):
		j.skip("ST-09")
	default:
		j.broke("ST-09", []h2decode.Evidence{{Name: "open", Number: int64(active)}, {Name: "limit", Number: int64(limit)}},
			"the %s opens stream %d beside %d others; the %s allows %d", f.From, id, active, peer, limit)
	}
}

// beginPush is told that the server opens a stream that it reserved. From now
// on the stream counts as open.
func (j *Judge) beginPush(f *h2decode.FrameDecoded) {
	s := &j.checks.streams
	j.checkConcurrency(f, f.Header.Stream, s.pushing)
	s.pushing++
	j.streams.add(f.Header.Stream).state.pushing = true
}

// noteConnected takes note of a 2xx response to CONNECT: from now on the stream
// is a tunnel (RFC 9113, Section 8.5).
func (j *Judge) noteConnected(f *h2decode.FrameDecoded) {
	s := j.conn.Stream(f.Block.Stream)
	if s == nil || s.Kind != h2decode.KindConnect && s.Kind != h2decode.KindExtendedConnect {
		return
	}
	if status := exactValue(f.Block, ":status"); len(status) == 3 && status[0] == '2' {
		j.streams.add(s.ID).state.connected = end(f)
	}
}

// checkTunnel holds HEADERS or PUSH_PROMISE on a stream against the rule for
// tunnels.
func (j *Judge) checkTunnel(f *h2decode.FrameDecoded) {
	r := j.streams.get(f.Header.Stream)
	if r == nil || r.state.connected == 0 || f.From == client && !knew(f, r.state.connected) {
		return
	}
	j.broke("HD-22", nil, "the %s sends %s on stream %d, which is a tunnel since its CONNECT was answered", f.From, f.Header.Type, f.Header.Stream)
}

// A goAway is what a side has said by GOAWAY.
type goAway struct {
	end  uint64 // where in its octets the first one ended; 0: there is none
	last uint32 // the last stream identifier of the latest
}

// stateOfGoAway holds the last stream identifier of GOAWAY against the streams
// that there are.
func (j *Judge) stateOfGoAway(f *h2decode.FrameDecoded) {
	p, _ := f.Payload.(*h2decode.GoAwayFrame)
	if p == nil {
		return
	}
	g := &j.checks.streams.goAway[f.From]
	if g.last = p.LastStream; g.end == 0 {
		g.end = end(f)
	}
	peer := f.From.Other()
	newest := j.conn.Newest(peer)
	evidence := []h2decode.Evidence{{Name: "last_stream", Number: int64(p.LastStream)}, {Name: "newest", Number: int64(newest)}}
	switch {
	case p.LastStream == 0 || p.LastStream == maxStream:
	case opener(p.LastStream) != peer:
		j.broke("GA-03", evidence, "the %s's GOAWAY names stream %d as the last, which is none of the %s's", f.From, p.LastStream, peer)
	case p.LastStream <= newest:
	case !j.certain(f, peer):
		j.skip("GA-03")
	default:
		j.broke("GA-03", evidence, "the %s's GOAWAY names stream %d as the last; the %s has opened none above %d", f.From, p.LastStream, peer, newest)
	}
}

// maxStream is the greatest stream identifier, which GOAWAY names where none is
// the last yet.
const maxStream = 1<<31 - 1

// checkRefused holds HEADERS on an open stream against its sender's GOAWAY.
func (j *Judge) checkRefused(f *h2decode.FrameDecoded) {
	id := f.Header.Stream
	if g := &j.checks.streams.goAway[f.From]; g.end != 0 && id > g.last && opener(id) != f.From {
		j.broke("GA-05", []h2decode.Evidence{{Name: "last_stream", Number: int64(g.last)}},
			"the %s answers on stream %d, though its GOAWAY named %d as the last", f.From, id, g.last)
	}
}
