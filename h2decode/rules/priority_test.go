package rules

import (
	"testing"

	"h2scope/h2decode"
)

// priorityCases are those of the rules about priority.
var priorityCases = []ruleCase{
	{rule: "PR-01", name: "PRIORITY",
		breaks: func(s *script) { s.client(priorityFrame(1, 1)) },
		legal:  func(s *script) { s.client(priorityFrame(1, 0)) }},
	{rule: "PR-01", name: "HEADERS",
		breaks: func(s *script) { s.client(s.requestAfter(1, 1)) },
		legal:  func(s *script) { s.client(s.requestAfter(1, 0), s.requestAfter(3, 1)) }},
	{rule: "PR-02", name: "a stream that was never there",
		breaks: func(s *script) { s.client(s.requestAfter(1, 5)) },
		legal:  func(s *script) { s.client(priorityFrame(5, 0), s.requestAfter(1, 5)) }},
	{rule: "PR-02", name: "a stream that closed unused",
		breaks: func(s *script) { s.exchange(3); s.client(s.requestAfter(5, 1)) },
		legal:  func(s *script) { s.exchange(1); s.client(s.requestAfter(5, 1)) }},
	{rule: "PR-08", name: "a push that was not promised",
		breaks: func(s *script) { s.client(s.request(1), priorityUpdateFrame(2, "u=1")) },
		legal: func(s *script) {
			s.client(s.request(1))
			s.server(s.promise(1, 2, get...))
			s.client(priorityUpdateFrame(2, "u=1"))
		}},
	{rule: "PR-09", name: "a Priority field with urgency 8",
		breaks: func(s *script) { s.client(s.prioritized(1, "u=8")) },
		legal:  func(s *script) { s.client(s.prioritized(1, "u=7, i")) }},
	{rule: "PR-09", name: "a Priority field that is no dictionary",
		breaks: func(s *script) { s.client(s.prioritized(1, "u=1,")) },
		legal:  func(s *script) { s.client(s.prioritized(1, "")) }},
	{rule: "PR-09", name: "PRIORITY_UPDATE with an i that is no boolean",
		breaks: func(s *script) { s.client(priorityUpdateFrame(1, "i=1")) },
		legal:  func(s *script) { s.client(priorityUpdateFrame(1, "i=?1, unknown=1")) }},
	{rule: "PR-09", name: "of a response",
		breaks: func(s *script) {
			s.client(s.request(1))
			s.server(s.headers(server, 1, h2decode.FlagEndStream, ":status", "200", "priority", "u=a"))
		},
		legal: func(s *script) {
			s.client(s.request(1))
			s.server(s.headers(server, 1, h2decode.FlagEndStream, ":status", "200", "priority", "u=0"))
		}},
	{rule: "PR-10", name: "one more than may be open", bare: true,
		breaks: func(s *script) { s.manyPrioritized(101) },
		legal:  func(s *script) { s.manyPrioritized(100) }},
	{rule: "PR-10", name: "streams that have opened count once", bare: true,
		breaks: func(s *script) {
			s.manyPrioritized(100)
			s.client(s.request(1), priorityUpdateFrame(301, "u=1"), priorityUpdateFrame(303, "u=1"))
		},
		legal: func(s *script) { s.manyPrioritized(100); s.client(s.request(1), s.request(3)) }},
	{rule: "PR-11", name: "a value that does not parse",
		breaks: func(s *script) { s.client(priorityUpdateFrame(1, "u=")) },
		legal:  func(s *script) { s.client(priorityUpdateFrame(1, "")) }},
}

// requestAfter is a request whose HEADERS has a priority.
func (s *script) requestAfter(stream, dependsOn uint32) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeHeaders, h2decode.FlagEndStream|h2decode.FlagEndHeaders, stream, &h2decode.HeadersFrame{
		HasPriority: true, Priority: h2decode.PriorityFrame{DependsOn: dependsOn, Weight: 16}, Fragment: s.block(client, get...),
	})
}

// prioritized is a request with a Priority field.
func (s *script) prioritized(stream uint32, value string) []byte {
	return s.headers(client, stream, h2decode.FlagEndStream, append(get[:len(get):len(get)], "priority", value)...)
}

// manyPrioritized gives n idle streams a priority, where 100 may be open.
func (s *script) manyPrioritized(n uint32) {
	s.limitStreams(100)
	s.client(ackFrame())
	for i := range n {
		s.client(priorityUpdateFrame(2*i+1, "u=1"))
	}
}

// A client that gives more idle streams a priority than are remembered is not
// judged by those that are.
func TestHintsAreBounded(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	for i := range uint32(maxHints + 10) {
		s.client(priorityFrame(2*i+1, 0))
	}
	s.client(priorityFrame(99999, 88887))
	s.expect(t)
	if n := len(s.judge.checks.streams.hints.idle); n != maxHints {
		t.Errorf("%d idle streams are remembered, want %d", n, maxHints)
	}
	if !s.skipped("PR-02") {
		t.Error("PR-02 is not said to be left out")
	}
}
