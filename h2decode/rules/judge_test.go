package rules

import (
	"testing"

	"h2scope/h2decode"
)

// TestAnswers: what the peer did about a broken rule.
func TestAnswers(t *testing.T) {
	wrong := rawFrame(h2decode.TypePing, 0, 0, 1) // ends the connection
	for _, test := range []struct {
		name  string
		fault []byte
		react func(s *script)
		want  string
	}{
		{"GOAWAY with an error", wrong, func(s *script) { s.server(goAwayFrame(0, h2decode.FrameSizeError)) }, "GOAWAY"},
		{"GOAWAY without an error", wrong, func(s *script) { s.server(goAwayFrame(0, h2decode.NoError)) }, ""},
		{"FIN", wrong, func(s *script) { s.close(server) }, "FIN"},
		{"FIN of who broke the rule", wrong, func(s *script) { s.close(client) }, ""},
		{"going on, and FIN later", wrong, func(s *script) {
			s.server(windowFrame(0, 1))
			s.close(server)
		}, ""},
		{"what was on its way, and FIN", wrong, func(s *script) {
			s.acked[server] = 0
			s.deafen(server)
			s.server(windowFrame(0, 1))
			s.close(server)
		}, "FIN"},
		{"RST_STREAM", windowFrame(1, 0), func(s *script) { s.server(resetFrame(1, h2decode.ProtocolError)) }, "RST_STREAM"},
		{"RST_STREAM of another stream", windowFrame(1, 0), func(s *script) { s.server(resetFrame(3, h2decode.ProtocolError)) }, ""},
		{"nothing", wrong, func(*script) {}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, h2decode.Config{}).begin()
			s.client(s.post(1), s.post(3), test.fault)
			at := int64(s.now)
			test.react(s)
			s.finish()
			got := ""
			for _, f := range s.found {
				if f.ErrorCode == "" || f.From != client || f.Consequence {
					continue
				}
				if a := f.Answer; a != nil {
					got = a.Type
					if a.After != a.Time-at || a.After <= 0 {
						t.Errorf("answered after %d ns, the fault was at %d: %+v", a.After, at, a)
					}
				}
			}
			if got != test.want {
				t.Errorf("answer %q, want %q; found %s", got, test.want, s.describe())
			}
		})
	}
}

// TestConsequences: what follows an error of the connection is told as its
// consequence; what the same frame breaks besides is not.
func TestConsequences(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	wrong := rawFrame(h2decode.TypePing, 0, 1, 1) // on a stream, and too short
	s.client(s.request(1), wrong, wrong)
	s.expect(t, "FR-09", "FR-14")
	if c := &s.connection; c.Consequences != 2 || c.Findings[h2decode.SeverityError] != 2 {
		t.Errorf("%d consequences, findings %v", c.Consequences, c.Findings)
	}
}

// TestSupersedes: the rules that are not told beside another are of the table,
// and none is superseded by what it supersedes.
func TestSupersedes(t *testing.T) {
	for rule := range All() {
		for _, id := range rule.Supersedes {
			other := Lookup(id)
			if other == nil {
				t.Errorf("%s supersedes %s, which is no rule", rule.ID, id)
				continue
			}
			for _, back := range other.Supersedes {
				if back == rule.ID {
					t.Errorf("%s and %s supersede each other", rule.ID, id)
				}
			}
		}
	}
}
