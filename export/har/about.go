package har

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"h2scope/export/exchange"
	"h2scope/h2decode"
)

// about is what an archive says of its connections and of the capture.
type about struct {
	pages   []numbered[page]
	left    []numbered[string] // connections that are not in the archive, or not all
	notices []string
	others  int // connections that carry no HTTP/2, and no TLS that could hide it

	// begun are connections that have an entry and of whose end nothing was told
	// yet: a filter may keep that back.
	begun map[uint64]page
}

// numbered is a value of a connection; within are the streams that it lies in,
// where it is the one inside of a tunnel.
type numbered[T any] struct {
	conn   uint64
	within []uint32
	value  T
}

func (n numbered[T]) compare(other numbered[T]) int {
	return cmp.Or(cmp.Compare(n.conn, other.conn), slices.Compare(n.within, other.within))
}

// maxNotices is how many notices about the capture the comment holds, and
// maxLeft how many connections it names that are not in the archive.
const (
	maxNotices = 20
	maxLeft    = 1000
)

// entry notes that a connection has one, so that there is a page for it.
func (a *about) entry(c *exchange.Connection) {
	if _, ok := a.begun[c.Number]; ok {
		return
	}
	if a.begun == nil {
		a.begun = make(map[uint64]page)
	}
	a.begun[c.Number] = newPage(c.ID(), c.Opened, fmt.Sprintf("connection %d: %s to %s", c.Number, c.Client, c.Server))
}

func newPage(id string, opened int64, title string) page {
	return page{Started: date(opened), ID: pageID(id), Title: title, PageTimings: pageTimings{OnContentLoad: -1, OnLoad: -1}}
}

// add takes what another worker has gathered.
func (a *about) add(b *about) {
	a.pages = append(a.pages, b.pages...)
	for conn, p := range b.begun {
		a.pages = append(a.pages, numbered[page]{conn: conn, value: p})
	}
	a.left = append(a.left, b.left...)
	a.notices = append(a.notices, b.notices...)
	a.others += b.others
}

// event gathers what is told of connections and of the capture.
func (a *about) event(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.ConnectionClosed:
		a.connection(e.Connection)
	case *h2decode.Noticed:
		if len(a.notices) < maxNotices {
			a.notices = append(a.notices, e.Message)
		}
	}
}

func (a *about) connection(c *h2decode.Connection) {
	if c.Protocol == h2decode.ProtocolH2 {
		a.pages = append(a.pages, numbered[page]{conn: c.Number, value: newPage(strconv.FormatUint(c.Number, 10), c.Opened, title(c))})
		delete(a.begun, c.Number)
	}
	undecrypted := c.TLS != nil && c.TLS.Decrypted != "full"
	switch {
	case undecrypted:
		reason := ""
		if c.TLS.Reason != "" {
			reason = " (" + c.TLS.Reason + ")"
		}
		a.left = append(a.left, numbered[string]{conn: c.Number, value: title(c) + ": decrypted " + c.TLS.Decrypted + reason})
	case c.Protocol != h2decode.ProtocolH2:
		a.others++
	}
}

// comment says what is not in the archive, and what was wrong with the capture.
func (a *about) comment() string {
	var lines []string
	for i, l := range a.left {
		if i == maxLeft {
			lines = append(lines, fmt.Sprintf("%d more connections that were not decrypted in full", len(a.left)-i))
			break
		}
		lines = append(lines, l.value)
	}
	if a.others > 0 {
		lines = append(lines, fmt.Sprintf("connections that carry no HTTP/2: %d", a.others))
	}
	text, _ := utf8Of(strings.Join(append(lines, a.notices...), "\n"))
	return text
}

func pageID(id string) string { return "connection_" + id }

// title names a connection: who speaks with whom.
func title(c *h2decode.Connection) string {
	t := fmt.Sprintf("connection %d: %s to %s", c.Number, c.Client, c.Server)
	if c.TLS != nil && c.TLS.ServerName != "" {
		t += ", " + c.TLS.ServerName
	}
	t, _ = utf8Of(t)
	return t
}

// appendEscape appends a character as JSON escapes.
func appendEscape(dst []byte, r rune) []byte {
	for _, u := range utf16.AppendRune(nil, r) {
		dst = append(dst, '\\', 'u')
		dst = hex.AppendEncode(dst, []byte{byte(u >> 8), byte(u)})
	}
	return dst
}
