// Package priority models how the streams of an HTTP/2 connection are to be
// served: by the dependency tree of RFC 7540, Section 5.3, or by the urgencies
// of RFC 9218. It says which share of the connection each stream is due, so that
// it can be set beside the share that the stream got.
//
// It is a pure model. It knows streams by their numbers only; what happened to
// them comes in as plain values and nothing else does, so that a list of these
// values is a record that can be replayed.
//
// # The tree
//
// A [Tree] takes an [Op] for each thing that moves a stream: it opens, is pushed,
// is prioritised, closes. [Tree.Apply] answers with a [Change]: from where to
// where the stream went, what it took along, and what was wrong. Nothing that a
// peer sends is an error here; what the RFC forbids or what makes it fall back to
// a default is a [Trouble].
//
// Where the RFC leaves a choice, the tree does this:
//
//   - A dependency on a stream that is not in the tree gives the dependent stream
//     the default priority: dependent on stream 0, weight 16, not exclusive
//     (Section 5.3.1). That it was asked for on a stream makes no difference.
//   - A stream that is made to depend on itself keeps the priority it has, or gets
//     the default one where it opens just then.
//   - PRIORITY for a stream that never opened puts it in the tree, [Idle], where
//     others can depend on it (Section 5.3.4). A pushed stream or a request
//     without priority that turns out to be there already keeps its place.
//   - A stream that closed stays, for others to depend on. Closed and idle streams
//     share a limit ([Limits].Retained); beyond it goes the one that has not been
//     named for longest, neither as the stream prioritised nor as the one
//     depended on. Its children move to its parent and divide its weight in
//     proportion to theirs.
//   - PRIORITY for a closed stream that is no longer in the tree does nothing.
//
// Weights that were divided are no whole numbers any more. They are kept in units
// of 1/65536, at least one unit, so that they are exact, and the same in whatever
// order they are added up.
//
// Depth counts the streams on the way from stream 0 that have not closed: a
// browser that makes each request depend on the one before leaves a long chain of
// closed streams, which costs nobody anything and is no sign of an attack.
//
// # Urgencies
//
// [ParseField] reads a Priority field value, of a header field or of a
// PRIORITY_UPDATE frame, and says exactly what is wrong with it. [Urgencies] takes
// a [Signal] for each stream that opens, is updated or closes. An update holds
// against the header field whichever came first (RFC 9218, Section 7).
//
// # Shares
//
// [Tree.Due] and [Urgencies.Due] ask for each stream whether it is active, that
// is, whether it has something to send and could, and give each active one the
// fraction that it is due. The fractions add up to 1, or there is no active
// stream.
//
// In the tree an active stream keeps all of its share from its children; one that
// is not active passes it on, to those children which are active or have such
// below them, in proportion to weight (RFC 7540, Sections 5.3.1 and 5.3.2).
//
// Of urgencies the lowest number among the active streams takes all (RFC 9218,
// Section 10). Within it the streams that are not incremental are served one
// after the other, by number; the incremental ones share equally. Where there are
// both, the RFC asks only that neither starves the other, and the choice here is
// that all those that are not incremental count as one: the first of them has the
// same share as each incremental stream.
//
// # Cost
//
// An Op takes time in the order of the depth at which it works and of the
// children of the streams that it moves or removes; where it shortens the longest
// branch, also of the siblings along that branch. So it is never more than the
// number of streams in the tree, which [Limits] bound, and mostly a few steps.
// Nothing recurses. In the steady state no Op allocates.
package priority
