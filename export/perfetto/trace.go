package perfetto

import (
	"io"

	"h2scope/h2decode"
)

// flushAt is how many octets of the trace are gathered before they are written.
const flushAt = 64 << 10

// sequence is the one sequence of packets that the trace has.
const sequence = 1

// A trace writes packets. The error of the writer below stays.
type trace struct {
	out    io.Writer
	err    error
	octets message
	tracks uint64 // the last identifier that was given to a track
}

// packet writes one packet.
func (t *trace) packet(write func(m *message)) {
	t.octets.message(tracePacket, func(m *message) {
		write(m)
		m.uint(packetSequence, sequence)
	})
	if len(t.octets) >= flushAt {
		t.flush()
	}
}

func (t *trace) flush() {
	if t.err == nil {
		_, t.err = t.out.Write(t.octets)
	}
	t.octets = t.octets[:0]
}

// begin says what the clocks are: they show the same.
func (t *trace) begin(time int64) {
	t.packet(func(m *message) {
		m.message(packetClockSnapshot, func(m *message) {
			for _, id := range [...]uint64{clockBoottime, clockRealtime} {
				m.message(snapshotClock, func(m *message) {
					m.uint(clockID, id)
					m.uint(clockTimestamp, stamp(time))
				})
			}
		})
		m.uint(packetSequenceFlags, incrementalStateCleared)
	})
}

// stamp is a time as the trace has it, where none is before 1970.
func stamp(time int64) uint64 { return uint64(max(0, time)) }

// A track is where events are drawn.
type track struct {
	name    string
	parent  uint64 // 0: none
	rank    int32  // among the children of an ordered track
	process uint64 // the number of the connection that it is; 0: it is none
	ordered bool   // its children stand in order of their ranks, not of their names; no process has that
	counter bool   // of octets
}

// add describes a track and gives its identifier.
func (t *trace) add(k track) uint64 {
	t.tracks++
	t.packet(func(m *message) { m.message(packetTrackDescriptor, k.write(t.tracks)) })
	return t.tracks
}

func (k *track) write(id uint64) func(*message) {
	return func(m *message) {
		m.uint(trackUUID, id)
		if k.parent != 0 {
			m.uint(trackParent, k.parent)
			m.uint(trackRank, uint64(k.rank))
		}
		if k.ordered {
			m.uint(trackChildOrdering, orderExplicit)
		}
		if k.process != 0 {
			m.message(trackProcess, func(m *message) {
				m.uint(processPID, k.process)
				m.text(processName, k.name)
			})
			return
		}
		m.text(trackName, k.name)
		if k.counter {
			m.message(trackCounter, func(m *message) { m.uint(counterUnit, unitBytes) })
		}
	}
}

// An event is what happens on a track.
type event struct {
	track      uint64
	time       int64
	name       string
	category   string
	annotation []h2decode.Evidence
}

func (t *trace) begins(e *event)  { t.event(sliceBegin, e) }
func (t *trace) instant(e *event) { t.event(instant, e) }

// ends ends the innermost slice of a track.
func (t *trace) ends(track uint64, time int64) { t.event(sliceEnd, &event{track: track, time: time}) }

func (t *trace) event(kind uint64, e *event) {
	t.packet(func(m *message) {
		m.uint(packetTimestamp, stamp(e.time))
		m.message(packetTrackEvent, func(m *message) {
			m.uint(eventType, kind)
			m.uint(eventTrack, e.track)
			if kind == sliceEnd {
				return
			}
			m.text(eventName, e.name)
			m.text(eventCategory, e.category)
			for _, a := range e.annotation {
				m.message(eventAnnotation, func(m *message) { annotate(m, a) })
			}
		})
	})
}

func annotate(m *message, a h2decode.Evidence) {
	m.text(annotationName, a.Name)
	if a.Text != "" {
		m.text(annotationText, a.Text)
	} else {
		m.uint(annotationInt, uint64(a.Number))
	}
}

// counts gives a counter its value from a time on.
func (t *trace) counts(track uint64, time, value int64) {
	t.packet(func(m *message) {
		m.uint(packetTimestamp, stamp(time))
		m.message(packetTrackEvent, func(m *message) {
			m.uint(eventType, counterValue)
			m.uint(eventTrack, track)
			m.uint(eventCounter, uint64(value))
		})
	})
}
