package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path"
	"strings"

	"h2scope/export"
	"h2scope/export/curl"
	"h2scope/export/exchange"
	"h2scope/export/har"
	"h2scope/export/redact"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/content"
	"h2scope/h2decode/fields"
	"h2scope/tui"
)

// outside does what the UI asks for beyond the screen.
type outside struct{ screening *screening }

func newOutside(s *screening) *outside { return &outside{s} }

// Filter compiles a display filter.
func (o *outside) Filter(expression string) (tui.Filter, error) { return newScreenFilter(expression) }

// Complete offers names of fields.
func (o *outside) Complete(prefix string) []string {
	var names []string
	for _, f := range fields.Complete(prefix) {
		if !isUnkept(f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}

// Export writes what is selected to a file.
func (o *outside) Export(format string, s tui.Selection, name string) (string, error) {
	if name == "" {
		name = exportName(format, s)
	}
	octets, err := o.render(format, s)
	if err != nil {
		return "", err
	}
	out, err := openOutput(name, false, o.screening.files, streams{})
	if err != nil {
		return "", err
	}
	_, err = out.Write(octets)
	if closed := out.Close(); err == nil {
		err = closed
	}
	return fmt.Sprintf("written: %s, %d octets", name, len(octets)), err
}

// exportName is what a file is called: stream-1-5.har is stream 5 of connection
// 1.
func exportName(format string, s tui.Selection) string {
	name := fmt.Sprintf("connection-%d", s.Conn)
	if s.Stream != 0 {
		name = fmt.Sprintf("stream-%d-%d", s.Conn, s.Stream)
	}
	return name + map[string]string{"har": ".har", "json": ".json", "curl": ".sh", "body": ".body"}[format]
}

// Curl is the command that repeats the selected request.
func (o *outside) Curl(s tui.Selection) (string, error) {
	octets, err := o.render("curl", s)
	return strings.TrimSpace(string(octets)), err
}

// render makes an export of what is selected.
func (o *outside) render(format string, s tui.Selection) ([]byte, error) {
	switch format {
	case "har":
		return o.archive(s)
	case "json":
		return o.told(s, export.NewRecords(export.StreamRecords).Event)
	case "curl":
		return o.told(s, curl.New(curl.Config{MaxBody: content.DefaultMaxBody}).Worker().Event)
	case "body":
		return o.body(s)
	}
	return nil, fmt.Errorf("there is no export to %q", format)
}

// told is what a renderer makes of the selected exchanges.
func (o *outside) told(s tui.Selection, render func([]byte, h2decode.Event) []byte) (octets []byte, err error) {
	r := replay{screening: o.screening, tell: func(e h2decode.Event) { octets = render(octets, e) }}
	err = r.exchanges(s)
	return octets, err
}

// archive is a HAR. Credentials are taken out of it, as the command export does.
func (o *outside) archive(s tui.Selection) ([]byte, error) {
	var b bytes.Buffer
	h := har.New(har.Config{
		Version: cmp.Or(moduleVersion(), "development"), Redact: redact.Credentials(), MaxBody: content.DefaultMaxBody,
		Tunnel: o.screening.tunnels,
	})
	var view text.View = h
	if err := view.Head(&b); err != nil {
		return nil, err
	}
	entries, err := o.told(s, view.Worker().Event)
	if err != nil {
		return nil, err
	}
	if _, err := h.Pipe(&b).Write(entries); err != nil {
		return nil, err
	}
	err = view.Foot(&b)
	return b.Bytes(), err
}

// body is the content of the response, its codings undone; that of the request
// where the response has none.
func (o *outside) body(s tui.Selection) ([]byte, error) {
	if s.Stream == 0 {
		return nil, errors.New("a body is that of a stream: none is selected")
	}
	assembler := exchange.New(exchange.Config{MaxBody: content.DefaultMaxBody})
	var found *exchange.Exchange
	r := replay{screening: o.screening, tell: func(e h2decode.Event) {
		if x := assembler.Event(e); x != nil {
			found = x
		}
	}}
	switch err := r.exchanges(s); {
	case err != nil:
		return nil, err
	case found == nil:
		return nil, fmt.Errorf("connection %d has no stream %d", s.Conn, s.Stream)
	}
	for _, side := range [...]h2decode.Side{h2decode.Server, h2decode.Client} {
		switch c := found.Content(side, content.DefaultMaxBody); {
		case len(c.Octets) > 0 && c.Complete:
			return c.Octets, nil
		case c.Wire > 0:
			return nil, fmt.Errorf("the body of the %s is not whole: %s", side, cmp.Or(strings.Join(c.Notes, "; "), "the stream has not ended"))
		}
	}
	return nil, errors.New("neither the request nor the response has a body")
}

// fileNames are the files of a capture as they are shown: without their folders.
func fileNames(files []string) string {
	var names []string
	for _, f := range files {
		if f == "-" {
			f = "standard input"
		}
		names = append(names, path.Base(f))
	}
	return strings.Join(names, " ")
}
