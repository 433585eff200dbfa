package perfetto

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"h2scope/capture"
	"h2scope/export/recordtest"
	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/samples"
)

var update = flag.Bool("update", false, "write the golden files anew")

func traceOf(t testing.TB, s *timeline.Snapshot, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, s, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// text is a trace as a reader would tell it: times in microseconds since the first.
// Findings are left out: what is found is the rules' matter, and changes with them.
func (r *readTrace) text() string {
	var b strings.Builder
	zero := r.clocks[clockRealtime]
	var show func(parent uint64, indent string)
	show = func(parent uint64, indent string) {
		for _, k := range r.tracks {
			if k.parent != parent {
				continue
			}
			fmt.Fprintf(&b, "%s%s\n", indent, k.name)
			depth := indent + "  "
			for _, e := range r.on(k.id) {
				at := (e.time - zero) / 1000
				switch e.kind {
				case sliceBegin:
					fmt.Fprintf(&b, "%s%d begin %s [%s] %v\n", depth, at, e.name, e.category, e.arguments)
					depth += "  "
				case sliceEnd:
					depth = depth[2:]
					fmt.Fprintf(&b, "%s%d end\n", depth, at)
				case instant:
					if e.category == "finding" {
						continue
					}
					fmt.Fprintf(&b, "%s%d %s [%s] %v\n", depth, at, e.name, e.category, e.arguments)
				case counterValue:
					fmt.Fprintf(&b, "%s%d = %d\n", depth, at, e.value)
				}
			}
			show(k.id, indent+"  ")
		}
	}
	show(0, "")
	return b.String()
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"stream-stall", "push-story-wrong"} {
		t.Run(name, func(t *testing.T) {
			got := readBack(t, traceOf(t, recordtest.Sample(t, name), Options{})).text()
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs: go test -update shows how", golden)
			}
		})
	}
}

// What was found about the whole capture is on a track of its own, where the
// connection that it names is selected.
func TestFindingsAboutTheCapture(t *testing.T) {
	c := timeline.New(timeline.Limits{})
	r := c.Recorder()
	r.Event(&h2decode.ConnectionOpened{Conn: 2, Packet: 1, Time: 5})
	r.Event(&h2decode.Finding{Origin: h2decode.Origin{Conn: 2, Packet: 3, Time: 9}, Rule: "AT-22", Scope: "capture", Message: "many"})
	r.Publish()
	for selected, want := range map[uint64]int{2: 1, 3: 0} {
		o := Options{Selected: func(conn uint64, _ uint32) bool { return conn == selected }}
		trace := readBack(t, traceOf(t, c.Snapshot(), o))
		found := 0
		for _, e := range trace.events {
			if e.category == "finding" && trace.track(e.track).name == "capture" && e.arguments["message"] == "many" {
				found++
			}
		}
		if found != want {
			t.Errorf("%d findings, want %d", found, want)
		}
	}
}

func TestSamples(t *testing.T) {
	for _, s := range samples.List() {
		t.Run(s.Name, func(t *testing.T) {
			snapshot := recordtest.Sample(t, s.Name)
			check(t, readBack(t, traceOf(t, snapshot, Options{})), snapshot)
		})
	}
}

func TestCorpus(t *testing.T) {
	for _, file := range recordtest.Corpus(t) {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			src, err := capture.Open([]string{file}, capture.Config{})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			snapshot := recordtest.Of(t, src)
			check(t, readBack(t, traceOf(t, snapshot, Options{})), snapshot)
		})
	}
}

// A selection leaves out what nobody asked for, and connections of which nothing
// is left.
func TestSelected(t *testing.T) {
	s := recordtest.Sample(t, "stream-stall")
	only := func(conn uint64, stream uint32) bool { return conn == 1 && stream == 3 }
	r := readBack(t, traceOf(t, s, Options{Selected: only, Busiest: -1}))
	streams := 0
	for _, k := range r.tracks {
		if strings.HasPrefix(k.name, "stream ") {
			streams++
		}
		if k.process > 1 {
			t.Errorf("%s is in it", k.name)
		}
	}
	if streams != 1 || r.named("stream 3") == nil {
		t.Errorf("%d streams, want stream 3", streams)
	}
	if got := traceOf(t, s, Options{Selected: func(uint64, uint32) bool { return false }}); len(readBack(t, got).tracks) != 0 {
		t.Error("nothing is selected, and something is in it")
	}
}

