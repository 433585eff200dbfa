package keylog

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

// FuzzKeylog reads arbitrary octets whole and one by one: to the same secrets
// and warnings. Lines that a simple reader understands are there.
func FuzzKeylog(f *testing.F) {
	f.Add([]byte(line("CLIENT_RANDOM", 1, 2, 48) + "# comment\r\n\r" + line("CLIENT_TRAFFIC_SECRET_0", 1, 2, 32)))
	f.Add([]byte("RSA " + hexOf(1, 8) + " " + hexOf(2, 48) + "\nRSA " + hexOf(1, 8) + " " + hexOf(3, 48)))
	f.Add([]byte("\xef\xbb\xbfEXPORTER_SECRET 00 11\nNEW 00 11\nnew\x00"))
	f.Add([]byte(strings.ToUpper(line("SERVER_HANDSHAKE_TRAFFIC_SECRET", 0xab, 0xcd, 48)) + line("CLIENT_TRAFFIC_SECRET_N", 1, 3, 48)))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, pieces := NewStore(), NewStore()
		warnings, err := s.Add(text, "k")
		pieceWarnings, pieceErr := pieces.Read(iotest.OneByteReader(strings.NewReader(string(text))), "k")
		if got, want := fmt.Sprint(pieceWarnings, pieceErr), fmt.Sprint(warnings, err); got != want {
			t.Fatalf("in pieces %s, whole %s", got, want)
		}
		if s.Version() != pieces.Version() || s.unknown != pieces.unknown || s.known != pieces.known {
			t.Fatal("pieces have other secrets")
		}
		secrets := len(s.preMaster)
		for r, c := range s.All() {
			secrets += c.Len()
			if again, ok := pieces.Find(r); !ok || again.Len() != c.Len() {
				t.Fatalf("%v is not in pieces", r)
			}
		}
		if _, n := s.Len(); n != secrets {
			t.Fatalf("%d secrets counted, %d found", n, secrets)
		}
		for text := range strings.FieldsFuncSeq(string(text), func(r rune) bool { return r == '\n' || r == '\r' }) {
			var label, id, value string
			n, _ := fmt.Sscanf(text, "%s %s %s", &label, &id, &value)
			random, err := hex.DecodeString(id)
			if n != 3 || label != "CLIENT_RANDOM" || err != nil || label+" "+id+" "+value != text || len(random) != 32 {
				continue
			}
			master, err := hex.DecodeString(value)
			if _, ok := s.Find(Random(random)); !ok && err == nil && len(master) == 48 {
				t.Fatalf("%s is not found", id)
			}
		}
	})
}
