// Package printable makes captured octets safe to show on a terminal.
//
// Field values, debug data, file names and all else that comes from a capture
// are under the control of whoever sent it. Written to a terminal as they are
// they could move the cursor, retitle the window, hide text or reverse it. So
// all text output passes through this package, and nothing else escapes.
//
// What it writes can be read back without doubt: a backslash is doubled, an
// octet that is not part of valid UTF-8, or is a control character of ASCII,
// becomes \xNN (\t, \n and \r have their usual names), and any other character
// that acts or has no picture of its own becomes \uNNNN or \UNNNNNNNN:
//
//   - control characters of C1, which terminals obey in UTF-8 too;
//   - format characters: bidirectional controls, zero-width spaces and
//     joiners, soft hyphens, tags, the byte order mark;
//   - spaces other than U+0020, line and paragraph separators;
//   - fillers and variation selectors, which are letters and marks by name and
//     invisible all the same;
//   - private and unassigned characters.
//
// All else, of whatever script, stays as it is.
//
// The package also measures text in terminal cells and cuts it to a width.
package printable
