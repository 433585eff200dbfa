package keylog

import (
	"bytes"
	"encoding/hex"
)

// What is wrong with a line. None of it repeats the line.
const (
	reasonTooLong   = "line too long"
	reasonNoLine    = "not a line of a key log"
	reasonWords     = "not a label and two words"
	reasonRandom    = "client random is not 64 hex digits"
	reasonMaster    = "secret is not 96 hex digits"
	reasonTraffic   = "secret is not 64 or 96 hex digits"
	reasonEncrypted = "encrypted premaster secret is not 16 hex digits"
	reasonFull      = "too many different secrets for one client random"
	reasonConflict  = "another premaster secret is known for it"
)

// readLine takes one line, without its end, into the store. It returns what is
// wrong with it, or "", and whether it says anything at all.
func (s *Store) readLine(line []byte) (reason string, spoken bool) {
	word, rest := cutWord(line)
	if len(word) == 0 || word[0] == '#' {
		return "", false
	}
	id, rest := cutWord(rest)
	value, rest := cutWord(rest)
	more, _ := cutWord(rest)
	whole := len(value) > 0 && len(more) == 0

	label, generation := parseLabel(word)
	switch {
	case label == 0 && whole && isLabel(word) && isHex(id) && isHex(value):
		s.skip(false)
		return "", true
	case label == 0:
		return reasonNoLine, true
	case !whole:
		reason = reasonWords
	case label.skipped():
		s.skip(true)
	default:
		reason = s.readSecret(label, generation, id, value)
	}
	if reason != "" {
		reason = label.String() + ": " + reason
	}
	return reason, true
}

// readSecret takes the words of a line that has all of them.
func (s *Store) readSecret(label Label, generation uint32, id, value []byte) (reason string) {
	var random Random
	var encrypted [8]byte
	switch {
	case label == RSA && !decodeHex(encrypted[:], id):
		return reasonEncrypted
	case label != RSA && !decodeHex(random[:], id):
		return reasonRandom
	}
	master := label == RSA || label == ClientRandom
	var buf [maxSecret]byte
	octets := buf[:min(len(value)/2, len(buf))]
	switch ok := len(octets) == 48 || len(octets) == 32 && !master; {
	case ok && decodeHex(octets, value):
	case master:
		return reasonMaster
	default:
		return reasonTraffic
	}
	switch {
	case label == RSA && !s.addPreMaster(encrypted, octets):
		return reasonConflict
	case label != RSA && !s.add(random, label, generation, octets):
		return reasonFull
	}
	return ""
}

// cutWord takes the first word from a line; words are apart by spaces and tabs.
func cutWord(line []byte) (word, rest []byte) {
	for len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
		line = line[1:]
	}
	word = line
	if i := bytes.IndexByte(word, ' '); i >= 0 {
		word = word[:i]
	}
	if i := bytes.IndexByte(word, '\t'); i >= 0 {
		word = word[:i]
	}
	return word, line[len(word):]
}

// decodeHex reports whether word is dst in hex, to the octet.
func decodeHex(dst, word []byte) bool {
	if len(word) != 2*len(dst) {
		return false
	}
	_, err := hex.Decode(dst, word)
	return err == nil
}

// isHex reports whether word is octets in hex, one at least.
func isHex(word []byte) bool {
	for _, c := range word {
		digit := '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
		if !digit {
			return false
		}
	}
	return len(word) > 0 && len(word)%2 == 0
}
