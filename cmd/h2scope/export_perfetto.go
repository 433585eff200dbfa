package main

import (
	"io"

	"h2scope/export/perfetto"
	"h2scope/export/text"
	"h2scope/h2decode/timeline"
)

// perfettoFormat is a trace for ui.perfetto.dev.
func perfettoFormat() exportFormat {
	return exportFormat{
		name: "perfetto", short: "a trace for ui.perfetto.dev: streams, stalls, windows", redacts: true,
		view: func(x *exportFlags) (text.View, error) {
			policy := x.policy(false)
			return newRecordView(x.memory, func(w io.Writer, s *timeline.Snapshot, selected func(uint64, uint32) bool) error {
				return perfetto.Write(w, s, perfetto.Options{Selected: selected, Redact: policy})
			}), nil
		},
	}
}
