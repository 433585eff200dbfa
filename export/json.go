package export

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"h2scope/h2decode/printable"
)

// A writer appends JSON to buf. A key is plain ASCII, known at compile time;
// within an array it is empty. Commas are put where they belong.
//
// What writes a member works on a copy of buf and stores it once: a record is
// some twenty members, and storing a slice costs more than appending to it.
type writer struct {
	buf []byte
	now clock

	heads    heads
	sections sections
}

// appendKey begins a member of an object, or with an empty key an element of an
// array.
func appendKey(buf []byte, key string) []byte {
	if c := buf[len(buf)-1]; c != '{' && c != '[' {
		buf = append(buf, ',')
	}
	if key != "" {
		buf = append(buf, '"')
		buf = append(buf, key...)
		buf = append(buf, '"', ':')
	}
	return buf
}

func (w *writer) key(key string) { w.buf = appendKey(w.buf, key) }

// begin starts a record, end ends it and its line.
func (w *writer) begin(record string) {
	w.buf = append(w.buf, `{"record":"`...)
	w.buf = append(w.buf, record...)
	w.buf = append(w.buf, '"')
}

func (w *writer) end() { w.buf = append(w.buf, '}', '\n') }

func (w *writer) object(key string) { w.buf = append(appendKey(w.buf, key), '{') }

func (w *writer) endObject() { w.buf = append(w.buf, '}') }

func (w *writer) array(key string) { w.buf = append(appendKey(w.buf, key), '[') }

func (w *writer) endArray() { w.buf = append(w.buf, ']') }

func (w *writer) uint(key string, v uint64) {
	w.buf = strconv.AppendUint(appendKey(w.buf, key), v, 10)
}

func (w *writer) int(key string, v int64) {
	w.buf = strconv.AppendInt(appendKey(w.buf, key), v, 10)
}

func (w *writer) bool(key string, v bool) {
	w.buf = strconv.AppendBool(appendKey(w.buf, key), v)
}

// name writes a string of our own, which needs no escapes.
func (w *writer) name(key, s string) {
	buf := append(appendKey(w.buf, key), '"')
	buf = append(buf, s...)
	w.buf = append(buf, '"')
}

// hex writes octets as a string of hexadecimal digits.
func (w *writer) hex(key string, p []byte) {
	w.key(key)
	w.buf = append(w.buf, '"')
	w.buf = hex.AppendEncode(w.buf, p)
	w.buf = append(w.buf, '"')
}

// text writes a string that comes from the capture: under its key where it is
// UTF-8, else as base64 under the key with "_base64".
func (w *writer) text(key string, s []byte) {
	n := plainPrefix(s)
	if n < len(s) && !utf8.Valid(s[n:]) {
		w.base64(key, s)
		return
	}
	w.buf = appendKey(w.buf, key)
	w.string(s, n)
}

// string writes the string alone; its first n octets need no escapes.
func (w *writer) string(s []byte, n int) {
	w.buf = append(append(w.buf, '"'), s[:n]...)
	if n < len(s) {
		w.escape(s[n:])
	}
	w.buf = append(w.buf, '"')
}

func (w *writer) base64(key string, s []byte) {
	w.key("")
	w.buf = append(w.buf, '"')
	if key != "" {
		w.buf = append(w.buf, key...)
		w.buf = append(w.buf, `_base64":"`...)
	}
	w.buf = base64.StdEncoding.AppendEncode(w.buf, s)
	w.buf = append(w.buf, '"')
}

// escape writes valid UTF-8 with what JSON asks to be escaped, and with what
// could act on a terminal.
func (w *writer) escape(s []byte) {
	for len(s) > 0 {
		n := plainPrefix(s)
		w.buf = append(w.buf, s[:n]...)
		if s = s[n:]; len(s) == 0 {
			return
		}
		r, size := utf8.DecodeRune(s)
		switch {
		case r == '"' || r == '\\':
			w.buf = append(w.buf, '\\', byte(r))
		case printable.Safe(r):
			w.buf = append(w.buf, s[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			w.unit(high)
			w.unit(low)
		default:
			w.unit(r)
		}
		s = s[size:]
	}
}

// unit writes one UTF-16 code unit as an escape.
func (w *writer) unit(u rune) {
	w.buf = append(w.buf, '\\', 'u')
	w.buf = hex.AppendEncode(w.buf, []byte{byte(u >> 8), byte(u)})
}

// plainPrefix is how many octets of s are ASCII that stands in a JSON string as
// it is.
func plainPrefix(s []byte) int {
	n := 0
	for len(s)-n >= 8 && allPlain(binary.LittleEndian.Uint64(s[n:])) {
		n += 8
	}
	for n < len(s) && plain[s[n]] {
		n++
	}
	return n
}

const (
	ones  = 0x0101010101010101 // each octet 1
	highs = 0x8080808080808080 // each octet's highest bit
)

// allPlain reports whether all octets of v are plain. Where no octet of v has
// its highest bit set, v-n*ones sets that of each octet less than n, and of
// none if there is no such octet; v^c*ones is 0 where an octet is c.
func allPlain(v uint64) bool {
	found := v | (v + ones) // above U+007F; DEL
	found |= v - ' '*ones
	found |= (v ^ '"'*ones) - ones
	found |= (v ^ '\\'*ones) - ones
	return found&highs == 0
}

var plain = func() (table [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()
