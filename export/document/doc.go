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
// without "stream" where frames name one that never opened.
//
// A document is for small captures: it holds all records in memory until the
// capture's end. NDJSON has the same records and needs no memory.
package document
