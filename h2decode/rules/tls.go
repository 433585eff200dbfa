package rules

import (
	"net/netip"
	"slices"
	"strings"

	"h2scope/h2decode"
)

// checkTLS holds what TLS told of the connection against the rules.
func (j *Judge) checkTLS(e *h2decode.ConnectionClosed) {
	s := e.TLS
	if s == nil || e.Transport != h2decode.TLS {
		return
	}
	at := j.checks.frames.opening.at
	if at.Conn = e.Number; at.Packet == 0 {
		at.Packet, at.Time = e.Packet, e.Closed
	}
	t := security{j, s, at}
	t.checkALPN()
	t.checkVersion()
	t.checkServerName()
	t.checkRenegotiation()
	t.checkAuthentication()
	t.checkEarlyData()
}

// A security holds TLS against the rules.
type security struct {
	judge *Judge
	*h2decode.Security
	at h2decode.Origin // where HTTP/2 began
}

func (t *security) broke(id string, who h2decode.Side, evidence []h2decode.Evidence, format string, args ...any) {
	at := t.at
	at.From, at.Offset = who, 0
	t.judge.finding(id, at, evidence, format, args...)
}

func (t *security) checkALPN() {
	if slices.Contains(t.Offered, "h2c") {
		t.broke("PF-05", client, nil, "the client offers \"h2c\" in ALPN, which is the name of HTTP/2 without TLS")
	}
	switch {
	case !t.ALPNKnown:
		t.judge.skip("PF-04")
	case t.ALPN == "h2c":
		t.broke("PF-05", server, nil, "the server selected \"h2c\" in ALPN, which is the name of HTTP/2 without TLS")
	case t.ALPN == "":
		t.broke("PF-04", server, nil, "HTTP/2 is spoken over TLS and ALPN selected nothing")
	case t.ALPN != "h2":
		t.broke("PF-04", server, []h2decode.Evidence{{Name: "alpn", Text: t.ALPN}}, "HTTP/2 is spoken over TLS and ALPN selected %q", t.ALPN)
	}
}

// checkVersion holds the version, and what of TLS 1.2 depends on the choice of
// the server, against the rules.
func (t *security) checkVersion() {
	switch t.Version {
	case "":
		for _, id := range []string{"TL-01", "TL-03", "TL-05", "TL-06"} {
			t.judge.skip(id)
		}
	case "SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1":
		t.broke("TL-01", server, []h2decode.Evidence{{Name: "version", Text: t.Version}}, "the version is %s and must be TLS 1.2 or higher", t.Version)
	case "TLS 1.2":
		t.checkCompression()
		t.checkSuite()
	}
}

func (t *security) checkCompression() {
	switch t.Compression {
	case "":
		t.judge.skip("TL-03")
	case "none":
	default:
		t.broke("TL-03", server, []h2decode.Evidence{{Name: "compression", Text: t.Compression}}, "TLS compresses with %s", t.Compression)
	}
}

func (t *security) checkSuite() {
	if t.Cipher == "" {
		t.judge.skip("TL-05")
		t.judge.skip("TL-06")
		return
	}
	if prohibited(t.Cipher) {
		t.broke("TL-05", server, []h2decode.Evidence{{Name: "cipher", Text: t.Cipher}}, "the cipher suite is %s, which is prohibited", t.Cipher)
	}
	least := leastBits(t.Cipher)
	switch {
	case least == 0 || t.Resumed: // nothing was exchanged
	case t.EphemeralBits == 0:
		t.judge.skip("TL-06")
	case t.EphemeralBits < least:
		t.broke("TL-06", server, []h2decode.Evidence{fact("bits", int64(t.EphemeralBits)), fact("limit", int64(least))},
			"the ephemeral key of %s has %d bits and must have %d", t.Cipher, t.EphemeralBits, least)
	}
}

// leastBits is what an ephemeral key of a suite must have (RFC 9113, Section
// 9.2.1); 0: there is none.
func leastBits(cipher string) int {
	switch {
	case strings.HasPrefix(cipher, "TLS_ECDHE_"):
		return 224
	case strings.HasPrefix(cipher, "TLS_DHE_"):
		return 2048
	}
	return 0
}

// checkServerName asks for SNI where the client's requests name a domain.
func (t *security) checkServerName() {
	authority := t.judge.checks.frames.opening.authority
	switch {
	case t.ServerName != "" || t.ECH:
	case t.JA4 == "" || authority == "": // no ClientHello, or no domain name, was seen
		t.judge.skip("TL-02")
	default:
		t.broke("TL-02", client, []h2decode.Evidence{{Name: "authority", Text: authority}},
			"the client sent no server_name and asks %q", authority)
	}
}

func (t *security) checkRenegotiation() {
	o := &t.judge.checks.frames.opening
	switch {
	case t.Renegotiations == 0:
	case t.Renegotiated == 0 || !o.preface:
		t.judge.skip("TL-04")
	case t.Renegotiated > o.at.Packet:
		at := t.at
		at.From, at.Packet, at.Offset = client, t.Renegotiated, 0
		t.judge.finding("TL-04", at, []h2decode.Evidence{fact("packet", int64(t.Renegotiated))},
			"TLS was renegotiated in packet %d, behind the connection preface", t.Renegotiated)
	}
}

func (t *security) checkAuthentication() {
	switch {
	case !strings.HasPrefix(t.Version, "TLS 1.3"):
	case t.LateAuthentication != 0:
		at := t.at
		at.From, at.Packet, at.Offset = server, t.LateAuthentication, 0
		t.judge.finding("TL-07", at, []h2decode.Evidence{fact("packet", int64(t.LateAuthentication))},
			"the server asked for the client's certificate in packet %d, behind the handshake", t.LateAuthentication)
	case t.Decrypted != "full" && t.Decrypted != "server-only":
		t.judge.skip("TL-07")
	}
}

// checkEarlyData holds the first request that is not safe to replay against
// what of the client's octets was early data.
func (t *security) checkEarlyData() {
	o := &t.judge.checks.frames.opening
	switch {
	case t.EarlyData != "accepted":
	case t.EarlyOctets == 0:
		t.judge.skip("TL-08")
	case o.method != "" && o.unsafe.Offset < t.EarlyOctets:
		t.judge.blame("TL-08", client, o.unsafe, []h2decode.Evidence{{Name: "method", Text: o.method}},
			"the client sent a request with the method %s on stream %d in early data, which can be replayed", o.method, o.unsafe.stream)
	}
}

// request notes what of a request matters to rules about TLS.
func (o *openingRecord) request(f *h2decode.FrameDecoded) {
	if o.asked && (o.passed || o.method != "") {
		return
	}
	for i := range f.Block.Fields {
		field := &f.Block.Fields[i]
		switch string(field.Name) {
		case ":authority":
			if !o.asked && domainName(field.Value) {
				o.authority = string(field.Value)
			}
		case ":method":
			if o.method == "" && !safe(field.Value) {
				o.method, o.unsafe = string(field.Value), sent(f)
			}
		}
	}
	o.asked = true
}

// domainName reports whether an authority is a host with a name, not an address.
func domainName(authority []byte) bool {
	s := string(authority)
	if strings.HasPrefix(s, "[") {
		return false
	}
	host, _, _ := strings.Cut(s, ":")
	_, err := netip.ParseAddr(host)
	return host != "" && err != nil
}

// safe reports whether a method is one that RFC 9110, Section 9.2.1 calls safe.
func safe(method []byte) bool {
	switch string(method) {
	case "GET", "HEAD", "OPTIONS", "TRACE":
		return true
	}
	return false
}
