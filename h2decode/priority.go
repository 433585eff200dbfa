package h2decode

import "bytes"

// maxHints is for how many streams that are not open yet a priority is kept.
const maxHints = 1024

// setTree notes what a client's PRIORITY or HEADERS frame says of a stream.
func (t *streamTable) setTree(id uint32, p PriorityFrame) {
	t.prioritize(id, func(priority *StreamPriority) {
		priority.HasTree, priority.Tree = true, p
	})
}

// updateUrgency notes what a client's PRIORITY_UPDATE frame says of a stream.
func (t *streamTable) updateUrgency(id uint32, value []byte) {
	t.prioritize(id, func(priority *StreamPriority) { priority.setUrgency(value) })
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

// setUrgency reads a Priority field value (RFC 9218, Section 4): a Dictionary
// of RFC 8941, of which the members u and i matter, the last of each. What
// cannot be read leaves the default: urgency 3, not incremental.
func (p *StreamPriority) setUrgency(value []byte) {
	p.HasUrgency, p.Urgency, p.Incremental = true, 3, false
	for member := range bytes.SplitSeq(value, []byte{','}) {
		member, _, _ = bytes.Cut(member, []byte{';'}) // parameters mean nothing here
		key, val, hasValue := bytes.Cut(bytes.TrimSpace(member), []byte{'='})
		switch string(key) {
		case "u":
			p.Urgency = 3
			if len(val) == 1 && '0' <= val[0] && val[0] <= '7' {
				p.Urgency = val[0] - '0'
			}
		case "i":
			p.Incremental = !hasValue || string(val) == "?1"
		}
	}
}
