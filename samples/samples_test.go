package samples_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/export"
	"h2scope/h2decode"
	"h2scope/reassembly/tlsdecrypt/keylog"
	"h2scope/samples"
)

func TestListAndOpen(t *testing.T) {
	list := samples.List()
	names := map[string]bool{}
	for i, s := range list {
		names[s.Name] = true
		if i > 0 && s.Name <= list[i-1].Name {
			t.Errorf("%s stands behind %s", s.Name, list[i-1].Name)
		}
		if s.Title == "" || strings.HasPrefix(s.Title, "#") {
			t.Errorf("%s has the title %q", s.Name, s.Title)
		}
		r, err := samples.Open(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		if octets, err := io.ReadAll(r); err != nil || len(octets) == 0 || len(octets) > 128<<10 {
			t.Errorf("%s has %d octets, %v", s.Name, len(octets), err)
		}
	}
	for _, r := range recipes {
		if !names[r.name] {
			t.Errorf("%s is not listed", r.name)
		}
	}
	if !names[samples.Default] {
		t.Errorf("%s is not listed", samples.Default)
	}
	if _, err := samples.Open("nosuch"); err == nil || err.Error() != `no sample is named "nosuch"` {
		t.Errorf("error %v", err)
	}
}

// A README begins with a title, and says what happens and what to look at.
func TestReadmes(t *testing.T) {
	for _, s := range samples.List() {
		readme, err := os.ReadFile(filepath.Join(s.Name, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"# " + s.Title + "\n", "\nWhat happens: ", "\nWhat to look at:\n", "\nMade with "} {
			if !strings.Contains(string(readme), want) {
				t.Errorf("%s: there is no %q", s.Name, want)
			}
		}
	}
}

// The records of each sample are what h2scope frames --json prints of it.
func TestRecords(t *testing.T) {
	for _, s := range samples.List() {
		t.Run(s.Name, func(t *testing.T) {
			got := records(t, s.Name)
			path := filepath.Join(s.Name, "records.ndjson")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
			for i := range min(len(g), len(w)) {
				if g[i] != w[i] {
					t.Fatalf("line %d is\n%s\nwant\n%s", i+1, g[i], w[i])
				}
			}
			if len(g) != len(w) {
				t.Errorf("%d lines, want %d", len(g), len(w))
			}
		})
	}
}

// records decodes a sample as h2scope frames --json does in its folder.
func records(t *testing.T, name string) []byte {
	t.Helper()
	return decode(t, name, func() h2scope.Renderer { return export.NewRecords(export.FrameRecords) })
}

// A findingList is what was found, consequences apart, a line each.
type findingList struct{}

func (findingList) Event(dst []byte, e h2decode.Event) []byte {
	if f, ok := e.(*h2decode.Finding); ok && !f.Consequence {
		dst = append(dst, f.Severity.String()+" "+f.Rule+"\n"...)
	}
	return dst
}

// What is wrong with the samples is what their READMEs say.
func TestFindings(t *testing.T) {
	want := map[string]string{
		"page-load":        "info GA-04\n",
		"push-story-wrong": "error PU-01\n",
		"rapid-reset":      "info SE-15\n",
		"tls":              "info HD-30\n",
		"upgrade":          "info PF-10\ninfo SE-15\n",
	}
	for _, s := range samples.List() {
		got := string(decode(t, s.Name, func() h2scope.Renderer { return findingList{} }))
		if got != want[s.Name] {
			t.Errorf("%s: %q, want %q", s.Name, got, want[s.Name])
		}
	}
}

// decode gives what a renderer makes of a sample.
func decode(t *testing.T, name string, newRenderer func() h2scope.Renderer) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(name, "capture.*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%s has the captures %v, %v", name, files, err)
	}
	keys := keylog.NewStore()
	secrets, err := capture.FindSecrets(files, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range secrets {
		if _, err := keys.Add(s.Data, filepath.Base(s.File)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := samples.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	src, err := capture.NewReader(r, filepath.Base(files[0]), capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var out bytes.Buffer
	cfg := h2scope.Config{Workers: 2, Keys: keys, KeysFinal: true}
	err = h2scope.Run(context.Background(), src, cfg, newRenderer, &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
