package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A terminal is a program that runs on a terminal of its own, as a person's hands
// and eyes have it: keys go in, octets come out.
type terminal struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File

	mu    sync.Mutex
	shown []byte        // since the last key
	came  chan struct{} // something was shown
	ended chan struct{}
}

// startTerminal runs a command on a terminal of 120×40.
func startTerminal(t *testing.T, name string, args ...string) *terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("needs a pseudoterminal:", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	check(t, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	check(t, err)
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	check(t, err)
	defer slave.Close()
	term := &terminal{t: t, cmd: exec.Command(name, args...), master: master, came: make(chan struct{}, 1), ended: make(chan struct{})}
	term.resize(120, 40)
	term.cmd.Stdin, term.cmd.Stdout, term.cmd.Stderr = slave, slave, slave
	term.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=")
	term.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	check(t, term.cmd.Start())
	t.Cleanup(func() { _ = term.cmd.Process.Kill(); _, _ = term.cmd.Process.Wait() })
	go term.read()
	return term
}

func (term *terminal) read() {
	defer close(term.ended)
	p := make([]byte, 1<<16)
	for {
		n, err := term.master.Read(p)
		term.mu.Lock()
		term.shown = append(term.shown, p[:n]...)
		term.mu.Unlock()
		select {
		case term.came <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (term *terminal) resize(w, h uint16) {
	check(term.t, unix.IoctlSetWinsize(int(term.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: h, Col: w}))
}

// press presses keys, and gives how long it took until something was shown that
// matches.
func (term *terminal) press(keys, want string) time.Duration {
	term.t.Helper()
	pattern := regexp.MustCompile("(?i)" + want)
	term.mu.Lock()
	term.shown = nil
	term.mu.Unlock()
	began := time.Now()
	_, err := io.WriteString(term.master, keys)
	check(term.t, err)
	return term.wait(began, pattern)
}

func (term *terminal) wait(began time.Time, pattern *regexp.Regexp) time.Duration {
	term.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		if pattern.MatchString(term.text()) {
			return time.Since(began)
		}
		select {
		case <-term.came:
		case <-deadline:
			term.t.Fatalf("in 20 s %q was not shown, but %q", pattern, strings.Fields(term.text()))
		}
	}
}

// sequences are what moves the cursor and chooses colours.
var sequences = regexp.MustCompile(`\x1b(\[[0-?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>]|\][^\a]*\a)`)

// text is what was shown since the last key, without colours and places.
func (term *terminal) text() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return string(sequences.ReplaceAll(term.shown, nil))
}

// status is a number of kB of the program's /proc/PID/status.
func (term *terminal) status(name string) (kB int) {
	term.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", term.cmd.Process.Pid))
	check(term.t, err)
	_, rest, _ := strings.Cut(string(text), name+":")
	_, err = fmt.Sscanf(rest, "%d kB", &kB)
	check(term.t, err)
	return kB
}

// While h2load asks for all that it can, keys are answered, memory stays within
// its limit, the oldest is forgotten, and what the kernel dropped is shown. It
// takes half a minute, and a machine that is otherwise idle.
func TestScreenUnderLoad(t *testing.T) {
	if os.Getenv("H2SCOPE_UI_LOAD") == "" {
		t.Skip("needs H2SCOPE_UI_LOAD=1: it wants the machine for itself")
	}
	needTools(t, "h2load", "nghttpd")
	program := buildStatic(t)
	namespace(t)
	folder := t.TempDir()
	check(t, os.WriteFile(filepath.Join(folder, "index.html"), bytes.Repeat([]byte("h2 "), 90), 0o600))
	start(t, "nghttpd", "--no-tls", "-d", folder, "8080")
	written := filepath.Join(folder, "out.pcapng")
	const limit = 256 << 10 // kB
	screen := startTerminal(t, program, "-i", "lo", "-f", "tcp port 8080", "--max-memory", "256MB", "-w", written)
	screen.press("", `live`)
	load := exec.Command("h2load", "-D", "20", "--warm-up-time=0", "-c", "10", "-m", "100", "http://127.0.0.1:8080/index.html")
	check(t, load.Start())
	over := make(chan error, 1)
	go func() { over <- load.Wait() }()

	latencies := screen.playKeys(over)
	slices.Sort(latencies)
	median, most := latencies[len(latencies)/2], latencies[len(latencies)*99/100]
	t.Logf("%d keys: answered in %v (median), %v (99 of 100), %v (all)", len(latencies), median, most, latencies[len(latencies)-1])
	if median > 50*time.Millisecond {
		t.Errorf("half of the keys are answered within %v", median)
	}
	t.Logf("now %d kB of heap and stacks, %d kB of the ring and the program", screen.status("RssAnon"), screen.status("RssFile")+screen.status("RssShmem"))
	if peak := screen.status("VmHWM"); peak > limit {
		t.Errorf("%d kB were resident, limit %d", peak, limit)
	} else {
		t.Logf("%d kB were resident at most, limit %d", peak, limit)
	}
	dropped := screen.dropped()
	for before := -1.0; dropped != before; before, dropped = dropped, screen.dropped() {
		<-time.After(300 * time.Millisecond) // what the kernel holds is read, and its counters are
	}
	t.Logf("the terminal is as it was within %v", screen.leave())
	if i, _ := lastInterface(t, written); !near(dropped, float64(i.Dropped)) {
		t.Errorf("shown are %v dropped packets; the kernel has dropped %d", dropped, i.Dropped)
	} else {
		t.Logf("%v dropped packets are shown of %d", dropped, i.Dropped)
	}
}

// leave presses q, and gives how long it takes until the terminal is as it was.
func (term *terminal) leave() time.Duration {
	term.t.Helper()
	term.mu.Lock()
	term.shown = nil
	term.mu.Unlock()
	began := time.Now()
	_, err := io.WriteString(term.master, "q")
	check(term.t, err)
	restored := func() bool {
		term.mu.Lock()
		defer term.mu.Unlock()
		return bytes.Contains(term.shown, []byte("\x1b[?1049l"))
	}
	for !restored() {
		select {
		case <-term.came:
		case <-term.ended:
			if !restored() {
				term.t.Error("the terminal is not as it was")
			}
			return time.Since(began)
		}
	}
	took := time.Since(began)
	_, err = term.cmd.Process.Wait()
	check(term.t, err)
	return took
}

// playKeys goes from view to view, and in them, until the load is over.
func (term *terminal) playKeys(over <-chan error) (latencies []time.Duration) {
	term.t.Helper()
	views := []struct{ key, want string }{
		{"4", `\[Frames\]`}, {"1", `\[Connections\]`}, {"2", `\[Streams\]`}, {"5", `\[windows\]`},
	}
	for i := 0; ; i++ {
		select {
		case err := <-over:
			check(term.t, err)
			if text := term.redrawn(); !strings.Contains(text, "FORGOTTEN") {
				term.t.Errorf("nothing was forgotten: %q", strings.Fields(text))
			}
			return latencies
		case <-time.After(100 * time.Millisecond): // a person's pause
		}
		v := views[i%len(views)]
		latencies = append(latencies, term.press(v.key, v.want))
	}
}

// redrawn is the whole screen, which a change of its size has drawn anew.
func (term *terminal) redrawn() string {
	term.mu.Lock()
	term.shown = nil
	term.mu.Unlock()
	term.resize(150, 41)
	term.wait(time.Now(), regexp.MustCompile(`q quit`))
	text := term.text()
	term.resize(120, 40)
	term.wait(time.Now(), regexp.MustCompile(`q quit(.|\n)*q quit`))
	return text
}

// dropped is the count of dropped packets that is shown.
func (term *terminal) dropped() float64 {
	term.t.Helper()
	text := term.redrawn()
	found := regexp.MustCompile(`([0-9.]+)([kMG]?) DROPPED`).FindStringSubmatch(text)
	if found == nil {
		term.t.Logf("no drops are shown: %q", text)
		return 0
	}
	n, err := strconv.ParseFloat(found[1], 64)
	check(term.t, err)
	return n * map[string]float64{"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[found[2]]
}

// near says that a number is another as it is shown: in three digits.
func near(shown, exact float64) bool {
	return shown == exact || shown > exact*0.99 && shown < exact*1.01
}
