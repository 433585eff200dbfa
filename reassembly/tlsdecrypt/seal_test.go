package tlsdecrypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// unhex reads hex with any white space.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// seal13 protects a record of TLS 1.3 with padding.
func seal13(k *key, number uint64, typ ContentType, content []byte, padding int) []byte {
	a := k.opener.(*aead13)
	inner := append(append(append([]byte{}, content...), byte(typ)), make([]byte, padding)...)
	rec := []byte{byte(ApplicationData), 3, 3, 0, 0}
	binary.BigEndian.PutUint16(rec[3:], uint16(len(inner)+a.aead.Overhead()))
	a.at(number)
	return a.aead.Seal(rec, a.nonce[:], inner, rec[:headerLen])
}

// seal12 protects a record with an AEAD of TLS 1.2. The explicit part of the
// nonce is not the number: it need not be (RFC 5288, Section 3).
func seal12(k *key, number uint64, typ ContentType, content []byte) []byte {
	a := k.opener.(*aead12)
	rec := []byte{byte(typ), 3, 3, 0, 0}
	nonce := a.iv
	if a.explicit {
		binary.BigEndian.PutUint64(nonce[4:], number+1<<40)
		rec = append(rec, nonce[4:]...)
	} else {
		binary.BigEndian.PutUint64(nonce[4:], binary.BigEndian.Uint64(nonce[4:])^number)
	}
	var aad [13]byte
	binary.BigEndian.PutUint64(aad[:], number)
	copy(aad[8:], rec[:3])
	binary.BigEndian.PutUint16(aad[11:], uint16(len(content)))
	rec = a.aead.Seal(rec, nonce[:], content, aad[:])
	binary.BigEndian.PutUint16(rec[3:], uint16(len(rec)-headerLen))
	return rec
}

// A cbcSealer protects records with AES-CBC.
type cbcSealer struct {
	block    cipher.Block
	suite    *suite
	macKey   []byte
	chain    []byte
	version  uint16
	outerMAC bool
}

// seal adds as many blocks of padding as are told beyond the least.
func (c *cbcSealer) seal(number uint64, typ ContentType, content []byte, blocks int) []byte {
	rec := []byte{byte(typ), byte(c.version >> 8), byte(c.version), 0, 0}
	authenticate := func(data []byte) []byte {
		mac := hmac.New(c.suite.mac, c.macKey)
		head := binary.BigEndian.AppendUint64(nil, number)
		head = append(head, rec[:3]...)
		mac.Write(binary.BigEndian.AppendUint16(head, uint16(len(data))))
		mac.Write(data)
		return mac.Sum(nil)
	}
	plain := append([]byte{}, content...)
	if !c.outerMAC {
		plain = append(plain, authenticate(content)...)
	}
	n := 15 - len(plain)%16 + 16*blocks
	for range n + 1 {
		plain = append(plain, byte(n))
	}
	iv := c.chain
	if c.version >= versionTLS11 {
		iv = []byte("an unforeseen iv")
		rec = append(rec, iv...)
	}
	cipher.NewCBCEncrypter(c.block, iv).CryptBlocks(plain, plain)
	c.chain = plain[len(plain)-16:]
	rec = append(rec, plain...)
	if c.outerMAC {
		rec = append(rec, authenticate(rec[headerLen:])...)
	}
	binary.BigEndian.PutUint16(rec[3:], uint16(len(rec)-headerLen))
	return rec
}

// contents are lengths at which protection has its edges.
func contents() [][]byte {
	var all [][]byte
	for _, n := range []int{0, 1, 12, 15, 16, 17, 255, 256, 1000, 1<<14 - 1, 1 << 14} {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(i * 7)
		}
		all = append(all, b)
	}
	return all
}

