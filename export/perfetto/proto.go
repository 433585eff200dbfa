package perfetto

import "google.golang.org/protobuf/encoding/protowire"

// The fields of Perfetto's messages that are written, by their numbers in
// protos/perfetto/trace: trace_packet.proto, clock_snapshot.proto and the files of
// track_event.
const (
	tracePacket = 1 // of Trace

	// TracePacket
	packetClockSnapshot   = 6
	packetTimestamp       = 8
	packetSequence        = 10 // trusted_packet_sequence_id
	packetTrackEvent      = 11
	packetSequenceFlags   = 13
	packetTrackDescriptor = 60

	// ClockSnapshot and its Clock
	snapshotClock  = 1
	clockID        = 1
	clockTimestamp = 2

	// TrackDescriptor
	trackUUID          = 1
	trackName          = 2
	trackProcess       = 3
	trackParent        = 5
	trackCounter       = 8
	trackChildOrdering = 11
	trackRank          = 12 // sibling_order_rank

	// ProcessDescriptor
	processPID  = 1
	processName = 6

	// CounterDescriptor
	counterUnit = 3

	// TrackEvent
	eventAnnotation = 4
	eventType       = 9
	eventTrack      = 11
	eventCategory   = 22
	eventName       = 23
	eventCounter    = 30

	// DebugAnnotation
	annotationInt  = 4
	annotationText = 6
	annotationName = 10
)

// Values of these messages' enumerations.
const (
	clockRealtime = 1 // BuiltinClock
	clockBoottime = 6 // the clock of timestamps that name none

	incrementalStateCleared = 1 // SequenceFlags: nothing before this packet matters

	orderExplicit = 3 // ChildTracksOrdering: by rank
	unitBytes     = 3 // CounterDescriptor.Unit

	sliceBegin   = 1 // TrackEvent.Type
	sliceEnd     = 2
	instant      = 3
	counterValue = 4
)

// A message is the octets of a protobuf message that is being written.
type message []byte

func (m *message) uint(field protowire.Number, v uint64) {
	*m = protowire.AppendTag(*m, field, protowire.VarintType)
	*m = protowire.AppendVarint(*m, v)
}

func (m *message) text(field protowire.Number, s string) {
	*m = protowire.AppendTag(*m, field, protowire.BytesType)
	*m = protowire.AppendString(*m, s)
}

// message writes a message within the message. Its length stands before it and is
// known only behind it, so the octets move by as much as that takes.
func (m *message) message(field protowire.Number, write func(*message)) {
	*m = protowire.AppendTag(*m, field, protowire.BytesType)
	begin := len(*m)
	write(m)
	length := len(*m) - begin
	room := protowire.SizeVarint(uint64(length))
	for range room {
		*m = append(*m, 0)
	}
	copy((*m)[begin+room:], (*m)[begin:begin+length])
	protowire.AppendVarint((*m)[:begin], uint64(length))
}
