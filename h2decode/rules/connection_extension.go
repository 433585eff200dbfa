package rules

import (
	"encoding/hex"
	"strconv"
	"strings"

	"h2scope/h2decode"
)

// checkAltSvc holds an ALTSVC frame against RFC 7838, Section 4.
func (j *Judge) checkAltSvc(f *h2decode.FrameDecoded) {
	p, ok := f.Payload.(*h2decode.AltSvcFrame)
	switch {
	case f.From == client:
		j.broke("AS-02", nil, "a client sent ALTSVC")
	case f.Malformed != nil:
		j.broke("FR-02", octets(f.Header.Length, 2), "ALTSVC of %d octets has no room for the origin that it announces", f.Header.Length).Scope = errorScope(&f.Header)
	case !ok:
	case f.Header.Stream == 0 && len(p.Origin) == 0:
		j.broke("AS-01", nil, "ALTSVC on stream 0 names no origin")
	case f.Header.Stream != 0 && len(p.Origin) > 0:
		j.broke("AS-01", []h2decode.Evidence{{Name: "origin", Text: string(p.Origin)}},
			"ALTSVC on stream %d names the origin %q", f.Header.Stream, p.Origin)
	}
}

// checkOrigin holds an ORIGIN frame against RFC 8336.
func (j *Judge) checkOrigin(f *h2decode.FrameDecoded) {
	switch {
	case f.From == client:
		j.broke("OR-02", nil, "a client sent ORIGIN")
	case j.cfg.Transport != h2decode.TLS:
		j.broke("OR-02", nil, "ORIGIN was sent without TLS")
	}
	if f.Header.Stream != 0 {
		j.broke("OR-01", nil, "ORIGIN is sent on stream %d", f.Header.Stream)
	}
	if f.Malformed != nil {
		j.broke("OR-03", []h2decode.Evidence{fact("length", int64(f.Header.Length))}, "%s", f.Malformed.Reason)
		return
	}
	if p, ok := f.Payload.(*h2decode.OriginFrame); ok {
		for origin := range p.All() {
			if !validOrigin(string(origin)) {
				j.broke("OR-03", []h2decode.Evidence{{Name: "origin", Text: string(origin)}}, "%q is not an origin", origin)
				return
			}
		}
	}
}

// validOrigin reports whether s is the ASCII serialization of an origin
// (RFC 6454, Section 6.2): scheme, host, and a port unless it is the default.
func validOrigin(s string) bool {
	scheme, authority, ok := strings.Cut(s, "://")
	if !ok || !validScheme([]byte(scheme)) {
		return false
	}
	host, port := authority, ""
	if i := strings.LastIndexByte(authority, ':'); i > strings.LastIndexByte(authority, ']') {
		host, port = authority[:i], authority[i+1:]
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return false
		}
	}
	return host != "" && !strings.ContainsFunc(host, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`/?#@\"<>^|{}%`+"`", r)
	})
}

// checkPriorityUpdateFrame holds a PRIORITY_UPDATE frame of sound size against
// RFC 9218, Section 7.1, as far as no stream matters.
func (j *Judge) checkPriorityUpdateFrame(f *h2decode.FrameDecoded) {
	if f.From == server {
		j.broke("PR-05", nil, "a server sent PRIORITY_UPDATE")
		return
	}
	if f.Header.Stream != 0 {
		j.broke("PR-04", nil, "PRIORITY_UPDATE is sent on stream %d", f.Header.Stream)
		return
	}
	if p, ok := f.Payload.(*h2decode.PriorityUpdateFrame); ok && p.Prioritized == 0 {
		j.broke("PR-06", nil, "PRIORITY_UPDATE prioritizes stream 0")
	}
}

// checkPrioritySignal holds a priority signal of RFC 7540 against what was said
// about them: that they are not used, or not heeded (RFC 9218, Section 2.1.1).
func (j *Judge) checkPrioritySignal(f *h2decode.FrameDecoded) {
	c := &j.checks.settings
	if !c.noPriorities || f.From != client {
		return
	}
	if own := &c.sides[client].priority; own.value == 1 {
		j.broke("PR-03", nil, "the client sent a priority of RFC 7540 and had announced %s=1 in frame %d", noRFC7540Priorities, own.frame.number)
		return
	}
	if theirs := &c.sides[server].priority; theirs.value == 1 && knew(f, theirs.frame.end) {
		j.broke("PR-03", nil, "the client sent a priority of RFC 7540 and had received %s=1 in frame %d", noRFC7540Priorities, theirs.frame.number)
	}
}

// hexadecimal is how evidence shows octets.
func hexadecimal(p []byte) string { return hex.EncodeToString(p) }
