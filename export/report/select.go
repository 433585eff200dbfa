package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"h2scope/h2decode"
)

// A Selection says which rules are shown: those of Only, all where it is empty,
// but for those of Ignore. Both hold rules ("FC-03") and families ("FC").
type Selection struct{ Only, Ignore []string }

// Shows reports whether findings of a rule are shown.
func (s *Selection) Shows(rule string) bool {
	return (len(s.Only) == 0 || names(s.Only, rule)) && !names(s.Ignore, rule)
}

func names(list []string, rule string) bool {
	family, _, _ := strings.Cut(rule, "-")
	for _, name := range list {
		if strings.EqualFold(name, rule) || strings.EqualFold(name, family) {
			return true
		}
	}
	return false
}

// A Baseline is how many findings of each kind are accepted. What a capture has
// beyond that is new.
type Baseline map[baselineKey]int

type baselineKey struct{ rule, by string }

// ReadBaseline reads the records of an earlier check: a finding a line, other
// records are passed over.
func ReadBaseline(r io.Reader) (Baseline, error) {
	b := make(Baseline)
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, err
		}
		if len(bytes.TrimSpace(line)) > 0 {
			var record struct{ Record, Rule, By string }
			if bad := json.Unmarshal(line, &record); bad != nil || record.Record == "" {
				return nil, fmt.Errorf("line %d is no record of h2scope check --json", n)
			}
			if record.Record == "finding" {
				b[baselineKey{record.Rule, record.By}]++
			}
		}
		if err == io.EOF {
			return b, nil
		}
	}
}

// accepter tells of one finding after the other whether it is accepted.
func (b Baseline) accepter() func(*h2decode.Finding) bool {
	left := make(Baseline, len(b))
	for key, n := range b {
		left[key] = n
	}
	return func(f *h2decode.Finding) bool {
		key := baselineKey{f.Rule, By(f)}
		if left[key] == 0 {
			return false
		}
		left[key]--
		return true
	}
}

// By is who broke the rule, as records have it: "" where that is no one side.
func By(f *h2decode.Finding) string {
	if f.Conn == 0 {
		return ""
	}
	return f.From.String()
}
