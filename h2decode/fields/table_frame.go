package fields

import "h2scope/h2decode"

const (
	typeData         = h2decode.TypeData
	typeHeaders      = h2decode.TypeHeaders
	typePushPromise  = h2decode.TypePushPromise
	typeContinuation = h2decode.TypeContinuation
)

// frameFields are Wireshark's fields of HTTP/2 frames, but for their field lines.
var frameFields = []Field{
	{Name: "http2", Type: Mark, uniform: Conn, Doc: "It is HTTP/2.", on: on{
		Frame:  ofFrame(func(*h2decode.FrameDecoded) value { return mark(true) }),
		Stream: ofStream(func(*h2decode.Stream) value { return mark(true) }).early(),
		Conn:   ofConn(func(c *h2decode.Connection) value { return mark(c.Protocol == h2decode.ProtocolH2) }),
	}},
	{Name: "http2.streamid", Type: Integer, uniform: Stream, Doc: "Stream identifier; 0 is the connection.", on: on{
		Finding: ofFinding(func(f *h2decode.Finding) value { return number(f.Stream) }),
		Frame:   ofFrame(func(f *h2decode.FrameDecoded) value { return number(f.Header.Stream) }),
		Stream:  ofStream(func(s *h2decode.Stream) value { return number(s.ID) }).early(),
	}},
	{Name: "http2.type", Type: Integer, Names: frameTypes, Doc: "Frame type, by name or number.", on: on{
		Frame: ofFrame(func(f *h2decode.FrameDecoded) value { return number(f.Header.Type) }),
	}},
	{Name: "http2.length", Type: Integer, Doc: "Octets of the payload, as the frame header says.", on: on{
		Frame: ofFrame(func(f *h2decode.FrameDecoded) value { return number(f.Header.Length) }),
	}},
	{Name: "http2.flags", Type: Integer, form: hexadecimal, Doc: "The flags octet.", on: on{
		Frame: ofFrame(func(f *h2decode.FrameDecoded) value { return number(f.Header.Flags) }),
	}},
	{Name: "http2.flags.end_stream", Type: Boolean, Doc: "END_STREAM; of DATA and HEADERS.", on: on{
		Frame: ofFlag(h2decode.FlagEndStream, typeData, typeHeaders),
	}},
	{Name: "http2.flags.eh", Type: Boolean, Doc: "END_HEADERS; of HEADERS, PUSH_PROMISE and CONTINUATION.", on: on{
		Frame: ofFlag(h2decode.FlagEndHeaders, typeHeaders, typePushPromise, typeContinuation),
	}},
	{Name: "http2.flags.padded", Type: Boolean, Doc: "PADDED; of DATA, HEADERS and PUSH_PROMISE.", on: on{
		Frame: ofFlag(h2decode.FlagPadded, typeData, typeHeaders, typePushPromise),
	}},
	{Name: "http2.flags.priority", Type: Boolean, Doc: "PRIORITY; of HEADERS.", on: on{
		Frame: ofFlag(h2decode.FlagPriority, typeHeaders),
	}},
	{Name: "http2.flags.ack.settings", Type: Boolean, Doc: "ACK of SETTINGS.", on: on{
		Frame: ofFlag(h2decode.FlagAck, h2decode.TypeSettings),
	}},
	{Name: "http2.flags.ack.ping", Type: Boolean, Doc: "ACK of PING.", on: on{
		Frame: ofFlag(h2decode.FlagAck, h2decode.TypePing),
	}},
	{Name: "http2.pad_length", Type: Integer, Doc: "Octets of padding; of DATA, HEADERS and PUSH_PROMISE, padded or not.", on: on{Frame: ofFrame(padLength)}},
	{Name: "http2.data.data", Type: Mark, Doc: "A DATA frame with data; its octets cannot be asked for.", on: on{
		Frame: ofPayload(func(p *h2decode.DataFrame) value { return mark(p.Length > 0) }),
	}},
	{Name: "http2.headers", Type: Mark, Doc: "A HEADERS frame; its field lines are http2.header.", on: on{
		Frame: ofFrame(func(f *h2decode.FrameDecoded) value { return mark(f.Header.Type == typeHeaders) }),
	}},

	{Name: "http2.header_table_size_update.header_table_size", Type: Integer, Doc: "Sizes to which the field block that the frame completes sets the HPACK table.", on: on{
		Frame: {of: Frame, read: sizeUpdates},
	}},

	{Name: "http2.exclusive", Type: Boolean, Doc: "The exclusive bit of a priority; of PRIORITY, and HEADERS with one.", on: ofPriority(func(p *h2decode.PriorityFrame) value { return truth(p.Exclusive) })},
	{Name: "http2.stream_dependency", Type: Integer, Doc: "Stream that a priority depends on.", on: ofPriority(func(p *h2decode.PriorityFrame) value { return number(p.DependsOn) })},
	{Name: "http2.headers.weight", Type: Integer, Doc: "Octet of the weight: one less than it is.", on: ofPriority(func(p *h2decode.PriorityFrame) value { return number(p.Weight - 1) })},
	{Name: "http2.headers.weight_real", Type: Integer, Doc: "The weight, 1 to 256.", on: ofPriority(func(p *h2decode.PriorityFrame) value { return number(p.Weight) })},

	{Name: "http2.rst_stream.error", Type: Integer, Names: errorCodes, Doc: "Error code of RST_STREAM, by name or number.", on: on{
		Frame: ofPayload(func(p *h2decode.RSTStreamFrame) value { return number(p.Code) }),
	}},
	{Name: "http2.goaway.error", Type: Integer, Names: errorCodes, Doc: "Error code of GOAWAY, by name or number.", on: on{
		Frame: ofPayload(func(p *h2decode.GoAwayFrame) value { return number(p.Code) }),
	}},
	{Name: "http2.goaway.last_stream_id", Type: Integer, Doc: "Last stream identifier of GOAWAY.", on: on{
		Frame: ofPayload(func(p *h2decode.GoAwayFrame) value { return number(p.LastStream) }),
	}},
	{Name: "http2.goaway.addata", Type: Bytes, Doc: "Additional debug data of GOAWAY.", on: on{
		Frame: ofPayload(func(p *h2decode.GoAwayFrame) value { return octets(p.DebugData).when(len(p.DebugData) > 0) }),
	}},
	{Name: "http2.ping", Type: Bytes, Doc: "The 8 octets of a PING without ACK.", on: on{Frame: ofPing(false)}},
	{Name: "http2.pong", Type: Bytes, Doc: "The 8 octets of a PING with ACK.", on: on{Frame: ofPing(true)}},
	{Name: "http2.push_promise.promised_stream_id", Type: Integer, Doc: "Stream that PUSH_PROMISE reserves.", on: on{
		Frame: ofPayload(func(p *h2decode.PushPromiseFrame) value { return number(p.Promised) }),
	}},
	{Name: "http2.window_update.window_size_increment", Type: Integer, Doc: "Octets that WINDOW_UPDATE adds to a window.", on: on{
		Frame: ofPayload(func(p *h2decode.WindowUpdateFrame) value { return number(p.Increment) }),
	}},

	{Name: "http2.settings", Type: Mark, Doc: "A SETTINGS frame with settings.", on: on{
		Frame: ofPayload(func(p *h2decode.SettingsFrame) value { return mark(p.Len() > 0) }),
	}},
	{Name: "http2.settings.id", Type: Integer, Names: settingIDs, Doc: "Identifiers of settings, by name or number.", on: on{
		Frame: ofSettings(func(s h2decode.Setting) value { return number(s.ID) }),
	}},
	{Name: "http2.settings.header_table_size", Type: Integer, Doc: "SETTINGS_HEADER_TABLE_SIZE in a frame.", on: setting(h2decode.SettingHeaderTableSize)},
	{Name: "http2.settings.enable_push", Type: Integer, Doc: "SETTINGS_ENABLE_PUSH in a frame.", on: setting(h2decode.SettingEnablePush)},
	{Name: "http2.settings.max_concurrent_streams", Type: Integer, Doc: "SETTINGS_MAX_CONCURRENT_STREAMS in a frame.", on: setting(h2decode.SettingMaxConcurrentStreams)},
	{Name: "http2.settings.initial_window_size", Type: Integer, Doc: "SETTINGS_INITIAL_WINDOW_SIZE in a frame.", on: setting(h2decode.SettingInitialWindowSize)},
	{Name: "http2.settings.max_frame_size", Type: Integer, Doc: "SETTINGS_MAX_FRAME_SIZE in a frame.", on: setting(h2decode.SettingMaxFrameSize)},
	{Name: "http2.settings.max_header_list_size", Type: Integer, Doc: "SETTINGS_MAX_HEADER_LIST_SIZE in a frame.", on: setting(h2decode.SettingMaxHeaderListSize)},
	{Name: "http2.settings.extended_connect", Type: Integer, Doc: "SETTINGS_ENABLE_CONNECT_PROTOCOL in a frame.", on: setting(h2decode.SettingEnableConnectProtocol)},

	{Name: "http2.altsvc.origin", Type: String, Doc: "Origin of ALTSVC.", on: on{
		Frame: ofPayload(func(p *h2decode.AltSvcFrame) value { return octets(p.Origin).when(len(p.Origin) > 0) }),
	}},
	{Name: "http2.altsvc.field_value", Type: String, Doc: "Field value of ALTSVC.", on: on{
		Frame: ofPayload(func(p *h2decode.AltSvcFrame) value { return octets(p.FieldValue) }),
	}},
	{Name: "http2.origin.origin", Type: String, Doc: "Origins of ORIGIN.", on: on{Frame: {of: Frame, read: ofOrigins}}},
	{Name: "http2.priority_update_stream_id", Type: Integer, Doc: "Stream that PRIORITY_UPDATE is about.", on: on{
		Frame: ofPayload(func(p *h2decode.PriorityUpdateFrame) value { return number(p.Prioritized) }),
	}},
	{Name: "http2.priority_update_field_value", Type: String, Doc: "Priority field value of PRIORITY_UPDATE.", on: on{
		Frame: ofPayload(func(p *h2decode.PriorityUpdateFrame) value { return octets(p.FieldValue) }),
	}},
}

