package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestGRPCArchive holds what the README of 06-grpc-tls says of its calls.
func TestGRPCArchive(t *testing.T) {
	file := captureOf(t, "06-grpc-tls")
	seen := make(map[string]int)
	for _, e := range readArchive(t, outputOf(t, file, keyed(file, "export", "--to", "har")...)).Log.Entries {
		g := e.GRPC
		if g == nil {
			t.Errorf("%s is no call", e.Request.URL)
			continue
		}
		line := fmt.Sprint(g.Method, " ", g.Status, " ", g.Message)
		for _, list := range [][]archiveMessage{g.Requests, g.Responses} {
			line += " /"
			for _, m := range list {
				line += fmt.Sprint(" ", m.Length)
				if m.Compressed {
					line += "c"
				}
			}
		}
		seen[strings.TrimSpace(line)]++
	}
	holdCalls(t, seen, map[string]int{
		"EmptyCall OK  / 0 / 0":                            1,
		"UnaryCall OK  / 11 / 104":                         5,
		"UnaryCall NOT_FOUND no such thing: 100% é / 28 /": 1,
		"UnimplementedCall UNIMPLEMENTED method UnimplementedCall not implemented / 0 /": 1,
		"StreamingOutputCall OK  / 21 / 14 20008 2 70008":                                1,
		"StreamingInputCall OK  / 2 5006 10006 15006 20008 / 4":                          1,
		"FullDuplexCall OK  / 6 8 9 9 / 2 11 104 11 206 11 306 11":                       1,
		"UnaryCall   / 2 /":                1, // the deadline passed
		"FullDuplexCall   / 4 / 54":        1, // the client cancelled
		"UnaryCall OK  / 500012 / 1000008": 1,
		"UnaryCall OK  / 102c / 98c":       1,
	})
}

// holdCalls holds calls as they were seen against those that were made.
func holdCalls(t *testing.T, seen, made map[string]int) {
	t.Helper()
	for line, n := range made {
		if seen[line] != n {
			t.Errorf("%q: %d times, want %d", line, seen[line], n)
		}
		delete(seen, line)
	}
	if len(seen) > 0 {
		t.Errorf("calls that nobody made: %v", seen)
	}
}

// TestGRPCRecords holds the same of the records of streams, for which no octets are
// kept: how many messages each side sent, and of all commands that write them.
func TestGRPCRecords(t *testing.T) {
	file := captureOf(t, "06-grpc-tls")
	for _, command := range [][]string{{"streams", "--json"}, {"export", "--to", "ndjson"}, {"export", "--to", "ndjson", "-Y", "http2.type == 0"}} {
		seen := make(map[string]int)
		for line := range bytes.Lines(outputOf(t, file, keyed(file, command...)...)) {
			var s toldStream
			var kind struct{ Record string }
			check(t, json.Unmarshal(line, &kind))
			if kind.Record != "stream" {
				continue
			}
			check(t, json.Unmarshal(line, &s))
			g := s.GRPC
			if g == nil || g.Service != "grpc.testing.TestService" || g.Requests == nil || g.Responses == nil {
				t.Errorf("not all is known of the call: %s", line)
				continue
			}
			status := "-"
			if g.Status != nil {
				status = fmt.Sprint(*g.Status)
			}
			seen[fmt.Sprint(g.Method, " ", status, " ", g.Message, " ", *g.Requests, "/", *g.Responses)]++
		}
		holdCalls(t, seen, map[string]int{
			"EmptyCall 0  1/1": 1, "UnaryCall 0  1/1": 7, "UnaryCall 5 no such thing: 100% é 1/0": 1,
			"UnimplementedCall 12 method UnimplementedCall not implemented 1/0": 1,
			"StreamingOutputCall 0  1/4":                                        1,
			"StreamingInputCall 0  5/1":                                         1, "FullDuplexCall 0  4/8": 1,
			"UnaryCall -  1/0":      1, // the deadline passed
			"FullDuplexCall -  1/1": 1, // the client cancelled
		})
	}
}
