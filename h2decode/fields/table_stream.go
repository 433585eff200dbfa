package fields

import "h2scope/h2decode"

// exchangeFields are what the messages of a stream say. Of a frame they are
// those of its stream, other than http2.headers, which are the frame's own.
var exchangeFields = []Field{
	{Name: "h2.method", Type: String, Doc: "Method of the request.", on: sections(requestFields).firstLine(named(":method"))},
	{Name: "h2.scheme", Type: String, Doc: "Scheme of the request.", on: sections(requestFields).firstLine(named(":scheme"))},
	{Name: "h2.authority", Type: String, Doc: "Authority of the request.", on: sections(requestFields).firstLine(named(":authority"))},
	{Name: "h2.path", Type: String, Doc: "Path of the request.", on: sections(requestFields).firstLine(named(":path"))},
	{Name: "h2.status", Type: Integer, Doc: "Status code of the final response.", on: sections(responseFields).firstLine(numeric(named(":status")))},
	{Name: "h2.content_type", Type: String, Doc: "Content type of the response.", on: sections(responseFields).firstLine(named("content-type"))},
}

// streamExtras are what h2scope knows of streams.
var streamExtras = []Field{
	{Name: "h2.kind", Type: Enum, Names: streamKinds, Doc: "How the stream came to be.", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return number(s.Kind) }),
	}},
	{Name: "h2.parent", Type: Integer, Doc: "Stream that promised this one.", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return positive(s.Parent) }).early(),
	}},
	{Name: "h2.state", Type: Enum, Names: streamStates, Doc: "State of the stream at its end, or the capture's (RFC 9113, Section 5.1).", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return number(s.State) }),
	}},
	{Name: "h2.evicted", Type: Mark, Doc: "A limit ended the watch over the stream or connection.", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return mark(s.Evicted) }),
		Conn:   ofConn(func(c *h2decode.Connection) value { return mark(c.Close == h2decode.Evicted) }),
	}},
	{Name: "h2.frames", Type: Integer, Doc: "Frames on the stream or connection.", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return number(s.Frames) }),
		Conn:   ofConn(func(c *h2decode.Connection) value { return number(c.Frames) }),
	}},
	{Name: "h2.request.data_length", Type: Integer, Doc: "Octets of data in the request.", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return number(s.Request.DataBytes) }),
	}},
	{Name: "h2.response.data_length", Type: Integer, Doc: "Octets of data in the response.", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return number(s.Response.DataBytes) }),
	}},
	{Name: "h2.request.complete", Type: Mark, Doc: "The client sent END_STREAM.", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return mark(s.Request.Complete) }),
	}},
	{Name: "h2.response.complete", Type: Mark, Doc: "The server sent END_STREAM.", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return mark(s.Response.Complete) }),
	}},
	{Name: "h2.reset", Type: Enum, Names: errorCodes, Doc: "Error code of the RST_STREAM that ended the stream.", on: ofReset(func(r *h2decode.Reset) value { return number(r.Code) })},
	{Name: "h2.reset.from", Type: Enum, Names: sideNames, Doc: "Who sent the RST_STREAM that ended the stream.", on: ofReset(func(r *h2decode.Reset) value { return number(r.From) })},
	{Name: "h2.urgency", Type: Integer, Doc: "Urgency that the client asked for, 0 to 7 (RFC 9218, Section 4.1).", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return number(s.Priority.Urgency).when(s.Priority.HasUrgency) }),
	}},
	{Name: "h2.incremental", Type: Boolean, Doc: "Whether the client asked for incremental delivery (RFC 9218, Section 4.2).", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return truth(s.Priority.Incremental).when(s.Priority.HasUrgency) }),
	}},

	{Name: "h2.duration", Type: Duration, Doc: "Time from the first frame of the stream to its last, or from the first packet of the connection.", on: on{
		Stream: ofPhases(func(p h2decode.Phases) value { return number(p.Total) }),
		Conn:   ofConn(func(c *h2decode.Connection) value { return number(c.Closed - c.Opened) }),
	}},
	{Name: "h2.send", Type: Duration, Doc: "Time that the request took.", on: on{
		Stream: ofPhases(func(p h2decode.Phases) value { return number(p.Send).when(p.Seen >= 1) }),
	}},
	{Name: "h2.wait", Type: Duration, Doc: "Time from the end of the request to the final response.", on: on{
		Stream: ofPhases(func(p h2decode.Phases) value { return number(p.Wait).when(p.Seen >= 2) }),
	}},
	{Name: "h2.receive", Type: Duration, Doc: "Time that the response took.", on: on{
		Stream: ofPhases(func(p h2decode.Phases) value { return number(p.Receive).when(p.Seen >= 3) }),
	}},
	{Name: "h2.blocked", Type: Duration, Doc: "Time for which SETTINGS_MAX_CONCURRENT_STREAMS held the stream back, where it did.", on: on{
		Stream: ofStream(func(s *h2decode.Stream) value { return positive(s.Timing.Blocked) }),
	}},
	{Name: "h2.stalled", Type: Duration, Doc: "Times for which a sender waited for a window, one for each cause, where it did.", on: on{
		Stream: {of: Stream, read: stalls},
	}},
	{Name: "h2.stalled.stream", Type: Duration, Doc: "Time for which a sender waited for the stream's flow-control window, where it did.", on: stalledBy(h2decode.StalledByStream)},
	{Name: "h2.stalled.connection", Type: Duration, Doc: "Time for which a sender waited for the connection's flow-control window, where it did.", on: stalledBy(h2decode.StalledByConnection)},
	{Name: "h2.stalled.tcp", Type: Duration, Doc: "Time for which a sender waited for TCP, where it did.", on: stalledBy(h2decode.StalledByTCP)},
}

func ofReset(get func(*h2decode.Reset) value) on {
	return on{Stream: ofStream(func(s *h2decode.Stream) value {
		if s.Reset == nil {
			return value{}
		}
		return get(s.Reset)
	})}
}

// ofPhases reads the phases of an exchange whose request was seen.
func ofPhases(get func(h2decode.Phases) value) access {
	return ofStream(func(s *h2decode.Stream) value {
		if !s.Timing.Asked() {
			return value{}
		}
		return get(s.Timing.Phases())
	})
}

func stalledBy(cause h2decode.StallCause) on {
	return on{Stream: ofStream(func(s *h2decode.Stream) value { return positive(s.Timing.Stalled[cause]) })}
}

// stalls reads the causes that there were. The cursor is the cause.
func stalls(s *Subject, at cursor) (value, cursor) {
	for causes := s.Stream.Timing.Stalled; at < cursor(len(causes)); at++ {
		if causes[at] > 0 {
			return number(causes[at]), at + 1
		}
	}
	return value{}, 0
}
