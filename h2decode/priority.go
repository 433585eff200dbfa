package h2decode

import (
	"errors"

	"h2scope/h2decode/priority"
)

// maxHints is for how many streams that are not open yet a priority is kept.
const maxHints = 1024

// setTree notes what a client's PRIORITY or HEADERS frame says of a stream.
func (t *streamTable) setTree(id uint32, p PriorityFrame) {
	t.prioritize(id, func(of *StreamPriority) { of.HasTree, of.Tree = true, p })
}

// updateUrgency notes what a client's PRIORITY_UPDATE frame says of a stream.
func (t *streamTable) updateUrgency(id uint32, value []byte) {
	t.prioritize(id, func(of *StreamPriority) { of.setUrgency(value) })
}

func (t *streamTable) prioritize(id uint32, set func(*StreamPriority)) {
	if s := t.get(id); s != nil {
		set(&s.Priority)
		return
	}
	hint, known := t.hints[id]
	if id == 0 || id <= t.newest[opener(id)] || !known && len(t.hints) >= maxHints {
		return
	}
	set(&hint)
	if t.hints == nil {
		t.hints = make(map[uint32]StreamPriority)
	}
	t.hints[id] = hint
}

// setUrgency takes a Priority field value (RFC 9218, Section 4). One that cannot
// be parsed says nothing (Section 7); a member with a value that it may not have
// is left at its default.
func (p *StreamPriority) setUrgency(value []byte) {
	params, err := priority.ParseField(value)
	var wrong *priority.FieldError
	if errors.As(err, &wrong) && wrong.Fault == priority.Unparsable {
		return
	}
	p.HasUrgency, p.Urgency, p.Incremental = true, params.Urgency, params.Incremental
}
