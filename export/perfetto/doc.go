// Package perfetto writes the record of connections over time as a Perfetto trace,
// which ui.perfetto.dev and its trace_processor open.
//
// A trace is a row of packets of the protobuf message perfetto.protos.Trace; what
// is in them are track events
// (https://perfetto.dev/docs/reference/synthetic-track-event). The few fields that
// are needed are written by hand (proto.go has their numbers), so that no
// generated code has to be kept.
//
// # What is in a trace
//
//	process    a connection: its number and addresses
//	  track    "connection": how long it was there; GOAWAY, gaps, findings about it
//	  counter  the connection's flow-control window, for each side's DATA
//	  track    "streams": above a track for each stream, in order
//	    track    a stream: a slice for the exchange, and inside it the slices blocked,
//	             send, wait, receive and those in which it was stalled; RST_STREAM
//	             and findings about it
//	      counter  of the busiest streams: their flow-control windows
//	track      "capture": findings about all of it, where there are any, and what
//	           the record has forgotten
//
// Slices and instants have arguments that say where they come from: packets, frames,
// octets. Of what a request holds there is only what package label shows.
//
// Times are the packets', in nanoseconds since 1970-01-01 UTC, and stand in the
// trace as both of its clocks, so that the viewer can tell the date. A window that
// is not known has no value in its counter; a counter keeps its last value to the
// end, since the format has no way to end one.
//
// The trace is written as it is made: it takes no memory beside the record.
package perfetto
