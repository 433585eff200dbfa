package priority_test

import (
	"testing"

	"h2scope/h2decode/priority"
)

// A browser's requests: each opens on a grouping node, and closes.
func BenchmarkBrowser(b *testing.B) {
	tree := priority.NewTree(priority.Limits{})
	run(tree, "!B>0*201 !C>0*101 !D>0*1 !E>D*1 !F>B*1")
	id := uint32(101)
	b.ReportAllocs()
	for b.Loop() {
		tree.Apply(priority.Op{Stream: id, DependsOn: 11, Weight: 32})
		if id > 120 {
			tree.Apply(priority.Op{Stream: id - 20, Kind: priority.OpClose})
		}
		id += 2
	}
}

// Each hostile shape, a PRIORITY frame an iteration.
func BenchmarkHostile(b *testing.B) {
	for name, shape := range hostile {
		b.Run(name, func(b *testing.B) {
			tree := priority.NewTree(priority.Limits{})
			i := uint32(0)
			b.ReportAllocs()
			for b.Loop() {
				tree.Apply(shape(i))
				i++
			}
		})
	}
}

// Building a chain of 10^5 open streams from the root down.
func BenchmarkDeepChain(b *testing.B) {
	for b.Loop() {
		chain(deep)
	}
}

func BenchmarkTreeDue(b *testing.B) {
	tree := priority.NewTree(priority.Limits{})
	for i := range uint32(100) {
		tree.Apply(priority.Op{Stream: 2*i + 1, DependsOn: max(i/3*2, 1) - 1, Weight: uint16(i + 1)})
	}
	b.ReportAllocs()
	for b.Loop() {
		tree.Due(func(s uint32) bool { return s%6 == 1 })
	}
}

func BenchmarkClone(b *testing.B) {
	tree := chain(256)
	b.ReportAllocs()
	for b.Loop() {
		tree.Clone()
	}
}

func BenchmarkUrgenciesDue(b *testing.B) {
	u := priority.NewUrgencies(priority.Limits{})
	for i := range uint32(100) {
		u.Apply(priority.Signal{Stream: 2*i + 1, Params: priority.Params{Urgency: uint8(i % 8), Incremental: i%3 == 0}})
	}
	b.ReportAllocs()
	for b.Loop() {
		u.Due(func(s uint32) bool { return s%6 == 1 })
	}
}

func BenchmarkParseField(b *testing.B) {
	value := []byte("u=5, i")
	b.ReportAllocs()
	for b.Loop() {
		_, _ = priority.ParseField(value)
	}
}
