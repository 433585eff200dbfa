package tunnel

import "h2scope/h2decode"

// ciphertext is a Decoder as what takes TLS records.
type ciphertext Decoder

// Chunk takes ciphertext.
func (d *ciphertext) Chunk(c *h2decode.Chunk) {
	if d.result.Secured.Began == 0 {
		d.result.Secured.Began = c.Time
	}
	d.tls.Chunk(c)
}

// Gap is told of ciphertext that the capture lacks.
func (d *ciphertext) Gap(g *h2decode.Gap) { d.tls.Gap(g) }

// plaintext is a Decoder as what takes the application data of TLS.
type plaintext Decoder

// Chunk takes application data.
func (d *plaintext) Chunk(c *h2decode.Chunk) {
	d.listen(c.Time)
	d.inner.Chunk(c)
}

// Gap is told of application data that is missing.
func (d *plaintext) Gap(g *h2decode.Gap) {
	d.listen(g.Time)
	d.inner.Gap(g)
}

// listen chooses what takes the application data: HTTP/2 where ALPN says so (RFC
// 9113, Section 3.2), else what it looks like.
func (d *plaintext) listen(now int64) {
	if d.inner != nil {
		return
	}
	d.result.Secured.Ended = now
	d.inner = &opening{conclude: d.conclude}
	switch security := d.tls.Security(); security.ALPN {
	case "h2":
		d.inner.decide(HTTP2, "")
	case "http/1.1", "http/1.0":
		d.inner.decide(HTTP1, "")
	}
}

// conclude notes what TLS protects. TLS once more inside is not opened.
func (d *plaintext) conclude(p Protocol, reason string) Handler {
	d.result.Protocol, d.result.Reason = p, reason
	switch p {
	case HTTP2:
		return (*Decoder)(d).begin(h2decode.TLS)
	case TLS:
		d.result.Reason = "it is TLS inside of TLS"
	}
	return nil
}
