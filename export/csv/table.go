package csv

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"h2scope/export/redact"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/hpack"
)

// Config says what is written.
type Config struct {
	Table  string         // one of Tables
	Redact *redact.Policy // nil: nothing is taken out
}

// Tables are the tables there are; the first is the usual one.
var Tables = []string{"streams", "frames", "conns"}

// A Table is a view of one table. Streams need the fields of messages.
type Table struct {
	cfg     Config
	columns []string
	row     func(*row, h2decode.Event)
}

// New returns the table that cfg names.
func New(cfg Config) (*Table, error) {
	switch cfg.Table {
	case "", "streams":
		return &Table{cfg, streamColumns, (*row).streamEvent}, nil
	case "frames":
		return &Table{cfg, frameColumns, (*row).frameEvent}, nil
	case "conns":
		return &Table{cfg, connColumns, (*row).connEvent}, nil
	}
	return nil, fmt.Errorf("there is no table %q: %s", cfg.Table, strings.Join(Tables, ", "))
}

// Head writes the names of the columns.
func (t *Table) Head(w io.Writer) error {
	_, err := io.WriteString(w, strings.Join(t.columns, ",")+"\r\n")
	return err
}

// Worker returns the renderer of one worker.
func (t *Table) Worker() text.Renderer { return &worker{table: t, row: row{policy: t.cfg.Redact}} }

// Foot writes nothing.
func (t *Table) Foot(io.Writer) error { return nil }

type worker struct {
	table *Table
	row   row
}

// Event appends the row that e becomes, if any.
func (w *worker) Event(dst []byte, e h2decode.Event) []byte {
	r := &w.row
	r.buf, r.cells = dst, 0
	w.table.row(r, e)
	if r.cells > 0 {
		r.buf = append(r.buf, "\r\n"...)
	}
	return r.buf
}

// A row appends cells to buf.
type row struct {
	buf     []byte
	cells   int
	policy  *redact.Policy
	scratch []byte
}

// next begins a cell.
func (r *row) next() {
	if r.cells > 0 {
		r.buf = append(r.buf, ',')
	}
	r.cells++
}

// name is a cell of our own words, which need no quotes.
func (r *row) name(s string) {
	r.next()
	r.buf = append(r.buf, s...)
}

func (r *row) uint(v uint64) {
	r.next()
	r.buf = strconv.AppendUint(r.buf, v, 10)
}

// uintIf is a cell that is empty where the number is not known.
func (r *row) uintIf(known bool, v uint64) {
	if known {
		r.uint(v)
	} else {
		r.next()
	}
}

func (r *row) intIf(known bool, v int64) {
	r.next()
	if known {
		r.buf = strconv.AppendInt(r.buf, v, 10)
	}
}

func (r *row) bool(v bool) {
	r.next()
	r.buf = strconv.AppendBool(r.buf, v)
}

// time is RFC 3339 in UTC with nine decimals; 0 is not known.
func (r *row) time(ns int64) {
	r.next()
	if ns != 0 {
		r.buf = time.Unix(0, ns).UTC().AppendFormat(r.buf, "2006-01-02T15:04:05.000000000Z")
	}
}

// duration is nanoseconds as milliseconds with up to six decimals.
func (r *row) duration(known bool, ns int64) {
	r.next()
	if known {
		r.buf = strconv.AppendFloat(r.buf, float64(ns)/1e6, 'f', -1, 64)
	}
}

// text is a value from the capture.
func (r *row) text(value []byte) {
	r.next()
	r.scratch = printable.Append(r.scratch[:0], value)
	quoted := false
	for _, c := range r.scratch {
		quoted = quoted || c == '"' || c == ','
	}
	if !quoted {
		r.buf = append(r.buf, r.scratch...)
		return
	}
	r.buf = append(r.buf, '"')
	for _, c := range r.scratch {
		if c == '"' {
			r.buf = append(r.buf, '"')
		}
		r.buf = append(r.buf, c)
	}
	r.buf = append(r.buf, '"')
}

// field is the first value of a name, where it is certain.
func (r *row) field(fields []hpack.Field, name string) {
	for i := range fields {
		if f := &fields[i]; string(f.Name) == name && f.Trust() == hpack.Exact {
			if r.policy == nil {
				r.text(f.Value)
				return
			}
			shown, _ := r.policy.Field(name, string(f.Value))
			r.text([]byte(shown))
			return
		}
	}
	r.next()
}
