package text

import (
	"strconv"

	"h2scope/h2decode/printable"
	"h2scope/hpack"
)

// unknown stands for a name or value that the capture does not tell.
const unknown = "(unknown)"

// find is the first field of a name, nil where there is none.
func find(fields []hpack.Field, name string) *hpack.Field {
	for i := range fields {
		if string(fields[i].Name) == name {
			return &fields[i]
		}
	}
	return nil
}

// appendValue writes a field's value: with a question mark where it is not
// certain that it was this.
func appendValue(dst []byte, f *hpack.Field) []byte {
	return appendTrusted(dst, f.Value, max(f.NameTrust, f.ValueTrust))
}

func appendTrusted(dst, text []byte, trust hpack.Trust) []byte {
	if trust == hpack.Unknown {
		return append(dst, unknown...)
	}
	dst = printable.Append(dst, text)
	if trust == hpack.Uncertain {
		dst = append(dst, '?')
	}
	return dst
}

// appendRequest writes a request's line: method, then authority and path as far
// as they are wanted and known.
func appendRequest(dst []byte, fields []hpack.Field, authority bool) []byte {
	start := len(dst)
	space := func() {
		if len(dst) > start {
			dst = append(dst, ' ')
		}
	}
	if f := find(fields, ":method"); f != nil {
		dst = appendValue(dst, f)
	}
	host, path := find(fields, ":authority"), find(fields, ":path")
	if host == nil {
		host = find(fields, "host")
	}
	if host != nil && (authority || path == nil) {
		space()
		dst = appendValue(dst, host)
		start = len(dst)
	}
	if path != nil {
		space()
		dst = appendValue(dst, path)
	}
	if f := find(fields, ":protocol"); f != nil {
		dst = append(dst, " ("...)
		dst = append(appendValue(dst, f), ')')
	}
	return dst
}

// appendField writes a field on a line of its own, behind how it stood in the
// field block.
func appendField(dst []byte, f *hpack.Field) []byte {
	var index, wire [24]byte
	representation := "(no field block)"
	if f.Wire > 0 {
		representation = f.Representation.String()
	}
	dst = pad(append(dst, representation...), len("without-indexing")-len(representation))
	n := index[:0]
	if f.Index > 0 {
		n = strconv.AppendUint(n, f.Index, 10)
	}
	dst = append(pad(dst, 5-len(n)), n...)
	n = wire[:0]
	if f.Wire > 0 {
		n = strconv.AppendUint(n, uint64(f.Wire), 10)
	}
	dst = append(pad(dst, 6-len(n)), n...)
	dst = append(dst, "  "...)
	dst = appendTrusted(dst, f.Name, f.NameTrust)
	dst = append(dst, ": "...)
	return appendTrusted(dst, f.Value, f.ValueTrust)
}

func pad(dst []byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, ' ')
	}
	return dst
}
