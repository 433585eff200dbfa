package priority_test

import (
	"fmt"
	"strings"
	"testing"

	"h2scope/h2decode/priority"
)

// The tests write trees as the RFC draws them, on one line: "A(B C(D*4))" is A
// with B and C depending on it, and D, of weight 4, on C. Weights of 16 are left
// out. A is stream 1, B stream 3, and so on.

func letter(stream uint32) string { return string(rune('A' + (stream-1)/2)) }

func stream(letter byte) uint32 {
	if letter == '0' {
		return 0
	}
	return uint32(letter-'A')*2 + 1
}

// draw writes a tree.
func draw(t *priority.Tree) string {
	var b strings.Builder
	before := 0
	for depth, n := range t.All() {
		switch {
		case depth > before && before > 0:
			b.WriteString("(")
		case depth <= before:
			b.WriteString(strings.Repeat(")", before-depth) + " ")
		}
		b.WriteString(letter(n.Stream))
		if n.Weight != priority.DefaultWeight {
			fmt.Fprintf(&b, "*%.4g", n.Weight)
		}
		before = depth
	}
	b.WriteString(strings.Repeat(")", max(before-1, 0)))
	return b.String()
}

// plant makes the tree that draw would write so, of open streams.
func plant(tb testing.TB, limits priority.Limits, drawing string) *priority.Tree {
	tb.Helper()
	t := priority.NewTree(limits)
	parents := []uint32{0}
	var last priority.Op
	flush := func() {
		if last.Stream != 0 {
			t.Apply(last)
		}
	}
	for i := 0; i < len(drawing); i++ {
		switch c := drawing[i]; {
		case c == '(':
			parents = append(parents, last.Stream)
		case c == ')':
			parents = parents[:len(parents)-1]
		case c == '*':
			last.Weight = 0
			for i+1 < len(drawing) && '0' <= drawing[i+1] && drawing[i+1] <= '9' {
				i++
				last.Weight = last.Weight*10 + uint16(drawing[i]-'0')
			}
		case c != ' ':
			flush()
			last = priority.Op{Stream: stream(c), DependsOn: parents[len(parents)-1], Weight: priority.DefaultWeight}
		}
	}
	flush()
	if got := draw(t); got != drawing {
		tb.Fatalf("planted %s, it came up %s", drawing, got)
	}
	return t
}

// ops reads a list of operations: "D>A" is HEADERS for D with a dependency on A,
// "D>A*4" with weight 4, "D>>A" exclusive, "D" without priority; "!D>A" is PRIORITY,
// "+D>A" a push, "-D" a close.
func ops(list string) []priority.Op {
	var all []priority.Op
	for word := range strings.FieldsSeq(list) {
		op := priority.Op{Kind: priority.OpOpen}
		switch word[0] {
		case '!':
			op.Kind, word = priority.OpPrioritize, word[1:]
		case '+':
			op.Kind, word = priority.OpPush, word[1:]
		case '-':
			op.Kind, word = priority.OpClose, word[1:]
		}
		op.Stream = stream(word[0])
		word, weight, weighted := strings.Cut(word[1:], "*")
		if word != "" {
			op.Exclusive = strings.HasPrefix(word, ">>")
			op.DependsOn = stream(word[len(word)-1])
			op.Weight = priority.DefaultWeight
		}
		if weighted {
			fmt.Sscan(weight, &op.Weight)
		}
		all = append(all, op)
	}
	return all
}

func run(t *priority.Tree, list string) (last priority.Change) {
	for _, op := range ops(list) {
		last = t.Apply(op)
	}
	return last
}
