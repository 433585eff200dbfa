package tui

import (
	"math"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/body"
)

// bodyAsTunnel says that what is inside of the stream is shown in place of its
// octets: it is a tunnel (RFC 9113, Section 8.5) and no WebSocket, and its beginning
// is not forgotten.
func (m *Model) bodyAsTunnel(c *timeline.Conn) bool {
	way := m.Pane[Stream]
	if way != responseText && way != requestText {
		return false
	}
	x, found := c.ExchangeOf(m.Stream)
	if !found || x.Kind != h2decode.KindConnect && x.Kind != h2decode.KindExtendedConnect {
		return false
	}
	if firstFrames(c, x.ID)[h2decode.Client].Opens != x.ID {
		return false
	}
	request, response := c.Fields(&x, h2decode.Client), c.Fields(&x, h2decode.Server)
	status := fieldValue(response.Fields, ":status")
	return len(status) == 3 && status[0] == '2' && !strings.EqualFold(fieldValue(request.Fields, ":protocol"), "websocket")
}

// readTunnel makes text of what is inside of a tunnel. Where that is no HTTP/2 it
// is the octets of the side that was asked for.
func (m *Model) readTunnel(c *timeline.Conn, x *timeline.Exchange, o Octets) Body {
	b := Body{Key: o.Key}
	pieces := tunnelPieces(c, o)
	for i := range pieces {
		b.got += uint64(len(pieces[i].Octets))
	}
	b.of = x.Request.DataBytes + x.Response.DataBytes
	if b.got == b.of {
		pieces = append(pieces, lostBehind(c, o)...)
	}
	b.Text = body.ReadTunnel(pieces, m.Options.Tunnel)
	if b.Lines == nil {
		var message body.Message
		for i := range pieces {
			if p := &pieces[i]; p.From == o.Key.Side {
				message.Octets = append(message.Octets, p.Octets...)
			}
		}
		kind, notes := b.Kind, b.Notes
		b.Text = body.Read(message)
		b.Kind, b.Notes = kind+", those of the "+o.Key.Side.String(), append(notes, b.Notes...)
	}
	if o.Err != nil {
		b.Notes = append(b.Notes, "not all octets are kept: "+printable.String(o.Err.Error()))
	}
	return b
}

// tunnelPieces are the data in the DATA frames of a tunnel, and what is missing
// between them.
func tunnelPieces(c *timeline.Conn, o Octets) (pieces []body.Piece) {
	before := firstFrames(c, o.Key.Stream)
	for i, part := range o.Parts {
		f := &o.Frames[i]
		p := body.Piece{At: tunnel.At{From: f.From, Packet: f.Packet, Time: f.Time}}
		if lost := body.Lost(c, &before[f.From], f); lost > 0 {
			pieces = append(pieces, body.Piece{At: p.At, Missing: lost, Estimated: true})
		}
		before[f.From] = *f
		switch padded := f.Header.Flags.Has(h2decode.FlagPadded); {
		case len(part) == o.Ranges[i].Length:
			if payload, _ := h2decode.ParsePayload(f.Header, part[h2decode.HeaderLength:]); payload != nil {
				p.Octets = payload.(*h2decode.DataFrame).Data
			}
		case padded || len(part) < h2decode.HeaderLength:
			p.Missing, p.Estimated = uint64(f.Header.Length), padded
		default:
			p.Octets, p.Missing = part[h2decode.HeaderLength:], uint64(o.Ranges[i].Length-len(part))
		}
		pieces = append(pieces, p)
	}
	return pieces
}

// lostBehind is what of each side may be lost behind the last frame of the tunnel.
func lostBehind(c *timeline.Conn, o Octets) (pieces []body.Piece) {
	last := firstFrames(c, o.Key.Stream)
	for i := range o.Frames {
		last[o.Frames[i].From] = o.Frames[i]
	}
	for side := range last {
		end := timeline.Frame{Number: uint64(c.Len()), From: h2decode.Side(side), Offset: math.MaxUint64}
		if lost := body.Lost(c, &last[side], &end); lost > 0 {
			at := tunnel.At{From: h2decode.Side(side), Packet: last[side].Packet, Time: last[side].Time}
			pieces = append(pieces, body.Piece{At: at, Missing: lost, Estimated: true})
		}
	}
	return pieces
}

// firstFrames are the first frames of both sides on a stream.
func firstFrames(c *timeline.Conn, stream uint32) (first [2]timeline.Frame) {
	for n := range c.FramesOf(stream) {
		if f := c.Frame(n); first[f.From].Number == 0 {
			first[f.From] = f
		}
		if first[h2decode.Client].Number != 0 && first[h2decode.Server].Number != 0 {
			break
		}
	}
	return first
}