// testOpener opens what was sealed, under its number and no other, and neither
// in part nor changed.
func testOpener(t *testing.T, o opener, seal func(number uint64, content []byte) []byte) {
	t.Helper()
	scratch := make([]byte, 0, maxRecord)
	for number, want := range contents() {
		number := uint64(number)
		rec := seal(number, want)
		got, typ, ok := o.open(scratch, rec, number)
		if !ok || typ != ApplicationData || string(got) != string(want) {
			t.Fatalf("record %d of %d octets: %d octets of type %d, %v", number, len(want), len(got), typ, ok)
		}
		if _, _, ok := o.open(scratch, rec, number+1); ok {
			t.Fatalf("record %d opens as the next", number)
		}
		work := int64(1) << 40
		if n, ok := o.search(scratch, rec, 0, 300, &work); !ok || n != number {
			t.Fatalf("record %d is found as %d, %v", number, n, ok)
		}
		if work == 1<<40 {
			t.Error("the search was for nothing")
		}
		rec[len(rec)/2+3] ^= 1
		if _, _, ok := o.open(scratch, rec, number); ok {
			t.Fatalf("record %d opens changed", number)
		}
		rec[len(rec)/2+3] ^= 1
		if len(want) > 300 {
			o.follow(rec)
			continue
		}
		for n := headerLen; n < len(rec); n++ {
			if _, _, ok := o.open(scratch, rec[:n], number); ok {
				t.Fatalf("record %d opens with %d of %d octets", number, n, len(rec))
			}
		}
		o.follow(rec)
	}
}

// secretFor is some secret of the suite's length.
func secretFor(s *suite) []byte {
	b := make([]byte, s.hashSize())
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func TestOpen13(t *testing.T) {
	for i := range suites13 {
		k := newKey13(&suites13[i], traffic, 0, secretFor(&suites13[i]))
		for _, padding := range []int{0, 1, 40} {
			testOpener(t, k, func(number uint64, content []byte) []byte {
				return seal13(k, number, ApplicationData, content, padding)
			})
		}
		// Only zeros: no type at all.
		if content, typ, ok := k.open(nil, seal13(k, 5, 0, nil, 9), 5); !ok || typ != 0 || len(content) != 0 {
			t.Errorf("%#x: a record of zeros: %d octets of type %d, %v", suites13[i].id, len(content), typ, ok)
		}
	}
	if newKey13(&suites13[0], traffic, 0, make([]byte, 48)) != nil {
		t.Error("a secret of another hash is taken")
	}
}

// The number of an AES-GCM record is calculated however large it is; others are
// found within bounds, and the work they do is bounded too.
func TestSearch13(t *testing.T) {
	scratch := make([]byte, 0, maxRecord)
	for i := range suites13 {
		s := &suites13[i]
		k := newKey13(s, traffic, 0, secretFor(s))
		for _, number := range []uint64{0, 1, 255, 60_000, 1<<47 + 3} {
			rec := seal13(k, number, ApplicationData, []byte("some content"), int(number%3))
			work := int64(1) << 30
			n, ok := k.search(scratch, rec, 0, 1<<16, &work)
			if want := s.bulk == gcm || number <= 1<<16; ok != want || ok && n != number {
				t.Errorf("%#x: record %d found as %d, %v", s.id, number, n, ok)
			}
			if _, ok := k.search(scratch, rec, number+1, number+100, &work); ok {
				t.Errorf("%#x: record %d found behind itself", s.id, number)
			}
			work = 1000
			if k.search(scratch, rec, 0, 1<<60, &work); work < -100 {
				t.Errorf("%#x: %d octets of work too many", s.id, -work)
			}
		}
	}
}

func TestOpen12(t *testing.T) {
	for _, id := range []uint16{0xc02f, 0xc030, 0xc0ac, 0xc0ad, 0xc0ae, 0xc0af, 0xcca8, 0xd005, 0xd003} {
		s, ok := suite12(id)
		if !ok {
			t.Fatalf("%#x is not known", id)
		}
		shake := &handshake{version: versionTLS12, suite: s}
		for _, client := range []bool{true, false} {
			k := newKey12(shake, client, make([]byte, 48))
			testOpener(t, k, func(number uint64, content []byte) []byte {
				return seal12(k, number, ApplicationData, content)
			})
		}
	}
}

func TestOpenCBC(t *testing.T) {
	for _, id := range []uint16{0x002f, 0x0035, 0x003c, 0x003d, 0xc024, 0xc028} {
		s, ok := suite12(id)
		if !ok {
			t.Fatalf("%#x is not known", id)
		}
		for _, version := range []uint16{versionTLS10, versionTLS11, versionTLS12} {
			for _, outer := range []bool{false, true} {
				block, err := aes.NewCipher(make([]byte, s.keyLen))
				if err != nil {
					t.Fatal(err)
				}
				iv, macKey := []byte("initial vector.."), []byte("a key")
				for _, blocks := range []int{0, 1, 14} {
					sealer := &cbcSealer{block, s, macKey, iv, version, outer}
					testOpener(t, newCBC(block, s, version, macKey, iv, outer), func(number uint64, content []byte) []byte {
						return sealer.seal(number, ApplicationData, content, blocks)
					})
				}
			}
		}
	}
}

// Padding must be as long as it says, and all of it the same (RFC 5246, Section
// 6.2.3.2).
func TestCBCPadding(t *testing.T) {
	s, _ := suite12(0x002f)
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		t.Fatal(err)
	}
	for _, plain := range [][]byte{
		make([]byte, 16),                              // no room for a MAC
		append(make([]byte, 31), 200),                 // longer than the record
		append(make([]byte, 44), 1, 2, 3, 3),          // not the same
		append(make([]byte, 32), make([]byte, 16)...), // and a wrong MAC
	} {
		rec := append([]byte{23, 3, 3, 0, byte(16 + len(plain))}, make([]byte, 16+len(plain))...)
		cipher.NewCBCEncrypter(block, rec[5:21]).CryptBlocks(rec[21:], plain)
		m := newCBC(block, s, versionTLS12, []byte("key"), make([]byte, 16), false)
		if _, _, ok := m.open(nil, rec, 0); ok {
			t.Errorf("%x opens", plain)
		}
	}
}

