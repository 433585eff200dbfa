package resync

import (
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/net/dns/dnsmessage"
	"google.golang.org/protobuf/encoding/protowire"
)

// A tap keeps what is written to a connection, write by write.
type tap struct {
	net.Conn
	mu     sync.Mutex
	script script
}

// Write keeps p.
func (t *tap) Write(p []byte) (int, error) {
	t.mu.Lock()
	t.script.segment(p)
	t.mu.Unlock()
	return t.Conn.Write(p)
}

// tapped are both ends of a connection.
func tapped(t *testing.T) (a, b *tap) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	x, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	y, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close(); y.Close() })
	return &tap{Conn: x}, &tap{Conn: y}
}

// tlsRecords are what both ends of a TLS connection write.
func tlsRecords(t *testing.T) []*script {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	a, b := tapped(t)
	client := tls.Client(a, &tls.Config{InsecureSkipVerify: true})
	server := tls.Server(b, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	exchange(t, client, server)
	return []*script{&a.script, &b.script}
}

// sshPackets are what both ends of an SSH connection write.
func sshPackets(t *testing.T) []*script {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	a, b := tapped(t)
	done := make(chan error, 1)
	go func() {
		cfg := &ssh.ServerConfig{NoClientAuth: true}
		cfg.AddHostKey(signer)
		conn, _, requests, err := ssh.NewServerConn(b, cfg)
		if err == nil {
			go ssh.DiscardRequests(requests)
			for i := range 200 {
				conn.SendRequest("filler", false, bytes.Repeat([]byte{byte(i)}, 10*i))
			}
		}
		done <- err
	}()
	conn, _, requests, err := ssh.NewClientConn(a, "", &ssh.ClientConfig{User: "u", HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	go ssh.DiscardRequests(requests)
	for i := range 200 {
		conn.SendRequest("filler", false, bytes.Repeat([]byte{byte(i)}, 10*i))
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	return []*script{&a.script, &b.script}
}

// exchange writes much and little in both directions.
func exchange(t *testing.T, a, b io.ReadWriter) {
	t.Helper()
	var wait sync.WaitGroup
	for _, pair := range [][2]io.ReadWriter{{a, b}, {b, a}} {
		wait.Go(func() {
			for i := range 100 {
				pair[0].Write(make([]byte, 1+i*i))
			}
		})
		wait.Go(func() {
			total := 0
			for i := range 100 {
				total += 1 + i*i
			}
			io.CopyN(io.Discard, pair[1], int64(total))
		})
	}
	wait.Wait()
}

// http1 are both sides of HTTP/1.1, persistent, with bodies of all kinds.
func http1(t *testing.T, bodies [][]byte) []*script {
	var requests, responses script
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write(bodies[len(r.URL.Path)%len(bodies)])
	}))
	server.Start()
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var wait sync.WaitGroup
	wait.Go(func() {
		buffer := make([]byte, 1448)
		for {
			n, err := conn.Read(buffer)
			responses.segment(buffer[:n])
			if err != nil {
				return
			}
		}
	})
	for i := range 50 {
		request := fmt.Appendf(nil, "POST /%s HTTP/1.1\r\nHost: example.com\r\nContent-Length: %d\r\n", strings.Repeat("x", i), i)
		if i == 49 {
			request = append(request, "Connection: close\r\n"...)
		}
		request = append(append(request, "\r\n"...), make([]byte, i)...)
		requests.segment(request)
		conn.Write(request)
	}
	wait.Wait()
	return []*script{&requests, &responses}
}

// dnsOverTCP are messages with their lengths in front (RFC 1035, Section 4.2.2).
func dnsOverTCP(t *testing.T) []*script {
	var queries, answers script
	for i := range 400 {
		name := dnsmessage.MustNewName(fmt.Sprintf("host%d.example.com.", i))
		question := dnsmessage.Question{Name: name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}
		m := dnsmessage.Message{Header: dnsmessage.Header{ID: uint16(i), RecursionDesired: true}, Questions: []dnsmessage.Question{question}}
		for _, side := range []*script{&queries, &answers} {
			packed, err := m.Pack()
			if err != nil {
				t.Fatal(err)
			}
			side.segment(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed)
			m.Response = true
			for j := range i % 20 {
				m.Answers = append(m.Answers, dnsmessage.Resource{
					Header: dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, TTL: uint32(i)},
					Body:   &dnsmessage.AResource{A: [4]byte{0, 0, byte(j), 1}},
				})
			}
		}
	}
	return []*script{&queries, &answers}
}

