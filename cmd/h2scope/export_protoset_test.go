package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The schemas of the services in the captures, as protoc wrote them.
var protosets = filepath.Join("..", "..", "h2decode", "content", "protobuf", "testdata", "protoset")

// longBody is the body of a payload of which a test looks at the length only.
var longBody = regexp.MustCompile(`"body":"([A-Za-z0-9+/=]{40,})"`)

// namedCalls are the calls of an archive, a line each: the method, and the messages
// of both sides by their schema.
func namedCalls(t *testing.T, archive []byte) (lines []string) {
	t.Helper()
	type message struct {
		Data          json.RawMessage
		Type, Comment string
	}
	var a struct {
		Log struct {
			Entries []struct {
				GRPC struct {
					Method, Comment     string
					Requests, Responses []message
				} `json:"_grpc"`
			}
		}
	}
	check(t, json.Unmarshal(archive, &a))
	for _, e := range a.Log.Entries {
		line := e.GRPC.Method
		for _, list := range [][]message{e.GRPC.Requests, e.GRPC.Responses} {
			line += " /"
			for _, m := range list {
				data := longBody.ReplaceAllStringFunc(string(m.Data), func(s string) string {
					octets, _ := base64.StdEncoding.DecodeString(longBody.FindStringSubmatch(s)[1])
					return fmt.Sprintf(`"body":%d`, len(octets))
				})
				_, name, _ := strings.Cut(m.Type, ".")
				line += fmt.Sprint(" ", strings.TrimPrefix(name, "testing."), data, m.Comment)
			}
		}
		lines = append(lines, strings.TrimSpace(line+" "+e.GRPC.Comment))
	}
	return lines
}

// TestProtosetNamesMessages: what the applications of 06-grpc-tls sent, by the
// names of the services' schema.
func TestProtosetNamesMessages(t *testing.T) {
	file := captureOf(t, "06-grpc-tls")
	seen := make(map[string]int)
	for _, line := range namedCalls(t, outputOf(t, file, keyed(file, "export", "--to", "har", "--protoset", filepath.Join(protosets, "protoset.binpb"))...)) {
		seen[line]++
	}
	for line, n := range map[string]int{
		`EmptyCall / Empty{} / Empty{}`: 1,
		`UnaryCall / SimpleRequest{"responseSize":100,"payload":{"body":"aGVsbG8="}} / SimpleResponse{"payload":{"body":100}}`: 5,
		`UnaryCall / SimpleRequest{"responseStatus":{"code":5,"message":"no such thing: 100% é"}} /`:                           1,
		`UnimplementedCall /  / the protoset's service grpc.testing.TestService has no method UnimplementedCall`:               1,
		`StreamingOutputCall / StreamingOutputCallRequest{"responseParameters":[{"size":10},{"size":20000,"intervalUs":3000},{},{"size":70000}]} /` +
			` StreamingOutputCallResponse{"payload":{"body":"AAAAAAAAAAAAAA=="}} StreamingOutputCallResponse{"payload":{"body":20000}}` +
			` StreamingOutputCallResponse{"payload":{}} StreamingOutputCallResponse{"payload":{"body":70000}}`: 1,
		`StreamingInputCall / StreamingInputCallRequest{"payload":{}} StreamingInputCallRequest{"payload":{"body":5000}}` +
			` StreamingInputCallRequest{"payload":{"body":10000}} StreamingInputCallRequest{"payload":{"body":15000}}` +
			` StreamingInputCallRequest{"payload":{"body":20000}} / StreamingInputCallResponse{"aggregatedPayloadSize":50000}`: 1,
		`FullDuplexCall / StreamingOutputCallRequest{"responseParameters":[{},{"size":7}]}` +
			` StreamingOutputCallRequest{"responseParameters":[{"size":100},{"size":7}]}` +
			` StreamingOutputCallRequest{"responseParameters":[{"size":200},{"size":7}]}` +
			` StreamingOutputCallRequest{"responseParameters":[{"size":300},{"size":7}]} /` +
			` StreamingOutputCallResponse{"payload":{}} StreamingOutputCallResponse{"payload":{"body":"AAAAAAAAAA=="}}` +
			` StreamingOutputCallResponse{"payload":{"body":100}} StreamingOutputCallResponse{"payload":{"body":"AAAAAAAAAA=="}}` +
			` StreamingOutputCallResponse{"payload":{"body":200}} StreamingOutputCallResponse{"payload":{"body":"AAAAAAAAAA=="}}` +
			` StreamingOutputCallResponse{"payload":{"body":300}} StreamingOutputCallResponse{"payload":{"body":"AAAAAAAAAA=="}}`: 1,
		`UnaryCall / SimpleRequest{"responseSize":1} /`: 1, // the deadline passed
		`FullDuplexCall / StreamingOutputCallRequest{"responseParameters":[{"size":50}]} / StreamingOutputCallResponse{"payload":{"body":50}}`: 1, // the client cancelled
		`UnaryCall / SimpleRequest{"responseSize":1000000,"payload":{"body":500000}} / SimpleResponse{"payload":{"body":1000000}}`:             1,
		`UnaryCall / SimpleRequest{"responseSize":50000,"payload":{"body":50000}} / SimpleResponse{"payload":{"body":50000}}`:                  1, // compressed
	} {
		if seen[line] != n {
			t.Errorf("%s: %d times, want %d", line, seen[line], n)
		}
		delete(seen, line)
	}
	for line := range seen {
		t.Errorf("messages that nobody sent: %s", line)
	}
}

