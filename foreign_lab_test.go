//go:build linux

package h2scope_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestForeignPeers is the measure of what other protocols are taken for: servers
// and clients that are installed here talk, and what tcpdump captures of it is no
// HTTP/2, whole or cut. H2SCOPE_PEERS says how many times 100 MB of cuts there are of
// each kind and peer; with -artifacts the captures are kept.
func TestForeignPeers(t *testing.T) {
	effort, err := strconv.Atoi(os.Getenv("H2SCOPE_PEERS"))
	if err != nil {
		t.Skip("starts servers, and takes minutes: needs H2SCOPE_PEERS=1")
	}
	needPrograms(t, "tcpdump")
	files := foreignFiles(t)
	var total tally
	for i := range peers {
		p := &peers[i]
		t.Run(p.name, func(t *testing.T) {
			needPrograms(t, p.needs)
			got := foreign(t, p.speaks, packetsOf(t, p.captured(t, files, fmt.Sprintf("127.7.0.%d", i+1)), nil), 100_000_000*effort)
			t.Logf("| %s | %v |", p.name, &got)
			total.add(got)
		})
	}
	t.Logf("| **all** | %v |", &total)
}

func needPrograms(t *testing.T, programs string) {
	t.Helper()
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	for program := range strings.FieldsSeq(programs) {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("needs " + program)
		}
	}
}

// captured lets the peer talk, and gives the capture file.
func (p *peer) captured(t *testing.T, files, addr string) string {
	folder, err := os.MkdirTemp("", "peer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	listener, err := net.Listen("tcp", addr+":0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	_, port, _ := net.SplitHostPort(address)
	environment := append(os.Environ(), "ADDR="+addr, "PORT="+port, "DIR="+folder, "FILES="+files)

	output, err := os.Create(filepath.Join(t.ArtifactDir(), "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	server := script(environment, p.serve, output)
	begin(t, server)
	awaitServer(t, address, output.Name())
	path := filepath.Join(t.ArtifactDir(), "capture.pcap")
	tcpdump := exec.Command("tcpdump", "-i", "lo", "-s", "0", "-B", "65536", "--immediate-mode", "-w", path, "host", addr)
	stderr, err := tcpdump.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	begin(t, tcpdump)
	messages := bufio.NewReader(stderr)
	if line, err := messages.ReadString('\n'); err != nil || !strings.Contains(line, "listening on") {
		t.Skipf("needs tcpdump to listen: %s", line)
	}
	talk := script(environment, p.talk, output)
	begin(t, talk)
	expired := time.AfterFunc(2*time.Minute, func() { end(talk) })
	err = talk.Wait()
	expired.Stop()
	if err != nil {
		said, _ := os.ReadFile(output.Name())
		t.Errorf("the clients: %v\n%s", err, said[max(0, len(said)-2000):])
	}
	end(server)
	tcpdump.Process.Signal(syscall.SIGINT)
	rest, _ := io.ReadAll(messages)
	tcpdump.Wait()
	t.Logf("tcpdump: %s", strings.Join(strings.Fields(string(rest)), " "))
	return path
}

// script is a script for sh in a group of processes of its own.
func script(environment []string, text string, output *os.File) *exec.Cmd {
	cmd := exec.Command("sh", "-e", "-c", text)
	cmd.Env, cmd.Stdout, cmd.Stderr = environment, output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// begin starts a command, which ends with the test at the latest.
func begin(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
}

// end asks a command, and all that it started, to end.
func end(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }

// awaitServer returns when someone listens.
func awaitServer(t *testing.T, address, output string) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 1200 {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return
		}
		<-tick.C
	}
	said, _ := os.ReadFile(output)
	t.Skipf("needs a server that starts: %s", said[max(0, len(said)-2000):])
}

// foreignFiles writes what peers send each other.
func foreignFiles(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "files")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, octets := range fileContents(t) {
		if err := os.WriteFile(filepath.Join(folder, name), octets, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
