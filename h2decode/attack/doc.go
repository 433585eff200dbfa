// Package attack finds traffic that looks like abuse of HTTP/2: floods, bombs,
// and streams that are held open on purpose.
//
// The signatures are a table (table.go), each with an identifier, the thresholds
// above which it shows and their names, and the honest traffic that looks like it
// and is spared. A [Watch] is a sink of one connection's events. It has a small
// detector for each family of signatures, one file each:
//
//	resets.go      AT-01, AT-02, AT-07   streams that are reset as soon as they open, or made to be reset
//	blocks.go      AT-03, AT-19          field blocks in many frames, size updates
//	fields.go      AT-09, AT-12, AT-13,  what decoded field sections hold
//	               AT-17, AT-20
//	floods.go      AT-05, AT-08, AT-11,  frames that cost their sender nothing
//	               AT-18
//	priorities.go  AT-06, AT-16          churn of the dependency tree
//	windows.go     AT-04, AT-10          windows that make the server buffer, or cut small
//	slow_read.go   AT-14                 responses held at a shut window
//	requests.go    AT-15                 requests that never end
//	pinned.go      AT-21                 all streams taken and none moving
//	churn.go       AT-22                 connections: [Churn], for it looks at all of a capture's
//
// # When it is told
//
// A finding is about a connection and one of its sides: a signature that both
// sides show is two findings, one that shows again is the same. So that its
// numbers are complete it is told when the connection closes, in the order in
// which the signatures began to show. Its origin is what crossed the threshold:
// the frame where a frame did it, else what ended the wait. Count is how many
// events made it up; where a threshold is a rate and nothing else, only those
// that lie within a second in which the rate was above it.
//
// A rate is over a sliding second: it is above n where more than n events lie
// within less than one second of packet time.
//
// # What is not judged
//
// What rests on the other side's answers (AT-01, AT-15, and SETTINGS without
// acknowledgment) is not judged while no frame of that side was seen. Behind a
// gap what was open before is forgotten. Of field values only those that are
// certain count. That a smaller initial window size shut the window of a response
// is known only for those that were at 0 before.
//
// # Cost
//
// An event costs a few nanoseconds where nothing is suspicious, and time does not
// grow with what came before. Memory is bounded by the thresholds, by the streams
// that package h2decode follows, and by the constants of limits.go.
package attack
