package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"h2scope/h2decode/printable"
)

// A shownPage is what tests read of a report.
type shownPage struct {
	rows  map[string][][]string // by section: their cells
	tiles map[string]string     // of the summary, by name
	rules map[string]int        // findings by rule, as their groups say
}

func readPage(t *testing.T, octets []byte) *shownPage {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(octets))
	if err != nil {
		t.Fatal(err)
	}
	p := &shownPage{rows: make(map[string][][]string), tiles: make(map[string]string), rules: make(map[string]int)}
	section := ""
	for n := range root.Descendants() {
		switch {
		case n.Data == "section":
			section = attribute(n, "id")
		case n.Data == "table" && attribute(n, "class") != "waterfall" && section == "waterfall":
			t.Error("there is another table in the waterfall")
		case n.Data == "tr" && n.Parent.Data == "tbody":
			var cells []string
			for c := range n.ChildNodes() {
				if c.Type == html.ElementNode {
					cells = append(cells, nodeText(c))
				}
			}
			p.rows[section] = append(p.rows[section], cells)
		case n.Data == "li" && attribute(n.Parent, "class") == "tiles":
			value, name, _ := strings.Cut(strings.TrimSpace(nodeText(n)), " ")
			p.tiles[name] = plain(value)
		case n.Data == "summary":
			words := strings.Fields(nodeText(n))
			count, _ := strconv.Atoi(plain(strings.TrimSuffix(words[2], "×")))
			p.rules[words[1]] = count
		}
	}
	return p
}

// plain is a number without what sets its thousands apart.
func plain(number string) string { return strings.ReplaceAll(number, ",", "") }

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// nodeText is the text of an element without that of pictures.
func nodeText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "title" {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// page holds the report of --to html against the records: its rows, as many as
// it shows, and its counts.
func (a *agreement) page() {
	p := readPage(a.t, a.output("export", "--to", "html", "--redact=none"))
	a.equal("html: streams", len(p.rows["waterfall"]), min(len(a.streams), 2000))
	for _, cells := range p.rows["waterfall"] {
		a.pageStream(cells)
	}
	a.equal("html: connections", len(p.rows["connections"]), min(len(a.told.Connections), 500))
	for i, cells := range p.rows["connections"] {
		a.pageConnection(cells, &a.told.Connections[i].Connection)
	}
	for severity, n := range a.told.Summary.Findings {
		a.equal("html: findings: "+severity, p.tiles["findings: "+severity], n)
	}
	a.equal("html: gaps", len(p.rows["input"]), min(len(a.told.Gaps), 100))
	a.equal("html: frames", p.tiles["frames"], a.told.Summary.Frames)
	a.equal("html: streams", p.tiles["streams"], a.told.Summary.Streams)
	rules := make(map[string]int)
	for _, f := range a.told.Findings {
		rules[f.Rule]++
	}
	a.equal("html: findings by rule", p.rules, rules)
}

// severities are those of findings, the gravest first.
var severities = [...]string{"error", "warning", "info"}

func (a *agreement) pageStream(cells []string) {
	id := cells[0] + "/" + cells[1]
	s := a.streams[id]
	if s == nil {
		a.t.Errorf("html: there is no stream %s", id)
		return
	}
	a.has("html: stream "+id, cells[2], printable.String(s.Method), printable.String(s.Authority), printable.String(s.Path))
	a.has("html: status of "+id, cells[3], s.status())
	a.equal("html: size of "+id, strings.ReplaceAll(cells[4], " ", ""), printable.Size(uint64(s.Response.DataBytes))+"B")
	for _, severity := range severities {
		if s.Findings[severity] > 0 {
			a.has("html: findings of "+id, cells[2]+" ", " "+severity+" ")
			break
		}
	}
	if s.Reset.From != "" {
		a.has("html: reset of "+id, cells[2], "reset: ", "by the "+s.Reset.From)
	}
}

func (a *agreement) pageConnection(cells []string, c *toldConn) {
	a.equal("html: connection", cells[:4], []string{strconv.Itoa(c.Conn), c.Client, c.Server, c.Protocol})
	what := fmt.Sprint("html: connection ", c.Conn)
	a.equal(what, []string{plain(cells[5]), plain(cells[6])}, []string{strconv.Itoa(c.Streams), strconv.Itoa(c.Frames)})
	for _, severity := range severities {
		if n := c.Findings[severity]; n > 0 {
			a.has(what, plain(cells[11]), fmt.Sprint(n, " ", severity))
		}
	}
	a.has(what, cells[12], c.Close)
}
