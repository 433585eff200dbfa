package tlsdecrypt

import (
	"crypto/cipher"
	"crypto/hmac"
	"encoding/binary"
	"hash"
)

// cbcMode is AES-CBC with HMAC: the MAC within (RFC 5246, Section 6.2.3.2) or
// without (RFC 7366), the first block of the chain in the record from TLS 1.1
// on, else the last of the record before (RFC 2246, Section 6.2.3.2).
type cbcMode struct {
	block    cipher.BlockMode // with SetIV
	mac      hash.Hash
	version  uint16
	outerMAC bool

	chain   [16]byte // TLS 1.0
	chained bool     // and it is known
	head    [13]byte
	sum     []byte
}

// chainer is what crypto/cipher's CBC has besides BlockMode.
type chainer interface{ SetIV([]byte) }

func newCBC(block cipher.Block, s *suite, version uint16, macKey, iv []byte, outerMAC bool) *cbcMode {
	m := &cbcMode{
		block: cipher.NewCBCDecrypter(block, iv), mac: hmac.New(s.mac, macKey),
		version: version, outerMAC: outerMAC, chained: true,
	}
	copy(m.chain[:], iv)
	return m
}

func (m *cbcMode) open(dst, record []byte, number uint64) ([]byte, ContentType, bool) {
	body, size := record[headerLen:], m.mac.Size()
	if m.outerMAC {
		if len(body) < size {
			return nil, 0, false
		}
		sealed := body[:len(body)-size]
		if !hmac.Equal(m.authenticate(record, number, sealed), body[len(sealed):]) {
			return nil, 0, false
		}
		body = sealed
	}
	plain, ok := m.decrypt(dst, body)
	if !ok {
		return nil, 0, false
	}
	content := plain[len(dst):]
	n := len(content) - 1
	for _, b := range content[n-int(content[n]):] {
		if b != content[n] {
			return nil, 0, false
		}
	}
	n -= int(content[n])
	if !m.outerMAC {
		n -= size
		if n < 0 || !hmac.Equal(m.authenticate(record, number, content[:n]), content[n:n+size]) {
			return nil, 0, false
		}
	}
	return plain[:len(dst)+n], ContentType(record[0]), true
}

// decrypt appends what is in body, padding included, which is not longer than
// the result.
func (m *cbcMode) decrypt(dst, body []byte) ([]byte, bool) {
	iv := m.chain[:]
	if m.version >= versionTLS11 {
		if len(body) < 16 {
			return nil, false
		}
		iv, body = body[:16], body[16:]
	} else if !m.chained {
		return nil, false
	}
	if len(body) == 0 || len(body)%16 != 0 {
		return nil, false
	}
	m.block.(chainer).SetIV(iv)
	whole, plain := extend(dst, len(body))
	m.block.CryptBlocks(plain, body)
	return whole, int(plain[len(plain)-1]) < len(plain)
}

func (m *cbcMode) authenticate(record []byte, number uint64, data []byte) []byte {
	binary.BigEndian.PutUint64(m.head[:], number)
	copy(m.head[8:11], record)
	binary.BigEndian.PutUint16(m.head[11:], uint16(len(data)))
	m.mac.Reset()
	m.mac.Write(m.head[:])
	m.mac.Write(data)
	m.sum = m.mac.Sum(m.sum[:0])
	return m.sum
}

func (m *cbcMode) search(scratch, record []byte, lo, hi uint64, work *int64) (uint64, bool) {
	return tries(m, scratch, record, lo, hi, work)
}

func (m *cbcMode) follow(octets []byte) {
	if m.outerMAC {
		octets = octets[:max(0, len(octets)-m.mac.Size())]
	}
	if m.chained = len(octets) >= 16; m.chained {
		copy(m.chain[:], octets[len(octets)-16:])
	}
}

// overhead takes the shortest padding.
func (m *cbcMode) overhead() int {
	n := headerLen + m.mac.Size() + 1
	if m.version >= versionTLS11 {
		n += 16
	}
	return n
}
