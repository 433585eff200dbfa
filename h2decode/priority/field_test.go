package priority_test

import (
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"h2scope/h2decode/priority"
)

func TestParseField(t *testing.T) {
	params := func(urgency uint8, incremental bool) priority.Params {
		return priority.Params{Urgency: urgency, Incremental: incremental}
	}
	tests := []struct {
		name, value string
		want        priority.Params
	}{
		{"empty: the defaults", "", params(3, false)},
		{"spaces only", "   ", params(3, false)},
		{"RFC 9218, Section 4.1", "u=0", params(0, false)},
		{"RFC 9218, Section 4.2", "u=5, i", params(5, true)},
		{"Chrome", "u=0,i", params(0, true)},
		{"i alone", "i", params(3, true)},
		{"i true", "i=?1", params(3, true)},
		{"i false", "i=?0", params(3, false)},
		{"white space around", "  u=2 \t,\t i  ", params(2, true)},
		{"unknown members of all types", `a, b=1, c=-1.5, d="x\"\\", e=tok/en:*, f=:aGk=:, g=?0, h=(1 "a" b);q, u=1`, params(1, false)},
		{"types of RFC 9651", `a=@-62135596800, b=%"f%c3%bc", u=6`, params(6, false)},
		{"parameters mean nothing", `u=4;i;x=9, i;u=0`, params(4, true)},
		{"parameters of a member without value", `x;y="z", u=4`, params(4, false)},
		{"the last of several counts", "u=1, i, u=2, i=?0", params(2, false)},
		{"… which mends one before", "u=9, i=7, u=2, i", params(2, true)},
		{"keys are case-sensitive, and long ones others", "uu=9, i2=9, *u=9, u.=9, u-=9, u_=9", params(3, false)},
		{"leading zeros", "u=007", params(7, false)},
		{"minus zero", "u=-0", params(0, false)},
		{"byte sequence without padding", "x=:aGk:, u=1", params(1, false)},
		{"empty byte sequence, string, list", `x=::, y="", z=(), u=1`, params(1, false)},
		{"inner list with spaces and parameters", "x=(  a;b=1   c  );d, u=1", params(1, false)},
		{"space before a parameter's key", "u=1;  a;b", params(1, false)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := priority.ParseField([]byte(test.value))
			if err != nil || got != test.want {
				t.Errorf("%q: got %+v, %v", test.value, got, err)
			}
		})
	}
}

// RFC 9218, Section 4: members with values of another type or out of range are
// ignored, the others hold.
func TestParseFieldBadMember(t *testing.T) {
	tests := []struct {
		value, want string
		offset      int
		params      priority.Params
	}{
		{"u=8", "u is 8, not in 0 to 7", 0, priority.Params{Urgency: 3}},
		{"u=-1, i", "u is -1, not in 0 to 7", 0, priority.Params{Urgency: 3, Incremental: true}},
		{"i, u=999999999999999", "u is 999999999999999, not in 0 to 7", 3, priority.Params{Urgency: 3, Incremental: true}},
		{"u", "u is a boolean, not an integer", 0, priority.Params{Urgency: 3}},
		{"u=1.0", "u is a decimal, not an integer", 0, priority.Params{Urgency: 3}},
		{`u="1"`, "u is a string, not an integer", 0, priority.Params{Urgency: 3}},
		{"u=a", "u is a token, not an integer", 0, priority.Params{Urgency: 3}},
		{"u=::", "u is a byte sequence, not an integer", 0, priority.Params{Urgency: 3}},
		{"u=@1", "u is a date, not an integer", 0, priority.Params{Urgency: 3}},
		{`u=%""`, "u is a display string, not an integer", 0, priority.Params{Urgency: 3}},
		{"u=(1)", "u is an inner list, not an integer", 0, priority.Params{Urgency: 3}},
		{"u=1, i=1", "i is an integer, not a boolean", 5, priority.Params{Urgency: 1}},
		{"u=1, i=true", "i is a token, not a boolean", 5, priority.Params{Urgency: 1}},
		{"i, u=2, i=(?1)", "i is an inner list, not a boolean", 8, priority.Params{Urgency: 2}},
		{"u=1, u=8", "u is 8, not in 0 to 7", 5, priority.Params{Urgency: 3}},
		{"i=0, u=8", "u is 8, not in 0 to 7; i is an integer, not a boolean", 0, priority.Params{Urgency: 3}},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			params, err := priority.ParseField([]byte(test.value))
			var bad *priority.FieldError
			if !errors.As(err, &bad) {
				t.Fatalf("got %v", err)
			}
			want := priority.FieldError{Fault: priority.BadMember, Offset: test.offset, Reason: test.want}
			if *bad != want || params != test.params {
				t.Errorf("got %+v, %+v", params, *bad)
			}
		})
	}
}

