package csv

import (
	"bytes"
	stdcsv "encoding/csv"
	"strings"
	"testing"

	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/hpack"
)

// rows reads a table as any other program would.
func rows(t *testing.T, cfg Config, events ...h2decode.Event) []map[string]string {
	t.Helper()
	table, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := table.Head(&out); err != nil {
		t.Fatal(err)
	}
	w := table.Worker()
	for _, e := range events {
		out.Write(w.Event(nil, e))
	}
	if err := table.Foot(&out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n != strings.Count(out.String(), "\r\n") {
		t.Errorf("%d line feeds stand alone in %q", n, out.String())
	}
	all, err := stdcsv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, cells := range all[1:] {
		row := make(map[string]string)
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		list = append(list, row)
	}
	return list
}

func expect(t *testing.T, row map[string]string, want ...string) {
	t.Helper()
	for i := 0; i < len(want); i += 2 {
		if row[want[i]] != want[i+1] {
			t.Errorf("%s is %q, want %q", want[i], row[want[i]], want[i+1])
		}
	}
}

const second = int64(1e9)

func closedStream() *h2decode.StreamClosed {
	field := func(name, value string) hpack.Field { return hpack.Field{Name: []byte(name), Value: []byte(value)} }
	uncertain := field("content-type", "text/html")
	uncertain.ValueTrust = hpack.Uncertain
	return &h2decode.StreamClosed{Origin: h2decode.Origin{Conn: 7}, Stream: &h2decode.Stream{
		ID: 5, State: h2decode.Closed, OpenedAt: second, ClosedAt: second + 1500,
		Request: h2decode.Message{Complete: true, Fields: []hpack.Field{
			field(":method", "GET"), field(":path", "/a,\"b\"?token=x\n\x1b\xff"), field(":authority", "é")}},
		Response: h2decode.Message{DataBytes: 12, Missing: 3, Fields: []hpack.Field{field(":status", "200"), uncertain}},
		Timing:   h2decode.Timing{Request: second, RequestEnd: second + 1, FinalResponse: second + 1_000_001, End: second + 2_500_000},
		Reset:    &h2decode.Reset{From: h2decode.Server, Code: h2decode.Cancel},
		Priority: h2decode.StreamPriority{HasUrgency: true, Urgency: 2, Incremental: true},
		Findings: h2decode.Severities{h2decode.SeverityError: 2},
	}}
}

func TestStreams(t *testing.T) {
	all := rows(t, Config{}, closedStream(), &h2decode.PrefaceSeen{})
	if len(all) != 1 {
		t.Fatalf("%d rows", len(all))
	}
	expect(t, all[0], "conn", "7", "stream", "5", "kind", "request", "parent", "", "state", "closed",
		"opened", "1970-01-01T00:00:01.000000000Z", "closed", "1970-01-01T00:00:01.000001500Z",
		"method", "GET", "scheme", "", "authority", "é", "path", `/a,"b"?token=x\n\x1b\xff`, "status", "200",
		"content_type", "", // it is not certain
		"response_bytes", "12", "missing_bytes", "3", "request_complete", "true", "response_complete", "false",
		"blocked_ms", "", "send_ms", "0.000001", "wait_ms", "1", "receive_ms", "", "total_ms", "2.5",
		"reset_from", "server", "reset_error_code", "CANCEL", "urgency", "2", "incremental", "true", "weight", "",
		"findings_error", "2", "findings_info", "0")
	expect(t, rows(t, Config{Redact: redact.Credentials()}, closedStream())[0], "path", "/a,\"b\"?token=[redacted]")
}

func TestFrames(t *testing.T) {
	at := h2decode.Origin{Conn: 1, From: h2decode.Server, Packet: 9, Time: second}
	data := &h2decode.FrameDecoded{Origin: at, Number: 3, Header: h2decode.FrameHeader{Type: h2decode.TypeData, Flags: 9, Length: 20, Stream: 1},
		Payload: &h2decode.DataFrame{Length: 12, PadLength: 7, Padding: h2decode.Padding{Padded: true}},
		Windows: h2decode.Windows{Moved: true, Stream: h2decode.Window{Octets: -9, Known: true}}}
	away := &h2decode.FrameDecoded{Origin: at, Number: 4, Header: h2decode.FrameHeader{Type: h2decode.TypeGoAway, Length: 8},
		Payload: &h2decode.GoAwayFrame{LastStream: 0, Code: h2decode.NoError}}
	bad := &h2decode.FrameDecoded{Origin: at, Number: 5, Header: h2decode.FrameHeader{Type: h2decode.TypePing, Length: 7},
		Malformed: &h2decode.FrameError{Code: h2decode.FrameSizeError, Reason: `7 octets, not "8"`}}
	all := rows(t, Config{Table: "frames"}, data, closedStream(), away, bad)
	if len(all) != 3 {
		t.Fatalf("%d rows", len(all))
	}
	expect(t, all[0], "n", "3", "packet", "9", "from", "server", "type", "DATA", "flags_byte", "9", "length", "20", "missing", "",
		"data_length", "12", "pad_length", "7", "window_connection", "", "window_stream", "-9", "late", "false", "last_stream", "")
	expect(t, all[1], "type", "GOAWAY", "error_code", "NO_ERROR", "last_stream", "0", "stream", "0")
	expect(t, all[2], "malformed", bad.Malformed.Error())
}

func TestConns(t *testing.T) {
	h2 := &h2decode.ConnectionClosed{Connection: &h2decode.Connection{Number: 2, Protocol: h2decode.ProtocolH2, Streams: 4,
		TLS: &h2decode.Security{Version: "TLS 1.3", ServerName: "a,b", Decrypted: "full"}, HasCloser: true, ClosedBy: h2decode.Server}}
	other := &h2decode.ConnectionClosed{Connection: &h2decode.Connection{Number: 3}}
	all := rows(t, Config{Table: "conns"}, h2, other)
	expect(t, all[0], "conn", "2", "protocol", "h2", "streams", "4", "tls_version", "TLS 1.3", "server_name", "a,b", "closed_by", "server", "rtt_ms", "")
	expect(t, all[1], "conn", "3", "protocol", "other", "streams", "", "decrypted", "", "closed_by", "")
}

func TestThereIsNoOtherTable(t *testing.T) {
	if _, err := New(Config{Table: "packets"}); err == nil {
		t.Error("there is a table of packets")
	}
	for _, name := range Tables {
		if _, err := New(Config{Table: name}); err != nil {
			t.Error(err)
		}
	}
}
