package timeline

import (
	"cmp"
	"maps"
	"slices"

	"h2scope/h2decode"
	"h2scope/h2decode/priority"
)

// A Share is what a stream was due of what the server sent, and what it got.
type Share struct {
	Stream uint32
	Due    float64 // octets of DATA, of all that were sent on the connection
	Got    uint64  // octets of DATA
}

// Shares sets beside what each stream got of the server's DATA in the frames from
// behind from to to what it was due by the scheme in force at to. At any time
// due are the streams whose final response has begun and not ended and whose
// window is open; each stretch counts by the octets that were sent in it, so that
// both sums are the same but for octets sent when nobody was due. The shares are
// in order of stream. Its cost is that of the frames, and of the streams in the
// model for each change of who is due.
func (c *Conn) Shares(from, to uint64) []Share {
	s := newSharing(c, uint32(from), c.schemeAt(uint32(to)))
	for s.replay.n < uint32(to) {
		s.step()
	}
	s.settle()
	return s.result()
}

// sharing is the adding up of shares. Where the client has said nothing at all,
// there is no model: all streams are alike.
type sharing struct {
	conn    *Conn
	replay  *replay
	tree    *priority.Tree
	levels  *priority.Urgencies
	alike   []priority.Share // used again
	pending uint64           // octets sent since who is due changed last
	shares  map[uint32]*Share
}

// newSharing is one that starts after frame n.
func newSharing(c *Conn, n uint32, scheme Scheme) *sharing {
	s := &sharing{conn: c, replay: c.replayTo(n), shares: make(map[uint32]*Share)}
	switch {
	case scheme == RFC9218:
		s.levels = c.urgenciesAt(n)
	case c.priorities.trees.len() > 0:
		s.tree = c.treeAt(n)
	}
	return s
}

func (s *sharing) step() {
	n := s.replay.n
	f := s.conn.frames.at(int(n))
	sent := f.kind() == h2decode.TypeData && f.from() == h2decode.Server
	if sent {
		s.pending += uint64(f.length())
		s.share(f.id()).Got += uint64(f.length())
	}
	if s.matters(f, n+1) {
		s.settle()
		s.replay.step(s.conn.record)
		switch {
		case s.tree != nil:
			s.conn.advanceTree(s.tree, n, n+1)
		case s.levels != nil:
			s.conn.advanceUrgencies(s.levels, n, n+1)
		}
		return
	}
	s.replay.step(s.conn.record)
}

// matters says that who is due may be another after a frame.
func (s *sharing) matters(f *frame, n uint32) bool {
	r := s.conn.record
	if c := s.replay.change; c < r.changes.len() && r.changes.at(c).frame == n {
		return true
	}
	switch f.kind() {
	case h2decode.TypeData:
		return f.flags.Has(h2decode.FlagEndStream) || f.is(moved) && r.windowsOf(f).Stream.Octets <= 0
	case h2decode.TypeWindowUpdate:
		stream := s.replay.get(f.id())
		return stream != nil && f.is(moved) && stream.Windows[h2decode.Server].Octets <= 0
	case h2decode.TypeSettings, h2decode.TypePing, h2decode.TypeGoAway:
		return false
	}
	return true
}

// due says that a stream has something to send, as far as is seen, and could.
func (s *sharing) due(stream uint32) bool {
	st := s.replay.get(stream)
	return st != nil && st.due()
}

func (st *StreamState) due() bool {
	if !st.Answered || st.State == h2decode.HalfClosedServer || st.State == h2decode.Closed {
		return false
	}
	w := st.Windows[h2decode.Server]
	return !w.Known || w.Octets > 0
}

// fractions are the shares that streams are due now, in order of stream. They are
// borrowed until the next call.
func (s *sharing) fractions() []priority.Share {
	s.alike = s.alike[:0]
	s.replay.each(func(st *StreamState) {
		if st.due() {
			s.alike = append(s.alike, priority.Share{Stream: st.Stream})
		}
	})
	switch {
	case len(s.alike) < 2: // no model is needed to see that
	case s.tree != nil:
		return s.tree.Due(s.due)
	case s.levels != nil:
		return s.levels.Due(s.due)
	}
	for i := range s.alike {
		s.alike[i].Fraction = 1 / float64(len(s.alike))
	}
	slices.SortFunc(s.alike, func(a, b priority.Share) int { return cmp.Compare(a.Stream, b.Stream) })
	return s.alike
}

// settle gives out what was sent since who is due changed last.
func (s *sharing) settle() {
	if s.pending == 0 {
		return
	}
	for _, d := range s.fractions() {
		s.share(d.Stream).Due += d.Fraction * float64(s.pending)
	}
	s.pending = 0
}

func (s *sharing) share(stream uint32) *Share {
	share := s.shares[stream]
	if share == nil {
		share = &Share{Stream: stream}
		s.shares[stream] = share
	}
	return share
}

func (s *sharing) result() []Share {
	shares := make([]Share, 0, len(s.shares))
	for _, stream := range slices.Sorted(maps.Keys(s.shares)) {
		shares = append(shares, *s.shares[stream])
	}
	return shares
}

// Due are the shares that the streams of the state are due, which add up to 1
// unless nobody is due; see Conn.Shares for who is.
func (s *State) Due() []priority.Share {
	return newSharing(s.conn, uint32(s.Frame), s.Scheme()).fractions()
}
