package rules

import "h2scope/h2decode"

// messageChecks is what the rules about messages and HPACK keep of the
// connection.
type messageChecks struct {
	section section
	// sound is, by side, the last field section that came more than once and
	// whose fields break no rule.
	sound [2]struct {
		serial  uint64
		section section
	}
	// tainted says, by side, that an entry was put into the side's table whose
	// name or value breaks a rule. Until then indexed fields need not be
	// looked at again: they were when they were put in.
	tainted [2]bool
}

// A stage is how far a message has come (RFC 9113, Section 8.1).
type stage uint8

const (
	beginning stage = iota // no field section that begins it was seen
	headed                 // that was seen
	bodied                 // DATA was seen
	trailed                // the trailers were seen
)

// A messageRecord is what the rules keep of one side of a stream.
type messageRecord struct {
	stage     stage
	unknown   bool // its beginning was not seen, or not with certainty
	length    uint64
	hasLength bool // length is its content-length
	lengthBad bool // content-length has been told to be wrong
	noContent bool // it must have none (RFC 9110, Section 6.4.1)
	tunnel    bool // its DATA is no content: it belongs to a CONNECT
	method    method
	data      uint64
}

// A method is one that has rules of its own.
type method uint8

const (
	otherMethod method = iota
	headMethod
	connectMethod
	optionsMethod
)

// checkBlock holds a field section against the rules. It has not taken effect
// yet.
func (j *Judge) checkBlock(f *h2decode.FrameDecoded) {
	j.checkCoding(f)
	b := f.Block
	push := b.Stream != f.Header.Stream
	s := j.conn.Stream(b.Stream)
	if s == nil && !push && !j.opens(f) {
		j.readBeforeRequest(f)
		return // on a stream that is closed, or that may not be opened
	}
	side := f.From
	if push {
		side = client // the request that the server answers unasked
	}
	r := j.streams.add(b.Stream)
	m := &r.messages[side]
	if m.stage != beginning {
		j.doubt(m, s, side)
	}
	whole := !b.Incomplete && b.Err == nil && b.Omitted == 0
	sec := j.readSection(f, whole)
	switch {
	case s != nil && (side == client && s.Request.Complete || side == server && s.Response.Complete):
		// Behind END_STREAM it is no part of the message.
	case side == client && m.stage == beginning:
		j.beginRequest(f, m, sec, push)
	case side == client:
		j.trailers(f, m, sec)
	default:
		j.beginResponse(f, r, sec)
	}
	j.checkSectionSize(f)
	if f.Block.EndStream {
		j.endMessage(r, side)
	}
}

// doubt gives a message up in which frames may be missing: what stands where in
// it is not known.
func (j *Judge) doubt(m *messageRecord, s *h2decode.Stream, side h2decode.Side) {
	if lossy(s, side) && !m.unknown {
		m.unknown = true
		j.skip("HD-20")
		j.skip("HD-25")
	}
}

// lossy reports whether frames may be missing in what a side sends on a stream.
func lossy(s *h2decode.Stream, side h2decode.Side) bool {
	return s != nil && (side == client && s.Request.Lossy || side == server && s.Response.Lossy)
}

// readSection reads the field section in work, or knows it.
func (j *Judge) readSection(f *h2decode.FrameDecoded, whole bool) *section {
	m, serial := &j.checks.messages, f.Block.Serial
	if serial == 0 {
		m.section.read(j, f, whole)
		return &m.section
	}
	known := &m.sound[f.From]
	if known.serial != serial {
		before := len(j.found)
		known.section.read(j, f, whole)
		known.serial = 0
		if len(j.found) == before {
			known.serial = serial
		}
	}
	return &known.section
}

// readBeforeRequest takes note of a response whose request the capture has
// behind it: what comes of the message after this has no beginning.
func (j *Judge) readBeforeRequest(f *h2decode.FrameDecoded) {
	id := f.Block.Stream
	if f.From == server && opener(id) == client && id > j.conn.Newest(client) {
		j.streams.add(id).messages[server].unknown = true
	}
}

