package main

import (
	"bytes"
	"fmt"

	"h2scope/reassembly/tlsdecrypt/keylog"
)

// maxKept is how many octets of secrets are kept for the files to come. A
// connection of TLS 1.3 has some 800.
const maxKept = 16 << 20

// embedded are the secrets that go into capture files: those of the store, and
// premaster secrets, which the store does not list since they belong to no client
// random.
type embedded struct {
	keys      *keyFollower
	preMaster []*preMasterFollower // of the same key logs
	version   uint64               // of the store, up to which they are
	kept      []byte               // all of them, for each file to begin with
}

func newEmbedded(keys *keyFollower) *embedded {
	e := &embedded{keys: keys}
	for _, file := range keys.files {
		e.preMaster = append(e.preMaster, &preMasterFollower{path: file})
	}
	return e
}

// news are lines with the secrets that came since the last call. Connections
// that got another secret come with all of theirs.
func (e *embedded) news() []byte {
	e.keys.pollAll()
	version := e.keys.store.Version()
	if version == e.version {
		return nil
	}
	var lines []byte
	for _, f := range e.preMaster {
		lines = append(lines, f.news()...)
	}
	for random, s := range e.keys.store.Since(e.version) {
		lines = appendKeyLog(lines, random, s)
	}
	e.version = version
	e.keep(lines)
	return lines
}

// keep adds lines, and forgets the oldest where there are too many.
func (e *embedded) keep(lines []byte) {
	e.kept = append(e.kept, lines...)
	if more := len(e.kept) - maxKept; more > 0 {
		end := bytes.IndexByte(e.kept[more-1:], '\n')
		e.kept = bytes.Clone(e.kept[more+end:])
	}
}

// appendKeyLog appends what is known of a connection as lines of a key log (RFC
// 9850).
func appendKeyLog(dst []byte, r keylog.Random, s *keylog.Secrets) []byte {
	line := func(label string, secrets [][]byte) {
		for _, secret := range secrets {
			dst = fmt.Appendf(dst, "%s %s %x\n", label, r, secret)
		}
	}
	line("CLIENT_RANDOM", s.Master())
	line("CLIENT_EARLY_TRAFFIC_SECRET", s.EarlyTraffic())
	line("CLIENT_HANDSHAKE_TRAFFIC_SECRET", s.ClientHandshake())
	line("SERVER_HANDSHAKE_TRAFFIC_SECRET", s.ServerHandshake())
	for side, name := range [...]string{keylog.Client: "CLIENT", keylog.Server: "SERVER"} {
		side := keylog.Side(side)
		all := len(s.AnyTraffic(side))
		unnumbered := s.Traffic(side, keylog.UnknownGeneration)
		for n, found := uint32(0), len(unnumbered); found < all && n <= maxGeneration; n++ {
			secrets := s.Traffic(side, n)
			found += len(secrets)
			line(fmt.Sprintf("%s_TRAFFIC_SECRET_%d", name, n), secrets)
		}
		line(name+"_TRAFFIC_SECRET_N", unnumbered)
	}
	return dst
}

// maxGeneration is the last generation of traffic secrets that is looked for.
const maxGeneration = 1000
