package tlsdecrypt

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// A forge makes connections of TLS 1.3 that no library makes at will.
type forge struct {
	suite  *suite
	random [32]byte
	keys   map[string]*key // by the label of the key log
	log    []string
	conn   *Conn
	out    collector
	offset [2]uint64
	packet uint64
}

func newForge(id uint16) *forge {
	s, _ := suite13(id)
	f := &forge{suite: s, keys: map[string]*key{}}
	f.random[0] = 7
	for i, label := range []string{
		"CLIENT_EARLY_TRAFFIC_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
		"CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0",
	} {
		secret := secretFor(s)
		secret[0] = byte(100 + i)
		f.add(label, newKey13(s, traffic, 0, secret))
	}
	return f
}

func (f *forge) add(label string, k *key) {
	f.keys[label] = k
	f.log = append(f.log, fmt.Sprintf("%s %x %x", label, f.random, k.secret))
}

// start makes the Conn with the lines of the log that hold none of the words.
func (f *forge) start(t testing.TB, without ...string) {
	t.Helper()
	store := keylog.NewStore()
lines:
	for _, line := range f.log {
		for _, word := range without {
			if strings.Contains(line, word) {
				continue lines
			}
		}
		if _, err := store.Add([]byte(line), "log"); err != nil {
			t.Fatal(err)
		}
	}
	f.conn = New(Config{Keys: store, KeysFinal: true}, &f.out)
}

func (f *forge) send(half reassembly.Half, octets ...[]byte) {
	for _, data := range octets {
		f.packet++
		f.conn.Chunk(&reassembly.Chunk{Half: half, Offset: f.offset[half], Packet: f.packet, Acked: f.offset[half.Other()], Data: data})
		f.offset[half] += uint64(len(data))
	}
}

func (f *forge) lose(half reassembly.Half, n int) {
	f.conn.Gap(&reassembly.Gap{Half: half, Offset: f.offset[half], Length: uint64(n), Cause: reassembly.CaptureLoss})
	f.offset[half] += uint64(n)
}

// record protects content with the next number of a key.
func (f *forge) record(label string, typ ContentType, content []byte) []byte {
	k := f.keys[label]
	k.number++
	return seal13(k, k.number-1, typ, content, 0)
}

// message is a handshake message in a protected record.
func (f *forge) message(label string, typ byte, body []byte) []byte {
	return f.record(label, HandshakeContent, message(typ, body))
}

func (f *forge) data(label, text string) []byte {
	return f.record(label, ApplicationData, []byte(text))
}

