package tlsdecrypt_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"strings"
	"testing"

	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// Connections of crypto/tls give what was said, however they are cut.
func TestEndpoints(t *testing.T) {
	for _, test := range []struct{ version, suite uint16 }{
		{tls.VersionTLS13, 0}, // which of three the machine decides
		{tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
		{tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384},
		{tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256},
		{tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA},
		{tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA},
		{tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256},
		{tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_GCM_SHA256},
		{tls.VersionTLS11, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA},
		{tls.VersionTLS10, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA},
		{tls.VersionTLS10, tls.TLS_RSA_WITH_AES_128_CBC_SHA},
	} {
		t.Run(tls.VersionName(test.version)+" "+tls.CipherSuiteName(test.suite), func(t *testing.T) {
			client, server := configs(test.version, test.suite)
			s := talk(t, client, server, lines()...)
			for name, cut := range splits() {
				p := s.play(tlsdecrypt.Config{Keys: s.store(t), KeysFinal: true}, cut)
				s.check(t, p)
				i := p.conn.Info()
				if i.Version != test.version || i.ServerName != "example.com" || i.ALPN != "h2" || !i.ALPNKnown ||
					test.suite != 0 && i.CipherSuite != test.suite || i.Resumed || !i.Secrets || i.Late {
					t.Errorf("%s: %+v", name, i)
				}
				if s := &i.Side[1]; s.Certificate == nil || s.Certificate.CommonName != "h2scope test" || !i.Side[0].CloseNotify {
					t.Errorf("%s: %+v", name, s)
				}
			}
		})
	}
}

// The second connection resumes the first's session: by a PSK in TLS 1.3, with a
// ticket in TLS 1.2, where its master secret is not logged again.
func TestResumption(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		client, server := configs(version, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)
		client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
		sessions, store := tlsdecrypt.NewSessions(), keylog.NewStore()
		for n := range 3 {
			s := talk(t, client, server, lines()...)
			if _, err := store.Add(s.log.Bytes(), "log"); err != nil {
				t.Fatal(err)
			}
			p := s.play(tlsdecrypt.Config{Keys: store, KeysFinal: true, Sessions: sessions}, whole)
			s.check(t, p)
			if got := p.conn.Info().Resumed; got != (n > 0) {
				t.Errorf("%s, connection %d: resumed %v", tls.VersionName(version), n, got)
			}
		}
	}
}

// A server that asks for a certificate, and for another group than the client
// guessed.
func TestClientCertificateAndRetry(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		client, server := configs(version, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)
		client.Certificates = server.Certificates[:1]
		server.ClientAuth = tls.RequireAnyClientCert
		server.ClientCAs = x509.NewCertPool()
		client.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP384}
		server.CurvePreferences = []tls.CurveID{tls.CurveP384}
		s := talk(t, client, server, lines()...)
		for name, cut := range splits() {
			p := s.play(tlsdecrypt.Config{Keys: s.store(t)}, cut)
			s.check(t, p)
			i := p.conn.Info()
			if !i.ClientCertificate || i.HelloRetryRequest != (version == tls.VersionTLS13) || i.Side[0].Certificate == nil {
				t.Errorf("%s %s: %+v", tls.VersionName(version), name, i)
			}
		}
	}
}

// Either half may be captured late: one waits for the other's hello.
func TestHalvesOutOfOrder(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS12, tls.VersionTLS13} {
		client, server := configs(version, tls.TLS_RSA_WITH_AES_128_CBC_SHA)
		s := talk(t, client, server, []byte("a"), []byte("b"))
		for first := range reassembly.Half(2) {
			p := newPlaying(tlsdecrypt.Config{Keys: s.store(t), KeysFinal: true})
			for _, half := range []reassembly.Half{first, first.Other()} {
				for _, w := range s.sent {
					if w.half == half {
						p.chunk(w.half, w.data)
					}
				}
			}
			p.conn.Finish()
			s.check(t, p)
		}
	}
}

