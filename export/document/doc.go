// Package document writes a capture as one JSON object: schema, capture,
// connections (each with its streams, each with its frames), gaps, findings,
// notices, summary.
//
// It is made of the records themselves: workers render them as for NDJSON, and
// the document puts the lines, octet by octet as they are, where they belong. So
// the two can't disagree. A connection is
//
//	{"connection_opened": {…}, "connection": {…}, "frames": […], "streams": […]}
//
// where frames are those on the connection itself (stream 0), and a stream is
//
//	{"stream": {…}, "frames": […]}
//
// without "stream" where frames name one that never opened. One that is a tunnel
// has a member "tunnel" with what is inside of it; [Tunnels] render that record,
// which NDJSON does not have.
//
// A document is written at the capture's end. Until then its records are in memory
// as far as 32 MiB go, and beyond that in a temporary file that gets as long as the
// document. NDJSON has the same records, comes as the capture is read, and needs
// neither.
package document
