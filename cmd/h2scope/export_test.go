package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

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

// A shownStream is what a format says of a stream. Absent is "".
type shownStream struct {
	Method, URL, Status, Bytes, State string
}

// shownByJSON reads what --to json says, by connection and stream.
func shownByJSON(t *testing.T, document []byte) map[string]shownStream {
	t.Helper()
	var d struct {
		Schema      int
		Connections []struct {
			Streams []struct {
				Stream struct {
					Conn, Stream                           int
					Method, Scheme, Authority, Path, State string
					Protocol                               string
					Status                                 json.Number
					Response                               struct {
						DataBytes json.Number `json:"data_bytes"`
					}
				}
				Frames []struct{ Stream int }
			}
		}
		Summary struct{ Streams int }
	}
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]shownStream)
	for _, c := range d.Connections {
		for _, s := range c.Streams {
			if s := s.Stream; s.Stream != 0 {
				shown[fmt.Sprintf("%d/%d", s.Conn, s.Stream)] = shownStream{
					s.Method, absolute(s.Method, s.Scheme, s.Authority, s.Path, s.Protocol), s.Status.String(), s.Response.DataBytes.String(), s.State,
				}
			}
		}
	}
	if d.Schema != 1 || d.Summary.Streams != len(shown) {
		t.Errorf("schema %d, %d streams of %d", d.Schema, len(shown), d.Summary.Streams)
	}
	return shown
}

func absolute(method, scheme, authority, path, protocol string) string {
	if protocol == "websocket" {
		scheme = strings.Replace(scheme, "http", "ws", 1)
	}
	if method == "CONNECT" && scheme == "" {
		return "connect://" + authority
	}
	return scheme + "://" + authority + path
}

func shownByCSV(t *testing.T, table []byte) map[string]shownStream {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]shownStream)
	for _, row := range rows[1:] {
		cells := make(map[string]string)
		for i, name := range rows[0] {
			cells[name] = row[i]
		}
		shown[cells["conn"]+"/"+cells["stream"]] = shownStream{
			cells["method"], absolute(cells["method"], cells["scheme"], cells["authority"], cells["path"], cells["protocol"]),
			cells["status"], cells["response_bytes"], cells["state"],
		}
	}
	return shown
}

func shownByHAR(t *testing.T, octets []byte) map[string]shownStream {
	t.Helper()
	shown := make(map[string]shownStream)
	for _, e := range readArchive(t, octets).Log.Entries {
		s := shownStream{Method: e.Request.Method, URL: e.Request.URL, State: e.H2.State}
		if e.Response.Status != 0 {
			s.Status = fmt.Sprint(e.Response.Status)
		}
		size := max(0, e.Response.BodySize)
		if e.Tunnel != nil {
			size = e.Tunnel.Received
		}
		s.Bytes = fmt.Sprint(size)
		shown[fmt.Sprintf("%s/%d", e.ConnectionID, e.H2.Stream)] = s
	}
	return shown
}

// TestFormatsAgree holds that text, CSV, JSON and HAR say the same about every
// stream of the samples.
func TestFormatsAgree(t *testing.T) {
	for name, file := range sampleFiles(t) {
		t.Run(name, func(t *testing.T) {
			want := shownByJSON(t, outputOf(t, file, "export", "--to", "json"))
			if len(want) == 0 {
				t.Fatal("there is no stream")
			}
			compareShown(t, "csv", shownByCSV(t, outputOf(t, file, "export", "--to", "csv")), want)
			compareShown(t, "har", shownByHAR(t, outputOf(t, file, "export", "--to", "har", "--redact=none")), want)
			text := string(outputOf(t, file, "streams"))
			for id, s := range want {
				conn, stream, _ := strings.Cut(id, "/")
				row := regexp.MustCompile(`(?m)^ *` + conn + ` +` + stream + ` .*$`).FindString(text)
				_, address, _ := strings.Cut(s.URL, "://")
				for _, part := range []string{s.Method + " ", address, " " + s.Status + " "} {
					if !strings.Contains(row+" ", part) {
						t.Errorf("text: stream %s: %q has no %q", id, row, part)
					}
				}
			}
		})
	}
}

func compareShown(t *testing.T, format string, got, want map[string]shownStream) {
	t.Helper()
	for id, w := range want {
		if g, ok := got[id]; !ok || g != w {
			t.Errorf("%s: stream %s is %+v, want %+v", format, id, g, w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s has %d streams, want %d", format, len(got), len(want))
	}
}

// TestExportsDoNotDependOnWorkers holds of every format that the output is the
// same octets for any number of workers.
func TestExportsDoNotDependOnWorkers(t *testing.T) {
	for _, file := range corpus(t) {
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
	for _, file := range corpus(t) {
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

// TestGRPCArchive holds what the README of 06-grpc-tls says of its calls.
func TestGRPCArchive(t *testing.T) {
	file := captureOf(t, "06-grpc-tls")
	seen := make(map[string]int)
	for _, e := range readArchive(t, outputOf(t, file, keyed(file, "export", "--to", "har")...)).Log.Entries {
		g := e.GRPC
		if g == nil {
			t.Errorf("%s is no call", e.Request.URL)
			continue
		}
		line := fmt.Sprint(g.Method, " ", g.Status, " ", g.Message)
		for _, list := range [][]archiveMessage{g.Requests, g.Responses} {
			line += " /"
			for _, m := range list {
				line += fmt.Sprint(" ", m.Length)
				if m.Compressed {
					line += "c"
				}
			}
		}
		seen[strings.TrimSpace(line)]++
	}
	for line, n := range map[string]int{
		"EmptyCall OK  / 0 / 0":                            1,
		"UnaryCall OK  / 11 / 104":                         5,
		"UnaryCall NOT_FOUND no such thing: 100% é / 28 /": 1,
		"UnimplementedCall UNIMPLEMENTED method UnimplementedCall not implemented / 0 /": 1,
		"StreamingOutputCall OK  / 21 / 14 20008 2 70008":                                1,
		"StreamingInputCall OK  / 2 5006 10006 15006 20008 / 4":                          1,
		"FullDuplexCall OK  / 6 8 9 9 / 2 11 104 11 206 11 306 11":                       1,
		"UnaryCall   / 2 /":                1, // the deadline passed
		"FullDuplexCall   / 4 / 54":        1, // the client cancelled
		"UnaryCall OK  / 500012 / 1000008": 1,
		"UnaryCall OK  / 102c / 98c":       1,
	} {
		if seen[line] != n {
			t.Errorf("%q: %d times, want %d", line, seen[line], n)
		}
		delete(seen, line)
	}
	if len(seen) > 0 {
		t.Errorf("calls that nobody made: %v", seen)
	}
}
