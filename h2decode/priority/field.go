package priority

import "fmt"

// ParseField reads a Priority field value (RFC 9218, Section 4): a Dictionary of
// RFC 9651, Section 3.2, of which the members u and i matter. Of members with the
// same key the last one counts; other members, and parameters of all, mean
// nothing. An empty value is an empty Dictionary. Where a header field came in
// several lines, value is all of them, joined by commas.
//
// The error is a [*FieldError] or nil. Where it is Unparsable, the parameters are
// the default ones; where it is BadMember, the member meant has its default and
// the other one what it says.
//
// RFC 9218 refers to RFC 8941, which RFC 9651 replaces. Its Dates and Display
// Strings are taken too: what a newer sender may write is no fault.
//
// value is not kept. A value without a fault is read without allocating.
func ParseField(value []byte) (Params, error) {
	s := scanner{in: value}
	urgency, incremental := bare{kind: absent}, bare{kind: absent}
	s.dictionary(func(key []byte, b bare) {
		switch string(key) {
		case "u":
			urgency = b
		case "i":
			incremental = b
		}
	})
	if s.reason != "" {
		return DefaultParams(), &FieldError{Fault: Unparsable, Offset: s.at, Reason: s.reason}
	}
	params := DefaultParams()
	var urgencyFault, incrementalFault string
	params.Urgency, urgencyFault = urgencyOf(urgency)
	params.Incremental, incrementalFault = incrementalOf(incremental)
	return params, badMembers(urgency, urgencyFault, incremental, incrementalFault)
}

// urgencyOf is the value of u, and what is wrong with it.
func urgencyOf(b bare) (urgency uint8, fault string) {
	switch {
	case b.kind == absent:
		return DefaultUrgency, ""
	case b.kind != integer:
		return DefaultUrgency, "u is " + b.kind.String() + ", not an integer"
	case b.number < 0 || b.number > MaxUrgency:
		return DefaultUrgency, fmt.Sprintf("u is %d, not in 0 to %d", b.number, MaxUrgency)
	}
	return uint8(b.number), ""
}

// incrementalOf is the value of i, and what is wrong with it.
func incrementalOf(b bare) (incremental bool, fault string) {
	if b.kind != absent && b.kind != boolean {
		return false, "i is " + b.kind.String() + ", not a boolean"
	}
	return b.kind == boolean && b.number != 0, ""
}

// badMembers tells of both faults at once, at the offset of the first.
func badMembers(urgency bare, urgencyFault string, incremental bare, incrementalFault string) error {
	switch {
	case urgencyFault == "" && incrementalFault == "":
		return nil
	case incrementalFault == "":
		return &FieldError{BadMember, urgency.offset, urgencyFault}
	case urgencyFault == "":
		return &FieldError{BadMember, incremental.offset, incrementalFault}
	}
	return &FieldError{
		BadMember, min(urgency.offset, incremental.offset), urgencyFault + "; " + incrementalFault,
	}
}

// A Fault is how far a Priority field value is wrong.
type Fault uint8

const (
	// Unparsable: it is no Dictionary, and is ignored altogether (RFC 9651,
	// Section 4.2). In a PRIORITY_UPDATE frame this can be a connection error
	// (RFC 9218, Section 7).
	Unparsable Fault = iota
	// BadMember: u or i has a value of another type, or u one that is not 0 to
	// 7. The member is ignored (RFC 9218, Section 4).
	BadMember
)

// A FieldError says what is wrong with a Priority field value.
type FieldError struct {
	Fault  Fault
	Offset int // in the value, in octets: where reading stopped, or where the member's key begins
	Reason string
}

// Error is the reason with the offset. It holds no octets of the value, which may
// not be safe to show.
func (e *FieldError) Error() string {
	return fmt.Sprintf("priority field value, offset %d: %s", e.Offset, e.Reason)
}
