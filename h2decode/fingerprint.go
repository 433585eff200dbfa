package h2decode

import (
	"fmt"
	"strings"
)

// A fingerprint gathers how a client begins a connection: what tells one
// client's software from another's. The form is that of Akamai's paper "Passive
// Fingerprinting of HTTP/2 Clients" (2017): the settings in wire order, the
// first WINDOW_UPDATE of the connection, the PRIORITY frames, and the order of
// the pseudo-header fields of the first request.
type fingerprint struct {
	gathering  bool // since the preface
	settings   strings.Builder
	window     uint32
	priorities strings.Builder
	text       string
}

// maxFingerprint bounds each part, in octets.
const maxFingerprint = 1 << 10

// add takes a frame of the client from before the first request's end.
func (f *fingerprint) add(e *FrameDecoded) {
	switch p := e.Payload.(type) {
	case *SettingsFrame:
		if f.settings.Len() == 0 {
			f.addSettings(p)
		}
	case *WindowUpdateFrame:
		if f.window == 0 && e.Header.Stream == 0 {
			f.window = p.Increment
		}
	case *PriorityFrame:
		if f.priorities.Len() < maxFingerprint {
			exclusive := 0
			if p.Exclusive {
				exclusive = 1
			}
			separate(&f.priorities, ",")
			fmt.Fprintf(&f.priorities, "%d:%d:%d:%d", e.Header.Stream, exclusive, p.DependsOn, p.Weight)
		}
	}
	if e.Block != nil {
		f.conclude(e.Block)
	}
}

func (f *fingerprint) addSettings(p *SettingsFrame) {
	for s := range p.All() {
		if f.settings.Len() >= maxFingerprint {
			return
		}
		separate(&f.settings, ";")
		fmt.Fprintf(&f.settings, "%d:%d", uint16(s.ID), s.Value)
	}
}

func separate(b *strings.Builder, separator string) {
	if b.Len() > 0 {
		b.WriteString(separator)
	}
}

// conclude ends the gathering with the first request.
func (f *fingerprint) conclude(b *Block) {
	var order []string
	for i := range b.Fields {
		if name := b.Fields[i].Name; len(name) > 1 && name[0] == ':' {
			order = append(order, string(name[1:2]))
		}
	}
	window, priorities := "00", "0"
	if f.window != 0 {
		window = fmt.Sprint(f.window)
	}
	if f.priorities.Len() > 0 {
		priorities = f.priorities.String()
	}
	f.text = strings.Join([]string{f.settings.String(), window, priorities, strings.Join(order, ",")}, "|")
	f.gathering = false
}
