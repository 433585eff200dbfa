package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// An archive is what tests look at of an HTTP Archive.
type archive struct {
	Log struct {
		Entries []archiveEntry
		Pages   []struct{ ID string }
		Comment string
	}
}

type archiveEntry struct {
	Pageref, StartedDateTime string
	Time                     float64
	Request                  struct {
		Method, URL string
		BodySize    int64
	}
	Response struct {
		Status   int
		BodySize int64
		Error    string `json:"_error"`
		Content  struct {
			Size           int64
			Text, Encoding string
		}
	}
	Timings         map[string]float64
	ServerIPAddress string
	ConnectionID    string                `json:"_connectionId"`
	Initiator       *struct{ URL string } `json:"_initiator"`
	WebSocket       []struct {
		Type   string
		Opcode int
		Data   string
	} `json:"_webSocketMessages"`
	Tunnel *struct{ Sent, Received int64 } `json:"_tunnel"`
	GRPC   *struct {
		Method, Status, Message string
		Requests, Responses     []archiveMessage
	} `json:"_grpc"`
	H2 struct {
		Stream   int
		State    string
		Interim  []struct{ Status int }
		Trailers any
	} `json:"_h2"`
}

type archiveMessage struct {
	Length     int
	Compressed bool
}

func readArchive(t *testing.T, octets []byte) *archive {
	t.Helper()
	a := new(archive)
	if err := json.Unmarshal(octets, a); err != nil {
		t.Fatalf("%v in %.300s", err, octets)
	}
	return a
}

// harObjects are the objects of HAR 1.2 with the kinds of their members: s a
// string, n a number, b a boolean, o an object, a an array; in upper case those
// that must be there. What is not listed has to begin with an underscore, but for
// redacted.
var harObjects = map[string]string{
	"log":                          "version:S creator:O browser:o pages:A entries:A comment:s",
	"log.creator":                  "name:S version:S comment:s",
	"log.pages":                    "startedDateTime:S id:S title:S pageTimings:O comment:s",
	"log.pages.pageTimings":        "onContentLoad:N onLoad:N comment:s",
	"log.entries":                  "pageref:S startedDateTime:S time:N request:O response:O cache:O timings:O serverIPAddress:S connection:S comment:s",
	"log.entries.request":          "method:S url:S httpVersion:S cookies:A headers:A queryString:A postData:o headersSize:N bodySize:N comment:s",
	"log.entries.request.postData": "mimeType:S params:a text:S comment:s",
	"log.entries.response":         "status:N statusText:S httpVersion:S cookies:A headers:A content:O redirectURL:S headersSize:N bodySize:N comment:s",
	"log.entries.response.content": "size:N compression:n mimeType:S text:s encoding:s comment:s",
	"log.entries.cache":            "beforeRequest:o afterRequest:o comment:s",
	"log.entries.timings":          "blocked:N dns:N connect:N send:N wait:N receive:N ssl:N comment:s",
	"headers":                      "name:S value:S comment:s",
	"queryString":                  "name:S value:S comment:s",
	"params":                       "name:S value:s fileName:s contentType:s comment:s",
	"cookies":                      "name:S value:S path:s domain:s expires:s httpOnly:b secure:b sameSite:s comment:s",
}

// checkHAR holds an archive against HAR 1.2.
func checkHAR(t *testing.T, octets []byte) {
	t.Helper()
	allPrintable(t, octets)
	var tree map[string]any
	if err := json.Unmarshal(octets, &tree); err != nil {
		t.Fatal(err)
	}
	checkObject(t, "log", tree["log"].(map[string]any))
	a := readArchive(t, octets)
	var pages []string
	for _, p := range a.Log.Pages {
		if slices.Contains(pages, p.ID) {
			t.Errorf("there are two pages %s", p.ID)
		}
		pages = append(pages, p.ID)
	}
	for i := range a.Log.Entries {
		checkEntry(t, &a.Log.Entries[i], pages)
	}
}

