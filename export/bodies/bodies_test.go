package bodies

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// A message is a response that is played.
type message struct {
	conn     uint64
	stream   uint32
	path     string
	encoding string
	pieces   []string // "" is a hole of 4 octets
}

func (m *message) play(dst *bytes.Buffer, worker interface {
	Event([]byte, h2decode.Event) []byte
}) {
	o := h2decode.Origin{Conn: m.conn, From: h2decode.Server}
	worker.Event(nil, &h2decode.ConnectionOpened{Conn: m.conn})
	worker.Event(nil, &h2decode.StreamChanged{Origin: o, Stream: m.stream, New: h2decode.Open})
	s := &h2decode.Stream{ID: m.stream, Response: h2decode.Message{Complete: true}}
	for _, piece := range m.pieces {
		e := &h2decode.DataDecoded{Origin: o, Stream: m.stream, Data: []byte(piece)}
		if piece == "" {
			e.Missing = 4
		}
		worker.Event(nil, e)
		s.Response.DataBytes += uint64(len(piece)) + uint64(e.Missing)
	}
	s.Request.Fields = []hpack.Field{{Name: []byte(":path"), Value: []byte(m.path)}}
	s.Response.Fields = []hpack.Field{{Name: []byte("content-type"), Value: []byte("text/html")}, {Name: []byte(":status"), Value: []byte("200")}}
	if m.encoding != "" {
		s.Response.Fields = append(s.Response.Fields, hpack.Field{Name: []byte("content-encoding"), Value: []byte(m.encoding)})
	}
	dst.Write(worker.Event(nil, &h2decode.StreamClosed{Origin: o, Stream: s}))
}

// write plays messages into a folder and returns the rows of the list.
func write(t *testing.T, cfg Config, messages ...message) ([][]string, error) {
	t.Helper()
	if cfg.MaxBody == 0 {
		cfg.MaxBody = 100
	}
	b := New(cfg)
	var out bytes.Buffer
	if err := b.Head(&out); err != nil {
		return nil, err
	}
	w := b.Worker()
	for i := range messages {
		messages[i].play(&out, w)
	}
	err := b.Foot(&out)
	rows, parseErr := csv.NewReader(&out).ReadAll()
	if parseErr != nil {
		t.Fatal(parseErr)
	}
	return rows[1:], err
}

func TestNamesStayInTheFolder(t *testing.T) {
	outside := t.TempDir()
	folder := filepath.Join(outside, "in")
	for i, path := range []string{
		"/", "", "*", "/a.html", "/a/b/", "/../../../etc/passwd", "/..", "/.", "/...", "/.htaccess", "/a\\..\\b", "/a\x00b", "/a%2f..%2fb",
		"/con", "/-rf", "/a b;c", "/é", "/" + strings.Repeat("x", 5000), "/a?../../b", "//", "/a/..//",
	} {
		rows, err := write(t, Config{Folder: folder}, message{conn: uint64(i + 1), stream: 1, path: path, pieces: []string{"x"}})
		if err != nil || len(rows) != 1 {
			t.Fatalf("%q: %v, %v", path, rows, err)
		}
		name := rows[0][0]
		prefix := fmt.Sprintf("c%d-s1-response", i+1)
		if filepath.Base(name) != name || !strings.HasPrefix(name, prefix) || len(name) > 150 || strings.ContainsAny(name, `/\ ;$`) {
			t.Errorf("%q becomes %q", path, name)
		}
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
	if entries, _ := os.ReadDir(outside); len(entries) != 1 {
		t.Errorf("something got out: %v", entries)
	}
}

func TestNothingIsWrittenOverUnlessForced(t *testing.T) {
	folder := t.TempDir()
	m := message{conn: 1, stream: 1, path: "/a.txt", pieces: []string{"new"}}
	file := filepath.Join(folder, "c1-s1-response-a.txt")
	if err := os.WriteFile(file, []byte("old, and longer"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := write(t, Config{Folder: folder}, m)
	var exists *ExistsError
	if !errors.As(err, &exists) || exists.Hint() == "" {
		t.Errorf("error %v", err)
	}
	if octets, _ := os.ReadFile(file); string(octets) != "old, and longer" {
		t.Errorf("it was written over: %q", octets)
	}
	if _, err := write(t, Config{Folder: folder, Force: true}, m); err != nil {
		t.Fatal(err)
	}
	if octets, _ := os.ReadFile(file); string(octets) != "new" {
		t.Errorf("got %q", octets)
	}
}

// A link that lies in the folder is not followed, with force neither.
func TestLinksAreNotFollowed(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(outside, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, force := range []bool{false, true} {
		folder := t.TempDir()
		if err := os.Symlink(outside, filepath.Join(folder, "c1-s1-response-a.txt")); err != nil {
			t.Skip("needs symbolic links")
		}
		_, err := write(t, Config{Folder: folder, Force: force}, message{conn: 1, stream: 1, path: "/a.txt", pieces: []string{"x"}})
		if (err == nil) != force {
			t.Errorf("force %v: %v", force, err)
		}
		if octets, _ := os.ReadFile(outside); string(octets) != "precious" {
			t.Fatalf("%q was written over", outside)
		}
	}
}

func TestContentOfFiles(t *testing.T) {
	for _, tc := range []struct {
		name     string
		max      int
		m        message
		want     string
		complete string
	}{
		{"whole", 100, message{pieces: []string{"ab", "cd"}}, "abcd", "true"},
		{"a hole reads as zeros", 100, message{pieces: []string{"ab", "", "cd"}}, "ab\x00\x00\x00\x00cd", "false"},
		{"a hole at the end", 100, message{pieces: []string{"ab", ""}}, "ab", "false"},
		{"a hole beyond the limit", 5, message{pieces: []string{"ab", "", "cd"}}, "ab", "false"},
		{"beyond the limit", 3, message{pieces: []string{"ab", "cd"}}, "abc", "false"},
		{"a coding", 100, message{encoding: "gzip", pieces: []string{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x4b\x4c\x4a\x06\x00\xc2\x41\x24\x35\x03\x00\x00\x00"}}, "abc", "true"},
		{"a lie", 100, message{encoding: "gzip", pieces: []string{"abc"}}, "abc", "true"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			folder := t.TempDir()
			tc.m.conn, tc.m.stream, tc.m.path = 1, 1, "/"
			rows, err := write(t, Config{Folder: folder, MaxBody: tc.max}, tc.m)
			if err != nil {
				t.Fatal(err)
			}
			row := rows[0]
			octets, err := os.ReadFile(filepath.Join(folder, row[0]))
			if err != nil || string(octets) != tc.want {
				t.Errorf("got %q, %v", octets, err)
			}
			if row[0] != "c1-s1-response.html" || row[1] != fmt.Sprint(len(octets)) || row[2] != fmt.Sprintf("%x", sha256.Sum256(octets)) || row[3] != tc.complete {
				t.Errorf("the list says %q", row)
			}
			if fine := tc.complete == "true" && tc.name != "a lie"; (row[4] == "") != fine {
				t.Errorf("notes %q", row[4])
			}
		})
	}
}

func TestFolderThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := write(t, Config{Folder: file}); err == nil {
		t.Error("a file was taken for a folder")
	}
}
