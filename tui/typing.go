package tui

import (
	"fmt"
	"strconv"
	"strings"
)

// type_ takes a key into the line that is being typed.
func (m *Model) type_(key string) {
	done, left := m.Prompt.edit(key, m.Filters)
	switch {
	case left:
		m.Prompt = prompt{}
	case done:
		m.enter()
	}
}

// enter does what was typed.
func (m *Model) enter() {
	p := m.Prompt
	switch p.kind {
	case filterPrompt:
		if strings.TrimSpace(p.text) == "" {
			m.Prompt = prompt{}
			m.setFilter("", nil)
			return
		}
		m.Effect = Effect{Kind: CompileFilter, Text: p.text}
	case exportPrompt:
		m.Prompt = prompt{}
		m.export(p.text)
	case commandPrompt:
		m.Prompt = prompt{}
		m.command(p.text)
	}
}

// setFilter puts a filter in force; nil is none. All lists are gathered anew.
func (m *Model) setFilter(text string, f Filter) {
	m.Filter = f
	m.Filters = remember(m.Filters, text)
	for i := range m.Lists {
		m.Lists[i].clear()
	}
	m.Busy = true
}

// done takes what came of an effect.
func (m *Model) done(d Done) {
	switch {
	case d.Kind == CompileFilter && d.Err != nil:
		m.Prompt.wrong = d.Err.Error()
	case d.Kind == CompileFilter:
		m.Prompt = prompt{}
		m.setFilter(d.Text, d.Filter)
	case d.Err != nil:
		m.warn(d.Err.Error())
	default:
		m.say(d.Message)
	}
}

// export asks for an export: a format, and where to.
func (m *Model) export(line string) {
	format, path, _ := strings.Cut(strings.TrimSpace(line), " ")
	m.Effect = Effect{Kind: Export, Format: format, Path: strings.TrimSpace(path), Selection: m.selection()}
}

func (m *Model) selection() Selection { return Selection{m.Conn, m.Stream, m.Frame} }

// command does what was typed behind a colon.
func (m *Model) command(line string) {
	words := strings.Fields(line)
	switch {
	case len(words) == 0:
	case words[0] == "goto" && len(words) == 3:
		m.goToNumber(words[1], words[2])
	case words[0] == "sort" && len(words) == 2:
		m.sortBy(words[1])
	case words[0] == "export" && len(words) >= 2:
		m.export(strings.Join(words[1:], " "))
	case words[0] == "view" && len(words) == 2 && ViewNamed(words[1]) != NoView:
		m.goTo(ViewNamed(words[1]))
	case words[0] == "q" || words[0] == "quit":
		m.Effect = Effect{Kind: Quit}
	default:
		m.warn("not a command: " + line + "; there are goto packet|frame|stream|time N, sort COLUMN, export FORMAT, view NAME, quit")
	}
}

// goToNumber moves the clock to a packet, a frame, a stream or a time.
func (m *Model) goToNumber(what, number string) {
	if what == "time" {
		at, err := strconv.ParseFloat(strings.TrimSuffix(number, "s"), 64)
		if err != nil {
			m.warn("a time is in seconds since the beginning: " + number)
			return
		}
		m.seek(m.zero() + int64(at*1e9))
		m.reveal()
		return
	}
	n, err := strconv.ParseUint(number, 10, 63)
	c := m.conn()
	switch {
	case err != nil:
		m.warn("not a number: " + number)
	case what == "packet":
		m.goToPacket(n)
	case c == nil:
		m.warn("there is no connection")
	case what == "frame" && n > 0 && n <= uint64(c.Len()):
		m.setCursor(c, n)
		m.goTo(Frames)
	case what == "stream":
		x, found := c.ExchangeOf(uint32(n))
		if !found {
			m.warn(fmt.Sprintf("connection %d has no stream %d", m.Conn, n))
			return
		}
		m.Stream = x.ID
		m.setCursor(c, x.First)
		m.goTo(Stream)
	default:
		m.warn(fmt.Sprintf("connection %d has no %s %d", m.Conn, what, n))
	}
}

// goToPacket moves to the first frame that a packet, or one behind it, ended.
func (m *Model) goToPacket(packet uint64) {
	for _, c := range m.Snapshot.Conns() {
		for n := uint64(1); n <= uint64(c.Len()); n++ {
			if f := c.Frame(n); f.Packet == packet {
				m.setCursor(c, n)
				m.goTo(Frames)
				return
			}
		}
	}
	m.warn(fmt.Sprintf("no frame ends in packet %d", packet))
}
