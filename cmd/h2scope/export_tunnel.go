package main

import (
	"h2scope"
	"h2scope/export"
	"h2scope/export/document"
	"h2scope/export/text"
	"h2scope/h2decode/content/tunnel"
)

// tunnelsOf is how what is inside of tunnels is decoded: as the capture itself, with
// the secrets that are known when a tunnel is over.
func tunnelsOf(cfg *h2scope.Config) tunnel.Config {
	return tunnel.Config{Limits: cfg.Decoding, TLS: h2scope.TunnelTLS(cfg.Keys, cfg.Decryption)}
}

// tunnel is that for an export whose reading is still to begin.
func (x *exportFlags) tunnel() tunnel.Config {
	return tunnel.Config{TLS: func(plaintext tunnel.Handler) tunnel.Session { return tunnelsOf(x.reading).TLS(plaintext) }}
}

// tunnels are all records, and those of what is inside of tunnels.
func (x *exportFlags) tunnels() *document.Tunnels {
	policy := x.policy(false)
	return &document.Tunnels{
		Records: func(set export.RecordSet) text.Renderer {
			return policy.Records(export.NewDecodedRecords(set, x.maxBody))
		},
		Tunnel: x.tunnel(), MaxBody: x.maxBody,
	}
}
