package selftest

import (
	"maps"
	"slices"
	"strings"

	"h2scope/samples/endpoint"
)

// broken compares the rules of which findings tell with those that the script
// breaks: all of them, and no other. What an attack breaks on its way is not laid
// down, nor which attack a broken rule looks like.
func (c *comparison) broken(o *observation, s *endpoint.Script) {
	if s.Breaks == "" {
		return
	}
	want := append([]string{s.Breaks}, s.Also...)
	for _, rule := range want {
		if o.findings[rule] == 0 {
			c.differ("no finding tells that %s is broken; it was", rule)
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(o.findings)) {
		if attack := strings.HasPrefix(rule, "AT-"); attack == isAttack(s) && !slices.Contains(want, rule) {
			c.differ("%d findings tell that %s is broken; it was not", o.findings[rule], rule)
		}
	}
}

// isAttack reports whether a script plays an attack, and is not about a rule.
func isAttack(s *endpoint.Script) bool { return strings.HasPrefix(s.Breaks, "AT-") }
