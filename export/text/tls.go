package text

import (
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

// tlsNotes says what TLS tells of a connection: for whom it was meant, and by
// what it was protected.
func tlsNotes(s *h2decode.Security) []string {
	var all []string
	if s.ServerName != "" {
		all = append(all, printable.String(s.ServerName))
	}
	for _, known := range []string{s.Version, s.Cipher} {
		if known != "" {
			all = append(all, known)
		}
	}
	if s.Resumed {
		all = append(all, "resumed")
	}
	if s.EarlyData != "" {
		all = append(all, "early data "+s.EarlyData)
	}
	return all
}

// notDecrypted says what of a connection was not decrypted, and why.
func notDecrypted(s *h2decode.Security) string {
	text := "not decrypted"
	switch s.Decrypted {
	case "client-only":
		text = "only the client's half decrypted"
	case "server-only":
		text = "only the server's half decrypted"
	case "partial":
		text = "partly decrypted"
	}
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	return text
}

// advice says for each reason what can be done about it.
var advice = map[string]string{
	"no-keylog":                   "give the key log of the client or the server with -k",
	"no-secret-for-client-random": "the key log is of other connections, or began later",
	"no-client-random":            "the capture begins behind the ClientHello",
	"no-server-random":            "the capture lacks the ServerHello, which TLS 1.2 needs",
	"no-handshake":                "the capture begins behind the handshake",
	"unsupported-cipher":          "the suite is not one that is decrypted",
	"record-auth-failed":          "the secrets are wrong, or the capture is damaged",
	"gap":                         "the capture lacks octets",
	"no-early-secret":             "the key log lacks CLIENT_EARLY_TRAFFIC_SECRET",
}

// decryption says in one paragraph how many TLS connections there were, how
// many had a secret, how many were decrypted, and what to do about the rest.
func (r *report) decryption() {
	t := &r.tally.ended.TLS
	if t.Connections == 0 {
		return
	}
	items := []string{
		count(t.Connections, "connection"),
		strconv.FormatUint(t.WithSecret, 10) + " with a secret",
		strconv.FormatUint(t.Decrypted, 10) + " decrypted",
	}
	for _, reason := range t.Reasons {
		item := strconv.FormatUint(reason.Connections, 10) + " " + reason.Reason
		if a := advice[reason.Reason]; a != "" {
			item += " (" + a + ")"
		}
		items = append(items, item)
	}
	r.paragraph("TLS", plain, items...)
}
