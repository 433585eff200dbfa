package main

import (
	"cmp"
	"io"
	"slices"
	"sync"

	"h2scope"
	"h2scope/capture"
	"h2scope/capture/pcapng"
	"h2scope/export/packets"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// pcapngFormat is the packets of the connections that match.
func pcapngFormat() exportFormat {
	return exportFormat{
		name: "pcapng", short: "the packets of the connections that match, with their secrets",
		view: func(x *exportFlags) (text.View, error) { return &packetsView{listening: x.listening}, nil },
	}
}

// A packetsView learns in a first pass over the packets which connections match
// and which packets are theirs, and copies these in a second: of the captures once
// more, or of a spool where they can be read only once.
type packetsView struct {
	listening string // the capture filter of who listens
	selection *packets.Selection
	keys      *keylog.Store
	files     []string
	spool     *packetSpool // nil: the captures are read again

	mu    sync.Mutex // over chosen: connections end on all workers
	chose []uint64
}

// Configure has the packets told.
func (v *packetsView) Configure(cfg *h2scope.Config) {
	v.keys = cfg.Keys
	v.selection = packets.NewSelection(func(random [32]byte) bool {
		secrets, _ := v.keys.Find(random)
		return secrets != nil
	})
	cfg.Packet = v.selection.Packet
}

// Source keeps the packets that it gives, where they can't be read again.
func (v *packetsView) Source(src capture.Source, again bool) (capture.Source, error) {
	if again {
		return src, nil
	}
	var err error
	v.spool, err = newPacketSpool(src)
	return &spooledSource{Source: src, spool: v.spool}, err
}

// Head writes nothing.
func (*packetsView) Head(io.Writer) error { return nil }

// Worker returns the renderer of one worker.
func (v *packetsView) Worker() text.Renderer { return choosing{v} }

// choosing is the renderer of one worker: it is told of the connections that match.
type choosing struct{ *packetsView }

// Event notes connections.
func (v choosing) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.CaptureOpened:
		v.files = slices.Clone(e.Files)
	case *h2decode.ConnectionClosed:
		v.mu.Lock()
		v.chose = append(v.chose, e.Number)
		v.mu.Unlock()
	}
	return dst
}

// Foot copies the packets.
func (v *packetsView) Foot(out io.Writer) error {
	v.selection.Choose(v.chose...)
	c, done, err := v.again()
	if err != nil {
		return err
	}
	defer done()
	c.KeyLog = v.keyLog()
	c.Application = "h2scope " + cmp.Or(moduleVersion(), "development")
	_, err = packets.Write(out, *c, v.selection)
	return err
}

// again is the capture for the second pass.
func (v *packetsView) again() (c *packets.Capture, done func() error, err error) {
	if v.spool != nil {
		return v.spool.again(v.listening)
	}
	src, err := capture.Open(v.files, capture.Config{})
	if err != nil {
		return nil, nil, err
	}
	read := &copied{source: src}
	return &packets.Capture{
		Next:      read.next,
		Interface: func(i int) pcapng.InterfaceDescription { return description(&src.Interfaces()[i]) },
		Comments:  func(packet uint64) []string { return read.about.of(src.Comments(), packet) },
	}, src.Close, nil
}

// keyLog is the lines for the secrets of the chosen connections.
func (v *packetsView) keyLog() (lines []byte) {
	for _, random := range v.selection.Randoms() {
		if secrets, _ := v.keys.Find(random); secrets != nil {
			lines = appendKeyLog(lines, random, secrets)
		}
	}
	return lines
}

// copied is a capture as package packets reads it.
type copied struct {
	source capture.Source
	packet capture.Packet
	about  commentReader
}

func (c *copied) next(p *packets.Packet) error {
	if err := c.source.Next(&c.packet); err != nil {
		return err
	}
	*p = packets.Packet{
		Number: c.packet.Number, Time: c.packet.Time, Interface: c.packet.Interface, Data: c.packet.Data, Length: c.packet.Length,
	}
	return nil
}

func description(i *capture.Interface) pcapng.InterfaceDescription {
	return pcapng.InterfaceDescription{
		LinkType: uint16(i.LinkType), Snaplen: uint32(i.Snaplen), Name: i.Name, Description: i.Description, Filter: i.Filter, FCS: i.FCS,
	}
}

// A commentReader finds the comments of packets, for which it is asked in their
// order.
type commentReader struct {
	told int // comments that were looked at
}

// of are the comments of a packet, or with 0 those of the capture so far.
func (r *commentReader) of(all []capture.Comment, packet uint64) (texts []string) {
	if packet == 0 {
		for _, c := range all {
			if c.Packet == 0 {
				texts = append(texts, c.Text)
			}
		}
		return texts
	}
	for ; r.told < len(all) && all[r.told].Packet <= packet; r.told++ {
		if all[r.told].Packet == packet {
			texts = append(texts, all[r.told].Text)
		}
	}
	return texts
}
