package packets

import (
	"errors"
	"io"

	"h2scope/capture/pcapng"
)

// A Packet is a packet of the capture.
type Packet struct {
	Number    uint64 // from 1
	Time      int64  // nanoseconds since 1970-01-01 UTC
	Interface int    // index
	Data      []byte // what was captured; borrowed until the next one is asked for
	Length    int    // octets on the wire
}

// A Capture is what Write reads.
type Capture struct {
	// Next fills in the next packet, in the order of the first pass; at the end it
	// returns io.EOF.
	Next func(*Packet) error
	// Interface describes an interface, once a packet has named it.
	Interface func(index int) pcapng.InterfaceDescription
	// Comments are what people wrote about a packet, or with packet 0 about the
	// capture; it is asked for that when the first packet was read, and for packets
	// in their order. nil: nobody did.
	Comments func(packet uint64) []string
	KeyLog   []byte // the lines for Selection.Randoms; nil: none
	// Application is what the file says it was written by.
	Application string
}

// Counts are what was written.
type Counts struct {
	Packets   uint64
	Fragments uint64 // of these, fragments whose connection is not known
}

// Write writes the packets that are selected, and returns when there are no more,
// or with the error of reading or writing.
func Write(w io.Writer, c Capture, s *Selection) (Counts, error) {
	if c.Comments == nil {
		c.Comments = func(uint64) []string { return nil }
	}
	o := &copying{capture: &c, ids: make(map[int]uint32)}
	var p Packet
	for p.Number < s.Last() {
		err := c.Next(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return o.counts, errors.Join(err, o.end(w))
		}
		chosen, fragment := s.Selected(p.Number)
		if !chosen {
			continue
		}
		if err := o.copy(w, &p); err != nil {
			return o.counts, err
		}
		o.counts.Packets++
		if fragment {
			o.counts.Fragments++
		}
	}
	return o.counts, o.end(w)
}

// A copying is a run of Write.
type copying struct {
	*pcapng.Writer // nil: nothing was written yet
	capture        *Capture
	ids            map[int]uint32 // by the interface's index in the capture
	counts         Counts
}

// begin writes what stands before the packets.
func (o *copying) begin(w io.Writer) error {
	o.Writer = pcapng.NewWriter(w, pcapng.SectionHeader{Application: o.capture.Application, Comments: o.capture.Comments(0)})
	if len(o.capture.KeyLog) == 0 {
		return nil
	}
	return o.Secrets(pcapng.DecryptionSecrets{Type: pcapng.TLSKeyLog, Data: o.capture.KeyLog})
}

// end writes what is left: at least that there is a file.
func (o *copying) end(w io.Writer) error {
	if o.Writer == nil {
		if err := o.begin(w); err != nil {
			return err
		}
	}
	return o.Flush()
}

// copy writes a packet, and the interface before its first one.
func (o *copying) copy(w io.Writer, p *Packet) error {
	if o.Writer == nil {
		if err := o.begin(w); err != nil {
			return err
		}
	}
	id, described := o.ids[p.Interface]
	if !described {
		d := o.capture.Interface(p.Interface)
		d.Clock = pcapng.NewClock(pcapng.Nanoseconds, 0)
		var err error
		if id, err = o.Interface(d); err != nil {
			return err
		}
		o.ids[p.Interface] = id
	}
	return o.Packet(pcapng.Packet{
		Interface: id, Timestamp: uint64(p.Time), Length: uint32(p.Length), Data: p.Data,
	}, o.capture.Comments(p.Number)...)
}