// RFC 9651, Section 4.2: what does not parse is ignored altogether.
func TestParseFieldUnparsable(t *testing.T) {
	tests := []struct {
		value, want string
		offset      int
	}{
		{"\tu=1", "no key: it begins with a lower-case letter or *", 0},
		{"U=1", "no key: it begins with a lower-case letter or *", 0},
		{"=1", "no key: it begins with a lower-case letter or *", 0},
		{"1", "no key: it begins with a lower-case letter or *", 0},
		{",u=1", "no key: it begins with a lower-case letter or *", 0},
		{"u=1,,i", "no key: it begins with a lower-case letter or *", 4},
		{"u=1;", "no key: it begins with a lower-case letter or *", 4},
		{"u=1; ;a", "no key: it begins with a lower-case letter or *", 5},
		{"u=1,", "a comma at the end", 4},
		{"u=1, \t", "a comma at the end", 6},
		{"u=1 i", "no comma after a member", 4},
		{"u=1;i;x:", "no comma after a member", 7},
		{"u=1 ;i", "no comma after a member", 4},
		{"u\x00", "no comma after a member", 1},
		{"u =1", "no comma after a member", 2},
		{"u=", "no value", 2},
		{"u= 1", "no value", 2},
		{"u=\xff", "no value", 2},
		{"u=1;a=", "no value", 6},
		{"u=-", "no digit after a minus sign", 3},
		{"u=+1", "no value", 2},
		{"u=1234567890123456", "an integer of more than 15 digits", 17},
		{"u=1234567890123.0", "a decimal of more than 12 digits before the point", 15},
		{"u=1.", "a decimal that ends with its point", 4},
		{"u=1.2345", "a decimal of more than 3 digits after the point", 7},
		{`x="`, "a string without an end", 3},
		{`x="\`, `a backslash before something else than " or \`, 4},
		{`x="\n"`, `a backslash before something else than " or \`, 4},
		{"x=\"\t\"", "a string with something else than printable ASCII", 3},
		{"x=\"\x7f\"", "a string with something else than printable ASCII", 3},
		{"x=:", "a byte sequence without an end", 3},
		{"x=:a_:", "a byte sequence with something else than base64", 4},
		{"x=:a=b:", "a byte sequence with something else than base64", 5},
		{"x=:a:", "a byte sequence of a length that base64 does not have", 4},
		{"x=:ab=:", "a byte sequence of a length that base64 does not have", 6},
		{"x=:====:", "a byte sequence of a length that base64 does not have", 7},
		{"i=?", "a question mark before something else than 0 or 1", 3},
		{"i=?2", "a question mark before something else than 0 or 1", 3},
		{"i=?1x", "no comma after a member", 4},
		{"x=@", "no number after an @", 3},
		{"x=@a", "no number after an @", 3},
		{"x=@-", "no digit after a minus sign", 4},
		{"x=@1.5", "a date that is not an integer", 6},
		{"x=%", "no quotation mark after a percent sign", 3},
		{`x=%"`, "a display string without an end", 4},
		{`x=%"%c"`, "a percent sign without two lower-case hexadecimal digits", 4},
		{`x=%"%C3%BC"`, "a percent sign without two lower-case hexadecimal digits", 4},
		{`x=%"%ff"`, "a display string that is not UTF-8", 6},
		{`x=%"%c3"`, "a display string that is not UTF-8", 7},
		{"x=%\"\xc3\xbc\"", "a display string with something else than printable ASCII", 4},
		{"x=(", "an inner list without an end", 3},
		{"x=(a", "no space between items of an inner list", 4},
		{"x=(a\tb)", "no space between items of an inner list", 4},
		{"x=((a))", "no value", 3},
		{"u=1, i=?1, x=(1 2", "no space between items of an inner list", 17},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			params, err := priority.ParseField([]byte(test.value))
			var bad *priority.FieldError
			if !errors.As(err, &bad) {
				t.Fatalf("got %+v, %v", params, err)
			}
			want := priority.FieldError{Fault: priority.Unparsable, Offset: test.offset, Reason: test.want}
			if *bad != want || params != priority.DefaultParams() {
				t.Errorf("got %+v, %+v", params, *bad)
			}
		})
	}
}

// The grammar of RFC 9651 written down again: an inner list holds no other, so
// that the language is a regular one, but for what base64 and UTF-8 are.
const (
	grammarKey   = `[a-z*][a-z0-9_.*-]*`
	grammarBare  = `(?:-?[0-9]{1,12}\.[0-9]{1,3}|-?[0-9]{1,15}|"(?:[ !#-\[\]-~]|\\["\\])*"|[A-Za-z*][!#$%&'*+.^_` + "`" + `|~0-9A-Za-z:/-]*|:[A-Za-z0-9+/]*=*:|\?[01]|@-?[0-9]{1,15}|%"(?:[ !#$&-~]|%[0-9a-f]{2})*")`
	grammarParam = `(?:; *` + grammarKey + `(?:=` + grammarBare + `)?)*`
	grammarItem  = grammarBare + grammarParam
	grammarList  = `\( *(?:` + grammarItem + `(?: +` + grammarItem + `)* *)?\)` + grammarParam
	grammarEntry = `(` + grammarKey + `)(?:=(` + grammarItem + `|` + grammarList + `)|` + grammarParam + `)`
)

