package content

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestIndentJSON(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"an object", `{"b":1,"a":[true,null,{}],"c":{}}`, "{\n  \"b\": 1,\n  \"a\": [\n    true,\n    null,\n    {}\n  ],\n  \"c\": {}\n}"},
		{"an array", `[ 1 , 2 ]`, "[\n  1,\n  2\n]"},
		{"empty ones", `[ { } , [ ] ]`, "[\n  {},\n  []\n]"},
		{"spelling stays", `[1.50,1E+2,-0,"\u00e9\/é"]`, "[\n  1.50,\n  1E+2,\n  -0,\n  \"\\u00e9\\/é\"\n]"},
		{"names that come twice stay", `{"a":1,"a":2}`, "{\n  \"a\": 1,\n  \"a\": 2\n}"},
		{"a scalar", ` "x" `, `"x"`},
		{"lines", "{\"a\":1}\n{\"a\":2}\n", "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}"},
		{"a sequence of RFC 7464", "\x1e[1]\n\x1e2\n", "[\n  1\n]\n2"},
		{"side by side", `{}[]1 2`, "{}\n[]\n1\n2"},
		{"octets that are no UTF-8 stay", "\"\xff\"", "\"\xff\""},
	} {
		got, err := IndentJSON([]byte("> "), []byte(test.src), 1000)
		if err != nil || string(got) != "> "+test.want {
			t.Errorf("%s: %v\n%s", test.name, err, got)
		}
	}
}

// What is not JSON stays as it is, and the place is said.
func TestIndentJSONSaysWhere(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{``, "line 1, column 1: the octets end here: there is no value"},
		{`{"a":1,}`, "line 1, column 8: a member's name is missing"},
		{`{a:1}`, "line 1, column 2: a member's name is missing"},
		{`{"a" 1}`, "line 1, column 6: a colon is missing"},
		{`{"a":}`, "line 1, column 6: a value is missing"},
		{"[1,\n 2\n 3]", `line 3, column 2: a comma or ']' is missing`},
		{`{"a":1]`, `line 1, column 7: a comma or '}' is missing`},
		{`[1,]`, "line 1, column 4: a value is missing"},
		{`["a`, "line 1, column 4: the octets end here: a string is not closed"},
		{"[\"a\n\"]", "line 1, column 4: a control character stands in a string"},
		{`["\x"]`, "line 1, column 4: an escape is not one of JSON's"},
		{`["\u12g4"]`, "line 1, column 7: an escape is not one of JSON's"},
		{`[-]`, "line 1, column 3: a digit is missing"},
		{`[1.]`, "line 1, column 4: a digit is missing behind the point"},
		{`[1e+]`, "line 1, column 5: a digit is missing in the exponent"},
		{`[01]`, `line 1, column 3: a comma or ']' is missing`},
		{`01`, "line 1, column 2: a value follows another without a space"},
		{`nul`, "line 1, column 1: a value is missing"},
		{`[1`, "line 1, column 3: the octets end here: a comma or ']' is missing"},
		{`<html>`, "line 1, column 1: a value is missing"},
		{"[\x1e1]", "line 1, column 2: a value is missing"},
	} {
		got, err := IndentJSON([]byte("> "), []byte(test.src), 1000)
		var fault *JSONError
		if !errors.As(err, &fault) || fault.Error() != test.want || fault.Offset > len(test.src) {
			t.Errorf("%q: %v, want %s", test.src, err, test.want)
		}
		if string(got) != "> "+test.src {
			t.Errorf("%q became %q", test.src, got)
		}
	}
}

func TestIndentJSONIsBounded(t *testing.T) {
	deep := []byte(strings.Repeat("[", MaxJSONDepth+1))
	if got, err := IndentJSON(nil, deep, 10<<20); err == nil || errors.Is(err, ErrTooLong) || !bytes.Equal(got, deep) {
		t.Errorf("too deep: %v", err)
	}
	wide := []byte("[" + strings.Repeat("[[1]],", 1000) + "1]")
	for _, limit := range []int{0, 100, 1000, 5000} {
		if got, err := IndentJSON(nil, wide, limit); !errors.Is(err, ErrTooLong) || !bytes.Equal(got, wide) {
			t.Errorf("a limit of %d: %v, %d octets", limit, err, len(got))
		}
	}
}

// What encoding/json takes for one value is taken here, and comes out as json.Indent
// has it.
func FuzzIndentJSONAgreesWithTheLibrary(f *testing.F) {
	for _, src := range []string{`{"a":[1,2.5e3,{"b":null}],"c":"\u00e9"}`, `[]`, `[[],{}]`, ` "x" `, `01`, `{"a":1,}`, "[1]2", `"\ud800"`, `-`} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got, err := IndentJSON(nil, src, 1<<20)
		if !json.Valid(src) {
			if err == nil && len(bytes.TrimSpace(src)) > 0 && json.Valid(bytes.TrimSpace(src)) {
				t.Fatal("not as the library")
			}
			return
		}
		if err != nil {
			t.Skip(err) // too deep or too long
		}
		var want bytes.Buffer
		if err := json.Indent(&want, src, "", "  "); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(bytes.TrimSpace(want.Bytes()), got) {
			t.Fatalf("%q, the library has %q", got, want.Bytes())
		}
	})
}

func BenchmarkIndentJSON(b *testing.B) {
	src := []byte("[" + strings.Repeat(`{"id":12345,"name":"a name","tags":["a","b"],"ok":true},`, 1000) + "null]")
	b.SetBytes(int64(len(src)))
	var dst []byte
	for b.Loop() {
		dst, _ = IndentJSON(dst[:0], src, 1<<20)
	}
}
