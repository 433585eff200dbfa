package priority_test

import (
	"fmt"
	"strings"

	"h2scope/h2decode/priority"
)

// Two requests, and a third that the first two then depend on.
func Example() {
	tree := priority.NewTree(priority.Limits{})
	tree.Apply(priority.Op{Stream: 1, Weight: 4})
	tree.Apply(priority.Op{Stream: 3, Weight: 12})
	change := tree.Apply(priority.Op{Stream: 5, Weight: 16, Exclusive: true})
	fmt.Println("adopted", change.Adopted)
	for depth, n := range tree.All() {
		fmt.Printf("%s%d weight %v\n", strings.Repeat("  ", depth-1), n.Stream, n.Weight)
	}
	waiting := func(stream uint32) bool { return stream != 5 }
	for _, share := range tree.Due(waiting) {
		fmt.Println("stream", share.Stream, "is due", share.Fraction)
	}
	// Output:
	// adopted 2
	// 5 weight 16
	//   1 weight 4
	//   3 weight 12
	// stream 1 is due 0.25
	// stream 3 is due 0.75
}

// What was wrong with an operation is part of what it did.
func ExampleTree_Apply() {
	tree := priority.NewTree(priority.Limits{})
	tree.Apply(priority.Op{Stream: 1})
	change := tree.Apply(priority.Op{Kind: priority.OpPrioritize, Stream: 1, DependsOn: 1, Weight: 9})
	fmt.Println(change.Trouble, change.After)
	change = tree.Apply(priority.Op{Kind: priority.OpPrioritize, Stream: 1, DependsOn: 99, Weight: 9})
	fmt.Println(change.Trouble, change.After)
	// Output:
	// self-dependency {0 16}
	// unknown-dependency {0 16}
}

// A checkpoint and the operations since give the tree at any time after it.
func ExampleTree_Clone() {
	tree := priority.NewTree(priority.Limits{})
	tree.Apply(priority.Op{Stream: 1})
	checkpoint := tree.Clone()
	later := priority.Op{Stream: 3, DependsOn: 1, Weight: 32}
	tree.Apply(later)

	checkpoint.Apply(later)
	fmt.Println(checkpoint.Equal(tree))
	// Output: true
}

func ExampleParseField() {
	for _, value := range []string{"u=1, i", "u=9, i", "u=1,"} {
		params, err := priority.ParseField([]byte(value))
		fmt.Println(params, err)
	}
	// Output:
	// {1 true} <nil>
	// {3 true} priority field value, offset 0: u is 9, not in 0 to 7
	// {3 false} priority field value, offset 4: a comma at the end
}

func ExampleUrgencies_Due() {
	u := priority.NewUrgencies(priority.Limits{})
	u.Apply(priority.Signal{Stream: 1, Params: priority.DefaultParams()})
	u.Apply(priority.Signal{Stream: 3, Params: priority.DefaultParams()})
	u.Apply(priority.Signal{Stream: 5, Params: priority.Params{Urgency: 3, Incremental: true}})
	u.Apply(priority.Signal{Stream: 7, Params: priority.Params{Urgency: 7}})
	fmt.Println(u.Due(func(uint32) bool { return true }))
	// Output: [{1 0.5} {3 0} {5 0.5} {7 0}]
}
