package fields

import (
	"h2scope/h2decode"
	"h2scope/hpack"
)

// frameExtras are what h2scope alone knows of frames, some of it of streams and
// connections, too.
var frameExtras = []Field{
	{Name: "h2.frame", Type: Integer, Doc: "Number of the frame within its connection, from 1.", on: on{
		Finding: ofFinding(func(f *h2decode.Finding) value { return positive(f.Frame) }),
		Frame:   ofFrame(func(f *h2decode.FrameDecoded) value { return number(f.Number) }),
	}},
	{Name: "h2.from", Type: Enum, Names: sideNames, Doc: "Who sent the frame, or broke the rule.", on: on{
		Finding: ofFinding(func(f *h2decode.Finding) value { return number(f.From) }),
		Frame:   ofFrame(func(f *h2decode.FrameDecoded) value { return number(f.From) }),
	}},
	{Name: "h2.data_length", Type: Integer, Doc: "Octets of data in a DATA frame, without padding; of a stream, those of both sides.", on: on{
		Frame:  ofPayload(func(p *h2decode.DataFrame) value { return number(p.Length) }),
		Stream: ofStream(func(s *h2decode.Stream) value { return number(s.Request.DataBytes + s.Response.DataBytes) }),
	}},
	{Name: "h2.first_packet", Type: Integer, Doc: "Packet in which the frame began, where that is another than frame.number.", on: on{
		Frame: ofFrame(func(f *h2decode.FrameDecoded) value { return positive(f.FirstPacket) }),
	}},
	{Name: "h2.late", Type: Mark, Doc: "It could only be read when a secret came that stood behind it.", on: on{
		Frame: ofFrame(func(f *h2decode.FrameDecoded) value { return mark(f.Late) }),
		Conn:  ofTLS(func(t *h2decode.Security) value { return mark(t.Late) }),
	}},
	{Name: "h2.missing", Type: Integer, Doc: "Octets that the capture lacks of the frame's payload, or of the stream's data, where there are any.", on: on{
		Frame:  ofFrame(func(f *h2decode.FrameDecoded) value { return positive(f.Missing) }),
		Stream: ofStream(func(s *h2decode.Stream) value { return positive(s.Request.Missing + s.Response.Missing) }),
	}},
	{Name: "h2.malformed", Type: String, Doc: "Why the payload could not be decoded as its type.", on: on{
		Frame: ofFrame(func(f *h2decode.FrameDecoded) value {
			if f.Malformed == nil {
				return value{}
			}
			return word(f.Malformed.Reason)
		}),
	}},
	{Name: "h2.incomplete", Type: Mark, Doc: "A field block has a hole or could not be decoded to its end, or a limit kept fields out.", on: on{
		Frame: ofFrame(func(f *h2decode.FrameDecoded) value {
			return mark(f.Block != nil && (f.Block.Incomplete || f.Block.Err != nil || f.Block.Omitted > 0))
		}),
		Stream: ofStream(func(s *h2decode.Stream) value {
			return mark(s.Request.Incomplete || s.Response.Incomplete || s.Request.Omitted+s.Response.Omitted > 0)
		}),
	}},
	{Name: "h2.trust", Type: Enum, Names: trusts, Doc: "How far field lines can be believed; the worse of name and value.", on: fieldLines(func(f *hpack.Field) value {
		return number(f.Trust())
	})},
	{Name: "h2.representation", Type: Enum, Names: representations, Doc: "How field lines stood in the field block (RFC 7541, Section 6).", on: fieldLines(func(f *hpack.Field) value {
		return number(f.Representation)
	})},
	{Name: "h2.block_length", Type: Integer, Doc: "Octets of the field block that the frame completes.", on: on{
		Frame: ofFrame(func(f *h2decode.FrameDecoded) value {
			if f.Block == nil {
				return value{}
			}
			return number(f.Block.Wire)
		}),
	}},
	{Name: "h2.window.connection", Type: Integer, Doc: "The connection's flow-control window after DATA or WINDOW_UPDATE: the sender's of the data.", on: on{
		Frame: ofFrame(func(f *h2decode.FrameDecoded) value {
			return number(f.Windows.Connection.Octets).when(f.Windows.Moved && f.Windows.Connection.Known)
		}),
	}},
	{Name: "h2.window.stream", Type: Integer, Doc: "The stream's flow-control window after DATA or WINDOW_UPDATE; it may be negative.", on: on{
		Frame: ofFrame(func(f *h2decode.FrameDecoded) value {
			return number(f.Windows.Stream.Octets).when(f.Windows.Moved && f.Windows.Stream.Known)
		}),
	}},
	{Name: "h2.settings.no_rfc7540_priorities", Type: Integer, Doc: "SETTINGS_NO_RFC7540_PRIORITIES in a frame.", on: setting(h2decode.SettingNoRFC7540Priorities)},
}

// findingFields are what was found: about a finding itself, and about the
// frames, streams and connections that findings name.
var findingFields = []Field{
	{Name: "h2.finding", Type: String, findings: true, uniform: Conn, Doc: "Identifiers of the rules that were broken; of a frame, by it; of a stream or connection, on it.", on: on{
		Finding: ofFinding(func(f *h2decode.Finding) value { return word(f.Rule) }),
		Frame:   ofFound(func(f Found) value { return word(f.Rule) }),
		Stream:  ofFound(func(f Found) value { return word(f.Rule) }),
		Conn:    ofFound(func(f Found) value { return word(f.Rule) }),
	}},
	{Name: "h2.severity", Type: Enum, Names: severities, findings: true, uniform: Conn, Doc: "Severities of what was found, from info to error.", on: on{
		Finding: ofFinding(func(f *h2decode.Finding) value { return number(f.Severity) }),
		Frame:   ofFound(func(f Found) value { return number(f.Severity) }),
		Stream:  ofFound(func(f Found) value { return number(f.Severity) }),
		Conn:    ofFound(func(f Found) value { return number(f.Severity) }),
	}},
	{Name: "h2.findings", Type: Integer, findings: true, Doc: "How many findings there are about the stream or connection, where there are any; consequences not counted.", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return count(&s.Findings) }),
		Conn:   ofConn(func(c *h2decode.Connection) value { return count(&c.Findings) }),
	}},
	{Name: "h2.finding.message", Type: String, findings: true, Doc: "What a finding says.", on: on{
		Finding: ofFinding(func(f *h2decode.Finding) value { return word(f.Message) }),
	}},
	{Name: "h2.finding.consequence", Type: Mark, findings: true, Doc: "A finding follows an error that ended the connection.", on: on{
		Finding: ofFinding(func(f *h2decode.Finding) value { return mark(f.Consequence) }),
	}},
}

// count sums up findings of all severities.
func count(s *h2decode.Severities) value {
	var n uint64
	for _, of := range s {
		n += of
	}
	return positive(n)
}
