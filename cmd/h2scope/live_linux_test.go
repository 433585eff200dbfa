package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"h2scope/capture"
)

// framesOf are the frame records in the output of frames --json, without what
// differs from one capture to another of the same traffic: packet numbers and
// times.
func framesOf(t *testing.T, records string) (frames []string, closed int) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(records), "\n") {
		var record map[string]any
		check(t, json.Unmarshal([]byte(line), &record))
		switch record["record"] {
		case "connection":
			closed++
		case "frame":
			for _, key := range []string{"packet", "octets_packet", "first_packet", "time", "first_time", "late"} {
				delete(record, key)
			}
			text, err := json.Marshal(record)
			check(t, err)
			frames = append(frames, string(text))
		}
	}
	return frames, closed
}

// closes counts the connections that a capture has seen the end of.
func closes(output string) int {
	return strings.Count(output, `"close":"`) - strings.Count(output, `"close":"end-of-capture"`)
}

// TestLiveEqualsTcpdump: frames that are decoded as they come are those of the
// file that tcpdump takes of the same traffic, and of the file written beside.
func TestLiveEqualsTcpdump(t *testing.T) {
	needTools(t, "tcpdump", "nghttpd", "nghttp", "curl")
	binary := buildStatic(t)
	for _, name := range []string{"lo", "any"} {
		t.Run(name, func(t *testing.T) {
			namespace(t)
			dir := t.TempDir()
			startServer(t, "8080", "")
			dump := filepath.Join(dir, "tcpdump.pcap")
			tcpdump := start(t, "tcpdump", "-i", name, "-U", "-B", "65536", "-w", dump, "-Z", "root", "tcp", "port", "8080")
			until(t, "tcpdump listens", func() bool { return strings.Contains(tcpdump.text(tcpdump.err), "listening on") })
			beside := filepath.Join(dir, "beside.pcapng")
			live := start(t, binary, "frames", "--json", "-i", name, "-f", "tcp port 8080", "-w", beside)
			until(t, "h2scope listens", func() bool { return strings.Contains(live.text(live.stdout), `"record":"capture"`) })

			const connections = 4
			curlGet(t, "", "--http2-prior-knowledge", "http://127.0.0.1:8080/large")
			curlGet(t, "", "--http2-prior-knowledge", "http://127.0.0.1:8080/nosuch")
			for range connections - 2 {
				out, err := exec.Command("nghttp", "-n", "http://127.0.0.1:8080/", "http://127.0.0.1:8080/large", "http://127.0.0.1:8080/nosuch").CombinedOutput()
				if err != nil {
					t.Fatalf("nghttp: %v\n%s", err, out)
				}
			}
			until(t, "h2scope has seen all connections close", func() bool { return closes(live.text(live.stdout)) == connections })
			until(t, "tcpdump has too", func() bool {
				out, err := exec.Command(binary, "frames", "--json", dump).Output()
				return err == nil && closes(string(out)) == connections
			})
			said := live.interrupt()
			tcpdump.interrupt()
			got, closed := framesOf(t, live.text(live.stdout))
			if closed != connections || len(got) < 10*connections || !strings.Contains(said, "packets written to") {
				t.Fatalf("%d connections, %d frames, %s", closed, len(got), said)
			}
			for _, file := range []string{dump, beside} {
				out, err := exec.Command(binary, "frames", "--json", file).Output()
				check(t, err)
				want, _ := framesOf(t, string(out))
				if len(got) != len(want) {
					t.Errorf("%s: %d frames, live %d", filepath.Base(file), len(want), len(got))
				}
				for i := range min(len(got), len(want)) {
					if got[i] != want[i] {
						t.Fatalf("%s: %s\nlive: %s", filepath.Base(file), want[i], got[i])
					}
				}
			}
		})
	}
}

