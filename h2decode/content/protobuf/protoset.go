package protobuf

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"

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
// include are done without, but for those of the well-known types; what refers to
// them has no names.
func LoadProtoset(octets []byte) (*Protoset, error) {
	set := new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(octets, set); err != nil {
		return nil, errors.New("not a FileDescriptorSet")
	}
	if len(set.File) == 0 {
		return nil, errors.New("the FileDescriptorSet has no files")
	}
	set.File = withWellKnown(set.File)
	files, err := protodesc.FileOptions{AllowUnresolvable: true}.NewFiles(set)
	if err != nil {
		return nil, fmt.Errorf("the FileDescriptorSet is not sound: %s", plain(err))
	}
	return &Protoset{files: files, types: dynamicpb.NewTypes(files)}, nil
}

// withWellKnown has the well-known types as the library has them, whatever the set
// says: their JSON is one of their own, and the library takes it for granted that
// a google.protobuf.Timestamp has seconds.
func withWellKnown(files []*descriptorpb.FileDescriptorProto) []*descriptorpb.FileDescriptorProto {
	known := []protoreflect.FileDescriptor{
		anypb.File_google_protobuf_any_proto, durationpb.File_google_protobuf_duration_proto,
		emptypb.File_google_protobuf_empty_proto, fieldmaskpb.File_google_protobuf_field_mask_proto,
		structpb.File_google_protobuf_struct_proto, timestamppb.File_google_protobuf_timestamp_proto,
		wrapperspb.File_google_protobuf_wrappers_proto,
	}
	all := slices.DeleteFunc(slices.Clone(files), func(f *descriptorpb.FileDescriptorProto) bool {
		return slices.ContainsFunc(known, func(k protoreflect.FileDescriptor) bool { return k.Path() == f.GetName() })
	})
	for _, k := range known {
		all = append(all, protodesc.ToFileDescriptorProto(k))
	}
	return all
}

// plain is what an error of the library says, without what it puts before it: a
// prefix, and at random a space of another kind, so that nobody relies on it.
func plain(err error) string {
	return strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\u00a0", " "), "proto: ")
}

// A Schema is the type of a message.
type Schema struct {
	set  *Protoset
	desc protoreflect.MessageDescriptor
}

// Name is the full name of the type: "grpc.testing.SimpleRequest".
func (s *Schema) Name() string { return string(s.desc.FullName()) }

// Method finds what a method takes and gives, by the service's full name. The
// error says what of it the set does not have.
func (p *Protoset) Method(service, method string) (input, output *Schema, err error) {
	d, _ := p.files.FindDescriptorByName(protoreflect.FullName(service))
	sd, is := d.(protoreflect.ServiceDescriptor)
	if !is {
		return nil, nil, fmt.Errorf("the protoset has no service %s", service)
	}
	m := sd.Methods().ByName(protoreflect.Name(method))
	if m == nil {
		return nil, nil, fmt.Errorf("the protoset's service %s has no method %s", service, method)
	}
	for _, d := range []protoreflect.MessageDescriptor{m.Input(), m.Output()} {
		if d.IsPlaceholder() {
			return nil, nil, fmt.Errorf("the protoset lacks %s, which a file imports that it does not include", d.FullName())
		}
	}
	return &Schema{p, m.Input()}, &Schema{p, m.Output()}, nil
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
		return dst, 0, fmt.Errorf("no %s", s.Name())
	}
	compact, err := protojson.MarshalOptions{AllowPartial: true, Resolver: s.set.types}.Marshal(m)
	if err != nil {
		return dst, 0, fmt.Errorf("%s that has no JSON: %s", s.Name(), plain(err))
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
