package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// namespace gives the test, and the processes that it starts, a network of
// their own with a loopback interface and nothing else.
func namespace(t *testing.T) {
	t.Helper()
	needTools(t, "ip")
	runtime.LockOSThread()
	before, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	check(t, err)
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		unix.Close(before)
		t.Skip("needs a network namespace (root):", err)
	}
	t.Cleanup(func() {
		if unix.Setns(before, unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
		unix.Close(before)
	})
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func needTools(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip("needs " + name)
		}
	}
}

// buildStatic makes the command without cgo, as it is released: only so can it
// give up its privileges.
func buildStatic(t *testing.T) string {
	t.Helper()
	t.Setenv("CGO_ENABLED", "0")
	return build(t)
}

// until waits for a condition.
func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("in 20 s it was not so that " + what)
		}
		unix.Nanosleep(&unix.Timespec{Nsec: 2_000_000}, nil) // between two looks
	}
}

// A process is one that a test started. It is killed when the test ends.
type process struct {
	*exec.Cmd
	t           *testing.T
	stdout, err *os.File
}

// start starts a command whose output goes to files.
func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(name, args...), t: t}
	var err error
	p.stdout, err = os.Create(filepath.Join(t.TempDir(), "stdout"))
	check(t, err)
	p.err, err = os.Create(filepath.Join(t.TempDir(), "stderr"))
	check(t, err)
	p.Stdout, p.Stderr = p.stdout, p.err
	check(t, p.Start())
	t.Cleanup(func() {
		if p.ProcessState == nil {
			p.Process.Kill()
			p.Cmd.Wait()
		}
		p.stdout.Close()
		p.err.Close()
	})
	return p
}

func (p *process) text(f *os.File) string {
	octets, err := os.ReadFile(f.Name())
	check(p.t, err)
	return string(octets)
}

// interrupt ends it as Ctrl-C does, and returns what it said on standard error.
func (p *process) interrupt() string {
	p.t.Helper()
	check(p.t, p.Process.Signal(syscall.SIGINT))
	if err := p.Wait(); err != nil {
		p.t.Fatalf("%v: %v\n%s", p.Args, err, p.text(p.err))
	}
	return p.text(p.err)
}

// startRecord starts record, and waits until it captures.
func startRecord(t *testing.T, binary, out string, args ...string) *process {
	t.Helper()
	p := start(t, binary, append([]string{"record", "-w", out}, args...)...)
	until(t, "record has begun a file", func() bool {
		files, _ := filepath.Glob(strings.TrimSuffix(out, ".pcapng") + "*")
		if len(files) == 0 {
			return false
		}
		info, err := os.Stat(files[0])
		return err == nil && info.Size() > 0
	})
	return p
}

// startServer starts nghttpd on a port, over TLS where it gets a folder for its
// key.
func startServer(t *testing.T, port string, tls string) {
	t.Helper()
	needTools(t, "nghttpd", "curl")
	root := t.TempDir()
	check(t, os.WriteFile(filepath.Join(root, "index.html"), []byte("<title>It works</title>\n"), 0o644))
	check(t, os.WriteFile(filepath.Join(root, "large"), bytes.Repeat([]byte("0123456789abcdef"), 20_000), 0o644))
	args := []string{"-a", "127.0.0.1", "-d", root, port}
	if tls == "" {
		args = append([]string{"--no-tls"}, args...)
	} else {
		key, certificate := writeCertificate(t, tls)
		args = append(args, key, certificate)
	}
	start(t, "nghttpd", args...)
	until(t, "nghttpd listens", func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// writeCertificate makes a key, and a certificate that nobody signed.
func writeCertificate(t *testing.T, dir string) (key, certificate string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	check(t, err)
	octets, err := x509.MarshalECPrivateKey(private)
	check(t, err)
	write := func(name, kind string, octets []byte) string {
		path := filepath.Join(dir, name)
		check(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: octets}), 0o600))
		return path
	}
	return write("key.pem", "EC PRIVATE KEY", octets), write("certificate.pem", "CERTIFICATE", signed)
}

func curlGet(t *testing.T, env string, args ...string) {
	t.Helper()
	cmd := exec.Command("curl", append([]string{"-sS"}, args...)...)
	if env != "" {
		cmd.Env = append(os.Environ(), env)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("curl %v: %v\n%s", args, err, stderr.String())
	}
}

// flood sends n datagrams of so many octets to a port of the loopback interface
// where nobody listens. Each is on its way when it returns.
func flood(t *testing.T, n, octets int) {
	t.Helper()
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	check(t, err)
	defer unix.Close(socket)
	to := &unix.SockaddrInet4{Port: 9, Addr: [4]byte{127, 0, 0, 1}}
	payload := make([]byte, octets)
	for range n {
		check(t, unix.Sendto(socket, payload, 0, to))
	}
}
