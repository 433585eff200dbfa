package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"h2scope/export/recordtest"
	"h2scope/samples"
)

// sampleFiles are the embedded samples as files, by name.
func sampleFiles(t *testing.T) map[string]string {
	t.Helper()
	folder, files := t.TempDir(), make(map[string]string)
	for _, s := range samples.List() {
		r, err := samples.Open(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		octets, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[s.Name] = filepath.Join(folder, s.Name)
		if err := os.WriteFile(files[s.Name], octets, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// keyed adds the key log beside a capture, where there is one.
func keyed(file string, args ...string) []string {
	keys := filepath.Join(filepath.Dir(file), "keys.log")
	if _, err := os.Stat(keys); err == nil {
		args = append(args, "-k", keys)
	}
	return args
}

// TestExportsDoNotDependOnWorkers holds of every format that the output is the
// same octets for any number of workers.
func TestExportsDoNotDependOnWorkers(t *testing.T) {
	for _, file := range recordtest.Corpus(t) {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name, func(t *testing.T) {
			formats := []string{"har"}
			if strings.HasPrefix(name, "0") && !strings.HasPrefix(name, "07") || strings.HasPrefix(name, "15") {
				formats = append(formats, "json", "csv", "curl")
			}
			for _, format := range formats {
				one := outputOf(t, file, keyed(file, "export", "--to", format, "-j1")...)
				if !bytes.Equal(one, outputOf(t, file, keyed(file, "export", "--to", format, "-j3")...)) {
					t.Errorf("%s depends on the number of workers", format)
				}
				if format == "har" {
					checkHAR(t, one)
				}
			}
		})
	}
}

func TestArchivesOfSamples(t *testing.T) {
	for name, file := range sampleFiles(t) {
		t.Run(name, func(t *testing.T) { checkHAR(t, outputOf(t, file, "export", "--to", "har")) })
	}
}

// captureOf is the capture of one folder of the corpus.
func captureOf(t *testing.T, name string) string {
	t.Helper()
	for _, file := range recordtest.Corpus(t) {
		if filepath.Base(filepath.Dir(file)) == name {
			return file
		}
	}
	t.Skip("needs ../shared: corpus/" + name)
	return ""
}

// TestBodiesAreWhatWasSent holds bodies against each other whose octets are known
// to be the same: what a server echoes and what it was sent, and one file with
// several codings, from two servers, over cleartext and TLS. The hash is that of
// the file of --to bodies, and of the text in the archive.
func TestBodiesAreWhatWasSent(t *testing.T) {
	file := captureOf(t, "15-bodies")
	folder := filepath.Join(t.TempDir(), "bodies")
	list := outputOf(t, file, keyed(file, "export", "--to", "bodies", "-o", folder, "-j1")...)
	if three := outputOf(t, file, keyed(file, "export", "--to", "bodies", "-o", folder, "--force", "-j3")...); !bytes.Equal(list, three) {
		t.Error("the list depends on the number of workers")
	}
	table, err := csv.NewReader(bytes.NewReader(list)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	hashes := make(map[string]string) // by file
	for _, row := range table[1:] {
		octets, err := os.ReadFile(filepath.Join(folder, row[0]))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(octets); hex.EncodeToString(sum[:]) != row[2] || fmt.Sprint(len(octets)) != row[1] || row[3] != "true" && row[4] == "" {
			t.Errorf("%q is not what lies in the folder", row)
		}
		hashes[row[0]] = row[2]
	}
	if entries, _ := os.ReadDir(folder); len(entries) != len(hashes) {
		t.Errorf("%d files, %d are listed", len(entries), len(hashes))
	}
	echoes, codings := 0, make(map[string]int)
	for _, e := range readArchive(t, outputOf(t, file, keyed(file, "export", "--to", "har", "--redact=none")...)).Log.Entries {
		octets := []byte(e.Response.Content.Text)
		if e.Response.Content.Encoding == "base64" {
			octets, _ = base64.StdEncoding.DecodeString(e.Response.Content.Text)
		}
		sum := sha256.Sum256(octets)
		hash := hex.EncodeToString(sum[:])
		prefix := fmt.Sprintf("c%s-s%d-", e.ConnectionID, e.H2.Stream)
		var request, response string
		for name, h := range hashes {
			if strings.HasPrefix(name, prefix+"request") {
				request = h
			} else if strings.HasPrefix(name, prefix+"response") {
				response = h
			}
		}
		switch {
		case len(octets) > 0 && response != hash:
			t.Errorf("%s: the archive has %s, the file %s", e.Request.URL, hash, response)
		case int64(len(octets)) != e.Response.Content.Size:
			t.Errorf("%s: %d octets, size says %d", e.Request.URL, len(octets), e.Response.Content.Size)
		}
		if strings.HasSuffix(e.Request.URL, "/echo") {
			echoes++
			if request == "" || request != response {
				t.Errorf("%s: sent %s, got %s", e.Request.URL, request, response)
			}
		}
		if e.Response.Content.Size == 18893 { // text.txt
			codings[hash]++
		}
	}
	if echoes < 8 || len(codings) != 1 {
		t.Errorf("%d echoes; text.txt has the hashes %v", echoes, codings)
	}
}

// TestNodeArchive holds what the README of 05-node-tls says the applications saw.
func TestNodeArchive(t *testing.T) {
	file := captureOf(t, "05-node-tls")
	seen := make(map[string]int)
	for _, e := range readArchive(t, outputOf(t, file, keyed(file, "export", "--to", "har")...)).Log.Entries {
		_, path, _ := strings.Cut(e.Request.URL, "127.0.0.1:8511")
		switch {
		case e.Initiator != nil && strings.HasSuffix(e.Initiator.URL, "/push"):
			seen["push "+path+" "+e.Response.Error]++
		case len(e.WebSocket) > 0:
			for _, m := range e.WebSocket {
				seen[fmt.Sprintf("websocket %s %d %s", m.Type, m.Opcode, m.Data)]++
			}
		case e.Tunnel != nil:
			seen[fmt.Sprintf("tunnel %d %d", e.Tunnel.Sent, e.Tunnel.Received)]++
		case len(e.H2.Interim) > 0:
			seen[fmt.Sprint("interim ", e.H2.Interim[0].Status)]++
		case e.H2.Trailers != nil:
			seen["trailers"]++
		case e.Response.Error != "":
			seen[fmt.Sprintf("%s %d %s", path, e.Response.Status, e.Response.Error)]++
		case e.Request.BodySize == 150000:
			seen["upload"]++
		}
	}
	want := map[string]int{
		"push /pushed.css ": 1, "push /refused.js reset by the client: REFUSED_STREAM": 1,
		"websocket send 1 hello": 3, "websocket receive 1 world": 3, "websocket receive 8 A+g=": 1,
		"tunnel 19 31": 1, "interim 103": 1, "trailers": 3, "upload": 1,
		"/big 200 reset by the client: CANCEL": 1, "/never 0 reset by the client: CANCEL": 1,
	}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", seen, want)
	}
}
