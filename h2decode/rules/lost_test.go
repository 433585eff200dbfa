package rules

import (
	"slices"
	"testing"

	"h2scope/h2decode"
)

// settle plays octets by which a side that lost some is in step again.
func (s *script) settle(side h2decode.Side) {
	s.send(side, pingFrame(0, "a"), pingFrame(0, "b"), pingFrame(0, "c"), pingFrame(0, "d"))
}

// A message of which frames may be lost is not held against the rules about its
// order and its length, and what a peer may have heard accuses nobody.
func TestLostFramesAccuseNobody(t *testing.T) {
	answer := func(s *script, length string) []byte {
		return s.headers(server, 1, endHeaders, ":status", "200", "content-length", length)
	}
	for _, test := range []struct {
		name, rule string // the rule that is left out
		play       func(s *script)
	}{
		{"the response's HEADERS", "HD-20", func(s *script) {
			s.client(s.request(1))
			s.lose(server, 8)
			s.settle(server)
			s.server(dataFrame(1, endStream, "x"))
		}},
		{"DATA of the response", "HD-25", func(s *script) {
			s.client(s.request(1))
			s.server(answer(s, "4"), dataFrame(1, 0, "x"))
			s.lose(server, 8)
			s.settle(server)
			s.server(dataFrame(1, endStream, "x"))
		}},
		{"DATA of the request, with its end", "HD-28", func(s *script) {
			s.client(s.post(1))
			s.lose(client, 8)
			s.settle(client)
			s.server(s.response(1))
		}},
		{"the end of the request, which the server has had", "HD-28", func(s *script) {
			s.client(s.post(1))
			s.deafen(server)
			s.acked[server] = s.offset[client] + 1
			s.server(s.response(1))
		}},
		{"the response's HEADERS before its trailers", "HD-16", func(s *script) {
			s.client(s.request(1))
			s.lose(server, 8)
			s.settle(server)
			s.server(s.headers(server, 1, endStream|endHeaders, "x-sum", "1"))
		}},
		{"the request's HEADERS before its trailers", "HD-12", func(s *script) {
			s.lose(client, 8)
			s.settle(client)
			s.client(s.headers(client, 1, endStream|endHeaders, "x-sum", "1"))
		}},
		{"all that the client says", "ST-13", func(s *script) { s.client(s.request(1)); s.lose(client, 5); s.close(client) }},
	} {
		t.Run(test.rule+" "+test.name, func(t *testing.T) {
			s := newScript(t, h2decode.Config{}).begin()
			test.play(s)
			s.expect(t)
			if !s.skipped(test.rule) {
				t.Errorf("%s is not said to be left out", test.rule)
			}
		})
	}
}

// What was not lost is judged still: a message that began behind the gap, and its
// length.
func TestBehindAGapIsJudged(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.lose(server, 8)
	s.settle(server)
	s.client(s.request(1))
	s.server(s.headers(server, 1, endHeaders, ":status", "200", "content-length", "4"), dataFrame(1, endStream, "x"))
	if s.finish(); !slices.ContainsFunc(s.found, func(f *h2decode.Finding) bool { return f.Rule == "HD-25" }) {
		t.Errorf("found %v, want HD-25", s.found)
	}
}

// HEADERS behind END_STREAM are no trailers: they break one rule.
func TestHeadersBehindTheEnd(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.client(s.request(1), s.request(1))
	s.expect(t, "ST-02")
}
