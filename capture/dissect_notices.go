package capture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A numbering is a registry whose numbers name what follows in a packet.
type numbering uint8

const (
	numberedLinkType numbering = iota
	numberedEtherType
	numberedPPP
	numberedFamily
	numberedGPE
	numberedIPProtocol
	fragments80211 // no number: a kind of its own
)

// numberings tell how the numbers are written.
var numberings = [...]struct{ one, others, format string }{
	numberedLinkType:   {"link type", "other link types", " %d"},
	numberedEtherType:  {"EtherType", "other EtherTypes", " 0x%04x"},
	numberedPPP:        {"PPP protocol", "other PPP protocols", " 0x%04x"},
	numberedFamily:     {"loopback address family", "other loopback address families", " %d"},
	numberedGPE:        {"VXLAN-GPE protocol", "other VXLAN-GPE protocols", " %d"},
	numberedIPProtocol: {"IP protocol", "other IP protocols", " %d"},
	fragments80211:     {"802.11 fragmentation", "802.11 fragmentation", ""},
}

// maxUnknown bounds the table of numbers that were not understood; further
// ones of a registry are counted together.
const maxUnknown = 256

type unknownKey struct {
	numbering numbering
	others    bool // all numbers above maxUnknown
	number    uint32
}

type unknownCount struct {
	unknownKey
	packets uint64
	first   uint64 // packet
}

// An unknownTable counts what was met and could not be followed.
type unknownTable map[unknownKey]*unknownCount

// notFollowed notes that a packet ends at a number that is not understood.
func (w *walk) notFollowed(n numbering, number uint32, why Skip) (layer, Skip) {
	if w.unknown == nil {
		w.unknown = make(unknownTable)
	}
	key := unknownKey{numbering: n, number: number}
	count := w.unknown[key]
	if count == nil {
		if len(w.unknown) >= maxUnknown {
			key = unknownKey{numbering: n, others: true}
		}
		if count = w.unknown[key]; count == nil {
			count = &unknownCount{unknownKey: key, first: w.packet.Number}
			w.unknown[key] = count
		}
	}
	count.packets++
	return nil, why
}

// skipMessages are the notices of reasons behind which TCP may hide, and that
// have no numbers to tell.
var skipMessages = [skipCount]string{
	SkipESP:            "IPsec ESP is encrypted: %s not followed",
	SkipEncrypted80211: "802.11 data frames are encrypted: %s not followed",
	SkipCut:            "the capture ends within the headers (snaplen): %s not followed",
	SkipMalformed:      "headers are malformed: %s not followed",
	SkipTooDeep:        "more than 24 headers inside one another: %s not followed",
}

// Notices tells of what could not be followed, for the end of the capture:
// link types and protocols with their numbers, what was encrypted, cut or
// malformed, fragments that did not become whole, QUIC. The order is fixed.
func (d *Dissector) Notices() []Notice {
	notices := d.unknown.notices()
	for reason, format := range skipMessages {
		if n := d.skipped[reason]; format != "" && n > 0 {
			notices = append(notices, Notice{
				Kind:    NotUnderstood,
				Message: fmt.Sprintf(format, plural(n, "packet")),
				Packet:  d.first[reason],
			})
		}
	}
	if lost := d.fragments.neverWhole(); lost.datagrams > 0 {
		notices = append(notices, lost.notice())
	}
	return append(notices, d.quic.notices()...)
}

func (t unknownTable) notices() []Notice {
	var notices []Notice
	for _, c := range t.sorted() {
		kind, verb := NotUnderstood, "followed"
		if c.numbering == numberedLinkType {
			kind, verb = UnknownLink, "understood"
		}
		notices = append(notices, Notice{
			Kind:    kind,
			Message: fmt.Sprintf("%s not %s: %s", c.subject(), verb, plural(c.packets, "packet")),
			Packet:  c.first,
		})
	}
	return notices
}

// subject is "link type 147 is", "other link types are".
func (c *unknownCount) subject() string {
	text := numberings[c.numbering]
	switch {
	case c.others:
		return text.others + " are"
	case text.format == "":
		return text.one + " is"
	}
	return text.one + fmt.Sprintf(text.format, c.number) + " is"
}

func (t unknownTable) sorted() []*unknownCount {
	var counts []*unknownCount
	for _, c := range t {
		counts = append(counts, c)
	}
	slices.SortFunc(counts, func(a, b *unknownCount) int {
		return cmp.Or(
			cmp.Compare(a.numbering, b.numbering),
			compareBool(a.others, b.others),
			cmp.Compare(a.number, b.number))
	})
	return counts
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (l lostFragments) notice() Notice {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s never became whole", plural(l.packets, "fragment"), plural(l.datagrams, "datagram"))
	if l.spoiled > 0 {
		fmt.Fprintf(&b, "; fragments of %d contradict each other", l.spoiled)
	}
	return Notice{Kind: NotUnderstood, Message: b.String(), Packet: l.first}
}

func (t *quicTable) notices() []Notice {
	var notices []Notice
	for i, s := range t.order {
		to := s.endpoint.String()
		if i == maxQUICServers {
			to = "further servers"
		}
		notices = append(notices, Notice{
			Kind: QUIC,
			Message: fmt.Sprintf("%s (%s) to %s: HTTP/3 is not decoded",
				plural(s.flows, "QUIC flow"), plural(s.packets, "packet"), to),
			Packet: s.first,
		})
	}
	return notices
}

// plural is "1 packet", "2 packets".
func plural(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
