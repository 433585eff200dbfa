package export

import (
	"iter"
	"unicode/utf8"

	"h2scope/h2decode"
)

// capture is the first record.
func (w *writer) capture(e *h2decode.CaptureOpened) {
	w.begin("capture")
	w.uint("schema", Schema)
	w.texts("files", octets(e.Files))
	w.array("interfaces")
	for i := range e.Interfaces {
		in := &e.Interfaces[i]
		w.object("")
		if in.Name != "" {
			w.text("name", []byte(in.Name))
		}
		w.text("link_type", []byte(in.LinkType))
		if in.Snaplen > 0 {
			w.uint("snaplen", uint64(in.Snaplen))
		}
		w.endObject()
	}
	w.endArray()
	w.end()
}

// texts writes an array of strings. Where one of them is not UTF-8 all stand as
// base64, under the key with "_base64".
func (w *writer) texts(key string, all iter.Seq[[]byte]) {
	for s := range all {
		if !utf8.Valid(s) {
			w.texts64(key, all)
			return
		}
	}
	w.array(key)
	for s := range all {
		w.text("", s)
	}
	w.endArray()
}

func (w *writer) texts64(key string, all iter.Seq[[]byte]) {
	w.array(key + "_base64")
	for s := range all {
		w.base64("", s)
	}
	w.endArray()
}

func octets(all []string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, s := range all {
			if !yield([]byte(s)) {
				return
			}
		}
	}
}