// opens reports whether a field section begins a stream: where its HEADERS
// frame was the last, that is known from its identifier.
func (j *Judge) opens(f *h2decode.FrameDecoded) bool {
	id := f.Block.Stream
	return f.From == client && id%2 == 1 && id > j.conn.Newest(client)
}

// checkData holds a DATA frame against the message that it belongs to.
func (j *Judge) checkData(f *h2decode.FrameDecoded) {
	s := j.conn.Stream(f.Header.Stream)
	if s == nil {
		return
	}
	r := j.streams.get(f.Header.Stream)
	if r == nil {
		return
	}
	m := &r.messages[f.From]
	j.doubt(m, s, f.From)
	octets := uint64(0)
	if p, ok := f.Payload.(*h2decode.DataFrame); ok {
		octets = uint64(p.Length)
	} else {
		m.unknown = true // how much of it is padding is not known
	}
	switch {
	case m.unknown:
	case m.stage == beginning && f.From == server:
		j.broke("HD-20", nil, "DATA on stream %d comes before a final response", f.Header.Stream)
		m.unknown = true
	case m.stage == trailed:
		j.broke("HD-20", nil, "DATA on stream %d comes behind the trailers", f.Header.Stream)
		m.unknown = true
	default:
		m.stage = bodied
		j.countData(m, octets)
	}
	if f.Header.Flags.Has(h2decode.FlagEndStream) {
		j.endMessage(r, f.From)
	}
}

// countData counts content, and tells where there is more than there may be.
func (j *Judge) countData(m *messageRecord, octets uint64) {
	m.data += octets
	switch {
	case m.lengthBad || m.tunnel:
	case m.noContent && octets > 0:
		m.lengthBad = true
		j.broke("HD-27", number("data_bytes", m.data), "DATA of %d octets in a response that has no content", octets)
	case m.hasLength && !m.noContent && m.data > m.length:
		m.lengthBad = true
		j.broke("HD-25", lengths(m), "content-length is %d and there are %d octets of DATA", m.length, m.data)
	}
}

// endMessage holds a message against its content-length, where END_STREAM ends
// it.
func (j *Judge) endMessage(r *streamRecord, side h2decode.Side) {
	m := &r.messages[side]
	if m.unknown || m.stage == beginning || m.lengthBad || m.tunnel || m.noContent || !m.hasLength || m.data == m.length {
		return
	}
	m.lengthBad = true
	j.broke("HD-25", lengths(m), "content-length is %d and there are %d octets of DATA", m.length, m.data)
}

func lengths(m *messageRecord) []h2decode.Evidence {
	return []h2decode.Evidence{{Name: "content_length", Number: int64(m.length)}, {Name: "data_bytes", Number: int64(m.data)}}
}

func number(name string, n uint64) []h2decode.Evidence {
	return []h2decode.Evidence{{Name: name, Number: int64(n)}}
}

// beginRequest holds the field section that begins a request against the rules.
func (j *Judge) beginRequest(f *h2decode.FrameDecoded, m *messageRecord, sec *section, push bool) {
	m.unknown = m.unknown || !sec.sure
	if !j.conn.Complete(f.From) && !sec.has(pseudoMethod) && (!sec.sure || sec.pseudo == 0) {
		m.unknown = true
		j.skip("HD-12") // its beginning may have been missed: these are trailers
		return
	}
	m.stage = headed
	m.method = sec.method
	m.hasLength, m.length = sec.hasLength, sec.length
	m.tunnel = sec.method == connectMethod
	if !sec.sound {
		before := len(j.found)
		j.checkRequest(sec)
		// Of an extended CONNECT it depends on the settings in force.
		sec.sound = sec.sure && !sec.has(pseudoProtocol) && len(j.found) == before
	}
	if push {
		m.stage = trailed // a promised request has no content (RFC 9113, Section 8.4)
	}
}

