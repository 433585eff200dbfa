package attack

import (
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes the table of signatures as Markdown, and behind it that
// of their thresholds.
func WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| id | severity | scope | name | reference | what it looks like | what is spared |\n|---|---|---|---|---|---|---|\n")
	for s := range All() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n",
			s.ID, s.Severity, s.Scope, s.Name, orDash(s.Reference), s.Shows, orDash(s.Spares))
	}
	b.WriteString("\n| threshold | default | the signature shows where there are |\n|---|---|---|\n")
	for i := range limits {
		l := &limits[i]
		fmt.Fprintf(&b, "| `%s` | %d | %s |\n", l, l.Default, l.Meaning)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
