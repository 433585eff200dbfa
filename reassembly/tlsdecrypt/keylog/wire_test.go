package keylog

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// hexOf is n octets in hex, made of one octet.
func hexOf(octet byte, n int) string { return strings.Repeat(fmt.Sprintf("%02x", octet), n) }

// random is the client random of hexOf(octet, 32).
func random(octet byte) (r Random) {
	copy(r[:], bytes.Repeat([]byte{octet}, 32))
	return r
}

// line is a line with a label, the random of r and a secret of n octets.
func line(label string, r, octet byte, n int) string {
	return label + " " + hexOf(r, 32) + " " + hexOf(octet, n) + "\n"
}

// read puts a text in a new store, which must give no warning.
func read(t testing.TB, text string) *Store {
	t.Helper()
	s := NewStore()
	add(t, s, text)
	return s
}

func add(t testing.TB, s *Store, text string) {
	t.Helper()
	warnings, err := s.Add([]byte(text), "keys.log")
	if err != nil || len(warnings) > 0 {
		t.Fatalf("%v %v", warnings, err)
	}
}

// find is the secrets of a connection that must be there.
func find(t testing.TB, s *Store, r byte) *Secrets {
	t.Helper()
	secrets, ok := s.Find(random(r))
	if !ok {
		t.Fatalf("nothing known of %x", r)
	}
	return secrets
}

// short has each secret as its first octet in hex and its length.
func short(all [][]byte) string {
	var texts []string
	for _, s := range all {
		texts = append(texts, fmt.Sprintf("%02x*%d", s[0], len(s)))
	}
	return strings.Join(texts, " ")
}

func expect(t testing.TB, what string, got [][]byte, want string) {
	t.Helper()
	if short(got) != want {
		t.Errorf("%s: %s, want %s", what, short(got), want)
	}
}
