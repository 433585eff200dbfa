package tui

import (
	"fmt"
	"io"
	"strings"

	"h2scope/h2decode/printable"
	"h2scope/tui/cells"
)

// drawHelp lists the keys of the view, in as many columns as fit.
func (m *Model) drawHelp(c *cells.Canvas) {
	c.Text(1, 0, cells.Title, "Keys of the "+names[m.View]+" view (any key closes this)")
	all := keysOf(m.View)
	columns := max(1, c.W/38)
	lines := (len(all) + columns - 1) / columns
	width := c.W / columns
	for i, b := range all {
		part := c.Sub(i/lines*width+1, i%lines+2, width-1, 1)
		part.Text(0, 0, cells.Key, strings.Join(writtenKeys(b.Keys), " "))
		part.Sub(11, 0, part.W-11, 1).Text(0, 0, cells.Plain, printable.Truncate(b.Help, part.W-11))
	}
}

// writtenKeys are keys as they are written for people.
func writtenKeys(keys []string) []string {
	out := make([]string, 0, len(keys))
	for _, k := range keys {
		switch k {
		case " ":
			k = "Space"
		case "Backspace2":
			continue
		}
		out = append(out, k)
	}
	return out
}

// WriteKeys writes docs/keys.md. The error is that of w.
func WriteKeys(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Keys of the terminal UI\n\n" +
		"In the UI, `?` shows the keys of the view. A key that can't act says why in the status line.\n" +
		"The mouse chooses views, keys of the footer and lines, drags the time cursor over a chart and\n" +
		"scrolls; `--no-mouse` leaves it to the terminal.\n\n| key | where | what |\n|---|---|---|\n")
	for _, binding := range bindings {
		where := "everywhere"
		if binding.Views != nil {
			var in []string
			for _, v := range binding.Views {
				in = append(in, names[v])
			}
			where = strings.Join(in, ", ")
		}
		var keys []string
		for _, k := range writtenKeys(binding.Keys) {
			keys = append(keys, "`"+k+"`")
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", strings.Join(keys, " "), where, binding.Help)
	}
	b.WriteString("\nWhere several lines have the same key, the first that fits the view counts.\n\n" +
		"## Commands\n\nBehind `:`; names may be cut short, Tab completes, Up and Down bring back what was typed.\n\n" +
		"| command | what |\n|---|---|\n")
	for _, c := range typedCommands() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(strings.TrimSpace(c.name+" "+c.arguments), "|", "\\|"), c.help)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
