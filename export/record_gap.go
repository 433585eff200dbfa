package export

import "h2scope/h2decode"

// gap tells of octets that the capture lacks.
func (w *writer) gap(e *h2decode.GapFound) {
	w.begin("gap")
	w.uint("conn", e.Conn)
	w.name("from", e.From.String())
	w.uint("packet", e.Packet)
	w.time("time", e.Time)
	w.uint("offset", e.Offset)
	w.uint("bytes", e.Bytes)
	w.uint("skipped_bytes", e.Skipped)
	w.name("cause", e.Cause.String())
	if e.Resynced != 0 {
		w.uint("resynced_packet", e.Resynced)
	}
	w.end()
}
