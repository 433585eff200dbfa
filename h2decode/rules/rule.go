package rules

import (
	"iter"
	"strings"

	"h2scope/h2decode"
)

const (
	client = h2decode.Client
	server = h2decode.Server
)

// A Rule is something that an endpoint must keep.
type Rule struct {
	ID       string // "FC-03"
	Severity h2decode.Severity
	Scope    string // what an error of it ends
	// ErrorCode is what the RFC asks the peer to answer, by name; "" where it
	// asks nothing.
	ErrorCode  string
	Reference  string   // "RFC 9113, Section 6.9"
	Supersedes []string // the rules that are not told beside it, where one cause breaks both
	// Requirement is the rule itself, a statement that is true of traffic that
	// keeps it.
	Requirement string
}

// All yields the rules in the order of the table.
func All() iter.Seq[*Rule] {
	return func(yield func(*Rule) bool) {
		for i := range table {
			if !yield(&table[i]) {
				return
			}
		}
	}
}

// Lookup finds a rule by its identifier, whatever the case of its letters; nil:
// there is none.
func Lookup(id string) *Rule {
	for i := range table {
		if r := &table[i]; r.ID == id || strings.EqualFold(r.ID, id) {
			return r
		}
	}
	return nil
}

// Families names the groups of rules by the letters of their identifiers, in
// the order of the table.
var Families = [...]struct{ Letters, Name string }{
	{"PF", "Connection preface and how HTTP/2 began"},
	{"TL", "TLS"},
	{"FR", "Frames"},
	{"ST", "Streams and their states"},
	{"CO", "Field blocks and CONTINUATION"},
	{"SE", "Settings"},
	{"FC", "Flow control"},
	{"PR", "Priority"},
	{"PU", "Server push"},
	{"HD", "Messages and fields"},
	{"HP", "HPACK"},
	{"PG", "PING"},
	{"GA", "GOAWAY and the end"},
	{"AS", "Alternative services"},
	{"OR", "Origins"},
}