// ofPriority reads the priority of PRIORITY and HEADERS frames.
func ofPriority(get func(*h2decode.PriorityFrame) value) on {
	return on{Frame: ofFrame(func(f *h2decode.FrameDecoded) value {
		switch p := f.Payload.(type) {
		case *h2decode.PriorityFrame:
			return get(p)
		case *h2decode.HeadersFrame:
			if p.HasPriority {
				return get(&p.Priority)
			}
		}
		return value{}
	})}
}

// sizeUpdates reads the size updates of the HPACK table (RFC 7541, Section 6.3).
func sizeUpdates(s *Subject, at cursor) (value, cursor) {
	if b := s.Frame.Block; b != nil && at < cursor(len(b.SizeUpdates)) {
		return number(b.SizeUpdates[at]), at + 1
	}
	return value{}, 0
}

func padLength(f *h2decode.FrameDecoded) value {
	switch p := f.Payload.(type) {
	case *h2decode.DataFrame:
		return number(p.PadLength)
	case *h2decode.HeadersFrame:
		return number(len(p.Padding.Octets))
	case *h2decode.PushPromiseFrame:
		return number(len(p.Padding.Octets))
	}
	return value{}
}

func ofPing(ack bool) access {
	return ofFrame(func(f *h2decode.FrameDecoded) value {
		p, ok := f.Payload.(*h2decode.PingFrame)
		if !ok || f.Header.Flags.Has(h2decode.FlagAck) != ack {
			return value{}
		}
		return octets(p.Opaque[:])
	})
}
