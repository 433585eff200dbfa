package main

import (
	"io"

	"h2scope/export/html"
	"h2scope/export/text"
	"h2scope/h2decode/timeline"
)

// htmlFormat is the report in one file.
func htmlFormat() exportFormat {
	return exportFormat{
		name: "html", short: "a report in one file, to read, print and pass on", redacts: true,
		view: func(x *exportFlags) (text.View, error) {
			policy := x.policy(true)
			return newRecordView(x.memory, func(w io.Writer, s *timeline.Snapshot, selected func(uint64, uint32) bool) error {
				return html.Write(w, s, html.Options{Selected: selected, Redact: policy})
			}), nil
		},
	}
}