// Secrets that come late open the connection from its start, in the order of
// its packets, and what they open is marked.
func TestLateSecrets(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		client, server := configs(version, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)
		s := talk(t, client, server, lines()...)
		for at := 1; at < len(s.sent); at++ {
			store := keylog.NewStore()
			order := &ordered{}
			p := newPlaying(tlsdecrypt.Config{Keys: store})
			p.conn = tlsdecrypt.New(tlsdecrypt.Config{Keys: store}, order)
			order.conn, order.next = p.conn, &p.out
			for n, w := range s.sent {
				if n == at {
					if _, err := store.Add(s.log.Bytes(), "log"); err != nil {
						t.Fatal(err)
					}
				}
				p.chunk(w.half, w.data)
			}
			p.conn.Finish()
			s.check(t, p)
			if order.wrong > 0 {
				t.Errorf("%s, secrets before write %d: %d chunks out of order", tls.VersionName(version), at, order.wrong)
			}
			if late := at == len(s.sent)-1; late && (order.late == 0 || !p.conn.Info().Late) {
				t.Errorf("%s, secrets before write %d: nothing is late", tls.VersionName(version), at)
			}
		}
	}
}

// ordered counts chunks whose packet is before that of the chunk before.
type ordered struct {
	conn        *tlsdecrypt.Conn
	next        reassembly.Handler
	last        uint64
	wrong, late int
}

func (o *ordered) Chunk(c *reassembly.Chunk) {
	if c.Packet < o.last {
		o.wrong++
	}
	if o.conn.Late() {
		o.late++
	}
	o.last = c.Packet
	o.next.Chunk(c)
}

func (o *ordered) Gap(g *reassembly.Gap) { o.next.Gap(g) }

// Behind the limit on what is held a half is given up, and the secrets open what
// comes after them.
func TestHeldLimit(t *testing.T) {
	limits := tlsdecrypt.DefaultLimits()
	limits.Held = 10_000
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		client, server := configs(version, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)
		s := talk(t, client, server, lines()...)
		store := keylog.NewStore()
		p := newPlaying(tlsdecrypt.Config{Keys: store, Limits: &limits})
		for n, w := range s.sent {
			if n == len(s.sent)-5 {
				if _, err := store.Add(s.log.Bytes(), "log"); err != nil {
					t.Fatal(err)
				}
			}
			p.chunk(w.half, w.data)
		}
		p.conn.Finish()
		i := p.conn.Info()
		if i.Decrypted != tlsdecrypt.Partial || !bytes.HasSuffix(s.want[1], p.out.text[1].Bytes()[p.out.text[1].Len()-1000:]) {
			t.Errorf("%s: %v %v %+v", tls.VersionName(version), i.Decrypted, i.Reason, i.Side)
		}
	}
}

