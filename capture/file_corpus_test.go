package capture

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sharedCaptures are the captures of ../shared/corpus beside the repository.
func sharedCaptures(t *testing.T) []string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
	}
	names, _ := filepath.Glob(filepath.Join(dir, "..", "shared", "corpus", "*", "capture.*"))
	if len(names) == 0 {
		t.Skip("needs ../shared: corpus")
	}
	return names
}

// tsharkPackets is what tshark says of a file's packets, as tsharkLine does.
func tsharkPackets(t *testing.T, name string) []string {
	t.Helper()
	out, err := exec.Command("tshark", "-n", "-r", name, "-T", "fields",
		"-e", "frame.time_epoch", "-e", "frame.cap_len", "-e", "frame.len", "-e", "frame.interface_id").Output()
	if err != nil && len(out) == 0 {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if f[3] == "" {
			f[3] = "0" // pcap
		}
		lines = append(lines, strings.Join(f, " "))
	}
	return lines
}

func tsharkLine(p want) string {
	return fmt.Sprintf("%d.%09d %d %d %d", p.time/1e9, p.time%1e9, len(p.data), p.length, p.iface)
}

// TestCorpusAgainstTshark compares number, times, lengths and interfaces in
// the order of the file.
func TestCorpusAgainstTshark(t *testing.T) {
	names := sharedCaptures(t)
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("needs tshark")
	}
	for _, name := range names {
		t.Run(filepath.Base(filepath.Dir(name)), func(t *testing.T) {
			t.Parallel() // tshark takes its time to start
			src, err := Open([]string{name}, Config{SortPackets: -1})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			var got []string
			for _, p := range collect(t, src) {
				got = append(got, tsharkLine(p))
			}
			want := tsharkPackets(t, name)
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					t.Fatalf("packet %d: %s, tshark has %s", i+1, got[i], want[i])
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d packets, tshark has %d", len(got), len(want))
			}
		})
	}
}

// TestCorpusSorted has each file in order of time, but where it is several
// captures one after the other, whose order is the file's.
func TestCorpusSorted(t *testing.T) {
	for _, name := range sharedCaptures(t) {
		folder := filepath.Base(filepath.Dir(name))
		t.Run(folder, func(t *testing.T) {
			src, err := Open([]string{name}, Config{})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			got := collect(t, src)
			notices := src.Notices()
			switch folder {
			case "11-fmt-merged":
				wantKinds(t, notices, Unsorted)
				inFile, err := Open([]string{name}, Config{SortPackets: -1})
				if err != nil {
					t.Fatal(err)
				}
				defer inFile.Close()
				wantPackets(t, got, collect(t, inFile))
				return
			case "11-fmt-truncated":
				wantKinds(t, notices, Truncated)
			case "11-fmt-pcapng-dsb":
				if s := src.Secrets(); len(s) == 0 || !strings.Contains(string(s[0].Data), "TRAFFIC_SECRET") {
					t.Errorf("%d secrets", len(s))
				}
			default:
				for _, n := range notices {
					if n.Kind != Dropped {
						t.Errorf("notice %+v", n)
					}
				}
			}
			if !slices.IsSortedFunc(got, func(a, b want) int { return int(a.time - b.time) }) {
				t.Error("not in order of time: " + strconv.Itoa(len(got)))
			}
		})
	}
}
