package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// MaxCodings is how many content codings of one message are undone. Nobody has
// a use for more than two; a field that lists thousands is an attack.
const MaxCodings = 5

// A Result says how decoding went.
type Result struct {
	// Applied are the codings that were undone, in the order in which that was
	// done: the reverse of that in Content-Encoding (RFC 9110, Section 8.4).
	Applied []string
	// Left are the codings that still lie on the octets, since this package does
	// not know them, in the field's order.
	Left []string

	// Complete says that the octets are all of the content, with no coding left.
	Complete bool
	// Truncated says that a coding goes on where its octets end.
	Truncated bool
	// Limited says that there was more than the limit allows.
	Limited bool

	// Trouble says in a sentence what is wrong with the encoding, or is empty.
	// Where Complete is set as well, nothing of the content suffered from it.
	Trouble string
}

func (r *Result) trouble(format string, args ...any) {
	if r.Trouble != "" {
		r.Trouble += "; "
	}
	r.Trouble += fmt.Sprintf(format, args...)
}

// incomplete notes a trouble that costs part of the content.
func (r *Result) incomplete(format string, args ...any) {
	r.Complete = false
	r.trouble(format, args...)
}

// Decode undoes the content codings that encodings lists, as the values of
// Content-Encoding do, joined with commas where there are several, and appends
// at most limit octets of what comes out to dst.
//
// Decode gives what can be had: the octets before a truncation, a fault or the
// limit; the octets as they are where they are not in the coding that the field
// names; the octets inside the codings it knows where one inside is unknown. The
// Result says which it was. Gzip may have several members, and deflate be in
// zlib's format or without it.
//
// Time and memory are bounded by the length of body and the limit, which holds
// for what lies between two codings as well.
func Decode(dst, body []byte, encodings string, limit int) ([]byte, Result) {
	codings := splitCodings(encodings)
	res := Result{Complete: true}
	if len(body) == 0 {
		return dst, res // of a HEAD request, or of a 304: nothing was coded
	}
	limit = max(limit, 0)
	for n := len(codings); n > 0; n-- {
		name := codings[n-1]
		c := codingNamed(name, body)
		if c == nil || len(codings)-n == MaxCodings {
			res.Left = codings[:n]
			if c != nil {
				res.incomplete("more than %d content codings are listed: %d were not undone", MaxCodings, n)
			} else {
				res.incomplete("the content coding %q is not known", name)
			}
			break
		}
		body = res.undo(c, body, limit)
	}
	if len(body) > limit {
		body = body[:limit]
		res.limit(limit)
	}
	return append(dst, body...), res
}

// splitCodings is the list of Content-Encoding without what says nothing.
func splitCodings(encodings string) []string {
	var codings []string
	for name := range strings.SplitSeq(encodings, ",") {
		name = strings.ToLower(strings.Trim(name, " \t"))
		if name != "" && name != "identity" {
			codings = append(codings, name)
		}
	}
	return codings
}

func (r *Result) limit(limit int) {
	if !r.Limited {
		r.Limited = true
		r.incomplete("the content is longer than the limit of %d octets", limit)
	}
}

// undo takes one coding off. Octets that are not in that coding come back as
// they are: servers name codings that they did not apply, or name them twice.
func (r *Result) undo(c *coding, src []byte, limit int) []byte {
	if c.begins != nil && !c.begins(src) {
		r.trouble("the octets can't be read as the content coding %q: they stand as they are", c.name)
		return src
	}
	in := bytes.NewReader(src)
	out, err := readUpTo(c.open(in, limit), len(src), limit)
	if c.begins == nil && isNonsense(err, len(out), len(src)-in.Len()) {
		r.trouble("the octets can't be read as the content coding %q: they stand as they are", c.name)
		return src
	}
	r.Applied = append(r.Applied, c.name)
	var trailing trailingError
	switch {
	case err == nil:
	case errors.Is(err, errLimit):
		r.limit(limit)
	case errors.As(err, &trailing):
		r.trouble("octets that are no part of it follow the end of the content coding %q", c.name)
	case errors.Is(err, io.ErrUnexpectedEOF):
		r.Truncated = true
		r.incomplete("the octets end before the content coding %q does", c.name)
	default:
		r.incomplete("the content coding %q is broken after %d decoded octets: %v", c.name, len(out), err)
	}
	return out
}

// isNonsense reports whether a coding that has no mark at its beginning and no
// checksum at its end was read from octets that are something else. Such a
// reader gives nothing, or fails soon after it gave less than it took.
func isNonsense(err error, out, in int) bool {
	switch {
	case err == nil || errors.Is(err, errLimit) || errors.As(err, new(trailingError)):
		return false
	case errors.Is(err, io.ErrUnexpectedEOF):
		return out == 0
	}
	return out <= in || in < convincing
}

// convincing is how many octets must be read well before a fault, to believe that
// they were in a coding that has no mark: of any others, an octet or two would
// soon be wrong.
const convincing = 4 << 10

var errLimit = errors.New("the limit is reached")

// A trailingError says that a coding ended well, and that more octets follow.
type trailingError struct{}

func (trailingError) Error() string { return "octets follow the end" }

// readUpTo reads r to its end or until it gave limit octets: errLimit then says
// that there are more. What it allocates grows with what it reads.
func readUpTo(r io.Reader, hint, limit int) ([]byte, error) {
	out := make([]byte, 0, min(hint, limit)+1)
	for {
		if len(out) == cap(out) {
			out = slices.Grow(out, min(len(out)+512, limit+1-len(out)))
		}
		n, err := r.Read(out[len(out):min(cap(out), limit+1)])
		out = out[:len(out)+n]
		switch {
		case len(out) > limit:
			return out[:limit], errLimit
		case err == io.EOF:
			return out, nil
		case err != nil:
			return out, err
		}
	}
}
