package fields

// A Verdict is what a filter says of a subject.
type Verdict uint8

// The verdicts, in Kleene's order: "and" is the least of its operands, "or" the
// greatest.
const (
	False   Verdict = iota
	Unknown         // it depends on what is not known yet
	True
)

// String is "false", "unknown" or "true".
func (v Verdict) String() string { return [...]string{"false", "unknown", "true"}[v] }

func (v Verdict) not() Verdict { return True - v }

func verdictOf(b bool) Verdict {
	if b {
		return True
	}
	return False
}
