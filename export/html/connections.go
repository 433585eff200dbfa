package html

import (
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
)

// connections are the rows of the table of connections.
type connections struct {
	shown
	Rows []connection
}

type connection struct {
	Number         uint64
	Client, Server string
	Protocol       string
	TLS            string
	Streams        string
	Frames         string
	Octets         string // of DATA
	Opened, Lasted string
	RTT            string // with what measured it
	Findings       string
	Close          string
	Note           string // why it could not be decrypted, and the like
}

func (r *report) connections() (all connections) {
	all.shown = showing(min(len(r.conns), r.options.Connections), len(r.conns))
	for _, c := range r.conns[:min(len(r.conns), r.options.Connections)] {
		all.Rows = append(all.Rows, r.connection(c))
	}
	return all
}

func (r *report) connection(c *timeline.Conn) connection {
	opened, t := c.Opened(), c.Totals()
	row := connection{
		Number: c.Number(), Client: opened.Client.String(), Server: opened.Server.String(),
		Streams: number(t.Exchanges), Frames: number(t.Frames[0] + t.Frames[1]), Octets: size(t.Data[0] + t.Data[1]),
		Opened: seconds(opened.Time - r.zero), Lasted: duration(c.Clock() - opened.Time), Protocol: "h2", Close: "open",
		Findings: severities(&t.Findings),
	}
	if rtt, source := c.RTT(); rtt > 0 {
		row.RTT = duration(int64(rtt)) + " (" + source + ")"
	}
	over := c.Closed()
	if over == nil {
		return row
	}
	row.Protocol, row.Close = over.Protocol.String(), over.Close.String()
	row.Lasted = duration(over.Closed - over.Opened)
	if over.HasCloser {
		row.Close += " by the " + over.ClosedBy.String()
	}
	if t := over.TLS; t != nil {
		row.TLS = strings.TrimSpace(t.Version + " " + t.Cipher)
	}
	row.Note = printable.String(strings.Join(connectionNotes(over), "; "))
	return row
}

// connectionNotes say what the columns do not: why a connection could not be
// decrypted, its server's name, gaps, GOAWAY.
func connectionNotes(over *h2decode.Connection) (notes []string) {
	if t := over.TLS; t != nil && t.Reason != "" {
		notes = append(notes, "decrypted: "+t.Decrypted+" ("+t.Reason+")")
	}
	if t := over.TLS; t != nil && t.ServerName != "" {
		notes = append(notes, t.ServerName)
	}
	if over.Gaps > 0 {
		notes = append(notes, plural(over.Gaps, "gap"))
	}
	for side, g := range over.GoAway {
		if g != nil {
			notes = append(notes, "GOAWAY "+g.Code.String()+" by the "+h2decode.Side(side).String())
		}
	}
	return notes
}

// severities are how many findings there are, in words; "" for none.
func severities(found *h2decode.Severities) string {
	var words []string
	for severity := len(found) - 1; severity >= 0; severity-- {
		if n := found[severity]; n > 0 {
			name := h2decode.Severity(severity).String()
			if h2decode.Severity(severity) == h2decode.SeverityInfo {
				words = append(words, number(n)+" "+name)
			} else {
				words = append(words, plural(n, name))
			}
		}
	}
	return strings.Join(words, ", ")
}
