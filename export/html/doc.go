// Package html writes the record of connections over time as a report: one file
// that needs nothing else, to be opened anywhere, printed and passed on.
//
// The report has a summary, a waterfall of the exchanges, the flow-control windows
// of the busiest connections with the stalls, priorities, findings by rule,
// connections and what was wrong with the input. Everything in it is in the file
// as text or SVG and can be read without its script, which only searches.
//
// # What it does not do
//
// Its Content-Security-Policy allows its own style and script by their hashes and
// nothing else, so no browser loads anything for it, whatever stands in the
// capture. All of the capture goes through package printable and html/template.
//
// # How much
//
// A browser opens two thousand rows at once and chokes on a million, so each part has
// a limit, and says how many it shows of how many: see [Options]. Where not all
// exchanges fit, those with trouble come first (findings, resets, stalls), then
// those that took longest; they stand in their order of opening all the same. What
// the record has forgotten, since there was no memory for it, is told in the summary
// and is in no other part.
//
// # For all readers
//
// Parts have headings and tables have captions and header cells. What a colour says
// a shape or a word says, too. Each chart has a sentence that says what is in it.
// Light or dark is the reader's choice, and paper is light.
package html
