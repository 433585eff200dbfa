package export

import "h2scope/hpack"

// AppendFieldBlock writes the record of one field block that d has just
// decoded, which is no part of a capture: its fields, what was wrong with it,
// and the table after it. number is from 1; octets is the block's size; err is
// why decoding ended early.
func AppendFieldBlock(dst []byte, number, octets int, fields []hpack.Field, d *hpack.Decoder, err error) []byte {
	w := writer{buf: dst}
	w.begin("field_block")
	w.uint("n", uint64(number))
	w.uint("length", uint64(octets))
	w.fields("fields", fields)
	if updates := d.SizeUpdates(); len(updates) > 0 {
		w.array("size_updates")
		for _, size := range updates {
			w.uint("", uint64(size))
		}
		w.endArray()
	}
	if violations := d.Violations(); len(violations) > 0 {
		w.array("violations")
		for i := range violations {
			w.text("", []byte(violations[i].Error()))
		}
		w.endArray()
	}
	if err != nil {
		w.text("malformed", []byte(err.Error()))
	}
	w.table(d.Table())
	w.end()
	return w.buf
}

// table writes the dynamic table, the newest entry first.
func (w *writer) table(t *hpack.Table) {
	w.object("table")
	w.uint("size", t.Size())
	if size, known := t.MaxSize(); known {
		w.uint("max_size", uint64(size))
	}
	w.array("entries")
	for index, e := range t.All() {
		w.object("")
		w.uint("index", index)
		if e.NameTrust != hpack.Unknown {
			w.text("name", e.Name)
		}
		if e.ValueTrust != hpack.Unknown {
			w.text("value", e.Value)
		}
		w.uint("size", uint64(e.Size()))
		w.endObject()
	}
	w.endArray()
	w.endObject()
}
