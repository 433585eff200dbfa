package main

import (
	"bytes"
	"fmt"
	"sort"
	"strings"
	"testing"

	"h2scope/reassembly/tlsdecrypt/keylog"
)

// keyLogLine is a line whose random and secret are filled with octets.
func keyLogLine(label string, random, secret byte, length int) string {
	return fmt.Sprintf("%s %x %x\n", label, bytes.Repeat([]byte{random}, 32), bytes.Repeat([]byte{secret}, length))
}

func sorted(text string) string {
	lines := strings.SplitAfter(text, "\n")
	sort.Strings(lines)
	return strings.Join(lines, "")
}

func add(t *testing.T, store *keylog.Store, lines ...string) {
	t.Helper()
	if warnings, err := store.Add([]byte(strings.Join(lines, "")), "test"); err != nil || len(warnings) > 0 {
		t.Fatal(warnings, err)
	}
}

// TestEmbeddedSecrets: the lines that go into a file are those of the key log,
// without what opens no record, and without what was there already.
func TestEmbeddedSecrets(t *testing.T) {
	store := keylog.NewStore()
	e := &embedded{keys: &keyFollower{store: store}}
	if n := e.news(); n != nil {
		t.Errorf("%q", n)
	}
	first := []string{
		keyLogLine("CLIENT_RANDOM", 1, 0x11, 48),
		keyLogLine("CLIENT_EARLY_TRAFFIC_SECRET", 2, 0x21, 32),
		keyLogLine("CLIENT_HANDSHAKE_TRAFFIC_SECRET", 2, 0x22, 32),
		keyLogLine("SERVER_HANDSHAKE_TRAFFIC_SECRET", 2, 0x23, 32),
		keyLogLine("CLIENT_TRAFFIC_SECRET_0", 2, 0x24, 32),
		keyLogLine("SERVER_TRAFFIC_SECRET_0", 2, 0x25, 32),
		keyLogLine("SERVER_TRAFFIC_SECRET_2", 2, 0x26, 32),
		keyLogLine("SERVER_TRAFFIC_SECRET_N", 2, 0x27, 32),
	}
	add(t, store, append(first, keyLogLine("EXPORTER_SECRET", 2, 0x28, 32), "# a remark\n")...)
	want := strings.Join(first, "")
	if got := string(e.news()); sorted(got) != sorted(want) {
		t.Errorf("%s\nwant %s", got, want)
	}
	if n := e.news(); n != nil {
		t.Errorf("again: %q", n)
	}
	second := keyLogLine("CLIENT_RANDOM", 3, 0x31, 48)
	add(t, store, second)
	if got := string(e.news()); got != second {
		t.Errorf("%s", got)
	}
	if sorted(string(e.kept)) != sorted(want+second) {
		t.Errorf("%s", e.kept)
	}
	copied := keylog.NewStore()
	add(t, copied, string(e.kept))
	connections, secrets := store.Len()
	if c, s := copied.Len(); c != connections || s != secrets {
		t.Errorf("%d connections with %d secrets, want %d with %d", c, s, connections, secrets)
	}
}

// TestEmbeddedForgets the oldest, whole lines of it.
func TestEmbeddedForgets(t *testing.T) {
	e := new(embedded)
	line := []byte(strings.Repeat("x", 1022) + "\n")
	for range maxKept/len(line) + 10 {
		e.keep(line)
	}
	if len(e.kept) > maxKept || len(e.kept) < maxKept-2*len(line) || len(e.kept)%len(line) != 0 {
		t.Errorf("%d octets, lines of %d", len(e.kept), len(line))
	}
}
