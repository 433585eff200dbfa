package attack

import (
	"fmt"
	"strconv"
	"strings"
)

// MaxThreshold is the greatest value that a threshold can have; the least is 1.
const MaxThreshold = 1<<31 - 1

// Thresholds say from where on traffic is taken for an attack. The zero value is
// the defaults.
type Thresholds struct {
	set [limitCount]int64 // 0: the default
}

// Set puts a threshold in the place of its default, or of what was set before.
func (t *Thresholds) Set(s Threshold) { t.set[s.limit] = s.value }

// resolved is the same with the defaults in their places.
func (t Thresholds) resolved() Thresholds {
	for l := range t.set {
		if t.set[l] == 0 {
			t.set[l] = limits[l].Default
		}
	}
	return t
}

// of is the value of a threshold, where they are resolved.
func (t *Thresholds) of(l limit) int64 { return t.set[l] }

// A Threshold is the value of one threshold, from [ParseThreshold].
type Threshold struct {
	limit limit
	value int64
}

// Limit is which threshold it is.
func (t Threshold) Limit() *Limit { return &limits[t.limit] }

// Value is from 1 to MaxThreshold.
func (t Threshold) Value() int64 { return t.value }

// String is the threshold as ParseThreshold reads it.
func (t Threshold) String() string { return fmt.Sprintf("%s=%d", t.Limit(), t.value) }

// ParseThreshold reads a threshold as a command line has it:
// "AT-01.resets_per_second=50". The error names the nearest there is.
func ParseThreshold(s string) (Threshold, error) {
	name, value, found := strings.Cut(s, "=")
	if !found {
		return Threshold{}, fmt.Errorf("threshold %q has no value: it is written as RULE.NAME=N", s)
	}
	l, err := findLimit(strings.TrimSpace(name))
	if err != nil {
		return Threshold{}, err
	}
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	if err != nil || n < 1 || n > MaxThreshold {
		return Threshold{}, fmt.Errorf("threshold %s is a whole number from 1 to %d, not %q", &limits[l], MaxThreshold, value)
	}
	return Threshold{l, n}, nil
}

// findLimit finds a threshold by its name, whatever the case of its letters.
func findLimit(name string) (limit, error) {
	nearest, least := limit(0), int(^uint(0)>>1)
	for l := range limits {
		d := distance(strings.ToLower(name), strings.ToLower(limits[l].String()))
		if d == 0 {
			return limit(l), nil
		}
		if d < least {
			nearest, least = limit(l), d
		}
	}
	id, _, _ := strings.Cut(name, ".")
	if s := Lookup(id); s != nil {
		var names []string
		for l := range s.Limits() {
			names = append(names, l.String())
		}
		if limits[nearest].Signature() != s || len(names) > 1 && least > len(name)/3 {
			return 0, fmt.Errorf("there is no threshold %q: %s has %s", name, s.ID, strings.Join(names, ", "))
		}
	}
	return 0, fmt.Errorf("there is no threshold %q: did you mean %s?", name, &limits[nearest])
}

// maxDistance is up to what length names are compared.
const maxDistance = 64

// distance is how many octets must be put in, taken out or changed to make b of
// a (Levenshtein's).
func distance(a, b string) int {
	a, b = a[:min(len(a), maxDistance)], b[:min(len(b), maxDistance)]
	var row [maxDistance + 1]int
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
