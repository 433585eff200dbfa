package export

import (
	"h2scope/export/exchange"
	"h2scope/h2decode"
)

// Schema counts the breaking changes of the records.
const Schema = 1

// A RecordSet says which records are written: a union of kinds.
type RecordSet uint16

// The kinds of record.
const (
	CaptureRecord RecordSet = 1 << iota
	ConnectionOpenedRecord
	ConnectionRecord
	FrameRecord
	StreamRecord
	GapRecord
	NoticeRecord
	SummaryRecord
	FindingRecord
)

// The records that each command writes.
const (
	SummaryRecords = CaptureRecord | NoticeRecord | SummaryRecord
	ConnRecords    = SummaryRecords | ConnectionOpenedRecord | ConnectionRecord
	StreamRecords  = ConnRecords | StreamRecord
	FrameRecords   = ConnRecords | FrameRecord | GapRecord
	CheckRecords   = ConnRecords | FindingRecord
	AllRecords     = StreamRecords | FrameRecords | FindingRecord
)

// Records renders events as records, one a line. It satisfies
// h2scope.Renderer; each worker has one of its own.
type Records struct {
	set   RecordSet
	w     writer
	meter *exchange.Meter // nil: no record needs it
}

// NewRecords returns a renderer of the records in set. Those of streams tell how
// many messages gRPC calls had where h2scope.Config asks for Data.
func NewRecords(set RecordSet) *Records { return NewDecodedRecords(set, 0) }

// NewDecodedRecords returns a renderer of the records in set, in which those of
// streams tell how long contents are without their codings: of messages of which
// maxBody octets, as sent and as decoded, are all. It needs Messages and Data of
// h2scope.Config.
func NewDecodedRecords(set RecordSet, maxBody int) *Records {
	r := &Records{set: set}
	if set&StreamRecord != 0 {
		r.meter = exchange.NewMeter(maxBody)
	}
	return r
}

// Unmatched takes an event that a filter keeps from the records: what is told of a
// stream is told of all its frames.
func (r *Records) Unmatched(e h2decode.Event) {
	if r.meter == nil {
		return
	}
	if closed, is := e.(*h2decode.StreamClosed); is {
		r.meter.Take(closed.Conn, closed.Stream)
	} else {
		r.meter.Event(e)
	}
}

// Event appends the record that e becomes, if any, to dst and returns it. It
// keeps nothing of e.
func (r *Records) Event(dst []byte, e h2decode.Event) []byte {
	w := &r.w
	w.buf = dst
	if r.meter != nil {
		r.meter.Event(e)
	}
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		if r.set&FrameRecord != 0 {
			w.frame(e)
		}
	case *h2decode.StreamClosed:
		if r.set&StreamRecord != 0 {
			measure := r.meter.Take(e.Conn, e.Stream)
			w.stream(e, &measure)
		}
	case *h2decode.GapFound:
		if r.set&GapRecord != 0 {
			w.gap(e)
		}
	case *h2decode.Finding:
		if r.set&FindingRecord != 0 {
			w.finding(e)
		}
	default:
		r.rare(e)
	}
	return w.buf
}

// rare writes the records of which there are few.
func (r *Records) rare(e h2decode.Event) {
	w := &r.w
	switch e := e.(type) {
	case *h2decode.ConnectionOpened:
		if r.set&ConnectionOpenedRecord != 0 {
			w.connectionOpened(e)
		}
	case *h2decode.ConnectionClosed:
		if r.set&ConnectionRecord != 0 {
			w.connection(e.Connection)
		}
	case *h2decode.CaptureOpened:
		if r.set&CaptureRecord != 0 {
			w.capture(e)
		}
	case *h2decode.Noticed:
		if r.set&NoticeRecord != 0 {
			w.notice(e)
		}
	case *h2decode.CaptureEnded:
		if r.set&SummaryRecord != 0 {
			w.summary(e)
		}
	}
}
