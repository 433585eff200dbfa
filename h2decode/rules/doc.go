// Package rules holds HTTP/2 traffic against the rules of its RFCs.
//
// The rules are a table (table.go): each has an identifier, a severity, the
// section that asks for it and what the peer is to answer. A [Judge] is a sink
// of one connection's events; the checks stand in a file for each family and
// name the rule that they are about. A finding names the frame, its sender, the
// numbers, and what the peer did about it.
//
// # What was in flight
//
// An endpoint that has not yet heard cannot break a rule. What its TCP had
// acknowledged when it sent a frame is what it surely knew; see knew. A limit
// that a SETTINGS frame changes is broken, until that is acknowledged, only by
// what breaks both the old and the new value.
//
// # What was not seen
//
// A rule that rests on something that was not seen (the connection's beginning,
// what lies in a gap, the other direction) is not judged, and that is counted.
//
// # One cause, one finding
//
// Where one cause breaks several rules, the table says which of them is told.
// What follows an error that ends the connection is told as its consequence.
package rules
