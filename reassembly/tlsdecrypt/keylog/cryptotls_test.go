package keylog

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"testing"
)

// firstWrite keeps what is written first: the record with the ClientHello.
type firstWrite struct {
	net.Conn
	octets []byte
}

func (c *firstWrite) Write(b []byte) (int, error) {
	if c.octets == nil {
		c.octets = bytes.Clone(b)
	}
	return c.Conn.Write(b)
}

// TestCryptoTLS reads what crypto/tls writes: the client's log and the server's
// are the same secrets, and the ClientHello's random finds them.
func TestCryptoTLS(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[uint16]int{tls.VersionTLS12: 1, tls.VersionTLS13: 4} {
		var clientLog, serverLog bytes.Buffer
		near, far := net.Pipe()
		go func() {
			conn := tls.Server(far, &tls.Config{
				Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
				KeyLogWriter: &serverLog,
			})
			conn.Handshake()
			conn.Close()
		}()
		tape := &firstWrite{Conn: near}
		conn := tls.Client(tape, &tls.Config{InsecureSkipVerify: true, MaxVersion: version, KeyLogWriter: &clientLog})
		if _, err := io.ReadAll(conn); err != nil {
			t.Fatal(err)
		}

		s := read(t, clientLog.String())
		c, ok := s.Find(Random(tape.octets[5+4+2:][:32])) // record, message, version
		if !ok || c.Len() != want {
			t.Errorf("%s: %d secrets, want %d", tls.VersionName(version), c.Len(), want)
		}
		if version == tls.VersionTLS12 && len(c.Master()) != 1 || version == tls.VersionTLS13 &&
			(len(c.ClientHandshake()) != 1 || len(c.ServerHandshake()) != 1 || len(c.Traffic(Client, 0)) != 1 || len(c.Traffic(Server, 0)) != 1) {
			t.Errorf("%s: a secret is missing", tls.VersionName(version))
		}
		near.Close()
		before := s.Version()
		add(t, s, serverLog.String())
		if s.Version() != before {
			t.Errorf("%s: the server has other secrets", tls.VersionName(version))
		}
	}
}
