package priority_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"h2scope/h2decode/priority"
)

// wantShares compares shares with "A 1/3 B 2/3".
func wantShares(t *testing.T, got []priority.Share, want string) {
	t.Helper()
	words := strings.Fields(want)
	ok := len(got) == len(words)/2
	for i := 0; ok && i < len(got); i++ {
		var over, under float64
		fmt.Sscanf(words[2*i+1], "%g/%g", &over, &under)
		ok = got[i].Stream == stream(words[2*i][0]) && math.Abs(got[i].Fraction-over/under) < 1e-6
	}
	if !ok {
		t.Errorf("got %v, want %s", got, want)
	}
}

func activeOf(letters string) func(uint32) bool {
	return func(s uint32) bool { return strings.Contains(letters, letter(s)) }
}

func TestTreeDue(t *testing.T) {
	tests := []struct{ name, tree, active, want string }{
		{"nobody", "A B", "", ""},
		{"empty tree", "", "A", ""},
		{"RFC 7540, 5.3.2: B has a third of C's", "A(B*4 C*12)", "BC", "B 1/4 C 3/4"},
		{"5.3.1: a dependent waits for its parent", "A(B C)", "ABC", "A 1/1 B 0/1 C 0/1"},
		{"a blocked parent passes on", "A(B*1 C*3)", "BC", "B 1/4 C 3/4"},
		{"over several levels", "A(B(C(D)))", "D", "D 1/1"},
		{"a grandparent that is active", "A(B(C))", "AC", "A 1/1 C 0/1"},
		{"a sibling with nothing to send, and nobody below", "A(B*100 C*2 D*6)", "CD", "C 1/4 D 3/4"},
		{"a sibling with somebody below", "A(B*12(E) C*4)", "CE", "C 1/4 E 3/4"},
		{"weights count among siblings only", "A*1(C*256) B*3(D*1)", "CD", "C 1/4 D 3/4"},
		{"weights below an active stream do not", "A*1(C) B*1(D*256)", "ABCD", "A 1/2 B 1/2 C 0/1 D 0/1"},
		{"three levels", "A*1(B*1 C*1(D*1 E*3)) F*3", "BDEF", "B 1/8 D 1/32 E 3/32 F 3/4"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree := plant(t, priority.Limits{}, test.tree)
			wantShares(t, tree.Due(activeOf(test.active)), test.want)
		})
	}
}

func TestDueAsksOnce(t *testing.T) {
	tree := plant(t, priority.Limits{}, "A(B C(D)) E")
	asked := map[uint32]int{}
	tree.Due(func(s uint32) bool { asked[s]++; return false })
	if len(asked) != 5 {
		t.Errorf("asked for %v", asked)
	}
	for s, n := range asked {
		if n != 1 || s == 0 {
			t.Errorf("asked %d times for stream %d", n, s)
		}
	}
}

// signals reads a list: "A=3" opens A with u=3, "A=3i" incremental, "!A=3" is
// PRIORITY_UPDATE, "-A" closes.
func signals(list string) []priority.Signal {
	var all []priority.Signal
	for word := range strings.FieldsSeq(list) {
		s := priority.Signal{Kind: priority.SignalOpen}
		switch word[0] {
		case '!':
			s.Kind, word = priority.SignalUpdate, word[1:]
		case '-':
			s.Kind, word = priority.SignalClose, word[1:]
		}
		s.Stream = stream(word[0])
		s.Params = priority.DefaultParams()
		if len(word) > 2 {
			s.Params = priority.Params{Urgency: word[2] - '0', Incremental: strings.HasSuffix(word, "i")}
		}
		all = append(all, s)
	}
	return all
}

// RFC 9218, Section 10.
func TestUrgenciesDue(t *testing.T) {
	tests := []struct{ name, signals, active, want string }{
		{"nobody", "A=3 B=3", "", ""},
		{"the lowest number takes all", "A=3 B=1 C=7", "ABC", "A 0/1 B 1/1 C 0/1"},
		{"… of those that are active", "A=3 B=1 C=7", "AC", "A 1/1 C 0/1"},
		{"one by one in order of numbers", "C=3 B=3 A=3", "BC", "B 1/1 C 0/1"},
		{"incremental ones share equally", "A=3i B=3i C=3i", "ABC", "A 1/3 B 1/3 C 1/3"},
		{"both: those not incremental count as one", "A=3 B=3i C=3 D=3i", "ABCD", "A 1/3 B 1/3 C 0/1 D 1/3"},
		{"… whichever comes first", "A=3i B=3 C=3", "ABC", "A 1/2 B 1/2 C 0/1"},
		{"incremental does not help a later urgency", "A=2 B=3i", "AB", "A 1/1 B 0/1"},
		{"update", "A=3 B=3 !B=0", "AB", "A 0/1 B 1/1"},
		{"an urgency out of range comes last", "A=9 B=7", "AB", "A 0/1 B 1/1"},
		{"… and still has its share alone", "A=9", "A", "A 1/1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			u := priority.NewUrgencies(priority.Limits{})
			for _, s := range signals(test.signals) {
				u.Apply(s)
			}
			wantShares(t, u.Due(activeOf(test.active)), test.want)
		})
	}
}
