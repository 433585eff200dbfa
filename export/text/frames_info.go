package text

import (
	"encoding/hex"
	"fmt"
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/hpack"
)

// appendInfo says in few words what a frame is about: first what is wrong with
// it.
func appendInfo(dst []byte, e *h2decode.FrameDecoded) []byte {
	switch {
	case e.Missing > 0:
		dst = fmt.Appendf(dst, "%d of %d octets missing ", e.Missing, e.Header.Length)
	case e.Malformed != nil:
		return printable.AppendString(append(dst, "malformed: "...), e.Malformed.Reason)
	case e.Block != nil && e.Block.Err != nil:
		return printable.AppendString(append(dst, "malformed: "...), e.Block.Err.Error())
	}
	if e.Payload != nil {
		dst = appendPayloadInfo(dst, e)
	}
	if e.Block != nil {
		dst = appendBlockInfo(dst, e.Block, e.From)
	}
	return dst
}

func appendPayloadInfo(dst []byte, e *h2decode.FrameDecoded) []byte {
	switch p := e.Payload.(type) {
	case *h2decode.PushPromiseFrame:
		dst = strconv.AppendUint(append(dst, "promises "...), uint64(p.Promised), 10)
		return append(dst, ' ')
	case *h2decode.PriorityFrame:
		return appendTree(dst, p)
	case *h2decode.RSTStreamFrame:
		return append(dst, p.Code.String()...)
	case *h2decode.SettingsFrame:
		return appendSettings(dst, p)
	case *h2decode.PingFrame:
		return hex.AppendEncode(dst, p.Opaque[:])
	case *h2decode.GoAwayFrame:
		return appendGoAway(dst, p)
	case *h2decode.WindowUpdateFrame:
		return strconv.AppendUint(append(dst, '+'), uint64(p.Increment), 10)
	case *h2decode.AltSvcFrame:
		return appendAltSvc(dst, p)
	case *h2decode.OriginFrame:
		for origin := range p.All() {
			dst = append(printable.Append(dst, origin), ' ')
		}
	case *h2decode.PriorityUpdateFrame:
		dst = strconv.AppendUint(append(dst, "stream "...), uint64(p.Prioritized), 10)
		return printable.Append(append(dst, ": "...), p.FieldValue)
	case *h2decode.UnknownFrame:
		return fmt.Appendf(dst, "type 0x%02x", uint8(e.Header.Type))
	}
	return dst
}

func appendTree(dst []byte, p *h2decode.PriorityFrame) []byte {
	dst = strconv.AppendUint(append(dst, "depends on "...), uint64(p.DependsOn), 10)
	dst = strconv.AppendInt(append(dst, ", weight "...), int64(p.Weight), 10)
	if p.Exclusive {
		dst = append(dst, ", exclusive"...)
	}
	return dst
}

// appendSettings writes the settings without the prefix that they share.
func appendSettings(dst []byte, p *h2decode.SettingsFrame) []byte {
	const prefix = "SETTINGS_"
	for s := range p.All() {
		name := s.ID.String()
		if len(name) > len(prefix) && name[:len(prefix)] == prefix {
			name = name[len(prefix):]
		}
		dst = append(append(dst, name...), '=')
		dst = append(strconv.AppendUint(dst, uint64(s.Value), 10), ' ')
	}
	return dst
}

func appendGoAway(dst []byte, p *h2decode.GoAwayFrame) []byte {
	dst = append(append(dst, p.Code.String()...), ", last stream "...)
	dst = strconv.AppendUint(dst, uint64(p.LastStream), 10)
	if len(p.DebugData) > 0 {
		dst = printable.Append(append(dst, ": "...), p.DebugData)
	}
	return dst
}

func appendAltSvc(dst []byte, p *h2decode.AltSvcFrame) []byte {
	if len(p.Origin) > 0 {
		dst = append(printable.Append(dst, p.Origin), ": "...)
	}
	return printable.Append(dst, p.FieldValue)
}

// appendBlockInfo writes a request by its method and path, a response by its
// status and type, trailers by all of them.
func appendBlockInfo(dst []byte, b *h2decode.Block, from h2decode.Side) []byte {
	status := find(b.Fields, ":status")
	switch {
	case status != nil:
		dst = appendValue(dst, status)
		if f := find(b.Fields, "content-type"); f != nil {
			dst = appendValue(append(dst, ' '), f)
		}
	case find(b.Fields, ":method") != nil || find(b.Fields, ":path") != nil:
		dst = appendRequest(dst, b.Fields, false)
	case len(b.Fields) > 0:
		dst = appendTrailers(dst, b.Fields)
	}
	if b.Omitted > 0 {
		dst = fmt.Appendf(dst, " (%s left out by a limit)", count(uint64(b.Omitted), "field"))
	}
	if b.Incomplete {
		dst = append(dst, " (field block has a hole)"...)
	}
	return dst
}

func appendTrailers(dst []byte, fields []hpack.Field) []byte {
	for i := range fields {
		f := &fields[i]
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(appendTrusted(dst, f.Name, f.NameTrust), ": "...)
		dst = appendTrusted(dst, f.Value, f.ValueTrust)
	}
	return dst
}

// typeStyle colours what ends something.
func typeStyle(e *h2decode.FrameDecoded) style {
	switch e.Header.Type {
	case h2decode.TypeRSTStream, h2decode.TypeGoAway:
		return warn
	case h2decode.TypeHeaders, h2decode.TypePushPromise:
		return heading
	}
	return plain
}

func infoStyle(e *h2decode.FrameDecoded) style {
	switch {
	case e.Missing > 0, e.Malformed != nil, e.Block != nil && e.Block.Err != nil:
		return bad
	case e.Block != nil:
		if f := find(e.Block.Fields, ":status"); f != nil {
			return statusStyle(f.Value)
		}
	}
	if p, ok := e.Payload.(*h2decode.RSTStreamFrame); ok && p.Code != h2decode.NoError {
		return warn
	}
	if p, ok := e.Payload.(*h2decode.GoAwayFrame); ok && p.Code != h2decode.NoError {
		return bad
	}
	return plain
}

func statusStyle(status []byte) style {
	switch {
	case len(status) == 0:
		return plain
	case status[0] == '5':
		return bad
	case status[0] == '4':
		return warn
	}
	return plain
}
