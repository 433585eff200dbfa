package endpoint

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"time"
)

// A KeyKind is a kind of key that a certificate can have.
type KeyKind uint8

// The kinds of key: suites of TLS 1.2 go with one of them.
const (
	ECDSA KeyKind = iota // P-256
	RSA                  // 2,048 bits
)

// An Identity is a certificate that the endpoint signed itself, and its key. It
// is good for a day, and for this machine's own names.
type Identity struct {
	certificate tls.Certificate
	roots       *x509.CertPool
}

// NewIdentity makes a key and a certificate for it, which is good for localhost,
// its addresses, and further hosts, which are names or addresses.
func NewIdentity(kind KeyKind, hosts ...string) (*Identity, error) {
	key, err := newKey(kind)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "h2scope endpoint"},
		NotBefore:    now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:        true, BasicConstraintsValid: true,
		DNSNames:    []string{"localhost", authority},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else if host != "" {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	id := &Identity{certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, roots: x509.NewCertPool()}
	id.roots.AddCert(leaf)
	return id, nil
}

func newKey(kind KeyKind) (crypto.Signer, error) {
	if kind == RSA {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// A Protection is how a connection is to be protected.
type Protection struct {
	Version uint16 // tls.VersionTLS12 or tls.VersionTLS13
	Suite   uint16 // of TLS 1.2; 0: what the two sides agree on

	Offers []string // protocols that the client offers by ALPN; nil: h2 and http/1.1
	NoALPN bool     // neither side speaks of protocols
	NoSNI  bool     // the client does not say whom it wants to reach
}

// Key is the kind of key that the suite asks for.
func (p Protection) Key() KeyKind {
	if strings.Contains(tls.CipherSuiteName(p.Suite), "_RSA_WITH") {
		return RSA
	}
	return ECDSA
}

// Server is the configuration of a server with this identity, which writes the
// key log to keyLog.
func (id *Identity) Server(p Protection, keyLog io.Writer) *tls.Config {
	cfg := p.config(keyLog)
	cfg.Certificates = []tls.Certificate{id.certificate}
	return cfg
}

// Client is the configuration of a client that trusts this identity alone.
func (id *Identity) Client(p Protection) *tls.Config {
	cfg := p.config(nil)
	cfg.RootCAs, cfg.ServerName = id.roots, authority
	if p.NoSNI {
		cfg.ServerName = "127.0.0.1" // which no client may send (RFC 6066, Section 3)
	}
	if p.Offers != nil {
		cfg.NextProtos = p.Offers
	}
	return cfg
}

func (p Protection) config(keyLog io.Writer) *tls.Config {
	cfg := &tls.Config{
		MinVersion: max(p.Version, tls.VersionTLS12), MaxVersion: p.Version,
		NextProtos: []string{"h2", "http/1.1"}, KeyLogWriter: keyLog,
	}
	if p.Suite != 0 {
		cfg.CipherSuites = []uint16{p.Suite}
	}
	if p.NoALPN {
		cfg.NextProtos = nil
	}
	return cfg
}
