package tlsdecrypt_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// A sent is what one endpoint wrote at once: half 0 is the client's.
type sent struct {
	half reassembly.Half
	data []byte
}

// A script is a recorded connection, and the secrets of it.
type script struct {
	mu   sync.Mutex
	sent []sent
	log  bytes.Buffer
	want [2][]byte // plaintext
}

// A wire is an endpoint of a connection that records what goes through it. It
// holds what was written until it is read, as TCP does.
type wire struct {
	script *script
	half   reassembly.Half
	in     *stream
	out    *stream
}

// A stream is one direction.
type stream struct {
	mu    sync.Mutex
	more  sync.Cond
	data  []byte
	ended bool
}

// newWires are the two ends.
func newWires(s *script) (client, server wire) {
	a, b := new(stream), new(stream)
	a.more.L, b.more.L = &a.mu, &b.mu
	return wire{s, 0, b, a}, wire{s, 1, a, b}
}

func (w wire) Write(b []byte) (int, error) {
	w.script.mu.Lock()
	w.script.sent = append(w.script.sent, sent{w.half, bytes.Clone(b)})
	w.script.mu.Unlock()
	w.out.mu.Lock()
	defer w.out.mu.Unlock()
	w.out.data = append(w.out.data, b...)
	w.out.more.Signal()
	return len(b), nil
}

func (w wire) Read(b []byte) (int, error) {
	w.in.mu.Lock()
	defer w.in.mu.Unlock()
	for len(w.in.data) == 0 {
		if w.in.ended {
			return 0, io.EOF
		}
		w.in.more.Wait()
	}
	n := copy(b, w.in.data)
	w.in.data = w.in.data[n:]
	return n, nil
}

func (w wire) Close() error {
	for _, s := range []*stream{w.in, w.out} {
		s.mu.Lock()
		s.ended = true
		s.more.Signal()
		s.mu.Unlock()
	}
	return nil
}

func (wire) LocalAddr() net.Addr              { return nil }
func (wire) RemoteAddr() net.Addr             { return nil }
func (wire) SetDeadline(time.Time) error      { return nil }
func (wire) SetReadDeadline(time.Time) error  { return nil }
func (wire) SetWriteDeadline(time.Time) error { return nil }

// certificates makes one of each kind, once.
var certificates = sync.OnceValue(func() (out struct{ rsa, ecdsa tls.Certificate }) {
	make := func(key any, public any) tls.Certificate {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "h2scope test"},
			DNSNames: []string{"example.com"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
		if err != nil {
			panic(err)
		}
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	out.rsa, out.ecdsa = make(r, &r.PublicKey), make(e, &e.PublicKey)
	return out
})

// configs are those of a connection with that version and suite.
func configs(version, suite uint16) (client, server *tls.Config) {
	certs := certificates()
	server = &tls.Config{
		Certificates: []tls.Certificate{certs.rsa, certs.ecdsa}, MinVersion: version, MaxVersion: version,
		NextProtos: []string{"h2"},
	}
	client = &tls.Config{
		InsecureSkipVerify: true, ServerName: "example.com", MinVersion: version, MaxVersion: version,
		NextProtos: []string{"h2", "http/1.1"},
	}
	if version < tls.VersionTLS13 {
		client.CipherSuites, server.CipherSuites = []uint16{suite}, []uint16{suite}
	}
	return client, server
}

// talk plays a connection of crypto/tls: each line goes to the server and is
// answered in turn.
func talk(t testing.TB, client, server *tls.Config, lines ...[]byte) *script {
	t.Helper()
	s := new(script)
	a, b := newWires(s)
	client.KeyLogWriter = &s.log
	c, d := tls.Client(a, client), tls.Server(b, server)
	done := make(chan error, 1)
	go func() {
		defer b.Close()
		for _, line := range lines {
			got := make([]byte, len(line))
			if _, err := io.ReadFull(d, got); err != nil {
				done <- err
				return
			}
			if _, err := d.Write(bytes.ToUpper(got)); err != nil {
				done <- err
				return
			}
		}
		_, err := d.Read(make([]byte, 1)) // the client's close_notify
		if errors.Is(err, io.EOF) {
			err = nil
		}
		done <- err
	}()
	for _, line := range lines {
		if _, err := c.Write(line); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, make([]byte, len(line))); err != nil {
			t.Fatal(err)
		}
		s.want[0] = append(s.want[0], line...)
		s.want[1] = append(s.want[1], bytes.ToUpper(line)...)
	}
	c.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return s
}

