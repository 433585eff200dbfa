package selftest

import (
	"fmt"
	"slices"

	"h2scope/hpack"
	"h2scope/samples/endpoint"
)

// A field is a field line, as it was sent or as it was decoded.
type field struct {
	name, value string
	never       bool   // it must never be indexed
	doubt       string // why it can't be believed; "" where it can
}

func (f field) String() string {
	s := fmt.Sprintf("%s: %q", f.name, f.value)
	if f.never {
		s += " never indexed"
	}
	if f.doubt != "" {
		s += " " + f.doubt
	}
	return s
}

func sentFields(section endpoint.Fields) []field {
	var all []field
	for _, f := range section {
		all = append(all, field{name: f.Name, value: f.Value, never: f.Sensitive})
	}
	return all
}

func observedFields(section []hpack.Field) []field {
	var all []field
	for i := range section {
		f := &section[i]
		g := field{name: string(f.Name), value: string(f.Value), never: f.Representation == hpack.NeverIndexed}
		if t := f.Trust(); t != hpack.Exact {
			g.doubt = t.String()
		}
		all = append(all, g)
	}
	return all
}

// certain are the fields before the first that can't be believed.
func certain(section []field) []field {
	doubted := slices.IndexFunc(section, func(f field) bool { return f.doubt != "" })
	if doubted < 0 {
		return section
	}
	return section[:doubted]
}

// differentFields says in which the two differ: the first of them; "" for none.
func differentFields(got, want []field) string {
	if slices.Equal(got, want) {
		return ""
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("field %d is %v; sent was %v", i+1, got[i], want[i])
		}
	}
	return fmt.Sprintf("%d fields; sent were %d", len(got), len(want))
}
