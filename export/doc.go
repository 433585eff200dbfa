// Package export turns the events of package h2decode into the records that
// scripts and other programs read: one JSON object a line (NDJSON), whose names
// are a contract: a name is never changed, only added to.
//
// Each record has a file of its own, which writes its keys in the order of the
// contract. Nothing is reflected on, and on the paths of frames and streams
// nothing is allocated, but for gRPC calls and where contents are decoded: a
// record is appended to the caller's buffer, so that a worker renders a frame in
// about the time that it takes to decode one.
//
// Three rules hold for all of them:
//
//   - A key is absent where its value is not known or does not apply. Nothing is
//     null and nothing is guessed.
//   - A string that is not valid UTF-8 stands as NAME_base64 in place of NAME.
//   - A character that could act on a terminal is written as its \u escape,
//     which says the same in JSON. So records can be looked at, too.
//
// The text output of the commands has a package of its own, export/text, which
// renders the same events.
package export
