package protobuf

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// encodeNodes is the way back from a tree to octets.
func encodeNodes(nodes []Node) (m message) {
	for i := range nodes {
		n := &nodes[i]
		field := protowire.Number(n.Field)
		switch n.Kind {
		case Varint:
			m = m.varint(field, n.Number)
		case Fixed32, Float:
			m = m.fixed32(field, uint32(n.Number))
		case Fixed64, Double:
			m = m.fixed64(field, n.Number)
		case String, Bytes:
			m = m.bytes(field, string(n.Octets))
		case Message:
			m = m.bytes(field, string(encodeNodes(n.Fields)))
		case Group:
			m = m.group(field, encodeNodes(n.Fields))
		}
	}
	return m
}

// randomMessage has fields of all wire types, and of all that octets may be.
func randomMessage(r *rand.Rand, depth int) (m message) {
	for range r.IntN(6) {
		field := protowire.Number(1 + r.IntN(20))
		kinds := 7
		if depth == 0 {
			kinds = 5
		}
		switch r.IntN(kinds) {
		case 0:
			m = m.varint(field, r.Uint64()>>r.IntN(64))
		case 1:
			m = m.fixed32(field, r.Uint32())
		case 2:
			m = m.fixed64(field, r.Uint64())
		case 3:
			m = m.bytes(field, "some text, é"[:r.IntN(13)])
		case 4:
			octets := make([]byte, r.IntN(20))
			for i := range octets {
				octets[i] = byte(r.Uint32())
			}
			m = m.bytes(field, string(octets))
		case 5:
			m = m.bytes(field, string(randomMessage(r, depth-1)))
		case 6:
			m = m.group(field, randomMessage(r, depth-1))
		}
	}
	return m
}

// Whatever is guessed, nothing is lost: a tree can be turned back to the octets
// that it was read from.
func TestTreesLoseNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 3000 {
		octets := randomMessage(r, 4)
		tree := Parse(octets)
		if tree.Trouble != "" {
			t.Fatalf("%x: %s", []byte(octets), tree.Trouble)
		}
		// A guess may take octets for a message whose numbers are not in their
		// shortest form: then they are compared as octets.
		if back := encodeNodes(tree.Fields); len(back) == len(octets) && !bytes.Equal(back, octets) {
			t.Fatalf("%x became %x", []byte(octets), []byte(back))
		}
		for i := range tree.Fields {
			if n := &tree.Fields[i]; n.Kind == Message && !isMessage(n.Octets) {
				t.Fatalf("%x is taken for a message", n.Octets)
			}
		}
	}
}

// A message cut anywhere gives the fields that are whole, and says where it ends.
func TestTreesOfCutMessages(t *testing.T) {
	octets := message{}.varint(1, 150).bytes(2, "testing").fixed32(3, 7).fixed64(4, 8).group(5, message{}.varint(1, 1))
	var ends []int
	for rest := []byte(octets); len(rest) > 0; {
		_, _, n := protowire.ConsumeField(rest)
		rest = rest[n:]
		ends = append(ends, len(octets)-len(rest))
	}
	for n := range octets {
		whole := 0
		for _, end := range ends {
			if end <= n {
				whole++
			}
		}
		tree := Parse(octets[:n])
		atEnd := n == 0 || whole > 0 && ends[whole-1] == n
		if len(tree.Fields) != whole || (tree.Trouble == "") != atEnd {
			t.Errorf("cut at %d: %d fields of %d, %q", n, len(tree.Fields), whole, tree.Trouble)
		}
	}
}

// A schema that everybody has: a FileDescriptorSet is itself a message.
func TestDescriptorsOfDescriptors(t *testing.T) {
	file := &descriptorpb.FileDescriptorSet{}
	if err := proto.Unmarshal(greeter(t), file); err != nil {
		t.Fatal(err)
	}
	tree := Parse(greeter(t))
	if len(tree.Fields) != 1 || tree.Fields[0].Kind != Message {
		t.Fatalf("%s", tree.AppendText(nil))
	}
	name := tree.Fields[0].Fields[0]
	if name.Field != 1 || name.Kind != String || string(name.Octets) != file.File[0].GetName() {
		t.Errorf("%+v", name)
	}
	if text := tree.AppendText(nil); !bytes.Contains(text, []byte(`"Greeter"`)) || !bytes.Contains(text, []byte(`".demo.Answer"`)) {
		t.Errorf("%s", text)
	}
}
