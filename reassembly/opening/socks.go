package opening

import (
	"bytes"
	"encoding/binary"
	"net"
	"strconv"
)

const (
	socksConnect   = 1
	socks5NoAuth   = 0x00
	socks5Password = 0x02
	socks5Refused  = 0xff
	socks4Granted  = 0x5a
	socks4Last     = 0x5d // of the refusals
	socks4Longest  = 255  // of a user id and of a host name: RFC 1928's limit
)

// A socks5 reads a dialogue: two halves, each from its first octet, in step.
type socks5 struct {
	client, server     []byte
	atClient, atServer int
}

// readSOCKS5 reads the dialogue of RFC 1928: methods, perhaps a user name and
// password (RFC 1929; passed over), CONNECT and its reply. BIND and UDP
// ASSOCIATE lead to no protocol that could be followed.
func readSOCKS5(client, server []byte) (greeting, match) {
	d := &socks5{client: client, server: server}
	m := d.methods()
	if m != yes {
		return d.taken(), m
	}
	if d.server[1] == socks5Password {
		if m = d.password(); m != yes {
			return d.taken(), m
		}
	}
	target, m := d.request()
	if m == yes {
		m = d.reply()
	}
	g := d.taken()
	g.via = Via{Kind: ViaSOCKS5, Target: target}
	return g, m
}

func (d *socks5) taken() greeting { return greeting{client: d.atClient, server: d.atServer} }

// methods reads the offer and the choice (RFC 1928, Section 3).
func (d *socks5) methods() match {
	c, s := d.client, d.server
	if len(c) > 0 && c[0] != 5 || len(c) > 1 && c[1] == 0 || len(s) > 0 && s[0] != 5 {
		return no
	}
	if len(c) < 2 || len(c) < 2+int(c[1]) || len(s) < 2 {
		return more
	}
	offered := c[2 : 2+int(c[1])]
	d.atClient, d.atServer = 2+len(offered), 2
	switch {
	case s[1] == socks5Refused:
		return refused
	case bytes.IndexByte(offered, s[1]) < 0:
		return no
	case s[1] != socks5NoAuth && s[1] != socks5Password:
		return no // GSSAPI may encrypt what follows
	}
	return yes
}

// password passes over a name and a password, and reads the answer (RFC 1929,
// Section 2).
func (d *socks5) password() match {
	c, s := d.client[d.atClient:], d.server[d.atServer:]
	if len(c) > 0 && c[0] != 1 || len(s) > 0 && s[0] != 1 {
		return no
	}
	end := 2
	for range 2 {
		if len(c) < end {
			return more
		}
		end += int(c[end-1]) + 1
	}
	end--
	if len(c) < end || len(s) < 2 {
		return more
	}
	d.atClient += end
	d.atServer += 2
	if s[1] != 0 {
		return refused
	}
	return yes
}

// request reads where the client wants to go (RFC 1928, Section 4).
func (d *socks5) request() (target string, m match) {
	c := d.client[d.atClient:]
	if len(c) > 0 && c[0] != 5 || len(c) > 1 && c[1] != socksConnect || len(c) > 2 && c[2] != 0 {
		return "", no
	}
	target, n, m := socks5Address(c)
	if m == yes {
		d.atClient += n
	}
	return target, m
}

// reply reads the proxy's answer (RFC 1928, Section 6).
func (d *socks5) reply() match {
	s := d.server[d.atServer:]
	if len(s) > 0 && s[0] != 5 || len(s) > 2 && s[2] != 0 {
		return no
	}
	_, n, m := socks5Address(s)
	if m != yes {
		return m
	}
	d.atServer += n
	if s[1] != 0 {
		return refused
	}
	return yes
}

// socks5Address reads the address that ends a request or a reply, and tells the
// message's length.
func socks5Address(b []byte) (target string, n int, m match) {
	const at = 4 // version, command or reply, reserved, address type
	if len(b) < at+1 {
		return "", 0, more
	}
	var start, size int
	switch b[3] {
	case 1:
		start, size = at, 4
	case 3:
		start, size = at+1, int(b[at])
	case 4:
		start, size = at, 16
	default:
		return "", 0, no
	}
	n = start + size + 2
	if len(b) < n {
		return "", 0, more
	}
	address, port := b[start:start+size], b[start+size:]
	if b[3] == 3 {
		return hostPort(address, port), n, yes
	}
	return endpoint(address, port), n, yes
}

func hostPort(host, port []byte) string {
	return net.JoinHostPort(string(host), strconv.Itoa(int(binary.BigEndian.Uint16(port))))
}

// readSOCKS4 reads a CONNECT request and its reply. In SOCKS4a the address
// 0.0.0.x says that a host name follows the user id.
func readSOCKS4(client, server []byte) (greeting, match) {
	const head, reply = 8, 8
	c, s := client, server
	if len(c) > 0 && c[0] != 4 || len(c) > 1 && c[1] != socksConnect {
		return greeting{}, no
	}
	if len(s) > 0 && s[0] != 0 || len(s) > 1 && (s[1] < socks4Granted || s[1] > socks4Last) {
		return greeting{}, no
	}
	if len(c) < head {
		return greeting{}, more
	}
	port, address, end := c[2:4], c[4:head], head
	_, n, m := socks4String(c[end:])
	if m != yes {
		return greeting{}, m
	}
	end += n
	target := endpoint(address, port)
	if address[0] == 0 && address[1] == 0 && address[2] == 0 && address[3] != 0 {
		host, n, m := socks4String(c[end:])
		if m != yes {
			return greeting{}, m
		}
		end += n
		target = hostPort(host, port)
	}
	if len(s) < reply {
		return greeting{}, more
	}
	g := greeting{via: Via{Kind: ViaSOCKS4, Target: target}, client: end, server: reply}
	if s[1] != socks4Granted {
		return g, refused
	}
	return g, yes
}

// socks4String reads a string that NUL ends, and tells its length with it.
func socks4String(b []byte) (s []byte, n int, m match) {
	i := bytes.IndexByte(b[:min(len(b), socks4Longest+1)], 0)
	switch {
	case i >= 0:
		return b[:i], i + 1, yes
	case len(b) > socks4Longest:
		return nil, 0, no
	}
	return nil, 0, more
}
