package tui

import (
	"fmt"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// A fact is a name and what is known of it.
type fact struct {
	name, text string
	style      cells.Style
}

// factNames is how many cells the names of facts have.
const factNames = 13

// drawFacts shows facts below a line, those that fit.
func drawFacts(c *cells.Canvas, facts []fact) {
	for x := range c.W {
		c.Set(x, 0, '─', cells.Guide)
	}
	drawLines(c.Sub(0, 1, c.W, c.H-1), factLines(facts, factNames, c.W), 0)
}

// factLines are facts as lines of a width: names, and what is known behind them
// in as many lines as it takes.
func factLines(facts []fact, names, width int) []line {
	var lines []line
	for _, f := range facts {
		if f.text == "" {
			lines = append(lines, plainLine(f.style, " "+f.name))
			continue
		}
		name := " " + pad(f.name, names-1) + " "
		for _, text := range wrapWords(printable.String(f.text), width-printable.Width(name)) {
			lines = append(lines, line{{name, cells.Label}, {text, f.style}})
			name = pad("", names+1)
		}
	}
	return lines
}

// wrapWords cuts text that is safe to show into lines of so many cells, between
// words where that is possible. Spaces at the ends of lines are left out.
func wrapWords(text string, width int) []string {
	var lines []string
	for _, word := range strings.Split(text, " ") {
		if n := len(lines); n > 0 && printable.Width(lines[n-1])+1+printable.Width(word) <= width {
			lines[n-1] += " " + word
			continue
		}
		if word != "" || lines == nil {
			lines = append(lines, wrap(word, width)...)
		}
	}
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// connectionFacts is all about a connection, a line each.
func (m *Model) connectionFacts(c *timeline.Conn) []fact {
	facts := []fact{{"connection", fmt.Sprintf("%d, %s > %s", c.Number(), c.Opened().Client, c.Opened().Server), cells.Value}}
	if rtt, source := c.RTT(); rtt > 0 {
		facts = append(facts, fact{"round trip", fmt.Sprintf("%s (%s)", duration(int64(rtt)), source), cells.Plain})
	}
	for _, advice := range m.advice(c) {
		facts = append(facts, fact{"advice", advice.String(), cells.Warn})
	}
	over := c.Closed()
	if over == nil {
		return append(facts, fact{"state", "open", cells.Plain})
	}
	facts = append(facts, fact{"protocol", protocolText(over), cells.Plain})
	if s := over.TLS; s != nil {
		facts = append(facts, fact{"TLS", tlsText(s), cells.Plain})
	}
	facts = append(facts, fact{"closed", closeText(over), cells.Plain}, fact{"TCP", tcpText(&over.TCP), cells.Plain})
	if over.Akamai != "" {
		facts = append(facts, fact{"fingerprint", over.Akamai + " (Akamai)", cells.Faint})
	}
	return facts
}

// advice is what would have helped. As long as a connection grows it is made anew
// when that has grown by some hundredths, since it takes a look at all of it.
func (m *Model) advice(c *timeline.Conn) []timeline.Advice {
	key := grownKey{c.Number(), m.grown(c)}
	return m.memo.advice.get(key, c.Advise)
}

func protocolText(c *h2decode.Connection) string {
	text := c.Protocol.String()
	if c.Start != h2decode.NoStart {
		text += " by " + c.Start.String()
	}
	if len(c.Links) > 0 {
		text += ", seen on " + strings.Join(c.Links, ", ")
	}
	return text
}

func tlsText(s *h2decode.Security) string {
	parts := []string{s.Version, s.Cipher, "decrypted: " + s.Decrypted}
	if s.Reason != "" {
		parts = append(parts, s.Reason)
	}
	if s.ServerName != "" {
		parts = append(parts, "name "+s.ServerName)
	}
	if s.ALPN != "" {
		parts = append(parts, "ALPN "+s.ALPN)
	}
	if s.Resumed {
		parts = append(parts, "resumed")
	}
	if s.JA4 != "" {
		parts = append(parts, "JA4 "+s.JA4)
	}
	return strings.Join(parts, ", ")
}

func closeText(c *h2decode.Connection) string {
	text := c.Close.String()
	if c.HasCloser {
		text += " by the " + c.ClosedBy.String()
	}
	for side, g := range c.GoAway {
		if g != nil {
			text += fmt.Sprintf(", GOAWAY %s of the %s, last stream %d", g.Code, h2decode.Side(side), g.LastStream)
		}
	}
	return text
}

// tcpText names what TCP saw, counts of both sides together.
func tcpText(t *h2decode.TCPStats) string {
	parts := []string{fmt.Sprintf("%s packets", size(t.Packets[0]+t.Packets[1]))}
	for _, count := range [...]struct {
		n    [2]uint64
		what string
	}{
		{t.Retransmissions, "retransmissions"}, {t.OutOfOrder, "out of order"}, {t.Duplicates, "captured twice"},
		{t.Gaps, "gaps"}, {t.ZeroWindows, "zero windows"}, {t.BadChecksums, "bad checksums"}, {t.Conflicts, "conflicts"},
	} {
		if n := count.n[0] + count.n[1]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", size(n), count.what))
		}
	}
	if t.RTT > 0 {
		parts = append(parts, "initial round trip "+duration(t.RTT))
	}
	return strings.Join(parts, ", ")
}
