package curl

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"h2scope/h2decode/printable"
)

// octets are words that a careless shell command would change.
var octets = []string{
	"", "a", "a b", "'", "''", "it's", `\`, `\\n`, `"`, "$HOME", "`id`", "$(id)", "!", "*", "~", "a\\", "%", "%s%n", "%%",
	"-n", "--help", "a;b", "a|b", "a&b", "a>b", "#a", "{a,b}", "[a]", "a\nb", "a\tb", "\x1b[31m", "\x7f", "\xff\xfe", "é", "\u202e", "\U0001f600",
	"\x01'\x02%\\", "a'b\x1bc'd", "@/etc/passwd", strings.Repeat("'\x1b", 50),
}

// shellWord is what a POSIX shell makes of a word.
func shellWord(t *testing.T, word string) string {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs sh")
	}
	out, err := exec.Command("sh", "-c", "printf '%s|' "+word).Output()
	if err != nil {
		t.Fatalf("%s: %v", word, err)
	}
	return strings.TrimSuffix(string(out), "|")
}

func TestTheShellGetsTheWordAsItWas(t *testing.T) {
	for _, s := range octets {
		quoted := Quote(s)
		if got := shellWord(t, quoted); got != s {
			t.Errorf("%q as %s comes out as %q", s, quoted, got)
		}
		for _, r := range quoted {
			if !printable.Safe(r) {
				t.Errorf("%q as %q acts on a terminal", s, quoted)
			}
		}
	}
}

func TestPrintfWritesEveryOctet(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs sh")
	}
	all := make([]byte, 0, 600)
	for c := range 256 {
		all = append(all, byte(c), '7')
	}
	for _, s := range append(octets, string(all), "\n\n", "\x00\x00") {
		out, err := exec.Command("sh", "-c", printf(s)).Output()
		if err != nil || !bytes.Equal(out, []byte(s)) {
			t.Errorf("%q comes out as %q: %v", s, out, err)
		}
	}
}

// FuzzQuote holds that a word has no octet outside its quotes.
func FuzzQuote(f *testing.F) {
	for _, s := range octets {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := Quote(s)
		if !utf8.ValidString(q) {
			t.Fatalf("%q", q)
		}
		if !strings.HasPrefix(q, `"$(`) {
			if left := outside(q); strings.ReplaceAll(left, `\'`, "") != "" {
				t.Fatalf("%s has %q outside its quotes", q, left)
			}
			return
		}
		for _, r := range q {
			if !printable.Safe(r) {
				t.Fatalf("%q acts on a terminal", q)
			}
		}
	})
}

// outside is what of a word a shell does not take for quoted.
func outside(word string) (left string) {
	for word != "" {
		if word[0] != '\'' {
			n := min(2, len(word)) // a backslash and what it quotes
			left, word = left+word[:n], word[n:]
			continue
		}
		_, word, _ = strings.Cut(word[1:], "'")
	}
	return left
}
