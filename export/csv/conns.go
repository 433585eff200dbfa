package csv

import "h2scope/h2decode"

var connColumns = []string{
	"conn", "client", "server", "opened", "closed", "close", "closed_by",
	"transport", "protocol", "start", "tls_version", "cipher", "server_name", "alpn", "decrypted", "reason",
	"client_packets", "server_packets", "client_bytes", "server_bytes",
	"client_retransmissions", "server_retransmissions", "client_gap_bytes", "server_gap_bytes", "rtt_ms",
	"frames", "streams", "gaps", "findings_error", "findings_warning", "findings_info",
}

// connEvent is the row of a connection that is over.
func (r *row) connEvent(e h2decode.Event) {
	closed, ok := e.(*h2decode.ConnectionClosed)
	if !ok {
		return
	}
	c := closed.Connection
	r.uint(c.Number)
	r.name(c.Client.String())
	r.name(c.Server.String())
	r.time(c.Opened)
	r.time(c.Closed)
	r.name(c.Close.String())
	if c.HasCloser {
		r.name(c.ClosedBy.String())
	} else {
		r.next()
	}
	r.name(c.Transport.String())
	r.name(c.Protocol.String())
	r.name(c.Start.String())
	r.security(c.TLS)
	for _, counts := range [...][2]uint64{c.TCP.Packets, c.TCP.Bytes, c.TCP.Retransmissions, c.TCP.GapBytes} {
		r.uint(counts[h2decode.Client])
		r.uint(counts[h2decode.Server])
	}
	r.duration(c.TCP.RTT != 0, c.TCP.RTT)
	isHTTP2 := c.Protocol == h2decode.ProtocolH2
	r.uintIf(isHTTP2, c.Frames)
	r.uintIf(isHTTP2, c.Streams)
	r.uintIf(isHTTP2, c.Gaps)
	for _, severity := range [...]h2decode.Severity{h2decode.SeverityError, h2decode.SeverityWarning, h2decode.SeverityInfo} {
		r.uintIf(isHTTP2, c.Findings[severity])
	}
}

func (r *row) security(s *h2decode.Security) {
	if s == nil {
		s = new(h2decode.Security)
	}
	for _, v := range [...]string{s.Version, s.Cipher, s.ServerName, s.ALPN, s.Decrypted, s.Reason} {
		r.text([]byte(v))
	}
}