// TestLivePrivileges: the right to capture is all that is needed, and it is
// given up on every thread once it was used. A recording goes on to its next
// file after that.
func TestLivePrivileges(t *testing.T) {
	needTools(t, "setcap", "setpriv")
	binary := buildStatic(t)
	for _, user := range []string{"root", "nobody"} {
		t.Run(user, func(t *testing.T) {
			namespace(t)
			dir, err := os.MkdirTemp("", "h2scope")
			check(t, err)
			t.Cleanup(func() { os.RemoveAll(dir) })
			program := filepath.Join(dir, "h2scope")
			octets, err := os.ReadFile(binary)
			check(t, err)
			check(t, os.WriteFile(program, octets, 0o755))
			command, kept := []string{program}, "0000000000000006" // to open files
			if user == "nobody" {
				const nobody = 65534
				check(t, os.Chmod(dir, 0o755))
				check(t, os.Chown(dir, nobody, nobody))
				command, kept = []string{"setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", program}, "0000000000000000"
				withoutRight(t, command)
				if out, err := exec.Command("setcap", "cap_net_raw+ep", program).CombinedOutput(); err != nil {
					t.Skipf("needs a file system with capabilities: %s", out)
				}
			}
			p := start(t, command[0], append(command[1:], "record", "-i", "lo", "-w", filepath.Join(dir, "out.pcapng"), "-b", "packets:10")...)
			recorded := func() []string {
				files, err := filepath.Glob(filepath.Join(dir, "out_*.pcapng"))
				check(t, err)
				return files
			}
			until(t, "record has begun", func() bool { return len(recorded()) == 1 })
			until(t, "no thread has more capabilities than it should", func() bool {
				status, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", p.Process.Pid))
				check(t, err)
				good := 0
				for _, file := range status {
					text, err := os.ReadFile(file)
					if err == nil && strings.Contains(string(text), "CapEff:\t"+kept) && strings.Contains(string(text), "CapPrm:\t"+kept) {
						good++
					}
				}
				return good > 0 && good == len(status)
			})
			flood(t, 25, 100)
			until(t, "there are more files", func() bool { return len(recorded()) > 2 })
			if said := p.interrupt(); !strings.Contains(said, " files, up to ") || !strings.Contains(said, ", 0 dropped by the kernel") {
				t.Error(said)
			}
		})
	}
}

// withoutRight: the error says which command gives the right.
func withoutRight(t *testing.T, command []string) {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(command[0], append(command[1:], "frames", "-i", "lo")...)
	cmd.Stderr = &stderr
	err := cmd.Run()
	program := command[len(command)-1]
	want := "h2scope: error: listen on lo: not permitted\nh2scope: hint: sudo setcap cap_net_raw+ep " + program + " gives this program the right to capture; sudo gives it for once\n"
	if cmd.ProcessState.ExitCode() != exitFailed || stderr.String() != want {
		t.Errorf("%v: %s", err, stderr.String())
	}
}

// TestLiveStopsByItself after a number of packets, and sums up what it saw when
// it is told to.
func TestLiveStopsByItself(t *testing.T) {
	binary := buildStatic(t)
	namespace(t)
	p := start(t, binary, "summary", "--json", "-i", "lo", "-c", "20", "-f", "udp")
	until(t, "it listens", func() bool { return strings.Contains(p.text(p.stdout), `"record":"capture"`) })
	flood(t, 30, 10)
	check(t, p.Wait())
	if out := p.text(p.stdout); !strings.Contains(out, `"packets":20`) {
		t.Error(out)
	}
	p = start(t, binary, "summary", "--json", "-i", "lo", "-f", "udp")
	until(t, "it listens", func() bool { return strings.Contains(p.text(p.stdout), `"record":"capture"`) })
	flood(t, 30, 10)
	p.interrupt() // what was captured by then is read
	if out := p.text(p.stdout); !strings.Contains(out, `"packets":30`) {
		t.Error(out)
	}
}

// lastInterface is what a capture file says of its interface, after all packets,
// and how many those are.
func lastInterface(t *testing.T, file string) (capture.Interface, int) {
	t.Helper()
	src, err := capture.Open([]string{file}, capture.Config{})
	check(t, err)
	defer src.Close()
	n := 0
	for p := new(capture.Packet); src.Next(p) == nil; n++ {
	}
	if len(src.Interfaces()) == 0 {
		t.Fatalf("%s describes no interface", file)
	}
	return src.Interfaces()[0], n
}
