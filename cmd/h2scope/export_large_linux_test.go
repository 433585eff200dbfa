package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"h2scope"
	"h2scope/capture"
	"h2scope/export/html"
	"h2scope/export/perfetto"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// What TestExportsOfLargeCaptures gives the command, and what it has to do with.
const (
	large      = 10e9 // octets of packets
	smaller    = 1e9
	memory     = 256 << 20
	memoryFlag = "256M"
)

// TestExportsOfLargeCaptures holds that an export takes no more memory than
// --max-memory says, however long the capture is, and that what it takes does not
// grow with it, but for what a format or a filter (-Y) keeps of each connection, for
// which see docs/limits.md. It takes half an hour, and is for who asks for it:
//
//	H2SCOPE_LARGE=1 go test ./cmd/h2scope -run LargeCaptures -v -timeout 2h
//
// The capture is the sample page-load, over and over; H2SCOPE_LARGE=FILE takes
// another one (pcap, Ethernet, IPv4).
func TestExportsOfLargeCaptures(t *testing.T) {
	name := os.Getenv("H2SCOPE_LARGE")
	if name == "" {
		t.Skip("takes half an hour: H2SCOPE_LARGE=1 asks for it")
	}
	if name == "1" {
		name = sampleFiles(t)["page-load"]
	}
	binary := buildStatic(t)
	for _, format := range []string{"har", "html", "ndjson"} {
		t.Run(format, func(t *testing.T) {
			exportLarge(t, binary, name, large, "--to", format)
		})
	}
	for _, format := range []string{"json", "csv", "perfetto", "curl"} {
		t.Run(format, func(t *testing.T) {
			one := exportLarge(t, binary, name, smaller, "--to", format)
			if two := exportLarge(t, binary, name, 2*smaller, "--to", format); two > one+one/4 {
				t.Errorf("%d octets of memory for %.0f of packets, %d for twice as many", one, smaller, two)
			}
		})
	}
	t.Run("bodies", func(t *testing.T) {
		exportLarge(t, binary, name, smaller/5, "--to", "bodies", "-o", filepath.Join(t.TempDir(), "bodies"))
	})
	t.Run("pcapng", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "large.pcap")
		f, err := os.Create(file)
		check(t, err)
		check(t, repeat(f, name, 2*smaller))
		check(t, f.Close())
		measure(t, exec.Command(binary, "export", "--to", "pcapng", "--max-memory", memoryFlag, file))
	})
}

// exportLarge exports a capture of that size from a pipe, and returns how much
// memory that took, in octets.
func exportLarge(t *testing.T, binary, name string, size int64, args ...string) (peak int64) {
	t.Helper()
	cmd := exec.Command(binary, append([]string{"export", "-q", "-r", "-", "--max-memory", memoryFlag}, args...)...)
	in, err := cmd.StdinPipe()
	check(t, err)
	repeated := make(chan error, 1)
	go func() {
		err := repeat(in, name, size)
		in.Close()
		repeated <- err
	}()
	peak = measure(t, cmd)
	check(t, <-repeated)
	return peak
}

// measure runs a command, and returns the most memory that was resident.
func measure(t *testing.T, cmd *exec.Cmd) (peak int64) {
	t.Helper()
	var out written
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	began := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	peak = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	t.Logf("%d octets out, %.0f MiB resident, %.0f s", out, float64(peak)/(1<<20), time.Since(began).Seconds())
	if peak > memory {
		t.Errorf("%v took %d octets of memory", cmd.Args, peak)
	}
	return peak
}

// written counts octets.
type written int64

func (w *written) Write(p []byte) (int, error) {
	*w += written(len(p))
	return len(p), nil
}