func TestProtosetOfSample(t *testing.T) {
	file := sampleFiles(t)["grpc-call"]
	got := strings.Join(namedCalls(t, outputOf(t, file, "export", "--to", "har", "--protoset", filepath.Join(protosets, "protoset.binpb"))), "\n")
	const want = `SayHello / HelloRequest{"name":"Ada"} / HelloReply{"message":"Hello, Ada"}
SayHelloAgain / HelloRequest{"name":"Ada"} / HelloReply{"message":"Hello, Ada"} HelloReply{"message":"Hello, Ada"} HelloReply{"message":"Hello, Ada"}
SayGoodbye / {"fields":[{"field":1,"type":"string","value":"Ada"}]} / the protoset's service example.Greeter has no method SayGoodbye`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestProtosetErrors: what is no protoset is told in one line, before anything is
// read or written.
func TestProtosetErrors(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, octets []byte) string {
		path := filepath.Join(folder, name)
		check(t, os.WriteFile(path, octets, 0o644))
		return path
	}
	whole, err := os.ReadFile(filepath.Join(protosets, "protoset.binpb"))
	check(t, err)
	for name, test := range map[string]struct {
		file, want string
		code       int
	}{
		"missing":           {filepath.Join(folder, "nosuch"), "open " + filepath.Join(folder, "nosuch") + ": no such file or directory", exitFailed},
		"a folder":          {folder, "read " + folder + ": is a directory", exitFailed},
		"empty":             {write("empty", nil), "the FileDescriptorSet has no files", exitUsage},
		"the source":        {filepath.Join(protosets, "calls.proto"), "not a FileDescriptorSet", exitUsage},
		"a message":         {filepath.Join(protosets, "kinds.binpb"), "the FileDescriptorSet has no files", exitUsage},
		"cut":               {write("cut", whole[:len(whole)/2]), "not a FileDescriptorSet", exitUsage},
		"two of everything": {write("twice", append(bytes.Clone(whole), whole...)), "the FileDescriptorSet is not sound: ", exitUsage},
	} {
		var out, errs bytes.Buffer
		archive := filepath.Join(folder, "out.har")
		code := run([]string{"export", "--to", "har", "-o", archive, "--protoset", test.file, "nosuch.pcap"}, streams{nil, &out, &errs})
		lines := strings.Split(strings.TrimSpace(errs.String()), "\n")
		if code != test.code || !strings.Contains(lines[0], test.want) || len(lines) > 2 || out.Len() > 0 {
			t.Errorf("%s: %d, %s", name, code, errs.String())
		}
		if test.code == exitUsage && (len(lines) != 2 || !strings.Contains(lines[1], "--include_imports")) {
			t.Errorf("%s: no hint: %s", name, errs.String())
		}
		if _, err := os.Stat(archive); err == nil {
			t.Errorf("%s: something was written", name)
		}
	}
}
