package perfetto

import (
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// What is read back of a trace, with a decoder of its own: fields are looked up by
// number, and what nobody asks for is an error.

type readTrack struct {
	id, parent, process uint64
	name                string
	rank                int64
	ordered, counter    bool
}

type readEvent struct {
	kind, track, time uint64
	value             int64
	name, category    string
	arguments         map[string]any
}

type readTrace struct {
	tracks []readTrack
	events []readEvent
	clocks map[uint64]uint64
}

func (r *readTrace) track(id uint64) *readTrack {
	for i := range r.tracks {
		if r.tracks[i].id == id {
			return &r.tracks[i]
		}
	}
	return nil
}

func (r *readTrace) named(name string) *readTrack {
	for i := range r.tracks {
		if r.tracks[i].name == name {
			return &r.tracks[i]
		}
	}
	return nil
}

// on are the events of a track.
func (r *readTrace) on(track uint64) (events []readEvent) {
	for _, e := range r.events {
		if e.track == track {
			events = append(events, e)
		}
	}
	return events
}

// field tells of one field of a message: its number, and its value.
type field func(number protowire.Number, v uint64, octets []byte)

func walk(t testing.TB, octets []byte, tell field) {
	t.Helper()
	for len(octets) > 0 {
		number, kind, n := protowire.ConsumeTag(octets)
		if n < 0 {
			t.Fatalf("a tag that can't be read: %v", protowire.ParseError(n))
		}
		octets = octets[n:]
		switch kind {
		case protowire.VarintType:
			v, n := protowire.ConsumeVarint(octets)
			if n < 0 {
				t.Fatal(protowire.ParseError(n))
			}
			tell(number, v, nil)
			octets = octets[n:]
		case protowire.BytesType:
			v, n := protowire.ConsumeBytes(octets)
			if n < 0 {
				t.Fatal(protowire.ParseError(n))
			}
			tell(number, 0, v)
			octets = octets[n:]
		default:
			t.Fatalf("field %d has wire type %d, which is never written", number, kind)
		}
	}
}

func readBack(t testing.TB, octets []byte) *readTrace {
	t.Helper()
	r := &readTrace{clocks: make(map[uint64]uint64)}
	packets := 0
	walk(t, octets, func(number protowire.Number, _ uint64, packet []byte) {
		if number != 1 {
			t.Fatalf("field %d of a trace", number)
		}
		r.packet(t, packet, packets == 0)
		packets++
	})
	return r
}

func (r *readTrace) packet(t testing.TB, octets []byte, first bool) {
	var time, sequence, flags uint64
	events := len(r.events)
	walk(t, octets, func(number protowire.Number, v uint64, m []byte) {
		switch number {
		case 6:
			walk(t, m, func(_ protowire.Number, _ uint64, clock []byte) {
				var id uint64
				walk(t, clock, func(number protowire.Number, v uint64, _ []byte) {
					if number == 1 {
						id = v
					} else {
						r.clocks[id] = v
					}
				})
			})
		case 8:
			time = v
		case 10:
			sequence = v
		case 13:
			flags = v
		case 11:
			r.event(t, m)
		case 60:
			r.descriptor(t, m)
		default:
			t.Fatalf("field %d of a packet", number)
		}
	})
	if sequence == 0 || first != (flags == 1) {
		t.Fatalf("a packet of sequence %d with flags %d", sequence, flags)
	}
	if len(r.events) > events {
		r.events[events].time = time
	}
}

func (r *readTrace) descriptor(t testing.TB, m []byte) {
	var k readTrack
	walk(t, m, func(number protowire.Number, v uint64, m []byte) {
		switch number {
		case 1:
			k.id = v
		case 2:
			k.name = string(m)
		case 3:
			walk(t, m, func(number protowire.Number, v uint64, m []byte) {
				if number == 1 {
					k.process = v
				} else {
					k.name = string(m)
				}
			})
		case 5:
			k.parent = v
		case 8:
			k.counter = true
		case 11:
			k.ordered = v == 3
		case 12:
			k.rank = int64(v)
		default:
			t.Fatalf("field %d of a track", number)
		}
	})
	r.tracks = append(r.tracks, k)
}

func (r *readTrace) event(t testing.TB, m []byte) {
	e := readEvent{arguments: make(map[string]any)}
	walk(t, m, func(number protowire.Number, v uint64, m []byte) {
		switch number {
		case 4:
			var name string
			var value any
			walk(t, m, func(number protowire.Number, v uint64, m []byte) {
				switch number {
				case 10:
					name = string(m)
				case 6:
					value = string(m)
				case 4:
					value = int64(v)
				}
			})
			e.arguments[name] = value
		case 9:
			e.kind = v
		case 11:
			e.track = v
		case 22:
			e.category = string(m)
		case 23:
			e.name = string(m)
		case 30:
			e.value = int64(v)
		default:
			t.Fatalf("field %d of an event", number)
		}
	})
	r.events = append(r.events, e)
}
