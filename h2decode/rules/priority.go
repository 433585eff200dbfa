package rules

import (
	"errors"
	"maps"

	"h2scope/h2decode"
	"h2scope/h2decode/priority"
)

// maxHints is how many idle streams with a priority are remembered.
const maxHints = 1 << 10

// hints are the idle streams that were given a priority before they opened: by
// PRIORITY or, which is the value, by PRIORITY_UPDATE.
type hints struct {
	idle    map[uint32]bool
	updated int    // those given a priority by PRIORITY_UPDATE
	full    bool   // some are not remembered
	pruned  uint32 // the client's newest stream when those no longer idle were removed
}

func (h *hints) add(id uint32, updated bool) {
	was, known := h.idle[id]
	switch {
	case was || known && !updated:
		return
	case !known && len(h.idle) >= maxHints:
		h.full = true
		return
	case h.idle == nil:
		h.idle = make(map[uint32]bool)
	}
	h.idle[id] = updated
	if updated {
		h.updated++
	}
}

// prune removes the client's streams that are idle no longer.
func (h *hints) prune(newest uint32) {
	if h.pruned == newest {
		return
	}
	h.pruned = newest
	maps.DeleteFunc(h.idle, func(id uint32, updated bool) bool {
		gone := opener(id) == client && id <= newest
		if gone && updated {
			h.updated--
		}
		return gone
	})
}

// checkDependency holds the priority in PRIORITY or HEADERS against the rules of
// RFC 7540, Section 5.3.
func (j *Judge) checkDependency(f *h2decode.FrameDecoded, p *h2decode.PriorityFrame) {
	id := f.Header.Stream
	if id == 0 {
		return // which is another rule's
	}
	evidence := []h2decode.Evidence{{Name: "depends_on", Number: int64(p.DependsOn)}}
	switch {
	case p.DependsOn == id:
		j.broke("PR-01", evidence, "stream %d is made to depend on itself", id)
	case p.DependsOn == 0 || f.From == server || j.conn.Stream(p.DependsOn) != nil || j.streams.closedAs(p.DependsOn) != nil:
	case j.inTree(p.DependsOn):
	case !j.certain(f, opener(p.DependsOn)) || p.DependsOn <= j.streams.forgotten[opener(p.DependsOn)] || j.checks.streams.hints.full:
		j.skip("PR-02")
	default:
		j.broke("PR-02", evidence, "stream %d is made to depend on stream %d, which is not in the tree", id, p.DependsOn)
	}
	if f.Header.Type == h2decode.TypePriority && f.From == client && id > j.conn.Newest(opener(id)) {
		j.checks.streams.hints.add(id, false)
	}
}

// inTree says that a stream which has not been open was given a priority.
func (j *Judge) inTree(id uint32) bool {
	_, known := j.checks.streams.hints.idle[id]
	return known
}

// checkPriorityUpdate holds PRIORITY_UPDATE against the rules of RFC 9218,
// Section 7.1.
func (j *Judge) checkPriorityUpdate(f *h2decode.FrameDecoded) {
	p, _ := f.Payload.(*h2decode.PriorityUpdateFrame)
	if p == nil || p.Prioritized == 0 || f.From == server {
		return // which are other rules'
	}
	id := p.Prioritized
	evidence := []h2decode.Evidence{{Name: "prioritized", Number: int64(id)}}
	if _, err := priority.ParseField(p.FieldValue); err != nil {
		rule := "PR-09"
		if fault := new(priority.FieldError); errors.As(err, &fault) && fault.Fault == priority.Unparsable {
			rule = "PR-11"
		}
		j.broke(rule, text("value", p.FieldValue), "PRIORITY_UPDATE for stream %d: %v", id, err)
	}
	switch {
	case id <= j.conn.Newest(opener(id)):
	case opener(id) == client:
		j.checks.streams.hints.add(id, true)
		j.checkPrioritized(f, id)
	case !j.certain(f, server):
		j.skip("PR-08")
	default:
		j.broke("PR-08", evidence, "PRIORITY_UPDATE names stream %d, which the server has not promised", id)
	}
}

// checkPrioritized holds how many idle streams have a priority, with those that
// are active, against the server's limit.
func (j *Judge) checkPrioritized(f *h2decode.FrameDecoded, id uint32) {
	s := &j.checks.streams
	_, limit, known := j.conn.Setting(server, h2decode.SettingMaxConcurrentStreams)
	active := j.conn.OpenStreams() - s.pushes
	if known && uint64(s.hints.updated+active) <= uint64(limit) && !s.hints.full {
		return
	}
	s.hints.prune(j.conn.Newest(client))
	switch {
	case known && !s.hints.full && uint64(s.hints.updated+active) <= uint64(limit):
	case !known || !j.conn.Complete(client) || !j.certain(f, server),
		uint64(s.hints.updated+active) <= uint64(limit): // not all are remembered
		j.skip("PR-10")
	default:
		j.broke("PR-10",
			[]h2decode.Evidence{{Name: "idle", Number: int64(s.hints.updated)}, {Name: "open", Number: int64(active)}, {Name: "limit", Number: int64(limit)}},
			"PRIORITY_UPDATE for stream %d: %d idle streams with a priority and %d open ones; the server allows %d", id, s.hints.updated, active, limit)
	}
}

// checkPriorityField holds a Priority field against RFC 9218, Section 4.
func (j *Judge) checkPriorityField(f *h2decode.FrameDecoded, value []byte) {
	if _, err := priority.ParseField(value); err != nil {
		finding := j.broke("PR-09", text("value", value), "the %s's Priority field on stream %d: %v", f.From, f.Block.Stream, err)
		finding.Stream = f.Block.Stream
	}
}

// waitsFor says that by its priority a stream is to be served only once the
// other cannot go on: the tree of RFC 7540 has it below the other, or by RFC
// 9218 the other comes first.
func (j *Judge) waitsFor(s *h2decode.Stream, other uint32, first h2decode.StreamPriority) bool {
	p := &s.Priority
	if p.HasUrgency || first.HasUrgency {
		u, v := urgency(p), urgency(&first)
		return v < u || v == u && !p.Incremental && !first.Incremental && other < s.ID
	}
	for range maxDepth {
		if !p.HasTree || p.Tree.DependsOn == other {
			return p.HasTree
		}
		above := j.conn.Stream(p.Tree.DependsOn)
		if above == nil {
			return false
		}
		p = &above.Priority
	}
	return false
}

// maxDepth is how far up the tree a dependency is followed.
const maxDepth = 64

func urgency(p *h2decode.StreamPriority) uint8 {
	if p.HasUrgency {
		return p.Urgency
	}
	return priority.DefaultUrgency
}
