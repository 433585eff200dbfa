package keylog

import (
	"encoding/hex"
	"fmt"
	"io"
)

// A Random is the client random of a connection (RFC 8446, Section 4.1.2). It is
// sent in the clear.
type Random [32]byte

// String is the random in hex.
func (r Random) String() string { return hex.EncodeToString(r[:]) }

// maxSecret is the octets of the longest secret: a master secret, or a traffic
// secret of a suite with SHA-384.
const maxSecret = 48

// pageSecrets is how many secrets are allocated together.
const pageSecrets = 64

// A page holds the octets of secrets behind a second pointer. Package fmt follows
// one at the top, or for a verb that does not fit, and never two: so a secret
// does not show even where fmt can't call Format, as in an unexported field.
type page struct{ octets *[pageSecrets][maxSecret]byte }

type secret struct {
	page       *page
	generation uint32
	at         uint8 // in the page
	length     uint8
	label      Label
}

func (s secret) bytes() []byte { return s.page.octets[s.at][:s.length:s.length] }

// is reports whether s is for the same records as a label and generation.
func (s secret) is(l Label, generation uint32) bool {
	return s.label == l && s.generation == generation
}

// A Side is an endpoint of a connection.
type Side uint8

// Sides.
const (
	Client Side = iota
	Server
)

// Secrets are those of one connection. They never change: what a key log says
// later is in the Secrets of a later [Store.Find].
//
// Each method returns the alternatives in the order in which they were read:
// none where the secret is not known, one as a rule, and more where logs
// disagree. The slices within are the store's own and must not be written to.
type Secrets struct {
	list    []secret
	changed uint64 // the store's version with the last of them
}

// Master is the master secret of TLS 1.2 and below, 48 octets.
func (s *Secrets) Master() [][]byte { return s.alternatives(ClientRandom, 0) }

// EarlyTraffic is the client's secret for 0-RTT data. This and the following are
// of TLS 1.3: 32 octets, or 48 for a suite with SHA-384.
func (s *Secrets) EarlyTraffic() [][]byte { return s.alternatives(ClientEarlyTrafficSecret, 0) }

// ClientHandshake protects what the client sends up to its Finished.
func (s *Secrets) ClientHandshake() [][]byte { return s.Handshake(Client) }

// ServerHandshake protects what the server sends up to its Finished.
func (s *Secrets) ServerHandshake() [][]byte { return s.Handshake(Server) }

// Handshake is ClientHandshake or ServerHandshake.
func (s *Secrets) Handshake(side Side) [][]byte {
	if side == Server {
		return s.alternatives(ServerHandshakeTrafficSecret, 0)
	}
	return s.alternatives(ClientHandshakeTrafficSecret, 0)
}

// Traffic is the secret for application data of a generation: 0 from the
// handshake on, one more with each KeyUpdate. With [UnknownGeneration] it is the
// list of those, in the order of the log, which is that of the updates.
func (s *Secrets) Traffic(side Side, generation uint32) [][]byte {
	return s.alternatives(trafficLabel(side), generation)
}

// AnyTraffic is the secrets for application data of all generations together, to
// be tried where it isn't known how many updates there were.
func (s *Secrets) AnyTraffic(side Side) [][]byte {
	return s.collect(func(c secret) bool { return c.label == trafficLabel(side) })
}

func trafficLabel(side Side) Label {
	if side == Server {
		return ServerTrafficSecret
	}
	return ClientTrafficSecret
}

func (s *Secrets) alternatives(l Label, generation uint32) [][]byte {
	return s.collect(func(c secret) bool { return c.is(l, generation) })
}

func (s *Secrets) collect(match func(secret) bool) [][]byte {
	if s == nil {
		return nil
	}
	var all [][]byte
	for _, c := range s.list {
		if match(c) {
			all = append(all, c.bytes())
		}
	}
	return all
}

// Len is the number of secrets, alternatives included.
func (s *Secrets) Len() int {
	if s == nil {
		return 0
	}
	return len(s.list)
}

// Format shows no secret, whatever the verb.
func (Secrets) Format(f fmt.State, _ rune) { redact(f) }

// redact is what is printed for anything that holds secrets. A failing writer
// is its owner's to notice.
func redact(w io.Writer) { _, _ = io.WriteString(w, "[secret]") }