// Suites are known by name, whatever the key exchange, and others are not.
func TestSuites(t *testing.T) {
	for id, want := range map[uint16]bool{
		0x002f: true, 0x00ae: true, 0xc0a9: true, 0xccad: true, 0xc038: true, 0xd001: true,
		0x000a: false, 0x0005: false, 0x0041: false, 0xc050: false, 0x0000: false, 0x1301: false, 0xffff: false,
	} {
		if _, ok := suite12(id); ok != want {
			t.Errorf("%#04x: %v, want %v", id, ok, want)
		}
	}
	if s, _ := suite12(0x009c); !s.rsa {
		t.Error("TLS_RSA_WITH_AES_128_GCM_SHA256 has another key exchange")
	}
	if s, _ := suite12(0x00ac); s.rsa {
		t.Error("TLS_RSA_PSK_WITH_AES_128_GCM_SHA256 has another premaster secret")
	}
}

// nothing is a handler that looks at nothing.
type nothing struct{ octets int }

func (n *nothing) Chunk(c *reassembly.Chunk) { n.octets += len(c.Data) }
func (n *nothing) Gap(*reassembly.Gap)       {}

// bulkConn is a connection in its application data, and that many records of its
// server's.
func bulkConn(t testing.TB, id uint16, records, size int) (c *Conn, sealed []byte, n *nothing) {
	t.Helper()
	n = new(nothing)
	c = New(Config{Keys: keylog.NewStore(), KeysFinal: true}, n)
	var k *key
	var rec func(number uint64, content []byte) []byte
	if s, ok := suite13(id); ok {
		k = newKey13(s, traffic, 0, secretFor(s))
		rec = func(number uint64, content []byte) []byte { return seal13(k, number, ApplicationData, content, 0) }
	} else {
		s, ok := suite12(id)
		if !ok {
			t.Fatalf("%#x", id)
		}
		shake := &handshake{version: versionTLS12, suite: s}
		k = newKey12(shake, false, make([]byte, 48))
		rec = func(number uint64, content []byte) []byte { return seal12(k, number, ApplicationData, content) }
		if s.bulk == cbc {
			m := k.opener.(*cbcMode)
			block, err := aes.NewCipher(make([]byte, s.keyLen))
			if err != nil {
				t.Fatal(err)
			}
			m.block, m.mac = cipher.NewCBCDecrypter(block, make([]byte, 16)), hmac.New(s.mac, nil)
			sealer := &cbcSealer{block, s, nil, nil, versionTLS12, false}
			rec = func(number uint64, content []byte) []byte { return sealer.seal(number, ApplicationData, content, 0) }
		}
		c.half[1].sealed = true
	}
	h := &c.half[1]
	h.begun = true
	h.keys.adopt(k)
	content := make([]byte, size)
	for i := range records {
		sealed = append(sealed, rec(uint64(i), content)...)
	}
	return c, sealed, n
}

