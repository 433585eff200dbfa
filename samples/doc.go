// Package samples has small captures that are part of the program: h2scope demo
// opens one without a file, a privilege or a network.
//
// Each is a folder: the capture, a README that says what happens in it and what
// to look at, and the records of its frames, which a test holds.
//
// Most are written by the scripts of package endpoint, packet by packet, and come
// out the same each time; TestCaptures writes them and holds them. The others
// were captured once, and their READMEs say how.
package samples

//go:generate go test . -run TestCaptures -update
//go:generate go test . -run TestRecords -update