// The windows of the busiest streams are counters below their tracks.
func TestBusiestStreamsHaveCounters(t *testing.T) {
	s := recordtest.Sample(t, "stream-stall")
	count := func(o Options) (n int) {
		r := readBack(t, traceOf(t, s, o))
		for _, k := range r.tracks {
			if k.counter && r.track(k.parent).process == 0 {
				n++
			}
		}
		return n
	}
	if none, some := count(Options{Busiest: -1}), count(Options{Busiest: 1}); none != 0 || some == 0 {
		t.Errorf("%d and %d counters", none, some)
	}
}

// Counters are the record's windows, the last of each instant.
func TestCountersAreTheWindows(t *testing.T) {
	s := recordtest.Sample(t, "connection-stall")
	r := readBack(t, traceOf(t, s, Options{}))
	k := r.named("window for what the server sends")
	var want []readEvent
	for p := range s.Conns()[0].Windows(h2decode.Server, 0) {
		e := readEvent{time: stamp(p.Time), value: p.Window.Octets}
		if n := len(want); n > 0 && want[n-1].time >= e.time {
			want[n-1].value = e.value
		} else {
			want = append(want, e)
		}
	}
	got := r.on(k.id)
	if len(got) != len(want) || len(got) < 2 {
		t.Fatalf("%d values, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i].time != want[i].time || got[i].value != want[i].value {
			t.Errorf("value %d is %d at %d, want %d at %d", i, got[i].value, got[i].time, want[i].value, want[i].time)
		}
	}
}

// What a policy takes out is in no argument and no name.
func TestRedacted(t *testing.T) {
	s := recordtest.Sample(t, "page-load")
	path := []byte("/" + "app.js")
	if !bytes.Contains(traceOf(t, s, Options{}), path) {
		t.Skip("the sample has no such path any more")
	}
	policy := redact.Parse([]string{":path"})
	if bytes.Contains(traceOf(t, s, Options{Redact: policy}), path) {
		t.Error("a path is in the trace")
	}
}

func TestSameOctetsEachTime(t *testing.T) {
	s := recordtest.Sample(t, "page-load")
	if !bytes.Equal(traceOf(t, s, Options{}), traceOf(t, s, Options{})) {
		t.Error("two traces of one record differ")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestErrorOfTheWriter(t *testing.T) {
	if err := Write(full{}, recordtest.Sample(t, "page-load"), Options{}); err == nil {
		t.Error("no error")
	}
}

func TestNothingCaptured(t *testing.T) {
	if octets := traceOf(t, timeline.New(timeline.Limits{}).Snapshot(), Options{}); len(octets) != 0 {
		t.Errorf("%d octets", len(octets))
	}
}

// The trace is one that Perfetto reads.
func TestTraceProcessor(t *testing.T) {
	var program string
	for _, name := range []string{"trace_processor_shell", "trace_processor"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
		}
	}
	if program == "" {
		t.Skip("needs trace_processor")
	}
	dir := t.TempDir()
	file, query := filepath.Join(dir, "trace"), filepath.Join(dir, "query.sql")
	octets := traceOf(t, recordtest.Sample(t, "stream-stall"), Options{})
	if err := os.WriteFile(file, octets, 0o600); err != nil {
		t.Fatal(err)
	}
	const sql = "select count(*) from slice where name = 'stalled-stream-window' and dur > 0;"
	if err := os.WriteFile(query, []byte(sql), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "-q", query, file).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("2")) {
		t.Errorf("%v: %s", err, out)
	}
}
