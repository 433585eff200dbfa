package grpc

import "h2scope/h2decode/content"

// inflate undoes the compression of a message: grpc-encoding's, if the message's
// flag says so. PROTOCOL-HTTP2.md has it in "Compressed-Flag".
func (s *Splitter) inflate() {
	m := &s.msg
	m.Data = m.Wire
	switch {
	case !m.Complete():
		m.trouble("%d of %d octets of the message are missing", m.Missing+m.Unsent, m.Length)
	case m.Omitted > 0 && s.cfg.MaxMessage > 0:
		m.trouble("%d of %d octets of the message are beyond the limit", m.Omitted, m.Length)
	}
	if !m.Compressed || len(m.Wire) == 0 {
		return
	}
	if s.cfg.Encoding == "" || s.cfg.Encoding == "identity" {
		m.trouble("the message is flagged as compressed, and grpc-encoding names no way")
		return
	}
	data, result := content.Decode(nil, m.Wire, s.cfg.Encoding, s.cfg.MaxMessage)
	m.Data = data
	if result.Trouble != "" {
		m.trouble("%s", result.Trouble)
	}
}
