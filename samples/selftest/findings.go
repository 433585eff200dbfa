package selftest

import (
	"maps"
	"slices"
	"strings"

	"h2scope/h2decode"
	"h2scope/samples/endpoint"
)

// A found is how often a rule was found to be broken.
type found struct {
	times    int
	severity h2decode.Severity
}

// judged compares the rules of which findings tell with those that a script
// breaks: all of them, and no other. What an attack breaks on its way is not laid
// down, nor which attack a broken rule looks like; and of a script that is about
// neither not what is only worth knowing.
func (c *comparison) judged(o *observation, s *endpoint.Script) {
	want := s.Also
	if s.Breaks != "" {
		want = append([]string{s.Breaks}, want...)
	}
	for _, rule := range want {
		if o.findings[rule].times == 0 {
			c.differ("no finding tells that %s is broken; it was", rule)
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(o.findings)) {
		if f := o.findings[rule]; laidDown(s, rule, f.severity) && !slices.Contains(want, rule) {
			c.differ("%d findings tell that %s is broken; it was not", f.times, rule)
		}
	}
}

// laidDown reports whether a script says that it breaks a rule where it does.
func laidDown(s *endpoint.Script, rule string, severity h2decode.Severity) bool {
	attack := strings.HasPrefix(rule, "AT-")
	switch {
	case s.Breaks != "":
		return attack == isAttack(s)
	case attack:
		return len(s.Also) == 0 && !isAttack(s)
	}
	return severity != h2decode.SeverityInfo
}

// isAttack reports whether a script plays an attack, and is not about a rule.
func isAttack(s *endpoint.Script) bool { return strings.HasPrefix(s.Name, "attack-") }

// sound compares the findings with traffic in which nothing is wrong.
func (c *comparison) sound(o *observation) { c.judged(o, new(endpoint.Script)) }
