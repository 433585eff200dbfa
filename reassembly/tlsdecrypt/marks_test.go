package tlsdecrypt

import (
	"fmt"
	"strings"
	"testing"
)

// However many records there are, the answer is never too large, and exact for
// the latest.
func TestMarks(t *testing.T) {
	var m marks
	if m.plain(100) != 0 {
		t.Error("plaintext of nothing")
	}
	for n := uint64(1); n <= 5000; n++ {
		m.add(n*20, n*3)
		if len(m) > maxMarks {
			t.Fatalf("%d marks", len(m))
		}
		for back := range min(n, 60) {
			for _, cipher := range []uint64{(n - back) * 20, (n-back)*20 + 19} {
				if got := m.plain(cipher); got != (n-back)*3 {
					t.Fatalf("%d records: %d octets of ciphertext have %d, want %d", n, cipher, got, (n-back)*3)
				}
			}
		}
		for _, cipher := range []uint64{0, 19, 20, n * 4, n * 10, n * 15, 1 << 60} {
			if got := m.plain(cipher); got > min(cipher/20, n)*3 {
				t.Fatalf("%d records: %d octets of ciphertext have %d, too many", n, cipher, got)
			}
		}
	}
}

// No secret is printed, whatever is printed.
func TestSecrecy(t *testing.T) {
	f := newForge(0x1301)
	f.start(t)
	f.handshake()
	f.send(0, f.data(clientAP, "x"))
	sessions := NewSessions()
	sessions.put([]byte("id"), f.keys[clientAP].secret)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for _, v := range []any{f.conn, *f.conn, f.conn.Info(), sessions, f.keys[clientAP], *f.keys[clientAP], f.conn.half[0].keys} {
			text := fmt.Sprintf(verb, v)
			for _, k := range f.keys {
				for _, form := range []string{"%x", "%v", "%s"} {
					inner := strings.Trim(fmt.Sprintf(form, k.secret), "[]")
					if strings.Contains(text, inner) || strings.Contains(strings.ReplaceAll(text, " ", ""), fmt.Sprintf("%x", k.secret)) {
						t.Errorf("%s of %T shows a secret", verb, v)
					}
				}
			}
		}
	}
}
