package capture

import (
	"fmt"
	"io"

	"h2scope/capture/pcapng"
)

// A pcapFile reads the records of a pcap file.
type pcapFile struct {
	in     *input
	header pcapng.FileHeader
	length int // of a record's header
	iface  int
	count  uint64 // records read
}

// newPcapFile reads the file header. Where that is cut there are no packets.
func newPcapFile(in *input) *pcapFile {
	f := &pcapFile{in: in}
	b := in.feed.peek(pcapng.FileHeaderLen)
	header, ok := pcapng.ParseFileHeader(b)
	if !ok {
		return f
	}
	in.feed.skip(pcapng.FileHeaderLen)
	f.header, f.length = header, header.RecordLen()
	f.iface, _ = in.catalog.addInterface(Interface{
		LinkType: LinkType(header.LinkType),
		Snaplen:  int(header.Snaplen),
		FCS:      header.FCS,
	})
	return f
}

func (f *pcapFile) next(p *Packet) error {
	feed := &f.in.feed
	if f.length == 0 {
		return f.in.ended("within the file header", len(feed.peek(1)))
	}
	b, err := f.in.await(f.length)
	if err != nil {
		return err
	}
	if len(b) < f.length {
		return f.in.ended(f.within(), len(b))
	}
	r := f.header.ParseRecord(b)
	if uint64(r.Captured) > uint64(f.in.maxPacket) {
		f.in.note(DamagedBlock, fmt.Sprintf("packet %d would have %d octets, more than the %d that a packet may have: the rest of the file, from octet %d on, was not read",
			f.count+1, r.Captured, f.in.maxPacket, feed.offset()))
		return io.EOF
	}
	whole := f.length + int(r.Captured)
	if len(b) < whole {
		if b, err = f.in.await(whole); err != nil {
			return err
		}
		if len(b) < whole {
			return f.in.ended(f.within(), len(b))
		}
	}
	feed.pass(whole)
	f.count++
	p.Time = r.Time
	p.Data = b[f.length:whole:whole]
	p.Length = max(int(r.Length), int(r.Captured))
	p.Interface = f.iface
	p.LinkType = LinkType(f.header.LinkType)
	p.Window = feed.window
	p.comments = nil
	return nil
}

func (f *pcapFile) within() string { return fmt.Sprintf("within packet %d", f.count+1) }
