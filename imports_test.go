package h2scope_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows says for each package which others of this module it may import, and
// which modules from outside. A package that is not here fails the test: put it
// where it belongs. .golangci.yml has the same arrows as depguard rules.
var arrows = map[string][]string{
	"h2scope": {
		"h2scope/capture", "h2scope/capture/pcapng", "h2scope/capture/segment", "h2scope/reassembly", "h2scope/reassembly/opening",
		"h2scope/reassembly/tlsdecrypt", "h2scope/reassembly/tlsdecrypt/hello", "h2scope/reassembly/tlsdecrypt/keylog",
		"h2scope/h2decode", "h2scope/h2decode/attack", "h2scope/h2decode/content/tunnel", "h2scope/h2decode/rules", "h2scope/h2decode/timeline",
		"h2scope/hpack",
	},
	"h2scope/cmd/h2scope": { // everything
		"h2scope/...", "github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/sys",
	},

	"h2scope/capture": {
		"h2scope/capture/segment", "h2scope/capture/pcapng",
		"github.com/google/gopacket", "golang.org/x/sys", "golang.org/x/net/bpf",
		"github.com/klauspost/compress", "github.com/pierrec/lz4/v4",
	},
	"h2scope/capture/filter":  {"golang.org/x/net/bpf"},
	"h2scope/capture/pcapng":  {},
	"h2scope/capture/segment": {},

	"h2scope/reassembly":              {"h2scope/capture/segment"},
	"h2scope/reassembly/gopackettest": {},
	"h2scope/reassembly/opening":      {"h2scope/reassembly", "h2scope/h2decode/resync"},
	"h2scope/reassembly/tlsdecrypt": {
		"h2scope/reassembly", "h2scope/reassembly/tlsdecrypt/hello", "h2scope/reassembly/tlsdecrypt/keylog", "golang.org/x/crypto",
	},
	"h2scope/reassembly/tlsdecrypt/hello":  {"golang.org/x/crypto"},
	"h2scope/reassembly/tlsdecrypt/keylog": {},

	"h2scope/hpack":              {},
	"h2scope/h2decode":           {"h2scope/hpack", "h2scope/h2decode/idmap", "h2scope/h2decode/priority", "h2scope/h2decode/resync"},
	"h2scope/h2decode/idmap":     {},
	"h2scope/h2decode/printable": {},
	"h2scope/h2decode/priority":  {},
	"h2scope/h2decode/rules":     {"h2scope/h2decode", "h2scope/h2decode/idmap", "h2scope/h2decode/priority", "h2scope/hpack"},
	"h2scope/h2decode/attack":    {"h2scope/h2decode", "h2scope/h2decode/priority", "h2scope/hpack"},
	"h2scope/h2decode/timeline":  {"h2scope/h2decode", "h2scope/h2decode/priority", "h2scope/hpack"},
	"h2scope/h2decode/fields":    {"h2scope/h2decode", "h2scope/hpack"},
	"h2scope/h2decode/resync":    {},
	"h2scope/h2decode/content":   {"github.com/klauspost/compress", "github.com/andybalholm/brotli"},

	"h2scope/export":                             {"h2scope/export/exchange", "h2scope/h2decode", "h2scope/h2decode/content/tunnel", "h2scope/h2decode/printable", "h2scope/hpack"},
	"h2scope/export/text":                        {"h2scope/h2decode", "h2scope/h2decode/printable", "h2scope/hpack"},
	"h2scope/export/report":                      {"h2scope/export/text", "h2scope/h2decode", "h2scope/h2decode/printable"},
	"h2scope/export/redact":                      {"h2scope/h2decode", "h2scope/h2decode/content", "h2scope/hpack"},
	"h2scope/export/label":                       {"h2scope/export/redact", "h2scope/h2decode/...", "h2scope/hpack"},
	"h2scope/export/exchange":                    {"h2scope/h2decode/...", "h2scope/hpack"},
	"h2scope/export/bodies":                      {"h2scope/export/exchange", "h2scope/export/text", "h2scope/h2decode/..."},
	"h2scope/export/curl":                        {"h2scope/export/exchange", "h2scope/export/redact", "h2scope/export/text", "h2scope/h2decode/...", "h2scope/hpack"},
	"h2scope/export/har":                         {"h2scope/export/exchange", "h2scope/export/redact", "h2scope/export/text", "h2scope/h2decode/...", "h2scope/hpack"},
	"h2scope/export/csv":                         {"h2scope/export/redact", "h2scope/export/text", "h2scope/h2decode/...", "h2scope/hpack"},
	"h2scope/export/document":                    {"h2scope/export", "h2scope/export/exchange", "h2scope/export/text", "h2scope/h2decode/..."},
	"h2scope/export/html":                        {"h2scope/export/label", "h2scope/export/redact", "h2scope/h2decode/..."},
	"h2scope/export/perfetto":                    {"h2scope/export/label", "h2scope/export/redact", "h2scope/h2decode/...", "google.golang.org/protobuf"},
	"h2scope/export/recordtest":                  {"h2scope", "h2scope/capture", "h2scope/h2decode/timeline", "h2scope/samples"}, // for tests
	"h2scope/export/packets":                     {"h2scope/capture/pcapng"},
	"h2scope/h2decode/content/grpc":              {"h2scope/h2decode/content", "h2scope/hpack"},
	"h2scope/h2decode/content/protobuf":          {"h2scope/h2decode/content", "google.golang.org/protobuf"},
	"h2scope/h2decode/content/tunnel":            {"h2scope/h2decode", "h2scope/h2decode/rules"},
	"h2scope/h2decode/content/tunnel/tunneltest": {"h2scope/h2decode", "h2scope/hpack"}, // for tests
	"h2scope/h2decode/content/websocket":         {"github.com/klauspost/compress"},
	"h2scope/tui": {
		"h2scope/tui/...", "h2scope/h2decode/...", "h2scope/hpack", "github.com/gdamore/tcell/v2", "github.com/rivo/tview",
	},
	"h2scope/tui/body":  {"h2scope/h2decode/..."},
	"h2scope/tui/cells": {"h2scope/h2decode/printable"},
	"h2scope/tui/chart": {"h2scope/tui/cells", "h2scope/h2decode/..."},
	"h2scope/samples":   {},
	"h2scope/samples/endpoint": {
		"h2scope/samples/endpoint/wire", "h2scope/capture/pcapng",
		"golang.org/x/net", "github.com/klauspost/compress",
	},
	"h2scope/samples/selftest": {
		"h2scope", "h2scope/capture", "h2scope/capture/pcapng", "h2scope/h2decode", "h2scope/hpack",
		"h2scope/reassembly/tlsdecrypt/keylog", "h2scope/samples/endpoint", "h2scope/samples/endpoint/wire",
		"h2scope/samples/endpoint/socket", "h2scope/capture/filter", "h2scope/capture/segment", "golang.org/x/net",
	},
	"h2scope/samples/endpoint/socket": {"h2scope/samples/endpoint/wire"},
	"h2scope/samples/endpoint/wire":   {"h2scope/capture/pcapng"},
}

func TestImportsPointDownward(t *testing.T) {
	for _, p := range listPackages(t) {
		allowed, known := arrows[p.ImportPath]
		if !known {
			t.Errorf("%s has no place in the table of arrows", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			if isStandard(imported) || slices.ContainsFunc(allowed, func(a string) bool { return within(imported, a) }) {
				continue
			}
			t.Errorf("%s imports %s, which the arrows do not allow", p.ImportPath, imported)
		}
	}
}

// Without cgo the program is one static binary.
func TestNothingNeedsCgo(t *testing.T) {
	for _, p := range listPackages(t) {
		if slices.Contains(p.Imports, "C") {
			t.Errorf("%s uses cgo", p.ImportPath)
		}
	}
}

// within reports whether imported is allowed: a package of this module by its
// name, a module from outside with all its packages.
func within(imported, allowed string) bool {
	if under, ok := strings.CutSuffix(allowed, "/..."); ok {
		return imported == under || strings.HasPrefix(imported, under+"/")
	}
	if strings.HasPrefix(allowed, "h2scope") {
		return imported == allowed
	}
	return imported == allowed || strings.HasPrefix(imported, allowed+"/")
}

func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return first != "h2scope" && !strings.Contains(first, ".")
}

type listedPackage struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listedPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
