package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"h2scope/export"
	"h2scope/export/bodies"
	"h2scope/export/csv"
	"h2scope/export/curl"
	"h2scope/export/document"
	"h2scope/export/har"
	"h2scope/export/redact"
	"h2scope/export/text"
)

// An exportFormat is something that a capture can be written as.
type exportFormat struct {
	name, short string
	data        bool // it needs the octets of DATA
	folder      bool // it writes files: --output is a folder
	redacts     bool // --redact means something for it
	view        func(*exportFlags) (text.View, error)
}

// exportFormats are the formats in the order in which they are listed.
var exportFormats = []exportFormat{
	{name: "har", short: "HTTP Archive 1.2, for browsers and load generators", data: true, redacts: true,
		view: func(x *exportFlags) (text.View, error) {
			return har.New(har.Config{
				Version: cmp.Or(moduleVersion(), "development"), Redact: x.policy(true), MaxBody: x.maxBody, Protoset: x.schema,
				Tunnel: x.tunnel(),
			}), nil
		}},
	{name: "json", short: "all records as one object, which is held in memory", data: true, redacts: true,
		view: func(x *exportFlags) (text.View, error) { return document.New(x.tunnels().Worker), nil }},
	{name: "ndjson", short: "all records, one a line", data: true, redacts: true,
		view: func(x *exportFlags) (text.View, error) { return x.records(), nil }},
	{name: "csv", short: "a table of streams, frames or connections (--table)", redacts: true,
		view: func(x *exportFlags) (text.View, error) {
			return csv.New(csv.Config{Table: x.table, Redact: x.policy(false)})
		}},
	htmlFormat(),
	perfettoFormat(),
	pcapngFormat(),
	{name: "bodies", short: "the content of each message, as files in the folder --output", data: true, folder: true,
		view: func(x *exportFlags) (text.View, error) {
			return bodies.New(bodies.Config{Folder: x.folder, Force: x.force, MaxBody: x.maxBody, Tunnel: x.tunnel()}), nil
		}},
	{name: "curl", short: "the commands that repeat the requests", data: true, redacts: true,
		view: func(x *exportFlags) (text.View, error) {
			return curl.New(curl.Config{Redact: x.policy(false), MaxBody: x.maxBody}), nil
		}},
}

func formatNames() (names []string) {
	for i := range exportFormats {
		names = append(names, exportFormats[i].name)
	}
	return names
}

// formatList is a line for each format.
func formatList() string {
	var b strings.Builder
	for i := range exportFormats {
		fmt.Fprintf(&b, "  %-8s %s\n", exportFormats[i].name, exportFormats[i].short)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// allRecords is the view of all records, of contents too, without what a policy
// takes out.
type allRecords struct {
	policy  *redact.Policy
	maxBody int
}

func (x *exportFlags) records() allRecords {
	return allRecords{policy: x.policy(false), maxBody: x.maxBody}
}

func (allRecords) Head(io.Writer) error { return nil }
func (allRecords) Foot(io.Writer) error { return nil }

// Worker returns the renderer of one worker.
func (r allRecords) Worker() text.Renderer {
	return r.policy.Records(export.NewDecodedRecords(export.AllRecords, r.maxBody))
}
