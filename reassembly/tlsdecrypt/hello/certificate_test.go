package hello

import (
	"bytes"
	"compress/zlib"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// makeCertificate signs a certificate for itself.
func makeCertificate(t testing.TB) (der []byte, key *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "example.com", Organization: []string{"Example, Inc."}},
		DNSNames:     []string{"example.com", "*.example.com"},
		IPAddresses:  []net.IP{net.IPv4(192, 0, 2, 1), net.ParseIP("2001:db8::1")},
		NotBefore:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err = x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der, key
}

func TestCertificateInfo(t *testing.T) {
	der, _ := makeCertificate(t)
	info, ok := ParseCertificateInfo(der)
	want := `{example.com CN=example.com,O=Example\, Inc. CN=example.com,O=Example\, Inc. [example.com *.example.com] ` +
		`[192.0.2.1 2001:db8::1] 2026-01-01 00:00:00 +0000 UTC 2027-01-01 00:00:00 +0000 UTC 256}`
	if got := fmt.Sprint(info); !ok || got != want {
		t.Errorf("%s %v, want %s", got, ok, want)
	}
	for n := range der {
		if _, ok := ParseCertificateInfo(der[:n]); ok {
			t.Fatalf("%d octets of %d are a certificate", n, len(der))
		}
	}
}

func TestCertificate(t *testing.T) {
	for name, test := range map[string]struct {
		body  []byte
		tls13 bool
		want  string
	}{
		"1.2":                   {vec24(vec24([]byte("a")), vec24([]byte("bc"))), false, "a bc"},
		"1.2, none":             {vec24(), false, ""},
		"1.3":                   {join(vec8(), vec24(vec24([]byte("a")), vec16(ext(5, []byte("stapled"))), vec24([]byte("bc")), vec16())), true, "a bc"},
		"1.3, with a context":   {join(vec8([]byte("context")), vec24()), true, ""},
		"1.3, read as 1.2":      {join(vec8(), vec24(vec24([]byte("a")), vec16())), false, "error"},
		"1.2, read as 1.3":      {vec24(vec24([]byte("abc"))), true, "error"},
		"1.2, a cut one inside": {vec24(vec24([]byte("a")), []byte{0, 0, 9}), false, "error"},
	} {
		certs, err := ParseCertificate(test.body, test.tls13)
		got := string(bytes.Join(certs, []byte(" ")))
		if err != nil {
			got = "error"
		}
		if got != test.want {
			t.Errorf("%s: %s %v, want %s", name, got, err, test.want)
		}
	}
}

func deflate(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write(b)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCompressedCertificate(t *testing.T) {
	message := join(vec8(), vec24(vec24(bytes.Repeat([]byte("cert"), 100)), vec16()))
	length := vec24(message)[:3]
	c, err := ParseCompressedCertificate(join(num16(1), length, vec24(deflate(t, message))))
	if err != nil {
		t.Fatal(err)
	}
	body, err := c.Decompress()
	if err != nil || !bytes.Equal(body, message) {
		t.Fatalf("%d octets, %v", len(body), err)
	}
	if certs, err := ParseCertificate(body, true); err != nil || len(certs) != 1 {
		t.Errorf("%d certificates, %v", len(certs), err)
	}
}

func TestCompressedCertificateRefused(t *testing.T) {
	whole := deflate(t, make([]byte, 1000))
	for _, test := range []struct {
		c    CompressedCertificate
		want string
	}{
		{CompressedCertificate{CompressionBrotli, 9, nil}, "brotli is not supported"},
		{CompressedCertificate{CompressionZstd, 9, nil}, "zstd is not supported"},
		{CompressedCertificate{0x4001, 9, nil}, "0x4001 is not supported"},
		{CompressedCertificate{CompressionZlib, MaxCertificate + 1, whole}, "the limit is 1048576"},
		{CompressedCertificate{CompressionZlib, 999, whole}, "uncompressed_length"},
		{CompressedCertificate{CompressionZlib, 1001, whole}, "uncompressed_length"},
		{CompressedCertificate{CompressionZlib, 1000, whole[:len(whole)-5]}, "unexpected EOF"},
		{CompressedCertificate{CompressionZlib, 1000, nil}, "EOF"},
		{CompressedCertificate{CompressionZlib, 1000, []byte("not zlib at all")}, "invalid header"},
	} {
		if _, err := test.c.Decompress(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %v", test.c.Algorithm, err)
		}
	}
	if CompressionZlib.String() != "zlib" {
		t.Error(CompressionZlib)
	}
}

// TestDecompressionBomb: a megabyte is the most, and a claim costs nothing.
func TestDecompressionBomb(t *testing.T) {
	bomb := CompressedCertificate{CompressionZlib, MaxCertificate, deflate(t, make([]byte, 64<<20))}
	if _, err := bomb.Decompress(); err == nil {
		t.Error("a bomb is a certificate")
	}
	claim := CompressedCertificate{CompressionZlib, MaxCertificate, deflate(t, []byte("small"))}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	claim.Decompress()
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<17 {
		t.Errorf("%d octets for a claim", n)
	}
}

func TestEncryptedPreMaster(t *testing.T) {
	got, err := ParseEncryptedPreMaster(vec16(testRandom))
	if err != nil || !slices.Equal(got, testRandom) {
		t.Errorf("%x %v", got, err)
	}
}

func rsaCertificate(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
