package tlsdecrypt

import "h2scope/reassembly"

// A mode is how the octets of a half are looked at.
type mode uint8

const (
	framed mode = iota // records follow each other
	lost               // where the next record begins must be found and proved
	opaque             // records are counted, not opened
)

// A half is the state of one direction.
type half struct {
	c     *Conn
	id    reassembly.Half
	stats *SideInfo

	mode   mode
	begun  bool   // the half's first record was seen, and it begins a handshake
	joined bool   // or rather, it does not
	sealed bool   // below TLS 1.3: behind ChangeCipherSpec
	reason Reason // the first thing that went wrong
	end    uint64 // of the ciphertext so far
	closed uint64 // where it became opaque
	skip   uint64 // octets up to a place where a record begins

	// buf is a record of which more is to come, or where it is searched for;
	// start is the offset of its first octet, acked that of its chunk. last
	// is the chunk that was searched last.
	buf   []byte
	start uint64
	acked uint64
	last  reassembly.Chunk

	queue     []piece // what waits
	waits     want
	impatient bool   // it has waited too long, and waits no more
	hunts     int    // how often the whole key log was tried
	redo      *piece // a record put together, to be looked at again

	keys     keys
	loss     loss
	messages messages

	plain uint64 // octets of plaintext, those in gaps too
	told  uint64 // records of application data that were opened
	gaps  uint64 // and the gaps that were told
	marks marks
}

func (h *half) other() *half { return &h.c.half[h.id.Other()] }

// work consumes a piece as far as it can: not if the half must wait, and not
// beyond what the other half waits for.
func (h *half) work(p *piece) {
	for !p.empty() && h.waits == forNothing && h.redo == nil && !h.c.learned {
		switch {
		case p.gap > 0:
			h.gapped(p)
			p.Offset += p.gap
			p.gap = 0
		case h.skip > 0:
			n := min(h.skip, uint64(len(p.Data)))
			h.skip -= n
			p.advance(int(n))
		case h.mode == lost:
			h.scan(p)
		case h.mode == opaque:
			h.walk(p)
		default:
			h.frame(p)
		}
		h.end = max(h.end, p.Offset)
	}
}

// finish is told that nothing more comes.
func (h *half) finish() {
	if h.mode != lost {
		h.stats.Incomplete = uint64(len(h.buf))
	}
	h.c.pool.put(h.buf)
	h.buf = nil
	if h.loss.active && h.told > 0 {
		h.settleUnknown()
	}
}
