package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"h2scope/capture"
)

// exported is what export writes for a capture of the corpus, with its key log
// where it has one.
func exported(t *testing.T, file, format string, args ...string) []byte {
	t.Helper()
	return outputOf(t, file, keyed(file, append([]string{"export", "--to", format}, args...)...)...)
}

// The text of streams is the same for the file that is exported as for the
// capture: nothing of the connections is missing, and no key log is needed. Times
// and numbers of connections are others where packets were left out.
func TestExportedPacketsDecodeAlike(t *testing.T) {
	for _, tt := range []struct {
		name, filter string
		conns        int
	}{
		{"04-chromium-nginx", "", 1},
		{"03a-tls13-suites", "", 0},
		{"03b-tls12-aead", "", 0},
		{"17-mixed", "http2.headers.status == 200", 3},
		{"11-real-frag", "", 0},
		{"11-real-any-sll2", "", 0},
		{"11-enc-vxlan", "", 0},
		{"15-bodies", `http2.headers.path contains "br"`, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := captureOf(t, tt.name)
			var args []string
			if tt.filter != "" {
				args = append(args, "-Y", tt.filter)
			}
			copied := filepath.Join(t.TempDir(), "copied.pcapng")
			if err := os.WriteFile(copied, exported(t, file, "pcapng", args...), 0o600); err != nil {
				t.Fatal(err)
			}
			got := withoutConns(outputOf(t, copied, append([]string{"streams", "-t"}, args...)...))
			want := withoutConns(outputOf(t, file, keyed(file, append([]string{"streams", "-t"}, args...)...)...))
			if got != want || want == "" {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if n := bytes.Count(outputOf(t, copied, "conns", "--json"), []byte(`"record":"connection_opened"`)); tt.conns != 0 && n != tt.conns {
				t.Errorf("%d connections, want %d", n, tt.conns)
			}
		})
	}
}

// withoutConns are lines without their connection.
func withoutConns(lines []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(lines)) {
		if words := strings.Fields(line); len(words) > 1 {
			b.WriteString(strings.Join(words[1:], " ") + "\n")
		}
	}
	return b.String()
}

// Of the key log there are the lines of the connections that match, and no others.
func TestExportedSecretsAreTheirs(t *testing.T) {
	file := captureOf(t, "03a-tls13-suites")
	whole, err := os.ReadFile(filepath.Join(filepath.Dir(file), "keys.log"))
	if err != nil {
		t.Fatal(err)
	}
	src, err := capture.NewReader(bytes.NewReader(exported(t, file, "pcapng", "-Y", "tcp.stream == 0")), "copied", capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var p capture.Packet
	for src.Next(&p) == nil {
	}
	if n := len(src.Secrets()); n != 1 {
		t.Fatalf("%d blocks of secrets", n)
	}
	lines := strings.Split(strings.TrimSpace(string(src.Secrets()[0].Data)), "\n")
	randoms := make(map[string]bool)
	for _, line := range lines {
		randoms[strings.Fields(line)[1]] = true
		if !strings.Contains(strings.ToLower(string(whole)), strings.ToLower(line)) {
			t.Errorf("%.40s… is not in the key log", line)
		}
	}
	if len(randoms) != 1 {
		t.Errorf("secrets of %d connections, want 1", len(randoms))
	}
}

// Wireshark decrypts what was exported, with the secrets in it.
func TestTsharkDecryptsExportedPackets(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("needs tshark")
	}
	file := captureOf(t, "04-chromium-nginx")
	copied := filepath.Join(t.TempDir(), "copied.pcapng")
	if err := os.WriteFile(copied, exported(t, file, "pcapng"), 0o600); err != nil {
		t.Fatal(err)
	}
	paths := func(args ...string) string {
		args = append(args, "-n", "-d", "tcp.port==9305,tls", "-Y", "http2.headers.path", "-T", "fields", "-e", "http2.headers.path")
		c := exec.Command(tshark, args...)
		c.Env = append(os.Environ(), "HOME="+t.TempDir())
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	got := paths("-r", copied)
	want := paths("-r", file, "-o", "tls.keylog_file:"+filepath.Join(filepath.Dir(file), "keys.log"))
	if got != want || strings.Count(got, "/") < 50 {
		t.Errorf("tshark reads %d requests of what was exported, and %d of the capture", strings.Count(got, "/"), strings.Count(want, "/"))
	}
}

// What can be read only once is kept: the same packets are copied as of a file,
// comments and all, with a filter that asks for the end of a stream too.
func TestExportPacketsOfStandardInput(t *testing.T) {
	for _, name := range []string{"04-chromium-nginx", "11-real-any-sll2", "17-mixed", "11-fmt-unsorted"} {
		file := captureOf(t, name)
		for _, args := range [][]string{nil, {"-Y", "http2.headers.status == 200"}, {"-c", "40"}} {
			var stdout, stderr bytes.Buffer
			octets, err := os.ReadFile(file)
			check(t, err)
			code := run(keyed(file, append([]string{"export", "--to", "pcapng", "-"}, args...)...), streams{bytes.NewReader(octets), &stdout, &stderr})
			if want := exported(t, file, "pcapng", args...); code != exitOK || !bytes.Equal(stdout.Bytes(), want) {
				t.Errorf("%s, %q: exit code %d, %d octets, want %d, %s", name, args, code, stdout.Len(), len(want), stderr.String())
			}
		}
	}
}
