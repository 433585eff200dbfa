package attack

import (
	"iter"
	"slices"
	"strings"

	"h2scope/h2decode"
)

// A Signature is a kind of traffic that looks like abuse.
type Signature struct {
	ID        string // "AT-01"
	Severity  h2decode.Severity
	Scope     string // "connection" or "capture"
	Name      string // "rapid reset"
	Reference string // the CVE or RFC section that describes it; "" where none does
	Shows     string // what it looks like, in one phrase
	Spares    string // honest traffic that looks like it and is spared; "" where none does

	// says is the finding's message: {by} stands for the side, {count} for
	// Finding.Count and other names for evidence.
	says     string
	evidence []string // the numbers that a finding rests on, by name
}

// All yields the signatures in the order of the table.
func All() iter.Seq[*Signature] {
	return func(yield func(*Signature) bool) {
		for i := range table {
			if !yield(&table[i]) {
				return
			}
		}
	}
}

// Lookup finds a signature by its identifier, whatever the case of its letters;
// nil: there is none.
func Lookup(id string) *Signature {
	i := slices.IndexFunc(table[:], func(s Signature) bool { return strings.EqualFold(s.ID, id) })
	if i < 0 {
		return nil
	}
	return &table[i]
}

// Limits yields the signature's thresholds in the order of the table.
func (s *Signature) Limits() iter.Seq[*Limit] {
	return func(yield func(*Limit) bool) {
		for i := range limits {
			if &table[limits[i].of] == s && !yield(&limits[i]) {
				return
			}
		}
	}
}

// A signature is the place of a Signature in the table.
type signature uint8

const (
	rapidReset signature = iota
	madeYouReset
	continuationFlood
	dataDribble
	pingFlood
	priorityFlood
	resetFlood
	settingsFlood
	emptyNames
	internalBuffering
	emptyFrames
	hpackBomb
	fieldBomb
	slowRead
	slowRequest
	dependencyChurn
	streamReuse
	windowUpdateFlood
	tableSizeFlips
	smuggling
	pinnedStreams
	connectionChurn
	signatureCount
)
