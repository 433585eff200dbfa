package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"h2scope/h2decode/priority"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// priorities are the streams with a priority at an instant.
type priorities struct {
	scheme  timeline.Scheme
	inForce bool
	rows    []priorityRow
	sent    uint64 // octets of DATA that the shares are of
}

// A priorityRow is a stream and its place.
type priorityRow struct {
	stream        uint32
	lead          string // the lines of the tree, in front of the stream
	weight, state string
	style         cells.Style
	due           float64 // octets
	got           uint64
}

type priorityKey struct {
	conn  *timeline.Conn
	frame uint64
	tab   int
	ascii bool
}

// shareFrames is over how many frames up to the cursor shares are added up.
const shareFrames = 2048

// priorities is what is shown at the cursor.
func (m *Model) priorities(c *timeline.Conn) priorities {
	return m.memo.priorities.get(priorityKey{c, m.Frame, m.Tab[Priority], m.ASCII}, func() priorities {
		s := m.state()
		p := priorities{scheme: m.scheme(s), inForce: m.scheme(s) == s.Scheme()}
		if p.scheme == timeline.RFC7540 {
			p.tree(s.Tree(), m.exclusive(c))
			p.branch(m.ASCII)
		} else {
			p.levels(s.Urgencies())
		}
		p.states(s)
		p.share(c.Shares(m.Frame-min(m.Frame, shareFrames), m.Frame))
		return p
	})
}

// exclusive are the streams whose last priority up to the cursor was exclusive.
func (m *Model) exclusive(c *timeline.Conn) map[uint32]bool {
	const far = 4096 // changes looked at
	said := make(map[uint32]bool)
	changes := m.changes(c)
	for i := len(changes) - 1; i >= max(0, len(changes)-far); i-- {
		change := &changes[i]
		if change.Frame > m.Frame || change.Scheme != timeline.RFC7540 {
			continue
		}
		if _, known := said[change.Op.Stream]; !known {
			said[change.Op.Stream] = change.Op.Exclusive
		}
	}
	return said
}

// maxIndent is how deep the tree is indented; deeper streams say how deep they
// are.
const maxIndent = 12

// tree lists the streams of the tree, with their depths in lead for branch.
func (p *priorities) tree(t *priority.Tree, exclusive map[uint32]bool) {
	for depth, n := range t.All() {
		r := priorityRow{stream: n.Stream, weight: strconv.FormatFloat(n.Weight, 'f', -1, 64), state: n.State.String(), style: cells.Faint}
		if n.Weight != float64(int(n.Weight)) {
			r.weight = strconv.FormatFloat(n.Weight, 'f', 1, 64)
		}
		if exclusive[n.Stream] {
			r.weight += " excl"
		}
		r.lead = strings.Repeat(" ", depth)
		p.rows = append(p.rows, r)
	}
}

// branch turns depths into the lines of a tree. It goes from the last stream to
// the first: at each depth it knows whether another stream follows.
func (p *priorities) branch(ascii bool) {
	through, fork, last := "│ ", "├─", "└─"
	if ascii {
		through, fork, last = "| ", "|-", "`-"
	}
	var more [maxIndent + 1]bool
	for i := len(p.rows) - 1; i >= 0; i-- {
		depth := len(p.rows[i].lead)
		shown := min(depth, maxIndent)
		clear(more[shown+1:])
		var b strings.Builder
		for d := 1; d < shown; d++ {
			if more[d] {
				b.WriteString(through)
			} else {
				b.WriteString("  ")
			}
		}
		if more[shown] {
			b.WriteString(fork)
		} else {
			b.WriteString(last)
		}
		if depth > maxIndent {
			fmt.Fprintf(&b, "(depth %d) ", depth)
		}
		more[shown] = true
		p.rows[i].lead = b.String()
	}
}

// levels lists the streams by urgency.
func (p *priorities) levels(u *priority.Urgencies) {
	type level struct {
		stream uint32
		params priority.Params
	}
	var all []level
	for stream, params := range u.All() {
		all = append(all, level{stream, params})
	}
	slices.SortStableFunc(all, func(a, b level) int { return int(a.params.Urgency) - int(b.params.Urgency) })
	for _, l := range all {
		r := priorityRow{stream: l.stream, weight: fmt.Sprintf("u=%d", l.params.Urgency), state: "idle", style: cells.Faint}
		if l.params.Incremental {
			r.weight += ", i"
		}
		p.rows = append(p.rows, r)
	}
}

// states puts the states of the streams that are followed to their rows.
func (p *priorities) states(s *timeline.State) {
	for i := range p.rows {
		if st, found := s.Stream(p.rows[i].stream); found {
			p.rows[i].state, p.rows[i].style = st.State.String(), cells.Plain
		}
	}
}

// share puts the shares to their rows. Who is not there any more has none.
func (p *priorities) share(shares []timeline.Share) {
	at := make(map[uint32]timeline.Share, len(shares))
	for _, s := range shares {
		at[s.Stream] = s
		p.sent += s.Got
	}
	for i := range p.rows {
		s := at[p.rows[i].stream]
		p.rows[i].due, p.rows[i].got = s.Due, s.Got
	}
}
