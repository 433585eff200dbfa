package hello

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
)

// ParseCertificate reads the body of a Certificate message: the certificates in
// DER, that of the sender first. They borrow from body. TLS 1.3 has another form
// (RFC 8446, Section 4.4.2) than the versions before (RFC 5246, Section 7.4.2).
func ParseCertificate(body []byte, tls13 bool) (certs [][]byte, err error) {
	r := reader{rest: body}
	if tls13 {
		r.vector8("certificate_request_context")
	}
	list := reader{rest: r.vector24("certificate_list")}
	for len(list.rest) > 0 && r.failed == "" {
		cert := list.vector24("cert_data")
		if tls13 {
			list.vector16("extensions")
		}
		if list.failed != "" {
			r.fail(list.failed)
		}
		certs = append(certs, cert)
	}
	if err := r.end("Certificate"); err != nil {
		return nil, err
	}
	return certs, nil
}

// A CertificateCompression is an algorithm of RFC 8879.
type CertificateCompression uint16

// Algorithms of the registry. Only zlib is undone here.
const (
	CompressionZlib   CertificateCompression = 1
	CompressionBrotli CertificateCompression = 2
	CompressionZstd   CertificateCompression = 3
)

// String is the name, or the number in hex.
func (c CertificateCompression) String() string {
	switch c {
	case CompressionZlib:
		return "zlib"
	case CompressionBrotli:
		return "brotli"
	case CompressionZstd:
		return "zstd"
	}
	return hex16(uint16(c))
}

// A CompressedCertificate is a Certificate message of TLS 1.3 in other clothes
// (RFC 8879, Section 4).
type CompressedCertificate struct {
	Algorithm CertificateCompression
	Length    int    // octets of the message, uncompressed
	Data      []byte // compressed; borrowed from the body
}

// ParseCompressedCertificate reads the body of a CompressedCertificate message.
func ParseCompressedCertificate(body []byte) (*CompressedCertificate, error) {
	r := reader{rest: body}
	c := &CompressedCertificate{
		Algorithm: CertificateCompression(r.uint16("algorithm")),
		Length:    int(r.uint24("uncompressed_length")),
		Data:      r.vector24("compressed_certificate_message"),
	}
	if err := r.end("CompressedCertificate"); err != nil {
		return nil, err
	}
	return c, nil
}

// MaxCertificate is how many octets a compressed Certificate message may have
// when it is uncompressed.
const MaxCertificate = 1 << 20

// Decompress returns the body of the Certificate message, for
// [ParseCertificate]. An error says why not, with the algorithm's name where it
// is one that is not undone here. Memory goes with the octets that are really
// there, up to [MaxCertificate], whatever Length claims.
func (c *CompressedCertificate) Decompress() ([]byte, error) {
	switch {
	case c.Algorithm != CompressionZlib:
		return nil, fmt.Errorf("TLS CompressedCertificate: %s is not supported", c.Algorithm)
	case c.Length > MaxCertificate:
		return nil, fmt.Errorf("TLS CompressedCertificate: %d octets, the limit is %d", c.Length, MaxCertificate)
	}
	z, err := zlib.NewReader(bytes.NewReader(c.Data))
	if err != nil {
		return nil, fmt.Errorf("TLS CompressedCertificate: %w", err)
	}
	body, err := io.ReadAll(io.LimitReader(z, int64(c.Length)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("TLS CompressedCertificate: %w", err)
	case len(body) != c.Length:
		return nil, &Error{Message: "CompressedCertificate", Field: "uncompressed_length"}
	}
	return body, nil
}
