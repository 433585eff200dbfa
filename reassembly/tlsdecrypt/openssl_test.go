package tlsdecrypt_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// pemFile writes a certificate and its key for openssl.
func pemFile(t *testing.T, dir, name string, cert tls.Certificate) string {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	out := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// openssl plays a connection of openssl's client and server, through a relay
// that records it. The server turns each line round; lines of one letter are
// commands to the client.
func openssl(t *testing.T, client, server []string, lines ...string) *script {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("needs openssl")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	dir := t.TempDir()
	certs := certificates()
	s := new(script)
	srv := exec.CommandContext(ctx, "openssl", append([]string{"s_server", "-accept", "127.0.0.1:0", "-rev", "-naccept", "1",
		"-cert", pemFile(t, dir, "rsa.pem", certs.rsa), "-dcert", pemFile(t, dir, "ecdsa.pem", certs.ecdsa),
		"-cipher", "ALL:@SECLEVEL=0"}, server...)...)
	out, err := srv.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var trouble bytes.Buffer
	srv.Stderr = &trouble
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = srv.Process.Kill() // it may have ended
		_ = srv.Wait()
	}()
	address := ""
	for text := bufio.NewScanner(out); address == "" && text.Scan(); {
		if where, ok := strings.CutPrefix(text.Text(), "ACCEPT "); ok {
			address = where
		}
	}
	if address == "" {
		t.Skip("needs an openssl that serves this: " + trouble.String())
	}
	go io.Copy(io.Discard, out) //nolint:errcheck // so that it does not block

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	relayed := make(chan struct{})
	go s.relay(listener, address, relayed)

	log := filepath.Join(dir, "keys.log")
	cli := exec.CommandContext(ctx, "openssl", append([]string{"s_client", "-brief", "-connect", listener.Addr().String(),
		"-keylogfile", log, "-cipher", "ALL:@SECLEVEL=0", "-servername", "example.com"}, client...)...)
	in, err := cli.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := cli.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cli.Stderr = cli.Stdout // where it says that it has done a command
	if err := cli.Start(); err != nil {
		t.Fatal(err)
	}
	text := bufio.NewScanner(answers)
	for _, line := range lines {
		if _, err := io.WriteString(in, line+"\n"); err != nil {
			t.Fatal(err)
		}
		answer := reversed(line)
		switch line {
		case "k", "K":
			answer = "KEYUPDATE"
		case "R":
			answer = "RENEGOTIATING"
		default:
			s.want[0] = append(s.want[0], line+"\n"...)
			s.want[1] = append(s.want[1], answer+"\n"...)
		}
		for text.Scan() && text.Text() != answer {
		}
		if text.Text() != answer {
			t.Fatalf("no answer to %q: %s", line, &trouble)
		}
	}
	in.Close()
	go io.Copy(io.Discard, answers) //nolint:errcheck // so that it does not block
	<-relayed
	_ = cli.Wait() // its exit code tells of certificates
	secrets, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	s.log.Write(secrets)
	return s
}

func reversed(s string) string {
	b := []byte(s)
	for i := range len(b) / 2 {
		b[i], b[len(b)-1-i] = b[len(b)-1-i], b[i]
	}
	return string(b)
}

// relay records one connection.
func (s *script) relay(listener net.Listener, to string, done chan<- struct{}) {
	defer close(done)
	a, err := listener.Accept()
	if err != nil {
		return
	}
	defer a.Close()
	b, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer b.Close()
	var both sync.WaitGroup
	pass := func(half reassembly.Half, from, to net.Conn) {
		buf := make([]byte, 1<<16)
		for {
			n, err := from.Read(buf)
			if n > 0 {
				s.mu.Lock()
				s.sent = append(s.sent, sent{half, bytes.Clone(buf[:n])})
				s.mu.Unlock()
				if _, err := to.Write(buf[:n]); err != nil {
					break
				}
			}
			if err != nil {
				break
			}
		}
		_ = to.(*net.TCPConn).CloseWrite() // the other end may have gone
	}
	both.Go(func() { pass(0, a, b) })
	both.Go(func() { pass(1, b, a) })
	both.Wait()
}

