package opening

import (
	"h2scope/h2decode/resync"
	"h2scope/reassembly"
)

const (
	// maxSearched is in how many octets of a half HTTP/2 is looked for, where
	// the connection's beginning is lost.
	maxSearched = 4 << 20

	// searchHeld is how many octets of a half its search holds.
	searchHeld = 32 << 10
)

// A search looks for HTTP/2 whose beginning is lost, in both halves: for the
// boundary of a frame that is proven, and for a frame that tells the client from
// the server.
type search struct {
	half    [2]halfSearch
	dropped bool // octets were given up: nothing else is looked for any more
}

// A halfSearch is the search in one half.
type halfSearch struct {
	finder   *resync.Finder[struct{}]
	searched uint64
	found    bool   // a boundary: the rest is of it
	certain  bool   // it is the connection's, and not of HTTP/2 in its DATA
	boundary uint64 // offset of a frame
	walk     walker
}

// newSearch begins with what is held.
func (o *Opening) newSearch() *search {
	s := new(search)
	for h := range s.half {
		cfg := resync.Config{Hold: searchHeld}
		if o.cfg.ClientKnown {
			cfg.Side = resync.Server
			if reassembly.Half(h) == o.cfg.Client {
				cfg.Side = resync.Client
			}
		}
		s.half[h].finder = resync.New[struct{}](cfg)
		at := 0
		for _, p := range o.half[h].pieces {
			if p.gap {
				s.half[h].gap(p.n)
				continue
			}
			s.half[h].chunk(o.half[h].buf[at:at+int(p.n)], p.from.Offset)
			at += int(p.n)
		}
	}
	return s
}

// chunk takes octets.
func (s *halfSearch) chunk(data []byte, offset uint64) {
	s.searched += uint64(len(data))
	switch {
	case s.found:
		s.walk.octets(data)
	case s.finder.Chunk(data, offset, struct{}{}):
		s.found, s.certain, s.boundary = true, s.finder.Certain(), s.finder.Boundary()
		s.walk = walker{at: s.boundary, role: s.finder.Role()}
		s.finder.Replay(func(data []byte, _ uint64, _ struct{}) { s.walk.octets(data) })
	}
}

// gap takes note of n missing octets. Where they reach over the next frame
// header, boundaries must be found anew.
func (s *halfSearch) gap(n uint64) {
	if s.found && !s.walk.pass(n) {
		s.found = false
	}
	s.finder.Gap()
}

// role is whose half it is, as far as it is known to be HTTP/2.
func (s *halfSearch) role() resync.Role {
	if !s.found {
		return resync.Unknown
	}
	return s.walk.role
}

// late reports that what is first in a half is lost, so that HTTP/2 has no
// preface there.
func (o *Opening) late() bool {
	return o.http1 == nil && (o.cfg.Midstream || o.half[0].gapAt == 0 || o.half[1].gapAt == 0)
}

// look begins the search where it is time, and else continues it.
func (o *Opening) look(continued func(*search)) {
	switch {
	case o.http1 != nil || o.prefaced:
		o.search = nil
	case o.search != nil:
		continued(o.search)
	case o.late():
		o.search = o.newSearch()
	}
	if o.search != nil {
		o.join()
	}
}

// join decides for HTTP/2 where a boundary is found and the client is known: by
// the handshake, or by a frame that only one side sends.
func (o *Opening) join() {
	s := o.search
	if o.prefaceLost() {
		o.decide(HTTP2)
		return
	}
	client, known := o.cfg.Client, o.cfg.ClientKnown
	for h := range reassembly.Half(2) {
		if known {
			break
		}
		switch s.half[h].role() {
		case resync.Client:
			client, known = h, true
		case resync.Server:
			client, known = h.Other(), true
		}
	}
	if known && (s.half[0].found || s.half[1].found) {
		o.clientIs(client)
		o.decideJoined()
	}
}

// prefaceLost reports that the client's preface is lost, and the server's is not.
func (o *Opening) prefaceLost() bool {
	return !o.cfg.Midstream && o.cfg.ClientKnown && o.half[o.cfg.Client].gapAt == 0 &&
		resync.IsSettings(o.half[o.cfg.Client.Other()].octets())
}

// decideJoined decides for HTTP/2: a half in which a boundary is certain begins
// with that. Elsewhere what is held is searched again, with what both halves
// tell of each other.
func (o *Opening) decideJoined() {
	o.result.Joined = true
	for h := range o.half {
		if f := &o.search.half[h]; f.found && f.certain {
			o.half[h].drop(f.boundary)
			o.result.InStep[h] = o.half[h].offset == f.boundary
		}
	}
	o.decide(HTTP2)
}

// exhausted reports that all was searched that may be.
func (s *search) exhausted() bool {
	return s != nil && (s.half[0].searched > maxSearched || s.half[1].searched > maxSearched)
}

// makeRoom gives up the older half of what is held of a half that is full: where
// frames are found, all that is whole.
func (o *Opening) makeRoom(limit int) {
	for h := range o.half {
		f := &o.search.half[h]
		if !o.half[h].full(limit) {
			continue
		}
		o.search.dropped = true
		if f.found {
			f.boundary = f.walk.at
			o.half[h].drop(f.boundary)
		}
		for o.half[h].full(limit / 2) {
			o.half[h].dropPiece()
		}
	}
}
