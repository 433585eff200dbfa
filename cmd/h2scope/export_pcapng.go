package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
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
		view: func(*exportFlags) (text.View, error) { return new(packetsView), nil },
	}
}

// A packetsView learns in a first pass over the captures which connections match
// and which packets are theirs, and copies these in a second.
type packetsView struct {
	selection *packets.Selection
	keys      *keylog.Store
	files     []string

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

// Head writes nothing.
func (*packetsView) Head(io.Writer) error { return nil }

// Worker returns the renderer of one worker.
func (v *packetsView) Worker() text.Renderer { return choosing{v} }

// Pipe returns what ends the reading as soon as something is written.
func (v *packetsView) Pipe(io.Writer) io.Writer { return readOnce{v} }

// choosing is the renderer of one worker: it is told of the connections that match.
type choosing struct{ *packetsView }

// Event notes connections. It writes something where the captures can't be read
// twice, which ends the reading.
func (v choosing) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.CaptureOpened:
		v.files = slices.Clone(e.Files)
		if v.once() != "" {
			dst = append(dst, '.')
		}
	case *h2decode.ConnectionClosed:
		v.mu.Lock()
		v.chose = append(v.chose, e.Number)
		v.mu.Unlock()
	}
	return dst
}

// once is a capture that can be read only once, "" for none.
func (v *packetsView) once() string {
	for _, name := range v.files {
		if info, err := os.Stat(name); name == "-" || err == nil && !info.Mode().IsRegular() {
			return name
		}
	}
	return ""
}

// readOnce fails.
type readOnce struct{ *packetsView }

// Write says what is wrong.
func (v readOnce) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return 0, hintedError{
		fmt.Errorf("--to pcapng reads a capture twice, and %s can be read only once", v.once()),
		"write it to a file first, as with: cat > capture.pcapng",
	}
}

// Foot copies the packets.
func (v *packetsView) Foot(out io.Writer) error {
	v.selection.Choose(v.chose...)
	src, err := capture.Open(v.files, capture.Config{})
	if err != nil {
		return err
	}
	defer src.Close()
	var keyLog []byte
	for _, random := range v.selection.Randoms() {
		if secrets, _ := v.keys.Find(random); secrets != nil {
			keyLog = appendKeyLog(keyLog, random, secrets)
		}
	}
	c := &copied{source: src}
	_, err = packets.Write(out, packets.Capture{
		Next: c.next, Interface: c.description, Comments: c.about, KeyLog: keyLog,
		Application: "h2scope " + cmp.Or(moduleVersion(), "development"),
	}, v.selection)
	return err
}

// copied is a capture as package packets reads it.
type copied struct {
	source capture.Source
	packet capture.Packet
	told   int // comments that were looked at
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

func (c *copied) description(index int) pcapng.InterfaceDescription {
	i := &c.source.Interfaces()[index]
	return pcapng.InterfaceDescription{
		LinkType: uint16(i.LinkType), Snaplen: uint32(i.Snaplen), Name: i.Name, Description: i.Description, Filter: i.Filter, FCS: i.FCS,
	}
}

// about are the comments of a packet, or with 0 those of the capture so far.
func (c *copied) about(packet uint64) (texts []string) {
	all := c.source.Comments()
	if packet == 0 {
		for _, r := range all {
			if r.Packet == 0 {
				texts = append(texts, r.Text)
			}
		}
		return texts
	}
	for ; c.told < len(all) && all[c.told].Packet <= packet; c.told++ {
		if all[c.told].Packet == packet {
			texts = append(texts, all[c.told].Text)
		}
	}
	return texts
}