// Suites and features that crypto/tls lacks.
func TestOpenSSL(t *testing.T) {
	long := strings.Repeat("0123456789", 300)
	say := []string{"hello", long, "bye"}
	for _, test := range []struct {
		name           string
		client, server string
		lines          []string
		suite          uint16
		check          func(*tlsdecrypt.Info) bool
	}{
		{"TLS 1.3 AES-256-GCM", "-ciphersuites TLS_AES_256_GCM_SHA384", "", say, 0x1302, nil},
		{"TLS 1.3 ChaCha20", "-ciphersuites TLS_CHACHA20_POLY1305_SHA256", "", say, 0x1303, nil},
		{"TLS 1.3 CCM", "-ciphersuites TLS_AES_128_CCM_SHA256", "-ciphersuites TLS_AES_128_CCM_SHA256", say, 0x1304, nil},
		{"TLS 1.3 CCM-8", "-ciphersuites TLS_AES_128_CCM_8_SHA256", "-ciphersuites TLS_AES_128_CCM_8_SHA256", say, 0x1305, nil},
		{"TLS 1.3 padding", "-record_padding 300", "-record_padding 512", say, 0, nil},
		{"TLS 1.3 KeyUpdate", "", "", []string{"hello", "k", "again", "K", long}, 0, func(i *tlsdecrypt.Info) bool {
			return i.Side[0].KeyUpdates == 2 && i.Side[1].KeyUpdates == 1
		}},
		{"TLS 1.3 retry", "-groups X25519:P-384", "-groups P-384", say, 0, func(i *tlsdecrypt.Info) bool { return i.HelloRetryRequest }},
		{"TLS 1.2 CCM", "-tls1_2 -cipher ECDHE-ECDSA-AES256-CCM", "", say, 0xc0ad, nil},
		{"TLS 1.2 CCM-8", "-tls1_2 -cipher ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0", "", say, 0xc0ae, nil},
		{"TLS 1.2 DHE CCM", "-tls1_2 -cipher DHE-RSA-AES128-CCM:@SECLEVEL=0", "", say, 0xc09e, nil},
		{"TLS 1.2 CBC SHA384", "-tls1_2 -cipher ECDHE-RSA-AES256-SHA384:@SECLEVEL=0", "", say, 0xc028, func(i *tlsdecrypt.Info) bool {
			return i.EncryptThenMAC && i.ExtendedMasterSecret
		}},
		{"TLS 1.2 CBC SHA384 MAC first", "-tls1_2 -cipher ECDHE-RSA-AES256-SHA384:@SECLEVEL=0", "-no_etm", say, 0xc028, func(i *tlsdecrypt.Info) bool {
			return !i.EncryptThenMAC
		}},
		{"TLS 1.2 CBC SHA256", "-tls1_2 -cipher AES256-SHA256:@SECLEVEL=0", "", say, 0x003d, nil},
		{"TLS 1.1 CBC", "-tls1_1 -cipher ECDHE-RSA-AES128-SHA:@SECLEVEL=0", "", say, 0xc013, nil},
		{"TLS 1.0 CBC", "-tls1 -cipher ECDHE-RSA-AES128-SHA:@SECLEVEL=0", "", say, 0xc013, nil},
		{"TLS 1.0 CBC MAC first", "-tls1 -cipher AES128-SHA:@SECLEVEL=0", "-no_etm", say, 0x002f, nil},
		{"TLS 1.2 renegotiation", "-tls1_2 -legacy_renegotiation -cipher ECDHE-RSA-AES128-GCM-SHA256", "-client_renegotiation", []string{"hello", "R", long}, 0xc02f,
			func(i *tlsdecrypt.Info) bool { return i.Renegotiations == 1 && i.Renegotiated > 0 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := openssl(t, strings.Fields(test.client), strings.Fields(test.server), test.lines...)
			for _, cut := range splits() {
				p := s.play(tlsdecrypt.Config{Keys: s.store(t), KeysFinal: true}, cut)
				s.check(t, p)
				i := p.conn.Info()
				if test.suite != 0 && i.CipherSuite != test.suite || test.check != nil && !test.check(i) {
					t.Errorf("%s: %+v", i.CipherName(), i)
				}
			}
		})
	}
}

// The RSA lines of old key logs have premaster secrets.
func TestOpenSSLPreMaster(t *testing.T) {
	for _, options := range []string{"-tls1_2", "-tls1_2 -no_ems", "-tls1_1", "-tls1 -no_ems"} {
		t.Run(options, func(t *testing.T) {
			version, without := strings.CutSuffix(options, " -no_ems")
			if without { // only a configuration can say so
				file := filepath.Join(t.TempDir(), "openssl.cnf")
				text := "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nOptions = -ExtendedMasterSecret\n"
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				t.Setenv("OPENSSL_CONF", file)
			}
			s := openssl(t, []string{version, "-cipher", "AES128-SHA:@SECLEVEL=0"}, nil, "hello", "bye")
			store := keylog.NewStore()
			for line := range strings.Lines(s.log.String()) {
				if strings.HasPrefix(line, "RSA ") {
					if _, err := store.Add([]byte(line), "log"); err != nil {
						t.Fatal(err)
					}
				}
			}
			if store.Version() == 0 {
				t.Skip("needs an openssl that logs premaster secrets")
			}
			for _, cut := range splits() {
				p := s.play(tlsdecrypt.Config{Keys: store, KeysFinal: true}, cut)
				s.check(t, p)
				if p.conn.Info().ExtendedMasterSecret == without {
					t.Errorf("extended master secret: %v", !without)
				}
			}
		})
	}
}

// Suites that are not done are refused by name.
func TestOpenSSLRefused(t *testing.T) {
	for _, name := range []string{"ECDHE-ARIA128-GCM-SHA256", "ECDHE-RSA-CAMELLIA128-SHA256", "CAMELLIA256-SHA"} {
		t.Run(name, func(t *testing.T) {
			s := openssl(t, []string{"-tls1_2", "-cipher", name + ":@SECLEVEL=0"}, nil, "hello")
			i := s.play(tlsdecrypt.Config{Keys: s.store(t)}, whole).conn.Info()
			if i.Decrypted != tlsdecrypt.None || i.Reason != tlsdecrypt.UnsupportedCipher || !i.Secrets ||
				!strings.Contains(i.CipherName(), "_ARIA_") && !strings.Contains(i.CipherName(), "_CAMELLIA_") {
				t.Errorf("%s: %v %v %+v", i.CipherName(), i.Decrypted, i.Reason, fmt.Sprint(i.Side))
			}
		})
	}
}
