package export

import "h2scope/hpack"

// fields writes an array of fields.
func (w *writer) fields(key string, fields []hpack.Field) {
	w.array(key)
	for i := range fields {
		w.object("")
		w.field(&fields[i])
		w.endObject()
	}
	w.endArray()
}

// field writes the members of a field's object. A field that took no octets of
// a field block did not come from one: it has a name and a value only.
func (w *writer) field(f *hpack.Field) {
	if f.NameTrust != hpack.Unknown {
		w.text("name", f.Name)
	}
	if f.ValueTrust != hpack.Unknown {
		w.text("value", f.Value)
	}
	if f.Wire == 0 {
		return
	}
	w.name("rep", f.Representation.String())
	if f.Index != 0 {
		w.uint("index", f.Index)
	}
	w.uint("wire", uint64(f.Wire))
	w.trust(f)
}

func (w *writer) trust(f *hpack.Field) {
	trust := f.Trust()
	if trust == hpack.Exact {
		return
	}
	w.name("trust", trust.String())
	if f.NameTrust != f.ValueTrust {
		w.name("name_trust", f.NameTrust.String())
		w.name("value_trust", f.ValueTrust.String())
	}
}

// exact writes the value of the first field of a name under key, where the
// message has one that is certain: what is not certain stands among the fields,
// with its trust.
func (w *writer) exact(key string, fields []hpack.Field, name string) {
	for i := range fields {
		f := &fields[i]
		if string(f.Name) != name {
			continue
		}
		if f.Trust() == hpack.Exact {
			w.text(key, f.Value)
		}
		return
	}
}