// Any octets may be lost: what is outside the records that they were in is
// there, at the right offset.
func TestGapEverywhere(t *testing.T) {
	for _, test := range []struct{ version, suite uint16 }{
		{tls.VersionTLS13, 0},
		{tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
		{tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256},
		{tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA},
		{tls.VersionTLS10, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA},
	} {
		client, server := configs(test.version, test.suite)
		line := bytes.Repeat([]byte("0123456789"), 300)
		s := talk(t, client, server, line, line, line, line, line, line, line, line)
		var stream []byte // of the client
		hellos := 0
		for _, w := range s.sent {
			if w.half == 0 {
				stream = append(stream, w.data...)
				if hellos == 0 {
					hellos = len(stream)
				}
			}
		}
		for _, length := range []int{1, 100, 5000, 9000} {
			for from := hellos; from < len(stream)-length; from += 997 {
				name := fmt.Sprintf("%s %s, %d octets from %d", tls.VersionName(test.version), tls.CipherSuiteName(test.suite), length, from)
				s.playGap(t, name, from, length)
			}
		}
	}
}

// playGap plays a script without some octets of the client's.
func (s *script) playGap(t *testing.T, name string, from, length int) {
	t.Helper()
	p := newPlaying(tlsdecrypt.Config{Keys: s.store(t), KeysFinal: true})
	at := 0
	for _, w := range s.sent {
		data := w.data
		if w.half == 1 {
			p.chunk(1, data)
			continue
		}
		before := min(max(from-at, 0), len(data))
		lost := min(max(from+length-at, 0), len(data)) - before
		at += len(data)
		if before > 0 {
			p.chunk(0, data[:before])
		}
		if lost > 0 {
			p.gap(0, lost)
		}
		if rest := data[before+max(lost, 0):]; len(rest) > 0 {
			p.chunk(0, rest)
		}
	}
	p.conn.Finish()
	got, want := p.out.text[0].Bytes(), s.want[0]
	lost := 0
	for _, g := range p.out.gaps {
		lost += int(g.Length)
	}
	if len(p.out.bad) > 0 || lost > length+6200 || lost == 0 && !bytes.Equal(got, want) {
		t.Fatalf("%s: lost %d octets, %d of %d: %+v", name, lost, len(got), len(want), p.conn.Info().Side[0])
	}
	for _, g := range p.out.gaps {
		tail := got[g.Offset+g.Length:]
		if !bytes.HasPrefix(want, got[:g.Offset]) && g == p.out.gaps[0] || !bytes.HasSuffix(want, tail) && g == p.out.gaps[len(p.out.gaps)-1] {
			t.Fatalf("%s: octets around a gap of %d at %d are wrong", name, g.Length, g.Offset)
		}
	}
	if !bytes.Equal(p.out.text[1].Bytes(), s.want[1]) {
		t.Fatalf("%s: the server's half differs", name)
	}
}

// Octets that were changed on the way cost their record, and are the reason.
func TestChangedOctets(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		client, server := configs(version, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)
		s := talk(t, client, server, []byte("first"), []byte("second"), []byte("third"))
		n := 0
		for i := range s.sent {
			if w := s.sent[i]; w.half == 0 && w.data[0] == 23 {
				if n++; n == map[uint16]int{tls.VersionTLS12: 2, tls.VersionTLS13: 2}[version] {
					w.data[len(w.data)-1] ^= 1
				}
			}
		}
		p := s.play(tlsdecrypt.Config{Keys: s.store(t), KeysFinal: true}, whole)
		i := p.conn.Info()
		if i.Decrypted != tlsdecrypt.Partial || i.Reason != tlsdecrypt.RecordAuthFailed || i.Side[0].Failed.Records != 1 ||
			!strings.HasSuffix(p.out.text[0].String(), "third") || len(p.out.gaps) != 1 {
			t.Errorf("%s: %q %v %v %+v", tls.VersionName(version), p.out.text[0].String(), i.Decrypted, i.Reason, i.Side[0])
		}
	}
}

// A master secret that is wrong opens nothing, and that is said.
func TestWrongSecret(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		client, server := configs(version, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)
		s := talk(t, client, server, lines()...)
		log := s.log.String()
		wrong := keylog.NewStore()
		for _, line := range strings.Split(strings.TrimSpace(log), "\n") {
			digits := []byte(line)
			if digits[len(digits)-1]++; digits[len(digits)-1] > '9' {
				digits[len(digits)-1] = '0'
			}
			if _, err := wrong.Add(digits, "log"); err != nil {
				t.Fatal(err)
			}
		}
		p := s.play(tlsdecrypt.Config{Keys: wrong, KeysFinal: true}, whole)
		if i := p.conn.Info(); i.Decrypted != tlsdecrypt.None || i.Reason != tlsdecrypt.RecordAuthFailed || !i.Secrets {
			t.Errorf("%s: %v %v %+v", tls.VersionName(version), i.Decrypted, i.Reason, i.Side)
		}
		// Beside the right ones they do no harm.
		if _, err := wrong.Add([]byte(log), "log"); err != nil {
			t.Fatal(err)
		}
		s.check(t, s.play(tlsdecrypt.Config{Keys: wrong, KeysFinal: true}, whole))
	}
}

// Acked of a plaintext chunk is what the sender had acknowledged of the other
// half's plaintext.
func TestAcked(t *testing.T) {
	client, server := configs(tls.VersionTLS13, 0)
	s := talk(t, client, server, []byte("one"), []byte("three"), []byte("five"))
	var got []string
	p := newPlaying(tlsdecrypt.Config{Keys: s.store(t)})
	p.conn = tlsdecrypt.New(tlsdecrypt.Config{Keys: s.store(t)}, handlerFunc(func(c *reassembly.Chunk) {
		got = append(got, fmt.Sprintf("%d %s %d", c.Half, c.Data, c.Acked))
	}))
	for _, w := range s.sent {
		p.chunk(w.half, w.data)
	}
	want := []string{"0 one 0", "1 ONE 3", "0 three 3", "1 THREE 8", "0 five 8", "1 FIVE 12"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
}

type handlerFunc func(*reassembly.Chunk)

func (f handlerFunc) Chunk(c *reassembly.Chunk) { f(c) }
func (handlerFunc) Gap(*reassembly.Gap)         {}
