package tlsdecrypt

import (
	"crypto/cipher"
	"encoding/binary"
)

// An opener opens the records that one key protects.
type opener interface {
	// open appends the content of a record, header included, to dst, and
	// tells its type; ok where it authenticates under that number. dst and
	// the record don't overlap.
	open(dst, record []byte, number uint64) (content []byte, typ ContentType, ok bool)

	// search is the number, from lo to hi, under which a record
	// authenticates. It takes the octets that it decrypts from work and ends
	// when there are none left.
	search(scratch, record []byte, lo, hi uint64, work *int64) (number uint64, ok bool)

	// follow says which octets are before the next record. The CBC suites of
	// TLS 1.0 need the last block.
	follow(octets []byte)

	// overhead is how many octets a record without padding has besides its
	// content, its header included.
	overhead() int
}

// tries is search by trial.
func tries(o opener, scratch, record []byte, lo, hi uint64, work *int64) (uint64, bool) {
	for n := lo; n <= hi && *work > 0; n++ {
		*work -= int64(len(record))
		if _, _, ok := o.open(scratch[:0], record, n); ok {
			return n, true
		}
	}
	return 0, false
}

// aead13 is TLS 1.3's protection (RFC 8446, Section 5.2).
type aead13 struct {
	aead  cipher.AEAD
	iv    [12]byte
	nonce [12]byte
	peek  peeker
}

func (a *aead13) at(number uint64) {
	a.nonce = a.iv
	binary.BigEndian.PutUint64(a.nonce[4:], binary.BigEndian.Uint64(a.iv[4:])^number)
}

func (a *aead13) open(dst, record []byte, number uint64) ([]byte, ContentType, bool) {
	a.at(number)
	inner, err := a.aead.Open(dst, a.nonce[:], record[headerLen:], record[:headerLen])
	if err != nil {
		return nil, 0, false
	}
	// Zeros are padding; the last other octet is the type (Section 5.4). All
	// zeros break the protocol: that is content of type 0.
	n := len(inner) - 1
	for n >= len(dst) && inner[n] == 0 {
		n--
	}
	if n < len(dst) {
		return inner[:len(dst)], 0, true
	}
	return inner[:n], ContentType(inner[n]), true
}

func (a *aead13) search(scratch, record []byte, lo, hi uint64, work *int64) (uint64, bool) {
	return a.peek.search(a, scratch, record, lo, hi, work)
}

func (*aead13) follow([]byte)   {}
func (a *aead13) overhead() int { return headerLen + 1 + a.aead.Overhead() }

// aead12 is TLS 1.2's protection by an AEAD (RFC 5246, Section 6.2.3.3): with
// eight octets of the nonce in the record (RFC 5288, RFC 6655), or as in TLS
// 1.3 (RFC 7905).
type aead12 struct {
	aead     cipher.AEAD
	explicit bool
	iv       [12]byte // 4 octets where explicit
	nonce    [12]byte
	aad      [13]byte
}

func (a *aead12) open(dst, record []byte, number uint64) ([]byte, ContentType, bool) {
	body := record[headerLen:]
	a.nonce = a.iv
	if a.explicit {
		if len(body) < 8 {
			return nil, 0, false
		}
		copy(a.nonce[4:], body)
		body = body[8:]
	} else {
		binary.BigEndian.PutUint64(a.nonce[4:], binary.BigEndian.Uint64(a.iv[4:])^number)
	}
	n := len(body) - a.aead.Overhead()
	if n < 0 {
		return nil, 0, false
	}
	binary.BigEndian.PutUint64(a.aad[:], number)
	copy(a.aad[8:11], record)
	binary.BigEndian.PutUint16(a.aad[11:], uint16(n))
	content, err := a.aead.Open(dst, a.nonce[:], body, a.aad[:])
	return content, ContentType(record[0]), err == nil
}

func (a *aead12) search(scratch, record []byte, lo, hi uint64, work *int64) (uint64, bool) {
	return tries(a, scratch, record, lo, hi, work)
}

func (*aead12) follow([]byte) {}

func (a *aead12) overhead() int {
	if a.explicit {
		return headerLen + 8 + a.aead.Overhead()
	}
	return headerLen + a.aead.Overhead()
}
