package protobuf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// greeter is a set as protoc writes it, of this file:
//
//	syntax = "proto3";
//	package demo;
//	import "elsewhere.proto";
//	message Ask { string name = 1; repeated int32 ids = 2; Ask inner = 3; Kind kind = 4; map<string, Ask> by = 5; bytes raw = 6; sint64 delta = 7; }
//	message Answer { optional string text = 1; demo.Missing other = 2; }
//	enum Kind { NONE = 0; BIG = 1; }
//	service Greeter { rpc Greet(Ask) returns (Answer); rpc Lost(Ask) returns (demo.Missing); }
func greeter(t testing.TB) []byte {
	t.Helper()
	type fieldType = descriptorpb.FieldDescriptorProto_Type
	one, many := descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL, descriptorpb.FieldDescriptorProto_LABEL_REPEATED
	field := func(name string, number int32, label descriptorpb.FieldDescriptorProto_Label, kind fieldType, typeName string) *descriptorpb.FieldDescriptorProto {
		f := &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number, Label: &label, Type: &kind}
		if typeName != "" {
			f.TypeName = &typeName
		}
		return f
	}
	method := func(name, output string) *descriptorpb.MethodDescriptorProto {
		return &descriptorpb.MethodDescriptorProto{Name: &name, InputType: proto.String(".demo.Ask"), OutputType: &output}
	}
	file := &descriptorpb.FileDescriptorProto{
		Name: proto.String("demo.proto"), Package: proto.String("demo"), Syntax: proto.String("proto3"),
		Dependency: []string{"elsewhere.proto"},
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: proto.String("Ask"), Field: []*descriptorpb.FieldDescriptorProto{
				field("name", 1, one, descriptorpb.FieldDescriptorProto_TYPE_STRING, ""),
				field("ids", 2, many, descriptorpb.FieldDescriptorProto_TYPE_INT32, ""),
				field("inner", 3, one, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, ".demo.Ask"),
				field("kind", 4, one, descriptorpb.FieldDescriptorProto_TYPE_ENUM, ".demo.Kind"),
				field("by", 5, many, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, ".demo.Ask.ByEntry"),
				field("raw", 6, one, descriptorpb.FieldDescriptorProto_TYPE_BYTES, ""),
				field("delta", 7, one, descriptorpb.FieldDescriptorProto_TYPE_SINT64, ""),
				field("all", 8, many, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, ".demo.Ask"),
			}, NestedType: []*descriptorpb.DescriptorProto{{
				Name: proto.String("ByEntry"), Options: &descriptorpb.MessageOptions{MapEntry: proto.Bool(true)},
				Field: []*descriptorpb.FieldDescriptorProto{
					field("key", 1, one, descriptorpb.FieldDescriptorProto_TYPE_STRING, ""),
					field("value", 2, one, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, ".demo.Ask"),
				},
			}}},
			{Name: proto.String("Answer"), Field: []*descriptorpb.FieldDescriptorProto{
				field("text", 1, one, descriptorpb.FieldDescriptorProto_TYPE_STRING, ""),
			}},
		},
		EnumType: []*descriptorpb.EnumDescriptorProto{{Name: proto.String("Kind"), Value: []*descriptorpb.EnumValueDescriptorProto{
			{Name: proto.String("NONE"), Number: proto.Int32(0)}, {Name: proto.String("BIG"), Number: proto.Int32(1)},
		}}},
		Service: []*descriptorpb.ServiceDescriptorProto{{
			Name: proto.String("Greeter"), Method: []*descriptorpb.MethodDescriptorProto{method("Greet", ".demo.Answer"), method("Lost", ".demo.Missing")},
		}},
	}
	octets, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{file}})
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

