package export

import (
	"net/netip"

	"h2scope/h2decode"
)

// connectionOpened tells of a TCP connection with its first packet.
func (w *writer) connectionOpened(e *h2decode.ConnectionOpened) {
	w.begin("connection_opened")
	w.uint("conn", e.Conn)
	w.address("client", e.Client)
	w.address("server", e.Server)
	w.uint("packet", e.Packet)
	w.time("time", e.Time)
	w.end()
}

// address writes 192.0.2.1:443 or [2001:db8::1]:443.
func (w *writer) address(key string, a netip.AddrPort) {
	if !a.IsValid() {
		return
	}
	w.key(key)
	w.buf = append(w.buf, '"')
	w.buf = a.AppendTo(w.buf)
	w.buf = append(w.buf, '"')
}
