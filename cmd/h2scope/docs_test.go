package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"h2scope/h2decode/attack"
	"h2scope/h2decode/fields"
)

// The pages that are made of tables are what the tables say; -update writes
// them anew.
func TestGeneratedDocs(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{
		"fields.md":  fields.WriteMarkdown,
		"attacks.md": writeAttacks,
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("..", "..", "docs", name)
			if *update {
				if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if page, err := os.ReadFile(path); err != nil || !bytes.Equal(page, b.Bytes()) {
				t.Errorf("docs/%s is not what the table says (%v): go test ./cmd/h2scope -run GeneratedDocs -update", name, err)
			}
		})
	}
}

func writeAttacks(w io.Writer) error {
	fmt.Fprint(w, "# Signatures of attacks\n\n",
		"`h2scope check` looks for these in every connection, and `summary` counts them. Rates are\n",
		"over a sliding second of packet time. A threshold is changed with\n",
		"`--threshold AT-01.resets_per_second=50`.\n\n")
	return attack.WriteMarkdown(w)
}
