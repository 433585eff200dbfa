package endpoint

import (
	"strings"
	"time"

	"golang.org/x/net/http2"
)

// RuleScripts break the rules of RFC 9113 and its kin, one each: their Breaks is
// the rule's identifier, and their names are made of it. What is broken else
// follows from that. Where the rule asks the peer for an error, the peer answers
// with it. Each call makes them anew.
//
// They are played in cleartext, unless Carried says otherwise.
func RuleScripts() []Script {
	var all []Script
	for _, family := range [][]Script{
		prefaceRules(), tlsRules(), frameRules(), lengthRules(), stateRules(), identifierRules(), continuationRules(),
		settingRules(), windowRules(), stallRules(), priorityRules(), pushRules(),
		nameRules(), pseudoRules(), messageRules(), contentRules(), hpackRules(), stringRules(), connectionRules(), extensionRules(),
	} {
		all = append(all, family...)
	}
	return all
}

// RulesNotPlayed are the rules that no script breaks, each with the reason.
func RulesNotPlayed() map[string]string {
	return map[string]string{
		"TL-01": "what TLS 1.1 carries is not decrypted",
		"TL-03": "package tls does not compress",
		"TL-04": "package tls does not renegotiate as a server",
		"TL-06": "package tls has no finite-field Diffie-Hellman, and no curve below 256 bits",
		"TL-07": "package tls does not authenticate clients after the handshake",
		"TL-08": "package tls sends no early data but for QUIC",
	}
}

// breaking is a script for a rule: nothing is wrong but what run has.
func breaking(id string, by Side, title string, runs ...[]Step) Script {
	return Script{Name: "rule-" + strings.ToLower(id), Title: title, Breaks: id, By: by, Steps: acquainted(steps(runs...))}
}

// acquainted has a GOAWAY of the server that ends the run name the last stream
// that the client has opened (RFC 9113, Section 6.8).
func acquainted(run []Step) []Step {
	var opened uint32
	for _, step := range run {
		for _, action := range step.Send {
			if h, ok := action.(Headers); ok && step.From == Client && h.Stream%2 == 1 {
				opened = max(opened, h.Stream)
			}
		}
	}
	final := run[len(run)-1]
	if away, ok := final.Send[len(final.Send)-1].(GoAway); ok && final.From == Server {
		away.LastStream = opened
		final.Send[len(final.Send)-1] = away
	}
	return run
}

// connectionError is a rule whose breach ends the connection: the peer says so
// (RFC 9113, Section 5.4.1).
func connectionError(id string, by Side, code http2.ErrCode, title string, run ...Step) Script {
	return breaking(id, by, title, hello(nil, nil), run, goAway(by.Other(), code))
}

// streamError is a rule whose breach ends stream 1 (RFC 9113, Section 5.4.2).
func streamError(id string, by Side, code http2.ErrCode, title string, run ...Step) Script {
	return breaking(id, by, title, hello(nil, nil), run, resetFirst(by.Other(), code))
}

// tolerated is a rule whose breach has no consequence.
func tolerated(id string, by Side, title string, run ...Step) Script {
	return breaking(id, by, title, hello(nil, nil), run, goodbye())
}

// also names rules that are broken on the way.
func also(s Script, rules ...string) Script {
	s.Also = rules
	return s
}

// over has the connection protected in a way.
func over(p Protection, s Script) Script {
	s = s.Secured()
	s.Carried = &p
	return s
}

func goAway(from Side, code http2.ErrCode) []Step {
	return []Step{{From: from, Send: []Action{GoAway{Code: code}}}}
}

// goodbye is the end of a connection on which nothing is open.
func goodbye() []Step { return []Step{client(GoAway{})} }

func resetFirst(from Side, code http2.ErrCode) []Step {
	return append([]Step{{From: from, Send: []Action{ResetStream{Stream: 1, Code: code}}}}, goodbye()...)
}

// late is longer than any rule allows for what it asks for.
const late = 11 * time.Second

// asks is a request without a body, and posts one with a body to follow.
func asks(stream uint32, more ...string) Headers {
	return Headers{Stream: stream, Fields: request("GET", "/", more...), EndStream: true}
}

func posts(stream uint32, more ...string) Headers {
	return Headers{Stream: stream, Fields: request("POST", "/", more...)}
}

// done is a response without a body.
func done(stream uint32) Headers {
	return Headers{Stream: stream, Fields: response(204), EndStream: true}
}

// data is part of a body.
func data(stream uint32, octets int) Data { return Data{Stream: stream, Body: text(octets)} }

// malformedFrame is a frame whose payload is not what its type asks for.
func malformedFrame(t http2.FrameType, flags http2.Flags, stream uint32, payload ...byte) Raw {
	return Raw{Type: t, Flags: flags, Stream: stream, Payload: payload, Malformed: true}
}
