package keylog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestLabels reads a line of each label that opens records.
func TestLabels(t *testing.T) {
	s := read(t, ""+
		line("CLIENT_RANDOM", 0xa0, 0x01, 48)+
		line("CLIENT_EARLY_TRAFFIC_SECRET", 0xa1, 0x02, 32)+
		line("CLIENT_HANDSHAKE_TRAFFIC_SECRET", 0xa1, 0x03, 48)+
		line("SERVER_HANDSHAKE_TRAFFIC_SECRET", 0xa1, 0x04, 48)+
		line("CLIENT_TRAFFIC_SECRET_0", 0xa1, 0x05, 48)+
		line("SERVER_TRAFFIC_SECRET_0", 0xa1, 0x06, 48)+
		line("CLIENT_TRAFFIC_SECRET_1", 0xa1, 0x07, 48)+
		line("SERVER_TRAFFIC_SECRET_4294967294", 0xa1, 0x08, 32)+
		"RSA "+hexOf(0xb0, 8)+" "+hexOf(0x09, 48)+"\n")
	expect(t, "master", find(t, s, 0xa0).Master(), "01*48")
	c := find(t, s, 0xa1)
	expect(t, "master", c.Master(), "")
	expect(t, "early", c.EarlyTraffic(), "02*32")
	expect(t, "client handshake", c.ClientHandshake(), "03*48")
	expect(t, "server handshake", c.ServerHandshake(), "04*48")
	expect(t, "client 0", c.Traffic(Client, 0), "05*48")
	expect(t, "server 0", c.Traffic(Server, 0), "06*48")
	expect(t, "client 1", c.Traffic(Client, 1), "07*48")
	expect(t, "server 1", c.Traffic(Server, 1), "")
	expect(t, "server 2^32-2", c.Traffic(Server, 4294967294), "08*32")
	expect(t, "client, any", c.AnyTraffic(Client), "05*48 07*48")
	if c.Len() != 7 {
		t.Errorf("%d secrets", c.Len())
	}
	premaster, ok := s.PreMaster([]byte(strings.Repeat("\xb0", 256)))
	if !ok || len(premaster) != 48 || premaster[0] != 9 {
		t.Errorf("premaster secret of %d octets", len(premaster))
	}
	if conns, secrets := s.Len(); conns != 2 || secrets != 9 || s.Version() != 9 {
		t.Errorf("%d connections, %d secrets, version %d", conns, secrets, s.Version())
	}
}

// TestLetterN: OpenSSL writes CLIENT_TRAFFIC_SECRET_N, with the letter, after
// each KeyUpdate.
func TestLetterN(t *testing.T) {
	s := read(t, line("CLIENT_TRAFFIC_SECRET_0", 1, 0x10, 48)+line("CLIENT_TRAFFIC_SECRET_N", 1, 0x11, 48)+
		line("SERVER_TRAFFIC_SECRET_N", 1, 0x21, 48)+line("CLIENT_TRAFFIC_SECRET_N", 1, 0x12, 48))
	c := find(t, s, 1)
	expect(t, "client 0", c.Traffic(Client, 0), "10*48")
	expect(t, "client N", c.Traffic(Client, UnknownGeneration), "11*48 12*48")
	expect(t, "server, any", c.AnyTraffic(Server), "21*48")
}

func TestUnknownConnection(t *testing.T) {
	s := NewStore()
	c, ok := s.Find(random(1))
	if ok || c.Len() != 0 || c.Master() != nil || c.AnyTraffic(Server) != nil {
		t.Error("an empty store knows a connection")
	}
	for _, encrypted := range [][]byte{nil, make([]byte, 7), make([]byte, 8)} {
		if _, ok := s.PreMaster(encrypted); ok {
			t.Errorf("an empty store knows a premaster secret of %x", encrypted)
		}
	}
}

// TestAlternatives: the same line twice is one secret; another secret is another
// alternative, up to a bound.
func TestAlternatives(t *testing.T) {
	s := read(t, line("CLIENT_RANDOM", 1, 0x10, 48)+line("CLIENT_RANDOM", 1, 0x10, 48)+line("CLIENT_RANDOM", 1, 0x11, 48))
	expect(t, "master", find(t, s, 1).Master(), "10*48 11*48")
	if s.Version() != 2 {
		t.Errorf("version %d: a duplicate counts", s.Version())
	}
	for octet := range byte(10) {
		s.Add([]byte(line("CLIENT_RANDOM", 2, octet, 48)), "")
	}
	expect(t, "first of too many", find(t, s, 2).Master(), "00*48 01*48 02*48 03*48 04*48 05*48 06*48 07*48")
	for octet := range byte(100) {
		s.Add([]byte(line("SERVER_TRAFFIC_SECRET_N", 2, octet, 32)), "")
	}
	if n := len(find(t, s, 2).Traffic(Server, UnknownGeneration)); n != maxUnnumbered {
		t.Errorf("%d updates kept", n)
	}
}

// TestSecretsStay: what was found does not change, and what comes later is found.
func TestSecretsStay(t *testing.T) {
	s := read(t, line("CLIENT_TRAFFIC_SECRET_0", 1, 0x10, 32))
	before := find(t, s, 1)
	add(t, s, line("SERVER_TRAFFIC_SECRET_0", 1, 0x20, 32))
	expect(t, "before", before.Traffic(Server, 0), "")
	expect(t, "after", find(t, s, 1).Traffic(Server, 0), "20*32")
	expect(t, "after, client", find(t, s, 1).Traffic(Client, 0), "10*32")
}

