package content

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
)

// The grammar of RFC 8259, case by case, in the manner of JSONTestSuite.
func TestGrammarOfJSON(t *testing.T) {
	for _, src := range []string{
		`[]`,
		`[[]   ]`,
		`[""]`,
		`["a"]`,
		`[false]`,
		`[null, 1, "1", {}]`,
		` [1] `,
		"[1\n]",
		`[123e65]`,
		`[0e+1]`,
		`[0e1]`,
		`[-0]`,
		`[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]`,
		`[20e1]`,
		`[1E-2]`,
		`[123.456e78]`,
		`{"asd":"sdf", "dfg":"fgh"}`,
		`{"":0}`,
		`{"foo\u0000bar": 42}`,
		`["\u0060\u012a\u12AB"]`,
		`["\uD801\udc37"]`,
		`["\"\\\/\b\f\n\r\t"]`,
		"[\"\x7f\"]",
		`["\uFFFE"]`,
		`"` + "\u2028" + `"`,
		`true`,
	} {
		if _, err := IndentJSON(nil, []byte(src), 1000); err != nil {
			t.Errorf("%s: %v", src, err)
		}
	}
	for _, src := range []string{
		`[1 true]`,
		`["": 1]`,
		`[,1]`,
		`[1,,2]`,
		`["x",,]`,
		`["x"`,
		`[x`,
		`[3[4]]`,
		`[-]`,
		`[++1234]`,
		`[+1]`,
		`[.2e-3]`,
		`[2.]`,
		`[2.e3]`,
		`[0x42]`,
		`[1eE2]`,
		`[0e]`,
		`[-01]`,
		`[-012]`,
		`[NaN]`,
		`[Infinity]`,
		`[nul]`,
		`[True]`,
		`{"x"::"b"}`,
		`{"x", null}`,
		`{1:1}`,
		`{'a':0}`,
		`{"a":"b"/**/}`,
		`{"id":0,}`,
		`{"a" b}`,
		`["\u00A"]`,
		`["\a"]`,
		`["\`,
		`["\u`,
		"[\"\x00\"]",
		"[\"new\nline\"]",
		`[1]]`,
		`]`,
		`[`,
		`{"a":`,
		`{`,
		`[}`,
		`{]`,
		`"`,
		"\xef\xbb\xbf{}",
		`<.>`,
	} {
		if got, err := IndentJSON(nil, []byte(src), 1000); err == nil || string(got) != src {
			t.Errorf("%s: %s, %v", src, got, err)
		}
	}
}

// Values at random come out as the library indents them, and mean the same.
func TestModelOfJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		src, err := json.Marshal(randomValue(r, 5))
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := json.Indent(&want, src, "", "  "); err != nil {
			t.Fatal(err)
		}
		got, err := IndentJSON(nil, src, 1<<20)
		if err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("%v\n%s\nwant\n%s", err, got, want.Bytes())
		}
		again, err := IndentJSON(nil, got, 1<<20)
		if err != nil || !bytes.Equal(again, got) {
			t.Fatalf("indented again: %v\n%s", err, again)
		}
		// Cut anywhere it is no JSON, unless what stands there is a number.
		cut := src[:r.IntN(len(src))]
		if _, err := IndentJSON(nil, cut, 1<<20); err == nil && !json.Valid(cut) {
			t.Fatalf("%s is no JSON", cut)
		}
	}
}

func randomValue(r *rand.Rand, depth int) any {
	kinds := 6
	if depth == 0 {
		kinds = 4
	}
	switch r.IntN(kinds) {
	case 0:
		return r.NormFloat64() * 1e6
	case 1:
		return fmt.Sprint("text é \"quoted\" \\ ", r.IntN(1000))
	case 2:
		return r.IntN(2) == 0
	case 3:
		return nil
	case 4:
		list := make([]any, r.IntN(5))
		for i := range list {
			list[i] = randomValue(r, depth-1)
		}
		return list
	default:
		object := make(map[string]any)
		for range r.IntN(5) {
			object[fmt.Sprint("name ", r.IntN(100))] = randomValue(r, depth-1)
		}
		return object
	}
}