// repeat writes the packets of a pcap over and over, until so many octets were
// written: each time later, and as from other clients. It holds no more than a
// packet: what this process has resident counts for those that it starts.
func repeat(to io.Writer, file string, size int64) error {
	out := bufio.NewWriterSize(to, 1<<20)
	w := &repeating{out: out, left: size}
	for round := 0; w.left > 0; round++ {
		in, err := os.Open(file)
		if err != nil {
			return err
		}
		err = w.round(bufio.NewReaderSize(in, 1<<20), round)
		in.Close()
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

// A repeating is a run of repeat. Times are microseconds.
type repeating struct {
	out         io.Writer
	left        int64
	first, last int64
	packet      []byte
}

// round writes all packets once, the first time behind what a pcap begins with.
func (w *repeating) round(in io.Reader, number int) error {
	const fileHeader, packetHeader, ethernet = 24, 16, 14
	order := binary.LittleEndian
	w.packet = slices.Grow(w.packet[:0], 1<<20)[:fileHeader]
	if _, err := io.ReadFull(in, w.packet); err != nil {
		return err
	}
	if number == 0 {
		if _, err := w.out.Write(w.packet); err != nil {
			return err
		}
	}
	lasts := w.last - w.first + 1000
	for {
		p := w.packet[:packetHeader]
		if _, err := io.ReadFull(in, p); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		p = p[:packetHeader+order.Uint32(p[8:])]
		if _, err := io.ReadFull(in, p[packetHeader:]); err != nil {
			return err
		}
		at := int64(order.Uint32(p))*1e6 + int64(order.Uint32(p[4:]))
		if number == 0 {
			if w.first == 0 {
				w.first = at
			}
			w.last = max(w.last, at)
		}
		at += int64(number) * lasts
		order.PutUint32(p, uint32(at/1e6))
		order.PutUint32(p[4:], uint32(at%1e6))
		moveHosts(p[packetHeader+ethernet:], number)
		w.left -= int64(len(p))
		if _, err := w.out.Write(p); err != nil {
			return err
		}
	}
}

// moveHosts gives the client, which has the higher port, another address, and now
// and then the server too.
func moveHosts(ip []byte, number int) {
	tcp := ip[int(ip[0]&15)*4:]
	client, server := ip[12:16], ip[16:20]
	if binary.BigEndian.Uint16(tcp) < binary.BigEndian.Uint16(tcp[2:]) {
		client, server = server, client
	}
	move(client, number%30_000)
	move(server, number/30_000)
}

// move changes an address to one with which the checksums stay right, since the
// sum of its halves does (RFC 1071).
func move(address []byte, by int) {
	const modulus = 1<<16 - 1
	high, low := int(binary.BigEndian.Uint16(address)), int(binary.BigEndian.Uint16(address[2:]))
	binary.BigEndian.PutUint16(address, uint16((high+by)%modulus))
	binary.BigEndian.PutUint16(address[2:], uint16((low-by+modulus)%modulus))
}

// TestRepeatedCapture holds that what is repeated is a capture without a fault: each
// connection is one of its own, with checksums that are right.
func TestRepeatedCapture(t *testing.T) {
	file := sampleFiles(t)["page-load"]
	info, err := os.Stat(file)
	check(t, err)
	out, err := os.Create(filepath.Join(t.TempDir(), "repeated.pcap"))
	check(t, err)
	defer out.Close()
	check(t, repeat(out, file, 3*info.Size()-100))
	once, thrice := connectionsOf(t, file), connectionsOf(t, out.Name())
	if len(thrice) != 3*len(once) || len(once) == 0 {
		t.Fatalf("%d connections, of %d", len(thrice), len(once))
	}
	clients := make(map[string]bool)
	for i, c := range thrice {
		clients[c.Client] = true
		if want := once[i%len(once)]; c.Frames != want.Frames || c.Streams != want.Streams || c.Close != want.Close || !bytes.Equal(c.TCP, want.TCP) {
			t.Errorf("%+v, want %+v", c, want)
		}
	}
	if len(clients) != len(thrice) {
		t.Errorf("%d connections of %d clients", len(thrice), len(clients))
	}
}

// A repeatedConnection is what a test looks at of a connection.
type repeatedConnection struct {
	Conn            int
	Client, Close   string
	Frames, Streams int
	TCP             json.RawMessage
}

func connectionsOf(t *testing.T, file string) (conns []repeatedConnection) {
	t.Helper()
	for line := range bytes.Lines(outputOf(t, file, "conns", "--json")) {
		if c := (repeatedConnection{}); bytes.HasPrefix(line, []byte(`{"record":"connection",`)) {
			check(t, json.Unmarshal(line, &c))
			conns = append(conns, c)
		}
	}
	slices.SortFunc(conns, func(a, b repeatedConnection) int { return a.Conn - b.Conn })
	return conns
}

// recordOf reads a capture into a record of so much memory, as if it matched or not,
// and returns what is made of it.
func recordOf(t *testing.T, file string, memory int, matches bool) (v *recordView, page, trace string) {
	t.Helper()
	var pages, traces bytes.Buffer
	v = newRecordView(memory, func(_ io.Writer, s *timeline.Snapshot, selected func(uint64, uint32) bool) error {
		check(t, html.Write(&pages, s, html.Options{Selected: selected}))
		return perfetto.Write(&traces, s, perfetto.Options{Selected: selected})
	})
	src, err := capture.Open([]string{file}, capture.Config{})
	check(t, err)
	defer src.Close()
	cfg := h2scope.Config{Workers: 1}
	v.Configure(&cfg)
	check(t, h2scope.Run(t.Context(), src, cfg, func() h2scope.Renderer {
		w := v.Worker().(*recordingWorker)
		w.room = 1000
		if matches {
			return w
		}
		return unmatching{w}
	}, io.Discard))
	check(t, v.Foot(io.Discard))
	return v, pages.String(), traces.String()
}

// unmatching is a renderer that tells a recorder that nothing matched.
type unmatching struct{ *recordingWorker }

func (u unmatching) Event(dst []byte, e h2decode.Event) []byte {
	u.Unmatched(e)
	return dst
}

// TestReportsForget: what there is no memory for is left out of reports and traces,
// which say so and have the rest as it is; streams that do not match take no memory
// either, once they are forgotten. The same is forgotten each time.
func TestReportsForget(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 36 MB five times: left out of short runs")
	}
	sample := sampleFiles(t)["page-load"]
	info, err := os.Stat(sample)
	check(t, err)
	file := filepath.Join(t.TempDir(), "repeated.pcap")
	out, err := os.Create(file)
	check(t, err)
	check(t, repeat(out, sample, 500*info.Size()))
	check(t, out.Close())
	const notice, mark = "there was no memory for more", "what was over before is forgotten"
	_, whole, trace := recordOf(t, file, 0, true)
	if strings.Contains(whole, notice) || strings.Contains(trace, mark) {
		t.Error("something is forgotten without a limit")
	}
	_, page, trace := recordOf(t, file, 16<<20, true)
	if !strings.Contains(page, notice) || !strings.Contains(trace, mark) || strings.Count(page, "data-row") < 100 {
		t.Errorf("%d rows, of %d", strings.Count(page, "data-row"), strings.Count(whole, "data-row"))
	}
	if _, again, traced := recordOf(t, file, 16<<20, true); again != page || traced != trace {
		t.Error("another time something else is forgotten")
	}
	all, _, _ := recordOf(t, file, 0, false)
	if v, _, _ := recordOf(t, file, 16<<20, false); len(v.worker.unmatched) > len(all.worker.unmatched)/2 {
		t.Errorf("%d streams are remembered of %d that did not match", len(v.worker.unmatched), len(all.worker.unmatched))
	}
}
