package reassembly

import "h2scope/capture/segment"

// A sum says what the checksum of a segment is.
type sum uint8

const (
	sumRight   sum = iota // or left to the network card, which is as good
	sumUnknown            // the capture cut the segment
	sumWrong
)

// checksum judges the checksum of s. Only where the cheap test for one that
// was left to the network card fails, the payload is summed.
func checksum(s *segment.Segment) sum {
	if len(s.Header) < 20 {
		return sumUnknown
	}
	switch ok, partial := s.Checksum(); {
	case partial:
		return sumRight
	case s.Cut():
		return sumUnknown
	case ok:
		return sumRight
	}
	return sumWrong
}

// A tally counts the checksums of one half on one interface.
type tally struct {
	name      string        // of the interface
	link      *segment.Link // newest with that name: the same one is the usual case
	good, bad uint32
}

// A verdict is what becomes of a segment with a wrong checksum.
type verdict uint8

const (
	undecided verdict = iota
	offloaded         // the checksum says nothing: take the segment
	damaged           // reject it
)

// judge says what wrong checksums of this half and interface mean. Until one
// side clearly leads they are undecided: damaged copies that come before or
// behind their good ones keep the counts even, offloading never gives a right
// one.
func (t *tally) judge() verdict {
	switch {
	case t.bad <= t.good:
		return damaged
	case t.bad > 2*t.good+1:
		return offloaded
	}
	return undecided
}

// finally is judge where nothing more will come: most decide.
func (t *tally) finally() verdict {
	if t.bad > t.good {
		return offloaded
	}
	return damaged
}

func (t *tally) count(right bool) {
	if right {
		t.good++
	} else {
		t.bad++
	}
	if (t.good|t.bad)>>30 != 0 { // keep the ratio, not the numbers
		t.good, t.bad = t.good/2, t.bad/2
	}
}

// tally finds the counts for the interface that s was seen on. Beyond
// maxTallies interfaces share the last.
func (f *half) tally(l *segment.Link) *tally {
	if len(f.tallies) > 0 && f.tallies[0].link == l {
		return &f.tallies[0]
	}
	return f.tallyByName(l)
}

func (f *half) tallyByName(l *segment.Link) *tally {
	name := ""
	if l != nil {
		name = l.Interface
	}
	for i := range f.tallies {
		if t := &f.tallies[i]; t.name == name {
			t.link = l
			return t
		}
	}
	if len(f.tallies) == maxTallies {
		return &f.tallies[maxTallies-1]
	}
	f.tallies = append(f.tallies, tally{name: name, link: l})
	return &f.tallies[len(f.tallies)-1]
}

// trusted reports whether s may be used now. A segment with a wrong checksum
// is counted and dropped, or set aside while that is undecided; those set
// aside before are judged first, since they are older.
func (c *Conn) trusted(of Half, s *segment.Segment, h Handler) bool {
	f := &c.half[of]
	state := checksum(s)
	if state == sumUnknown {
		return true
	}
	t := f.tally(s.Link)
	t.count(state != sumWrong)
	if f.doubtful != nil {
		c.judgeDoubtful(of, (*tally).judge, h)
	}
	if state != sumWrong || merged(s, c.half[of.Other()].mss) {
		return true
	}
	switch t.judge() {
	case offloaded:
		return true
	case damaged:
		c.stats.Half[of].BadChecksums++
		return false
	}
	if f.doubtful == nil {
		f.doubtful = new(aside)
	}
	if f.doubtful.full() {
		c.judgeDoubtful(of, (*tally).finally, h)
		f.doubtful = new(aside)
	}
	f.doubtful.add(c.pool, s)
	return false
}

// merged reports whether s is longer than its receiver's MSS: a card or
// kernel has put it together, and its checksum is none of the wire's.
func merged(s *segment.Segment, mss uint16) bool { return mss != 0 && s.Length > int(mss) }

// judgeDoubtful uses or rejects the segments set aside for their checksum, as
// far as they are decided, in order.
func (c *Conn) judgeDoubtful(of Half, judge func(*tally) verdict, h Handler) {
	f := &c.half[of]
	a := f.doubtful
	f.doubtful = nil
	for i := range a.segments {
		s := &a.segments[i]
		v := judge(f.tally(s.Link))
		switch {
		case f.doubtful != nil || v == undecided:
			if f.doubtful == nil {
				f.doubtful = new(aside)
			}
			f.doubtful.move(s)
			continue
		case v == offloaded:
			c.accept(of, s, h)
		default:
			c.stats.Half[of].BadChecksums++
		}
		c.pool.release(s.Payload)
	}
}
