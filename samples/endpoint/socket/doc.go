// Package socket records connections at their sockets: a tap stands between a
// program and its end of a connection, takes note of what is written and read,
// and packets are made of it (package wire). So it needs no privilege. What it
// can't show is trouble with packets that only a network makes.
//
// Where both ends are at hand, each gets a tap ([Recorder.Tap]), and what an end
// acknowledges is what it has read. Where only the server's end is, its tap tells
// of the client too ([Recorder.Listen]): what the server reads is what the client
// has sent. What the client has received is not known there, so it acknowledges
// nothing before it ends.
package socket
