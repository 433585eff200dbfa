package hello_test

import (
	"encoding/hex"
	"fmt"

	"h2scope/reassembly/tlsdecrypt/hello"
)

// The body of a ClientHello, as it stands behind type and length.
const offer = "0303" + // legacy_version
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" + "00" + // random, legacy_session_id
	"0006" + "13011303c02f" + "0100" + // cipher_suites, legacy_compression_methods
	"003d" + // extensions
	"0000" + "0010" + "000e00000b6578616d706c652e636f6d" + // server_name
	"0010" + "0005" + "0003026832" + // ALPN
	"002b" + "0005" + "0403040303" + // supported_versions
	"000a" + "0004" + "0002001d" + // supported_groups
	"000d" + "0006" + "000404030804" + // signature_algorithms
	"ff01" + "0001" + "00" // renegotiation_info

func ExampleParseClientHello() {
	body, _ := hex.DecodeString(offer)
	h, err := hello.ParseClientHello(body)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(h.ServerName, h.ALPN, hello.VersionName(h.SupportedVersions[0]))
	for _, suite := range h.CipherSuites {
		fmt.Println(hello.SuiteName(suite))
	}

	_, err = hello.ParseClientHello(body[:20])
	fmt.Println(err)
	// Output:
	// example.com [h2] TLS 1.3
	// TLS_AES_128_GCM_SHA256
	// TLS_CHACHA20_POLY1305_SHA256
	// TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
	// TLS ClientHello is malformed at random
}

func ExampleClientHello_JA4() {
	body, _ := hex.DecodeString(offer)
	h, _ := hello.ParseClientHello(body)
	fmt.Println(h.JA4())
	fmt.Println(h.JA3())
	// Output:
	// t13d0306h2_5cf3574d6e68_0601350273df
	// 771,4865-4867-49199,0-16-43-10-13-65281,29, 452a83c07684501e503ce6b603c2b8b7
}

func ExampleProhibited() {
	for _, suite := range []uint16{0xc02f, 0x009c} {
		fmt.Println(hello.SuiteName(suite), hello.Prohibited(suite))
	}
	// Output:
	// TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 false
	// TLS_RSA_WITH_AES_128_GCM_SHA256 true
}

// Without the second argument right, a certificate list of TLS 1.2 can't be told
// from one of TLS 1.3.
func ExampleParseCertificate() {
	body, _ := hex.DecodeString("000006" + "000003" + "300102")
	certs, err := hello.ParseCertificate(body, false)
	fmt.Printf("%x %v\n", certs, err)
	_, ok := hello.ParseCertificateInfo(certs[0])
	fmt.Println("X.509:", ok)
	// Output:
	// [300102] <nil>
	// X.509: false
}
