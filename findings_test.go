package h2scope_test

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/priority"
	"h2scope/h2decode/timeline"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

var update = flag.Bool("update", false, "write the pages that are made of captures anew")

// findingsOf are the findings of a corpus capture, in the order in which they
// are told.
func findingsOf(t *testing.T, name string, more func(h2decode.Event)) []h2decode.Finding {
	t.Helper()
	folder := corpusFolder(t, name)
	files, err := filepath.Glob(filepath.Join(folder, "capture.*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	keys := keylog.NewStore()
	if log := filepath.Join(folder, "keys.log"); exists(log) {
		if _, err := keys.ReadFile(log); err != nil {
			t.Fatal(err)
		}
	}
	src, err := capture.Open(files, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var found []h2decode.Finding
	g := &gatherer{on: func(e h2decode.Event) {
		if f, ok := e.(*h2decode.Finding); ok {
			found = append(found, *f)
		}
		if more != nil {
			more(e)
		}
	}}
	if err := h2scope.Run(context.Background(), src, h2scope.Config{Keys: keys}, func() h2scope.Renderer { return g }, io.Discard); err != nil {
		t.Fatal(err)
	}
	return found
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Clean traffic breaks no rule: what is found in it is a warning at most, and in
// the plainest of it only for information.
func TestCorpusCleanTrafficHasNoErrors(t *testing.T) {
	limits := map[string]h2decode.Severity{"09-base-h2c": h2decode.SeverityInfo, "09-base-tls": h2decode.SeverityInfo}
	for _, name := range []string{
		"04-chromium-nginx", "06-grpc-tls", "09-base-h2c", "09-base-tls", "09-loss-h2c", "10-midstream-h2c", "10-oneway-srv-h2c",
		"10-portreuse", "10-snaplen128", "01-nghttp-h2c-push", "02-upgrade-h2c", "05-node-tls", "15-bodies", "16-caddy", "17-mixed",
	} {
		t.Run(name, func(t *testing.T) {
			limit := h2decode.SeverityWarning
			if l, ok := limits[name]; ok {
				limit = l
			}
			for _, f := range findingsOf(t, name, nil) {
				if f.Severity > limit {
					t.Errorf("packet %d: %s: %s", f.Packet, f.Rule, f.Message)
				}
			}
		})
	}
}

// Each attack of the corpus is found under its identifier.
func TestCorpusAttacks(t *testing.T) {
	for name, want := range map[string]string{
		"12-rapid-reset": "AT-01", "12-madeyoureset": "AT-02", "12-continuation-flood": "AT-03",
		"12-ping-flood": "AT-05", "12-hpack-bomb": "AT-12",
	} {
		t.Run(name, func(t *testing.T) {
			for _, f := range findingsOf(t, name, nil) {
				if f.Rule == want {
					return
				}
			}
			t.Errorf("%s is not found", want)
		})
	}
}

// 08-stall: stream 1 waits about 2 s for its own window, then about 2 s for the
// connection's.
func TestCorpusStalls(t *testing.T) {
	waited := make(map[h2decode.StallCause]int64)
	findingsOf(t, "08-stall", func(e h2decode.Event) {
		if s, ok := e.(*h2decode.Stall); ok && s.Stream == 1 && s.From == h2decode.Server {
			waited[s.Cause] += s.Waited
		}
	})
	for _, cause := range []h2decode.StallCause{h2decode.StalledByStream, h2decode.StalledByConnection} {
		if s := float64(waited[cause]) / 1e9; s < 1.9 || s > 2.1 {
			t.Errorf("waited %.3f s for the window of the %s", s, cause)
		}
	}
}

// timelineOf is the record of a corpus capture over time.
func timelineOf(t *testing.T, name string) *timeline.Snapshot {
	t.Helper()
	src, err := capture.Open([]string{captureIn(t, corpusFolder(t, name))}, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	s, err := h2scope.Record(context.Background(), src, h2scope.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// 08-negwin: the windows fall below 0, which breaks no rule. The numbers are
// those of the capture's README: the server stops at 65,535 octets, the initial
// size becomes 1,000, two updates of 30,000 and 40,000 come, the server sends
// 5,465, and the initial size becomes 0 and then 300,000.
func TestCorpusNegativeWindows(t *testing.T) {
	for _, f := range findingsOf(t, "08-negwin", nil) {
		if f.Severity > h2decode.SeverityInfo {
			t.Errorf("%s: %s", f.Rule, f.Message)
		}
	}
	conn := timelineOf(t, "08-negwin").Conns()[0]
	for stream, want := range map[uint32][]int64{
		1: {0, -64535, -34535, 5465, 0, -1000, 299000},
		3: {0, 300000},
	} {
		var got []int64
		for p := range conn.Windows(h2decode.Server, stream) {
			if !p.Window.Known {
				t.Errorf("stream %d: the window is not known after frame %d", stream, p.Frame)
			}
			got = append(got, p.Window.Octets)
		}
		if !contains(got, want) {
			t.Errorf("stream %d: windows %d, want %d one after the other", stream, got, want)
		}
	}
}

// contains reports whether part stands in all, unbroken.
func contains(all, part []int64) bool {
	for i := 0; i+len(part) <= len(all); i++ {
		if slices.Equal(all[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

// 13-rfc9218: after each PRIORITY_UPDATE that a server keeps, the stream has the
// urgency that its field value asks for.
func TestCorpusUrgencies(t *testing.T) {
	values := map[string]priority.Params{
		"u=0": {Urgency: 0}, "u=1": {Urgency: 1}, "u=7": {Urgency: 7}, "i": {Urgency: 3, Incremental: true},
		"u=0, i": {Urgency: 0, Incremental: true}, "u=1, i": {Urgency: 1, Incremental: true}, "u=7, i": {Urgency: 7, Incremental: true},
		"u=5, i": {Urgency: 5, Incremental: true}, "": {Urgency: 3},
	}
	type update struct {
		conn, frame uint64
		stream      uint32
		value       string
	}
	var updates []update
	findingsOf(t, "13-rfc9218", func(e h2decode.Event) {
		if f, ok := e.(*h2decode.FrameDecoded); ok {
			if p, ok := f.Payload.(*h2decode.PriorityUpdateFrame); ok {
				updates = append(updates, update{f.Conn, f.Number, p.Prioritized, string(p.FieldValue)})
			}
		}
	})
	s, held := timelineOf(t, "13-rfc9218"), 0
	for _, u := range updates {
		want, known := values[u.value]
		if !known || u.stream == 0 { // these are the broken ones
			continue
		}
		if got, there := s.Conn(u.conn).AtFrame(u.frame).Urgencies().Params(u.stream); !there || got != want {
			t.Errorf("connection %d, frame %d: stream %d has %+v (%v) after %q", u.conn, u.frame, u.stream, got, there, u.value)
		}
		held++
	}
	if held < 8 {
		t.Errorf("only %d of %d updates were looked at: %+v", held, len(updates), updates)
	}
}

// 08-winoverflow: the window of a stream and that of the connection are lifted
// too far, and the peer answers each as the RFC asks.
func TestCorpusWindowOverflow(t *testing.T) {
	var answers []string
	for _, f := range findingsOf(t, "08-winoverflow", nil) {
		if f.Rule == "FC-05" && f.Answer != nil {
			answers = append(answers, f.Scope+" "+f.Answer.Type+" "+f.Answer.Code.String())
		}
	}
	slices.Sort(answers)
	want := []string{"connection GOAWAY FLOW_CONTROL_ERROR", "stream RST_STREAM FLOW_CONTROL_ERROR"}
	if !slices.Equal(answers, want) {
		t.Errorf("got %q, want %q", answers, want)
	}
}

// docs/h2spec.md says which rules fire for the cases of h2spec, and why none
// does where none does.
func TestH2specPage(t *testing.T) {
	sent := make(map[uint64][]string)
	found := findingsOf(t, "07-h2spec-go", func(e h2decode.Event) {
		if f, ok := e.(*h2decode.FrameDecoded); ok && f.From == h2decode.Client {
			sent[f.Conn] = append(sent[f.Conn], frameText(f))
		}
	})
	rules := make(map[uint64][]string)
	for _, f := range found {
		if f.From == h2decode.Client && !f.Consequence && f.Rule != "GA-04" && !slices.Contains(rules[f.Conn], f.Rule) {
			rules[f.Conn] = append(rules[f.Conn], f.Rule)
		}
	}
	var b bytes.Buffer
	fmt.Fprint(&b, h2specHead)
	for _, conn := range slices.Sorted(maps.Keys(sent)) {
		slices.Sort(rules[conn])
		what := strings.Join(rules[conn], ", ")
		if what == "" {
			what = "none: " + cmp.Or(h2specReasons[conn], h2specGeneric(conn))
		}
		if strings.HasSuffix(what, ": ") {
			t.Errorf("connection %d: no rule fires, and nothing says why: %s", conn, sent[conn])
		}
		fmt.Fprintf(&b, "| %d | %s | %s |\n", conn, strings.Join(sent[conn], ", "), what)
	}
	page := filepath.Join("docs", "h2spec.md")
	if *update {
		if err := os.WriteFile(page, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(page); err != nil || !bytes.Equal(got, b.Bytes()) {
		t.Errorf("docs/h2spec.md is not what the capture gives (%v): go test -run H2spec -update .", err)
	}
}

const h2specHead = `# The cases of h2spec, and the rules that fire

h2spec tries a server with deliberate violations, each on a connection of its own. This
is a run of it against the server of Go's net/http: what its client sent behind the
preface, and which rules ` + "`h2scope check`" + ` finds broken by the client, consequences and the
missing GOAWAY at the end (GA-04) apart. Connections without a frame are left out.

| connection | frames of the client | rules |
|---|---|---|
`

// h2specGeneric is why nothing fires for the cases of its generic part.
func h2specGeneric(conn uint64) string {
	if conn <= 47 {
		return "legal traffic, which a server must accept (h2spec's generic cases)"
	}
	return ""
}

// h2specReasons say why no rule fires for a case of the other parts.
var h2specReasons = map[uint64]string{
	50:  "legal: DATA of the greatest size that is always allowed",
	98:  "legal: the order in which settings come into force is the server's to keep",
	99:  "legal: SETTINGS that the server must acknowledge",
	100: "legal: a PING that the server must answer",
	109: "legal: the server must keep to the window",
	113: "legal: the server must keep to the window",
	115: "legal: the server must keep to the window",
	117: "legal: a field block in three frames",
}

// frameText is a frame in few words.
func frameText(f *h2decode.FrameDecoded) string {
	text := f.Header.Type.String()
	if f.Header.Stream != 0 {
		text += fmt.Sprintf(" %d", f.Header.Stream)
	}
	if names := f.Header.Type.FlagNames(nil, f.Header.Flags); len(names) > 0 {
		text += " (" + strings.Join(names, " ") + ")"
	}
	if f.Header.Type != h2decode.TypeHeaders {
		text += fmt.Sprintf(" of %d", f.Header.Length)
	}
	return text
}
