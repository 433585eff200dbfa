package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"h2scope/capture"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// A scriptedSource gives packets a millisecond apart, and pauses between them.
type scriptedSource struct {
	packets int // still to come
	given   uint64
	pause   uint64 // after so many, time and again; 0: never
	paused  bool
	clock   int64
	dropped uint64
	onPause func()
}

func (s *scriptedSource) Next(p *capture.Packet) error {
	if s.pause > 0 && s.given%s.pause == 0 && !s.paused {
		s.paused = true
		if s.onPause != nil {
			s.onPause()
		}
		return capture.ErrIdle
	}
	if s.packets == 0 {
		return io.EOF
	}
	s.paused = false
	s.packets--
	s.given++
	s.clock += int64(time.Millisecond)
	*p = capture.Packet{Number: s.given, Time: s.clock, Data: fmt.Appendf(nil, "packet %90d", s.given), Length: 97, LinkType: capture.LinkTypeEthernet}
	return nil
}

func (s *scriptedSource) Interfaces() []capture.Interface {
	return []capture.Interface{{Name: "eth0", LinkType: capture.LinkTypeEthernet, Received: s.given + s.dropped, Dropped: s.dropped}}
}
func (*scriptedSource) Files() []string             { return nil }
func (*scriptedSource) Notices() []capture.Notice   { return nil }
func (*scriptedSource) Secrets() []capture.Secrets  { return nil }
func (*scriptedSource) Comments() []capture.Comment { return nil }
func (*scriptedSource) Close() error                { return nil }

// recordAll records a source to out.pcapng of a folder, and returns the files
// in the order of their names.
func recordAll(t *testing.T, source *scriptedSource, rules string, store *keylog.Store) (*recorder, []string) {
	t.Helper()
	dir := t.TempDir()
	parsed, err := parseRotation(strings.Fields(rules))
	check(t, err)
	f := &flags{live: liveFlags{write: filepath.Join(dir, "out.pcapng"), rotation: parsed}}
	keys := &keyFollower{store: store}
	if store != nil {
		keys.followers = []*keylog.Follower{keylog.Follow(store, filepath.Join(t.TempDir(), "keys.log"))}
		keys.said = map[string]bool{}
	}
	source.clock = time.Now().UnixNano()
	r, err := f.newRecorder(source, streams{}, keys)
	check(t, err)
	check(t, drain(&recordedSource{source, r}, 0))
	check(t, r.close())
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	check(t, err)
	return r, files
}

// readAll is the numbers of the packets in capture files.
func readAll(t *testing.T, files ...string) (numbers []int, source capture.Source) {
	t.Helper()
	source, err := capture.Open(files, capture.Config{})
	check(t, err)
	t.Cleanup(func() { source.Close() })
	for {
		var p capture.Packet
		err := source.Next(&p)
		if err == io.EOF {
			return numbers, source
		}
		check(t, err)
		var n int
		if _, err := fmt.Sscanf(string(p.Data), "packet %d", &n); err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, n)
	}
}

// TestRecorderRotates: no packet is lost or doubled, each file is a capture, and
// the rule holds.
func TestRecorderRotates(t *testing.T) {
	for _, test := range []struct {
		rules       string
		files, kept int
		first       int // packet in the files that are kept
	}{
		{"", 1, 1, 1},
		{"packets:100", 10, 10, 1},
		{"packets:100 files:3", 10, 3, 701},
		{"duration:0.25", 4, 4, 1},
		{"filesize:20", 7, 7, 1}, // 132 octets for a packet, and what a file begins with
		{"filesize:10000", 1, 1, 1},
	} {
		for _, store := range []*keylog.Store{nil, keylog.NewStore()} {
			t.Run(fmt.Sprintf("%s, keys %v", test.rules, store != nil), func(t *testing.T) {
				r, files := recordAll(t, &scriptedSource{packets: 1000, pause: 30}, test.rules, store)
				if len(files) != test.kept || r.files != test.files {
					t.Fatalf("%d files, %d kept, want %d and %d", r.files, len(files), test.files, test.kept)
				}
				next := test.first
				for _, file := range files {
					numbers, source := readAll(t, file)
					for _, n := range numbers {
						if n != next {
							t.Fatalf("packet %d, want %d", n, next)
						}
						next++
					}
					if i := source.Interfaces()[0]; i.Name != "eth0" || i.Received != uint64(len(numbers)) {
						t.Errorf("%s: %+v, with %d packets", file, i, len(numbers))
					}
				}
				if next != 1001 {
					t.Errorf("packets up to %d", next-1)
				}
				if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm()&0o077 != 0 {
					t.Errorf("%v, %v: others may read it", info.Mode(), err)
				}
			})
		}
	}
}

