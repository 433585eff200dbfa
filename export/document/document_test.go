package document

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"h2scope/export/text"
)

// documentOf gives records to a document in pieces of so many octets.
func documentOf(t *testing.T, piece int, records string) string {
	t.Helper()
	d := New(func() text.Renderer { return nil })
	var out bytes.Buffer
	if err := d.Head(&out); err != nil {
		t.Fatal(err)
	}
	w := d.Pipe(&out)
	for len(records) > 0 {
		n := min(piece, len(records))
		if written, err := w.Write([]byte(records[:n])); err != nil || written != n {
			t.Fatal(written, err)
		}
		records = records[n:]
	}
	if err := d.Foot(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const records = `{"record":"capture","schema":1,"files":["\"conn\":7"]}
{"record":"connection_opened","conn":2,"client":"a"}
{"record":"connection_opened","conn":1,"client":"a"}
{"record":"frame","conn":2,"n":1,"packet":1,"time":"t","from":"client","stream":0,"type":"SETTINGS"}
{"record":"frame","conn":2,"n":2,"packet":1,"time":"t","from":"client","stream":3,"type":"HEADERS","fields":[{"name":"x","value":"\"stream\":9"}]}
{"record":"finding","conn":2,"rule":"FC-01"}
{"record":"frame","conn":2,"n":3,"packet":1,"time":"t","from":"client","stream":9,"type":"PRIORITY"}
{"record":"stream","conn":2,"stream":3,"kind":"request"}
{"record":"gap","conn":2,"from":"client"}
{"record":"connection","conn":2,"frames":3,"streams":1}
{"record":"notice","kind":"x","message":"m"}
{"record":"summary","packets":1}
`

const want = `{"schema":1,
"capture":{"record":"capture","schema":1,"files":["\"conn\":7"]},
"connections":[
{"connection_opened":{"record":"connection_opened","conn":1,"client":"a"},
"frames":[],
"streams":[]},
{"connection_opened":{"record":"connection_opened","conn":2,"client":"a"},
"connection":{"record":"connection","conn":2,"frames":3,"streams":1},
"frames":[
{"record":"frame","conn":2,"n":1,"packet":1,"time":"t","from":"client","stream":0,"type":"SETTINGS"}],
"streams":[
{"stream":{"record":"stream","conn":2,"stream":3,"kind":"request"},
"frames":[
{"record":"frame","conn":2,"n":2,"packet":1,"time":"t","from":"client","stream":3,"type":"HEADERS","fields":[{"name":"x","value":"\"stream\":9"}]}]},
{"frames":[
{"record":"frame","conn":2,"n":3,"packet":1,"time":"t","from":"client","stream":9,"type":"PRIORITY"}]}]}],
"gaps":[
{"record":"gap","conn":2,"from":"client"}],
"findings":[
{"record":"finding","conn":2,"rule":"FC-01"}],
"notices":[
{"record":"notice","kind":"x","message":"m"}],
"summary":{"record":"summary","packets":1}}
`

// Each record stands in the document as it is, where it belongs, however the
// octets were cut.
func TestDocument(t *testing.T) {
	for _, piece := range []int{1, 7, 1 << 20} {
		if got := documentOf(t, piece, records); got != want {
			t.Errorf("in pieces of %d:\n%s", piece, got)
		}
	}
	for line := range strings.Lines(records) {
		if !strings.Contains(want, strings.TrimSpace(line)) {
			t.Errorf("%s is not in it", line)
		}
	}
}

func TestDocumentOfNothing(t *testing.T) {
	if got := documentOf(t, 1, ""); !json.Valid([]byte(got)) {
		t.Error(got)
	}
}
