// Package curl writes, for each request of a capture, the command that repeats
// it with curl, quoted for a POSIX shell.
//
// A comment stands before each command: the connection, the stream, and what came
// of it. What curl can't repeat is a comment alone, with the reason: a pushed
// stream, a tunnel, a request of which the capture lacks a part. So the output is
// a script that can be run as it is, though that is seldom what one wants.
//
// A request is repeated as it was: the fields that curl would add are taken away
// where the request did not have them, and content is sent as it was, with its
// coding. Words are quoted so that the shell changes no octet of them and that
// none of them can act on a terminal.
package curl
