package h2decode

import (
	"strconv"

	"h2scope/hpack"
)

// sectionFacts are what a field section says that decides something here: the
// first value of each field, as far as it is certain; nil where there is none.
type sectionFacts struct {
	method, status, protocol, priority []byte

	length uint64 // content-length; 0 also where there is none
	altSvc bool   // there is an Alt-Svc field
}

// facts reads them, all in one pass: which field it is about is seen from the
// length of its name first.
func (b *Block) facts() (s sectionFacts) {
	for i := range b.Fields {
		f := &b.Fields[i]
		switch len(f.Name) {
		case len(":method"):
			first(&s.method, f, ":method")
			first(&s.status, f, ":status")
			s.altSvc = s.altSvc || string(f.Name) == "alt-svc"
		case len("priority"):
			first(&s.priority, f, "priority")
		case len(":protocol"):
			first(&s.protocol, f, ":protocol")
		case len("content-length"):
			if string(f.Name) == "content-length" && s.length == 0 && f.Trust() == hpack.Exact {
				s.length, _ = strconv.ParseUint(string(f.Value), 10, 63)
			}
		}
	}
	return s
}

// first takes the value of a field where it has the name and is certain, and
// none was taken before.
func first(value *[]byte, f *hpack.Field, name string) {
	if *value == nil && string(f.Name) == name && f.Trust() == hpack.Exact {
		*value = f.Value
	}
}

// factsOf are those of a block, which are known where the block is.
func (m *blockMemo) factsOf(b *Block) *sectionFacts {
	if b.Serial == 0 || b.Serial != m.factsSerial {
		m.facts, m.factsSerial = b.facts(), b.Serial
	}
	return &m.facts
}
