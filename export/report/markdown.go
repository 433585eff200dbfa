package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"h2scope/h2decode/printable"
)

// Markdown is the format for a comment on a change.
func Markdown(w io.Writer, f *Findings) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "## HTTP/2 findings\n\n%s\n", Totals(f))
	for i := range f.Connections {
		c := &f.Connections[i]
		fmt.Fprintf(&b, "\n### Connection %d: %s to %s\n\n", c.Number, c.Client, c.Server)
		markdownTable(&b, c.Findings)
	}
	if len(f.Capture) > 0 {
		b.WriteString("\n### The capture\n\n")
		markdownTable(&b, f.Capture)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func markdownTable(b *bytes.Buffer, findings []Finding) {
	b.WriteString("| severity | rule | count | what | first seen | reference |\n|---|---|--:|---|---|---|\n")
	for _, group := range groups(findings) {
		f := group[0]
		fmt.Fprintf(b, "| %s | %s | %d | %s | %s | %s |\n", label(f), f.Rule, len(group),
			markdownText(f.Message+answered(f)), where(f), f.Reference)
	}
}

// markdownText is text that stands in a cell as it is.
var markdownEscapes = strings.NewReplacer("\\", "\\\\", "|", "\\|", "`", "\\`", "*", "\\*", "_", "\\_", "<", "&lt;", "[", "\\[")

func markdownText(s string) string { return markdownEscapes.Replace(printable.String(s)) }