// store is the secrets of the script's log.
func (s *script) store(t testing.TB) *keylog.Store {
	t.Helper()
	store := keylog.NewStore()
	if _, err := store.Add(s.log.Bytes(), "log"); err != nil {
		t.Fatal(err)
	}
	return store
}

// A playing feeds a script to a Conn, in pieces.
type playing struct {
	conn   *tlsdecrypt.Conn
	out    tape
	offset [2]uint64
	packet uint64
}

func newPlaying(cfg tlsdecrypt.Config) *playing {
	p := new(playing)
	p.conn = tlsdecrypt.New(cfg, &p.out)
	return p
}

func (p *playing) chunk(half reassembly.Half, data []byte) {
	p.packet++
	p.conn.Chunk(&reassembly.Chunk{
		Half: half, Offset: p.offset[half], Packet: p.packet, Time: int64(p.packet), OctetsPacket: p.packet,
		Acked: p.offset[half.Other()], Data: data,
	})
	p.offset[half] += uint64(len(data))
}

func (p *playing) gap(half reassembly.Half, length int) {
	p.packet++
	p.conn.Gap(&reassembly.Gap{
		Half: half, Offset: p.offset[half], Length: uint64(length), Cause: reassembly.CaptureLoss, Packet: p.packet,
	})
	p.offset[half] += uint64(length)
}

// play feeds all of it, cut by cut, which is told what is left and tells how
// much is next.
func (s *script) play(cfg tlsdecrypt.Config, cut func(left int) int) *playing {
	p := newPlaying(cfg)
	for _, w := range s.sent {
		for data := w.data; len(data) > 0; {
			n := min(cut(len(data)), len(data))
			p.chunk(w.half, bytes.Clone(data[:n]))
			data = data[n:]
		}
	}
	p.conn.Finish()
	return p
}

func whole(left int) int { return left }

// check compares the plaintext with what was said.
func (s *script) check(t testing.TB, p *playing) {
	t.Helper()
	for half := range 2 {
		if got := p.out.text[half].Bytes(); !bytes.Equal(got, s.want[half]) {
			t.Errorf("half %d: %d octets, want %d", half, len(got), len(s.want[half]))
		}
	}
	if len(p.out.bad)+len(p.out.gaps) > 0 {
		t.Errorf("%v, %d gaps", p.out.bad, len(p.out.gaps))
	}
	if i := p.conn.Info(); i.Decrypted != tlsdecrypt.Full || i.Reason != "" {
		t.Errorf("%v %q, want full", i.Decrypted, i.Reason)
	}
}

// lines is what is said as a rule: short, empty records aside, and longer than a
// record.
func lines() [][]byte {
	random := mathrand.New(mathrand.NewPCG(1, 2))
	long := make([]byte, 40_000)
	for i := range long {
		long[i] = 'a' + byte(random.IntN(26))
	}
	return [][]byte{[]byte("x"), []byte("hello"), long, []byte("bye"), long[:16384]}
}

// splits are the ways in which a script is cut into chunks.
func splits() map[string]func(int) int {
	random := mathrand.New(mathrand.NewPCG(3, 4))
	return map[string]func(int) int{
		"whole": whole, "bytewise": func(int) int { return 1 },
		"segments": func(int) int { return 1448 }, "random": func(int) int { return 1 + random.IntN(3000) },
	}
}
