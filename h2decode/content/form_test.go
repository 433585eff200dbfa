package content

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseForm(t *testing.T) {
	for _, test := range []struct {
		form string
		want []Param
	}{
		{"", nil},
		{"a=1&b=2", []Param{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}},
		{"a=1&a=2&&", []Param{{Name: "a", Value: "1"}, {Name: "a", Value: "2"}}},
		{"q=a+b%20c%2B&%C3%A9=%e2%82%ac", []Param{{Name: "q", Value: "a b c+"}, {Name: "é", Value: "€"}}},
		{"novalue&=noname&x=1=2", []Param{{Name: "novalue"}, {Value: "noname"}, {Name: "x", Value: "1=2"}}},
		{"bad=100%&%zz=%4", []Param{{Name: "bad", Value: "100%"}, {Name: "%zz", Value: "%4"}}},
	} {
		got, complete := ParseForm([]byte(test.form))
		if !reflect.DeepEqual(got, test.want) || !complete {
			t.Errorf("%q: %+v", test.form, got)
		}
	}
}

func TestParseQuery(t *testing.T) {
	for path, want := range map[string][]Param{
		"/plain":         nil,
		"/?":             nil,
		"/a?b=c#d?e=f":   {{Name: "b", Value: "c"}},
		"/a?b?c=d":       {{Name: "b?c", Value: "d"}},
		"/search?q=x%26": {{Name: "q", Value: "x&"}},
	} {
		if got, complete := ParseQuery(path); !reflect.DeepEqual(got, want) || !complete {
			t.Errorf("%q: %+v", path, got)
		}
	}
}

func TestParametersAreLimited(t *testing.T) {
	form := strings.Repeat("a=1&", MaxParams)
	if params, complete := ParseForm([]byte(form)); len(params) != MaxParams || !complete {
		t.Errorf("%d, %v", len(params), complete)
	}
	params, trouble := ParseParams([]byte(form+"b=2"), MediaType{Type: "application", Subtype: "x-www-form-urlencoded"})
	if len(params) != MaxParams || trouble == "" {
		t.Errorf("%d, %q", len(params), trouble)
	}
}

// What net/url can read is read the same.
func FuzzParseFormAgreesWithTheLibrary(f *testing.F) {
	f.Add("a=1&b=2&a=%41+%zz")
	f.Add("&&=&%")
	f.Fuzz(func(t *testing.T, form string) {
		got, complete := ParseForm([]byte(form))
		want, err := url.ParseQuery(form)
		if err != nil || !complete || !utf8.ValidString(form) || strings.Contains(form, ";") {
			return
		}
		mine := url.Values{}
		for _, p := range got {
			mine.Add(p.Name, p.Value)
		}
		if !reflect.DeepEqual(mine, want) {
			t.Fatalf("%q, the library has %q", mine, want)
		}
	})
}
