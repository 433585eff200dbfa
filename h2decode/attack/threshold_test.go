package attack_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"h2scope/h2decode/attack"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

func TestParseThreshold(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"AT-01.resets_per_second=50", "AT-01.resets_per_second=50"},
		{"at-05.PINGS_per_second = 1", "AT-05.pings_per_second=1"},
		{"AT-12.ratio=2147483647", "AT-12.ratio=2147483647"},
		{"AT-22.streams=2", "AT-22.streams=2"},
	} {
		got, err := attack.ParseThreshold(test.in)
		if err != nil || got.String() != test.want {
			t.Errorf("%q: %s, %v", test.in, got, err)
		}
	}
}

func TestParseThresholdSaysWhatThereIs(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"AT-01.resets_per_second", `threshold "AT-01.resets_per_second" has no value: it is written as RULE.NAME=N`},
		{"AT-01.resets_per_secnd=5", `there is no threshold "AT-01.resets_per_secnd": did you mean AT-01.resets_per_second?`},
		{"AT-05.rate=5", `there is no threshold "AT-05.rate": AT-05 has AT-05.pings_per_second`},
		{"AT-14.foo=5", `there is no threshold "AT-14.foo": AT-14 has AT-14.streams, AT-14.seconds`},
		{"AT-1.percent=5", `there is no threshold "AT-1.percent": did you mean AT-01.percent?`},
		{"AT-99.fields=5", `there is no threshold "AT-99.fields": did you mean AT-09.fields?`},
		{strings.Repeat("x", 1000) + "=5", `there is no threshold "xxx`},
		{"=5", `there is no threshold ""`},
		{"AT-12.ratio=0", `threshold AT-12.ratio is a whole number from 1 to 2147483647, not "0"`},
		{"AT-12.ratio=2147483648", "from 1 to 2147483647"},
		{"AT-12.ratio=-1", "from 1 to"},
		{"AT-12.ratio=1.5", "whole number"},
	} {
		if got, err := attack.ParseThreshold(test.in); err == nil || !strings.HasPrefix(err.Error(), test.want) && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %s, error %v; want %s", test.in, got, err, test.want)
		}
	}
}

// Every threshold can be set, and its name is found again.
func TestEveryThresholdCanBeSet(t *testing.T) {
	n := 0
	for s := range attack.All() {
		of := 0
		for l := range s.Limits() {
			n, of = n+1, of+1
			got, err := attack.ParseThreshold(l.String() + "=7")
			if err != nil || got.Limit() != l || got.Value() != 7 || l.Signature() != s || l.Default < 1 {
				t.Errorf("%s: %s, %v", l, got, err)
			}
		}
		if of == 0 {
			t.Errorf("%s has no threshold", s.ID)
		}
	}
	if n < 40 {
		t.Errorf("%d thresholds", n)
	}
}

func TestThresholdsTakeTheirPlace(t *testing.T) {
	p := newPlay(t, "AT-05.pings_per_second=3")
	each(4, 0, ping(0))(p)
	p.close()
	if p.ids() != "AT-05" {
		t.Errorf("shows %q", p.ids())
	}
	p = newPlay(t, "AT-05.pings_per_second=2000")
	each(1500, 0, ping(0))(p)
	p.close()
	if p.ids() != "" {
		t.Errorf("shows %q", p.ids())
	}
}

func TestTableIsInOrder(t *testing.T) {
	last := ""
	shape := regexp.MustCompile(`^AT-\d\d$`)
	for s := range attack.All() {
		if s.ID <= last || !shape.MatchString(s.ID) || s.Name == "" || s.Shows == "" || s.Scope == "" {
			t.Errorf("%+v behind %s", s, last)
		}
		last = s.ID
		if attack.Lookup(strings.ToLower(s.ID)) != s {
			t.Errorf("%s is not found", s.ID)
		}
	}
	if last != "AT-22" || attack.Lookup("AT-00") != nil {
		t.Errorf("ends with %s", last)
	}
}

func TestWriteMarkdown(t *testing.T) {
	var got bytes.Buffer
	if err := attack.WriteMarkdown(&got); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "attacks.md")
	if *updateGolden {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("differs from %s; -update writes it anew:\n%s", golden, &got)
	}
}

// The table agrees with the contract in identifiers, severities, scopes, names
// and references.
func TestTableIsTheContract(t *testing.T) {
	rows, err := os.ReadFile(filepath.Join(repository(t), "..", "shared", "rules", "attacks.tsv"))
	if err != nil {
		t.Skip("needs ../shared: rules/attacks.tsv")
	}
	n := 0
	for line := range strings.Lines(string(rows)) {
		row := strings.Split(strings.TrimSpace(line), "\t")
		if row[0] == "id" {
			continue
		}
		n++
		s := attack.Lookup(row[0])
		if s == nil {
			t.Errorf("%s is missing", row[0])
			continue
		}
		reference := strings.Trim(row[4], "-")
		if s.Severity.String() != row[1] || s.Scope != row[2] || s.Name != row[3] || s.Reference != reference {
			t.Errorf("%s: %s, %s, %s, %s; want %q", s.ID, s.Severity, s.Scope, s.Name, s.Reference, row[1:5])
		}
	}
	if n != 22 {
		t.Errorf("%d rows", n)
	}
}
