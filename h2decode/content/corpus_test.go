package content_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/content"
	"h2scope/h2decode/content/grpc"
	"h2scope/h2decode/content/protobuf"
	"h2scope/h2decode/content/websocket"
	"h2scope/hpack"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// An exchange is what a capture has of one stream.
type exchange struct {
	data     [2][]byte // of the client and the server
	messages [2]section
}

// A section has the fields of a message, those before its content and those
// behind.
type section struct{ header, trailers []hpack.Field }

func (s *section) field(name string) string {
	for _, f := range s.header {
		if string(f.Name) == name {
			return string(f.Value)
		}
	}
	return ""
}

// An exchanges gathers the exchanges of a capture, in the order in which they end.
type exchanges struct {
	open   map[[2]uint64]*exchange
	closed []*exchange
}

func (x *exchanges) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.DataDecoded:
		of := x.at(e.Conn, e.Stream)
		of.data[e.From] = append(of.data[e.From], e.Data...)
	case *h2decode.StreamClosed:
		of := x.at(e.Conn, e.Stream.ID)
		for side, m := range [2]*h2decode.Message{&e.Stream.Request, &e.Stream.Response} {
			of.messages[side] = section{clone(m.Fields), clone(m.Trailers)}
		}
		x.closed = append(x.closed, of)
	}
	return dst
}

func (x *exchanges) at(conn uint64, stream uint32) *exchange {
	key := [2]uint64{conn, uint64(stream)}
	if x.open[key] == nil {
		x.open[key] = new(exchange)
	}
	return x.open[key]
}

func clone(fields []hpack.Field) []hpack.Field {
	fields = slices.Clone(fields)
	for i := range fields {
		fields[i].Name, fields[i].Value = bytes.Clone(fields[i].Name), bytes.Clone(fields[i].Value)
	}
	return fields
}

// corpus decodes a capture of the shared corpus, or skips the test.
func corpus(t *testing.T, name string) []*exchange {
	t.Helper()
	folder := filepath.Join(root(t), "..", "shared", "corpus", name)
	if _, err := os.Stat(folder); err != nil {
		t.Skip("needs ../shared: corpus/" + name)
	}
	keys := keylog.NewStore()
	if _, err := keys.ReadFile(filepath.Join(folder, "keys.log")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	src, err := capture.Open([]string{filepath.Join(folder, "capture.pcapng")}, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	gathered := &exchanges{open: make(map[[2]uint64]*exchange)}
	cfg := h2scope.Config{Messages: true, Data: true, Keys: keys, KeysFinal: true}
	if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return gathered }, io.Discard); err != nil {
		t.Fatal(err)
	}
	return gathered.closed
}

// root is the folder with go.mod.
func root(t *testing.T) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			t.Fatal("there is no go.mod above the test")
		}
		folder = filepath.Dir(folder)
	}
}

// Each coding that curl asked for, as servers of two kinds sent it, over cleartext
// and TLS.
func TestCorpusCodings(t *testing.T) {
	want := map[string]string{ // by path: the coding, the lengths, the trouble
		"/gzip":                 "gzip 7545 67890 ",
		"/deflate":              "deflate 92 18000 ",
		"/deflate?raw=1":        "deflate 81 17000 ",
		"/enc text.br":          "br 5863 18893 ",
		"/enc text.zst":         "zstd 8034 18893 ",
		"/enc x.jpg":            "gzip 5013 5013 the octets can't be read as the content coding \"gzip\": they stand as they are",
		"/text.txt":             "br 3500 18893 ",
		"/bytes?n=5000":         " 0 0 ",
		"/status?c=204":         " 0 0 ",
		"/status?c=304":         " 0 0 ",
		"/a/../b%20c?q=%00&x=1": " 58 58 ",
	}
	seen := make(map[string]int)
	var texts [][]byte
	for _, x := range corpus(t, "15-bodies") {
		path := x.messages[0].field(":path")
		if strings.HasPrefix(path, "/enc") {
			path = "/enc " + filepath.Base(path)
		}
		body, coding := x.data[h2decode.Server], x.messages[1].field("content-encoding")
		decoded, res := content.Decode(nil, body, coding, content.DefaultMaxBody)
		if !res.Complete {
			t.Errorf("%s: %+v", path, res)
		}
		if line, ok := want[path]; ok {
			seen[path]++
			if got := fmt.Sprint(coding, " ", len(body), " ", len(decoded), " ", res.Trouble); got != line {
				t.Errorf("%s: %s, want %s", path, got, line)
			}
		}
		if len(decoded) == 18893 {
			texts = append(texts, decoded)
		}
	}
	if len(seen) != len(want) {
		t.Errorf("only %v", seen)
	}
	for _, text := range texts { // br and zstd, of Go's server and of nginx
		if !bytes.Equal(text, texts[0]) {
			t.Error("one file, and two contents")
		}
	}
}

