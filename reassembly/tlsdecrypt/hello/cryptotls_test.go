package hello

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"slices"
	"testing"
)

// A taped connection keeps what is written to it.
type taped struct {
	net.Conn
	tape bytes.Buffer
}

func (c *taped) Write(b []byte) (int, error) {
	c.tape.Write(b)
	return c.Conn.Write(b)
}

// exchange lets crypto/tls speak with itself: a handshake, and a word from the
// server, behind which the client has the server's tickets. (Over net.Pipe, which
// has no buffer, both would wait for the other to read a change_cipher_spec.)
func exchange(t *testing.T, client, server *tls.Config) (state tls.ConnectionState, fromClient, fromServer []message) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("needs a loopback interface:", err)
	}
	defer listener.Close()
	near, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	far, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	clientTape, serverTape := &taped{Conn: near}, &taped{Conn: far}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn := tls.Server(serverTape, server)
		io.WriteString(conn, "hello")
		conn.Close()
	}()
	conn := tls.Client(clientTape, client)
	if b, err := io.ReadAll(conn); err != nil || string(b) != "hello" {
		t.Fatalf("%q %v", b, err)
	}
	<-done
	return conn.ConnectionState(), messages(clientTape.tape.Bytes()), messages(serverTape.tape.Bytes())
}

// configs are for versions up to that one.
func configs(t *testing.T, version uint16) (client, server *tls.Config, der []byte) {
	t.Helper()
	der, key := makeCertificate(t)
	server = &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		NextProtos:   []string{"h2"}, MaxVersion: version,
	}
	client = &tls.Config{
		ServerName: "example.com", InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"},
		MaxVersion: version, ClientSessionCache: tls.NewLRUClientSessionCache(1),
	}
	return client, server, der
}

