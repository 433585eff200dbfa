package priority

// An Op is one thing that happened to a stream and to its place in the tree.
type Op struct {
	// Stream is what it happened to, not 0.
	Stream uint32
	// DependsOn is the stream depended on, 0 for the root; with OpPush the
	// stream that the push is associated with.
	DependsOn uint32
	// Weight is 1 to 256. 0 stands for no priority at all with OpOpen, and for
	// 16 with OpPrioritize; more than 256 is taken for 256.
	Weight    uint16
	Exclusive bool
	Kind      Kind
}

// A Kind is what an Op is about.
type Kind uint8

const (
	// OpOpen is a HEADERS frame that opens a stream, with a priority or not.
	OpOpen Kind = iota
	// OpPrioritize is a PRIORITY frame, or the priority in a later HEADERS
	// frame.
	OpPrioritize
	// OpPush is a PUSH_PROMISE frame: Stream is promised, on DependsOn. The
	// weight is 16 (RFC 7540, Section 5.3.5), Weight and Exclusive mean nothing.
	OpPush
	// OpClose is the end of a stream. The rest of the Op means nothing.
	OpClose
)

var kindNames = [...]string{OpOpen: "open", OpPrioritize: "prioritize", OpPush: "push", OpClose: "close"}

// String names the kind in lower case.
func (k Kind) String() string { return name(kindNames[:], int(k)) }

// weight is the Op's in units.
func (op *Op) weight() uint32 {
	if op.Weight == 0 {
		return DefaultWeight * unit
	}
	return uint32(min(op.Weight, MaxWeight)) * unit
}

// A Change is what an Op did. The zero Change did nothing.
type Change struct {
	// Before and After are the stream's place. Before means nothing where the
	// stream was Created, After where it was Evicted at once or not taken in.
	Before, After Place
	// Created is true where the stream was not in the tree before.
	Created bool
	// Adopted is how many streams an exclusive dependency took from the parent.
	Adopted int
	// Raised is the stream that was below the one moved, and that first took its
	// place to become its parent (RFC 7540, Section 5.3.3). 0 is none.
	Raised uint32
	// Evicted is the stream that had to go for a limit. 0 is none.
	Evicted uint32
	// Depth is the tree's, as [Tree.Depth] gives it.
	Depth int
	// Trouble is what kept the Op from being done to the letter.
	Trouble Trouble
}

// Reparented reports whether the stream was in the tree before and depends on
// another one now.
func (c *Change) Reparented() bool { return !c.Created && c.Before.Parent != c.After.Parent }

// A Place is where a stream is in the tree.
type Place struct {
	Parent uint32  // the stream it depends on, 0 for the root
	Weight float64 // above 0, to 256; whole unless it was divided
}

// Trouble says why an Op did something else than it says.
type Trouble uint8

const (
	NoTrouble Trouble = iota
	// SelfDependency: the stream was to depend on itself (RFC 7540,
	// Section 5.3.1). Its priority stays as it is, or is the default one.
	SelfDependency
	// UnknownDependency: the stream to depend on is not in the tree, so that the
	// stream got the default priority (RFC 7540, Section 5.3.1).
	UnknownDependency
	// Forgotten: the stream has closed and is no longer in the tree, or, with
	// OpClose, was never in it. Nothing changed.
	Forgotten
	// Full: there are as many streams as Limits allow, and none that could go.
	// Nothing changed.
	Full
	// StreamZero: the Op was for the connection itself. Nothing changed.
	StreamZero
	// UnknownKind: the Op's Kind is none of those above. Nothing changed.
	UnknownKind
)

var troubleNames = [...]string{
	NoTrouble: "none", SelfDependency: "self-dependency", UnknownDependency: "unknown-dependency",
	Forgotten: "forgotten", Full: "full", StreamZero: "stream-zero", UnknownKind: "unknown-kind",
}

// String names the trouble in lower case.
func (t Trouble) String() string { return name(troubleNames[:], int(t)) }

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "unknown"
}
