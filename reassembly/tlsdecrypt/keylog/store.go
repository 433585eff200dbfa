package keylog

import (
	"bytes"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
)

// Bounds on how many different secrets one label of one connection may have.
const (
	maxAlternatives = 8
	maxUnnumbered   = 64 // of unknown generation: each KeyUpdate brings one
)

// A Store holds the secrets of connections, by their client random. All its
// methods may be called at the same time from anywhere.
type Store struct {
	version atomic.Uint64

	mu        sync.RWMutex
	index     map[Random]uint32 // into randoms and conns
	randoms   []Random          // in the order in which they were first read
	conns     []*Secrets        // each replaced, never changed
	preMaster map[[8]byte]secret
	page      *page // the last one, with the latest secrets
	known     int   // lines that were skipped, of a known label
	unknown   int
}

// NewStore makes an empty store.
func NewStore() *Store {
	return &Store{index: map[Random]uint32{}, preMaster: map[[8]byte]secret{}}
}

// Find returns what is known of the connection with that client random.
func (s *Store) Find(r Random) (*Secrets, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i, ok := s.index[r]
	if !ok {
		return nil, false
	}
	return s.conns[i], true
}

// PreMaster returns the premaster secret, 48 octets, that an RSA key exchange
// carried, by its EncryptedPreMasterSecret (RFC 5246, Section 7.4.7.1), of which
// the first 8 octets count. The result must not be written to.
func (s *Store) PreMaster(encrypted []byte) ([]byte, bool) {
	var key [8]byte
	if copy(key[:], encrypted) < len(key) {
		return nil, false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, ok := s.preMaster[key]
	if !ok {
		return nil, false
	}
	return found.bytes(), true
}

// All goes through the connections in the order in which their first secrets
// were read. The store may grow meanwhile; what comes in late may be left out.
func (s *Store) All() iter.Seq2[Random, *Secrets] { return s.Since(0) }

// Since is All for the connections that have got a secret after the store had
// that version.
func (s *Store) Since(version uint64) iter.Seq2[Random, *Secrets] {
	return func(yield func(Random, *Secrets) bool) {
		for i := 0; ; i++ {
			s.mu.RLock()
			if i >= len(s.conns) {
				s.mu.RUnlock()
				return
			}
			r, conn := s.randoms[i], s.conns[i]
			s.mu.RUnlock()
			if conn.changed > version && !yield(r, conn) {
				return
			}
		}
	}
}

// Len is the number of connections that have a secret, and the number of secrets
// together, premaster secrets included.
func (s *Store) Len() (connections, secrets int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.conns), int(s.version.Load())
}

// Version is 0 for an empty store and grows with each secret that is new to it.
func (s *Store) Version() uint64 { return s.version.Load() }

// Skipped is the number of lines whose label is known but opens no record, and
// of those whose label nobody knows.
func (s *Store) Skipped() (known, unknown int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.known, s.unknown
}

// Format shows no secret, whatever the verb.
func (*Store) Format(f fmt.State, _ rune) { redact(f) }

// add puts a copy of a secret in, unless it is there. It reports whether there
// was room.
func (s *Store) add(r Random, l Label, generation uint32, octets []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.index[r]
	if !ok {
		s.index[r] = uint32(len(s.conns))
		s.randoms = append(s.randoms, r)
		list := append(make([]secret, 0, roomFor(l)), s.keep(l, generation, octets))
		s.conns = append(s.conns, &Secrets{list: list, changed: s.version.Load()})
		return true
	}
	list, same := s.conns[i].list, 0
	for _, old := range list {
		if !old.is(l, generation) {
			continue
		}
		if bytes.Equal(old.bytes(), octets) {
			return true
		}
		same++
	}
	if same >= maxAlternatives && generation != UnknownGeneration || same >= maxUnnumbered {
		return false
	}
	// Appending leaves alone what the Secrets handed out before can see.
	list = append(list, s.keep(l, generation, octets))
	s.conns[i] = &Secrets{list: list, changed: s.version.Load()}
	return true
}

// roomFor is how many secrets a connection has, as a rule, by the first of them.
func roomFor(l Label) int {
	if l == ClientRandom {
		return 1
	}
	return 4
}

// addPreMaster puts a copy of a premaster secret in. Of two for the same
// encryption the first stays, and the second is told as wrong.
func (s *Store) addPreMaster(key [8]byte, octets []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.preMaster[key]; ok {
		return bytes.Equal(old.bytes(), octets)
	}
	s.preMaster[key] = s.keep(RSA, 0, octets)
	return true
}

// keep copies a secret that is new, which makes a new version.
func (s *Store) keep(l Label, generation uint32, octets []byte) secret {
	at := s.version.Add(1) - 1
	if at%pageSecrets == 0 {
		s.page = &page{new([pageSecrets][maxSecret]byte)}
	}
	c := secret{page: s.page, generation: generation, at: uint8(at % pageSecrets), length: uint8(len(octets)), label: l}
	copy(c.bytes(), octets)
	return c
}

func (s *Store) skip(known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known {
		s.known++
	} else {
		s.unknown++
	}
}
