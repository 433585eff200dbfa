package capture

import (
	"time"

	"h2scope/capture/segment"
)

// maxLayers is how many headers may stand inside one another in a packet. A
// VLAN tag, an MPLS label and an IPv6 extension header each count as one.
const maxLayers = 24

// A DissectorConfig has the limits on fragments that wait for their datagram
// to become whole. Zero values mean the defaults.
type DissectorConfig struct {
	// FragmentTimeout is how long fragments wait, by the packets' clock.
	// Default: 30 s, as Linux does.
	FragmentTimeout time.Duration
	// MaxDatagrams is how many datagrams wait at a time. The oldest makes
	// room. Default: 4096.
	MaxDatagrams int
	// MaxFragmentBytes is how many octets all waiting fragments hold, their
	// bookkeeping included. The oldest datagram makes room. Default: 16 MiB.
	MaxFragmentBytes int
}

// A Dissector turns packets into TCP segments. It keeps fragments, counts
// what it skipped and why, and tells link-layer circumstances (see
// [segment.Link]) without allocating for each packet. One goroutine uses it.
type Dissector struct {
	walk      walk
	skipped   [skipCount]uint64
	first     [skipCount]uint64 // number of the first packet skipped for a reason
	links     linkTable
	names     nameTable
	fragments fragmentTable
	quic      quicTable
	unknown   unknownTable
}

// NewDissector returns a dissector that has seen nothing yet.
func NewDissector(cfg DissectorConfig) *Dissector {
	d := &Dissector{fragments: newFragmentTable(cfg)}
	d.walk.Dissector = d
	return d
}

// Dissect looks for the TCP segment in p, which came in on the interface
// named iface. It returns Found and fills all of s, or the reason why there is
// no segment; s is then undefined.
//
// s.Header and s.Payload are borrowed from p.Data and valid as long as that
// is, except where fragments were put together: then they stand in memory of
// their own, which nobody writes to again.
func (d *Dissector) Dissect(p *Packet, iface string, s *segment.Segment) Skip {
	w := &d.walk
	w.packet, w.segment = p, s
	w.iface = iface
	w.siblings.data = nil
	length := max(p.Length, len(p.Data))
	w.enter(p.Data, length)
	if w.fast() {
		return Found
	}
	return d.slow(length)
}

// slow goes through the layers, whatever they are.
func (d *Dissector) slow(length int) Skip {
	w, p := &d.walk, d.walk.packet
	w.enter(p.Data, length)
	skip := w.run(linkLayer(p.LinkType))
	if skip == Found {
		return Found
	}
	if w.siblings.data != nil && d.More(w.segment) {
		return Found
	}
	if d.skipped[skip] == 0 {
		d.first[skip] = p.Number
	}
	d.skipped[skip]++
	return skip
}

// More looks for a further segment in the packet that Dissect was last called
// with: an 802.11 A-MSDU carries several packets in a frame. It reports
// whether it found one and filled s. Call it until it returns false, while the
// packet's memory is still held; for all but aggregated frames the first call
// returns false at once.
func (d *Dissector) More(s *segment.Segment) bool {
	w := &d.walk
	for w.siblings.data != nil {
		w.segment = s
		next := w.siblings
		w.siblings = siblings{}
		w.enter(next.data, next.length)
		w.marks = append(w.marks, next.marks...)
		if w.run(amsdu) == Found {
			return true
		}
	}
	return false
}

// Skipped tells how many packets gave no segment, by reason, in the order of
// the Skip constants; reasons that did not occur are left out.
func (d *Dissector) Skipped() []Count {
	var counts []Count
	for reason, n := range d.skipped {
		if n > 0 {
			counts = append(counts, Count{Skip(reason), n})
		}
	}
	return counts
}

// A layer decodes the header that w stands at. It returns the layer that
// follows, or nil and what became of the packet: Found or the reason to skip.
type layer func(w *walk) (layer, Skip)

// A walk is the way through one packet, from the outermost header inwards.
type walk struct {
	*Dissector // what is kept from packet to packet

	packet  *Packet
	segment *segment.Segment
	iface   string // the interface's name

	// data is what was captured of the layer w stands at; length is how long
	// that layer was on the wire, which is more where the capture was cut.
	data   []byte
	length int

	marks     []mark // VLAN tags and tunnels so far
	markArray [maxLayers]mark
	network   segment.Network
	siblings  siblings

	// Of the innermost IP header:
	version   uint8  // 4 or 6
	addresses uint32 // the unfolded sum of both addresses
}

// siblings is the rest of an 802.11 A-MSDU after the subframe being dissected;
// without data there is none.
type siblings struct {
	data   []byte
	length int
	marks  []mark // of the layers around the A-MSDU
}

// enter starts the walk, or starts it again inside the same packet.
func (w *walk) enter(data []byte, length int) {
	w.data, w.length = data, length
	w.marks = w.markArray[:0]
	w.network = 0
	w.version = 0
}

// run decodes layer by layer.
func (w *walk) run(next layer) Skip {
	var skip Skip
	for range maxLayers {
		if next, skip = next(w); next == nil {
			return skip
		}
	}
	return SkipTooDeep
}

// advance goes past n octets, which must have been captured.
func (w *walk) advance(n int) {
	w.data = w.data[n:]
	w.length -= n
}

// limit ends the layer after n octets, as its own length field says. What
// follows is padding or a frame check sequence. More than was on the wire by
// the outer layers' account is believed: mirrors cut packets too.
func (w *walk) limit(n int) {
	w.length = n
	if len(w.data) > n {
		w.data = w.data[:n]
	}
}

// short tells why the n octets of a header are not there.
func (w *walk) short(n int) (layer, Skip) {
	if w.length >= n {
		return nil, SkipCut
	}
	return nil, SkipMalformed
}
