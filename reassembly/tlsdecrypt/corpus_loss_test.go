package tlsdecrypt_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"h2scope/capture/segment"
	"h2scope/reassembly/tlsdecrypt"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// base is the connection of a capture that has one.
func base(t *testing.T, name string, r reading) *flow {
	t.Helper()
	folder := filepath.Join(corpus(t), name)
	if r.keys == nil {
		r.keys = secrets(t, folder)
	}
	flows := read(t, folder, r)
	return flows[0]
}

// checkHoles compares a direction with what it is without loss: the same but in
// the gaps. The length of a gap may be wrong by what the lost records held
// besides application data.
func checkHoles(t *testing.T, half int, got, want *flow) (lost uint64) {
	t.Helper()
	a, b := got.out.text[half].Bytes(), want.out.text[half].Bytes()
	for _, g := range got.out.gaps {
		if int(g.Half) != half {
			continue
		}
		if lost == 0 && !bytes.HasPrefix(b, a[:g.Offset]) {
			t.Fatalf("half %d: the %d octets before the gap differ", half, g.Offset)
		}
		lost += g.Length
		if tail := a[g.Offset+g.Length:]; !bytes.HasSuffix(b, tail) {
			t.Fatalf("half %d: the %d octets behind the gap differ", half, len(tail))
		}
	}
	if lost == 0 && !bytes.Equal(a, b) {
		t.Fatalf("half %d: %d octets, want %d", half, len(a), len(b))
	}
	if d := len(a) - len(b); d < -600 || d > 600 {
		t.Errorf("half %d: %d octets with the gaps, want %d", half, len(a), len(b))
	}
	return lost
}

// 09-mangled-gap-tls lacks two segments of the server's.
func TestCorpusGap(t *testing.T) {
	want := base(t, "09-base-tls", reading{})
	got := base(t, "09-mangled-gap-tls", reading{})
	if lost := checkHoles(t, 0, got, want); lost != 0 {
		t.Errorf("the client's half lost %d octets", lost)
	}
	lost := checkHoles(t, 1, got, want)
	i := got.tls.Info()
	if lost == 0 || lost > 3<<14 || i.Decrypted != tlsdecrypt.Partial || i.Reason != tlsdecrypt.LostInGap || i.Side[1].Resynced != 1 {
		t.Errorf("lost %d octets, %v %v, %+v", lost, i.Decrypted, i.Reason, i.Side[1])
	}
}

// Any segment with data may be lost, and what is outside of its records is
// there.
func TestCorpusAnyGap(t *testing.T) {
	for _, name := range []string{"09-base-tls", "04-chromium-nginx", "05-node-tls"} {
		want := base(t, name, reading{})
		failed := 0
		for n := 20; n < min(want.next, 120); n++ {
			if name == "09-base-tls" && testing.Short() {
				break
			}
			got := base(t, name, reading{drop: func(nth int, s *segment.Segment) bool { return nth == n }})
			for half := range 2 {
				if lost := checkHoles(t, half, got, want); lost > 1<<17 {
					failed++
					t.Logf("%s without segment %d: lost %d octets: %+v", name, n, lost, got.tls.Info().Side[half])
				}
			}
		}
		if failed > 0 {
			t.Errorf("%s: decryption did not resume after %d gaps", name, failed)
		}
	}
}

// Without its first packets a connection of TLS 1.3 is decrypted with the
// secrets of the log.
func TestCorpusMidstream(t *testing.T) {
	for _, test := range []struct {
		name string
		cut  int
	}{
		{"09-base-tls", 4}, {"09-base-tls", 5}, {"09-base-tls", 6}, {"09-base-tls", 8}, {"09-base-tls", 20},
		{"04-chromium-nginx", 30}, {"05-node-tls", 40}, {"06-grpc-tls", 100},
	} {
		t.Run(fmt.Sprint(test.name, " from ", test.cut), func(t *testing.T) {
			want := base(t, test.name, reading{})
			got := base(t, test.name, reading{drop: func(nth int, s *segment.Segment) bool { return nth < test.cut }})
			i := got.tls.Info()
			t.Logf("%v %v %s %v %v", i.Decrypted, i.Reason, i.CipherName(), i.Side[0].Opened, i.Side[1].Opened)
			for half := range 2 {
				a, b := got.out.text[half].Bytes(), want.out.text[half].Bytes()
				if len(a) == 0 || !bytes.HasSuffix(b, a) {
					// The first packet that is left may be of the other half.
					a = got.out.text[1-half].Bytes()
					if len(a) == 0 || !bytes.HasSuffix(b, a) {
						t.Errorf("half %d: %d octets are not the end of %d", half, len(a), len(b))
					}
				}
			}
		})
	}
}

