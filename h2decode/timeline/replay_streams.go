package timeline

import (
	"cmp"
	"slices"

	"h2scope/h2decode"
)

func (p *replay) each(do func(*StreamState)) {
	for side := range p.streams {
		for i := range p.streams[side] {
			do(&p.streams[side][i])
		}
	}
}

func (p *replay) open(stream uint32, state h2decode.State) {
	side := opener(stream)
	p.streams[side] = append(p.streams[side], StreamState{
		Stream: stream, State: state, Exchange: p.opened, Windows: p.initial,
	})
	p.newest[side] = stream
	p.opened++
}

// find is where a stream is in its list.
func (p *replay) find(stream uint32) (int, bool) {
	list := p.streams[opener(stream)]
	if n := len(list); n > 0 && list[n-1].Stream == stream {
		return n - 1, true
	}
	return slices.BinarySearchFunc(list, stream, func(s StreamState, id uint32) int { return cmp.Compare(s.Stream, id) })
}

// get is a stream that is followed; nil: there is none.
func (p *replay) get(stream uint32) *StreamState {
	if i, found := p.find(stream); found {
		if s := &p.streams[opener(stream)][i]; s.State != h2decode.Closed {
			return s
		}
	}
	return nil
}

// drop takes a stream out.
func (p *replay) drop(stream uint32) {
	i, found := p.find(stream)
	if !found {
		return
	}
	side := opener(stream)
	list := p.streams[side]
	list[i].State = h2decode.Closed
	p.closed++
	if p.dead[side]++; p.dead[side] > 16 && p.dead[side] > len(list)/2 {
		p.sweep(side)
	}
}

func (p *replay) sweep(side h2decode.Side) {
	p.streams[side] = slices.DeleteFunc(p.streams[side], func(s StreamState) bool { return s.State == h2decode.Closed })
	p.dead[side] = 0
}

// active is how many streams are followed.
func (p *replay) active() int {
	return len(p.streams[0]) - p.dead[0] + len(p.streams[1]) - p.dead[1]
}

// clone makes a copy without closed streams that shares nothing with p.
func (p *replay) clone() *replay {
	c := *p
	for side := range c.streams {
		p.sweep(h2decode.Side(side))
		c.dead[side] = 0
		c.streams[side] = slices.Clone(p.streams[side])
	}
	return &c
}