func only[T any](t *testing.T, all []message, kind byte, parse func([]byte) (T, error)) (v T) {
	t.Helper()
	bodies := ofKind(all, kind)
	if len(bodies) != 1 {
		t.Fatalf("%d messages of type %d", len(bodies), kind)
	}
	v, err := parse(bodies[0])
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCryptoTLS13(t *testing.T) {
	client, server, _ := configs(t, tls.VersionTLS13)
	state, fromClient, fromServer := exchange(t, client, server)
	h := only(t, fromClient, msgClientHello, ParseClientHello)
	if h.ServerName != "example.com" || !slices.Equal(h.ALPN, client.NextProtos) || h.SupportedVersions[0] != tls.VersionTLS13 ||
		!slices.Contains(h.Groups, uint16(tls.X25519)) || !slices.Contains(h.KeyShares, uint16(tls.X25519)) || h.PSK() || len(h.Malformed) > 0 {
		t.Errorf("%+v", h)
	}
	s := only(t, fromServer, msgServerHello, ParseServerHello)
	if s.CipherSuite != state.CipherSuite || s.SelectedVersion != tls.VersionTLS13 || s.KeyShare != uint16(state.CurveID) ||
		s.PSK || s.HelloRetryRequest || !bytes.Equal(s.SessionID, h.SessionID) || len(s.Malformed) > 0 {
		t.Errorf("%+v", s)
	}

	state, fromClient, fromServer = exchange(t, client, server)
	h = only(t, fromClient, msgClientHello, ParseClientHello)
	s = only(t, fromServer, msgServerHello, ParseServerHello)
	if !state.DidResume || h.PSKIdentities != 1 || !h.PSK() || !s.PSK || s.SelectedPSK != 0 || len(h.Malformed) > 0 {
		t.Errorf("resumed %v: %+v %+v", state.DidResume, h, s)
	}
}

func TestCryptoTLSRetry(t *testing.T) {
	client, server, _ := configs(t, tls.VersionTLS13)
	server.CurvePreferences = []tls.CurveID{tls.CurveP521}
	_, fromClient, fromServer := exchange(t, client, server)
	hellos, answers := ofKind(fromClient, msgClientHello), ofKind(fromServer, msgServerHello)
	if len(hellos) != 2 || len(answers) != 2 {
		t.Fatalf("%d hellos, %d answers", len(hellos), len(answers))
	}
	retry, err := ParseServerHello(answers[0])
	if err != nil || !retry.HelloRetryRequest || retry.KeyShare != uint16(tls.CurveP521) || retry.SelectedVersion != tls.VersionTLS13 {
		t.Errorf("%+v %v", retry, err)
	}
	first, second := parseClient(t, hellos[0]), parseClient(t, hellos[1])
	if first.Random != second.Random || !slices.Equal(second.KeyShares, []uint16{uint16(tls.CurveP521)}) {
		t.Errorf("%v then %v", first.KeyShares, second.KeyShares)
	}
	if answer, err := ParseServerHello(answers[1]); err != nil || answer.HelloRetryRequest || len(answer.Malformed) > 0 {
		t.Errorf("%+v %v", answer, err)
	}
}

func TestCryptoTLS12(t *testing.T) {
	client, server, der := configs(t, tls.VersionTLS12)
	server.CurvePreferences = []tls.CurveID{tls.CurveP384}
	state, fromClient, fromServer := exchange(t, client, server)
	h := only(t, fromClient, msgClientHello, ParseClientHello)
	if len(h.SupportedVersions) > 0 && slices.Max(h.SupportedVersions) != tls.VersionTLS12 || !h.ExtendedMasterSecret ||
		!h.SecureRenegotiation || !h.HasSessionTicket || h.SessionTicket != nil {
		t.Errorf("%+v", h)
	}
	s := only(t, fromServer, msgServerHello, ParseServerHello)
	if s.ALPN != "h2" || s.CipherSuite != state.CipherSuite || s.SelectedVersion != tls.VersionTLS12 || !s.ExtendedMasterSecret || !s.SessionTicket {
		t.Errorf("%+v", s)
	}
	certs, err := ParseCertificate(ofKind(fromServer, msgCertificate)[0], false)
	if err != nil || len(certs) != 1 || !bytes.Equal(certs[0], der) {
		t.Errorf("%d certificates, %v", len(certs), err)
	}
	k, err := ParseServerKeyExchange(ofKind(fromServer, msgServerKeyExchange)[0], s.CipherSuite)
	if err != nil || k != (KeyExchange{Group: uint16(tls.CurveP384), Bits: 384}) {
		t.Errorf("%+v %v", k, err)
	}
	ticket, err := ParseNewSessionTicket(ofKind(fromServer, msgNewSessionTicket)[0], false)
	if err != nil || len(ticket.Ticket) == 0 {
		t.Errorf("%+v %v", ticket, err)
	}

	state, fromClient, fromServer = exchange(t, client, server)
	h = only(t, fromClient, msgClientHello, ParseClientHello)
	s = only(t, fromServer, msgServerHello, ParseServerHello)
	if !state.DidResume || !bytes.Equal(h.SessionTicket, ticket.Ticket) || !bytes.Equal(s.SessionID, h.SessionID) || len(ofKind(fromServer, msgCertificate)) > 0 {
		t.Errorf("resumed %v: %+v %+v", state.DidResume, h, s)
	}
}

func TestCryptoTLSWithRSA(t *testing.T) {
	client, server, _ := configs(t, tls.VersionTLS12)
	server.Certificates = []tls.Certificate{rsaCertificate(t)}
	client.CipherSuites = []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}
	server.CipherSuites = client.CipherSuites
	_, fromClient, fromServer := exchange(t, client, server)
	encrypted := only(t, fromClient, msgClientKeyExchange, ParseEncryptedPreMaster)
	certs, _ := ParseCertificate(ofKind(fromServer, msgCertificate)[0], false)
	info, ok := ParseCertificateInfo(certs[0])
	if !ok || info.KeyBits != 2048 || len(encrypted) != info.KeyBits/8 {
		t.Errorf("%d octets, %d bits", len(encrypted), info.KeyBits)
	}
}
