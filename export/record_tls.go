package export

import "h2scope/h2decode"

// tls tells what is known of TLS: of the handshake, with keys or without, and
// how much was decrypted.
func (w *writer) tls(s *h2decode.Security) {
	w.object("tls")
	w.nameUnlessEmpty("version", s.Version)
	w.nameUnlessEmpty("cipher", s.Cipher)
	w.textUnlessEmpty("server_name", s.ServerName)
	w.textUnlessEmpty("alpn", s.ALPN)
	w.bool("resumed", s.Resumed)
	w.nameUnlessEmpty("early_data", s.EarlyData)
	w.bool("ech", s.ECH)
	w.name("decrypted", s.Decrypted)
	w.nameUnlessEmpty("reason", s.Reason)
	if len(s.Offered) > 0 {
		w.texts("alpn_offered", octets(s.Offered))
	}
	w.handshake(s)
	w.records(&s.Records)
	w.certificates(&s.Certificates)
	if len(s.Alerts) > 0 {
		w.alerts(s.Alerts)
	}
	w.endObject()
}

func (w *writer) handshake(s *h2decode.Security) {
	if s.HelloRetryRequest {
		w.bool("hello_retry_request", true)
	}
	if s.Renegotiations > 0 {
		w.uint("renegotiations", uint64(s.Renegotiations))
	}
	if s.KeyUpdates != [2]int{} {
		w.object("key_updates")
		for side, n := range s.KeyUpdates {
			w.uint(h2decode.Side(side).String(), uint64(n))
		}
		w.endObject()
	}
}

// records counts TLS records by side.
func (w *writer) records(sides *[2]h2decode.RecordCounts) {
	w.object("records")
	for side := range sides {
		c := &sides[side]
		w.object(h2decode.Side(side).String())
		w.uint("count", c.Records)
		w.uint("bytes", c.Octets)
		w.uint("opened", c.Opened)
		if c.Failed > 0 {
			w.uint("failed", c.Failed)
		}
		if c.Lost > 0 {
			w.uint("lost", c.Lost)
		}
		w.endObject()
	}
	w.endObject()
}

// certificates are those that each side sent for itself, where they could be
// read.
func (w *writer) certificates(sides *[2]*h2decode.Certificate) {
	if *sides == ([2]*h2decode.Certificate{}) {
		return
	}
	w.object("certificates")
	for side, c := range sides {
		if c == nil {
			continue
		}
		w.object(h2decode.Side(side).String())
		w.textUnlessEmpty("subject", c.Subject)
		w.textUnlessEmpty("issuer", c.Issuer)
		if len(c.Names) > 0 {
			w.texts("names", octets(c.Names))
		}
		w.timeUnlessZero("not_before", c.NotBefore)
		w.timeUnlessZero("not_after", c.NotAfter)
		if c.KeyBits != 0 {
			w.uint("key_bits", uint64(c.KeyBits))
		}
		w.endObject()
	}
	w.endObject()
}

func (w *writer) alerts(alerts []h2decode.Alert) {
	w.array("alerts")
	for i := range alerts {
		a := &alerts[i]
		w.object("")
		w.name("from", a.From.String())
		w.bool("fatal", a.Fatal)
		w.name("description", a.Description)
		w.uint("packet", a.Packet)
		w.endObject()
	}
	w.endArray()
}

// fingerprints identify the client's software by how it speaks.
func (w *writer) fingerprints(c *h2decode.Connection) {
	if c.Akamai == "" && (c.TLS == nil || c.TLS.JA3 == "") {
		return
	}
	w.object("fingerprints")
	w.nameUnlessEmpty("akamai", c.Akamai)
	if c.TLS != nil {
		w.nameUnlessEmpty("ja3", c.TLS.JA3)
		w.nameUnlessEmpty("ja4", c.TLS.JA4)
	}
	w.endObject()
}

func (w *writer) nameUnlessEmpty(key, name string) {
	if name != "" {
		w.name(key, name)
	}
}
