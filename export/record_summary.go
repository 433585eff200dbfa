package export

import "h2scope/h2decode"

// summary is the last record.
func (w *writer) summary(e *h2decode.CaptureEnded) {
	w.begin("summary")
	w.uint("packets", e.Packets)
	w.uint("bytes", e.Bytes)
	w.object("packets_skipped")
	for _, s := range e.Skipped {
		w.uint(s.Reason, s.Packets)
	}
	w.endObject()
	w.uint("connections", e.Connections)
	w.uint("streams", e.Streams)
	w.uint("frames", e.Frames)
	w.uint("gaps", e.Gaps)
	w.severities("findings", &e.Findings)
	w.uint("rules_not_judged", e.NotJudged)
	w.object("tls")
	w.uint("connections", e.TLS.Connections)
	w.uint("with_secret", e.TLS.WithSecret)
	w.uint("decrypted", e.TLS.Decrypted)
	w.endObject()
	w.uint("evicted", e.Evicted)
	w.duration("duration", e.Last-e.First)
	w.bool("truncated", e.Truncated)
	w.end()
}