// Each suite of TLS 1.3 is found midstream, among the secrets of others.
func TestCorpusMidstreamSuites(t *testing.T) {
	folder := filepath.Join(corpus(t), "03a-tls13-suites")
	for _, f := range read(t, folder, reading{
		keys: secrets(t, folder), drop: func(nth int, s *segment.Segment) bool { return nth < 10 },
	}) {
		i := f.tls.Info()
		if f.out.text[0].Len() == 0 || f.out.text[1].Len() == 0 {
			t.Errorf("%d>%d %s: %v %v %v", f.src, f.dst, i.CipherName(), i.Decrypted, i.Side[0].Opened, i.Side[1].Opened)
		}
	}
}

// One direction alone is decrypted: that of the client by its random, that of
// the server by trying.
func TestCorpusOneDirection(t *testing.T) {
	for _, test := range []struct {
		name   string
		server bool
		cut    int
		want   tlsdecrypt.Decrypted
	}{
		{"09-base-tls", false, 0, tlsdecrypt.ClientOnly},
		{"09-base-tls", true, 0, tlsdecrypt.ServerOnly},
		{"05-node-tls", false, 0, tlsdecrypt.ClientOnly},
		{"05-node-tls", true, 0, tlsdecrypt.ServerOnly},
		{"05-node-tls", true, 30, tlsdecrypt.ServerOnly},
	} {
		got := base(t, test.name, reading{drop: func(nth int, s *segment.Segment) bool {
			return nth < test.cut || (s.Src.Port < s.Dst.Port) != test.server
		}})
		i := got.tls.Info()
		if i.Decrypted != test.want || got.out.text[0].Len()+got.out.text[1].Len() == 0 {
			t.Errorf("%+v: %v %v", test, i.Decrypted, i.Reason)
		}
	}
}

// What is missing in the log is the reason.
func TestCorpusReasons(t *testing.T) {
	keep := func(t *testing.T, name string, keep func(string) bool) *keylog.Store {
		log, err := os.ReadFile(filepath.Join(corpus(t), name, "keys.log"))
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, line := range strings.Split(string(log), "\n") {
			if keep(line) {
				lines = append(lines, line)
			}
		}
		store := keylog.NewStore()
		if _, err := store.Add([]byte(strings.Join(lines, "\n")), "keys.log"); err != nil {
			t.Fatal(err)
		}
		return store
	}
	without := func(word string) func(string) bool {
		return func(s string) bool { return !strings.Contains(s, word) }
	}
	flip := func(s string) bool { return true }
	for _, test := range []struct {
		name, log string
		keep      func(string) bool
		want      tlsdecrypt.Decrypted
		reason    tlsdecrypt.Reason
	}{
		{"09-base-tls", "09-base-tls", without("HANDSHAKE"), tlsdecrypt.Full, ""},
		{"09-base-tls", "09-base-tls", without("SERVER"), tlsdecrypt.ClientOnly, tlsdecrypt.NoSecret},
		{"09-base-tls", "09-base-tls", without("CLIENT"), tlsdecrypt.ServerOnly, tlsdecrypt.NoSecret},
		{"09-base-tls", "09-base-tls", without("TRAFFIC_SECRET_0"), tlsdecrypt.None, tlsdecrypt.NoSecret},
		{"09-base-tls", "05-node-tls", flip, tlsdecrypt.None, tlsdecrypt.NoSecret},
		{"09-base-tls", "", nil, tlsdecrypt.None, tlsdecrypt.NoKeyLog},
		{"03b-tls12-aead", "05-node-tls", flip, tlsdecrypt.None, tlsdecrypt.NoSecret},
	} {
		store := keylog.NewStore()
		if test.log != "" {
			store = keep(t, test.log, test.keep)
		}
		i := base(t, test.name, reading{keys: store}).tls.Info()
		if i.Decrypted != test.want || i.Reason != test.reason {
			t.Errorf("%s with %s: %v %q, want %v %q", test.name, test.log, i.Decrypted, i.Reason, test.want, test.reason)
		}
	}
}
