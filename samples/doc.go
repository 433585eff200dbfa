// Package samples has small captures that are part of the program: h2scope demo
// opens one without a file, a privilege or a network.
//
// Each is a folder: the capture, a README that says what happens in it and what
// to look at, and the frames that are in it, which a test holds.
package samples
