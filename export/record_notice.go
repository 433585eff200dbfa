package export

import "h2scope/h2decode"

// notice tells of trouble with the input, and where it is.
func (w *writer) notice(e *h2decode.Noticed) {
	w.begin("notice")
	if e.Conn != 0 {
		w.uint("conn", e.Conn)
	}
	w.text("kind", []byte(e.Kind))
	w.text("message", []byte(e.Message))
	w.textUnlessEmpty("file", e.File)
	if e.Packet != 0 {
		w.uint("packet", e.Packet)
	}
	w.end()
}
