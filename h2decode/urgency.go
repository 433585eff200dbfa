package h2decode

import "bytes"

// setUrgency reads a Priority field value (RFC 9218, Section 4): a Dictionary
// of RFC 8941, of which the members u and i matter. What cannot be read leaves
// the default: urgency 3, not incremental.
func (p *StreamPriority) setUrgency(value []byte) {
	p.HasUrgency, p.Urgency, p.Incremental = true, 3, false
	for member := range bytes.SplitSeq(value, []byte{','}) {
		member, _, _ = bytes.Cut(member, []byte{';'}) // parameters mean nothing here
		key, val, hasValue := bytes.Cut(bytes.TrimSpace(member), []byte{'='})
		switch string(key) {
		case "u":
			if len(val) == 1 && '0' <= val[0] && val[0] <= '7' {
				p.Urgency = val[0] - '0'
			}
		case "i":
			p.Incremental = !hasValue || string(val) == "?1"
		}
	}
}
