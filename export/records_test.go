package export

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode"
)

var update = flag.Bool("update", false, "write the golden files anew")

func render(set RecordSet, events ...h2decode.Event) []byte {
	var out []byte
	r := NewRecords(set)
	for _, e := range events {
		out = r.Event(out, e)
	}
	return out
}

func TestRecordsGolden(t *testing.T) {
	got := render(AllRecords, allEvents()...)
	golden := filepath.Join("testdata", "records.ndjson")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		if i >= len(gotLines) || i >= len(wantLines) || gotLines[i] != wantLines[i] {
			t.Fatalf("line %d of %s differs:\ngot  %s\nwant %s", i+1, golden, lineAt(gotLines, i), lineAt(wantLines, i))
		}
	}
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(no line)"
}

// contract holds the keys of each record and object in the order in which they
// are promised.
var contract = map[string]string{
	"capture":                 "record schema files interfaces",
	"capture.interfaces":      "name link_type snaplen",
	"connection_opened":       "record conn client server packet time",
	"connection":              "record conn client server opened closed close closed_by continues transport protocol start via link tls tcp settings fingerprints frames streams findings goaway unread_bytes",
	"connection.via":          "kind target source destination",
	"connection.tcp":          "packets bytes retransmissions out_of_order duplicates gaps gap_bytes rtt_ms zero_windows bad_checksums conflicts out_of_window",
	"connection.tls":          "version cipher server_name alpn resumed early_data ech decrypted reason alpn_offered hello_retry_request renegotiations key_updates records certificates alerts",
	"connection.tls.alerts":   "from fatal description packet",
	"records":                 "count bytes opened failed lost",
	"certificate":             "subject issuer names not_before not_after key_bits",
	"connection.fingerprints": "akamai ja3 ja4",
	"summary.tls":             "connections with_secret decrypted",
	"connection.settings":     "client server",
	"connection.goaway":       "client server",
	"frame":                   "record conn n packet octets_packet time from stream type type_id flags flags_byte length missing first_packet first_time pad_length data_length priority settings increment error_code error_code_id last_stream debug_data promised_stream opaque origin alt_svc origins prioritized_stream priority_field_value fields fields_incomplete fields_omitted window malformed late",
	"frame.priority":          "exclusive depends_on weight",
	"frame.settings":          "id name value",
	"stream":                  "record conn stream kind parent state opened closed method scheme authority path protocol status request response timing priority reset grpc findings",
	"stream.priority":         "exclusive depends_on weight urgency incremental",
	"stream.reset":            "from error_code",
	"stream.grpc":             "service method status message requests responses",
	"stream.timing":           "blocked send wait receive total stalled_stream_window stalled_connection_window stalled_tcp",
	"frame.window":            "connection stream",
	"finding":                 "record conn rule severity scope reference stream frame packet time by message evidence error_code answered consequence count first_packet last_packet",
	"finding.answered":        "type error_code frame after_ms",
	"severities":              "error warning info",
	"gap":                     "record conn from packet time offset bytes skipped_bytes skipped_tls_records cause resynced_packet",
	"notice":                  "record conn kind message file packet",
	"summary":                 "record packets bytes packets_skipped connections streams frames gaps findings rules_not_judged tls evicted duration truncated",
	"message":                 "fields interim trailers data_bytes body_bytes content_type complete",
	"field":                   "name value rep index wire trust name_trust value_trust",
	"goaway":                  "last_stream error_code error_code_id debug_data packet time",
	"sides":                   "client server",
	"fields":                  "fields",
}

// objectKind names the contract of the object at path, "" for an object whose
// keys are data.
func objectKind(path []string) string {
	last := path[len(path)-1]
	switch {
	case len(path) == 1:
		return last
	case last == "fields" || last == "trailers":
		return "field"
	case last == "interim":
		return "fields"
	case last == "request" || last == "response":
		return "message"
	case path[1] == "tcp" && len(path) == 3, last == "unread_bytes":
		return "sides"
	case path[1] == "goaway" && len(path) == 3:
		return "goaway"
	case path[1] == "tls" && len(path) == 4 && path[2] == "records":
		return "records"
	case path[1] == "tls" && len(path) == 4 && path[2] == "certificates":
		return "certificate"
	case path[1] == "tls" && len(path) == 3 && last != "alerts":
		return "sides"
	case last == "findings":
		return "severities"
	case last == "evidence":
		return ""
	case path[1] == "settings" && len(path) == 3, last == "packets_skipped":
		return ""
	}
	return strings.Join(path, ".")
}

