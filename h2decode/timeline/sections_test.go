package timeline

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"h2scope/hpack"
)

func newArchive(limit int) *archive {
	a := new(archive)
	a.init(limit)
	return a
}

func field(name, value string) hpack.Field {
	return hpack.Field{Name: []byte(name), Value: []byte(value), Index: 62, Wire: 3, Representation: hpack.Incremental}
}

// Every member of a field comes back, trust and missing octets included.
func TestArchiveGivesFieldsBack(t *testing.T) {
	sections := [][]hpack.Field{
		{field("a", "b")},
		{field("", ""), field("a", strings.Repeat("x", 70000)), field("b", "c")},
		{
			{Name: []byte("n"), NameTrust: hpack.Uncertain, ValueTrust: hpack.Unknown, Index: 1 << 40, Wire: 9},
			{NameTrust: hpack.Unknown, ValueTrust: hpack.Unknown, Representation: hpack.NeverIndexed},
			{Name: []byte("x"), Value: []byte{}, ValueTrust: hpack.Uncertain},
		},
	}
	a := newArchive(1 << 20)
	var refs []ref
	for _, s := range sections {
		refs = append(refs, a.keep(s))
	}
	for i, s := range sections {
		if got := a.sections.section(refs[i]); !reflect.DeepEqual(got, s) {
			t.Errorf("section %d comes back as %v, want %v", i, got, s)
		}
	}
	if got := a.sections.section(0); got != nil {
		t.Errorf("nothing comes back as %v", got)
	}
}

// Requests that look alike take no memory.
func TestArchiveKeepsTheSameOnce(t *testing.T) {
	a := newArchive(1 << 20)
	section := []hpack.Field{field("x-a", "1"), field("x-b", "2")}
	first := a.keep(section)
	used := a.used
	for range 100 {
		if again := a.keep(section); again != first {
			t.Fatalf("kept at %d, then at %d", first, again)
		}
	}
	if a.used != used {
		t.Errorf("a hundred more took %d octets", a.used-used)
	}
	// Another section of the same fields takes only the references.
	a.keep([]hpack.Field{section[1], section[0]})
	if more := a.used - used; more > 16 {
		t.Errorf("the same fields in another order took %d octets", more)
	}
}

// Beyond the limit nothing is kept, and nothing breaks.
func TestArchiveKeepsItsLimit(t *testing.T) {
	a := newArchive(1000)
	kept := 0
	for i := range 100 {
		if a.keep([]hpack.Field{field("name", fmt.Sprint("value ", i))}) != 0 {
			kept++
		}
	}
	if kept == 0 || kept == 100 || a.used > 1000 {
		t.Errorf("%d of 100 kept in %d octets", kept, a.used)
	}
}

// A snapshot of the chunks has what was kept before it, whatever comes later.
func TestArchiveSnapshots(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	a := newArchive(1 << 24)
	type kept struct {
		chunks sections
		at     ref
		value  []byte
	}
	var all []kept
	for i := range 2000 {
		value := bytes.Repeat([]byte{byte(i)}, random.IntN(1000))
		at := a.keep([]hpack.Field{{Name: fmt.Append(nil, i), Value: value}})
		all = append(all, kept{a.sections, at, value})
	}
	for i, k := range all {
		f := k.chunks.section(k.at)
		if len(f) != 1 || string(f[0].Name) != fmt.Sprint(i) || !bytes.Equal(f[0].Value, k.value) {
			t.Fatalf("section %d has changed", i)
		}
	}
}
