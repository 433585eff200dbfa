package h2decode

// A Severity is how much a finding matters.
type Severity uint8

// The severities, in ascending order.
const (
	SeverityInfo Severity = iota
	SeverityWarning
	SeverityError
	severityCount
)

// String is the name that records use.
func (s Severity) String() string { return [...]string{"info", "warning", "error"}[s] }

// Severities are how many findings there are, by Severity.
type Severities [severityCount]uint64

// A Finding tells of a broken rule, or of traffic that looks like an attack.
// Packages rules and attack judge; what they find is an event like any other.
type Finding struct {
	Origin // of the frame that gave rise to it; From is who broke the rule

	Rule             string // its identifier: "FC-03", "AT-01"
	Severity         Severity
	Scope, Reference string // as the table of rules has them
	Stream           uint32 // 0: it is about the connection
	Frame            uint64 // the frame's Number; 0: no frame gave rise to it

	Message  string // one sentence with the numbers in it
	Evidence []Evidence
	// ErrorCode is what the RFC asks the peer to answer, by name; "" where it
	// asks nothing.
	ErrorCode string
	// Answer is what the peer did about it; nil: nothing that was seen.
	Answer *Answer
	// Consequence says that it follows an error that ended the connection.
	Consequence bool

	// Of attacks: how many events made it up, from the first to the last.
	Count                   uint64
	FirstPacket, LastPacket uint64
}

// Evidence is a number or a text that a finding rests on.
type Evidence struct {
	Name   string // as records name it: "window", "length"
	Number int64
	Text   string // in place of the number, where it is not ""
}

// An Answer is what the peer did about a broken rule.
type Answer struct {
	Type  string // "RST_STREAM", "GOAWAY"; "FIN", "RST" of TCP
	Code  ErrorCode
	Frame uint64 // its Number; 0 for FIN and RST
	Time  int64
	After int64 // nanoseconds since the finding
}

func (*Finding) event() {}
