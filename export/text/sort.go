package text

import (
	"cmp"
	"slices"
)

// A key is an order of rows: by is below 0 where a stands before b.
type key[R any] struct {
	name string
	by   func(a, b *R) int
}

// ascending orders by what of gives; descending puts the greatest first.
func ascending[R any, V cmp.Ordered](of func(*R) V) func(a, b *R) int {
	return func(a, b *R) int { return cmp.Compare(of(a), of(b)) }
}

func descending[R any, V cmp.Ordered](of func(*R) V) func(a, b *R) int {
	return func(a, b *R) int { return cmp.Compare(of(b), of(a)) }
}

func names[R any](keys []key[R]) []string {
	all := make([]string, len(keys))
	for i, k := range keys {
		all[i] = k.name
	}
	return all
}

// arrange sorts rows by the key of that name, "" being the first, and what it
// leaves equal by the first; and cuts them to limit.
func arrange[R any](rows []*R, keys []key[R], name string, limit int) []*R {
	order := keys[0].by
	for _, k := range keys[1:] {
		if k.name == name {
			order = func(a, b *R) int { return cmp.Or(k.by(a, b), keys[0].by(a, b)) }
		}
	}
	slices.SortStableFunc(rows, order)
	if limit > 0 && limit < len(rows) {
		rows = rows[:limit]
	}
	return rows
}
