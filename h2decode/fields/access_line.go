package fields

import (
	"bytes"
	"strconv"

	"h2scope/hpack"
)

// sections gives the i-th field section of a subject; ok is false behind the
// last.
type sections func(s *Subject, i int) (lines []hpack.Field, ok bool)

func frameSections(s *Subject, i int) ([]hpack.Field, bool) {
	if i > 0 || s.Frame.Block == nil {
		return nil, false
	}
	return s.Frame.Block.Fields, true
}

// streamSections are in the order of an exchange.
func streamSections(s *Subject, i int) ([]hpack.Field, bool) {
	request, response := &s.Stream.Request, &s.Stream.Response
	n := len(response.Interim)
	switch {
	case i == 0:
		return request.Fields, true
	case i == 1:
		return request.Trailers, true
	case i < 2+n:
		return response.Interim[i-2], true
	case i == 2+n:
		return response.Fields, true
	case i == 3+n:
		return response.Trailers, true
	}
	return nil, false
}

func requestFields(s *Subject, i int) ([]hpack.Field, bool)  { return s.Stream.Request.Fields, i == 0 }
func responseFields(s *Subject, i int) ([]hpack.Field, bool) { return s.Stream.Response.Fields, i == 0 }

// lines reads the field lines of sections. The cursor is the section's number in
// its upper half and that of the line in its lower.
func (in sections) lines(get func(*hpack.Field) value) reader {
	return func(s *Subject, at cursor) (value, cursor) {
		section, line := int(at>>32), int(uint32(at))
		for {
			lines, ok := in(s, section)
			if !ok {
				return value{}, 0
			}
			for ; line < len(lines); line++ {
				if v := get(&lines[line]); v.there {
					return v, cursor(section)<<32 | cursor(line+1)
				}
			}
			section, line = section+1, 0
		}
	}
}

// fieldLines reads the field lines of a frame's block, and of all a stream's
// sections.
func fieldLines(get func(*hpack.Field) value) on {
	return on{
		Frame:  {of: Frame, read: sections(frameSections).lines(get)},
		Stream: {of: Stream, messages: true, read: sections(streamSections).lines(get)},
	}
}

// firstLine reads the first value of a field in sections of a stream.
func (in sections) firstLine(get func(*hpack.Field) value) on {
	lines := in.lines(get)
	return on{Stream: {of: Stream, messages: true, read: func(s *Subject, _ cursor) (value, cursor) {
		v, _ := lines(s, 0)
		return v, 0
	}}}
}

// named gives the value of field lines with a name, in upper or lower case. One
// whose name or value is unknown is not there.
func named(name string) func(*hpack.Field) value {
	key := []byte(name)
	return func(f *hpack.Field) value {
		if len(f.Name) != len(key) || f.ValueTrust == hpack.Unknown || !bytes.EqualFold(f.Name, key) {
			return value{}
		}
		return octets(f.Value)
	}
}

// numeric takes values for decimal numbers; others are not there.
func numeric(get func(*hpack.Field) value) func(*hpack.Field) value {
	return func(f *hpack.Field) value {
		v := get(f)
		if !v.there {
			return v
		}
		n, ok := decimal(v.octets)
		return number(n).when(ok)
	}
}

// decimal reads up to 18 digits.
func decimal(p []byte) (n int64, ok bool) {
	for _, c := range p {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, 0 < len(p) && len(p) <= 18
}

// headerField is http2.header["name"].
func headerField(name string) *Field {
	f := &Field{
		Name: "http2.header[" + strconv.Quote(name) + "]", Type: String,
		Doc: "Values of the field lines of that name.", on: fieldLines(named(name)),
	}
	f.inherit()
	return f
}
