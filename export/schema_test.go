package export

import (
	"bytes"
	"context"
	"encoding/hex"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/hpack"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// checkLines holds that all lines are as the schema says.
func checkLines(t *testing.T, s *schema, lines []byte) {
	t.Helper()
	for line := range bytes.Lines(lines) {
		if err := s.record(line); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
	}
}

func TestRecordsAreAsTheSchemaSays(t *testing.T) {
	s := loadSchema(t)
	checkLines(t, s, render(AllRecords, allEvents()...))
	d := hpack.NewDecoder(4096)
	for i, text := range []string{"828684410f7777772e6578616d706c652e636f6d", "20", "80", "be"} {
		block, _ := hex.DecodeString(text)
		fields, err := d.DecodeBlock(nil, block)
		checkLines(t, s, AppendFieldBlock(nil, i+1, len(block), fields, d, err))
	}
}

// The schema describes the keys of the contract, each of them and no others.
func TestSchemaHasTheKeysOfTheContract(t *testing.T) {
	s := loadSchema(t)
	described := func(rule map[string]any, path ...string) map[string]any {
		for _, key := range path {
			rule = rule["properties"].(map[string]any)[key].(map[string]any)
			if ref, is := rule["$ref"].(string); is {
				rule = s.resolve(ref)
			}
			if items, is := rule["items"].(map[string]any); is {
				rule = items
			}
		}
		return rule["properties"].(map[string]any)
	}
	for kind, keys := range contract {
		var got map[string]any
		switch path := strings.Split(kind, "."); kind {
		case "fields":
			got = described(s.resolve("message"), "interim")
		case "records":
			got = described(s.resolve("record_counts"))
		case "sides", "severities", "message", "field", "goaway", "certificate":
			got = described(s.resolve(kind))
		default:
			got = described(s.resolve(path[0]+"_record"), path[1:]...)
		}
		names := slices.Collect(maps.Keys(got))
		names = slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, "_base64") })
		slices.Sort(names)
		want := strings.Fields(keys)
		slices.Sort(want)
		if !slices.Equal(names, want) {
			t.Errorf("%s: the schema has %v, the contract %v", kind, names, want)
		}
	}
}

// What is no record of ours is refused: the test above would be worth nothing
// else.
func TestSchemaRefuses(t *testing.T) {
	const good = `{"record":"gap","conn":1,"from":"server","packet":3,"time":"2024-02-29T23:59:59.500030000Z","offset":0,"bytes":1,"skipped_bytes":0,"cause":"missing"}`
	s := loadSchema(t)
	if err := s.record([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"an unknown record":      {`"gap"`, `"hole"`},
		"a missing key":          {`"bytes":1,`, ``},
		"an unknown key":         {`"bytes"`, `"size":1,"bytes"`},
		"null":                   {`"bytes":1`, `"bytes":null`},
		"a number as text":       {`"bytes":1`, `"bytes":"1"`},
		"a fraction":             {`"bytes":1`, `"bytes":1.5`},
		"a negative count":       {`"bytes":1`, `"bytes":-1`},
		"connection 0":           {`"conn":1`, `"conn":0`},
		"an unknown side":        {`"server"`, `"middle"`},
		"an unknown cause":       {`"missing"`, `"weather"`},
		"a time in a time zone":  {`500030000Z`, `500030000+01:00`},
		"a time in milliseconds": {`500030000Z`, `500Z`},
	} {
		line := strings.Replace(good, change[0], change[1], 1)
		if err := s.record([]byte(line)); err == nil {
			t.Errorf("%s is taken: %s", name, line)
		}
	}
}

// repository is the path to the repository's root.
func repository() string {
	root := "."
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			return root
		}
		root = filepath.Join("..", root)
	}
}

// TestCorpusIsAsTheSchemaSays holds all records of all captures against the schema.
func TestCorpusIsAsTheSchemaSays(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(repository(), "..", "shared", "corpus", "*", "capture.*"))
	if len(files) == 0 {
		t.Skip("needs ../shared: corpus")
	}
	s := loadSchema(t)
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			keys := keylog.NewStore()
			_, _ = keys.ReadFile(filepath.Join(filepath.Dir(file), "keys.log")) // not all have one
			checkLines(t, s, recordsOf(t, file, keys))
		})
	}
}

func recordsOf(t *testing.T, file string, keys *keylog.Store) []byte {
	t.Helper()
	src, err := capture.Open([]string{file}, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var out bytes.Buffer
	cfg := h2scope.Config{Messages: true, Keys: keys}
	if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return NewRecords(AllRecords) }, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The schema is one by the standard, and says the same to a validator that is not
// ours.
func TestSchemaByPython(t *testing.T) {
	if err := exec.Command("python3", "-c", "import jsonschema; jsonschema.Draft202012Validator").Run(); err != nil {
		t.Skip("needs python3 with jsonschema")
	}
	const program = `
import json, sys, jsonschema
schema = json.load(open("../docs/records.schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for line in sys.stdin:
    validator.validate(json.loads(line))
`
	c := exec.Command("python3", "-c", program)
	c.Stdin = bytes.NewReader(render(AllRecords, allEvents()...))
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
