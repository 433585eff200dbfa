// Package body makes text of the content of an HTTP message: codings undone, JSON
// indented, the messages of gRPC told apart, characters decoded. What is not text
// is left to be shown in hex.
package body

import (
	"bytes"
	"fmt"
	"strings"

	"h2scope/h2decode/content"
	"h2scope/h2decode/content/grpc"
	"h2scope/h2decode/content/protobuf"
	"h2scope/h2decode/printable"
)

// A Message is content as it was sent.
type Message struct {
	Octets       []byte // the beginning of the content, without holes
	Whole        bool   // they are all of it
	ContentType  string
	Encoding     string // content-encoding
	GRPCEncoding string // grpc-encoding
}

// A Text is what content means.
type Text struct {
	Kind   string   // "JSON", "gRPC", "text", "octets"
	Lines  []string // safe to show; nil: it is not text
	Octets []byte   // with the codings undone; they may be those of the Message
	Notes  []string // what was undone and what is wrong; safe to show
}

// MaxDecoded is how many octets of content come out of codings at most.
const MaxDecoded = 4 << 20

// Read reads content.
func Read(m Message) Text {
	if format, ok := grpc.ParseFormat(m.ContentType); ok {
		return readGRPC(m, format)
	}
	t := Text{Kind: "octets", Octets: m.Octets}
	t.decode(&m)
	media, _ := content.ParseMediaType(m.ContentType)
	switch {
	case len(t.Octets) == 0:
	case media.IsJSON():
		t.json()
	case media.IsText() || content.LooksLikeText(t.Octets):
		t.text(media)
	}
	return t
}

func (t *Text) note(text string) {
	if text != "" {
		t.Notes = append(t.Notes, printable.String(text))
	}
}

// decode undoes the content codings.
func (t *Text) decode(m *Message) {
	if m.Encoding == "" {
		return
	}
	octets, r := content.Decode(nil, m.Octets, m.Encoding, MaxDecoded)
	t.Octets = octets
	if len(r.Applied) > 0 {
		t.note(fmt.Sprintf("%s undone: %d octets of %d", strings.Join(r.Applied, ", "), len(octets), len(m.Octets)))
	}
	if m.Whole || !r.Truncated {
		t.note(r.Trouble)
	}
	if r.Limited {
		t.note(fmt.Sprintf("the first %d octets are shown", MaxDecoded))
	}
}

// json indents; what is not JSON, or is cut, is text all the same.
func (t *Text) json() {
	t.Kind = "JSON"
	indented, err := content.IndentJSON(nil, t.Octets, MaxDecoded)
	if err != nil {
		t.note(err.Error())
	}
	t.Lines = lines(indented)
}

func (t *Text) text(media content.MediaType) {
	decoded := content.DecodeText(t.Octets, media)
	t.Kind = "text"
	if decoded.Charset != "" && decoded.Charset != "utf-8" {
		t.Kind += ", " + printable.String(decoded.Charset)
	}
	t.note(decoded.Trouble)
	t.Lines = lines(decoded.UTF8)
}

// tab is what a tab is shown as.
const tab = "    "

// lines cuts text into lines that are safe to show.
func lines(text []byte) []string {
	var out []string
	for l := range bytes.Lines(text) {
		l = bytes.TrimRight(l, "\r\n")
		out = append(out, printable.String(strings.ReplaceAll(string(l), "\t", tab)))
	}
	return out
}

// readGRPC tells the messages of a call apart.
func readGRPC(m Message, format grpc.Format) Text {
	t := Text{Kind: "gRPC", Octets: m.Octets}
	s := grpc.NewSplitter(grpc.Config{Format: format, Encoding: m.GRPCEncoding, MaxMessage: MaxDecoded}, func(msg *grpc.Message) { t.message(msg, format) })
	s.Write(0, m.Octets)
	s.Close(0)
	if n, why := s.Skipped(); n > 0 {
		t.note(fmt.Sprintf("%d octets are no message: %s", n, why))
	}
	if t.Lines == nil {
		t.Lines = []string{}
	}
	return t
}

// message adds a message of a call.
func (t *Text) message(msg *grpc.Message, format grpc.Format) {
	head := fmt.Sprintf("message %d: %d octets", msg.Number, msg.Length)
	if msg.Trailers {
		head = fmt.Sprintf("trailers: %d octets", msg.Length)
	}
	if msg.Compressed {
		head += fmt.Sprintf(", %d inflated", len(msg.Data))
	}
	t.Lines = append(t.Lines, head)
	var text []byte
	switch {
	case msg.Trailers:
		text = msg.Data
	case format.Codec == "proto":
		tree := protobuf.Parse(msg.Data)
		text = tree.AppendText(nil)
		t.note(tree.Trouble)
	case format.Codec == "json":
		text, _ = content.IndentJSON(nil, msg.Data, MaxDecoded)
	default:
		text = msg.Data
	}
	for _, l := range lines(text) {
		t.Lines = append(t.Lines, "  "+l)
	}
	if msg.Trouble != "" {
		t.Lines = append(t.Lines, "  "+printable.String(msg.Trouble))
	}
}