// beginResponse holds a field section of the server against the rules: that of
// an interim or the final response, or trailers.
func (j *Judge) beginResponse(f *h2decode.FrameDecoded, r *streamRecord, sec *section) {
	m, request := &r.messages[server], &r.messages[client]
	switch {
	case m.unknown:
	case m.stage != beginning && !sec.has(pseudoStatus):
		j.trailers(f, m, sec)
	case m.stage != beginning && sec.sure && sec.status >= 200:
		j.broke("HD-29", number("status", uint64(sec.status)), "a second final response, status %d, on stream %d", sec.status, f.Block.Stream)
	case m.stage != beginning:
		j.broke("HD-20", number("status", uint64(sec.status)), "an interim response behind the final one on stream %d", f.Block.Stream)
	case !sec.sure:
		m.unknown = true
	case sec.pseudo == 0 && lossy(j.conn.Stream(f.Block.Stream), server):
		m.unknown = true
		j.skip("HD-16") // its beginning may have been missed: these are trailers
	case sec.status >= 100 && sec.status < 200:
		j.interim(f, sec)
	default:
		m.stage = headed
		j.finalResponse(f, r, request, sec)
	}
}

// interim holds an interim response against the rules.
func (j *Judge) interim(f *h2decode.FrameDecoded, sec *section) {
	j.checkResponse(f, sec)
	if sec.status == 101 {
		j.broke("HD-17", nil, "status 101 on stream %d; HTTP/2 has no use for it", f.Block.Stream)
	}
	if f.Block.EndStream {
		j.broke("HD-18", number("status", uint64(sec.status)), "an interim response, status %d, ends stream %d", sec.status, f.Block.Stream)
	}
}

// finalResponse begins the response, and settles whether it may have content.
func (j *Judge) finalResponse(f *h2decode.FrameDecoded, r *streamRecord, request *messageRecord, sec *section) {
	m := &r.messages[server]
	m.hasLength, m.length = sec.hasLength, sec.length
	m.tunnel = request.method == connectMethod && sec.status/100 == 2
	m.noContent = request.method == headMethod || sec.status == 204 || sec.status == 304
	j.checkResponse(f, sec)
	j.checkEarly(f, request)
}

// checkEarly tells of a response that came before the request had ended.
func (j *Judge) checkEarly(f *h2decode.FrameDecoded, request *messageRecord) {
	s := j.conn.Stream(f.Block.Stream)
	switch {
	case s == nil || s.Kind == h2decode.KindPush || s.Request.Complete || request.method == connectMethod || s.Response.DataBytes > 0:
	case s.Request.Lossy || f.Acked > j.conn.Seen(client): // the end may have come
		j.skip("HD-28")
	default:
		j.broke("HD-28", nil, "the response on stream %d came before the request had ended", f.Block.Stream)
	}
}

// trailers holds a field section behind the first against the rules.
func (j *Judge) trailers(f *h2decode.FrameDecoded, m *messageRecord, sec *section) {
	id := f.Block.Stream
	switch {
	case m.unknown:
		return
	case m.tunnel:
		return // its frames are judged by HD-22
	case m.stage == trailed:
		j.broke("HD-20", nil, "a second trailer section on stream %d", id)
		return
	case sec.pseudo != 0:
		j.broke("HD-11", nil, "the trailers of stream %d have a pseudo-header field", id)
	}
	if m.stage = trailed; !f.Block.EndStream {
		j.broke("HD-19", nil, "the trailers of stream %d do not end it", id)
	}
}

// checkSectionSize holds the size of a field section against its receiver's
// SETTINGS_MAX_HEADER_LIST_SIZE.
func (j *Judge) checkSectionSize(f *h2decode.FrameDecoded) {
	_, limit, known := j.conn.Setting(f.From.Other(), h2decode.SettingMaxHeaderListSize)
	size := j.conn.SectionSize(f.From)
	if size <= uint64(limit) {
		return
	}
	if !known {
		j.skip("SE-14")
		return
	}
	j.broke("SE-14", []h2decode.Evidence{{Name: "size", Number: int64(size)}, {Name: "limit", Number: int64(limit)}},
		"a field section of %d octets where SETTINGS_MAX_HEADER_LIST_SIZE is %d", size, limit)
}
