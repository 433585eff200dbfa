package tlsdecrypt

import (
	"crypto/sha256"
	"sync"
)

// maxSessions is how many identifiers of sessions are remembered; the oldest are
// forgotten.
const maxSessions = 1 << 16

// Sessions remember the master secrets of TLS 1.2 and below of connections that
// were opened, by their session ID or ticket: a connection that resumes one of
// them has the same, and not all libraries log it again (Go's does not). Its
// methods may be called from anywhere.
//
// A connection finds only what was put in before: where several goroutines share
// Sessions, see that connections to the same server are of the same goroutine,
// or the result may depend on which was faster.
type Sessions struct {
	mu      sync.Mutex
	masters map[[sha256.Size]byte][]byte
	order   [][sha256.Size]byte
}

// NewSessions is an empty memory.
func NewSessions() *Sessions { return &Sessions{masters: map[[sha256.Size]byte][]byte{}} }

func (s *Sessions) put(identifier, master []byte) {
	if s == nil || len(identifier) == 0 {
		return
	}
	name := sha256.Sum256(identifier)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.masters[name]; !known {
		if len(s.order) == maxSessions {
			delete(s.masters, s.order[0])
			s.order = s.order[1:]
		}
		s.order = append(s.order, name)
	}
	s.masters[name] = master
}

func (s *Sessions) get(identifier []byte) []byte {
	if s == nil || len(identifier) == 0 {
		return nil
	}
	name := sha256.Sum256(identifier)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.masters[name]
}

// remember puts the connection's session in, with a master secret that has
// opened a record.
func (c *Conn) remember(master []byte) {
	if s := c.info.ServerHello; s != nil {
		c.cfg.Sessions.put(s.SessionID, master)
	}
	c.cfg.Sessions.put(c.shake.ticket, master)
}

// resumed is the master secret of the session that the client offers to resume.
func (c *Conn) resumed() []byte {
	p := c.info.ClientHello
	if p == nil || c.shake.full {
		return nil
	}
	if master := c.cfg.Sessions.get(p.SessionTicket); master != nil {
		return master
	}
	return c.cfg.Sessions.get(p.SessionID)
}
