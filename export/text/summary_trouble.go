package text

import (
	"fmt"
	"strconv"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

// maxNotices is how many notices the summary prints.
const maxNotices = 6

// trouble says what is wrong, from HTTP/2 down to the capture itself.
func (r *report) trouble() {
	r.text = append(r.text, '\n')
	r.findings()
	r.waits()
	r.http()
	r.tcp()
	r.input()
	if !r.troubled {
		r.paragraph("Trouble", fromServer, "none seen")
	}
}

// wrong is a paragraph of what went wrong, the first under a title.
func (r *report) wrong(label string, s style, items ...string) {
	if len(items) == 0 {
		return
	}
	if !r.troubled {
		var l line
		l.begin(r.text, r.options)
		l.string(heading, "Trouble")
		r.text = l.end()
		r.troubled = true
	}
	r.paragraph("  "+label, s, items...)
}

func (r *report) http() {
	t := r.tally
	r.wrong("GOAWAY", bad, codes(t.goAways)...)
	r.wrong("RST_STREAM", warn, codes(t.resets)...)
	var list []string
	if t.malformed > 0 {
		list = append(list, count(t.malformed, "malformed frame"))
	}
	if t.cut > 0 {
		list = append(list, count(t.cut, "frame")+" with missing octets")
	}
	if t.untrusted > 0 {
		list = append(list, count(t.untrusted, "field section")+" not certain")
	}
	if t.omitted > 0 {
		list = append(list, count(t.omitted, "field")+" left out by a limit")
	}
	r.wrong("Frames", bad, list...)
	if n := t.open; n > 0 {
		r.wrong("Streams", warn, strconv.FormatUint(n, 10)+" did not end in this capture")
	}
}

func (r *report) tcp() {
	t, tcp := r.tally, &r.tally.ended.TCP
	if n := both(tcp.Gaps); n > 0 {
		r.wrong("Gaps", bad, count(n, "gap")+": "+octets(both(tcp.GapBytes))+" that the capture lacks")
	} else if r.tally.ended.Gaps > 0 {
		r.wrong("Gaps", bad, count(t.ended.Gaps, "gap")+": "+gapOctets(t.lost, t.skipped))
	}
	r.wrong("TCP", warn, tcpTrouble(tcp)...)
}

// gapOctets says what became of octets in gaps: a capture that begins in the
// middle lacks none of those that are passed over.
func gapOctets(lost, skipped uint64) string {
	switch {
	case lost == 0:
		return octets(skipped) + " passed over until frames were found"
	case skipped == 0:
		return octets(lost) + " that the capture lacks"
	}
	return octets(lost) + " that the capture lacks, " + octets(skipped) + " passed over behind them"
}

// tcpTrouble names what TCP saw and should not have.
func tcpTrouble(t *h2decode.TCPStats) []string {
	var list []string
	for _, kind := range [...]struct {
		counts    [2]uint64
		one, many string
	}{
		{t.Conflicts, "conflicting octet", "conflicting octets"},
		{t.BadChecksums, "bad checksum", "bad checksums"},
		{t.Retransmissions, "retransmission", "retransmissions"},
		{t.ZeroWindows, "zero window", "zero windows"},
		{t.OutOfOrder, "segment out of order", "segments out of order"},
		{t.OutOfWindow, "segment out of window", "segments out of window"},
		{t.Duplicates, "packet captured twice", "packets captured twice"},
	} {
		switch n := both(kind.counts); n {
		case 0:
		case 1:
			list = append(list, "1 "+kind.one)
		default:
			list = append(list, strconv.FormatUint(n, 10)+" "+kind.many)
		}
	}
	return list
}

// input says what of the capture could not be made use of.
func (r *report) input() {
	t, end := r.tally, r.tally.ended
	if n := end.TLS.Connections - end.TLS.Decrypted; n > 0 {
		r.wrong("TLS", warn, count(n, "connection")+" not decrypted")
	}
	if end.Evicted > 0 {
		r.wrong("Limits", warn, count(end.Evicted, "connection")+" cut short by a limit")
	}
	if end.Alternatives > 0 {
		r.wrong("HTTP/3", plain, fmt.Sprintf("offered on %s; it is not decoded", count(end.Alternatives, "connection")))
	}
	for i, n := range t.notices {
		if i == maxNotices {
			r.wrong("", faint, fmt.Sprintf("%s more: h2scope summary --json lists them", count(uint64(len(t.notices)-i), "notice")))
			break
		}
		label := ""
		if i == 0 {
			label = "Notices"
		}
		r.wrong(label, warn, n)
	}
}

// NoticeText is a notice in one line, safe to print.
func NoticeText(e *h2decode.Noticed) string {
	s := printable.String(e.Message)
	if e.File != "" && !strings.Contains(e.Message, e.File) {
		s = printable.String(e.File) + ": " + s
	}
	var where []string
	if e.Conn != 0 {
		where = append(where, "connection "+strconv.FormatUint(e.Conn, 10))
	}
	if e.Packet != 0 {
		where = append(where, "packet "+strconv.FormatUint(e.Packet, 10))
	}
	if len(where) > 0 {
		s += " (" + strings.Join(where, ", ") + ")"
	}
	return s
}
