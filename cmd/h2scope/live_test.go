package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"h2scope/capture"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// TestLiveUsage: a mistake is told before anything is opened.
func TestLiveUsage(t *testing.T) {
	for args, want := range map[string]string{
		"summary -f tcp a.pcap":               "--filter is for listening, with --interface",
		"frames --ring-size 1M a.pcap":        "--ring-size is for listening",
		"conns -w x a.pcap":                   "--write is for listening",
		"streams --promiscuous -":             "--promiscuous is for listening",
		"streams -i lo a.pcap":                "a FILE or --interface, not both",
		"-i lo -r a.pcap":                     "a FILE or --interface, not both",
		"frames -i lo --snaplen -1":           "--snaplen is 0 or more, not -1",
		"frames -i any --promiscuous":         "--promiscuous is for one interface",
		"frames -i lo --ring-size 0":          "--ring-size is not 0",
		"frames -i lo --ring-size lots":       "--ring-size is a size",
		"frames -i lo -b packets:1":           "--rotate is for --write to a file",
		"frames -i lo -w - -b packets:1 -o x": "--rotate is for --write to a file",
		"frames -i lo -w -":                   "give --output too",
		"frames -i lo -w x -b weekly":         `--rotate "weekly": a rule is filesize:KB`,
		"frames -i lo -f portt":               `--filter "portt": at offset 0`,
		"record":                              "--interface is missing",
		"record -i lo":                        "--write is missing",
		"record -i lo -w x y":                 "takes no argument",
		"record -i lo -w x -f (":              `--filter "(": at offset`,
		"record -w x":                         "--interface is missing",
	} {
		var out, errs bytes.Buffer
		code := run(strings.Fields(args), streams{nil, &out, &errs})
		if code != exitUsage || !strings.Contains(errs.String(), want) || out.Len() > 0 {
			t.Errorf("%s: exit code %d, %s", args, code, errs.String())
		}
	}
}

func TestLiveErrors(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs Linux: what is missing is told in another order elsewhere")
	}
	for _, args := range []string{"frames -i nosuch0", "record -i nosuch0 -w " + filepath.Join(t.TempDir(), "x")} {
		var out, errs bytes.Buffer
		code := run(strings.Fields(args), streams{nil, &out, &errs})
		const want = "h2scope: error: listen on nosuch0: no such interface\nh2scope: hint: h2scope interfaces lists those that there are\n"
		if code != exitFailed || errs.String() != want {
			t.Errorf("%s: exit code %d, %s", args, code, errs.String())
		}
	}
	var out, errs bytes.Buffer
	code := run(strings.Fields("frames -i lo -k "+t.TempDir()), streams{nil, &out, &errs})
	if code != exitFailed || !strings.Contains(errs.String(), "key log: ") {
		t.Errorf("a folder as key log: %d, %s", code, errs.String())
	}
}

// TestKeyFollower reads what is appended, when it is time, and tells what is
// wrong once.
func TestKeyFollower(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.log")
	store := keylog.NewStore()
	f := &flags{keyLogs: []string{file}}
	keys, err := f.followKeys(store)
	check(t, err)
	source := &followingSource{&scriptedSource{packets: 1 << 20, clock: time.Now().UnixNano()}, keys}
	if keys.none() {
		t.Error("there is nothing to follow")
	}
	n := source.Notices()
	if len(n) != 1 || !strings.Contains(n[0].Message, "no such file") {
		t.Errorf("%v", n)
	}
	secrets := func() int {
		for range 2 * pollEvery / int64(time.Millisecond) {
			check(t, source.Next(new(capture.Packet)))
		}
		_, secrets := store.Len()
		return secrets
	}
	if n := secrets(); n != 0 || len(source.Notices()) > 0 {
		t.Errorf("%d secrets, or told twice", n)
	}
	out, err := os.Create(file)
	check(t, err)
	defer out.Close()
	line := keyLogLine("CLIENT_RANDOM", 1, 0x11, 48)
	out.WriteString(line + "nonsense\n" + line[:20])
	if n := secrets(); n != 1 {
		t.Errorf("%d secrets", n)
	}
	if n := source.Notices(); len(n) != 1 || n[0].Kind != "keylog-line" || !strings.Contains(n[0].Message, "keys.log:2") {
		t.Errorf("%v", n)
	}
	out.WriteString(line[20:] + keyLogLine("CLIENT_RANDOM", 2, 0x11, 48))
	if n := secrets(); n != 2 {
		t.Errorf("%d secrets", n)
	}
}

// TestKeyFollowerFromEnvironment is how curl and browsers name it.
func TestKeyFollowerFromEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.log")
	check(t, os.WriteFile(file, []byte(keyLogLine("CLIENT_RANDOM", 1, 0x11, 48)), 0o600))
	t.Setenv(keyLogVariable, file)
	store := keylog.NewStore()
	keys, err := new(flags).followKeys(store)
	check(t, err)
	if n, _ := store.Len(); n != 1 || keys.none() {
		t.Errorf("%d connections", n)
	}
	t.Setenv(keyLogVariable, "")
	if keys, err = new(flags).followKeys(store); err != nil || !keys.none() {
		t.Errorf("%v", err)
	}
}
