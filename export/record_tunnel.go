package export

import "h2scope/h2decode/content/tunnel"

// A Tunnel is what is told of the tunnel of a CONNECT request, and of the HTTP/2
// inside it. Its lists are records, each without the end of its line; they name the
// connection that the tunnel lies in.
type Tunnel struct {
	Conn   uint64
	Stream uint32 // of the connection; of the tunnel that it lies in, in Tunnels
	Result *tunnel.Result

	Frames, Streams, Gaps, Findings, Notices [][]byte

	Tunnels [][]byte // those of streams inside
	Omitted uint64   // records that a limit kept out of the lists
}

// AppendTunnel appends the record of a tunnel, and the end of its line.
func AppendTunnel(dst []byte, t *Tunnel) []byte {
	r := t.Result
	w := writer{buf: dst}
	w.begin("tunnel")
	w.uint("conn", t.Conn)
	w.uint("stream", uint64(t.Stream))
	w.name("protocol", r.Protocol.String())
	w.nameUnlessEmpty("reason", r.Reason)
	if r.TLS != nil {
		w.tls(r.TLS)
	}
	w.sides("bytes", &r.Octets)
	if r.HTTP2 != nil {
		w.acknowledged(&r.HTTP2.Settings)
		w.list("frames", t.Frames)
		w.list("streams", t.Streams)
		w.listUnlessEmpty("gaps", t.Gaps)
		w.listUnlessEmpty("findings", t.Findings)
		w.listUnlessEmpty("notices", t.Notices)
		w.listUnlessEmpty("tunnels", t.Tunnels)
		if t.Omitted > 0 {
			w.uint("omitted", t.Omitted)
		}
	}
	w.end()
	return w.buf
}

// list writes records as an array.
func (w *writer) list(key string, records [][]byte) {
	w.array(key)
	for _, r := range records {
		w.key("")
		w.buf = append(w.buf, r...)
	}
	w.endArray()
}

func (w *writer) listUnlessEmpty(key string, records [][]byte) {
	if len(records) > 0 {
		w.list(key, records)
	}
}
