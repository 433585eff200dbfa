package tlsdecrypt

import "h2scope/reassembly/tlsdecrypt/hello"

// Handshake message types (RFC 8446, Section 4; RFC 5246, Section 7.4).
const (
	helloRequest          = 0
	clientHello           = 1
	serverHello           = 2
	newSessionTicket      = 4
	endOfEarlyData        = 5
	encryptedExtensions   = 8
	certificate           = 11
	serverKeyExchange     = 12
	certificateRequest    = 13
	serverHelloDone       = 14
	clientKeyExchange     = 16
	finished              = 20
	keyUpdate             = 24
	compressedCertificate = 25
)

// messages puts the handshake messages of a half together: several may be in
// one record, and one in several (RFC 8446, Section 5.1).
type messages struct {
	buf  []byte
	skip int // octets of a message that is too large
}

// reset forgets a message of which octets are lost.
func (m *messages) reset() { *m = messages{} }

// take reads the messages that data, a record of packet, completes.
func (m *messages) take(h *half, data []byte, packet uint64) {
	n := min(m.skip, len(data))
	m.skip -= n
	data = data[n:]
	if len(m.buf) > 0 {
		m.buf = append(m.buf, data...)
		data = m.buf
	}
	for len(data) >= 4 {
		size := 4 + (int(data[1])<<16 | int(data[2])<<8 | int(data[3]))
		if size > maxMessage {
			n := min(size, len(data))
			m.skip = size - n
			data = data[n:]
			continue
		}
		if size > len(data) {
			break
		}
		h.message(data[:size], packet)
		data = data[size:]
	}
	switch {
	case len(data) == 0:
		m.buf = nil
	default:
		m.buf = append(m.buf[:0], data...)
	}
}

// message reads one message, its header included, that packet completed.
func (h *half) message(whole []byte, packet uint64) {
	c, typ, body := h.c, whole[0], whole[4:]
	c.shake.transcribe(h, whole)
	switch typ {
	case clientHello:
		h.clientHello(body, packet)
	case serverHello:
		h.serverHello(body)
	case encryptedExtensions:
		h.encryptedExtensions(body)
	case certificate:
		h.certificate(body)
	case compressedCertificate:
		if compressed, err := hello.ParseCompressedCertificate(body); err == nil {
			if plain, err := compressed.Decompress(); err == nil {
				h.certificate(plain)
			}
		}
	case certificateRequest:
		h.certificateRequest(packet)
	case serverKeyExchange:
		if k, err := hello.ParseServerKeyExchange(body, c.shake.cipherSuite); err == nil {
			c.info.KeyExchange = k
		}
	case serverHelloDone:
		c.shake.full = true
		c.learn()
	case clientKeyExchange:
		if s := c.shake.suite; s != nil && s.rsa {
			if encrypted, err := hello.ParseEncryptedPreMaster(body); err == nil {
				c.shake.encryptedPreMaster = append([]byte{}, encrypted...)
			}
		}
		c.learn()
	case newSessionTicket:
		if c.shake.version < versionTLS13 {
			if n, err := hello.ParseNewSessionTicket(body, false); err == nil {
				c.shake.ticket = n.Ticket
			}
		}
	default:
		h.keyChange(typ, body)
	}
}

// keyChange reads the messages of TLS 1.3 behind which the keys change.
func (h *half) keyChange(typ byte, body []byte) {
	cur := h.keys.current
	if cur == nil || cur.secret == nil {
		return
	}
	switch {
	case typ == endOfEarlyData && cur.epoch == early:
		h.keys.change(handshaking, 0, true)
	case typ == finished && cur.epoch == handshaking && len(body) == cur.suite.hashSize():
		h.keys.change(traffic, 0, true)
	case typ == keyUpdate && cur.epoch == traffic && len(body) == 1:
		h.stats.KeyUpdates++
		h.keys.change(traffic, cur.generation+1, true)
	}
}

// certificateRequest notes that the server asks who the client is: under the keys
// for application data, that is post-handshake authentication (RFC 8446, Section
// 4.6.2).
func (h *half) certificateRequest(packet uint64) {
	info := &h.c.info
	info.ClientCertificate = true
	if cur := h.keys.current; cur != nil && cur.secret != nil && cur.epoch == traffic && info.LateAuthentication == 0 {
		info.LateAuthentication = packet
	}
}

func (h *half) encryptedExtensions(body []byte) {
	e, err := hello.ParseEncryptedExtensions(body)
	if err != nil {
		h.blame(MalformedHandshake)
		return
	}
	info := &h.c.info
	info.ALPN, info.ALPNKnown = e.ALPN, true
	if info.EarlyData == Offered {
		info.EarlyData = Refused
		if e.EarlyData {
			info.EarlyData = Accepted
		}
	}
	h.c.learn()
}

func (h *half) certificate(body []byte) {
	tls13 := h.keys.current != nil && h.keys.current.secret != nil
	certs, err := hello.ParseCertificate(body, tls13)
	if err != nil || len(certs) == 0 {
		return
	}
	h.stats.Certificates = len(certs)
	if info, ok := hello.ParseCertificateInfo(certs[0]); ok {
		h.stats.Certificate = &info
	}
}

// alert reads an alert: two octets, never in pieces in TLS 1.3 and in practice.
func (h *half) alert(body []byte, packet uint64, time int64) {
	if len(body) != 2 {
		return
	}
	if body[1] == 0 {
		h.stats.CloseNotify = true
	}
	if info := &h.c.info; len(info.Alerts) < maxAlerts {
		info.Alerts = append(info.Alerts, Alert{
			Half: h.id, Level: body[0], Description: body[1], Packet: packet, Time: time,
		})
	}
}