var (
	// longest, so that of alternatives the one that goes on is taken.
	grammarWhole  = longest(`^ *(?:` + grammarEntry + `[ \t]*(?:,[ \t]*` + grammarEntry + `[ \t]*)*)?$`)
	grammarMember = longest(`^` + grammarEntry)
	grammarOpaque = longest(grammarBare)
)

func longest(expression string) *regexp.Regexp {
	re := regexp.MustCompile(expression)
	re.Longest()
	return re
}

// parseByGrammar says whether a value is a Dictionary, and the text of the last u
// and the last i.
func parseByGrammar(value string) (ok bool, members map[string]string) {
	if !grammarWhole.MatchString(value) {
		return false, nil
	}
	members = map[string]string{}
	rest := strings.TrimLeft(value, " ")
	for rest != "" {
		m := grammarMember.FindStringSubmatch(rest)
		for _, opaque := range grammarOpaque.FindAllString(strings.TrimPrefix(m[0], m[1]), -1) {
			if !validOpaque(opaque) {
				return false, nil
			}
		}
		members[m[1]] = m[2]
		if m[2] == "" {
			members[m[1]] = "?1"
		}
		rest = strings.TrimLeft(rest[len(m[0]):], " \t,")
	}
	return true, members
}

// validOpaque is what the grammar leaves to base64 and UTF-8.
func validOpaque(item string) bool {
	switch {
	case strings.HasPrefix(item, ":"):
		text := strings.Trim(item, ":")
		_, padded := base64.StdEncoding.DecodeString(text)
		_, raw := base64.RawStdEncoding.DecodeString(text)
		return padded == nil || raw == nil
	case strings.HasPrefix(item, "%"):
		text, err := url.PathUnescape(item[2 : len(item)-1])
		return err == nil && utf8.ValidString(text)
	}
	return true
}

// FuzzParseField compares the parser with the grammar.
func FuzzParseField(f *testing.F) {
	for _, seed := range []string{
		"", " ", "u=5, i", "u=0,i", "i=?0;x;y=1", "u=1,", "u=9, i=3", "u=(1 2);a, i", `a="b\"";c=d, u=1.5`,
		`x=%"f%c3%bc", u=1`, "x=:aGk=:, u=2", "x=@1, u=-1", "*a.b-c_d=tok/en:x;q", "x=:ab=:", `x=%"%ff"`,
		`a=":x:", u=1`, `a=a:b:, u=1`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(checkField)
}

// checkField compares what ParseField and the grammar say of a value.
func checkField(t *testing.T, value []byte) {
	t.Helper()
	got, err := priority.ParseField(value)
	var bad *priority.FieldError
	if err != nil && !errors.As(err, &bad) {
		t.Fatalf("%q: the error is %T", value, err)
	}
	ok, members := parseByGrammar(string(value))
	if parsed := bad == nil || bad.Fault != priority.Unparsable; parsed != ok {
		t.Fatalf("%q: got %v, by the grammar %v", value, err, ok)
	}
	want, fine := paramsOf(members)
	if got != want || ok && fine != (bad == nil) {
		t.Fatalf("%q: got %+v, %v; by the grammar %+v", value, got, err, want)
	}
	if bad != nil && (bad.Offset < 0 || bad.Offset > len(value) || bad.Reason == "") {
		t.Fatalf("%q: %+v", value, *bad)
	}
}

// paramsOf are the parameters in the text of members, and whether all are good.
func paramsOf(members map[string]string) (p priority.Params, fine bool) {
	p, fine = priority.DefaultParams(), true
	if u, given := members["u"]; given {
		text, _, _ := strings.Cut(u, ";")
		n, err := strconv.Atoi(text)
		if fine = err == nil && n >= 0 && n <= 7; fine {
			p.Urgency = uint8(n)
		}
	}
	if i, given := members["i"]; given {
		text, _, _ := strings.Cut(i, ";")
		p.Incremental = text == "?1"
		fine = fine && (text == "?1" || text == "?0")
	}
	return p, fine
}

// Values made of pieces that belong to Dictionaries, right and wrong ones.
func TestRandomFieldValues(t *testing.T) {
	pieces := strings.Fields(`u= u i i= 1 9 -1 1.5 ?1 ?0 , ,, ; ;a ;a=1 ( ) "x" "\\"" " : :aGk=: :a: @1 @1.5 %"a%c3%bc" %"%ff" tok/: * a.b X = 999999999999999 1234567890123456`)
	pieces = append(pieces, " ", " ", "\t", ", ")
	random := rand.New(rand.NewPCG(9651, 4))
	for range 20_000 {
		var value []byte
		for range random.IntN(9) {
			value = append(value, pieces[random.IntN(len(pieces))]...)
		}
		checkField(t, value)
	}
}

// Every prefix of a value is judged as the grammar does.
func TestFieldPrefixes(t *testing.T) {
	value := []byte("  u=1;a=?0, i;b, c=(1 -2.5  \"x\\\"\" tok);d=:aGk=:, e=%\"f%c3%bc\" ,\tf=@-15, *g=\"\\\\\"")
	for n := range len(value) + 1 {
		checkField(t, value[:n])
	}
	if _, err := priority.ParseField(value); err != nil {
		t.Error(err)
	}
}
