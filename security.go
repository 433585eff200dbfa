package h2scope

import (
	"crypto/tls"
	"slices"
	"strconv"
	"strings"
	"time"

	"h2scope/h2decode"
	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt"
	"h2scope/reassembly/tlsdecrypt/hello"
)

// security puts what TLS told of the connection into neutral words.
func (f *flow) security(info *tlsdecrypt.Info) *h2decode.Security {
	s := securityOf(info, f.side)
	if f.closed.Transport == h2decode.Cleartext { // the server answered in the clear
		s.Reason = string(tlsdecrypt.NotTLS)
	}
	return s
}

// securityOf is what TLS told; side says who sends a half.
func securityOf(info *tlsdecrypt.Info, side func(reassembly.Half) h2decode.Side) *h2decode.Security {
	s := &h2decode.Security{
		Version: info.VersionName(), Cipher: info.CipherName(), ServerName: info.ServerName,
		ALPN: info.ALPN, ALPNKnown: info.ALPNKnown, Resumed: info.Resumed, EarlyData: info.EarlyData.String(), ECH: info.ECH,
		Decrypted: info.Decrypted.String(), Reason: string(info.Reason), Late: info.Late, Secret: info.Secrets,
		HelloRetryRequest: info.HelloRetryRequest, Renegotiations: info.Renegotiations,
		Renegotiated: info.Renegotiated, LateAuthentication: info.LateAuthentication, EarlyOctets: info.EarlyOctets,
	}
	if h := info.ServerHello; h != nil && info.Version < tls.VersionTLS13 {
		s.Compression = compressionName(h.Compression)
	}
	s.EphemeralBits = info.KeyExchange.Bits
	if h := info.ClientHello; h != nil {
		s.Offered = h.ALPN
		_, s.JA3 = h.JA3()
		s.JA4 = h.JA4()
	}
	for half := range info.Side {
		from, by := &info.Side[half], side(reassembly.Half(half))
		s.KeyUpdates[by] = from.KeyUpdates
		s.Records[by] = recordCounts(from)
		if from.Certificate != nil {
			s.Certificates[by] = certificate(from.Certificate)
		}
	}
	for _, a := range info.Alerts {
		s.Alerts = append(s.Alerts, h2decode.Alert{
			From: side(a.Half), Fatal: a.Level == 2, Description: alertName(a.Description), Packet: a.Packet,
		})
	}
	return s
}

// compressionName names a compression method of TLS 1.2 and below (RFC 3749).
func compressionName(method uint8) string {
	switch method {
	case 0:
		return "none"
	case 1:
		return "deflate"
	}
	return strconv.Itoa(int(method))
}

func recordCounts(from *tlsdecrypt.SideInfo) h2decode.RecordCounts {
	counts := h2decode.RecordCounts{Opened: from.Opened.Records, Failed: from.Failed.Records, Lost: from.Lost.Records}
	for _, content := range from.Content {
		counts.Records += content.Records
		counts.Octets += content.Octets
	}
	return counts
}

func certificate(info *hello.CertificateInfo) *h2decode.Certificate {
	c := &h2decode.Certificate{
		Subject: info.Subject, Issuer: info.Issuer, Names: slices.Clone(info.DNSNames), KeyBits: info.KeyBits,
		NotBefore: nanoseconds(info.NotBefore), NotAfter: nanoseconds(info.NotAfter),
	}
	for _, ip := range info.IPs {
		c.Names = append(c.Names, ip.String())
	}
	return c
}

// nanoseconds is a time since 1970, 0 for one that cannot be said so: a
// certificate may name any year from 0 to 9999.
func nanoseconds(t time.Time) int64 {
	if year := t.Year(); year < 1678 || year > 2261 {
		return 0
	}
	return t.UnixNano()
}

// alertName is what an alert says, in the words of package tls, or its number
func alertName(description uint8) string {
	name := tls.AlertError(description).Error()
	if name, ok := strings.CutPrefix(name, "tls: "); ok && !strings.HasPrefix(name, "alert(") {
		return name
	}
	return strconv.Itoa(int(description))
}
