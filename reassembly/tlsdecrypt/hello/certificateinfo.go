package hello

import (
	"crypto/x509"
	"net/netip"
	"time"
)

// CertificateInfo is what a certificate says of its owner (RFC 5280). Nothing of
// it is verified.
type CertificateInfo struct {
	CommonName string       // of the subject
	Subject    string       // distinguished name (RFC 2253)
	Issuer     string       // distinguished name
	DNSNames   []string     // subject alternative names
	IPs        []netip.Addr // the same, addresses
	NotBefore  time.Time    // UTC
	NotAfter   time.Time    // UTC
	KeyBits    int          // size of an RSA key's modulus or an elliptic curve's field; 0 if unknown
}

// ParseCertificateInfo reads a certificate in DER. Not ok is one that
// crypto/x509 refuses: it accepts less than the clients do that use such
// certificates, and a raw public key (RFC 7250) is none at all.
func ParseCertificateInfo(der []byte) (info CertificateInfo, ok bool) {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return CertificateInfo{}, false
	}
	info = CertificateInfo{
		CommonName: c.Subject.CommonName,
		Subject:    c.Subject.String(),
		Issuer:     c.Issuer.String(),
		DNSNames:   c.DNSNames,
		NotBefore:  c.NotBefore.UTC(),
		NotAfter:   c.NotAfter.UTC(),
		KeyBits:    keyBits(c.PublicKey),
	}
	for _, ip := range c.IPAddresses {
		if addr, ok := netip.AddrFromSlice(ip); ok {
			info.IPs = append(info.IPs, addr.Unmap())
		}
	}
	return info, true
}
