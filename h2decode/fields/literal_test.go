package fields

import (
	"math"
	"strings"
	"testing"
)

func TestSecondsAreExact(t *testing.T) {
	tests := []struct {
		text string
		want int64
		ok   bool
	}{
		{"0", 0, true}, {"1", second, true}, {"1.5", second * 3 / 2, true}, {"1700000000.123456789", 1_700_000_000_123_456_789, true}, {"0.000000001", 1, true}, {"-0.25", -second / 4, true}, {"3.", 3 * second, true},
		{"", 0, false}, {".5", 0, false}, {"1.0000000001", 0, false}, {"1e3", 0, false}, {"1.-5", 0, false}, {"--1", 0, false}, {"+1", 0, false},
		{"9223372035", math.MaxInt64/second*second - second, true}, {"9223372036", 0, false}, {"99999999999999999999", 0, false},
	}
	for _, tt := range tests {
		if got, ok := parseSeconds(tt.text); got != tt.want || ok != tt.ok {
			t.Errorf("%q: %d %t, want %d %t", tt.text, got, ok, tt.want, tt.ok)
		}
	}
}

func TestDecimal(t *testing.T) {
	tests := []struct {
		text string
		want int64
		ok   bool
	}{
		{"0", 0, true}, {"200", 200, true}, {"007", 7, true}, {"999999999999999999", 999999999999999999, true},
		{"", 0, false}, {"1000000000000000000", 0, false}, {"-1", 0, false}, {"1 ", 0, false}, {"0x1", 0, false}, {strings.Repeat("0", 1000), 0, false},
	}
	for _, tt := range tests {
		got, ok := decimal([]byte(tt.text))
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%q: %d %t", tt.text, got, ok)
		}
	}
}

func TestTokens(t *testing.T) {
	tests := []struct{ expression, want string }{
		{"a.b==1..5", "a.b|==|1|..|5"},
		{"192.0.2.1..192.0.2.9", "192.0.2.1|..|192.0.2.9"},
		{"{2001:db8::/32,::1}", "{|2001:db8::/32|,|::1|}"},
		{"a&&b||!c", "a|&&|b||||!|c"},
		{"a<=1>=2<3>4", "a|<=|1|>=|2|<|3|>|4"},
		{`a["x y"]~r"\d"`, `a|[|x y|]|~|\d`},
		{`"\"\\\n\x41\101\u00e9\U0001F600\0"`, "\"\\\nAA\u00e9\U0001F600\x00"},
		{`"\xff\0001"`, "\xff\x001"},
		{`R"a\"`, `a\`},
		{"raw r", "raw|r"},
		{"-1.5 +2", "-1.5|+2"},
		{" \t\r\n", ""},
	}
	for _, tt := range tests {
		var got []string
		for l := (lexer{expression: tt.expression}); ; {
			token, err := l.next()
			if err != nil {
				t.Fatalf("%q: %v", tt.expression, err)
			}
			if token.kind == endToken {
				break
			}
			got = append(got, token.text)
			if s := tt.expression[token.offset:token.end]; token.kind != textToken && s != token.text {
				t.Errorf("%q: %q stands at %q", tt.expression, token.text, s)
			}
		}
		if s := strings.Join(got, "|"); s != tt.want {
			t.Errorf("%q: %q, want %q", tt.expression, s, tt.want)
		}
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "abd", 1}, {"abc", "ab", 1}, {"kitten", "sitting", 3}, {"ca", "abc", 3},
	}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want || distance(tt.b, tt.a) != tt.want {
			t.Errorf("%q, %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
