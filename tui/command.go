package tui

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// A typedCommand is one that is typed behind a colon.
type typedCommand struct {
	name, arguments, help string
	run                   func(m *Model, words []string)
	// words are what an argument can be; nil: anything.
	words func(m *Model) []string
	least int // how many arguments it takes at least
}

// typedCommands are all of them.
func typedCommands() []typedCommand {
	return []typedCommand{
		{"goto", "packet|frame|stream|time N", "move the clock; a time is in seconds since the beginning", func(m *Model, w []string) { m.goToNumber(w[0], w[1]) }, goToWords, 2},
		{"sort", "COLUMN", "order the list by a column; again for the other way round", func(m *Model, w []string) { m.sortBy(w[0]) }, (*Model).orderNames, 1},
		{"columns", "[COLUMN…]", "show these columns; without any, as many as fit", func(m *Model, w []string) { m.chooseColumns(w) }, (*Model).columnNames, 0},
		{"filter", "[EXPRESSION]", "the same as /; without an expression, none", func(m *Model, w []string) { m.askFilter(strings.Join(w, " ")) }, nil, 0},
		{"export", "har|json|body|curl [PATH]", "export what is selected", func(m *Model, w []string) { m.export(strings.Join(w, " ")) }, func(*Model) []string { return formats }, 1},
		{"view", "NAME", "show a view", func(m *Model, w []string) { m.viewNamed(w[0]) }, func(*Model) []string { return ViewNames() }, 1},
		{"theme", "NAME", "colours", func(m *Model, w []string) { m.themeNamed(w[0]) }, func(*Model) []string { return Themes() }, 1},
		{"help", "", "the keys of this view", func(m *Model, _ []string) { m.Help = true }, nil, 0},
		{"quit", "", "quit", func(m *Model, _ []string) { m.Effect = Effect{Kind: Quit} }, nil, 0},
	}
}

// formats are what can be exported.
var formats = []string{"har", "json", "body", "curl"}

func goToWords(*Model) []string { return []string{"packet", "frame", "stream", "time"} }

// command does what was typed behind a colon. A name may be cut short.
func (m *Model) command(line string) {
	words := strings.Fields(line)
	if len(words) == 0 {
		return
	}
	var names []string
	for _, c := range typedCommands() {
		names = append(names, c.name)
		switch {
		case !strings.HasPrefix(c.name, words[0]):
			continue
		case len(words)-1 < c.least:
			m.warn("it is " + c.name + " " + c.arguments)
			return
		}
		c.run(m, words[1:])
		return
	}
	m.warn("not a command: " + words[0] + "; there are " + strings.Join(names, ", "))
}

// commandWords are what could stand in place of the word at the end of what was
// typed.
func (m *Model) commandWords(before, word string) []string {
	words := strings.Fields(before)
	if len(words) == 0 || len(words) == 1 && word != "" {
		var names []string
		for _, c := range typedCommands() {
			names = append(names, c.name)
		}
		return beginWith(names, word)
	}
	for _, c := range typedCommands() {
		if strings.HasPrefix(c.name, words[0]) && c.words != nil {
			return beginWith(c.words(m), word)
		}
	}
	return nil
}

// export asks for an export: a format, and where to.
func (m *Model) export(line string) {
	format, path, _ := strings.Cut(strings.TrimSpace(line), " ")
	switch {
	case format == "":
		m.say("nothing is exported")
	case !slices.Contains(formats, format):
		m.warn("no format " + format + "; there are " + strings.Join(formats, ", "))
	case m.conn() == nil:
		m.warn("there is no connection to export from")
	default:
		m.say("exporting …")
		m.Effect = Effect{Kind: Export, Format: format, Path: strings.TrimSpace(path), Selection: m.selection()}
	}
}

func (m *Model) selection() Selection { return Selection{m.Snapshot, m.Conn, m.Stream, m.Frame} }

func (m *Model) viewNamed(name string) {
	if v := ViewNamed(name); v != NoView {
		m.goTo(v)
		return
	}
	m.warn("no view " + name + "; there are " + strings.Join(ViewNames(), ", "))
}

func (m *Model) themeNamed(name string) {
	at := slices.Index(Themes(), name)
	if at < 0 {
		m.warn("no theme " + name + "; there are " + strings.Join(Themes(), ", "))
		return
	}
	m.Theme = at
}

// columnNames are the columns of the view's list.
func (m *Model) columnNames() []string {
	var names []string
	for _, col := range columnsOf[m.View] {
		if col.head != "" {
			names = append(names, col.head)
		}
	}
	return names
}

// orderNames are the columns that the view's list can be ordered by.
func (m *Model) orderNames() []string {
	return slices.DeleteFunc(m.columnNames(), func(name string) bool {
		_, ok := orders[m.View][name]
		return !ok
	})
}

// chooseColumns shows these columns of the view's list.
func (m *Model) chooseColumns(words []string) {
	l := &m.Lists[m.View]
	l.columns = nil
	known := columnsOf[m.View]
	for _, name := range strings.FieldsFunc(strings.Join(words, ","), func(r rune) bool { return r == ',' }) {
		at := slices.IndexFunc(known, func(col column) bool { return col.head == name })
		if at < 0 {
			l.columns = nil
			m.warn("no column " + name + "; there are " + strings.Join(m.columnNames(), ", "))
			return
		}
		l.columns = append(l.columns, at)
	}
}

// goToNumber moves the clock to a packet, a frame, a stream or a time.
func (m *Model) goToNumber(what, number string) {
	c := m.conn()
	if c == nil {
		m.warn("there is no connection")
		return
	}
	m.unfollow()
	if what == "time" {
		m.goToTime(number)
		return
	}
	n, err := strconv.ParseUint(number, 10, 32)
	switch {
	case err != nil:
		m.warn("not a number: " + number)
	case what == "packet":
		m.goToPacket(n)
	case what == "frame" && n >= c.FirstFrame() && n <= uint64(c.Len()):
		m.setCursor(c, n)
		m.chooseStreamOf()
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
	case what == "frame":
		m.warn(fmt.Sprintf("connection %d has frames %d to %d", m.Conn, c.FirstFrame(), c.Len()))
	default:
		m.warn("it is goto packet, frame, stream or time, not " + what)
	}
	m.reveal()
}

func (m *Model) goToTime(number string) {
	at, err := strconv.ParseFloat(strings.TrimSuffix(number, "s"), 64)
	if err != nil || at < 0 || at > maxSpan/1e9 {
		m.warn("a time is in seconds since the beginning: " + number)
		return
	}
	m.seek(m.zero() + int64(at*1e9))
	m.reveal()
}

// goToPacket moves to the first frame that a packet ended. The packets of a
// connection's frames only rise.
func (m *Model) goToPacket(packet uint64) {
	for _, c := range m.Snapshot.Conns() {
		n := sort.Search(c.Len(), func(i int) bool { f := c.Frame(uint64(i + 1)); return f.Packet >= packet })
		if n < c.Len() && c.Frame(uint64(n+1)).Packet == packet {
			m.setCursor(c, uint64(n+1))
			m.chooseStreamOf()
			m.goTo(Frames)
			return
		}
	}
	m.warn(fmt.Sprintf("no frame ends in packet %d", packet))
}
