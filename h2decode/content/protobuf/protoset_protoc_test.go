package protobuf

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// The folder of the schemas, of messages in protobuf's text format, and of what
// protoc makes of both: protoset.binpb and a file .binpb for each message.
const schemas = "testdata/protoset"

// described are the files that the set is made of; what they import is included.
var described = []string{"calls.proto", "greeter.proto", "kinds.proto", "legacy.proto"}

// written are the messages: of which file and type they were made, and which type
// reads them.
var written = []struct{ name, file, made, read string }{
	{"kinds", "kinds.proto", "kinds.Everything", "kinds.Everything"},
	{"legacy", "legacy.proto", "legacy.Order", "legacy.Order"},
	{"newer", "kinds.proto", "kinds.Newer", "kinds.Older"},
}

// protoc runs the compiler in the folder of the schemas.
func protoc(t *testing.T, input []byte, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("protoc"); err != nil {
		t.Skip("needs protoc")
	}
	cmd := exec.Command("protoc", append([]string{"-I."}, args...)...)
	cmd.Dir, cmd.Stdin = schemas, bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if strings.Contains(stderr.String(), "google/protobuf/") {
		t.Skip("needs the files that protoc comes with (libprotobuf-dev)")
	}
	if err != nil {
		t.Fatalf("protoc %v: %v\n%s", args, err, stderr.String())
	}
	return out
}

// compile returns a set of all schemas.
func compile(t *testing.T, flags ...string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "set")
	protoc(t, nil, append(append(flags, "--descriptor_set_out="+file), described...)...)
	octets, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	octets, err := os.ReadFile(filepath.Join(schemas, name))
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

func compiled(t *testing.T) *Protoset {
	t.Helper()
	set, err := LoadProtoset(read(t, "protoset.binpb"))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestProtocWritesTheSame holds that the set and the messages in the folder are
// those that protoc makes of the files beside them. With -update it writes them.
func TestProtocWritesTheSame(t *testing.T) {
	set := compile(t, "--include_imports")
	var made [][]byte
	for _, m := range written {
		made = append(made, protoc(t, read(t, m.name+".txtpb"), "--deterministic_output", "--encode="+m.made, m.file))
	}
	if *update {
		golden(t, "protoset/protoset.binpb", set)
		for i, m := range written {
			golden(t, "protoset/"+m.name+".binpb", made[i])
		}
	}
	if got, want := own(t, read(t, "protoset.binpb")), own(t, set); !proto.Equal(got, want) {
		t.Error("protoset.binpb is not what protoc makes of the schemas: -update writes it anew")
	}
	for i, m := range written {
		if !bytes.Equal(read(t, m.name+".binpb"), made[i]) {
			t.Errorf("%s.binpb is not what protoc makes of %s.txtpb: -update writes it anew", m.name, m.name)
		}
	}
}

// own is a set without the files that come with protoc, which differ from one
// version to another.
func own(t *testing.T, octets []byte) *descriptorpb.FileDescriptorSet {
	t.Helper()
	set, kept := new(descriptorpb.FileDescriptorSet), new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(octets, set); err != nil {
		t.Fatal(err)
	}
	for _, f := range set.File {
		if !strings.HasPrefix(f.GetName(), "google/") {
			kept.File = append(kept.File, f)
		}
	}
	return kept
}

// TestMessagesOfProtoc shows what messages that protoc wrote look like: nested,
// repeated, packed and not, maps, enums with a value that has no name, a oneof,
// optional with and without presence, well-known types, groups and extensions. Of
// a newer version of a message, what the older lacks is counted.
func TestMessagesOfProtoc(t *testing.T) {
	set := compiled(t)
	for _, m := range written {
		t.Run(m.name, func(t *testing.T) {
			schema, ok := set.Message(m.read)
			if !ok {
				t.Fatal("the set lacks it")
			}
			got, unknown, err := schema.AppendJSON(nil, read(t, m.name+".binpb"))
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "protoset/"+m.name+".json", append(got, '\n'))
			want := 0
			if m.made != m.read {
				want = len("\x10\x02") + len("\x1a\x01x") + len("\x1a\x02yy")
			}
			if unknown != want {
				t.Errorf("%d octets of unknown fields, want %d", unknown, want)
			}
		})
	}
}

// TestMessagesOfProtocWithoutSchema: what protoc reads without a schema is in the
// tree too, field by field.
func TestMessagesOfProtocWithoutSchema(t *testing.T) {
	outermost := regexp.MustCompile(`(?m)^\d+`)
	for _, m := range written {
		octets := read(t, m.name+".binpb")
		want := outermost.FindAllString(string(protoc(t, octets, "--decode_raw")), -1)
		got := outermost.FindAllString(string(Parse(octets).AppendText(nil)), -1)
		if len(got) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s: fields %v, protoc has %v", m.name, got, want)
		}
	}
}

// TestProtosetWithoutImports: what a set lacks stands without a name, or is told
// by it; the well-known types are known without the set.
func TestProtosetWithoutImports(t *testing.T) {
	set, err := LoadProtoset(compile(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := set.Method("grpc.testing.TestService", "UnaryCall"); err != nil {
		t.Error(err)
	}
	schema, ok := set.Message("kinds.Everything")
	if !ok {
		t.Fatal("a message that refers to what is missing is not found")
	}
	got, _, err := schema.AppendJSON(nil, read(t, "kinds.binpb"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(string(read(t, "kinds.json")), `"NEGATIVE"`, "-1", 1)
	want = strings.NewReplacer(`"BLACK"`, "0", `"RED"`, "3").Replace(want)
	if string(got)+"\n" != want {
		t.Errorf("got %s", got)
	}
}

// TestForgedWellKnownTypes: JSON has a form of its own for the well-known types,
// which a set can't change.
func TestForgedWellKnownTypes(t *testing.T) {
	forged := func(path string) []byte {
		octets, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{{
			Name: &path, Package: proto.String("google.protobuf"), Syntax: proto.String("proto3"),
			MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("Timestamp")}},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		return octets
	}
	set, err := LoadProtoset(forged("google/protobuf/timestamp.proto"))
	if err != nil {
		t.Fatal(err)
	}
	schema, _ := set.Message("google.protobuf.Timestamp")
	if got, _, err := schema.AppendJSON(nil, []byte("\x08\x01")); err != nil || string(got) != `"1970-01-01T00:00:01Z"` {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := LoadProtoset(forged("other.proto")); err == nil || !strings.Contains(err.Error(), "not sound") {
		t.Error(err)
	}
}
