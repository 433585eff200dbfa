package html

import "h2scope/h2decode/printable"

// maxTrouble is how many notices and gaps are shown each.
const maxTrouble = 100

// trouble is what was wrong with the input.
type trouble struct {
	Notices shown
	Texts   []fact
	Gaps    shown
	Rows    []gap
}

type gap struct {
	Conn, Packet   uint64
	From, Time     string
	Bytes, Skipped string
	Cause          string
	Resynced       uint64 // 0: never
}

func (r *report) trouble() (t trouble) {
	notices := r.snapshot.Notices()
	for _, n := range notices[:min(len(notices), maxTrouble)] {
		t.Texts = append(t.Texts, fact{n.Kind, printable.String(n.Message)})
	}
	t.Notices = showing(len(t.Texts), len(notices))
	gaps := 0
	for _, c := range r.conns {
		for _, g := range c.Gaps() {
			if gaps++; gaps > maxTrouble {
				continue
			}
			t.Rows = append(t.Rows, gap{
				Conn: c.Number(), Packet: g.Packet, From: g.From.String(), Time: seconds(g.Time - r.zero),
				Bytes: number(g.Bytes), Skipped: number(g.Skipped), Cause: g.Cause.String(), Resynced: g.Resynced,
			})
		}
	}
	t.Gaps = showing(len(t.Rows), gaps)
	return t
}
