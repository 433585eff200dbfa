package priority_test

import (
	"testing"

	"h2scope/h2decode/priority"
)

// TestClients replays what known clients send, with the tree after each step.
func TestClients(t *testing.T) {
	type step struct{ ops, tree string }
	tests := []struct {
		name  string
		steps []step
	}{
		{"Firefox: idle grouping nodes, requests below them", []step{
			{"!B>0*201", "B*201"},
			{"!C>0*101", "B*201 C*101"},
			{"!D>0*1", "B*201 C*101 D*1"},
			{"!E>D*1", "B*201 C*101 D*1(E*1)"},
			{"!F>B*1", "B*201(F*1) C*101 D*1(E*1)"},
			{"G>F*42", "B*201(F*1(G*42)) C*101 D*1(E*1)"},
			{"H>B*32", "B*201(F*1(G*42) H*32) C*101 D*1(E*1)"},
			{"-G", "B*201(F*1(G*42) H*32) C*101 D*1(E*1)"},
			{"I>F*22", "B*201(F*1(G*42 I*22) H*32) C*101 D*1(E*1)"},
		}},
		{"Chrome: one chain, made of exclusive dependencies", []step{
			{"A>>0*256", "A*256"},
			{"B>>A*220", "A*256(B*220)"},
			{"C>>A*256", "A*256(C*256(B*220))"},
			{"D>>B*147", "A*256(C*256(B*220(D*147)))"},
			{"-A", "A*256(C*256(B*220(D*147)))"},
			{"!D>>0*256", "D*256(A*256(C*256(B*220)))"},
			{"E>>C*183", "D*256(A*256(C*256(E*183(B*220))))"},
		}},
		{"Safari: all on stream 0, by weight", []step{
			{"A>0*255", "A*255"},
			{"B>0*24 C>0*24", "A*255 B*24 C*24"},
			{"-A D>0*8", "A*255 B*24 C*24 D*8"},
		}},
		{"nghttp: grouping nodes, of which one depends on another", []step{
			{"!B>0*201 !C>0*101 !D>0*1", "B*201 C*101 D*1"},
			{"!E>D*1 !F>B*1", "B*201(F*1) C*101 D*1(E*1)"},
			{"G>F*16", "B*201(F*1(G)) C*101 D*1(E*1)"},
			{"+Z>G", "B*201(F*1(G(Z))) C*101 D*1(E*1)"},
		}},
		{"curl: no priority at all", []step{{"A", "A"}, {"B C", "A B C"}, {"-A -B -C", "A B C"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree := priority.NewTree(priority.Limits{})
			for _, step := range test.steps {
				run(tree, step.ops)
				if got := draw(tree); got != step.tree {
					t.Fatalf("%s: got %s, want %s", step.ops, got, step.tree)
				}
			}
		})
	}
}

// TestSharesAsStreamsFinish follows a page load: who is due what after each
// response is complete, in Firefox' tree.
func TestSharesAsStreamsFinish(t *testing.T) {
	tree := priority.NewTree(priority.Limits{})
	run(tree, "!B>0*201 !C>0*101 !D>0*1 !E>D*1 !F>B*1 G>B*32 H>F*32 I>F*32 J>C*22 K>E*22")
	steps := []struct{ active, want string }{
		{"GHIJK", "G 6432/9999 H 201/19998 I 201/19998 J 101/303 K 1/303"},
		{"HIJK", "H 201/606 I 201/606 J 101/303 K 1/303"},
		{"IJK", "I 201/303 J 101/303 K 1/303"},
		{"JK", "J 101/102 K 1/102"},
		{"K", "K 1/1"},
		{"", ""},
	}
	for _, step := range steps {
		wantShares(t, tree.Due(activeOf(step.active)), step.want)
	}
}

// The same by urgency.
func TestUrgentSharesAsStreamsFinish(t *testing.T) {
	u := priority.NewUrgencies(priority.Limits{})
	for _, s := range signals("A=0 B=0 C=2 D=3i E=3 F=3i G=3 H=5i") {
		u.Apply(s)
	}
	steps := []struct{ active, want string }{
		{"ABCDEFGH", "A 1/1 B 0/1 C 0/1 D 0/1 E 0/1 F 0/1 G 0/1 H 0/1"},
		{"BCDEFGH", "B 1/1 C 0/1 D 0/1 E 0/1 F 0/1 G 0/1 H 0/1"},
		{"CDEFGH", "C 1/1 D 0/1 E 0/1 F 0/1 G 0/1 H 0/1"},
		{"DEFGH", "D 1/3 E 1/3 F 1/3 G 0/1 H 0/1"},
		{"DFGH", "D 1/3 F 1/3 G 1/3 H 0/1"},
		{"DFH", "D 1/2 F 1/2 H 0/1"},
		{"H", "H 1/1"},
	}
	for _, step := range steps {
		wantShares(t, u.Due(activeOf(step.active)), step.want)
	}
}
