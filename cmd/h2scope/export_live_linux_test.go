package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket/pcapgo"
)

// aboutInput is what a format says of the input itself, which is an interface or
// the file that was written beside: its name, and what a file tells of it.
var aboutInput = map[string]*regexp.Regexp{
	"ndjson": regexp.MustCompile(`(?m)^.*"record":"capture".*\n|"link":\[[^\]]*\],?`),
	"json":   regexp.MustCompile(`(?m)^"capture":.*\n`),
	"html":   regexp.MustCompile(`(?m)^.*(<title>|<h1>).*\n`),
}

// TestLiveExports: what is exported as it comes is what the file written beside
// gives, in every format.
func TestLiveExports(t *testing.T) {
	needTools(t, "nghttpd", "curl")
	binary := buildStatic(t)
	for _, format := range formatNames() {
		t.Run(format, func(t *testing.T) {
			namespace(t)
			startServer(t, "8080", "")
			var live, beside, again, said string
			for try := 1; ; try++ {
				dir := t.TempDir()
				live, again, beside = filepath.Join(dir, "live"), filepath.Join(dir, "again"), filepath.Join(dir, "beside.pcapng")
				p := startExport(t, binary, beside, "export", "--to", format, "-i", "lo", "-f", "tcp port 8080", "-w", beside, "-o", live)
				curlGet(t, "", "--http2-prior-knowledge", "http://127.0.0.1:8080/large")
				curlGet(t, "", "--http2-prior-knowledge", "-d", "sent=1", "http://127.0.0.1:8080/")
				said = p.interrupt()
				if inOrderOfTime(t, beside) {
					break
				}
				if try == 5 {
					t.Fatal("five captures have packets out of the order of time")
				}
			}
			if out, err := exec.Command(binary, "export", "--to", format, "-o", again, beside).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			got, want := contentsOf(t, live), contentsOf(t, again)
			if len(want) == 0 {
				t.Fatal("nothing was exported")
			}
			for name, text := range want {
				if about := aboutInput[format]; about != nil {
					text, got[name] = about.ReplaceAllString(text, ""), about.ReplaceAllString(got[name], "")
				}
				if text == "" || got[name] != text {
					t.Errorf("%s\n%s: live\n%.4000q\nof the file\n%.4000q", said, name, got[name], text)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d files, want %d", len(got), len(want))
			}
		})
	}
}

// inOrderOfTime reports whether the packets of a file are. Those that two processors
// send at once may come in another order than their times: live they are numbered
// as they come, and those of a file by time.
func inOrderOfTime(t *testing.T, file string) bool {
	t.Helper()
	in, err := os.Open(file)
	check(t, err)
	defer in.Close()
	r, err := pcapgo.NewNgReader(in, pcapgo.DefaultNgReaderOptions)
	check(t, err)
	last := time.Time{}
	for {
		_, info, err := r.ReadPacketData()
		switch {
		case errors.Is(err, io.EOF):
			return true
		case err != nil:
			t.Fatal(err)
		case info.Timestamp.Before(last):
			return false
		}
		last = info.Timestamp
	}
}

// startExport starts a live export, and waits until it has begun the file that
// it writes beside.
func startExport(t *testing.T, binary, beside string, args ...string) *process {
	t.Helper()
	p := start(t, binary, args...)
	until(t, "it listens", func() bool {
		info, err := os.Stat(beside)
		return err == nil && info.Size() > 0
	})
	return p
}

// contentsOf are the files of a folder, or the one file that it is.
func contentsOf(t *testing.T, path string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		octets, err := os.ReadFile(path)
		check(t, err)
		return map[string]string{"": string(octets)}
	}
	contents := make(map[string]string)
	for _, e := range entries {
		octets, err := os.ReadFile(filepath.Join(path, e.Name()))
		check(t, err)
		contents[e.Name()] = string(octets)
	}
	return contents
}

// TestLiveExportFollowsKeys: a key log that comes while packets do opens what is
// exported, and nothing has to end for that.
func TestLiveExportFollowsKeys(t *testing.T) {
	needTools(t, "nghttpd", "curl")
	binary := buildStatic(t)
	namespace(t)
	dir := t.TempDir()
	startServer(t, "8443", dir)
	live, beside, keys := filepath.Join(dir, "live.har"), filepath.Join(dir, "beside.pcapng"), filepath.Join(dir, "keys.log")
	p := startExport(t, binary, beside, "export", "--to", "har", "-i", "lo", "-f", "tcp port 8443", "-k", keys, "-w", beside, "-o", live)
	for range 2 {
		curlGet(t, "SSLKEYLOGFILE="+keys, "-k", "--http2", "https://127.0.0.1:8443/large", "https://127.0.0.1:8443/nosuch")
	}
	until(t, "four exchanges are in the archive", func() bool {
		octets, err := os.ReadFile(live)
		return err == nil && bytes.Count(octets, []byte(`"startedDateTime"`)) == 4
	})
	p.interrupt()
	octets, err := os.ReadFile(live)
	check(t, err)
	checkHAR(t, octets)
	var seen []string
	for _, e := range readArchive(t, octets).Log.Entries {
		seen = append(seen, strings.TrimPrefix(e.Request.URL, "https://127.0.0.1:8443"))
		if e.Response.Status == 200 && e.Response.Content.Size != 320_000 {
			t.Errorf("%s has %d octets", e.Request.URL, e.Response.Content.Size)
		}
	}
	if strings.Join(seen, " ") != "/large /nosuch /large /nosuch" {
		t.Errorf("%q", seen)
	}
}

// TestLiveExportStopsByItself after a number of packets.
func TestLiveExportStopsByItself(t *testing.T) {
	binary := buildStatic(t)
	namespace(t)
	beside := filepath.Join(t.TempDir(), "beside.pcapng")
	p := startExport(t, binary, beside, "export", "--to", "ndjson", "-i", "lo", "-c", "20", "-f", "udp", "-w", beside)
	flood(t, 30, 10)
	check(t, p.Wait())
	if out := p.text(p.stdout); !strings.Contains(out, `"packets":20`) {
		t.Error(out)
	}
}
