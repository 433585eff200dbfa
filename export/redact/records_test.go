package redact

import (
	"encoding/json"
	"strings"
	"testing"

	"h2scope/export"
	"h2scope/h2decode"
	"h2scope/hpack"
)

func secrets() []hpack.Field {
	var list []hpack.Field
	for _, pair := range [][2]string{
		{":method", "GET"}, {":path", "/a\"?token=TOPSECRET&b=\\\""}, {"authorization", "TOPSECRET"}, {"x", "y"}, {"cookie", "\xffTOPSECRET"}, {"referer", "/\xff?token=TOPSECRET"},
	} {
		list = append(list, hpack.Field{Name: []byte(pair[0]), Value: []byte(pair[1]), Wire: 5})
	}
	return list
}

// TestRecordsWithoutCredentials holds that frame and stream records have none,
// say so where one was, and are what they were otherwise.
func TestRecordsWithoutCredentials(t *testing.T) {
	was := secrets()
	events := []h2decode.Event{
		&h2decode.FrameDecoded{Number: 1, Header: h2decode.FrameHeader{Type: h2decode.TypeHeaders}, Block: &h2decode.Block{Fields: was}},
		&h2decode.StreamClosed{Stream: &h2decode.Stream{ID: 1, Request: h2decode.Message{Fields: was, Trailers: was},
			Response: h2decode.Message{Interim: [][]hpack.Field{was}}}},
		&h2decode.FrameDecoded{Number: 2, Header: h2decode.FrameHeader{Type: h2decode.TypePing}},
		&h2decode.StreamClosed{Stream: &h2decode.Stream{ID: 3}},
	}
	plain, hidden := export.NewRecords(export.AllRecords), Credentials().Records(export.NewRecords(export.AllRecords))
	for i, e := range events {
		want, got := string(plain.Event(nil, e)), string(hidden.Event(nil, e))
		if !json.Valid([]byte(got)) || strings.Contains(got, "TOPSECRET") {
			t.Errorf("event %d: %s", i, got)
		}
		if flags, marks := strings.Count(got, `"redacted":true`), strings.Count(got, Mark); flags != marks || i < 2 && marks < 3 {
			t.Errorf("event %d: %d marks, %d flags in %s", i, marks, flags, got)
		}
		if i >= 2 && got != want {
			t.Errorf("event %d is %s, want %s", i, got, want)
		}
	}
	if string(was[2].Value) != "TOPSECRET" {
		t.Error("the event itself was changed")
	}
	var none *Policy
	if r := none.Records(plain); r != Renderer(plain) {
		t.Error("nothing to take out, and yet it is wrapped")
	}
}
