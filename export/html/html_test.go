package html

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"h2scope/capture"
	"h2scope/export/recordtest"
	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
	"h2scope/samples"
)

func TestSamples(t *testing.T) {
	for _, s := range samples.List() {
		t.Run(s.Name, func(t *testing.T) { checkPage(t, render(t, recordtest.Sample(t, s.Name), Options{})) })
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
			checkPage(t, render(t, recordtest.Of(t, src), Options{Redact: redact.Credentials()}))
		})
	}
}

// Each exchange of the record is a row, with its request, its status and its
// segments.
func TestWaterfall(t *testing.T) {
	s := recordtest.Sample(t, "stream-stall")
	page := render(t, s, Options{})
	got := rows(t, page, "waterfall")
	if len(got) != s.Conns()[0].Exchanges() {
		t.Fatalf("%d rows", len(got))
	}
	for _, want := range []string{"GET", "www.example.com", "/report", "200", "20.0 kB", "stalled-stream-window 456 ms", "WINDOW_UPDATE"} {
		if !strings.Contains(got[0], want) {
			t.Errorf("%q is not in %q", want, got[0])
		}
	}
	if stalls := rows(t, page, "windows"); len(stalls) != 2 {
		t.Errorf("%d stalls", len(stalls))
	}
}

func TestFindingsAreGrouped(t *testing.T) {
	s := recordtest.Sample(t, "push-story-wrong")
	page := render(t, s, Options{Findings: 1})
	groups, worst := 0, h2decode.SeverityError
	for _, n := range elements(t, page) {
		if n.Data != "summary" {
			continue
		}
		groups++
		severity := worst
		for severity > 0 && !strings.Contains(text(n), severity.String()) {
			severity--
		}
		if severity > worst {
			t.Errorf("%q stands behind what is less grave", text(n))
		}
		worst = severity
	}
	if got := rows(t, page, "findings"); groups < 3 || len(got) != groups {
		t.Errorf("%d rows of %d rules, want one of each", len(got), groups)
	}
}

// played plays n exchanges to a recorder.
func played(t testing.TB, n int, path string) *timeline.Snapshot {
	t.Helper()
	c := timeline.New(timeline.Limits{})
	r := c.Recorder()
	r.Event(&h2decode.CaptureOpened{Files: []string{`<script>alert("file")</script>`}})
	r.Event(&h2decode.ConnectionOpened{Conn: 1, Packet: 1})
	d := h2decode.NewConn(h2decode.Config{Conn: 1, Messages: true}, r)
	r.Observe(1, d)
	var offset [2]uint64
	packet := uint64(0)
	send := func(from h2decode.Side, octets []byte) {
		packet++
		d.Chunk(&h2decode.Chunk{From: from, Offset: offset[from], Packet: packet, Time: int64(packet) * 1e6, Data: octets})
		offset[from] += uint64(len(octets))
	}
	headers := func(stream uint32, fields ...string) []byte {
		var block []byte
		e := hpack.NewEncoder(0)
		for i := 0; i < len(fields); i += 2 {
			block = e.AppendField(block, fields[i], fields[i+1], hpack.NeverIndexed)
		}
		return h2decode.AppendFrame(nil, h2decode.TypeHeaders, h2decode.FlagEndHeaders|h2decode.FlagEndStream, stream,
			&h2decode.HeadersFrame{Fragment: block})
	}
	send(h2decode.Client, []byte(h2decode.Preface))
	for i := range n {
		stream := uint32(2*i + 1)
		send(h2decode.Client, headers(stream, ":method", "GET", ":scheme", "https", ":authority", "user:password@a.example", ":path", path))
		send(h2decode.Server, headers(stream, ":status", "200", "set-cookie", "c00kie"))
	}
	r.Publish()
	return c.Snapshot()
}

// A report of many streams says how many it shows, and is made and is small
// enough to open at once.
func TestManyStreams(t *testing.T) {
	s := played(t, 20_000, "/")
	began := time.Now()
	page := render(t, s, Options{})
	took := time.Since(began)
	if got := rows(t, page, "waterfall"); len(got) != 2000 {
		t.Errorf("%d rows", len(got))
	}
	if !bytes.Contains(page, []byte("2,000 of 20,000 shown")) {
		t.Error("it does not say how many are shown")
	}
	if len(page) > 3<<20 {
		t.Errorf("%d octets", len(page))
	}
	t.Logf("%d octets in %v", len(page), took)
}

// What was found about the whole capture stands among the findings and in the
// summary, as of all connections.
func TestFindingsAboutTheCapture(t *testing.T) {
	c := timeline.New(timeline.Limits{})
	r := c.Recorder()
	r.Event(&h2decode.ConnectionOpened{Conn: 2, Packet: 1, Time: 5})
	r.Event(&h2decode.Finding{
		Origin: h2decode.Origin{Conn: 2, Packet: 3, Time: 9}, Rule: "AT-22", Scope: "capture", Severity: h2decode.SeverityWarning, Message: "many",
	})
	r.Publish()
	page := render(t, c.Snapshot(), Options{})
	checkPage(t, page)
	if got := rows(t, page, "findings"); len(got) != 1 || !strings.HasPrefix(got[0], "all") || !strings.HasSuffix(got[0], "many") {
		t.Errorf("got %q", got)
	}
	if !bytes.Contains(page, []byte(`<li class="warning"><b>1</b> findings: warning</li>`)) {
		t.Error("the summary does not count it")
	}
	none := Options{Selected: func(conn uint64, _ uint32) bool { return conn == 3 }}
	if got := rows(t, render(t, c.Snapshot(), none), "findings"); len(got) != 0 {
		t.Errorf("its connection is not selected, and %q is shown", got)
	}
}

