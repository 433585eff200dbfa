package main

import (
	"io"
	"os"
)

// terminalWidth is how many cells a line has on w; 0 where w is no terminal.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	return fileWidth(f)
}

// useColor decides by --color, and where that is auto by whether the output is
// a terminal that can, and the user has not asked for none (no-color.org).
func useColor(when string, terminal bool) bool {
	switch when {
	case "always":
		return true
	case "never":
		return false
	}
	return terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