func TestCorpusParams(t *testing.T) {
	forms, ranges, jsons := 0, 0, 0
	for _, x := range corpus(t, "15-bodies") {
		asked, _ := content.ParseMediaType(x.messages[0].field("content-type"))
		body := x.data[h2decode.Client]
		if asked.Type == "multipart" {
			forms++
			params, trouble := content.ParseParams(body, asked)
			if len(params) != 2 || trouble != "" || params[0].FileName != "ü.bin" || len(params[0].Data) != 600_000 || params[1].Name != "k" || params[1].Value != "v" {
				t.Errorf("%d params, %q, %q", len(params), trouble, params[1].Value)
			}
		}
		if asked.IsJSON() {
			jsons++
			if indented, err := content.IndentJSON(nil, body, 1<<20); err != nil || len(indented) <= len(body) {
				t.Errorf("%d octets of JSON became %d: %v", len(body), len(indented), err)
			}
		}
		answered, _ := content.ParseMediaType(x.messages[1].field("content-type"))
		if answered.String() == "multipart/byteranges" {
			ranges++
			boundary, _ := answered.Parameter("boundary")
			parts, trouble := content.ParseMultipart(x.data[h2decode.Server], boundary)
			if len(parts) != 2 || trouble != "" || parts[0].Field("content-range") != "bytes 0-9/100000" || len(parts[0].Data) != 10 {
				t.Errorf("%d parts, %q", len(parts), trouble)
			}
		}
	}
	if forms != 2 || ranges != 2 || jsons != 2 {
		t.Errorf("%d forms, %d ranges, %d of JSON", forms, ranges, jsons)
	}
}

// What grpc-go's client logged of its calls: status, and the lengths of messages
// in each direction, with a c where they were compressed.
func TestCorpusCalls(t *testing.T) {
	want := []string{
		"EmptyCall OK [0] [0]",
		"UnaryCall OK [11] [104]", "UnaryCall OK [11] [104]", "UnaryCall OK [11] [104]", "UnaryCall OK [11] [104]", "UnaryCall OK [11] [104]",
		"UnaryCall NOT_FOUND: no such thing: 100% é [28] []",
		"UnimplementedCall UNIMPLEMENTED: method UnimplementedCall not implemented [0] []",
		"StreamingOutputCall OK [21] [14 20008 2 70008]",
		"StreamingInputCall OK [2 5006 10006 15006 20008] [4]",
		"FullDuplexCall OK [6 8 9 9] [2 11 104 11 206 11 306 11]",
		"UnaryCall without status within 149.995ms [2] []",
		"FullDuplexCall without status [4] [54]",
		"UnaryCall OK [500012] [1000008]",
		"UnaryCall OK [102c50012] [98c50008]",
	}
	var got []string
	for _, x := range corpus(t, "06-grpc-tls") {
		format, ok := grpc.ParseFormat(x.messages[0].field("content-type"))
		service, method, _ := grpc.SplitPath(x.messages[0].field(":path"))
		if !ok || service != "grpc.testing.TestService" {
			t.Errorf("%+v %s", format, service)
		}
		line := method + " without status"
		if status, ok := grpc.FindStatus(x.messages[1].trailers, x.messages[1].header); ok {
			line = strings.TrimSuffix(fmt.Sprintf("%s %s: %s", method, status.Code, status.Message), ": ")
		}
		if timeout, ok := grpc.ParseTimeout(x.messages[0].field("grpc-timeout")); ok {
			line += fmt.Sprint(" within ", timeout)
		}
		for side := range x.data {
			line += " " + fmt.Sprint(callMessages(t, x, side, format))
		}
		got = append(got, line)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// callMessages are the lengths of the messages of one direction.
func callMessages(t *testing.T, x *exchange, side int, format grpc.Format) []string {
	t.Helper()
	lengths := []string{}
	cfg := grpc.Config{Format: format, Encoding: x.messages[side].field("grpc-encoding"), MaxMessage: 4 << 20}
	s := grpc.NewSplitter(cfg, func(m *grpc.Message) {
		length := fmt.Sprint(m.Length)
		if m.Compressed {
			length += fmt.Sprint("c", len(m.Data))
		}
		lengths = append(lengths, length)
		if tree := protobuf.Parse(m.Data); tree.Trouble != "" || m.Trouble != "" {
			t.Errorf("%s %s", m.Trouble, tree.Trouble)
		}
	})
	s.Write(1, x.data[side])
	s.Close(1)
	if n, reason := s.Skipped(); n > 0 {
		t.Error(n, reason)
	}
	return lengths
}

// A WebSocket in a stream: RFC 8441.
func TestCorpusWebSocket(t *testing.T) {
	var got []string
	for _, x := range corpus(t, "05-node-tls") {
		if x.messages[0].field(":protocol") != "websocket" {
			continue
		}
		ext := websocket.ParseExtensions(x.messages[0].field("sec-websocket-extensions"), x.messages[1].field("sec-websocket-extensions"))
		for side := range x.data {
			s := websocket.NewSplitter(websocket.Config{Client: side == 0, Extensions: ext, MaxMessage: 1 << 20}, func(m *websocket.Message) {
				got = append(got, fmt.Sprintf("%s %q %v%s", m.Opcode, m.Data, m.Masked, m.Trouble))
			})
			s.Write(1, x.data[side])
			s.Close(1)
		}
	}
	want := []string{
		`text "hello" true`, `text "hello" true`, `text "hello" true`,
		`text "world" false`, `text "world" false`, `text "world" false`, `close "\x03\xe8" false`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