func message(typ byte, body []byte) []byte {
	return append([]byte{typ, byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
}

// plainRecord is one without protection.
func plainRecord(typ ContentType, body []byte) []byte {
	return append([]byte{byte(typ), 3, 3, byte(len(body) >> 8), byte(len(body))}, body...)
}

// extensions puts extensions together: numbers and their data in turn.
func extensions(all ...any) []byte {
	var out []byte
	for i := 0; i < len(all); i += 2 {
		data := all[i+1].([]byte)
		out = binary.BigEndian.AppendUint16(out, uint16(all[i].(int)))
		out = binary.BigEndian.AppendUint16(out, uint16(len(data)))
		out = append(out, data...)
	}
	return append([]byte{byte(len(out) >> 8), byte(len(out))}, out...)
}

const (
	extEarlyData         = 42
	extSupportedVersions = 43
	extPreSharedKey      = 41
	extALPN              = 16
)

func (f *forge) clientHello(early bool) []byte {
	body := append([]byte{3, 3}, f.random[:]...)
	body = append(body, 0, 0, 2, byte(f.suite.id>>8), byte(f.suite.id), 1, 0)
	ext := []any{extSupportedVersions, []byte{2, 3, 4}}
	if early {
		ext = append(ext, extEarlyData, []byte{})
		psk := append([]byte{0, 7, 0, 1, 'x', 0, 0, 0, 0, 0, 33, 32}, make([]byte, 32)...)
		ext = append(ext, extPreSharedKey, psk)
	}
	return plainRecord(HandshakeContent, message(clientHello, append(body, extensions(ext...)...)))
}

func (f *forge) serverHello(psk, retry bool) []byte {
	random := [32]byte{9}
	if retry {
		copy(random[:], "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"+
			"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c")
	}
	body := append([]byte{3, 3}, random[:]...)
	body = append(body, 0, byte(f.suite.id>>8), byte(f.suite.id), 0)
	ext := []any{extSupportedVersions, []byte{3, 4}}
	if psk {
		ext = append(ext, extPreSharedKey, []byte{0, 0})
	}
	return plainRecord(HandshakeContent, message(serverHello, append(body, extensions(ext...)...)))
}

func (f *forge) encryptedExtensions(early bool) []byte {
	ext := []any{extALPN, []byte{0, 3, 2, 'h', '2'}}
	if early {
		ext = append(ext, extEarlyData, []byte{})
	}
	return f.message(serverHS, encryptedExtensions, extensions(ext...))
}

func (f *forge) finished(label string) []byte {
	return f.message(label, finished, make([]byte, f.suite.hashSize()))
}

// handshake sends a whole one.
func (f *forge) handshake() {
	f.send(0, f.clientHello(false))
	f.send(1, f.serverHello(false, false), f.encryptedExtensions(false), f.finished(serverHS))
	f.send(0, f.finished(clientHS))
}

const (
	earlyKey = "CLIENT_EARLY_TRAFFIC_SECRET"
	clientHS = "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
	serverHS = "SERVER_HANDSHAKE_TRAFFIC_SECRET"
	clientAP = "CLIENT_TRAFFIC_SECRET_0"
	serverAP = "SERVER_TRAFFIC_SECRET_0"
)

// check compares what came out.
func (f *forge) check(t *testing.T, client, server string, decrypted Decrypted, reason Reason) *Info {
	t.Helper()
	f.conn.Finish()
	if a, b := f.out.text[0].String(), f.out.text[1].String(); a != client || b != server {
		t.Errorf("client %q, server %q; want %q, %q", a, b, client, server)
	}
	i := f.conn.Info()
	if i.Decrypted != decrypted || i.Reason != reason {
		t.Errorf("%v %q, want %v %q: %+v", i.Decrypted, i.Reason, decrypted, reason, i.Side)
	}
	return i
}

// 0-RTT data comes before anything of the server's (RFC 8446, Section 2.3), and
// is told once the server has accepted it.
func TestEarlyDataAccepted(t *testing.T) {
	for i := range suites13 {
		f := newForge(suites13[i].id)
		f.start(t)
		f.send(0, f.clientHello(true), plainRecord(ChangeCipherSpec, []byte{1}), f.data(earlyKey, "early "), f.data(earlyKey, "data, "))
		f.send(1, f.serverHello(true, false), plainRecord(ChangeCipherSpec, []byte{1}))
		if f.out.text[0].Len() > 0 {
			t.Error("told before it was accepted")
		}
		f.send(1, f.encryptedExtensions(true))
		if f.out.text[0].String() != "early data, " {
			t.Error("not told when it was accepted")
		}
		f.send(1, f.finished(serverHS), f.data(serverAP, "answer"))
		f.send(0, f.data(earlyKey, "more, "), f.message(earlyKey, endOfEarlyData, nil), f.finished(clientHS), f.data(clientAP, "late data"))
		if i := f.check(t, "early data, more, late data", "answer", Full, ""); i.EarlyData != Accepted || !i.Resumed || i.ALPN != "h2" || i.EarlyOctets != uint64(len("early data, more, ")) {
			t.Errorf("%+v", i)
		}
	}
}

// What the server refused is no application data: the client sends it again
// (RFC 8446, Section 4.2.10).
func TestEarlyDataRefused(t *testing.T) {
	for _, without := range []string{"nothing", "EARLY"} {
		for _, psk := range []bool{false, true} {
			f := newForge(0x1301)
			f.start(t, without)
			f.send(0, f.clientHello(true), f.data(earlyKey, "early "), f.data(earlyKey, "data, "))
			f.send(1, f.serverHello(psk, false), f.encryptedExtensions(false), f.finished(serverHS))
			f.send(0, f.data(earlyKey, "more "), f.finished(clientHS), f.data(clientAP, "again"))
			if i := f.check(t, "again", "", Full, ""); i.EarlyData != Refused || i.Side[0].Passed.Records != 3 || i.EarlyOctets != 0 {
				t.Errorf("%+v", i)
			}
		}
		// A HelloRetryRequest refuses too, and the second hello is in the clear.
		f := newForge(0x1301)
		f.start(t, without)
		f.send(0, f.clientHello(true), f.data(earlyKey, "early "))
		f.send(1, f.serverHello(false, true), plainRecord(ChangeCipherSpec, []byte{1}))
		f.send(0, f.data(earlyKey, "more "), plainRecord(ChangeCipherSpec, []byte{1}), f.clientHello(false))
		f.send(1, f.serverHello(false, false), f.encryptedExtensions(false), f.finished(serverHS))
		f.send(0, f.finished(clientHS), f.data(clientAP, "again"))
		if i := f.check(t, "again", "", Full, ""); i.EarlyData != Refused || !i.HelloRetryRequest || i.Renegotiations != 0 {
			t.Errorf("%+v", i)
		}
	}
}

// Without its secret, accepted 0-RTT data is a gap of its length.
func TestEarlyDataWithoutSecret(t *testing.T) {
	f := newForge(0x1302)
	f.start(t, "EARLY")
	f.send(0, f.clientHello(true), f.data(earlyKey, "early "), f.data(earlyKey, "data, "))
	f.send(1, f.serverHello(true, false), f.encryptedExtensions(true), f.finished(serverHS))
	f.send(0, f.message(earlyKey, endOfEarlyData, nil), f.finished(clientHS), f.data(clientAP, "late data"))
	f.check(t, "............late data", "", Partial, NoEarlySecret)
	if len(f.out.gaps) != 1 || f.out.gaps[0].Length != 12 {
		t.Errorf("%+v", f.out.gaps)
	}
}

// What is lost of 0-RTT data that was accepted is a gap: of its length between
// records of it, of about that where the end of it is lost, too.
func TestEarlyDataLost(t *testing.T) {
	for _, test := range []struct {
		name   string
		client func(f *forge) [][]byte // what comes behind the loss
		lost   int                     // octets
		want   string
	}{
		{"within", func(f *forge) [][]byte {
			return [][]byte{f.data(earlyKey, "more, "), f.message(earlyKey, endOfEarlyData, nil), f.finished(clientHS), f.data(clientAP, "late data")}
		}, len("data, ") + headerLen + 17, "early ......more, late data"},
		{"its end", func(f *forge) [][]byte {
			f.message(earlyKey, endOfEarlyData, nil)
			return [][]byte{f.finished(clientHS), f.data(clientAP, "late data")}
		}, len("data, ") + headerLen + 17 + headerLen + 4 + 17 + 6, "early ......late data"},
	} {
		f := newForge(0x1301)
		f.start(t)
		f.send(0, f.clientHello(true), f.data(earlyKey, "early "))
		f.data(earlyKey, "data, ")
		f.lose(0, test.lost)
		f.send(0, test.client(f)...)
		f.send(1, f.serverHello(true, false), f.encryptedExtensions(true), f.finished(serverHS))
		t.Run(test.name, func(t *testing.T) { f.check(t, test.want, "", Partial, LostInGap) })
	}
}

// A server of TLS 1.3 may ask who the client is within the handshake, or behind it
// (RFC 8446, Section 4.6.2), which HTTP/2 forbids (RFC 9113, Section 9.2.3).
func TestPostHandshakeAuthentication(t *testing.T) {
	request := append([]byte{0}, extensions()...)
	for _, late := range []bool{false, true} {
		f := newForge(0x1301)
		f.start(t)
		f.send(0, f.clientHello(false))
		f.send(1, f.serverHello(false, false), f.encryptedExtensions(false))
		if !late {
			f.send(1, f.message(serverHS, certificateRequest, request))
		}
		f.send(1, f.finished(serverHS))
		f.send(0, f.finished(clientHS), f.data(clientAP, "question"))
		var asked uint64
		if late {
			f.send(1, f.message(serverAP, certificateRequest, request))
			asked = f.packet
		}
		f.send(1, f.data(serverAP, "answer"))
		if i := f.check(t, "question", "answer", Full, ""); !i.ClientCertificate || i.LateAuthentication != asked {
			t.Errorf("late %t: asked in packet %d, want %d", late, i.LateAuthentication, asked)
		}
	}
}

// Each half has a secret for each KeyUpdate: derived from the one before, or
// logged (RFC 8446, Section 7.2).
func TestKeyUpdates(t *testing.T) {
	for _, label := range []string{"", "CLIENT_TRAFFIC_SECRET_%d", "CLIENT_TRAFFIC_SECRET_N"} {
		f := newForge(0x1303)
		k := f.keys[clientAP]
		for n := range uint32(3) {
			k = newKey13(f.suite, traffic, n+1, nextTraffic(f.suite, k.secret))
			name := strings.Replace(label, "%d", fmt.Sprint(n+1), 1)
			if f.keys[fmt.Sprint(n)] = k; name != "" {
				f.log = append(f.log, fmt.Sprintf("%s %x %x", name, f.random, k.secret))
			}
		}
		f.start(t)
		f.handshake()
		f.send(0, f.data(clientAP, "a"), f.message(clientAP, keyUpdate, []byte{0}), f.data("0", "b"), f.message("0", keyUpdate, []byte{1}))
		f.send(1, f.data(serverAP, "A"))
		f.send(0, f.message("1", keyUpdate, []byte{0}), f.data("2", "c"))
		if i := f.check(t, "abc", "A", Full, ""); i.Side[0].KeyUpdates != 3 || i.Side[1].KeyUpdates != 0 {
			t.Errorf("%+v", i.Side)
		}
	}
}

// A KeyUpdate may be lost, and the records behind it are opened.
func TestKeyUpdateLost(t *testing.T) {
	for id := range uint16(5) {
		f := newForge(0x1301 + id)
		k := newKey13(f.suite, traffic, 1, nextTraffic(f.suite, f.keys[clientAP].secret))
		f.keys["next"] = newKey13(f.suite, traffic, 2, nextTraffic(f.suite, k.secret))
		f.start(t)
		f.handshake()
		f.send(0, f.data(clientAP, "before"))
		f.lose(0, 500)
		f.data("next", "lost")
		f.send(0, f.data("next", "after "), f.data("next", "all"))
		f.conn.Finish()
		i := f.conn.Info()
		if got := f.out.text[0].String(); !strings.HasPrefix(got, "before...") || !strings.HasSuffix(got, "...after all") || i.Decrypted != Partial {
			t.Errorf("%#x: %q %v %v", f.suite.id, got, i.Decrypted, i.Reason)
		}
	}
}

// Between two KeyUpdates all that was sent under the keys of the first may be lost,
// with the second.
func TestAllUnderAKeyLost(t *testing.T) {
	f := newForge(0x1301)
	k := newKey13(f.suite, traffic, 1, nextTraffic(f.suite, f.keys[clientAP].secret))
	f.add("CLIENT_TRAFFIC_SECRET_N", k)
	f.add("CLIENT_TRAFFIC_SECRET_N", newKey13(f.suite, traffic, 2, nextTraffic(f.suite, k.secret)))
	f.keys["next"] = f.keys["CLIENT_TRAFFIC_SECRET_N"]
	f.start(t)
	f.handshake()
	f.send(0, f.data(clientAP, "before"), f.message(clientAP, keyUpdate, []byte{0}))
	f.lose(0, 77) // a request and a KeyUpdate
	f.send(0, f.data("next", "after "), f.data("next", "all"))
	f.check(t, "before"+strings.Repeat(".", 77-headerLen-17)+"after all", "", Partial, LostInGap)
	if len(f.out.gaps) != 1 {
		t.Errorf("%+v", f.out.gaps)
	}
}

// The number of the records in a gap is known from that of the next one, and so
// the plaintext in it.
func TestGapLength(t *testing.T) {
	for id := range uint16(5) {
		f := newForge(0x1301 + id)
		f.start(t)
		f.handshake()
		f.send(1, f.data(serverAP, "0123456789"))
		lost := 0
		for n := range 300 {
			lost += len(f.data(serverAP, strings.Repeat("x", n)))
		}
		f.lose(1, lost)
		f.send(1, f.data(serverAP, "after"))
		f.conn.Finish()
		if s := f.conn.Info().Side[1]; len(f.out.gaps) != 1 || f.out.gaps[0].Length != 300*299/2 || s.Lost.Records != 300 || s.Resynced != 1 ||
			f.out.gaps[0].Cause != reassembly.CaptureLoss {
			t.Errorf("%#x: %+v %+v", f.suite.id, f.out.gaps, s)
		}
		if !strings.HasSuffix(f.out.text[1].String(), ".after") {
			t.Errorf("%#x: nothing behind the gap", f.suite.id)
		}
	}
}

// Octets that look like a record header are no record unless they authenticate.
func TestGapDecoys(t *testing.T) {
	f := newForge(0x1301)
	f.start(t)
	f.handshake()
	f.send(1, f.data(serverAP, "before"))
	whole := f.data(serverAP, strings.Repeat("x", 2000))
	f.lose(1, 700)
	decoy := append([]byte{23, 3, 3, 0, 40}, make([]byte, 40)...)
	f.send(1, whole[700:1000], decoy, decoy, []byte{23, 3, 3, 4, 0}, whole[1000:1300], f.data(serverAP, "after"), f.data(serverAP, "all"))
	f.conn.Finish()
	if got := f.out.text[1].String(); !strings.HasPrefix(got, "before.") || !strings.Contains(got, ".afterall") {
		t.Errorf("%q: %+v", got, f.conn.Info().Side[1])
	}
}

// Records of one octet, empty ones, and messages in pieces are all allowed.
func TestRecordShapes(t *testing.T) {
	f := newForge(0x1301)
	f.start(t)
	for _, part := range [][]byte{f.clientHello(false), f.serverHello(false, false)} {
		half := reassembly.Half(0)
		if part[5] == serverHello {
			half = 1
		}
		f.send(half, plainRecord(HandshakeContent, nil))
		for _, octet := range part[headerLen:] {
			f.send(half, plainRecord(HandshakeContent, []byte{octet}))
		}
	}
	f.send(1, f.encryptedExtensions(false))
	for _, octet := range message(finished, make([]byte, 32)) {
		f.send(1, f.record(serverHS, HandshakeContent, []byte{octet}), plainRecord(ChangeCipherSpec, []byte{1}))
	}
	f.send(0, f.finished(clientHS), f.data(clientAP, ""), f.data(clientAP, "x"), f.data(clientAP, ""),
		f.record(clientAP, AlertContent, []byte{1, 0}))
	two := append(message(newSessionTicket, make([]byte, 300)), message(certificateRequest, make([]byte, 20))...)
	f.send(1, f.record(serverAP, HandshakeContent, two), f.data(serverAP, "y"), f.record(serverAP, Heartbeat+1, []byte("?")))
	i := f.check(t, "x", "y", Full, "")
	if !i.Side[0].CloseNotify || i.Side[1].CloseNotify || len(i.Alerts) != 1 || !i.ClientCertificate {
		t.Errorf("%+v", i)
	}
}

// TLS may begin behind a proxy's greeting.
func TestOffset(t *testing.T) {
	f := newForge(0x1301)
	f.start(t)
	f.conn = New(Config{Keys: f.conn.cfg.Keys, Offset: [2]uint64{10, 4}}, &f.out)
	f.send(0, []byte("greet"))
	f.send(0, append([]byte("ing!!"), f.clientHello(false)...))
	f.send(1, []byte("okay"), f.serverHello(false, false), f.encryptedExtensions(false), f.finished(serverHS))
	f.send(0, f.finished(clientHS), f.data(clientAP, "x"))
	f.check(t, "x", "", Full, "")
}

// Encrypted ClientHello: the log has the inner random, and the outer one shows.
func TestEncryptedClientHello(t *testing.T) {
	f := newForge(0x1301)
	f.start(t)
	inner := f.random
	f.random[5] = 0xff
	hello := f.clientHello(false)
	f.random = inner
	ech := extensions(0xfe0d, append([]byte{0, 0, 1, 0, 1, 9, 0, 0, 0, 32}, make([]byte, 32)...))
	// Put the extension at the end: three lengths grow.
	hello = append(hello, ech[2:]...)
	n := len(ech) - 2
	for _, at := range []int{3, 7, headerLen + 4 + 2 + 32 + 1 + 4 + 2} {
		binary.BigEndian.PutUint16(hello[at:], binary.BigEndian.Uint16(hello[at:])+uint16(n))
	}
	f.send(0, hello)
	f.send(1, f.serverHello(false, false), f.encryptedExtensions(false), f.finished(serverHS), f.data(serverAP, "y"))
	f.send(0, f.finished(clientHS), f.data(clientAP, "x"))
	if i := f.check(t, "x", "y", Full, ""); !i.ECH {
		t.Error("it is not noticed")
	}
}

// What is not TLS, or no TLS that can be opened, is said.
func TestNotOpened(t *testing.T) {
	for _, test := range []struct {
		name string
		send func(f *forge)
		want Reason
	}{
		{"an SSLv2 hello", func(f *forge) { f.send(0, []byte{0x80, 46, 1, 3, 1, 0, 3, 0, 0, 0, 32}) }, SSLv2},
		{"nothing", func(f *forge) {}, NoHandshake},
		{"an alert instead of a hello", func(f *forge) {
			f.send(0, f.clientHello(false))
			f.send(1, plainRecord(AlertContent, []byte{2, 40}))
		}, NoHandshake},
		{"no hellos", func(f *forge) {
			f.keys[clientAP] = newKey13(f.suite, traffic, 0, make([]byte, 32))
			f.send(0, f.data(clientAP, "x"))
		}, NoHandshake},
		{"a hello that is cut short", func(f *forge) {
			f.send(0, plainRecord(HandshakeContent, message(clientHello, []byte{3, 3, 1})))
		}, MalformedHandshake},
	} {
		f := newForge(0x1301)
		f.start(t)
		test.send(f)
		f.conn.Finish()
		if i := f.conn.Info(); i.Decrypted != None || i.Reason != test.want {
			t.Errorf("%s: %v %q, want %q", test.name, i.Decrypted, i.Reason, test.want)
		}
	}
}

// Without a key log the records are counted all the same.
func TestCountsWithoutKeys(t *testing.T) {
	f := newForge(0x1301)
	f.conn = New(Config{}, &f.out)
	f.handshake()
	f.send(1, f.data(serverAP, strings.Repeat("x", 1000)))
	f.lose(1, 50)
	f.send(1, make([]byte, 70))
	i := f.check(t, "", "", None, NoKeyLog)
	s := i.Side[1]
	if s.Unopened.Records != 3 || s.Content[3].Records != 3 || s.Content[2].Records != 1 || s.Unframed != 70 || s.Lost.Octets != 50 {
		t.Errorf("%+v", s)
	}
	if i.VersionName() != "TLS 1.3" || i.CipherName() != "TLS_AES_128_GCM_SHA256" || i.Secrets {
		t.Errorf("%+v", i)
	}
}
