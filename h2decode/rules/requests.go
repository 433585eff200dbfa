package rules

import (
	"bytes"

	"h2scope/h2decode"
)

// checkRequest holds the pseudo-header fields of a request against RFC 9113,
// Section 8.3.1 and 8.5, and RFC 8441, Section 4.
func (j *Judge) checkRequest(sec *section) {
	if sec.has(pseudoStatus) {
		j.broke("HD-10", nil, "a request has :status")
	}
	extended := sec.has(pseudoProtocol)
	if extended {
		j.checkProtocol(sec)
	}
	switch {
	case !sec.sure:
		j.skip("HD-12")
		return
	case sec.method == connectMethod && !extended:
		j.checkConnect(sec)
	case sec.method == connectMethod:
		if missing := missingOf(sec, pseudoScheme|pseudoPath|pseudoAuthority); missing != "" {
			j.broke("HD-24", text("missing", []byte(missing)), "an extended CONNECT has no %s", missing)
		}
	default:
		j.checkTarget(sec)
	}
	j.checkAuthority(sec)
}

// checkTarget holds a request that is no CONNECT against the rules.
func (j *Judge) checkTarget(sec *section) {
	if missing := missingOf(sec, pseudoMethod|pseudoScheme|pseudoPath); missing != "" {
		j.broke("HD-12", text("missing", []byte(missing)), "a request has no %s", missing)
		return
	}
	if m := sec.value(pseudoMethod); !token(m) {
		j.broke("HD-12", text("method", m), "the method %q is not a token", m)
	}
	scheme, path := sec.value(pseudoScheme), sec.value(pseudoPath)
	switch {
	case !validScheme(scheme):
		j.broke("HD-12", text("scheme", scheme), "the scheme %q is not one", scheme)
	case !web(scheme):
		return // other schemes have their own rules for paths
	case len(path) == 0:
		j.broke("HD-13", nil, ":path is empty")
	case path[0] != '/' && !(sec.method == optionsMethod && string(path) == "*"):
		j.broke("HD-13", text("path", path), ":path is %q, which does not start with a slash", path)
	}
	if secure := j.cfg.Transport == h2decode.TLS; secure != bytes.EqualFold(scheme, []byte("https")) {
		how := "without TLS"
		if secure {
			how = "over TLS"
		}
		j.broke("HD-31", text("scheme", scheme), ":scheme is %q %s", scheme, how)
	}
}

// checkConnect holds a CONNECT against RFC 9113, Section 8.5.
func (j *Judge) checkConnect(sec *section) {
	switch {
	case !sec.has(pseudoAuthority) || len(sec.value(pseudoAuthority)) == 0:
		j.broke("HD-21", nil, "a CONNECT has no :authority")
	case sec.has(pseudoScheme):
		j.broke("HD-21", nil, "a CONNECT has :scheme")
	case sec.has(pseudoPath):
		j.broke("HD-21", nil, "a CONNECT has :path")
	}
}

// checkProtocol holds :protocol against RFC 8441, Section 3 and 4.
func (j *Judge) checkProtocol(sec *section) {
	_, allowed, known := j.conn.Setting(server, h2decode.SettingEnableConnectProtocol)
	switch {
	case sec.has(pseudoMethod) && sec.method != connectMethod:
		j.broke("HD-23", text("method", sec.value(pseudoMethod)), ":protocol stands with the method %q", sec.value(pseudoMethod))
	case allowed != 0:
	case !known:
		j.skip("HD-23")
	default:
		j.broke("HD-23", nil, "an extended CONNECT, and the server has not sent SETTINGS_ENABLE_CONNECT_PROTOCOL=1")
	}
}

// checkAuthority holds :authority and Host against RFC 9113, Section 8.3.1.
func (j *Judge) checkAuthority(sec *section) {
	authority := sec.value(pseudoAuthority)
	if web(sec.value(pseudoScheme)) && bytes.IndexByte(authority, '@') >= 0 {
		j.broke("HD-14", text("authority", authority), ":authority %q has userinfo", authority)
	}
	if sec.hasHost && sec.has(pseudoAuthority) && !sameHost(sec.host, authority, sec.value(pseudoScheme)) {
		j.broke("HD-15", append(text("host", sec.host), text("authority", authority)...),
			"host is %q and :authority is %q", sec.host, authority)
	}
}

// sameHost compares two authorities: without regard to case, and to the
// scheme's default port (RFC 9110, Section 4.2.3).
func sameHost(a, b, scheme []byte) bool {
	port := ":80"
	if bytes.EqualFold(scheme, []byte("https")) {
		port = ":443"
	}
	a, _ = bytes.CutSuffix(a, []byte(port))
	b, _ = bytes.CutSuffix(b, []byte(port))
	return bytes.EqualFold(a, b)
}

// checkResponse holds the pseudo-header fields of a response against RFC 9113,
// Section 8.3.2.
func (j *Judge) checkResponse(f *h2decode.FrameDecoded, sec *section) {
	if sec.pseudo&requestPseudo != 0 {
		j.broke("HD-10", nil, "a response has a pseudo-header field of requests")
	}
	switch {
	case !sec.sure && !sec.has(pseudoStatus):
		j.skip("HD-16")
	case !sec.has(pseudoStatus):
		j.broke("HD-16", nil, "the response on stream %d has no :status", f.Block.Stream)
	case sec.status == 0:
		j.broke("HD-16", text("status", sec.value(pseudoStatus)), ":status is %q, not three digits", sec.value(pseudoStatus))
	}
}

// missingOf names the first of the pseudo-header fields that are not there.
func missingOf(sec *section, want pseudo) string {
	for i, name := range pseudoNames {
		if p := pseudo(1) << i; want&p != 0 && !sec.has(p) {
			return name
		}
	}
	return ""
}

func web(scheme []byte) bool {
	return bytes.EqualFold(scheme, []byte("http")) || bytes.EqualFold(scheme, []byte("https"))
}

// token reports whether s is one (RFC 9110, Section 5.6.2).
func token(s []byte) bool {
	for _, c := range s {
		if class := nameClasses[c]; class != classToken && class != classUpper {
			return false
		}
	}
	return len(s) > 0
}

// validScheme reports whether s is a scheme (RFC 3986, Section 3.1).
func validScheme(s []byte) bool {
	for i, c := range s {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return len(s) > 0
}
