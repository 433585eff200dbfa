package capture

import (
	"fmt"

	"h2scope/capture/pcapng"
)

const (
	// maxOptions is how much longer than the largest packet a block may be
	// that is read as a whole.
	maxOptions = 1 << 20

	// maxResync is the longest block that a search after damage believes.
	maxResync = 256 << 10
)

// A pcapngFile reads the blocks of a pcapng file.
//
// Where a block's two lengths differ, the first is believed if a sound block
// stands behind it. Where nothing sound follows, the next block is searched
// for octet by octet: one of a known type whose two lengths agree.
type pcapngFile struct {
	in          *input
	secretsOnly bool // pass over all that has no secrets

	order      pcapng.Order
	foreign    bool // the section has a version that is not known
	interfaces []ngInterface
	count      uint64 // packets read
	last       int64  // time of the packet read last

	raw         pcapng.Packet // the packet being read
	undescribed uint64        // packets of interfaces that the section lacks
}

// An ngInterface is an interface of the current section.
type ngInterface struct {
	index   int // in the source's interfaces
	link    LinkType
	snaplen uint32
	clock   pcapng.Clock
}

func (f *pcapngFile) next(p *Packet) error {
	feed := &f.in.feed
	for {
		h, err := f.header()
		if err != nil {
			return err
		}
		if !h.Valid() {
			f.in.damaged(fmt.Sprintf("the block at octet %d has no valid header", feed.offset()))
			if err := f.resync(); err != nil {
				return err
			}
			continue
		}
		if f.skips(h) {
			if !feed.skip(int64(h.Length)) {
				return f.ended(1)
			}
			continue
		}
		body, sound, err := f.body(h)
		if err != nil {
			return err
		}
		if sound && f.block(h.Type, body, p) {
			return nil
		}
	}
}

// header shows the header of the next block; a section header sets the byte
// order first. One without its magic number has length 0, which is not valid.
func (f *pcapngFile) header() (pcapng.Header, error) {
	b, err := f.in.await(pcapng.HeaderLen)
	if err != nil {
		return pcapng.Header{}, err
	}
	if len(b) < pcapng.HeaderLen {
		return pcapng.Header{}, f.ended(len(b))
	}
	h := pcapng.ParseHeader(b, f.order)
	if h.Type != pcapng.TypeSectionHeader {
		return h, nil
	}
	if b, err = f.in.await(pcapng.MinBlockLen); err != nil {
		return h, err
	}
	if len(b) < pcapng.MinBlockLen {
		return h, f.ended(len(b))
	}
	order, ok := pcapng.ParseOrder(b)
	if !ok {
		h.Length = 0
		return h, nil
	}
	f.order = order
	return pcapng.ParseHeader(b, order), nil
}

// body passes over the next block and returns its body. Where that is not
// sound, the feed stands before the next block that is.
func (f *pcapngFile) body(h pcapng.Header) (body []byte, sound bool, err error) {
	length := int(h.Length)
	b, err := f.in.await(length)
	if err != nil {
		return nil, false, err
	}
	if len(b) < length {
		return nil, false, f.ended(len(b))
	}
	body, agree := h.Body(b[:length], f.order)
	if !agree {
		if sound, err := f.disagree(length); err != nil || !sound {
			return nil, false, err
		}
		body, _ = h.Body(f.in.feed.peek(length)[:length], f.order)
	}
	f.in.feed.pass(length)
	return body, true, nil
}

// skips reports whether a block is passed over, and says so where it should
// have been read.
func (f *pcapngFile) skips(h pcapng.Header) bool {
	switch h.Type {
	case pcapng.TypeSectionHeader, pcapng.TypeDecryptionSecrets:
	case pcapng.TypeInterfaceDescription, pcapng.TypeEnhancedPacket, pcapng.TypeSimplePacket,
		pcapng.TypeObsoletePacket, pcapng.TypeInterfaceStatistics:
		if f.secretsOnly || f.foreign {
			return true
		}
	default:
		return true
	}
	if uint64(h.Length) <= uint64(f.in.maxPacket)+maxOptions {
		return f.foreign && h.Type != pcapng.TypeSectionHeader
	}
	f.in.damaged(fmt.Sprintf("the block at octet %d has %d octets, more than a block may have: it was passed over", f.in.feed.offset(), h.Length))
	return true
}

// block reads one block's body; it is true where that was a packet.
func (f *pcapngFile) block(t pcapng.BlockType, body []byte, p *Packet) bool {
	raw := &f.raw
	var err error
	switch t {
	case pcapng.TypeEnhancedPacket:
		if err = raw.ParseEnhanced(body, f.order); err == nil {
			return f.packet(t, raw, p)
		}
	case pcapng.TypeObsoletePacket:
		if err = raw.ParseObsolete(body, f.order); err == nil {
			return f.packet(t, raw, p)
		}
	case pcapng.TypeSimplePacket:
		if err = f.simple(raw, body); err == nil {
			return f.packet(t, raw, p)
		}
	case pcapng.TypeSectionHeader:
		err = f.section(body)
	case pcapng.TypeInterfaceDescription:
		err = f.describe(body)
	case pcapng.TypeInterfaceStatistics:
		err = f.statistics(body)
	case pcapng.TypeDecryptionSecrets:
		err = f.secrets(body)
	}
	if err != nil {
		f.in.damaged(fmt.Sprintf("a block of type %d contradicts itself, before octet %d: it was passed over", t, f.in.feed.offset()))
	}
	return false
}

// simple reads a simple packet block.
func (f *pcapngFile) simple(raw *pcapng.Packet, body []byte) error {
	snaplen := uint32(0)
	if len(f.interfaces) > 0 {
		snaplen = f.interfaces[0].snaplen
	}
	return raw.ParseSimple(body, f.order, snaplen)
}

// packet makes p of raw. A simple packet block has no time: its packet gets
// that of the one before it, so that it stays where it stands.
func (f *pcapngFile) packet(t pcapng.BlockType, raw *pcapng.Packet, p *Packet) bool {
	if uint64(raw.Interface) >= uint64(len(f.interfaces)) {
		f.undescribed++
		return false
	}
	i := &f.interfaces[raw.Interface]
	if t != pcapng.TypeSimplePacket {
		time, ok := i.clock.Nanoseconds(raw.Timestamp)
		if !ok {
			f.in.badTime()
		}
		f.last = time
	}
	f.count++
	p.Time = f.last
	p.Data = raw.Data
	p.Length = max(int(raw.Length), len(raw.Data))
	p.Interface = i.index
	p.LinkType = i.link
	p.Window = f.in.feed.window
	p.comments = nil
	if len(raw.Options) > 0 {
		if texts := pcapng.Comments(raw.Options, f.order); texts != nil {
			p.comments = &texts
		}
	}
	return true
}

// ended says how the file ends, where rest octets were there of a block that
// needs more.
func (f *pcapngFile) ended(rest int) error {
	return f.in.ended(fmt.Sprintf("within a block, after packet %d", f.count), rest)
}
