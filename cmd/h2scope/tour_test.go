package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A tour plays keys to the program in a terminal of tmux.
type tour struct {
	t      *testing.T
	socket string
	page   strings.Builder
}

// startTour runs a command line in a terminal of 100 columns and 30 lines.
func startTour(t *testing.T, folder, line string) *tour {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("needs tmux")
	}
	tr := &tour{t: t, socket: filepath.Join(t.TempDir(), "tmux")}
	tr.tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "-c", folder,
		"TERM=screen-256color NO_COLOR=1 LC_ALL=C.UTF-8 "+line+"; echo left with $?; cat")
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", tr.socket, "kill-server").Run() })
	return tr
}

func (tr *tour) tmux(args ...string) string {
	tr.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", tr.socket}, args...)...).CombinedOutput()
	if err != nil {
		tr.t.Fatalf("tmux %q: %v: %s", args, err, out)
	}
	return string(out)
}

// press presses keys, and waits until the screen has a text on it.
func (tr *tour) press(want string, keys ...string) (screen string) {
	tr.t.Helper()
	for _, key := range keys {
		tr.tmux("send-keys", key)
	}
	ctx, cancel := context.WithTimeout(tr.t.Context(), 20*time.Second)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		if screen = tr.tmux("capture-pane", "-p"); strings.Contains(screen, want) {
			return screen
		}
		select {
		case <-ctx.Done():
			tr.t.Fatalf("after %q %q does not come:\n%s", keys, want, screen)
		case <-look.C:
		}
	}
}

// show puts a screen on the page.
func (tr *tour) show(title, text, screen string) {
	var lines []string
	for line := range strings.Lines(screen) {
		if at := strings.Index(line, " memory"); at >= 0 { // how much that is differs
			line = line[:strings.LastIndex(line[:at], " · ")] + "\n"
		}
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	fmt.Fprintf(&tr.page, "## %s\n\n%s\n\n```text\n%s\n```\n\n", title, text, strings.TrimRight(strings.Join(lines, "\n"), "\n"))
}

// The way from a slow page to its cause, through the program itself; its screens
// are docs/tour.md.
func TestTour(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	folder := t.TempDir()
	program := filepath.Join(folder, "h2scope")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	tr := startTour(t, folder, "./h2scope demo slow-page")
	tr.page.WriteString("# A tour of the terminal UI\n\nA page was slow, and someone wants to know why. These screens are those of `h2scope demo slow-page`, taken by\n`go test ./cmd/h2scope -run Tour -update`.\n\n")
	tr.show("Open", "The exchange that took longest is selected, and the headline says why: of 361 ms it stood still for 351, since the\nconnection's window was shut. The bars are shaded where that was so.",
		tr.press("connection's flow-control window", ""))
	tr.show("The slowest first", "In a capture with more streams `:sort took` puts the slowest on top; `s` orders by the next column.",
		tr.press("took*", ":sort took", "Enter"))
	tr.show("The exchange in full", "Enter opens it. `]` and `[` go through its tabs: here its frames, between client and server, with the windows that each\nleft to the stream and to the connection. The pause is the stall.",
		tr.press("stalled: connection's window", "Enter", "]", "]"))
	tr.show("That moment in Windows", "`5`: the clock stands where the stall began, here as in every view. Stream 7 had a megabyte left, the connection\nnothing. The table says who waited for what, and what ended it: two streams waited, the script as well.",
		tr.press("[windows]", "5"))
	tr.show("Who should have been sent first", "`6`: the priority tree at that moment, and beside what each stream was due what it got. The text depends on the\nscript, so the script was due what the text got: sent in turns, they used up the window together.",
		tr.press("[priority]", "6"))
	tr.show("A step on", "`]` goes to the next thing that the client said about priorities: while both wait it moves the script up. That can't\nhelp, as no window opened.",
		tr.press("after frame 19", "]"))
	tr.press("after frame 20", "]")
	tr.show("The same in urgencies", "`]` again: the client says so by RFC 9218, too. `u` shows the streams by urgency instead of the tree.",
		tr.press("urgencies, RFC 9218", "u"))
	tr.press("[windows]", "5")
	tr.show("The frame that ended the stall", "Back in Windows, Enter on the stall leads there: WINDOW_UPDATE on the connection, its fields and its octets.",
		tr.press("Window Size Increment", "Enter"))
	tr.press("stream 7: ", "2", "g")
	tr.show("Export the exchange", "`2` and `g` lead back to the slowest; `e` and a format export it: here HAR.",
		tr.press("written: tour.har", "e", "har tour.har", "Enter"))
	tr.press("left with 0", "q")

	checkTourArchive(t, filepath.Join(folder, "tour.har"))
	page := filepath.Join("..", "..", "docs", "tour.md")
	text := strings.TrimRight(tr.page.String(), "\n") + "\n"
	if *update {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if was, err := os.ReadFile(page); err != nil || string(was) != text {
		t.Errorf("docs/tour.md is not what the screens are (%v): go test ./cmd/h2scope -run Tour -update\n%s", err, text)
	}
}

// checkTourArchive reads a HAR of the exchange that was selected.
func checkTourArchive(t *testing.T, path string) {
	t.Helper()
	octets, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var archive struct {
		Log struct {
			Entries []struct {
				Request  struct{ URL string }
				Response struct {
					Status  int
					Content struct{ Size int }
				}
			}
		}
	}
	if err := json.Unmarshal(octets, &archive); err != nil {
		t.Fatal(err)
	}
	entries := archive.Log.Entries
	if len(entries) != 1 || entries[0].Response.Status != 200 || entries[0].Response.Content.Size != 60000 || !strings.Contains(entries[0].Request.URL, "/") {
		t.Errorf("the archive has %+v", entries)
	}
}

// However it leaves, the terminal is as it was: what is typed shows, and what
// stood there before stands there.
func TestTerminalIsPutBack(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	folder := t.TempDir()
	program := filepath.Join(folder, "h2scope")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, end := range map[string]func(*tour){
		"q":       func(tr *tour) { tr.tmux("send-keys", "q") },
		"Ctrl-C":  func(tr *tour) { tr.tmux("send-keys", "C-c") },
		"SIGTERM": func(tr *tour) { tr.signal("TERM") },
		"SIGHUP":  func(tr *tour) { tr.signal("HUP") },
	} {
		t.Run(name, func(t *testing.T) {
			tr := startTour(t, folder, "echo before; stty -a > was; ./h2scope demo; stty -a | diff was - && echo the same")
			tr.press("[streams]")
			end(tr)
			screen := tr.press("the same")
			if !strings.Contains(screen, "before") || strings.Contains(screen, "[streams]") {
				t.Errorf("the screen is not as it was:\n%s", screen)
			}
		})
	}
}

// signal sends a signal to the program that runs in the terminal.
func (tr *tour) signal(name string) {
	tr.t.Helper()
	shell := strings.TrimSpace(tr.tmux("display-message", "-p", "#{pane_pid}"))
	out, err := exec.Command("ps", "-o", "pid=,comm=", "--ppid", shell).Output()
	if err != nil {
		tr.t.Skip("needs ps")
	}
	for line := range strings.Lines(string(out)) {
		if pid, comm, _ := strings.Cut(strings.TrimSpace(line), " "); strings.TrimSpace(comm) == "h2scope" {
			if err := exec.Command("kill", "-"+name, pid).Run(); err != nil {
				tr.t.Fatal(err)
			}
			return
		}
	}
	tr.t.Fatalf("the program does not run: %s", out)
}
