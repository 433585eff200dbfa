package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"h2scope/export/recordtest"
	"h2scope/h2decode/printable"
)

// An agreement holds what formats say of one capture against its records.
type agreement struct {
	t       *testing.T
	file    string
	told    toldCapture
	streams map[string]*toldStream
	conns   map[string]*toldConn
}

func agree(t *testing.T, file string) {
	a := &agreement{t: t, file: file, streams: make(map[string]*toldStream), conns: make(map[string]*toldConn)}
	if err := json.Unmarshal(a.output("export", "--to", "json"), &a.told); err != nil {
		t.Fatal(err)
	}
	a.json()
	a.csv()
	a.archive()
	a.text()
	a.page()
	a.check()
}

func (a *agreement) output(args ...string) []byte {
	return outputOf(a.t, a.file, keyed(a.file, args...)...)
}

// json holds the records against each other.
func (a *agreement) json() {
	frames := 0
	for i := range a.told.Connections {
		c := &a.told.Connections[i]
		a.conns[strconv.Itoa(c.Connection.Conn)] = &c.Connection
		streams, framesOf := 0, len(c.Frames)
		for j := range c.Streams {
			s := &c.Streams[j].Stream
			framesOf += len(c.Streams[j].Frames)
			if s.Stream != 0 {
				streams++
				a.streams[s.id()] = s
			}
		}
		a.equal(fmt.Sprint("frames of connection ", c.Connection.Conn), framesOf, c.Connection.Frames)
		a.equal(fmt.Sprint("streams of connection ", c.Connection.Conn), streams, c.Connection.Streams)
		frames += framesOf
	}
	a.equal("frames", frames, a.told.Summary.Frames)
	a.equal("streams", len(a.streams), a.told.Summary.Streams)
}