// checkRecord holds that a line is one JSON object with the keys of the
// contract, in its order, and without null.
func checkRecord(t *testing.T, line []byte) {
	t.Helper()
	var head struct{ Record string }
	if err := json.Unmarshal(line, &head); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	checkValue(t, json.NewDecoder(bytes.NewReader(line)), []string{head.Record}, line)
}

func checkValue(t *testing.T, d *json.Decoder, path []string, line []byte) {
	t.Helper()
	token, err := d.Token()
	if err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	switch token {
	case nil:
		t.Fatalf("null at %v in %s", path, line)
	case json.Delim('['):
		for d.More() {
			checkValue(t, d, path, line)
		}
		_, _ = d.Token()
	case json.Delim('{'):
		checkObject(t, d, path, line)
	}
}

func checkObject(t *testing.T, d *json.Decoder, path []string, line []byte) {
	t.Helper()
	kind := objectKind(path)
	allowed, known := strings.Fields(contract[kind]), kind != ""
	if known && len(allowed) == 0 {
		t.Fatalf("no contract for %v in %s", path, line)
	}
	for d.More() {
		token, _ := d.Token()
		key := token.(string)
		name := strings.TrimSuffix(key, "_base64")
		if at := slices.Index(allowed, name); known && at < 0 {
			t.Fatalf("key %q of %v is unknown, repeated or out of order in %s", key, path, line)
		} else if known {
			allowed = allowed[at+1:]
		}
		checkValue(t, d, append(slices.Clone(path), name), line)
	}
	_, _ = d.Token()
}

func TestEveryRecordKeepsTheContract(t *testing.T) {
	lines := bytes.Split(bytes.TrimSuffix(render(AllRecords, allEvents()...), []byte("\n")), []byte("\n"))
	kinds := make(map[string]bool)
	for _, line := range lines {
		checkRecord(t, line)
		kinds[strings.Split(string(line), `"`)[3]] = true
	}
	if len(kinds) != 9 {
		t.Errorf("only %d kinds of record were checked", len(kinds))
	}
}

func TestRecordSets(t *testing.T) {
	tests := []struct {
		name string
		set  RecordSet
		want string
	}{
		{"summary", SummaryRecords, "capture notice summary"},
		{"conns", ConnRecords, "capture connection_opened notice connection summary"},
		{"streams", StreamRecords, "capture connection_opened notice stream connection summary"},
		{"frames", FrameRecords, "capture connection_opened frame gap notice connection summary"},
		{"check", CheckRecords, "capture connection_opened notice finding connection summary"},
		{"all", AllRecords, "capture connection_opened frame gap notice stream finding connection summary"},
		{"none", 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var kinds []string
			for line := range bytes.Lines(render(tt.set, allEvents()...)) {
				if kind := strings.Split(string(line), `"`)[3]; !slices.Contains(kinds, kind) {
					kinds = append(kinds, kind)
				}
			}
			if got := strings.Join(kinds, " "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestEventKeepsDst(t *testing.T) {
	e := &h2decode.GapFound{Bytes: 1}
	got := NewRecords(AllRecords).Event([]byte("before\n"), e)
	if want := "before\n" + string(render(AllRecords, e)); string(got) != want {
		t.Errorf("got %q", got)
	}
}

func TestRecordsAllocateNothing(t *testing.T) {
	var hot []h2decode.Event
	for _, e := range frames() {
		if f := e.(*h2decode.FrameDecoded); f.Header.Type.Known() && !rare(f.Header.Type) {
			hot = append(hot, e)
		}
	}
	hot = append(hot, frame(1, h2decode.Client, h2decode.TypeSettings, 0, 0, settings(h2decode.Setting{ID: h2decode.SettingMaxFrameSize, Value: 16384})))
	hot = append(hot, streams()...)
	r, buf := NewRecords(AllRecords), make([]byte, 0, 1<<16)
	for _, e := range hot {
		if n := testing.AllocsPerRun(100, func() { buf = r.Event(buf[:0], e) }); n != 0 {
			t.Errorf("%v allocations for %s", n, buf)
		}
	}
}

// rare tells the frames that may cost an allocation: in these tests SETTINGS and
// GOAWAY hold numbers without a name, which are put into words; ORIGIN's
// entries are iterated over twice.
func rare(t h2decode.Type) bool {
	return t == h2decode.TypeSettings || t == h2decode.TypeGoAway || t == h2decode.TypeOrigin
}
