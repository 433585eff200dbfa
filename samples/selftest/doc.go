// Package selftest proves on the machine that it runs on that what h2scope shows
// is true: it plays traffic of which it knows everything, records it, decodes
// the recording, and compares.
//
// A check is one such round. Checks of scripts play one of package endpoint over
// a socket on the loopback interface, in cleartext and over TLS, and hold what
// was decoded against what the script says was sent: each frame with its payload,
// its fields and its time, and the data of each stream by its hash. Checks of
// the site let net/http's client talk to net/http's server, and hold what was
// decoded against what that client saw.
//
// Checks of rules, of attacks and of windows write a script as packets, on a clock
// of its own.
//
// What the frames of a script come to is held against a ledger, which is kept of
// the script alone and shares no code with the decoder: the windows that each
// frame leaves, the states that each stream passes through, and who waited for
// which window, between which frames, and for how long. Findings are held against
// the rules that the script breaks: all are found, and no other.
//
// What passes is recorded by a Recorder. AtInterface is one that listens on the
// loopback interface, which takes the right to capture. AtSocket is one that needs
// no privilege: it stands between the endpoint and the socket, takes note of what
// is written and read, and writes the packets itself (package socket). So what it
// can't show is trouble with packets that only a network makes.
//
// A check fails for the least difference, and also for what the decoder says
// about a connection that has no fault: gaps, notices, a secret not used.
package selftest
