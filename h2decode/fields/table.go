package fields

import (
	"slices"
	"strings"
)

// table has all fields, in order of their names.
var table = joinTables(packetFields, frameFields, headerFields(), frameExtras, exchangeFields, streamExtras, connFields, findingFields)

func joinTables(tables ...[]Field) []*Field {
	var joined []*Field
	for _, t := range tables {
		for i := range t {
			f := &t[i]
			f.Wireshark = !strings.HasPrefix(f.Name, "h2.")
			f.inherit()
			joined = append(joined, f)
		}
	}
	slices.SortFunc(joined, func(a, b *Field) int { return strings.Compare(a.Name, b.Name) })
	return joined
}