// Of more exchanges than fit those with trouble are shown, and they stand in
// their order.
func TestTroubleIsShownFirst(t *testing.T) {
	s := recordtest.Sample(t, "stream-stall")
	got := rows(t, render(t, s, Options{Streams: 1}), "waterfall")
	if len(got) != 1 || !strings.Contains(got[0], "/report") {
		t.Errorf("got %q, want the one that stalled", got)
	}
}

func TestRedacted(t *testing.T) {
	s := played(t, 1, "/a?access_token=s3cr3t&x=1")
	secrets := []string{"s3cr3t", "password", "c00kie"}
	page := string(render(t, s, Options{Redact: redact.Credentials()}))
	for _, secret := range secrets {
		if strings.Contains(page, secret) {
			t.Errorf("%q is in the report", secret)
		}
	}
	if !strings.Contains(page, "access_token=[redacted]&amp;x=1") {
		t.Error("what was taken out is not marked")
	}
	if page := string(render(t, s, Options{})); !strings.Contains(page, "s3cr3t") || strings.Contains(page, "c00kie") {
		t.Error("without a policy the path is whole, and other fields are still not there")
	}
}

// What a capture holds is text, whatever it looks like.
func TestNothingCapturedIsMarkup(t *testing.T) {
	for _, path := range []string{
		`/"><script>alert(1)</script>`, `/</title><img src=x onerror=alert(1)>`, "/{{.}}", "/\u202e\x1b[2J", `/'"` + "`${1}`",
	} {
		page := render(t, played(t, 1, path), Options{})
		checkPage(t, page)
		scripts := 0
		for _, n := range elements(t, page) {
			switch n.Data {
			case "script":
				scripts++
			case "img", "iframe", "object", "embed":
				t.Errorf("%q: a <%s>", path, n.Data)
			}
		}
		if scripts != 1 || bytes.ContainsAny(page, "\x1b") || bytes.Contains(page, []byte("\u202e")) {
			t.Errorf("%q: %d scripts, or characters that act", path, scripts)
		}
	}
}

func TestSelected(t *testing.T) {
	s := recordtest.Sample(t, "stream-stall")
	only := func(_ uint64, stream uint32) bool { return stream == 3 }
	page := render(t, s, Options{Selected: only})
	got := rows(t, page, "waterfall")
	if len(got) != 1 || !strings.Contains(got[0], "/status") {
		t.Errorf("got %q", got)
	}
	none := render(t, s, Options{Selected: func(uint64, uint32) bool { return false }})
	checkPage(t, none)
	if got := rows(t, none, "connections"); len(got) != 0 {
		t.Errorf("nothing is selected, and %q is shown", got)
	}
}

func TestNothingCaptured(t *testing.T) {
	checkPage(t, render(t, timeline.New(timeline.Limits{}).Snapshot(), Options{}))
}

func TestSameOctetsEachTime(t *testing.T) {
	s := recordtest.Sample(t, "push-story-wrong")
	if !bytes.Equal(render(t, s, Options{}), render(t, s, Options{})) {
		t.Error("two reports of one record differ")
	}
}

func TestUnits(t *testing.T) {
	for want, got := range map[string]string{
		"0 s": duration(0), "999 ns": duration(999), "1.50 ms": duration(1.5e6), "1.00 s": duration(999_600_000),
		"2 m 03 s": duration(123e9), "−12.3 µs": duration(-12_300), "999 B": size(999), "1.23 kB": size(1230), "12.3 MB": size(12_300_000),
		"1,234,567": number(1234567), "−1,000": number(int64(-1000)), "12": number(12), "1 gap": plural(1, "gap"), "1,000 gaps": plural(1000, "gap"),
		"635.2 ms": moment(635_200_000, 200_000, 7e8), "0.5 s": moment(5e8, 1e8, 2e9), "2 µs": moment(2000, 1000, 9000), "0 ms": moment(0, 1e6, 1e6),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPathOfAWindow(t *testing.T) {
	point := func(time, octets int64, known bool) timeline.WindowPoint {
		return timeline.WindowPoint{Time: time, Window: h2decode.Window{Octets: octets, Known: known}}
	}
	s := span{0, chartWidth}
	for _, tt := range []struct {
		name   string
		points []timeline.WindowPoint
		want   string
	}{
		{"nothing", nil, ""},
		{"one", []timeline.WindowPoint{point(0, 5, true)}, "M0 5H800"},
		{"steps", []timeline.WindowPoint{point(0, 5, true), point(100, 9, true)}, "M0 5H100V9H800"},
		{"a hole", []timeline.WindowPoint{point(0, 5, true), point(100, 0, false), point(200, 7, true)}, "M0 5H100M200 7H800"},
		{"many in one column", []timeline.WindowPoint{point(0, 5, true), point(0, 2, true), point(0, 9, true), point(0, 6, true)}, "M0 5V2V9V6H800"},
		{"late", []timeline.WindowPoint{point(100, 5, true), point(50, 6, true)}, "M100 5V5V6V6H800"},
	} {
		all := func(yield func(timeline.WindowPoint) bool) {
			for _, p := range tt.points {
				if !yield(p) {
					return
				}
			}
		}
		if got := path(all, s, func(v int64) int { return int(v) }); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	s := played(b, 2000, "/some/path?x=1")
	for b.Loop() {
		if err := Write(discard{}, s, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func ExampleWrite() {
	var page bytes.Buffer
	capture := timeline.New(timeline.Limits{})
	if err := Write(&page, capture.Snapshot(), Options{Redact: redact.Credentials()}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(strings.Contains(page.String(), "<h2 id=\"summary-title\">Summary</h2>"))
	// Output: true
}
