package tui

import (
	"strconv"

	"h2scope/h2decode/printable"
)

// seconds is a time since the beginning: 12.345678.
func seconds(ns int64) string { return strconv.FormatFloat(float64(ns)/1e9, 'f', 6, 64) }

// duration is nanoseconds in few cells: 12.3ms, 1.50s, 2m03s.
func duration(ns int64) string { return printable.Duration(ns) }

// size is a number in few cells: 999, 1.23k, 12.3M.
func size(n uint64) string { return printable.Size(n) }
