// Package endpoint is an HTTP/2 endpoint that makes traffic of which everything
// is known. It has two halves.
//
// # The site
//
// A Site behaves well: package net/http does the HTTP/2, and Handler has what a
// capture is worth looking at for: pages with push, content codings, large and
// slow bodies, uploads, trailers, interim responses, gRPC. An Identity makes it a
// certificate; the key log goes where it is told.
//
// # The scripts
//
// A Script is a whole connection as data: steps, each of one side, each with the
// frames that the side sends at once and how long it waits before. Both sides are
// written at frame level by http2.Framer and package hpack, so a script can also
// say what no real peer would.
//
// Script.Transcribe works out what a script comes to: a Transcript has the octets
// of each step, and the truth about them, taken from the script and not from a
// decoder: the frames, their payloads and fields, the hash of each body. A
// transcript is then played over any connection ([Transcript.Play]), or written
// as packets without one ([Transcript.Capture]).
//
//	script, _ := endpoint.Find("stream-stall")
//	transcript := script.Transcribe()
//	err := transcript.Play(ctx, client, server)
//
// The same script gives the same octets each time.
//
// Scripts are for playing. They are written for cleartext; [Script.Secured] is
// what they are over TLS. WindowScripts are random walks of windows. RuleScripts
// break a rule each and AttackScripts play an attack each: their Breaks is the
// identifier that a finding of it has. Some of them take minutes, and are for
// packets, whose clock is the script's ([Script.Slow]). A script that means
// something over TLS only says how it is to be Carried.
//
// Nothing of h2scope's own decoding is used here: what this package says is the
// measure that the decoder is held against.
package endpoint
