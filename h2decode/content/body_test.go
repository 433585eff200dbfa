package content

import (
	"reflect"
	"testing"
)

func TestBody(t *testing.T) {
	type state struct {
		octets, beginning     string
		length, omitted, lost uint64
		holes                 []Hole
	}
	for _, test := range []struct {
		name  string
		limit int
		steps []any // octets that come, or the number of those that are missing
		want  state
	}{
		{"nothing", 10, nil, state{}},
		{"within the limit", 10, []any{"abc", "", "def"}, state{"abcdef", "abcdef", 6, 0, 0, nil}},
		{"exactly the limit", 3, []any{"abc"}, state{"abc", "abc", 3, 0, 0, nil}},
		{"beyond the limit", 4, []any{"abc", "def", "g"}, state{"abcd", "abcd", 7, 3, 0, nil}},
		{"nothing is kept", 0, []any{"abc"}, state{"", "", 3, 3, 0, nil}},
		{"a negative limit", -1, []any{"abc"}, state{"", "", 3, 3, 0, nil}},
		{"a hole", 10, []any{"abc", 5, "def"}, state{"abcdef", "abc", 11, 0, 5, []Hole{{3, 5}}}},
		{"a hole at the beginning", 10, []any{5, "def"}, state{"def", "", 8, 0, 5, []Hole{{0, 5}}}},
		{"holes side by side", 10, []any{"a", 1, 0, 2, "b", 3}, state{"ab", "a", 8, 0, 6, []Hole{{1, 3}, {5, 3}}}},
		{"a hole beyond the limit", 2, []any{"abc", 4, "d"}, state{"ab", "ab", 8, 2, 4, []Hole{{3, 4}}}},
	} {
		b := NewBody(test.limit)
		for _, step := range test.steps {
			switch step := step.(type) {
			case string:
				b.Write([]byte(step))
			case int:
				b.Missing(uint64(step))
			}
		}
		got := state{string(b.Octets()), string(b.Beginning()), b.Length(), b.Omitted(), b.Lost(), b.Holes()}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
		if b.Complete() != (got.omitted == 0 && got.lost == 0) {
			t.Errorf("%s: complete is %v", test.name, b.Complete())
		}
	}
}

// Octets and holes add up to the length, whatever the number of holes.
func TestBodyOfManyHoles(t *testing.T) {
	b := NewBody(1 << 20)
	for range 3 * maxHoles {
		b.Write([]byte("x"))
		b.Missing(2)
	}
	if len(b.Holes()) != maxHoles || b.Length() != 9*maxHoles || b.Lost() != 6*maxHoles {
		t.Errorf("%d holes, %d of %d octets lost", len(b.Holes()), b.Lost(), b.Length())
	}
	if uint64(len(b.Octets()))+b.Omitted()+b.Lost() != b.Length() {
		t.Errorf("%d octets kept, %d omitted", len(b.Octets()), b.Omitted())
	}
}

func TestBodyDoesNotKeepWhatItIsGiven(t *testing.T) {
	b := NewBody(10)
	octets := []byte("abc")
	b.Write(octets)
	octets[0] = 'X'
	if string(b.Octets()) != "abc" {
		t.Errorf("%q", b.Octets())
	}
}
