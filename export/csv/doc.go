// Package csv writes tables of streams, frames and connections as RFC 4180 has
// them: CRLF at the end of each line, and quotes where a value needs them.
//
// The first line names the columns. A name is never changed, only added to at the
// end. The rows stand in the order of the capture, as records do. A cell is empty
// where its value is not known, does not apply, or is not certain. Times are UTC,
// as records have them, and durations milliseconds.
//
// Values from the capture are printable text: what could act on a terminal, and
// octets that are not UTF-8, stand as escapes (package printable). A spreadsheet
// takes a value that begins with = for a formula; as RFC 4180 knows no formulas,
// nothing is done about that.
package csv