func checkObject(t *testing.T, path string, o map[string]any) {
	t.Helper()
	rules, ok := harObjects[path]
	if !ok {
		rules, ok = harObjects[path[strings.LastIndexByte(path, '.')+1:]]
	}
	members := make(map[string]byte)
	for _, rule := range strings.Fields(rules) {
		name, kind, _ := strings.Cut(rule, ":")
		members[name] = kind[0]
		if _, there := o[name]; !there && kind[0] < 'a' {
			t.Errorf("%s has no %s", path, name)
		}
	}
	for name, v := range o {
		kind, known := members[name]
		switch {
		case v == nil:
			t.Errorf("%s.%s is null", path, name)
		case ok && !known && !strings.HasPrefix(name, "_") && name != "redacted":
			t.Errorf("%s.%s is not of HAR 1.2", path, name)
		case known && kindOf(v) != kind|0x20:
			t.Errorf("%s.%s is %v", path, name, v)
		}
		checkValue(t, path+"."+name, v)
	}
}

func checkValue(t *testing.T, path string, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		checkObject(t, path, v)
	case []any:
		for _, element := range v {
			checkValue(t, path, element)
		}
	}
}

func kindOf(v any) byte {
	switch v.(type) {
	case string:
		return 's'
	case float64:
		return 'n'
	case bool:
		return 'b'
	case []any:
		return 'a'
	}
	return 'o'
}

func checkEntry(t *testing.T, e *archiveEntry, pages []string) {
	t.Helper()
	if !slices.Contains(pages, e.Pageref) {
		t.Errorf("there is no page %s", e.Pageref)
	}
	if _, err := time.Parse(time.RFC3339Nano, e.StartedDateTime); err != nil {
		t.Error(err)
	}
	if u, err := url.Parse(e.Request.URL); err != nil || !u.IsAbs() || u.Host == "" {
		t.Errorf("%q is no absolute address: %v", e.Request.URL, err)
	}
	if a, err := netip.ParseAddr(e.ServerIPAddress); err != nil || a.Zone() != "" {
		t.Errorf("%q is no address", e.ServerIPAddress)
	}
	sum := 0.0
	for name, v := range e.Timings {
		if v < 0 && v != -1 || v == -1 && (name == "send" || name == "wait" || name == "receive") {
			t.Errorf("%s is %v", name, v)
		}
		if v > 0 && name != "ssl" {
			sum += v
		}
	}
	if math.Abs(sum-e.Time) > 1e-6 {
		t.Errorf("%s took %v, its phases add up to %v", e.Request.URL, e.Time, sum)
	}
	if e.Timings["ssl"] > e.Timings["connect"] {
		t.Errorf("ssl lies inside connect: %v", e.Timings)
	}
	if (e.Response.Status == 0) && e.Response.Error == "" {
		t.Errorf("%s has no status, and nothing says why", e.Request.URL)
	}
}

// TestArchivesSatisfyOthers has har-validator and har-to-k6 of the npm registry
// look at the archives of all samples and of the corpus, and the importer of
// Chrome DevTools (chrome-devtools-frontend) read them back.
func TestArchivesSatisfyOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through the whole corpus: left out of short runs")
	}
	tools := installPackages(t, filepath.Join("..", "..", "export", "har", "testdata", "npm"))
	golden, err := os.ReadFile(filepath.Join("..", "..", "export", "har", "testdata", "archive.har"))
	check(t, err)
	check(t, os.WriteFile(filepath.Join(tools, "golden.har"), golden, 0o644))
	files := sampleFiles(t)
	found, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "corpus", "*", "capture.*"))
	for _, file := range found {
		files[filepath.Base(filepath.Dir(file))] = file
	}
	args := []string{"check.mjs", "golden.har"}
	for name, file := range files {
		outputOf(t, file, keyed(file, "export", "--to", "har", "-o", filepath.Join(tools, name+".har"))...)
		args = append(args, name+".har")
	}
	slices.Sort(args[1:])
	node := exec.Command("node", args...)
	node.Dir = tools
	if out, err := node.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	fmt.Fprintf(t.Output(), "%d archives\n", len(args)-1)
}

// installPackages copies a folder with a package.json, and installs there what it
// and the lock file beside it name.
func installPackages(t *testing.T, from string) (folder string) {
	t.Helper()
	for _, tool := range []string{"npm", "node"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("needs " + tool)
		}
	}
	folder = t.TempDir()
	check(t, os.CopyFS(folder, os.DirFS(from)))
	install := exec.Command("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = folder
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("needs the packages in %s of the npm registry: %v, %s", filepath.Join(from, "package.json"), err, bytes.TrimSpace(out))
	}
	return folder
}
