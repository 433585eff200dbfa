package main

import (
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/gopacket/layers"
	"golang.org/x/net/http2"

	"h2scope/capture"
)

// TestRecordTellsDrops: what was sent is what is in the file and what was
// dropped; and where nothing is dropped all of it is in the file. The process is
// halted while more is sent than the ring holds.
func TestRecordTellsDrops(t *testing.T) {
	binary := buildStatic(t)
	for _, test := range []struct {
		name  string
		args  []string
		halt  bool
		drops bool
	}{
		{"none", nil, false, false},
		{"halted, with the default ring", nil, true, false},
		{"halted, with a small ring", []string{"--ring-size", "2M"}, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			namespace(t)
			out := filepath.Join(t.TempDir(), "out.pcapng")
			p := startRecord(t, binary, out, append(test.args, "-i", "lo", "-f", "udp")...)
			if test.halt {
				check(t, p.Process.Signal(syscall.SIGSTOP))
			}
			const n = 5000
			flood(t, n, 1400) // 7 MB
			if test.halt {
				check(t, p.Process.Signal(syscall.SIGCONT))
			}
			said := p.interrupt()
			i, packets := lastInterface(t, out)
			if i.Received != n || i.Received-i.Dropped != uint64(packets) || (i.Dropped > 0) != test.drops {
				t.Errorf("%d packets in the file, %d received, %d dropped", packets, i.Received, i.Dropped)
			}
			want := strconv.Itoa(packets) + " packets written to " + out + ", " + strconv.FormatUint(i.Dropped, 10) + " dropped by the kernel"
			if !strings.Contains(said, want) {
				t.Errorf("%s\nwant %s", said, want)
			}
		})
	}
}

// TestRecordKilled at random moments leaves a file that can be read, with what
// was captured up to a second before. H2SCOPE_KILLS says how often.
func TestRecordKilled(t *testing.T) {
	tries := 5
	if n, err := strconv.Atoi(os.Getenv("H2SCOPE_KILLS")); err == nil {
		tries = n
	}
	binary := buildStatic(t)
	namespace(t)
	for try := range tries {
		out := filepath.Join(t.TempDir(), "out.pcapng")
		keys := filepath.Join(t.TempDir(), "keys.log")
		check(t, os.WriteFile(keys, []byte(keyLogLine("CLIENT_RANDOM", 1, 0x11, 48)), 0o600))
		args := []string{"-i", "lo", "-f", "udp"}
		if try%2 == 1 {
			args = append(args, "-k", keys)
		}
		p := startRecord(t, binary, out, args...)
		sent := 0
		for end := time.Now().Add(rand.N(700 * time.Millisecond)); time.Now().Before(end); sent += 100 {
			flood(t, 100, 1000)
		}
		check(t, p.Process.Kill())
		if err := p.Wait(); err == nil {
			t.Error("it ended by itself")
		}
		readable(t, out, sent, try%2 == 1)
	}
}

// readable reads a file to its end.
func readable(t *testing.T, file string, sent int, secrets bool) {
	t.Helper()
	src, err := capture.Open([]string{file}, capture.Config{})
	check(t, err)
	defer src.Close()
	var p capture.Packet
	n := 0
	for err = src.Next(&p); err == nil; err = src.Next(&p) {
		n++
	}
	notices := src.Notices()
	for _, notice := range notices {
		if notice.Kind != capture.Truncated { // the last write was cut
			t.Errorf("%+v", notice)
		}
	}
	if err != io.EOF || n > sent || (len(src.Secrets()) == 1) != secrets {
		t.Errorf("%v after %d of %d packets, %d secrets", err, n, sent, len(src.Secrets()))
	}
	t.Logf("%d of %d packets, %d notices", n, sent, len(notices))
}

// TestRecordEmbedsKeys: Wireshark decrypts the file, with no key log given; and
// so does h2scope.
func TestRecordEmbedsKeys(t *testing.T) {
	needTools(t, "tshark", "nghttpd", "curl")
	binary := buildStatic(t)
	for _, version := range []string{"1.2", "1.3"} {
		t.Run("TLS "+version, func(t *testing.T) {
			namespace(t)
			dir := t.TempDir()
			startServer(t, "8443", dir)
			out, keys := filepath.Join(dir, "out.pcapng"), filepath.Join(dir, "keys.log")
			p := startRecord(t, binary, out, "-i", "lo", "-f", "tcp port 8443", "-k", keys)
			for range 3 {
				curlGet(t, "SSLKEYLOGFILE="+keys, "-k", "--http2", "--tlsv"+version, "--tls-max", version, "https://127.0.0.1:8443/", "https://127.0.0.1:8443/large")
			}
			p.interrupt()
			check(t, os.Remove(keys))
			for _, args := range []string{
				"-r " + out + " -d tcp.port==8443,tls -Y http2.headers.status==200 -T fields -e http2.headers.status",
				"-2 -r " + out + " -d tcp.port==8443,tls -Y http2.headers.status==200 -T fields -e http2.headers.status",
			} {
				tshark := exec.Command("tshark", strings.Fields(args)...)
				tshark.Env = append(os.Environ(), "HOME="+dir) // without anyone's preferences
				answer, err := tshark.Output()
				if n := strings.Count(string(answer), "200"); err != nil || n < 6 {
					t.Errorf("tshark shows %d answers of 6, %v", n, err)
				}
			}
			var stdout, stderr strings.Builder
			if code := run([]string{"streams", "--json", out}, streams{nil, &stdout, &stderr}); code != exitOK || strings.Count(stdout.String(), `"status":200`) < 6 {
				t.Errorf("%d, %s%s", code, stdout.String(), stderr.String())
			}
		})
	}
}

