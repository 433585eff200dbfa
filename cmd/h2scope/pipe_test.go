package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

// build makes the command, for tests that need a process of its own.
func build(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the command")
	}
	binary := filepath.Join(t.TempDir(), "h2scope.exe")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// TestClosedPipe is what head does: it reads a line and goes.
func TestClosedPipe(t *testing.T) {
	binary := build(t)
	capture := filepath.Join(t.TempDir(), "example.pcap")
	if err := os.WriteFile(capture, exampleCapture(t, time.Millisecond), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"frames --json", "frames -V", "streams", "summary", "demo"} {
		t.Run(args, func(t *testing.T) {
			cmd := exec.Command(binary, strings.Fields(args)...)
			if args != "demo" {
				cmd.Args = append(cmd.Args, capture)
			}
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			var stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = w, &stderr
			r.Close() // nobody reads at all
			err = cmd.Run()
			w.Close()
			if err != nil || stderr.Len() > 0 {
				t.Errorf("%v, %q", err, stderr.String())
			}
		})
	}
}

// TestInterruptible reads a capture that never ends.
func TestInterruptible(t *testing.T) {
	ctx, interrupt := context.WithCancel(context.Background())
	r, w := io.Pipe()
	in := interruptible(ctx, r)
	go w.Write([]byte("some octets"))
	p := make([]byte, 4)
	var got []byte
	for len(got) < len("some octets") {
		n, err := in.Read(p)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p[:n]...)
	}
	interrupt()
	if n, err := in.Read(p); n != 0 || err != io.EOF {
		t.Errorf("%d, %v", n, err)
	}
	if string(got) != "some octets" {
		t.Errorf("%q", got)
	}
}

// TestInterrupt holds that an interrupt is the end of the input: what was seen
// is summed up.
func TestInterrupt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no process can be interrupted there")
	}
	cmd := exec.Command(build(t), "summary", "-")
	in, err := cmd.StdinPipe()
	check(t, err)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	check(t, cmd.Start())
	// This is more than a pipe holds: once it is written, it is being read.
	_, err = in.Write(longCapture(t))
	check(t, err)
	check(t, cmd.Process.Signal(os.Interrupt))
	if err := cmd.Wait(); err != nil || !strings.Contains(stdout.String(), "1 h2 (prior-knowledge)") {
		t.Errorf("%v, %q, %q", err, stdout.String(), stderr.String())
	}
}

// longCapture is the example's beginning and 400 kB of a response.
func longCapture(t testing.TB) []byte {
	d := newDialogue(t, time.Millisecond)
	d.frames[fromClient].WriteString(http2.ClientPreface)
	check(t, d.framer[fromClient].WriteSettings())
	d.get(1, "/long")
	d.send(fromClient)
	d.headers(fromServer, 1, false, ":status", "200")
	for range 400 {
		check(t, d.framer[fromServer].WriteData(1, false, make([]byte, 1000)))
		d.send(fromServer)
	}
	return d.file.Bytes()
}

func TestInterruptibleGivesErrors(t *testing.T) {
	got, err := io.ReadAll(interruptible(context.Background(), strings.NewReader(strings.Repeat("x", 3*readAhead))))
	if err != nil || len(got) != 3*readAhead {
		t.Errorf("%d octets, %v", len(got), err)
	}
}

// Lines come as the packets do, while the pipe stays open: what
// "tcpdump -w - -U | h2scope frames -" needs.
func TestLinesComeAsThePipeBringsThem(t *testing.T) {
	in, feed := io.Pipe()
	lines, out := io.Pipe()
	done := make(chan int, 1)
	go func() { done <- run([]string{"frames", "-"}, streams{in: in, out: out, err: io.Discard}) }()
	go feed.Write(exampleCapture(t, time.Millisecond))
	first := make([]byte, 1<<16)
	n, err := io.ReadAtLeast(lines, first, 100) // the pipe is still open
	if err != nil || !strings.Contains(string(first[:n]), "SETTINGS") {
		t.Errorf("%q, %v", first[:n], err)
	}
	feed.Close()
	go io.Copy(io.Discard, lines)
	if code := <-done; code != exitOK {
		t.Errorf("exit code %d", code)
	}
}
