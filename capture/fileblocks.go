package capture

import (
	"bytes"
	"fmt"

	"h2scope/capture/pcapng"
)

// section begins a section.
func (f *pcapngFile) section(body []byte) error {
	f.interfaces = f.interfaces[:0]
	h, err := pcapng.ParseSectionHeader(body, f.order)
	if f.foreign = err == nil && h.Major != 1; f.foreign {
		f.in.damaged(fmt.Sprintf("a section of version %d.%d, which is not known, was passed over", h.Major, h.Minor))
		return nil
	}
	f.in.comment(h.Comments)
	return err
}

// describe adds an interface to the section.
func (f *pcapngFile) describe(body []byte) error {
	d, err := pcapng.ParseInterfaceDescription(body, f.order)
	if err != nil {
		return err
	}
	index, ok := f.in.catalog.addInterface(Interface{
		Name:        d.Name,
		Description: d.Description,
		LinkType:    LinkType(d.LinkType),
		Snaplen:     int(d.Snaplen),
		Filter:      d.Filter,
		FCS:         d.FCS,
	})
	if !ok {
		f.in.overLimit(&f.in.limits.interfaces, fmt.Sprintf("there are more than %d interfaces: packets of the others were not read", maxInterfaces))
		return nil
	}
	f.interfaces = append(f.interfaces, ngInterface{index, LinkType(d.LinkType), d.Snaplen, d.Clock})
	f.in.comment(d.Comments)
	return nil
}

func (f *pcapngFile) statistics(body []byte) error {
	st, err := pcapng.ParseInterfaceStatistics(body, f.order)
	if err != nil || uint64(st.Interface) >= uint64(len(f.interfaces)) {
		return err
	}
	// The counters are of the whole capture so far: the last block is right.
	i := &f.in.catalog.interfaces[f.interfaces[st.Interface].index]
	f.in.lost += st.Dropped - i.Dropped
	i.Received, i.Dropped = st.Received, st.Dropped
	f.in.comment(st.Comments)
	return nil
}

func (f *pcapngFile) secrets(body []byte) error {
	s, err := pcapng.ParseDecryptionSecrets(body, f.order)
	if err != nil {
		return err
	}
	c := f.in.catalog
	if c.secretOctets += len(s.Data) + secretsOverhead; c.secretOctets > maxSecrets {
		f.in.overLimit(&f.in.limits.secrets, fmt.Sprintf("there are more than %d octets of decryption secrets: the others were not read", maxSecrets))
		return nil
	}
	c.secrets = append(c.secrets, Secrets{s.Type, bytes.Clone(s.Data), f.in.name})
	f.in.comment(s.Comments)
	return nil
}

// disagree is for a block whose second length is not the first, length. It
// is sound all the same where the file ends or a sound block begins behind
// it; else the feed stands before the next block that is.
func (f *pcapngFile) disagree(length int) (sound bool, err error) {
	feed := &f.in.feed
	f.in.damaged(fmt.Sprintf("the lengths before and after the block at octet %d differ", feed.offset()))
	if len(feed.peek(length+1)) == length || f.soundAt(length) {
		return true, nil
	}
	return false, f.resync()
}

// resync goes forward to the next block that is sound.
func (f *pcapngFile) resync() error {
	feed := &f.in.feed
	for {
		if len(feed.peek(1+pcapng.MinBlockLen)) <= pcapng.MinBlockLen {
			f.in.note(DamagedBlock, "no sound block follows")
			return f.ended(0)
		}
		feed.pass(1)
		if f.soundAt(0) {
			return nil
		}
	}
}

// soundAt reports whether a whole block of a known type, whose lengths agree,
// stands at octets after the next.
func (f *pcapngFile) soundAt(at int) bool {
	feed := &f.in.feed
	b := feed.peek(at + pcapng.MinBlockLen)
	if len(b) < at+pcapng.MinBlockLen {
		return false
	}
	order := f.order
	h := pcapng.ParseHeader(b[at:], order)
	switch h.Type {
	case pcapng.TypeSectionHeader:
		var ok bool
		if order, ok = pcapng.ParseOrder(b[at:]); !ok {
			return false
		}
		h = pcapng.ParseHeader(b[at:], order)
	case pcapng.TypeInterfaceDescription, pcapng.TypeObsoletePacket, pcapng.TypeSimplePacket, pcapng.TypeNameResolution,
		pcapng.TypeInterfaceStatistics, pcapng.TypeEnhancedPacket, pcapng.TypeDecryptionSecrets,
		pcapng.TypeCustom, pcapng.TypeCustomNoCopy:
	default:
		return false
	}
	if !h.Valid() || h.Length > maxResync {
		return false
	}
	end := at + int(h.Length)
	if b = feed.peek(end); len(b) < end {
		return false
	}
	_, agree := h.Body(b[at:end], order)
	return agree
}