func TestSince(t *testing.T) {
	s := read(t, line("CLIENT_RANDOM", 1, 1, 48)+line("CLIENT_RANDOM", 9, 9, 48)+line("CLIENT_RANDOM", 5, 5, 48))
	version := s.Version()
	add(t, s, line("CLIENT_RANDOM", 3, 3, 48)+line("CLIENT_RANDOM", 9, 8, 48)+line("CLIENT_RANDOM", 1, 1, 48))
	for _, test := range []struct {
		since uint64
		want  string
	}{{0, "1 9 5 3 "}, {version, "9 3 "}, {s.Version(), ""}} {
		got := ""
		for r, c := range s.Since(test.since) {
			got += fmt.Sprintf("%x ", r[0])
			if len(c.Master()) == 0 {
				t.Errorf("%v has no master secret", r)
			}
		}
		if got != test.want {
			t.Errorf("since %d: %s, want %s", test.since, got, test.want)
		}
	}
	for r := range s.All() {
		if r != random(1) {
			t.Errorf("%v is the first of all", r)
		}
		break
	}
}

// TestSeveralSources: the client's log, the server's and a block of a pcapng file
// are one, whatever their order.
func TestSeveralSources(t *testing.T) {
	client := line("CLIENT_HANDSHAKE_TRAFFIC_SECRET", 1, 1, 32) + line("CLIENT_TRAFFIC_SECRET_0", 1, 2, 32)
	server := line("SERVER_HANDSHAKE_TRAFFIC_SECRET", 1, 3, 32) + line("CLIENT_TRAFFIC_SECRET_0", 1, 2, 32)
	block := line("SERVER_TRAFFIC_SECRET_0", 1, 4, 32)
	for _, order := range [][]string{{client, server, block}, {block, client, server}, {server, block, client, server, client}} {
		s := NewStore()
		for _, text := range order {
			add(t, s, text)
		}
		c := find(t, s, 1)
		expect(t, "client handshake", c.ClientHandshake(), "01*32")
		expect(t, "client", c.Traffic(Client, 0), "02*32")
		expect(t, "server handshake", c.ServerHandshake(), "03*32")
		expect(t, "server", c.Traffic(Server, 0), "04*32")
		if c.Len() != 4 || s.Version() != 4 {
			t.Errorf("%d secrets, version %d", c.Len(), s.Version())
		}
	}
}

// TestWaiting: a connection that waits for its secret looks at the version alone,
// until there is something new.
func TestWaiting(t *testing.T) {
	s := NewStore()
	version := s.Version()
	add(t, s, "# nothing\n"+line("EXPORTER_SECRET", 1, 1, 32))
	if s.Version() != version {
		t.Error("nothing new is a new version")
	}
	add(t, s, line("CLIENT_RANDOM", 1, 1, 48))
	if s.Version() <= version {
		t.Error("a secret is no new version")
	}
	version = s.Version()
	add(t, s, line("CLIENT_RANDOM", 1, 1, 48))
	if s.Version() != version {
		t.Error("a duplicate is a new version")
	}
	add(t, s, "RSA "+hexOf(1, 8)+" "+hexOf(1, 48))
	if s.Version() <= version {
		t.Error("a premaster secret is no new version")
	}
}

// TestConcurrent is for the race detector.
func TestConcurrent(t *testing.T) {
	s := NewStore()
	var group sync.WaitGroup
	for worker := range byte(4) {
		group.Go(func() {
			for octet := range byte(50) {
				s.Add([]byte(line("CLIENT_TRAFFIC_SECRET_N", octet%7, worker, 32)+"X 00 00\n"), "")
				if c, ok := s.Find(random(octet % 7)); !ok || c.Len() == 0 {
					t.Error("a secret is gone")
				}
				for _, c := range s.All() {
					c.AnyTraffic(Client)
				}
				s.Len()
				s.Skipped()
			}
		})
	}
	group.Wait()
	if conns, secrets := s.Len(); conns != 7 || secrets != 28 {
		t.Errorf("%d connections, %d secrets", conns, secrets)
	}
}

// TestCorpus reads the logs of OpenSSL, BoringSSL, NSS, Go and others.
func TestCorpus(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "..", "shared", "corpus", "*", "keys.log"))
	if len(files) == 0 {
		t.Skip("needs ../shared: corpus")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := NewStore()
		warnings, err := s.ReadFile(file)
		if err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v %v", file, warnings, err)
		}
		secret, skip := map[string]bool{}, 0 // node writes what both of its ends log
		for line := range strings.Lines(string(text)) {
			switch label, _, _ := strings.Cut(line, " "); {
			case strings.Contains(label, "EXPORTER"):
				skip++
			case !strings.HasPrefix(line, "#"):
				secret[line] = true
			}
		}
		known, unknown := s.Skipped()
		if _, secrets := s.Len(); secrets == 0 || secrets != len(secret) || unknown != 0 || known != skip {
			t.Errorf("%s: %d secrets of %d lines, %d and %d skipped", file, secrets, len(secret), known, unknown)
		}
	}
}