// TestRecorderEmbeds secrets before the packets during which they came, in every
// file that begins after it.
func TestRecorderEmbeds(t *testing.T) {
	store := keylog.NewStore()
	line := keyLogLine("CLIENT_RANDOM", 1, 0x11, 48)
	source := &scriptedSource{packets: 3000, pause: 1000}
	source.onPause = func() {
		if source.given == 1000 {
			add(t, store, line)
		}
	}
	_, files := recordAll(t, source, "packets:1500", store)
	if len(files) != 2 {
		t.Fatalf("%d files", len(files))
	}
	for i, file := range files {
		_, source := readAll(t, file)
		secrets := source.Secrets()
		if len(secrets) != 1 || string(secrets[0].Data) != line {
			t.Errorf("%s: %v", file, secrets)
		}
		octets, err := os.ReadFile(file)
		check(t, err)
		before, _, _ := strings.Cut(blocks(t, octets), "C")
		packets := strings.Count(before, "P")
		if i == 0 && (packets == 0 || packets > 1000-int(roundEvery/int64(time.Millisecond))) || i == 1 && packets != 0 {
			t.Errorf("%s: %d packets before the secrets", file, packets)
		}
	}
}

// TestRecorderCounts: what was dropped stands in the file, on the way and at
// the end, and in the words at the end.
func TestRecorderCounts(t *testing.T) {
	source := &scriptedSource{packets: 20_000, pause: 5000}
	source.onPause = func() { source.dropped += 3 }
	r, files := recordAll(t, source, "", nil)
	octets, err := os.ReadFile(files[0])
	check(t, err)
	if n := strings.Count(blocks(t, octets), "T"); n < 3 {
		t.Errorf("%d times", n)
	}
	_, back := readAll(t, files[0])
	if i := back.Interfaces()[0]; i.Received != 20_000+15 || i.Dropped != 15 {
		t.Errorf("%+v", i)
	}
	var said string
	r.sumUp(func(s string) { said = s })
	if want := "20000 packets written to " + files[0] + ", 15 dropped by the kernel"; said != want {
		t.Errorf("%q, want %q", said, want)
	}
	if want := "20000 packets, 1.9 MB, 15 dropped"; r.statusText() != want {
		t.Errorf("%q", r.statusText())
	}
}

func TestRecorderSumsUp(t *testing.T) {
	for _, test := range []struct {
		r    *recorder
		want string
	}{
		{&recorder{name: "-", files: 1}, "0 packets written to standard output, 0 dropped by the kernel"},
		{&recorder{name: "a", files: 1, names: []string{"a_1"}}, "0 packets written to a_1, 0 dropped by the kernel"},
		{&recorder{name: "a", files: 2, names: []string{"a_1", "a_2"}}, "0 packets written to 2 files, up to a_2, 0 dropped by the kernel"},
		{&recorder{name: "a", files: 9, names: []string{"a_8", "a_9"}}, "0 packets written to 9 files, of which the last 2 are kept, up to a_9, 0 dropped by the kernel"},
	} {
		test.r.sumUp(func(s string) {
			if s != test.want {
				t.Errorf("%q, want %q", s, test.want)
			}
		})
	}
}

// TestRecorderToPipe writes what there is when nothing more comes.
func TestRecorderToPipe(t *testing.T) {
	var out bytes.Buffer
	f := &flags{live: liveFlags{write: "-"}}
	source := &scriptedSource{packets: 5}
	r, err := f.newRecorder(source, streams{out: &out}, &keyFollower{})
	check(t, err)
	for range 5 {
		var p capture.Packet
		check(t, (&recordedSource{source, r}).Next(&p))
	}
	check(t, r.idle())
	if got := blocks(t, out.Bytes()); got != "SIPPPPP" {
		t.Error(got)
	}
}

// TestRecorderFails: a file that is there is not written over, a full disk ends
// the reading.
func TestRecorderFails(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out.pcapng")
	check(t, os.WriteFile(name, []byte("precious"), 0o600))
	f := &flags{live: liveFlags{write: name}}
	_, err := f.newRecorder(&scriptedSource{}, streams{}, &keyFollower{})
	var hinted hintedError
	if !errors.As(err, &hinted) || !strings.Contains(hinted.Hint(), "--force") {
		t.Errorf("%v", err)
	}
	full := errors.New("no space left on device")
	source := &scriptedSource{packets: 100_000, pause: 50}
	out := new(memoryFile)
	r, err := (&flags{live: liveFlags{write: "-"}}).newRecorder(source, streams{out: out}, &keyFollower{})
	check(t, err)
	out.full = full
	if err := drain(&recordedSource{source, r}, 0); !errors.Is(err, full) || source.given > 50 {
		t.Errorf("%v after %d packets", err, source.given)
	}
}
