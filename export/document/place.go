package document

import "cmp"

// A part is a member of the document, in their order.
type part uint8

const (
	capture part = iota
	connections
	gaps
	findings
	notices
	summary
	parts
)

// A rank is the order of records within a connection, and from ofStream on within
// a stream.
type rank uint8

const (
	opened rank = iota
	closed
	ofStream
	tunnelOfStream
	frame
)

// A place is where the records of a kind stand.
type place struct {
	part part
	rank rank
}

// places are those of all kinds of records.
var places = map[string]place{
	"capture":           {part: capture},
	"connection_opened": {connections, opened},
	"connection":        {connections, closed},
	"stream":            {connections, ofStream},
	"tunnel":            {connections, tunnelOfStream},
	"frame":             {connections, frame},
	"gap":               {part: gaps},
	"finding":           {part: findings},
	"notice":            {part: notices},
	"summary":           {part: summary},
}

// A key is where one record stands; among those of the same key it is the order in
// which they came.
type key struct {
	place
	conn, stream uint64
}

func (k key) compare(other key) int {
	return cmp.Or(
		cmp.Compare(k.part, other.part), cmp.Compare(k.conn, other.conn),
		cmp.Compare(k.stream, other.stream), cmp.Compare(k.rank, other.rank),
	)
}