func (a *agreement) equal(what string, got, want any) {
	a.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		a.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// table is a table of --to csv: its rows by column.
func (a *agreement) table(name string) (rows []map[string]string) {
	cells, err := csv.NewReader(bytes.NewReader(a.output("export", "--to", "csv", "--table", name))).ReadAll()
	if err != nil {
		a.t.Fatal(err)
	}
	for _, row := range cells[1:] {
		columns := make(map[string]string)
		for i, name := range cells[0] {
			columns[name] = row[i]
		}
		rows = append(rows, columns)
	}
	return rows
}

func (a *agreement) csv() {
	rows := a.table("streams")
	a.equal("csv: streams", len(rows), len(a.streams))
	for _, row := range rows {
		id := row["conn"] + "/" + row["stream"]
		s := a.streams[id]
		if s == nil {
			a.t.Errorf("csv: there is no stream %s", id)
			continue
		}
		a.columns("csv: stream "+id, row, map[string]any{
			"kind": s.Kind, "state": s.State, "method": s.Method, "scheme": s.Scheme, "authority": s.Authority, "path": s.Path,
			"protocol": s.Protocol, "status": s.status(), "request_bytes": s.Request.DataBytes, "response_bytes": s.Response.DataBytes,
			"request_complete": s.Request.Complete, "response_complete": s.Response.Complete, "reset_from": s.Reset.From,
			"findings_error": s.Findings["error"], "findings_warning": s.Findings["warning"], "findings_info": s.Findings["info"],
		})
	}
	rows = a.table("conns")
	a.equal("csv: connections", len(rows), len(a.told.Connections))
	for _, row := range rows {
		c := a.conns[row["conn"]]
		what := fmt.Sprint("csv: connection ", c.Conn)
		a.columns(what, row, map[string]any{"conn": c.Conn, "client": c.Client, "server": c.Server, "protocol": c.Protocol, "close": c.Close})
		if c.Protocol == "h2" {
			a.columns(what, row, map[string]any{
				"frames": c.Frames, "streams": c.Streams, "findings_error": c.Findings["error"],
				"findings_warning": c.Findings["warning"], "findings_info": c.Findings["info"],
			})
		}
	}
	a.equal("csv: frames", len(a.table("frames")), a.told.Summary.Frames)
}

func (a *agreement) columns(what string, row map[string]string, want map[string]any) {
	for column, value := range want {
		a.equal(what+": "+column, row[column], value)
	}
}

// archive holds the entries of HAR against the records. A method or an address that
// is not known has another there, since HAR asks for one.
func (a *agreement) archive() {
	seen := 0
	for _, e := range readArchive(a.t, a.output("export", "--to", "har", "--redact=none")).Log.Entries {
		if strings.Contains(e.ConnectionID, "/") {
			continue // inside of a tunnel, where there are no records
		}
		id := fmt.Sprintf("%s/%d", e.ConnectionID, e.H2.Stream)
		s := a.streams[id]
		if s == nil {
			a.t.Errorf("har: there is no stream %s", id)
			continue
		}
		seen++
		if s.Method != "" {
			a.equal("har: method of "+id, e.Request.Method, s.Method)
		}
		if url := s.url(); url != "" {
			a.equal("har: url of "+id, e.Request.URL, url)
		}
		if code, err := strconv.Atoi(s.status()); err == nil && e.Response.Error == "" {
			a.equal("har: status of "+id, e.Response.Status, code)
		}
		a.equal("har: state of "+id, e.H2.State, s.State)
		sent, received := max(0, e.Request.BodySize), max(0, e.Response.BodySize)
		if e.Tunnel != nil {
			sent, received = e.Tunnel.Sent, e.Tunnel.Received
		}
		if e.WebSocket == nil {
			a.equal("har: octets sent on "+id, sent, s.Request.DataBytes)
			a.equal("har: octets received on "+id, received, s.Response.DataBytes)
		}
		if n := s.Response.BodyBytes; n != nil {
			a.equal("har: octets of content of "+id, e.Response.Content.Size, *n)
		}
		a.call(id, &e, s)
	}
	a.equal("har: streams", seen, len(a.streams))
}

func (a *agreement) call(id string, e *archiveEntry, s *toldStream) {
	a.equal("har: "+id+" is a gRPC call", e.GRPC != nil, s.GRPC != nil)
	if e.GRPC == nil || s.GRPC == nil {
		return
	}
	a.equal("har: method called on "+id, e.GRPC.Method, s.GRPC.Method)
	a.equal("har: grpc-message of "+id, e.GRPC.Message, s.GRPC.Message)
	a.equal("har: "+id+" has a grpc-status", e.GRPC.Status != "", s.GRPC.Status != nil)
	if n := s.GRPC.Requests; n != nil {
		a.equal("har: messages sent on "+id, len(e.GRPC.Requests), *n)
	}
	if n := s.GRPC.Responses; n != nil {
		a.equal("har: messages received on "+id, len(e.GRPC.Responses), *n)
	}
}

// text holds the rows of the commands that print lists against the records.
func (a *agreement) text() {
	row := func(text []byte, start string) string {
		return regexp.MustCompile(`(?m)^ *`+start+` .*$`).FindString(string(text)) + " "
	}
	streams := a.output("streams")
	for id, s := range a.streams {
		line := row(streams, fmt.Sprintf("%d +%d", s.Conn, s.Stream))
		a.has("text: stream "+id, line, s.Method, printable.String(s.Authority), printable.String(s.Path), s.status()+" ",
			" "+printable.Size(uint64(s.Response.DataBytes))+" ")
	}
	conns := a.output("conns")
	for _, told := range a.told.Connections {
		c := told.Connection
		line := row(conns, strconv.Itoa(c.Conn))
		a.has(fmt.Sprint("text: connection ", c.Conn), line, " "+c.Client+" ", " "+c.Server+" ", " "+c.Protocol+" ", c.Close)
		if c.Protocol == "h2" {
			a.has(fmt.Sprint("text: connection ", c.Conn), line, fmt.Sprintf(" %d ", c.Streams), fmt.Sprintf(" %d ", c.Frames))
		}
	}
	frames := a.output("frames")
	gaps := bytes.Count(frames, []byte(" (gap) "))
	a.equal("text: frames", max(0, bytes.Count(frames, []byte("\n"))-1-gaps), a.told.Summary.Frames)
	a.equal("text: gaps", gaps, len(a.told.Gaps))
}

func (a *agreement) has(what, line string, parts ...string) {
	a.t.Helper()
	for _, part := range parts {
		if !strings.Contains(line, part) {
			a.t.Errorf("%s: %q has no %q", what, line, part)
		}
	}
}

// check holds that the command writes the same findings.
func (a *agreement) check() {
	counts := make(map[string]int)
	for line := range bytes.Lines(a.output("check", "--json", "--fail-on", "none")) {
		var r struct{ Record, Rule string }
		if err := json.Unmarshal(line, &r); err != nil {
			a.t.Fatal(err)
		}
		if r.Record == "finding" {
			counts[r.Rule]++
		}
	}
	for _, f := range a.told.Findings {
		counts[f.Rule]--
	}
	for rule, n := range counts {
		a.equal("check: findings of "+rule, n, 0)
	}
}

// TestFormatsAgree holds that text, CSV, JSON, HAR and HTML say the same about every
// stream, connection and finding, of the samples and of all captures.
func TestFormatsAgree(t *testing.T) {
	for name, file := range sampleFiles(t) {
		t.Run(name, func(t *testing.T) { agree(t, file) })
	}
	if testing.Short() {
		return
	}
	for _, file := range recordtest.Corpus(t) {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) { agree(t, file) })
	}
}

// A filter leaves the same streams in every format.
func TestFormatsAgreeOnAFilter(t *testing.T) {
	const filter = `h2.status >= 400 or http2.headers.path contains ".js"`
	file := sampleFiles(t)["page-load"]
	a := &agreement{t: t, file: file}
	var want, archived []string
	for line := range bytes.Lines(a.output("export", "--to", "ndjson", "-Y", filter)) {
		var s struct {
			Record       string
			Conn, Stream int
		}
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatal(err)
		}
		if s.Record == "stream" {
			want = append(want, fmt.Sprintf("%d/%d", s.Conn, s.Stream))
		}
	}
	for _, e := range readArchive(t, a.output("export", "--to", "har", "-Y", filter)).Log.Entries {
		archived = append(archived, fmt.Sprintf("%s/%d", e.ConnectionID, e.H2.Stream))
	}
	var listed, shown []string
	for _, cells := range readPage(t, a.output("export", "--to", "html", "-Y", filter)).rows["waterfall"] {
		shown = append(shown, cells[0]+"/"+cells[1])
	}
	for _, cells := range regexp.MustCompile(`(?m)^ *(\d+) +(\d+) `).FindAllStringSubmatch(string(a.output("streams", "-Y", filter)), -1) {
		listed = append(listed, cells[1]+"/"+cells[2])
	}
	slices.Sort(want)
	for format, got := range map[string][]string{"har": archived, "html": shown, "text": listed} {
		slices.Sort(got)
		a.equal(format, got, want)
	}
	if len(want) == 0 || len(want) > 15 {
		t.Errorf("%d streams: the filter says nothing", len(want))
	}
}
