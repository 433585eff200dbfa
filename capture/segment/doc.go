// Package segment has the plain types that packets become: one [Segment] for
// each TCP segment found in a capture.
//
// It stands between package capture, which knows files, interfaces and link
// layers, and package reassembly, which knows TCP. Neither imports the other;
// both import this, and this imports the standard library only.
package segment
