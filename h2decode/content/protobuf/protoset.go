package protobuf

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"h2scope/h2decode/content"
)

// MaxNamed is the longest message that is shown by its schema, in octets. The
// worst there is, a list of empty messages, takes 250 times its length in memory.
const MaxNamed = 1 << 20

// A Protoset is a set of schemas: what `protoc --descriptor_set_out
// --include_imports` and `buf build` write. It can be used by several goroutines.
type Protoset struct {
	files *protoregistry.Files
	types *dynamicpb.Types
}

// LoadProtoset reads a FileDescriptorSet. Files that it imports and does not
// include are done without; what refers to them has no names.
func LoadProtoset(octets []byte) (*Protoset, error) {
	set := new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(octets, set); err != nil {
		return nil, fmt.Errorf("not a FileDescriptorSet: %w", err)
	}
	if len(set.File) == 0 {
		return nil, fmt.Errorf("the FileDescriptorSet has no files")
	}
	files, err := protodesc.FileOptions{AllowUnresolvable: true}.NewFiles(set)
	if err != nil {
		return nil, fmt.Errorf("the FileDescriptorSet is not sound: %w", err)
	}
	return &Protoset{files: files, types: dynamicpb.NewTypes(files)}, nil
}

// A Schema is the type of a message.
type Schema struct {
	set  *Protoset
	desc protoreflect.MessageDescriptor
}

// Name is the full name of the type: "grpc.testing.SimpleRequest".
func (s *Schema) Name() string { return string(s.desc.FullName()) }

// Method finds what a method takes and gives, by the service's full name. It
// reports false where the set does not have it.
func (p *Protoset) Method(service, method string) (input, output *Schema, ok bool) {
	d, err := p.files.FindDescriptorByName(protoreflect.FullName(service))
	if err != nil {
		return nil, nil, false
	}
	sd, ok := d.(protoreflect.ServiceDescriptor)
	if !ok {
		return nil, nil, false
	}
	m := sd.Methods().ByName(protoreflect.Name(method))
	if m == nil || m.Input().IsPlaceholder() || m.Output().IsPlaceholder() {
		return nil, nil, false
	}
	return &Schema{p, m.Input()}, &Schema{p, m.Output()}, true
}

// Message finds a type by its full name, or by the URL of an Any.
func (p *Protoset) Message(name string) (*Schema, bool) {
	d, err := p.files.FindDescriptorByName(protoreflect.FullName(name[strings.LastIndexByte(name, '/')+1:]))
	if err != nil {
		return nil, false
	}
	md, ok := d.(protoreflect.MessageDescriptor)
	return &Schema{p, md}, ok
}

// AppendJSON appends a message as ProtoJSON, indented, with the names of the
// schema. Where octets are no such message, or longer than MaxNamed, or hold an Any
// that the set does not know, it gives an error and appends nothing: [Parse]
// still shows them. Unknown counts the octets of fields that the schema does not
// have, in the message and those inside: JSON leaves them out.
func (s *Schema) AppendJSON(dst, octets []byte) (out []byte, unknown int, err error) {
	if len(octets) > MaxNamed {
		return dst, 0, fmt.Errorf("the message is longer than %d octets", MaxNamed)
	}
	m := dynamicpb.NewMessage(s.desc)
	if err := (proto.UnmarshalOptions{AllowPartial: true, Resolver: s.set.types, RecursionLimit: 100}).Unmarshal(octets, m); err != nil {
		return dst, 0, fmt.Errorf("not a %s: %w", s.Name(), err)
	}
	compact, err := protojson.MarshalOptions{AllowPartial: true, Resolver: s.set.types}.Marshal(m)
	if err != nil {
		return dst, 0, fmt.Errorf("a %s that has no JSON: %w", s.Name(), err)
	}
	// The library puts spaces at random, so that nobody relies on them.
	out, err = content.IndentJSON(dst, compact, maxIndented)
	if err != nil {
		return dst, 0, err
	}
	return out, unknownOctets(m), nil
}

// maxIndented is how long the JSON of one message may be, in octets.
const maxIndented = 64 * MaxNamed

// unknownOctets goes through all messages inside.
func unknownOctets(m protoreflect.Message) int {
	n := len(m.GetUnknown())
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.IsMap():
			if fd.MapValue().Message() != nil {
				v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
					n += unknownOctets(v.Message())
					return true
				})
			}
		case fd.Message() == nil:
		case fd.IsList():
			for i := range v.List().Len() {
				n += unknownOctets(v.List().Get(i).Message())
			}
		default:
			n += unknownOctets(v.Message())
		}
		return true
	})
	return n
}