// Opening records does not allocate: neither those that lie in one chunk, nor
// those that are put together.
func TestAllocations(t *testing.T) {
	for _, id := range []uint16{0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0xc02f, 0xcca8, 0xc0ac, 0xc013, 0xc028} {
		for _, segment := range []int{1 << 16, 1448} {
			c, sealed, n := bulkConn(t, id, 120, 1200)
			chunk := reassembly.Chunk{Half: 1}
			feed := func(octets int) {
				for octets > 0 {
					chunk.Data = sealed[chunk.Offset:][:min(segment, octets, len(sealed)-int(chunk.Offset))]
					c.Chunk(&chunk)
					chunk.Offset += uint64(len(chunk.Data))
					octets -= segment
				}
			}
			feed(len(sealed) / 2)
			step := len(sealed) / 100
			if got := testing.AllocsPerRun(20, func() { feed(step) }); got >= 1 {
				t.Errorf("%#x in segments of %d: %v allocations", id, segment, got)
			}
			if n.octets == 0 {
				t.Error("nothing was opened")
			}
		}
	}
}

// benchmarkBulk opens records of full size from chunks of that size.
func benchmarkBulk(b *testing.B, id uint16, segment int) {
	const records, size = 64, 1 << 14
	c, sealed, n := bulkConn(b, id, records, size)
	k := c.half[1].keys.current
	b.SetBytes(int64(records * size))
	b.ReportAllocs()
	b.ResetTimer()
	var offset uint64
	for b.Loop() {
		k.number = 0
		for at := 0; at < len(sealed); at += segment {
			data := sealed[at:min(at+segment, len(sealed))]
			c.Chunk(&reassembly.Chunk{Half: 1, Offset: offset, Data: data})
			offset += uint64(len(data))
		}
	}
	b.StopTimer()
	if want := records * size * b.N; n.octets != want {
		b.Fatalf("%d octets, want %d", n.octets, want)
	}
}

func BenchmarkTLS13AES128GCM(b *testing.B)         { benchmarkBulk(b, 0x1301, 1<<20) }
func BenchmarkTLS13AES128GCMSegments(b *testing.B) { benchmarkBulk(b, 0x1301, 1448) }
func BenchmarkTLS13AES256GCM(b *testing.B)         { benchmarkBulk(b, 0x1302, 1<<20) }
func BenchmarkTLS13ChaCha20(b *testing.B)          { benchmarkBulk(b, 0x1303, 1<<20) }
func BenchmarkTLS13CCM(b *testing.B)               { benchmarkBulk(b, 0x1304, 1<<20) }
func BenchmarkTLS12AES128GCM(b *testing.B)         { benchmarkBulk(b, 0xc02f, 1<<20) }
func BenchmarkTLS12CBCSHA1(b *testing.B)           { benchmarkBulk(b, 0xc013, 1<<20) }
func BenchmarkTLS12CBCSHA384(b *testing.B)         { benchmarkBulk(b, 0xc028, 1<<20) }

// BenchmarkGCM is crypto/cipher alone, for comparison with
// BenchmarkTLS13AES128GCM.
func BenchmarkGCM(b *testing.B) {
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		b.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		b.Fatal(err)
	}
	nonce, aad := make([]byte, 12), make([]byte, 5)
	sealed := aead.Seal(nil, nonce, make([]byte, 1<<14), aad)
	dst := make([]byte, 0, 1<<15)
	b.SetBytes(1 << 14)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := aead.Open(dst, nonce, sealed, aad); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSearch is the search of a number that is not there: what a secret of
// another connection costs.
func BenchmarkSearch(b *testing.B) {
	for i := range suites13 {
		s := &suites13[i]
		b.Run(strings.Fields("AES128GCM AES256GCM ChaCha20 CCM CCM8")[i], func(b *testing.B) {
			k := newKey13(s, traffic, 0, secretFor(s))
			rec := seal13(k, 1<<50, ApplicationData, make([]byte, 1000), 0)
			scratch := make([]byte, 0, maxRecord)
			for b.Loop() {
				work := int64(1) << 40
				if _, ok := k.search(scratch, rec, 0, 1<<16, &work); ok {
					b.Fatal("found")
				}
			}
		})
	}
}
