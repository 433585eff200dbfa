package html

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"h2scope/h2decode/timeline"
)

func render(t testing.TB, s *timeline.Snapshot, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, s, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func attribute(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

// elements are the elements of a page, in order.
func elements(t testing.TB, page []byte) (all []*html.Node) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// checkPage holds what must be true of every report.
func checkPage(t *testing.T, page []byte) {
	t.Helper()
	ids, references := make(map[string]bool), []string{}
	level := 0
	for _, n := range elements(t, page) {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				if ids[a.Val] {
					t.Errorf("two elements are %q", a.Val)
				}
				ids[a.Val] = true
			case a.Key == "aria-labelledby":
				references = append(references, a.Val)
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("<%s %s>: the policy does not allow it", n.Data, a.Key)
			case a.Key == "src" || a.Key == "srcset" || a.Key == "action":
				t.Errorf("<%s %s=%q> may ask the network", n.Data, a.Key, a.Val)
			case a.Key == "href" && !strings.HasPrefix(a.Val, "#") && a.Val != "data:,":
				t.Errorf("<%s href=%q> may ask the network", n.Data, a.Val)
			case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
				references = append(references, a.Val[1:])
			}
		}
		switch n.Data {
		case "th":
			if scope, _ := attribute(n, "scope"); scope != "col" && scope != "row" {
				t.Errorf("a header cell %q has no scope", text(n))
			}
		case "table":
			if first := n.FirstChild; first == nil || !hasChild(n, "caption") || !hasChild(n, "thead") {
				t.Error("a table has no caption or no head")
			}
		case "svg":
			checkPicture(t, n)
		case "h1", "h2", "h3":
			next := int(n.Data[1] - '0')
			if next > level+1 {
				t.Errorf("a heading <%s> %q follows one of level %d", n.Data, text(n), level)
			}
			level = next
		}
	}
	for _, r := range references {
		if !ids[r] {
			t.Errorf("nothing has the id %q", r)
		}
	}
}

func hasChild(n *html.Node, name string) bool {
	for c := range n.ChildNodes() {
		if c.Data == name {
			return true
		}
	}
	return false
}

// checkPicture holds that a picture says what is in it, or that it is decoration.
func checkPicture(t *testing.T, n *html.Node) {
	t.Helper()
	if hidden, _ := attribute(n, "aria-hidden"); hidden == "true" {
		return
	}
	role, _ := attribute(n, "role")
	label, _ := attribute(n, "aria-label")
	labelledBy, _ := attribute(n, "aria-labelledby")
	if role != "img" || label == "" && labelledBy == "" {
		t.Error("a picture has no words")
	}
}

// rows are the rows of a table in the section of an id, as text.
func rows(t testing.TB, page []byte, id string) (all []string) {
	t.Helper()
	for _, n := range elements(t, page) {
		if got, _ := attribute(n, "id"); got != id || n.Data != "section" {
			continue
		}
		for d := range n.Descendants() {
			if _, is := attribute(d, "data-row"); is {
				all = append(all, text(d))
			}
		}
	}
	return all
}
