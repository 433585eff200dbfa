package tlsdecrypt

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// strangers is a key log of other connections.
func strangers(t testing.TB, connections int) *keylog.Store {
	t.Helper()
	var log strings.Builder
	for n := range connections {
		random := sha256.Sum256(fmt.Append(nil, "random", n))
		for _, label := range []string{clientHS, serverHS, clientAP, serverAP} {
			fmt.Fprintf(&log, "%s %x %x\n", label, random, sha256.Sum256(fmt.Append(nil, label, n)))
		}
	}
	store := keylog.NewStore()
	if _, err := store.Add([]byte(log.String()), "log"); err != nil {
		t.Fatal(err)
	}
	return store
}

// A connection that was joined in the middle is found among the secrets of many,
// and so are its number and its client.
func TestHunt(t *testing.T) {
	for i := range suites13 {
		store := strangers(t, 3)
		f := newForge(suites13[i].id)
		if _, err := store.Add([]byte(strings.Join(f.log, "\n")), "log"); err != nil {
			t.Fatal(err)
		}
		f.conn = New(Config{Keys: store, KeysFinal: true}, &f.out)
		f.keys[clientAP].number, f.keys[serverAP].number = 60_000, 200
		f.send(1, f.data(serverAP, "the rest of a record")[9:])
		f.send(0, f.data(clientAP, "request"))
		f.send(1, f.data(serverAP, "response"), f.data(serverAP, ", and more"))
		i := f.check(t, "request", "response, and more", Full, "")
		if !i.ClientKnown || i.Client != 0 || i.Version != versionTLS13 || i.CipherSuite != f.suite.id || !i.Secrets {
			t.Errorf("%+v", i)
		}
	}
}

// Where the work does not suffice for the half that comes first, the other half
// may still be found, and then the first as well.
func TestHuntBothHalves(t *testing.T) {
	store := strangers(t, 60)
	f := newForge(0x1303)
	if _, err := store.Add([]byte(strings.Join(f.log, "\n")), "log"); err != nil {
		t.Fatal(err)
	}
	limits := DefaultLimits()
	limits.Work = 1 << 28
	f.conn = New(Config{Keys: store, KeysFinal: true, Limits: &limits}, &f.out)
	f.keys[clientAP].number = 60_000
	f.send(0, f.data(clientAP, "missed"))
	f.send(1, f.data(serverAP, "response"))
	f.send(0, f.data(clientAP, "request"))
	f.conn.Finish()
	if a, b := f.out.text[0].String(), f.out.text[1].String(); a != "request" || b != "response" {
		t.Errorf("%q, %q: %+v", a, b, f.conn.Info())
	}
}

// A hunt that finds nothing ends, and says why.
func TestHuntInVain(t *testing.T) {
	limits := DefaultLimits()
	limits.Work = 1 << 24
	f := newForge(0x1303)
	f.conn = New(Config{Keys: strangers(t, 100), KeysFinal: true, Limits: &limits}, &f.out)
	for range 50 {
		f.send(1, f.data(serverAP, "some response"))
		f.send(0, f.data(clientAP, "some request"))
	}
	i := f.check(t, "", "", None, NoHandshake)
	if f.conn.work < -1<<15 {
		t.Errorf("%d octets of work too many", -f.conn.work)
	}
	if n := i.Side[0].Unopened.Records + i.Side[1].Unopened.Records; n < 50 {
		t.Errorf("%d records are counted", n)
	}
}

// BenchmarkHunt is what a connection without a secret in a large key log costs.
func BenchmarkHunt(b *testing.B) {
	store := strangers(b, 4096)
	for _, id := range []uint16{0x1301, 0x1303} {
		f := newForge(id)
		record := f.data(serverAP, strings.Repeat("x", 1000))
		b.Run(fmt.Sprintf("%#x", id), func(b *testing.B) {
			for b.Loop() {
				c := New(Config{Keys: store, KeysFinal: true}, &f.out)
				for n := range uint64(20) {
					c.Chunk(&reassembly.Chunk{Half: 1, Offset: n * uint64(len(record)), Data: record})
				}
				c.Finish()
			}
		})
	}
}
