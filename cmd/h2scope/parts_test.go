package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

func TestParseDecodeAs(t *testing.T) {
	tests := []struct{ rule, wrong string }{
		{"tcp.port==8080,http2", ""},
		{"tcp.port==1,http2", ""},
		{"tcp.port==65535,http2", ""},
		{"tcp.port==0,http2", `not "0" at character 11`},
		{"tcp.port==65536,http2", `not "65536" at character 11`},
		{"tcp.port==,http2", `not "" at character 11`},
		{"tcp.port==80", "no comma after the port at character 13"},
		{"tcp.port==80,http", `the protocol is http2, not "http" at character 14`},
		{"udp.port==80,http2", "it begins with tcp.port=="},
		{"", "it begins with tcp.port=="},
	}
	for _, tt := range tests {
		ports, err := parseDecodeAs([]string{tt.rule})
		if tt.wrong == "" {
			if err != nil || len(ports) != 1 {
				t.Errorf("%q: %v, %v", tt.rule, ports, err)
			}
			continue
		}
		var usage usageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%q: %v; it has no %q", tt.rule, err, tt.wrong)
		}
	}
}

func TestUseColor(t *testing.T) {
	tests := []struct {
		name, when, noColor, term string
		terminal, want            bool
	}{
		{"a terminal", "auto", "", "xterm", true, true},
		{"a pipe", "auto", "", "xterm", false, false},
		{"NO_COLOR", "auto", "1", "xterm", true, false},
		{"a dumb terminal", "auto", "", "dumb", true, false},
		{"always, into a pipe", "always", "1", "dumb", false, true},
		{"never", "never", "", "xterm", true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", tt.noColor)
			t.Setenv("TERM", tt.term)
			if got := useColor(tt.when, tt.terminal); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestProgressText(t *testing.T) {
	for _, tt := range []struct {
		packets, octets, total int64
		want                   string
	}{
		{10, 2_000_000, 0, "10 packets, 2.0 MB"},
		{10, 2_000_000, 4_000_320, "10 packets, 2.0 MB, 50%"},
		{10, 2_000_000, 1_000_000, "10 packets, 2.0 MB"}, // it is compressed
	} {
		if got := progressText(tt.packets, tt.octets, tt.total); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestTotalSize(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a")
	check(t, os.WriteFile(file, make([]byte, 100), 0o644))
	if n := totalSize([]string{file, file}); n != 200 {
		t.Errorf("two files: %d", n)
	}
	for _, other := range []string{"-", t.TempDir()} {
		if n := totalSize([]string{file, other}); n != 0 {
			t.Errorf("with %s: %d", other, n)
		}
	}
}

func TestVersionText(t *testing.T) {
	info := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}
	if got := versionText(info); !strings.HasPrefix(got, "h2scope v1.2.3 (go") {
		t.Error(got)
	}
	info = &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "true"}}}
	if got := versionText(info); !strings.HasPrefix(got, "h2scope development version, commit 0123456789ab with changes (go") {
		t.Error(got)
	}
}

func TestWrap(t *testing.T) {
	if got := wrap("one, two, three", 9); got != "one,\ntwo,\nthree" {
		t.Errorf("%q", got)
	}
	if got := wrap("unbreakable", 4); got != "unbreakable" {
		t.Errorf("%q", got)
	}
}

// TestTerminalWidth holds that what is no terminal gets lines of any width.
func TestTerminalWidth(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "a"))
	check(t, err)
	defer file.Close()
	for _, w := range []io.Writer{io.Discard, file} {
		if n := terminalWidth(w); n != 0 {
			t.Errorf("%T: %d cells", w, n)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestErrorsOfWriting holds that a full disk is said, whatever is written.
func TestErrorsOfWriting(t *testing.T) {
	file := filepath.Join(t.TempDir(), "example.pcap")
	check(t, os.WriteFile(file, exampleCapture(t, 1), 0o644))
	for _, args := range []string{"summary", "conns", "streams", "frames", "frames --json", "frames --sort length"} {
		var stderr strings.Builder
		code := run(append(strings.Fields(args), file), streams{nil, failing{errors.New("no space left on device")}, &stderr})
		if code != exitFailed || stderr.String() != "h2scope: error: no space left on device\n" {
			t.Errorf("%s: %d, %q", args, code, stderr.String())
		}
	}
}
