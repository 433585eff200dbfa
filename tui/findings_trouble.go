package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// A troubleSum is what went wrong on the connections of a capture together,
// findings apart.
type troubleSum struct {
	stalls, resets, gaps, lost, notJudged uint64
	retransmissions, unkept               uint64
	goAways                               map[h2decode.ErrorCode]uint64
	sealed                                map[string]uint64 // TLS connections that were not decrypted, by reason
}

// troubleOf adds up what went wrong.
func troubleOf(s *timeline.Snapshot) *troubleSum {
	t := &troubleSum{goAways: make(map[h2decode.ErrorCode]uint64), sealed: make(map[string]uint64)}
	for _, c := range s.Conns() {
		totals := c.Totals()
		t.stalls += totals.Stalls
		t.resets += totals.Resets
		t.unkept += totals.Unkept
		for _, g := range c.Gaps() {
			t.gaps++
			t.lost += g.Bytes
		}
		if over := c.Closed(); over != nil {
			t.end(over)
		}
	}
	return t
}

// end adds what is known of a connection when it is over.
func (t *troubleSum) end(c *h2decode.Connection) {
	t.notJudged += c.NotJudged
	t.retransmissions += c.TCP.Retransmissions[0] + c.TCP.Retransmissions[1]
	for _, g := range c.GoAway {
		if g != nil && g.Code != h2decode.NoError {
			t.goAways[g.Code]++
		}
	}
	if c.TLS != nil && c.TLS.Decrypted != "full" {
		how := "decrypted " + c.TLS.Decrypted
		if c.TLS.Decrypted == "none" {
			how = "not decrypted"
		}
		t.sealed[how+": "+c.TLS.Reason]++
	}
}

func (m *Model) trouble() *troubleSum {
	return m.memo.trouble.get(m.Snapshot, func() *troubleSum { return troubleOf(m.Snapshot) })
}

// troubleFacts is what went wrong in the whole capture beside what was found: on
// the connections, with TLS, and with the capture itself.
func (m *Model) troubleFacts() []fact {
	t := m.trouble()
	var facts []fact
	add := func(name string, n uint64, text string, style cells.Style) {
		if n > 0 {
			facts = append(facts, fact{name, text, style})
		}
	}
	add("stalls", t.stalls, counted(t.stalls, "wait")+" for a window or for TCP: 5 lists them", cells.Warn)
	add("GOAWAY", uint64(len(t.goAways)), codesText(t.goAways), cells.Bad)
	add("RST_STREAM", t.resets, counted(t.resets, "stream")+" reset", cells.Warn)
	add("gaps", t.gaps, counted(t.gaps, "gap")+": "+size(t.lost)+" octets that the capture lacks", cells.Bad)
	add("not judged", t.notJudged, counted(t.notJudged, "time")+" a rule rests on what was not seen", cells.Faint)
	add("TCP", t.retransmissions, counted(t.retransmissions, "retransmission"), cells.Warn)
	for _, reason := range slices.Sorted(maps.Keys(t.sealed)) {
		facts = append(facts, fact{"TLS", counted(t.sealed[reason], "connection") + " " + reason, cells.Warn})
	}
	return append(facts, m.captureFacts()...)
}

// troubleInShort names in a line what went wrong in the whole capture, and says
// how bad that is.
func (m *Model) troubleInShort() (text string, style cells.Style) {
	t := m.trouble()
	var parts []string
	add := func(n uint64, what string, s cells.Style) {
		if n == 0 {
			return
		}
		if len(parts) == 0 {
			style = s
		}
		parts = append(parts, what)
	}
	found := m.severities()
	add(found[h2decode.SeverityError], counted(found[h2decode.SeverityError], "error"), cells.Bad)
	add(found[h2decode.SeverityWarning], counted(found[h2decode.SeverityWarning], "warning"), cells.Warn)
	add(uint64(len(t.goAways)), "GOAWAY "+codesText(t.goAways), cells.Bad)
	add(t.gaps, counted(t.gaps, "gap"), cells.Bad)
	add(t.resets, counted(t.resets, "stream")+" reset", cells.Warn)
	add(t.stalls, counted(t.stalls, "stall"), cells.Warn)
	add(uint64(len(t.sealed)), "TLS that was not decrypted", cells.Warn)
	add(uint64(len(m.Snapshot.Notices())), counted(uint64(len(m.Snapshot.Notices())), "notice"), cells.Warn)
	if len(parts) == 0 {
		return "", cells.Plain
	}
	return "whole capture: " + strings.Join(parts, ", ") + " (8)", style
}

// captureFacts is what was found about no connection alone, and the trouble with
// the capture itself.
func (m *Model) captureFacts() []fact {
	var facts []fact
	for _, f := range m.Snapshot.Findings() {
		facts = append(facts, fact{f.Rule, f.Message, severityCell(&f).style})
	}
	if m.Status.Drops > 0 {
		facts = append(facts, fact{"dropped", counted(m.Status.Drops, "packet") + " before they could be captured", cells.Bad})
	}
	if end := m.Snapshot.Ended(); end != nil {
		for _, s := range end.Skipped {
			facts = append(facts, fact{"passed over", counted(s.Packets, "packet") + ": " + s.Reason, cells.Faint})
		}
	}
	for _, n := range m.Snapshot.Notices() {
		text := n.Message
		if n.Packet != 0 {
			text += fmt.Sprintf(" (packet %d)", n.Packet)
		}
		facts = append(facts, fact{"notice", text, cells.Warn})
	}
	return facts
}

func codesText(codes map[h2decode.ErrorCode]uint64) string {
	var parts []string
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		text := code.String()
		if n := codes[code]; n > 1 {
			text += " " + size(n) + "×"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}
