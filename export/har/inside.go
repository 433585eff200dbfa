package har

import (
	"fmt"
	"strings"

	"h2scope/export/exchange"
	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
)

// maxInside is how many octets the entries of what is inside of one tunnel take.
const maxInside = 64 << 20

// exchange appends the entry of an exchange, and behind it those of what is inside
// where it is a tunnel. room is how many octets are left for these.
func (w *Worker) exchange(dst []byte, x *exchange.Exchange, room *int) []byte {
	e := w.entry(x)
	inside := w.inside(e, x, room)
	return append(w.append(dst, e), inside...)
}

// inside is the entries of what is inside of a tunnel: an archive has no
// connections, so each has the tunnel in its connection's name, and there is a page
// for them.
func (w *Worker) inside(e *entry, x *exchange.Exchange, room *int) (entries []byte) {
	more := 0
	paged := false
	r, ok := x.Inside(w.cfg.Tunnel, exchange.Config{MaxBody: w.cfg.MaxBody}, func(_ h2decode.Event, inner *exchange.Exchange) {
		if inner == nil {
			return
		}
		if *room <= 0 {
			more++
			return
		}
		if !paged {
			paged = true
			w.about.inside(inner.Conn)
		}
		before := len(entries)
		entries = w.exchange(entries, inner, room)
		*room -= len(entries) - before
	})
	if !ok {
		return nil
	}
	e.Tunnel.of(r)
	if more > 0 {
		e.note(fmt.Sprintf("%d more exchanges inside the tunnel are beyond a limit", more))
	}
	return entries
}

// of says what the tunnel carries.
func (t *tunneled) of(r *tunnel.Result) {
	t.Protocol, t.Reason = r.Protocol.String(), r.Reason
	if s := r.TLS; s != nil {
		t.TLS = &tunnelTLS{Version: s.Version, ALPN: s.ALPN, Decrypted: s.Decrypted, Reason: s.Reason}
		t.TLS.ServerName, _ = utf8Of(s.ServerName)
		t.TLS.ALPN, _ = utf8Of(s.ALPN)
	}
}

// note adds to the entry's comment.
func (e *entry) note(sentence string) {
	e.Comment = strings.TrimPrefix(e.Comment+"; "+sentence, "; ")
}

// inside notes that a connection inside of a tunnel has an entry.
func (a *about) inside(c *exchange.Connection) {
	title, _ := utf8Of(fmt.Sprintf("connection %s, in a tunnel: %s to %s", c.ID(), c.Client, c.Authority))
	a.pages = append(a.pages, numbered[page]{conn: c.Number, within: c.Within, value: newPage(c.ID(), c.Opened, title)})
}
