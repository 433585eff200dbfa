package exchange

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
)

// ID names the connection: its number, and for the one inside of a tunnel the
// streams that it lies in, as in "3/1".
func (c *Connection) ID() string {
	id := strconv.FormatUint(c.Number, 10)
	for _, stream := range c.Within {
		id += "/" + strconv.FormatUint(uint64(stream), 10)
	}
	return id
}

// Inside decodes what the tunnel carries, and gives each event of the HTTP/2 in it
// to yield, with the exchange that is over with it, if one is. An exchange may be
// a tunnel in its turn; keep says what of their contents is kept. Events and
// exchanges are borrowed: valid during the call.
//
// It reports false where the exchange is no tunnel, or a WebSocket. Of a tunnel as
// many octets of each side are decoded as were kept, and [tunnel.MaxDepth] of them
// one inside the other.
func (x *Exchange) Inside(cfg tunnel.Config, keep Config, yield func(h2decode.Event, *Exchange)) (r *tunnel.Result, ok bool) {
	if !x.Tunnel() || strings.EqualFold(string(x.Stream.Request.Field(":protocol")), "websocket") {
		return nil, false
	}
	sent := [2]uint64{x.Stream.Request.DataBytes, x.Stream.Response.DataBytes}
	if len(x.Conn.Within) >= tunnel.MaxDepth {
		return &tunnel.Result{Reason: "tunnels are decoded " + strconv.Itoa(tunnel.MaxDepth) + " deep", Octets: sent}, true
	}
	cfg.Conn = x.Conn.Number
	in := &inside{outer: x, assembler: New(keep), yield: yield}
	in.open()
	d := tunnel.New(cfg, in)
	last := x.replay(d)
	r = d.Close(last.Packet, last.Time)
	r.Octets = sent
	if n := x.unkept(); n > 0 {
		r.Reason = strings.TrimPrefix(fmt.Sprintf("%s; %d octets are beyond --max-body, and not decoded", r.Reason, n), "; ")
	}
	return r, true
}

// unkept is how many octets came and can't be given again.
func (x *Exchange) unkept() (n uint64) {
	for _, b := range x.Bodies {
		n += b.untimed + b.Unheld
	}
	return n
}

// inside takes the events of the connection inside a tunnel.
type inside struct {
	outer     *Exchange
	assembler *Assembler
	yield     func(h2decode.Event, *Exchange)
}

// open begins the connection: it is set up when CONNECT is answered.
func (in *inside) open() {
	x := in.outer
	t := &x.Stream.Timing
	in.assembler.Event(&h2decode.ConnectionOpened{
		Conn: x.Conn.Number, Client: x.Conn.Client, Server: x.Conn.Server, Packet: x.Stream.OpenedPacket, Time: x.Stream.OpenedAt,
	})
	c := in.assembler.conns[x.Conn.Number]
	c.Within = append(slices.Clone(x.Conn.Within), x.Stream.ID)
	c.Authority = authority(x.Stream.Request.Fields)
	if t.FinalResponse != 0 {
		c.Connect = Span{t.Request, t.FinalResponse}
	}
}

// Event passes an event on, with the exchange that is over with it.
func (in *inside) Event(e h2decode.Event) {
	if e, is := e.(*h2decode.SetUp); is {
		e.Connect = h2decode.Period(in.assembler.conns[e.Conn].Connect)
	}
	in.yield(e, in.assembler.Event(e))
}

// replay gives the octets of both sides to a decoder, in the order of the packets
// that they came with, and returns where the last came from.
func (x *Exchange) replay(d *tunnel.Decoder) (last tunnel.At) {
	var pieces [2][]piece
	var octets [2][]byte
	for side, b := range x.Bodies {
		pieces[side], octets[side] = b.pieces, b.Octets()
	}
	for len(pieces[0])+len(pieces[1]) > 0 {
		side := h2decode.Client
		if len(pieces[side]) == 0 || len(pieces[h2decode.Server]) > 0 && pieces[h2decode.Server][0].packet < pieces[side][0].packet {
			side = h2decode.Server
		}
		p := &pieces[side][0]
		pieces[side] = pieces[side][1:]
		last = tunnel.At{From: side, Packet: p.packet, Time: p.time}
		d.Write(last, octets[side][:p.octets])
		octets[side] = octets[side][p.octets:]
		d.Missing(last, p.missing, false)
		d.Missing(last, p.doubt, true)
	}
	last.Time = max(last.Time, x.Stream.ClosedAt)
	return last
}
