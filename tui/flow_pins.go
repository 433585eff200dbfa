package tui

import (
	"fmt"
	"slices"
)

// A pin keeps a stream beside the one that is selected, to be compared with it.
type pin struct {
	conn   uint64
	stream uint32
}

// maxPins is how many streams may be pinned.
const maxPins = 4

// pin pins the selected stream, or takes its pin out.
func (m *Model) pin() {
	p := pin{m.Conn, m.Stream}
	at := slices.Index(m.Pins, p)
	switch {
	case m.Stream == 0:
		m.say("no stream is selected that could be pinned")
	case at >= 0:
		m.Pins = slices.Delete(slices.Clone(m.Pins), at, at+1)
		m.say(fmt.Sprintf("stream %d is not pinned any more", m.Stream))
	case len(m.Pins) == maxPins:
		m.say(fmt.Sprintf("%d streams are pinned, more cannot be compared; p on one of them takes its pin out", maxPins))
	default:
		m.Pins = append(slices.Clone(m.Pins), p)
		m.say(fmt.Sprintf("stream %d is pinned: 5 shows its window beside that of the stream that is selected", m.Stream))
	}
}

// compared are the streams whose windows are shown: the selected one, and the
// pinned ones of its connection.
func (m *Model) compared() (streams []uint32) {
	if m.Stream != 0 {
		streams = append(streams, m.Stream)
	}
	for _, p := range m.Pins {
		if p.conn == m.Conn && p.stream != m.Stream {
			streams = append(streams, p.stream)
		}
	}
	return streams
}

// band is where the window of a stream is remembered.
func (m *Model) band(stream uint32) int {
	switch {
	case stream == 0:
		return 0
	case stream == m.Stream:
		return 1
	}
	return 2 + max(0, slices.Index(m.Pins, pin{m.Conn, stream}))
}
