// Package chart draws what text cannot show: bars on a time axis, windows over
// time, shares, ladders. Each chart is a function from data and a size to cells,
// in braille and block characters or, where a terminal has none, in ASCII.
package chart
