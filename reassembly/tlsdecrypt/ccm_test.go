package tlsdecrypt

import (
	"bytes"
	"crypto/aes"
	"crypto/sha256"
	"testing"
)

// NIST SP 800-38C, Example 3: the only one with a nonce of 12 octets, and tags
// of 8.
func TestCCMVector(t *testing.T) {
	block, err := aes.NewCipher(unhex(t, "404142434445464748494a4b4c4d4e4f"))
	if err != nil {
		t.Fatal(err)
	}
	nonce := unhex(t, "101112131415161718191a1b")
	additional := unhex(t, "000102030405060708090a0b0c0d0e0f10111213")
	plain := unhex(t, "202122232425262728292a2b2c2d2e2f3031323334353637")
	want := unhex(t, "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5 484392fbc1b09951")
	c := newCCM(block, 8)
	if got := c.Seal([]byte("x"), nonce, plain, additional); !bytes.Equal(got[1:], want) || got[0] != 'x' {
		t.Errorf("sealed: %x, want %x", got[1:], want)
	}
	if got, err := c.Open(nil, nonce, want, additional); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("opened: %x, %v, want %x", got, err, plain)
	}
	if c.NonceSize() != 12 || c.Overhead() != 8 {
		t.Errorf("nonce %d, overhead %d", c.NonceSize(), c.Overhead())
	}
}

// Every change of what was sealed is noticed, and nothing is left of what was
// decrypted.
func TestCCMAuthentic(t *testing.T) {
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []int{8, 16} {
		c := newCCM(block, tag)
		for n := range 50 {
			plain, additional := bytes.Repeat([]byte{7}, n), bytes.Repeat([]byte{9}, n)
			nonce := make([]byte, 12)
			sealed := c.Seal(nil, nonce, plain, additional)
			if got, err := c.Open(nil, nonce, sealed, additional); err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("%d octets, tag %d: %x, %v", n, tag, got, err)
			}
			for _, part := range [][]byte{sealed, additional, nonce} {
				for i := range part {
					part[i] ^= 0x80
					dst := make([]byte, 0, 100)
					if _, err := c.Open(dst, nonce, sealed, additional); err == nil {
						t.Fatalf("%d octets, tag %d: a change is not noticed", n, tag)
					}
					if !bytes.Equal(dst[:n], make([]byte, n)) {
						t.Fatal("what did not authenticate is there to read")
					}
					part[i] ^= 0x80
				}
			}
			if _, err := c.Open(nil, nonce, sealed[:min(n, tag-1)], additional); err == nil {
				t.Error("less than a tag opens")
			}
		}
	}
}

// The vectors that were sent to the TLS working group for the PRF of TLS 1.2
// with SHA-256.
func TestPRF(t *testing.T) {
	out := make([]byte, 100)
	prf(versionTLS12, sha256.New, out, unhex(t, "9bbe436ba940f017b17652849a71db35"), "test label",
		unhex(t, "a0ba9f936cda311827a6f796ffd5198c"))
	want := unhex(t, `e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9
		c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5
		a72e5a5110fff70187347b66`)
	if !bytes.Equal(out, want) {
		t.Errorf("%x, want %x", out, want)
	}
}