// TestRecordToPipe is record -w - | frames -.
func TestRecordToPipe(t *testing.T) {
	needTools(t, "nghttpd", "curl")
	binary := buildStatic(t)
	namespace(t)
	startServer(t, "8080", "")
	reader, err := os.CreateTemp(t.TempDir(), "frames")
	check(t, err)
	defer reader.Close()
	record := exec.Command(binary, "record", "-q", "-i", "lo", "-f", "tcp port 8080", "-w", "-")
	frames := exec.Command(binary, "frames", "--json", "-")
	frames.Stdout = reader
	frames.Stdin, err = record.StdoutPipe()
	check(t, err)
	check(t, record.Start())
	t.Cleanup(func() { record.Process.Kill() }) // where it has not ended
	check(t, frames.Start())
	t.Cleanup(func() { frames.Process.Kill() })
	seen := func(text string) func() bool {
		return func() bool {
			octets, err := os.ReadFile(reader.Name())
			return err == nil && strings.Contains(string(octets), text)
		}
	}
	until(t, "the pipe has begun", seen(`"record":"capture"`))
	curlGet(t, "", "--http2-prior-knowledge", "http://127.0.0.1:8080/")
	until(t, "the frames are there while the recording goes on", seen(`"type":"DATA"`))
	check(t, record.Process.Signal(syscall.SIGINT))
	check(t, record.Wait())
	check(t, frames.Wait())
}

// TestRecordH2load: where nothing is dropped, all that h2load asked for is in
// the file.
func TestRecordH2load(t *testing.T) {
	needTools(t, "h2load", "nghttpd")
	binary := buildStatic(t)
	namespace(t)
	startServer(t, "8080", "")
	out := filepath.Join(t.TempDir(), "out.pcapng")
	p := startRecord(t, binary, out, "-i", "any", "-f", "tcp port 8080")
	const requests = 5000
	if text, err := exec.Command("h2load", "-n", strconv.Itoa(requests), "-c", "10", "-m", "10", "http://127.0.0.1:8080/nosuch").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	said := p.interrupt()
	i, packets := lastInterface(t, out)
	if i.Dropped > 0 || int(i.Received) != packets {
		t.Errorf("%d packets, %+v, %s", packets, i, said)
	}
	var stdout, stderr strings.Builder
	run([]string{"streams", "--json", out}, streams{nil, &stdout, &stderr})
	if n := strings.Count(stdout.String(), `"record":"stream"`); n != requests {
		t.Errorf("%d streams of %d", n, requests)
	}
}

// TestLiveReplay decodes a capture that is replayed at 200,000 packets a second,
// with the ring that it has unless told otherwise, and none is dropped. Another
// process that wants the processor may spoil it, so it is run when asked for.
func TestLiveReplay(t *testing.T) {
	if os.Getenv("H2SCOPE_REPLAY") == "" {
		t.Skip("needs H2SCOPE_REPLAY=1, and a machine that does nothing else")
	}
	needTools(t, "tcpreplay")
	binary := buildStatic(t)
	namespace(t)
	for _, args := range []string{
		"link add v0 type veth peer name v1", "link set v0 addrgenmode none", "link set v1 addrgenmode none",
		"link set v0 up", "link set v1 up",
	} {
		if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s: %v\n%s", args, err, out)
		}
	}
	file := filepath.Join(t.TempDir(), "requests.pcap")
	check(t, os.WriteFile(file, requests(t, 20_000), 0o600))
	p := start(t, binary, "frames", "--json", "-i", "v1")
	until(t, "it listens", func() bool { return strings.Contains(p.text(p.stdout), `"record":"capture"`) })
	const loops = 20
	if out, err := exec.Command("tcpreplay", "-q", "-K", "--pps=200000", "--loop="+strconv.Itoa(loops), "-i", "v0", file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	} else {
		t.Logf("%s", out)
	}
	p.interrupt()
	records := p.text(p.stdout)
	if strings.Contains(records, `"kind":"dropped"`) || !strings.Contains(records, `"packets":`+strconv.Itoa(loops*(3+2*20_000))) {
		t.Errorf("%s", records[strings.LastIndex(strings.TrimSpace(records), "\n"):])
	}
}

// requests are so many, each with its answer, on one connection.
func requests(t *testing.T, n int) []byte {
	d := newDialogue(t, time.Microsecond)
	d.packet(fromClient, layers.TCP{SYN: true}, nil)
	d.packet(fromServer, layers.TCP{SYN: true}, nil)
	d.frames[fromClient].WriteString(http2.ClientPreface)
	check(t, d.framer[fromClient].WriteSettings())
	check(t, d.framer[fromServer].WriteSettings())
	d.packet(fromClient, layers.TCP{}, nil)
	for stream := range uint32(n) {
		d.get(2*stream+1, "/"+strconv.Itoa(int(stream)))
		d.send(fromClient)
		d.headers(fromServer, 2*stream+1, false, ":status", "200", "content-type", "text/html")
		check(t, d.framer[fromServer].WriteData(2*stream+1, true, make([]byte, 400)))
		d.send(fromServer)
	}
	return d.file.Bytes()
}
