package hpack

import "testing"

// allocations is testing.AllocsPerRun, for a function that is warm.
func allocations(t *testing.T, f func()) float64 {
	t.Helper()
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	return testing.AllocsPerRun(100, f)
}

// TestAllocations holds the budgets: none for what is not inserted, one for an
// insertion, none where the inserted value is empty and the name is shared.
func TestAllocations(t *testing.T) {
	for _, c := range []struct {
		path   string
		block  []byte
		budget float64
	}{
		{"indexed, static and dynamic", fromHex(t, "82 84 86 be bf be"), 0},
		{"literals without indexing", AppendLiteral(AppendLiteral(nil, WithoutIndexing, 4, "", "/index.html", HuffmanAlways),
			NeverIndexed, 0, "name", "value", HuffmanNever), 0},
		{"insertion of name and value", AppendLiteral(nil, Incremental, 0, "name", "value", HuffmanAlways), 1},
		{"insertion with a shared name", AppendLiteral(nil, Incremental, 32, "", "value", HuffmanAlways), 1},
		{"insertion of an empty value", AppendLiteral(nil, Incremental, 32, "", "", HuffmanNever), 0},
		{"size updates", fromHex(t, "20 3f e1 1f"), 0},
		{"violations", fromHex(t, "80 80"), 0},
	} {
		t.Run(c.path, func(t *testing.T) {
			d := NewDecoder(4096)
			fill := AppendLiteral(nil, Incremental, 0, "a", "b", HuffmanNever)
			var fields []Field
			for range 130 { // more than the table holds, so that the ring has grown
				fields, _ = d.DecodeBlock(fields[:0], fill)
			}
			if n := allocations(t, func() { fields, _ = d.DecodeBlock(fields[:0], c.block) }); n > c.budget {
				t.Errorf("%v allocations, the budget is %v", n, c.budget)
			}
		})
	}
}

// TestTableMemory: a table of 4 GB costs what is sent, and not even that beyond
// HoldTable.
func TestTableMemory(t *testing.T) {
	d := NewDecoder(1<<32 - 1)
	update := AppendSizeUpdate(nil, 1<<32-1)
	if n := allocations(t, func() { d.DecodeBlock(nil, update) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
	d.HoldTable(1000)
	insert := AppendLiteral(nil, Incremental, 32, "", "", HuffmanNever) // 38 octets in the table from 2
	for range 10_000 {
		d.DecodeBlock(nil, insert)
	}
	if table := d.Table(); table.Len() != 1000/38 || len(table.ring) > 32 || table.Inserted() != 10_000 || table.Complete() {
		t.Errorf("%d entries held", table.Len())
	}
	fields, err := d.DecodeBlock(nil, AppendIndexed(AppendIndexed(nil, 62+1000/38), 62))
	if err != nil || d.ViolationCount() > 0 || fields[0].Trust() != Unknown || fields[1].Trust() != Exact {
		t.Errorf("%+v %v %v", fields, err, d.Violations())
	}
}
