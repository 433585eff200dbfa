package hello

import (
	"bytes"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// An Error is a message that can't be read.
type Error struct {
	Message string // as the RFCs call it: "ClientHello"
	Field   string // the first that does not fit: "cipher_suites"
}

// Error names the message and the field.
func (e *Error) Error() string {
	return fmt.Sprintf("TLS %s is malformed at %s", e.Message, e.Field)
}

// A reader takes fields from the front of octets. The first that does not fit is
// kept; from then on all fields are zero.
type reader struct {
	rest   cryptobyte.String
	failed string
}

func (r *reader) fail(field string) {
	if r.failed == "" {
		r.failed, r.rest = field, nil
	}
}

// end is the error of a message that has been read, or nil.
func (r *reader) end(message string) error {
	if len(r.rest) > 0 {
		r.fail("its end, with more octets")
	}
	if r.failed != "" {
		return &Error{Message: message, Field: r.failed}
	}
	return nil
}

func (r *reader) uint8(field string) (v uint8) {
	if !r.rest.ReadUint8(&v) {
		r.fail(field)
	}
	return v
}

func (r *reader) uint16(field string) (v uint16) {
	if !r.rest.ReadUint16(&v) {
		r.fail(field)
	}
	return v
}

func (r *reader) uint24(field string) (v uint32) {
	if !r.rest.ReadUint24(&v) {
		r.fail(field)
	}
	return v
}

func (r *reader) uint32(field string) (v uint32) {
	if !r.rest.ReadUint32(&v) {
		r.fail(field)
	}
	return v
}

func (r *reader) copy(dst []byte, field string) {
	if !r.rest.CopyBytes(dst) {
		r.fail(field)
	}
}

// The vectors borrow; a length of one, two or three octets stands before them.

func (r *reader) vector8(field string) (v cryptobyte.String) {
	if !r.rest.ReadUint8LengthPrefixed(&v) {
		r.fail(field)
	}
	return v
}

func (r *reader) vector16(field string) (v cryptobyte.String) {
	if !r.rest.ReadUint16LengthPrefixed(&v) {
		r.fail(field)
	}
	return v
}

func (r *reader) vector24(field string) (v cryptobyte.String) {
	if !r.rest.ReadUint24LengthPrefixed(&v) {
		r.fail(field)
	}
	return v
}

// numbers takes a vector apart into numbers of 16 bits.
func (r *reader) numbers(v cryptobyte.String, field string) []uint16 {
	if len(v) == 0 {
		return nil
	}
	all := make([]uint16, 0, len(v)/2)
	for !v.Empty() {
		var n uint16
		if !v.ReadUint16(&n) {
			r.fail(field)
			break
		}
		all = append(all, n)
	}
	return all
}

// alpn reads a list of protocol names (RFC 7301, Section 3.1).
func (r *reader) alpn() (names []string) {
	list := reader{rest: r.vector16("protocol_name_list")}
	for len(list.rest) > 0 {
		name := list.vector8("protocol_name")
		if len(name) == 0 {
			r.fail("protocol_name")
			break
		}
		names = append(names, string(name))
	}
	return names
}

// extensions reads the block of extensions at a message's end. A handler that
// does not read an extension to its end, or reads beyond it, has found it
// malformed; nil is for an extension that it does not know.
func (r *reader) extensions(read func(extension uint16, body *reader) (known bool)) (types, malformed []uint16) {
	block := reader{rest: r.vector16("extensions")}
	for len(block.rest) > 0 {
		extension := block.uint16("extension_type")
		body := reader{rest: block.vector16("extension_data")}
		if block.failed != "" {
			r.fail(block.failed)
			return nil, nil
		}
		types = append(types, extension)
		if read(extension, &body) && body.end("") != nil {
			malformed = append(malformed, extension)
		}
	}
	return types, malformed
}

// clone is a copy, nil for no octets.
func clone(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return bytes.Clone(b)
}
