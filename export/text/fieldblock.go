package text

import (
	"fmt"
	"io"
	"strconv"

	"h2scope/h2decode/printable"
	"h2scope/hpack"
)

// WriteFieldBlock shows one field block that d has just decoded: its fields,
// what was wrong with it, and the table after it. number is from 1; octets is
// the block's size; err is why decoding ended early.
func WriteFieldBlock(w io.Writer, number, octets int, fields []hpack.Field, d *hpack.Decoder, err error, o Options) error {
	var l line
	l.begin(nil, &o)
	l.string(heading, fmt.Sprintf("block %d", number))
	l.string(plain, ": "+count(uint64(octets), "octet")+", "+count(uint64(len(fields)), "field"))
	buf := l.end()
	if len(fields) > 0 {
		l.begin(buf, &o)
		l.string(faint, "  representation   index  wire  field")
		buf = l.end()
	}
	for i := range fields {
		buf = append(appendField(append(buf, "  "...), &fields[i]), '\n')
	}
	for _, size := range d.SizeUpdates() {
		buf = fmt.Appendf(buf, "  dynamic table size update to %d octets\n", size)
	}
	for i := range d.Violations() {
		buf = appendWrong(&l, buf, &d.Violations()[i], &o)
	}
	if err != nil {
		buf = appendWrong(&l, buf, err, &o)
	}
	_, err = w.Write(appendTable(&l, buf, d.Table(), &o))
	return err
}

func appendWrong(l *line, dst []byte, err error, o *Options) []byte {
	l.begin(dst, o)
	l.string(bad, "  "+err.Error())
	return l.end()
}

func appendTable(l *line, dst []byte, t *hpack.Table, o *Options) []byte {
	l.begin(dst, o)
	l.string(heading, "dynamic table")
	l.string(plain, ": "+strconv.FormatUint(t.Size(), 10))
	if size, known := t.MaxSize(); known {
		l.string(plain, " of "+strconv.FormatUint(uint64(size), 10))
	}
	l.string(plain, " octets, ")
	if t.Len() == 1 {
		l.string(plain, "1 entry")
	} else {
		l.string(plain, strconv.Itoa(t.Len())+" entries")
	}
	dst = l.end()
	for index, e := range t.All() {
		l.begin(dst, o)
		l.number(plain, index, len("  000"))
		l.number(faint, uint64(e.Size()), len("  00000"))
		l.string(plain, "  ")
		l.put(plain, printable.Append(nil, e.Name))
		l.string(plain, ": ")
		l.put(plain, printable.Append(nil, e.Value))
		dst = l.end()
	}
	return dst
}