// postgres are both sides of the PostgreSQL protocol, version 3: a type, a
// length of four octets, and mostly small big-endian numbers.
func postgres() []*script {
	message := func(typ byte, body ...byte) []byte {
		return append(binary.BigEndian.AppendUint32([]byte{typ}, uint32(len(body)+4)), body...)
	}
	var frontend, backend script
	frontend.segment([]byte{0, 0, 0, 8, 4, 210, 22, 47}, []byte{0, 0, 0, 9, 0, 3, 0, 0, 0})
	backend.segment(message('R', 0, 0, 0, 0), message('K', 0, 0, 0, 1, 0, 0, 0, 2), message('Z', 'I'))
	for i := range 1000 {
		frontend.segment(message('P', append([]byte("\x00SELECT $1\x00"), 0, 1, 0, 0, 0, 23)...),
			message('B', 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 4, 0, 0, 0, byte(i), 0, 1, 0, 1),
			message('D', 'P', 0), message('E', 0, 0, 0, 0, 0), message('S'))
		backend.segment(message('1'), message('2'), message('T', 0, 1, 'c', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 23, 0, 4, 255, 255, 255, 255, 0, 1))
		for j := range i % 30 {
			backend.segment(message('D', 0, 3, 0, 0, 0, 4, 0, 0, 0, byte(j), 0, 0, 0, 0, 0, 0, 0, 1, 1))
		}
		backend.segment(message('C', []byte("SELECT 1\x00")...), message('Z', 'I'))
	}
	return []*script{&frontend, &backend}
}

// redis are both sides of RESP.
func redis() []*script {
	var requests, replies script
	for i := range 2000 {
		value := bytes.Repeat([]byte{0}, i%90)
		requests.segment(fmt.Appendf(nil, "*3\r\n$3\r\nSET\r\n$6\r\nkey%03d\r\n$%d\r\n%s\r\n", i%1000, len(value), value))
		replies.segment([]byte("+OK\r\n"))
		replies.segment(fmt.Appendf(nil, "$%d\r\n%s\r\n", len(value), value))
	}
	return []*script{&requests, &replies}
}

// files are what bodies and other streams consist of.
func files(t *testing.T) map[string][]byte {
	r := mathrand.New(mathrand.NewPCG(1, 2))
	picture := image.NewRGBA(image.Rect(0, 0, 400, 300))
	for x := range 400 {
		for y := range 300 {
			picture.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(r.Uint32() & 31), 255})
		}
	}
	var jpegFile, pngFile, gzipFile bytes.Buffer
	if err := jpeg.Encode(&jpegFile, picture, nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&pngFile, picture); err != nil {
		t.Fatal(err)
	}
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	program = program[:min(len(program), 2<<20)]
	z := gzip.NewWriter(&gzipFile)
	z.Write(program)
	z.Close()

	out := map[string][]byte{
		"a program": program, "JPEG": jpegFile.Bytes(), "PNG": pngFile.Bytes(), "gzip": gzipFile.Bytes(),
		"zeros": make([]byte, 300000), "ones": bytes.Repeat([]byte{1}, 300000),
	}
	random := make([]byte, 4<<20)
	mathrand.NewChaCha8([32]byte{2}).Read(random)
	out["random octets"] = random
	for i := range 200000 {
		n, small := uint64(i), uint64(r.IntN(10))
		out["little-endian numbers"] = binary.LittleEndian.AppendUint32(out["little-endian numbers"], uint32(small))
		out["big-endian numbers"] = binary.BigEndian.AppendUint32(out["big-endian numbers"], uint32(small))
		out["a table of 64 bits"] = binary.BigEndian.AppendUint64(out["a table of 64 bits"], n)
		out["records of 9 octets"] = append(out["records of 9 octets"], 0, 0, byte(small), 0, byte(small&1), 0, 0, byte(n>>8), byte(n))
		message := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), small)
		message = protowire.AppendFixed64(protowire.AppendTag(message, 2, protowire.Fixed64Type), n)
		out["protobuf"] = protowire.AppendBytes(protowire.AppendTag(out["protobuf"], 1, protowire.BytesType), message)
		out["gRPC messages"] = append(binary.BigEndian.AppendUint32(append(out["gRPC messages"], 0), uint32(len(message))), message...)
	}
	return out
}

// TestOtherProtocolsAreNotTaken: nothing is found in what is no HTTP/2, whatever
// is known, wherever the search begins.
func TestOtherProtocolsAreNotTaken(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	streams := map[string][]*script{
		"TLS": tlsRecords(t), "SSH": sshPackets(t), "DNS over TCP": dnsOverTCP(t), "PostgreSQL": postgres(), "Redis": redis(),
	}
	var bodies [][]byte
	for name, octets := range files(t) {
		s, u := &script{}, &script{}
		streams[name] = []*script{s.cut(octets, 1448), u.cut(octets[:min(len(octets), 300000)], 13)}
		bodies = append(bodies, octets[:min(len(octets), 100000)])
	}
	streams["HTTP/1.1"] = http1(t, bodies)
	for name, scripts := range streams {
		searches, octets := 0, 0
		for _, s := range scripts {
			for _, cfg := range []Config{
				{}, {Side: Client}, {Side: Server}, {MaxFrameSize: 16384}, {MaxFrameSize: 16384, Stream: inUse}, {Stream: inUse},
			} {
				f := New[int](cfg)
				for range 4 {
					from := searches % 4 * len(s.starts) / 4
					searches++
					octets += len(s.octets) - s.starts[from]
					if s.feed(f, from) {
						t.Errorf("%s: found %x at %d (%+v)", name, s.octets[f.Boundary():][:9], f.Boundary(), f.cfg)
					}
				}
			}
		}
		t.Logf("%-22s %4d searches, %6.1f MB", name, searches, float64(octets)/1e6)
	}
}