func load(t testing.TB) *Protoset {
	t.Helper()
	set, err := LoadProtoset(greeter(t))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestMethodsAreFound(t *testing.T) {
	set := load(t)
	input, output, err := set.Method("demo.Greeter", "Greet")
	if err != nil || input.Name() != "demo.Ask" || output.Name() != "demo.Answer" {
		t.Fatalf("%v %v %v", input, output, err)
	}
	for _, test := range []struct{ service, method, want string }{
		{"demo.Greeter", "None", "the protoset's service demo.Greeter has no method None"},
		{"demo.Other", "Greet", "the protoset has no service demo.Other"},
		{"demo.Ask", "Greet", "the protoset has no service demo.Ask"},
		{"a/b", "c", "the protoset has no service a/b"},
		{"", "", "the protoset has no service "},
		{"demo.Greeter", "Lost", "the protoset lacks demo.Missing, which a file imports that it does not include"},
	} {
		if _, _, err := set.Method(test.service, test.method); err == nil || err.Error() != test.want {
			t.Errorf("%s/%s: %v", test.service, test.method, err)
		}
	}
	if s, ok := set.Message("type.googleapis.com/demo.Ask"); !ok || s.Name() != "demo.Ask" {
		t.Error("a type by its URL is not found")
	}
	for _, name := range []string{"demo.Nothing", "demo.Greeter", ""} {
		if _, ok := set.Message(name); ok {
			t.Errorf("%q is found", name)
		}
	}
}

func TestMessagesByTheirSchema(t *testing.T) {
	schema, _ := load(t).Message("demo.Ask")
	inner := message{}.varint(4, 1).varint(99, 7)
	octets := message{}.bytes(1, "Ann").bytes(2, "\x01\x96\x01").bytes(3, string(inner)).
		bytes(5, string(message{}.bytes(1, "k").bytes(2, string(inner)))).bytes(6, "\x00\xff").varint(7, 3).bytes(8, string(inner)).bytes(77, "unknown")
	got, unknown, err := schema.AppendJSON([]byte("> "), octets)
	want := `> {
  "name": "Ann",
  "ids": [
    1,
    150
  ],
  "inner": {
    "kind": "BIG"
  },
  "by": {
    "k": {
      "kind": "BIG"
    }
  },
  "raw": "AP8=",
  "delta": "-2",
  "all": [
    {
      "kind": "BIG"
    }
  ]
}`
	if err != nil || string(got) != want || unknown != 3*3+10 {
		t.Errorf("%v, %d octets unknown\n%s", err, unknown, got)
	}
	if got, _, err := schema.AppendJSON(nil, nil); err != nil || string(got) != "{}" {
		t.Errorf("an empty message: %v %s", err, got)
	}
}

func TestMessagesThatAreNotOfTheSchema(t *testing.T) {
	schema, _ := load(t).Message("demo.Ask")
	for name, octets := range map[string][]byte{
		"cut":       message{}.bytes(1, "Ann")[:3],
		"not UTF-8": message{}.bytes(1, "\xff"),
		"too long":  make([]byte, MaxNamed+1),
		"too deep":  []byte(deepAsk(200)),
	} {
		got, _, err := schema.AppendJSON([]byte("> "), octets)
		if err == nil || string(got) != "> " {
			t.Errorf("%s: %v, %s", name, err, got)
		}
	}
}

func deepAsk(levels int) message {
	var m message
	for range levels {
		m = message{}.bytes(3, string(m))
	}
	return m
}

func TestBrokenProtosets(t *testing.T) {
	whole := greeter(t)
	for name, test := range map[string]struct {
		octets []byte
		want   string
	}{
		"nothing": {nil, "has no files"},
		"cut":     {whole[:len(whole)-3], "not a FileDescriptorSet"},
		"text":    {[]byte("syntax = \"proto3\";"), "FileDescriptorSet"},
		"unsound": {append(whole, whole...), "not sound"},
	} {
		if _, err := LoadProtoset(test.octets); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzAppendJSON(f *testing.F) {
	schema, _ := load(f).Message("demo.Ask")
	f.Add([]byte(message{}.bytes(1, "Ann").bytes(2, "\x01\x96\x01").varint(7, 3)))
	f.Add([]byte(deepAsk(5)))
	f.Fuzz(func(t *testing.T, octets []byte) {
		got, unknown, err := schema.AppendJSON(nil, octets)
		if err != nil && len(got) > 0 || unknown > len(octets) {
			t.Fatalf("%v, %d octets unknown, %s", err, unknown, got)
		}
	})
}

// FuzzLoadProtoset has every message of a set read octets by its schema.
func FuzzLoadProtoset(f *testing.F) {
	f.Add(greeter(f), []byte(message{}.bytes(1, "Ann").varint(7, 3)))
	for _, name := range []string{"kinds", "legacy"} {
		set, _ := os.ReadFile(filepath.Join(schemas, "protoset.binpb"))
		octets, _ := os.ReadFile(filepath.Join(schemas, name+".binpb"))
		f.Add(set, octets)
	}
	f.Fuzz(func(_ *testing.T, octets, message []byte) {
		set, err := LoadProtoset(octets)
		if err != nil {
			return
		}
		set.Method("demo.Greeter", "Greet")
		set.files.RangeFiles(func(file protoreflect.FileDescriptor) bool {
			for i := range file.Messages().Len() {
				(&Schema{set, file.Messages().Get(i)}).AppendJSON(nil, message)
			}
			return true
		})
	})
}
