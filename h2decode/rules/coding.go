package rules

import (
	"errors"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// codingRules names the rule that each violation of HPACK breaks.
var codingRules = map[hpack.Code]string{
	hpack.ErrInvalidIndex:       "HP-02",
	hpack.ErrSizeUpdateTooLarge: "HP-03",
	hpack.ErrLateSizeUpdate:     "HP-04",
	hpack.ErrMissingSizeUpdate:  "HP-05",
	hpack.ErrIntegerOverflow:    "HP-07",
	hpack.ErrLongHuffmanPadding: "HP-08",
	hpack.ErrHuffmanPadding:     "HP-09",
	hpack.ErrHuffmanEOS:         "HP-10",
	hpack.ErrTruncated:          "HP-12",
}

// maxUpdates is how many size updates may stand at the start of a block
// (RFC 7541, Section 4.2): to the least size since the last block, and to the
// size at its end.
const maxUpdates = 2

// checkCoding holds the octets of a field block against RFC 7541. One block
// gives one finding of each rule.
func (j *Judge) checkCoding(f *h2decode.FrameDecoded) {
	b := f.Block
	if len(b.Violations) > 0 {
		seen := make(map[string]bool)
		for i := range b.Violations {
			j.codingFault(&b.Violations[i], seen)
		}
	}
	if b.Err != nil {
		var fault *hpack.Error
		if errors.As(b.Err, &fault) && fault.Code != hpack.ErrStringTooLong { // a limit of ours breaks no rule
			j.codingFault(fault, make(map[string]bool))
		}
	}
	if n := len(b.SizeUpdates); n > maxUpdates {
		j.broke("HP-06", number("updates", uint64(n)), "%d dynamic table size updates stand in one block", n)
	}
	j.checkEntries(f)
}

// codingFault tells of a violation, and notes its rule as seen.
func (j *Judge) codingFault(v *hpack.Error, seen map[string]bool) {
	id := codingRules[v.Code]
	switch {
	case v.Code == hpack.ErrInvalidIndex && v.Value == 0:
		id = "HP-01"
	case v.Code == hpack.ErrTruncated && v.Value > 0:
		id = "HP-11"
	}
	if seen[id] {
		return
	}
	seen[id] = true
	evidence := []h2decode.Evidence{{Name: "octet", Number: int64(v.Offset)}}
	if v.Value != 0 || v.Limit != 0 {
		evidence = append(evidence, h2decode.Evidence{Name: "value", Number: int64(v.Value)}, h2decode.Evidence{Name: "limit", Number: int64(v.Limit)})
	}
	j.broke(id, evidence, "%s", v.Error())
}

// checkEntries tells of an entry that is larger than the table, and so empties
// it (RFC 7541, Section 4.4).
func (j *Judge) checkEntries(f *h2decode.FrameDecoded) {
	limit, known := j.conn.Table(f.From).MaxSize()
	if !known || limit == 0 {
		return
	}
	for i := range f.Block.Fields {
		if field := &f.Block.Fields[i]; field.Representation == hpack.Incremental && field.Size() > int(limit) {
			j.broke("HP-13", []h2decode.Evidence{{Name: "size", Number: int64(field.Size())}, {Name: "limit", Number: int64(limit)}},
				"the field %q of %d octets is larger than the dynamic table of %d", field.Name, field.Size(), limit)
			return
		}
	}
}
