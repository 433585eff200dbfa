package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"h2scope/reassembly/tlsdecrypt/keylog"
)

// preMasterLine is a line with a premaster secret.
func preMasterLine(octet string) string {
	return "RSA " + strings.Repeat(octet, 8) + " " + strings.Repeat(octet, 48) + "\n"
}

// Premaster secrets are embedded as they come: once each, when their line is
// whole, and also where the file was cut and written anew.
func TestPreMasterSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.log")
	f := &preMasterFollower{path: file}
	if got := f.news(); got != nil {
		t.Errorf("a file that is not there: %q", got)
	}
	one, two, three := preMasterLine("11"), preMasterLine("22"), preMasterLine("33")
	for i, step := range []struct {
		written string
		want    string
	}{
		{"# a remark\n" + one, one},
		{"# a remark\n" + one, ""},
		{"# a remark\n" + one + keyLogLine("CLIENT_RANDOM", 1, 0x11, 48) + two[:40], ""},
		{"# a remark\n" + one + keyLogLine("CLIENT_RANDOM", 1, 0x11, 48) + two, two},
		{three, three},
		{three + strings.Repeat("x", 10*maxKeyLogLine), ""},
		{three + strings.Repeat("x", 10*maxKeyLogLine) + "\nRSA " + strings.Repeat("0", maxKeyLogLine) + "\n" + strings.TrimSuffix(one, "\n") + "\r\n", one},
	} {
		check(t, os.WriteFile(file, []byte(step.written), 0o600))
		if got := string(f.news()); got != step.want {
			t.Errorf("step %d: %q, want %q", i+1, got, step.want)
		}
	}
	if n := len((&preMasterFollower{path: t.TempDir()}).news()); n != 0 {
		t.Errorf("a folder has %d octets", n)
	}
}

// They stand among the secrets that go into files, beside those of a client
// random.
func TestEmbeddedPreMasterSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.log")
	want := preMasterLine("44") + keyLogLine("CLIENT_RANDOM", 1, 0x11, 48)
	check(t, os.WriteFile(file, []byte(want), 0o600))
	keys, err := (&flags{keyLogs: []string{file}}).followKeys(keylog.NewStore())
	check(t, err)
	e := newEmbedded(keys)
	if got := string(e.news()); got != want || string(e.kept) != want {
		t.Errorf("%q, kept %q", got, e.kept)
	}
	if got := e.news(); got != nil {
		t.Errorf("again: %q", got)
	}
}
