// Package text renders the events of package h2decode for people: the tables
// and the overview that the commands print.
//
// A [View] is one of them. Its workers take events and keep rows, or append
// lines at once where the order of the capture is the order of the output; what
// is sorted or summed up is written when all is read. A view knows nothing of
// files, flags or terminals: [Options] says how wide a line may be and whether
// to colour it.
//
// All that comes from the capture passes through package printable on its way
// into a line.
package text
