package fields

import (
	"encoding/binary"

	"h2scope/h2decode"
)

// The rows of the table read their fields with these, and with those of
// access_line.go.

func ofFrame(get func(*h2decode.FrameDecoded) value) access {
	return access{of: Frame, read: func(s *Subject, _ cursor) (value, cursor) { return get(s.Frame), 0 }}
}

// ofPayload reads frames whose payload is a P.
func ofPayload[P h2decode.Payload](get func(P) value) access {
	return ofFrame(func(f *h2decode.FrameDecoded) value {
		if p, ok := f.Payload.(P); ok {
			return get(p)
		}
		return value{}
	})
}

// ofFlag reads a flag of the frame types that define it.
func ofFlag(bit h2decode.Flags, types ...h2decode.Type) access {
	return ofFrame(func(f *h2decode.FrameDecoded) value {
		for _, t := range types {
			if f.Header.Type == t {
				return truth(f.Header.Flags.Has(bit))
			}
		}
		return value{}
	})
}

func ofFinding(get func(*h2decode.Finding) value) access {
	return access{of: Finding, read: func(s *Subject, _ cursor) (value, cursor) { return get(s.Finding), 0 }}
}

func ofStream(get func(*h2decode.Stream) value) access {
	return access{of: Stream, read: func(s *Subject, _ cursor) (value, cursor) { return get(s.Stream), 0 }}
}

func ofConn(get func(*h2decode.Connection) value) access {
	return access{of: Conn, read: func(s *Subject, _ cursor) (value, cursor) { return get(s.Conn), 0 }}
}

// ofTLS reads connections with TLS.
func ofTLS(get func(*h2decode.Security) value) access {
	return ofConn(func(c *h2decode.Connection) value {
		if c.TLS == nil {
			return value{}
		}
		return get(c.TLS)
	})
}

// ofFound reads what was found about the subject.
func ofFound(get func(Found) value) access {
	return access{of: found, read: func(s *Subject, at cursor) (value, cursor) {
		if at >= cursor(len(s.Found)) {
			return value{}, 0
		}
		return get(s.Found[at]), at + 1
	}}
}

// early says that the field is known from the beginning of its stream or
// connection on.
func (a access) early() access {
	a.settled = true
	return a
}

// sender and receiver tell the side whose address stands in a packet as source
// or destination. Of a connection and of a stream they are those of what the
// client sends.
func sender(s *Subject) h2decode.Side {
	switch {
	case s.Finding != nil:
		return s.Finding.From
	case s.Frame != nil:
		return s.Frame.From
	}
	return h2decode.Client
}

func receiver(s *Subject) h2decode.Side { return sender(s).Other() }

// sides are the ends of a connection that a field is about.
type sides func(s *Subject, at cursor) (side h2decode.Side, next cursor)

func only(side func(*Subject) h2decode.Side) sides {
	return func(s *Subject, _ cursor) (h2decode.Side, cursor) { return side(s), 0 }
}

// both gives the sender's end, then the receiver's.
func both(s *Subject, at cursor) (h2decode.Side, cursor) {
	if at == 0 {
		return sender(s), 1
	}
	return receiver(s), 0
}

// addresses reads the addresses of a version of IP, 0 for any; ports the ports.
// They are fields of subjects of all levels.
func addresses(ends sides, version int) on {
	return everywhere(func(s *Subject, at cursor) (value, cursor) {
		side, next := ends(s, at)
		a := [...]value{address(s.Conn.Client.Addr()), address(s.Conn.Server.Addr())}[side]
		return a.when(version == 0 || a.address.Is4() == (version == 4)), next
	})
}

func ports(ends sides) on {
	return everywhere(func(s *Subject, at cursor) (value, cursor) {
		side, next := ends(s, at)
		return number([...]uint16{s.Conn.Client.Port(), s.Conn.Server.Port()}[side]), next
	})
}

// everywhere is a reader of the connection's beginning that asks the subject for
// its direction, and so belongs to each level itself.
func everywhere(read reader) on {
	a := access{of: Conn, settled: true, read: read}
	return on{a, a, a, a}
}

// ofSettings reads the settings of a SETTINGS frame one by one. The cursor is
// the offset of a setting.
func ofSettings(get func(h2decode.Setting) value) access {
	const length = 6 // RFC 9113, Section 6.5.1
	return access{of: Frame, read: func(s *Subject, at cursor) (value, cursor) {
		p, ok := s.Frame.Payload.(*h2decode.SettingsFrame)
		for ; ok && int(at)+length <= len(p.Octets); at += length {
			entry := p.Octets[at:]
			id := h2decode.SettingID(binary.BigEndian.Uint16(entry))
			if v := get(h2decode.Setting{ID: id, Value: binary.BigEndian.Uint32(entry[2:])}); v.there {
				return v, at + length
			}
		}
		return value{}, 0
	}}
}

// setting reads the values of one setting.
func setting(id h2decode.SettingID) on {
	return on{Frame: ofSettings(func(s h2decode.Setting) value { return number(s.Value).when(s.ID == id) })}
}

// ofOrigins reads the entries of an ORIGIN frame (RFC 8336, Section 2.1). The
// cursor is the offset of an entry.
func ofOrigins(s *Subject, at cursor) (value, cursor) {
	p, ok := s.Frame.Payload.(*h2decode.OriginFrame)
	if !ok || int(at)+2 > len(p.Octets) {
		return value{}, 0
	}
	begin := int(at) + 2
	end := min(begin+int(binary.BigEndian.Uint16(p.Octets[at:])), len(p.Octets))
	return octets(p.Octets[begin:end]), cursor(end)
}
