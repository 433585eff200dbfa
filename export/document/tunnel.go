package document

import (
	"bytes"

	"h2scope/export"
	"h2scope/export/exchange"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
)

// maxTunnel is how many octets the records of what is inside of one tunnel take.
const maxTunnel = 64 << 20

// Tunnels render records, and behind that of a stream which is a tunnel what is
// inside of it, as a record of its own: tunnel. They need h2scope.Config with
// Messages and Data.
type Tunnels struct {
	Records func(export.RecordSet) text.Renderer // a renderer of such records
	Tunnel  tunnel.Config                        // how what is inside is decoded
	MaxBody int                                  // octets of each side of a tunnel that are decoded
}

// insideRecords are the records of what is inside of a tunnel.
const insideRecords = export.FrameRecord | export.StreamRecord | export.GapRecord | export.FindingRecord | export.NoticeRecord

// Worker returns the renderer of one worker.
func (t *Tunnels) Worker() text.Renderer {
	return &tunnels{cfg: t, next: t.Records(export.AllRecords), assembler: exchange.New(t.kept())}
}

// kept is what is kept of exchanges.
func (t *Tunnels) kept() exchange.Config { return exchange.Config{MaxBody: t.MaxBody, Tunnels: true} }

type tunnels struct {
	cfg       *Tunnels
	next      text.Renderer
	assembler *exchange.Assembler
}

// Event appends the record that e becomes, and that of the tunnel that is over.
func (t *tunnels) Event(dst []byte, e h2decode.Event) []byte {
	dst = t.next.Event(dst, e)
	if x := t.assembler.Event(e); x != nil {
		room := maxTunnel
		dst = append(dst, t.open(x, &room)...)
	}
	return dst
}

// Unmatched takes an event that a filter keeps from the output.
func (t *tunnels) Unmatched(e h2decode.Event) {
	t.assembler.Event(e)
	if next, is := t.next.(interface{ Unmatched(h2decode.Event) }); is {
		next.Unmatched(e)
	}
}

// open is the record of a tunnel, nil where the exchange is none. room is how many
// octets are left for what is inside.
func (t *tunnels) open(x *exchange.Exchange, room *int) []byte {
	in := &inside{tunnels: t, room: room, records: t.cfg.Records(insideRecords)}
	r, ok := x.Inside(t.cfg.Tunnel, t.cfg.kept(), in.event)
	if !ok {
		return nil
	}
	in.tunnel.Conn, in.tunnel.Stream, in.tunnel.Result = x.Conn.Number, x.Stream.ID, r
	return export.AppendTunnel(nil, &in.tunnel)
}

// inside gathers the records of one tunnel.
type inside struct {
	tunnels *tunnels
	room    *int
	records text.Renderer
	tunnel  export.Tunnel
	line    []byte
}

// event takes an event of what is inside, and the exchange that is over with it.
func (in *inside) event(e h2decode.Event, x *exchange.Exchange) {
	in.line = in.records.Event(in.line[:0], e)
	if len(in.line) > 0 {
		in.keep(in.list(), in.line)
	}
	if x != nil {
		if record := in.tunnels.open(x, in.room); record != nil {
			in.tunnel.Tunnels = append(in.tunnel.Tunnels, bytes.TrimSuffix(record, []byte("\n")))
		}
	}
}

// list is where the record in work belongs.
func (in *inside) list() *[][]byte {
	t := &in.tunnel
	switch kind := bytes.Trim(member(in.line, "record"), `"`); string(kind) {
	case "frame":
		return &t.Frames
	case "stream":
		return &t.Streams
	case "gap":
		return &t.Gaps
	case "finding":
		return &t.Findings
	}
	return &t.Notices
}

// keep keeps a record, without the end of its line, as far as there is room.
func (in *inside) keep(list *[][]byte, line []byte) {
	if len(line) > *in.room {
		in.tunnel.Omitted++
		return
	}
	*in.room -= len(line)
	*list = append(*list, bytes.Clone(bytes.TrimSuffix(line, []byte("\n"))))
}
