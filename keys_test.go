package h2scope_test

import (
	"context"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// What a key log can lack, and what is said of it. The capture has seven TLS 1.3
// connections.
func TestKeyLogThatIsNotTheRightOne(t *testing.T) {
	folder := corpusFolder(t, "03a-tls13-suites")
	octets, err := os.ReadFile(filepath.Join(folder, "keys.log"))
	if err != nil {
		t.Fatal(err)
	}
	log := string(octets)
	tests := []struct {
		name              string
		log               string
		decrypted, reason string
	}{
		{"whole", log, "full", ""},
		{"none", "", "none", "no-keylog"},
		{"of other connections", changeRandoms(log), "none", "no-secret-for-client-random"},
		{"wrong secrets", changeSecrets(log), "none", "record-auth-failed"},
		{"of the client's half", without(log, "SERVER"), "client-only", "no-secret-for-client-random"},
		{"of the server's half", without(log, "CLIENT"), "server-only", "no-secret-for-client-random"},
		{"without the handshake's", without(log, "HANDSHAKE"), "full", ""},
		{"of the handshake only", without(log, "_TRAFFIC_SECRET_0"), "none", "no-secret-for-client-random"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			keys := keylog.NewStore()
			if _, err := keys.Add([]byte(test.log), "keys.log"); err != nil {
				t.Fatal(err)
			}
			for _, s := range securities(t, captureIn(t, folder), keys) {
				if s.Decrypted != test.decrypted || s.Reason != test.reason {
					t.Errorf("decrypted %q for reason %q, want %q and %q", s.Decrypted, s.Reason, test.decrypted, test.reason)
				}
			}
		})
	}
}

var (
	secretOfLine = regexp.MustCompile(`(?m)[0-9a-f]{4}$`)
	randomOfLine = regexp.MustCompile(`(?m)^(\S+) [0-9a-f]{4}`)
)

func changeSecrets(log string) string { return secretOfLine.ReplaceAllString(log, "0000") }
func changeRandoms(log string) string { return randomOfLine.ReplaceAllString(log, "$1 0000") }

// without leaves out the lines whose label has the word.
func without(log, word string) string {
	var kept strings.Builder
	for line := range strings.Lines(log) {
		if label, _, _ := strings.Cut(line, " "); !strings.Contains(label, word) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// securities is what is told of the TLS connections of a capture.
func securities(t *testing.T, path string, keys *keylog.Store) []h2decode.Security {
	t.Helper()
	return slices.Collect(told(t, open(t, path), keys))
}

// told decodes a capture and gives what is told of TLS, a copy for each
// connection.
func told(t *testing.T, src h2scope.Source, keys *keylog.Store) iter.Seq[h2decode.Security] {
	t.Helper()
	var all []h2decode.Security
	g := &gatherer{on: func(e h2decode.Event) {
		if e, ok := e.(*h2decode.ConnectionClosed); ok && e.TLS != nil {
			all = append(all, *e.TLS)
		}
	}}
	cfg := h2scope.Config{Keys: keys, KeysFinal: true}
	if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return g }, io.Discard); err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Error("no TLS connection")
	}
	return slices.Values(all)
}

// A capture that begins in the middle of TLS 1.3 connections is opened with the
// secrets of the log, wherever in a record it begins; and so is one direction.
func TestJoinedInTheMiddleOfTLS(t *testing.T) {
	for _, name := range []string{"04-chromium-nginx", "06-grpc-tls", "09-base-tls"} {
		folder := corpusFolder(t, name)
		path := captureIn(t, folder)
		keys := keysOf(t, folder, path)
		for skip := 12; skip < 90; skip += 6 {
			src := open(t, path)
			for s := range told(t, &selected{Source: src, keep: func(p *capture.Packet) bool { return p.Number > uint64(skip) }}, keys) {
				if s.Decrypted != "full" {
					t.Errorf("%s without its first %d packets: decrypted %q for reason %q", name, skip, s.Decrypted, s.Reason)
				}
			}
		}
	}
}

func open(t *testing.T, path string) capture.Source {
	t.Helper()
	src, err := capture.Open([]string{path}, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// A selected source leaves packets out.
type selected struct {
	capture.Source
	keep func(*capture.Packet) bool
}

func (s *selected) Next(p *capture.Packet) error {
	for {
		if err := s.Source.Next(p); err != nil || s.keep(p) {
			return err
		}
	}
}
